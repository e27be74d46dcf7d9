"""Runs of many pairs: what the window's thread has no part in."""

import threading
import traceback
import weakref

import pytest

from tests.fakes.run_folder import write_run_folder
from tests.unit.ui.test_window import Window
from ui.models.run_model import read_run

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def window(qapp, qtbot, settings, tmp_path):
    made = Window(qapp, qtbot, settings, tmp_path)
    yield made
    made.close()


def test_that_a_run_that_is_shown_no_more_is_freed_outside_the_window_s_thread(window):
    freed = []
    first = write_run_folder(window.root / "first", inputs=2, repeats=1)
    second = write_run_folder(window.root / "second", inputs=2, repeats=1)
    with window.qtbot.waitSignal(window.studio.runs.opened, timeout=8000):
        window.studio.open_path(first)
    for pair in window.studio.selection.run.pairs[1:]:  # one that was looked at may be kept
        weakref.finalize(pair, lambda: freed.append(threading.current_thread()))
    count = len(window.studio.selection.run.pairs) - 1
    window.qtbot.waitUntil(lambda: window.studio.kpi_model.rowCount() > 0, timeout=8000)
    del pair
    with window.qtbot.waitSignal(window.studio.runs.opened, timeout=8000):
        window.studio.open_path(second)
    window.qtbot.waitUntil(lambda: len(freed) == count, timeout=8000)
    assert count >= 1
    assert threading.main_thread() not in freed


def test_that_the_context_is_shown_once_where_pairs_go_by_quickly(window, monkeypatch):
    run = write_run_folder(window.root / "run", inputs=4, repeats=1)
    with window.qtbot.waitSignal(window.studio.runs.opened, timeout=8000):
        window.studio.open_path(run)
    view, shown = window.studio.context_view, []
    window.qtbot.waitUntil(lambda: view.tree.topLevelItemCount() > 0)
    original = view.show_sections
    monkeypatch.setattr(view, "show_sections", lambda made: (shown.append(made), original(made)))
    for _ in range(3):
        assert window.studio.compare.walk("next")
    window.qtbot.waitUntil(lambda: bool(shown))
    (sections,) = shown
    assert dict(sections[0][1])["Input"] == window.studio.selection.pair.text("input_id")


def test_that_no_panel_goes_through_all_pairs_in_the_window_s_thread(window):
    class Pairs(tuple):
        """Pairs that note which thread goes through them."""

        def __iter__(self):
            if threading.current_thread() is threading.main_thread():
                passes.append(traceback.extract_stack(limit=4)[-2])
            return super().__iter__()

    passes = []
    view = read_run(write_run_folder(window.root / "run", inputs=3, repeats=1, scored=True))
    object.__setattr__(view, "pairs", Pairs(view.pairs))
    window.studio.selection.select_run(view)
    window.qtbot.waitUntil(lambda: window.studio.kpi_model.rowCount() > 0, timeout=8000)
    window.studio.compare.walk("next")
    assert [passed.name for passed in passes] == ["_rebuild"]  # the list itself
