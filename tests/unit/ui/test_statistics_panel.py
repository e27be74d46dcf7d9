"""The Statistics panel: numbers of the pictures that are shown, made off the UI thread."""

import threading

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QRect

import ui.controllers.statistics_controller as statistics
from tests.unit.ui.test_window import Window
from ui.views.context_view import ContextView
from ui.widgets.histogram import Spread, spread_of

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def window(qapp, qtbot, settings, tmp_path, demo_run):
    made = Window(qapp, qtbot, settings, tmp_path)
    made.studio.open_path(demo_run)
    qtbot.waitUntil(lambda: shown(made, 0)[0] != "–", timeout=8000)
    yield made
    made.close()


def shown(window, line):
    return [cell.text() for cell in window.studio.statistics_view.cells[line]]


def pixels(window, kind):
    return np.asarray(Image.open(window.studio.selection.pair.image(kind)).convert("RGB"), float)


def words(values):
    return [f"{v:z.1f}" for v in (values.mean(), values.std(), values.min(), values.max())]


def test_that_the_numbers_are_those_of_the_two_pictures(window):
    a, b = pixels(window, "reference"), pixels(window, "candidate")
    assert [shown(window, line) for line in range(3)] == [words(a), words(b), words(b - a)]


def test_that_a_region_has_numbers_of_its_own_and_the_whole_picture_comes_back(window):
    whole = shown(window, 0)
    window.studio.compare_view.canvas.region_chosen.emit(QRect(2, 3, 5, 4))
    wanted = words(pixels(window, "reference")[3:7, 2:7])
    window.qtbot.waitUntil(lambda: shown(window, 0) == wanted, timeout=8000)
    window.studio.statistics.forget_region()
    window.qtbot.waitUntil(lambda: shown(window, 0) == whole, timeout=8000)


def test_that_no_number_is_computed_in_the_ui_thread(window, monkeypatch):
    where = []
    original = statistics.region_statistics

    def measured(values):
        where.append(threading.current_thread())
        return original(values)

    monkeypatch.setattr(statistics, "region_statistics", measured)
    before = window.studio.selection.pair
    window.studio.compare.walk("next")
    assert window.studio.selection.pair is not before
    window.qtbot.waitUntil(lambda: len(where) >= 3, timeout=8000)
    assert threading.main_thread() not in where


def test_that_the_context_keeps_its_lines_and_replaces_their_values(qtbot):
    view = ContextView()
    qtbot.addWidget(view)
    view.show_sections([("Pair", [("Input", "in-1"), ("Key", "a" * 32)])])
    line = view.tree.topLevelItem(0).child(0)
    view.show_sections([("Pair", [("Input", "in-2"), ("Key", "b" * 32)])])
    assert view.tree.topLevelItem(0).child(0) is line
    assert line.text(1) == line.toolTip(1) == "in-2"
    assert view.tree.topLevelItem(0).child(1).text(1) == "bbbbbbbb…"
    view.show_sections([("Pair", [("Input", "in-3"), ("Prompt", "a cat")])])
    assert view.tree.topLevelItem(0).child(1).text(1) == "a cat"


def test_that_a_spread_counts_over_common_bins_and_leaves_out_what_is_no_number():
    low = np.array([0.0, 0.0, np.nan, np.inf])
    spread = spread_of([("a", low, "side_a"), ("b", np.array([1.0]), "side_b")])
    assert (spread.low, spread.high) == (0.0, 1.0)
    assert [(token, counts.sum()) for token, counts in spread.counts] == [
        ("side_a", 2),
        ("side_b", 1),
    ]
    assert spread.counts[0][1][0] == 2
    assert spread.counts[1][1][-1] == 1


def test_that_values_that_are_all_equal_or_none_have_a_spread():
    assert spread_of([("a", np.full(3, 7.0), "accent")]).counts[0][1].sum() == 3
    assert spread_of([("a", np.array([]), "accent")]) == Spread()


def test_that_values_on_few_levels_get_a_bar_a_level():
    """The mean of three channels lies on thirds: bins of another width would show gaps."""
    thirds = np.repeat(np.arange(17) / 3, 10)
    spread = spread_of([("error", thirds, "accent")])
    assert spread.counts[0][1].tolist() == [10] * 17
    assert (spread.low, spread.high) == (0.0, pytest.approx(16 / 3))
    assert spread.pad == pytest.approx(1 / 6)
    few = spread_of([("psnr", np.array([37.1, 38.9]), "accent")])
    assert few.pad == 0
