"""The window without a mouse: every control can be reached, and shows that it has the focus."""

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.fakes.run_folder import write_run_folder
from ui.app import Studio
from ui.scenes import SceneDevices, SceneSessions
from ui.scenes_build import SceneBuild
from ui.services import Services
from ui.widgets.paint_canvas import PaintCanvas, Tool
from ui.window_layouts import WORKSPACES

pytestmark = pytest.mark.timeout(120)
PROJECT = """schema = "quad-studio/project/1"
[project]
name = "demo"
[model]
path = "model"
"""


@pytest.fixture
def studio(qapp, qtbot, settings, tmp_path):
    services = Services(SceneDevices(), SceneSessions(), SceneBuild(tmp_path))
    made = Studio(qapp, root=tmp_path, settings=settings, services=services)
    made.window.resize(1440, 900)
    made.show()
    (tmp_path / "project.toml").write_text(PROJECT)
    made.open_path(tmp_path / "project.toml")
    run = write_run_folder(tmp_path / "run", inputs=3, repeats=1, scored=True)
    with qtbot.waitSignal(made.runs.opened, timeout=30_000):
        made.open_path(run)
    made.open_bundle(tmp_path)
    qtbot.waitUntil(lambda: bool(made.devices_view.cards), timeout=30_000)
    qtbot.waitUntil(lambda: made.kpi_model.rowCount() > 0, timeout=30_000)
    yield made
    made.end()


def stops(root):
    """Return the controls that Tab has to reach: visible, usable, not a part of another."""
    return [
        widget
        for widget in root.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and widget.isEnabled()
        and widget.focusProxy() is None
        and not widget.visibleRegion().isEmpty()
    ]


def name_of(widget):
    text = widget.accessibleName() or getattr(widget, "text", str)()
    return f"{type(widget).__name__} {text!r}"


def walk(start, key):
    """Return what has the focus after each press of `key`, until something has it again."""
    seen = []
    for _ in range(400):
        focus = QApplication.focusWidget()
        if focus is None or focus in seen:
            return seen
        seen.append(focus)
        QTest.keyClick(focus, key)
    raise AssertionError(f"no way back to {name_of(start)}")


def past(widget, key):
    """Return what `key` would give the focus to, if `widget` let it go."""
    step = {
        Qt.Key.Key_Tab: QWidget.nextInFocusChain,
        Qt.Key.Key_Backtab: QWidget.previousInFocusChain,
    }[key]
    found = step(widget)
    while not (found.focusPolicy() & Qt.FocusPolicy.TabFocus and found.isVisible()):
        found = step(found)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("workspace", list(WORKSPACES))
@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_Backtab])
def test_that_tab_and_f6_reach_every_control(studio, workspace, key):
    studio.run_command(f"go.{workspace}")
    studio.window.activateWindow()
    reached = set()
    canvas = studio.compare_view.canvas
    for dock in studio.window.docks.values():
        if dock.visibleRegion().isEmpty():
            continue
        first = next(iter(stops(dock)), None)
        if first is None:
            continue
        first.setFocus(Qt.FocusReason.TabFocusReason)
        reached |= set(walk(first, key))
    # Tab belongs to the candidates in the canvas: what follows is reached from the other side.
    if workspace == "judge":
        beyond = past(canvas, key)
        beyond.setFocus(Qt.FocusReason.TabFocusReason)
        reached |= set(walk(beyond, key)) | {canvas}
    missed = [name_of(one) for one in stops(studio.window) if one not in reached]
    assert not missed, "; ".join(missed)


def test_that_f6_goes_round_the_panels_in_both_directions(studio):
    window = studio.window
    studio.run_command("go.judge")
    order = []
    for command, count in (("go.next_panel", 5), ("go.previous_panel", 5)):
        for _ in range(count):
            focus = QApplication.focusWidget()
            order.append(next(n for n, d in window.docks.items() if d.isAncestorOf(focus)))
            studio.run_command(command)
    there, back = order[:5], order[5:]
    assert len(set(there)) >= 4
    assert back[1:] == there[::-1][:4] or back == [there[0], *there[:0:-1]]


def picture_of(window, widget, margin=4):
    place = QRect(widget.mapTo(window, QPoint()), widget.size())
    place = place.adjusted(-margin, -margin, margin, margin).intersected(window.rect())
    image = window.grab(place).toImage()
    return np.array(image.constBits()).reshape(image.height(), -1).copy()


@pytest.mark.slow
@pytest.mark.parametrize("workspace", list(WORKSPACES))
def test_that_every_control_shows_that_it_has_the_focus(studio, workspace):
    studio.run_command(f"go.{workspace}")
    window = studio.window
    window.activateWindow()
    hidden = []
    for widget in stops(window):
        others = [one for one in stops(window) if one is not widget]
        others[0].setFocus(Qt.FocusReason.TabFocusReason)
        without = picture_of(window, widget)
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        if QApplication.focusWidget() is not widget:
            hidden.append(f"{name_of(widget)} does not take it")
            continue
        with_focus = picture_of(window, widget)
        if without.shape == with_focus.shape and (without == with_focus).all():
            hidden.append(name_of(widget))
    assert not hidden, "; ".join(hidden)


def dialogs(studio):
    """Yield each dialog of the window, open."""
    for name in ("help.palette", "help.keys", "help.about", "file.settings", "copy.export"):
        studio.run_command(name)
        yield studio.help.dialog
    studio.pairing.open()
    yield studio.pairing.dialog


@pytest.mark.slow
def test_that_tab_reaches_every_control_of_a_dialog_and_escape_closes_it(studio, qtbot):
    count = 0
    for dialog in dialogs(studio):
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow, timeout=30_000)
        wanted = stops(dialog)
        wanted[0].setFocus(Qt.FocusReason.TabFocusReason)
        reached = walk(wanted[0], Qt.Key.Key_Tab)
        missed = [name_of(one) for one in wanted if one not in reached]
        assert not missed, f"{dialog.windowTitle()}: {missed}"
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible()
        count += 1
    assert count == 6


@pytest.fixture
def canvas(qtbot):
    made = PaintCanvas()
    qtbot.addWidget(made)
    made.resize(300, 300)
    made.show_picture(np.zeros((64, 64, 3), np.uint8))
    return made


def press(widget, *keys, modifier=Qt.KeyboardModifier.NoModifier):
    for key in keys:
        QTest.keyClick(widget, key, modifier)


def test_that_a_lasso_is_set_corner_by_corner_and_filled_by_keys(canvas):
    canvas.tool = Tool.LASSO
    press(canvas, Qt.Key.Key_Space)
    press(canvas, *[Qt.Key.Key_Right] * 10, Qt.Key.Key_Space)
    press(canvas, *[Qt.Key.Key_Down] * 10, Qt.Key.Key_Space)
    assert not canvas.is_painted  # corners alone paint nothing
    press(canvas, Qt.Key.Key_Return)
    painted = np.count_nonzero(canvas.layer())
    assert 30 < painted < 70  # half of ten by ten
    canvas.undo()
    assert not canvas.is_painted


def test_that_escape_gives_a_lasso_up_and_leaves_nothing_to_undo(canvas):
    canvas.tool = Tool.LASSO
    press(canvas, Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_Escape)
    with_undo = []
    canvas.undo_changed.connect(with_undo.append)
    press(canvas, Qt.Key.Key_Return)
    canvas.undo()
    assert not canvas.is_painted
    assert with_undo == []


def test_that_the_right_button_shows_the_reference_while_it_is_down(studio):
    studio.run_command("go.judge")
    canvas = studio.compare_view.canvas
    QTest.mousePress(canvas, Qt.MouseButton.RightButton)
    assert canvas.shows_a_in_place
    QTest.mouseRelease(canvas, Qt.MouseButton.RightButton)
    assert not canvas.shows_a_in_place


def test_that_the_focus_goes_from_run_to_cancel_and_back(studio):
    studio.run_command("go.session")
    studio.window.activateWindow()
    request = studio.session_view.request
    request.run_button.setFocus()
    studio.session_view.show_running(True)
    assert request.cancel_button.hasFocus()
    studio.session_view.show_running(False)
    assert request.run_button.hasFocus()


def test_that_the_focus_goes_from_deploy_to_cancel_and_back(studio):
    studio.run_command("go.devices")
    studio.window.activateWindow()
    view = studio.devices_view
    view.show_deploying(False, why_not="")
    view.deploy_button.setFocus()
    view.show_deploying(True, why_not="")
    assert view.cancel_button.hasFocus()
    view.show_deploying(False, why_not="")
    assert view.deploy_button.hasFocus()


def test_that_the_focus_goes_from_build_to_cancel_and_back(studio):
    studio.run_command("go.build")
    studio.window.activateWindow()
    view = studio.pipeline_view
    view.build_button.setFocus()
    assert view.build_button.hasFocus()
    view.show_running(True)
    assert view.cancel_button.hasFocus()
    view.show_running(False)
    assert view.build_button.hasFocus()


def test_that_the_row_with_the_keyboard_can_be_seen_without_being_chosen(studio):
    no_update = QItemSelectionModel.SelectionFlag.NoUpdate
    studio.run_command("go.judge")
    studio.window.activateWindow()
    for view in (studio.kpi_view.table, studio.compare_view.pair_list.list):
        view.setFocus()
        view.clearSelection()
        pictures = []
        for row in (0, 1):
            view.selectionModel().setCurrentIndex(view.model().index(row, 0), no_update)
            view.clearSelection()
            image = view.viewport().grab(view.visualRect(view.model().index(0, 0))).toImage()
            pictures.append(np.array(image.constBits()).copy())
        assert (pictures[0] != pictures[1]).any(), name_of(view)
