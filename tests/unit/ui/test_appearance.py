"""What the panels look like: nothing is cut off, and a change of theme reaches everything."""

import functools
import re

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLabel, QTreeWidget, QTreeWidgetItem, QWidget

from quad_studio.events import StageFinished, StageStarted
from tests.fakes.run_folder import write_run_folder
from ui.app import Studio
from ui.icons import Repaints
from ui.models.stages import Stages
from ui.scenes import CARDS, SceneDevices, SceneSessions
from ui.scenes_build import SceneBuild
from ui.services import Services
from ui.theme import ThemeSwitch, current_theme
from ui.views.context_view import ContextView
from ui.views.log_view import LogView
from ui.views.session_view import SessionView
from ui.widgets.chip_row import ChipRow
from ui.widgets.short_box import ShortBox
from ui.widgets.stage_list import StageList
from ui.widgets.wrap_delegate import WrapDelegate, breakable, fitted, longest_word
from ui.window_layouts import WORKSPACES

pytestmark = pytest.mark.timeout(60)
LAPTOP = QSize(1366, 768)


@pytest.fixture
def theme(qapp):
    made = ThemeSwitch(qapp, "dark")
    made.choose("dark")
    yield made
    made.choose("dark")


def ink_of(icon):
    """Return the colour of the icon's most opaque pixel."""
    image = icon.pixmap(16, 16).toImage()
    pixels = [image.pixelColor(x, y) for x in range(16) for y in range(16)]
    return max(pixels, key=lambda pixel: pixel.alpha()).name()


def test_that_every_workspace_fits_on_a_laptop_with_a_run_of_long_names(
    qapp, qtbot, settings, tmp_path
):
    run = write_run_folder(tmp_path / "run", inputs=2, repeats=1, scored=True, name="a " * 60)
    services = Services(SceneDevices(), SceneSessions(), SceneBuild(tmp_path))
    studio = Studio(qapp, root=tmp_path, settings=settings, services=services)
    studio.show()
    studio.open_path(run)
    qtbot.waitUntil(lambda: studio.kpi_model.rowCount() > 0, timeout=8000)
    studio.verdicts.set_blind(True)  # its buttons have the longest words
    for name in WORKSPACES:
        studio.run_command(f"go.{name}")
        least = studio.window.minimumSizeHint()
        assert least.width() <= LAPTOP.width(), name
        assert least.height() <= LAPTOP.height(), name
    studio.end()


def test_that_a_change_of_theme_is_told_to_every_widget_with_coloured_items(
    qapp, qtbot, settings, tmp_path
):
    studio = Studio(qapp, root=tmp_path, settings=settings, services=Services())
    told = []
    coloured = [w for w in studio.window.findChildren(QWidget) if isinstance(w, Repaints)]
    assert len(coloured) >= 4
    for widget in coloured:
        widget.repaint_theme = functools.partial(told.append, widget)
    studio.choose_theme("light")
    with qtbot.waitSignal(studio.theme_change.finished):
        studio.choose_theme("dark")
    assert set(told) == set(coloured)
    studio.end()


def test_that_stage_icons_follow_the_theme(qtbot, theme):
    view, stages = StageList(), Stages()
    qtbot.addWidget(view)
    stages.take(StageStarted(stage="load", title="Load"))
    view.show_stage(stages.take(StageFinished(stage="load", seconds=1.0)))
    assert ink_of(view.topLevelItem(0).icon(0)) == current_theme().colors["good"]
    theme.choose("light")
    view.repaint_theme()
    assert ink_of(view.topLevelItem(0).icon(0)) == current_theme().colors["good"]


def test_that_marked_lines_of_the_log_follow_the_theme(qtbot, theme):
    view = LogView()
    qtbot.addWidget(view)
    view.show_lines(["one", "two"])
    view.mark_lines([1])
    for name in ("light", "dark"):
        theme.choose(name)
        view.repaint_theme()
        (mark,) = view.text.extraSelections()
        assert mark.format.background().color() == current_theme().color("accent_soft")


def test_that_devices_of_a_session_keep_place_and_checks_when_the_list_comes_anew(qtbot, theme):
    session = SessionView()
    qtbot.addWidget(session)
    view = session.request
    view.show_targets(CARDS, frozenset({"host"}))
    view.targets.setCurrentRow(1)
    view.show_targets(CARDS, frozenset({"host"}))
    assert view.targets.currentRow() == 1
    theme.choose("light")
    view.repaint_theme()
    assert ink_of(view.targets.item(0).icon()) == current_theme().colors["good"]
    assert view.chosen_targets() == ["host"]


def test_that_a_long_text_gets_as_many_lines_as_it_needs(qtbot):
    tree = QTreeWidget()
    qtbot.addWidget(tree)
    tree.setColumnCount(2)
    tree.setItemDelegateForColumn(1, WrapDelegate(tree))
    item = QTreeWidgetItem(["Prompt", "an empty scene, background only, and nothing else in it"])
    tree.addTopLevelItem(item)
    tree.resize(900, 300)
    tree.setColumnWidth(0, 80)
    tree.show()
    low = tree.visualItemRect(item).height()
    tree.resize(240, 300)
    qtbot.waitUntil(lambda: tree.visualItemRect(item).height() > 2 * low - 10, timeout=8000)
    tree.close()


def test_that_no_value_of_the_context_hides_behind_the_scroll_bar(qtbot, theme):
    view = ContextView()
    qtbot.addWidget(view)
    view.resize(236, 260)
    view.show()
    view.show_sections([("Pair", [("Zeilenschlüssel", "object_removal")] * 30)])
    tree = view.tree
    qtbot.waitUntil(lambda: tree.verticalScrollBar().isVisible(), timeout=8000)
    qtbot.waitUntil(lambda: tree.header().length() <= tree.viewport().width(), timeout=8000)
    item = tree.topLevelItem(0).child(0)
    words = longest_word(tree.fontMetrics(), item.text(0)) + 2 * tree.indentation()
    assert words < tree.columnWidth(0) < view.width() * 0.7
    view.close()


def test_that_names_are_broken_at_their_joints(qtbot):
    assert breakable("out/demo/bundle").split("\u200b") == ["out/", "demo/", "bundle"]
    assert breakable("2026-11-28") == "2026-11-28"  # a date is no name


def test_that_only_a_word_that_is_too_long_is_broken_in_its_middle(qtbot):
    metrics = QFontMetrics(QLabel().font())
    room = metrics.horizontalAdvance("backgr")
    pieces = re.split("[ \u200b]", fitted(metrics, "an empty scene, background", room))
    assert pieces[:3] == ["an", "empty", "scene,"]
    assert "".join(pieces[3:]) == "background"
    assert len(pieces) > 4
    assert max(map(metrics.horizontalAdvance, pieces)) <= room
    assert fitted(metrics, "background", 0).replace("\u200b", "") == "background"  # no endless loop


def test_that_an_entry_too_long_for_its_box_is_told_whole_by_the_tip(qtbot):
    box = ShortBox(6)
    qtbot.addWidget(box)
    text = "object removal, host (this machine) · CPU – not a phone"
    box.addItem(text)
    assert box.toolTip() == text
    assert box.sizeHint().width() < QFontMetrics(box.font()).horizontalAdvance(text)
    box.resize(120, 26)
    box.show()
    cut = box.grab().toImage()
    box.resize(800, 26)
    assert box.grab().copy(0, 0, 120, 26).toImage() != cut  # an ellipsis, not a cut letter
    box.close()


def test_that_facts_go_to_a_second_line_before_one_is_left_out(qtbot):
    row = ChipRow()
    qtbot.addWidget(row)
    row.show_facts(
        ["PSNR 37.23 dB", "SSIM 0.9964", "LPIPS (alex) 0.0024"], "host – no phone", "info"
    )
    row.resize(2000, 20)
    assert row.lines == 1
    low = row.sizeHint().height()
    row.resize(330, 20)
    assert row.lines == 2
    assert row.sizeHint().height() > 2 * low - 2
    assert row.minimumSizeHint().width() == 0
