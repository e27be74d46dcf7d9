"""Loupe and region without a mouse, and without a keyboard."""

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtTest import QTest

from tests.unit.ui.test_compare_panel import flat_run, panel  # noqa: F401 -- fixtures

KEY = Qt.Key


def test_that_arrows_move_the_loupe_and_not_the_pair(panel, flat_run):  # noqa: F811
    panel.open(flat_run)
    pair, canvas = panel.selection.pair, panel.canvas
    canvas.setFocus()
    QTest.keyPress(canvas, KEY.Key_Z)
    seen = []
    canvas.probed.connect(lambda x, y: seen.append((x, y)))
    for key in (KEY.Key_Right, KEY.Key_Right, KEY.Key_Down):
        QTest.keyClick(canvas, key)
    QTest.keyClick(canvas, KEY.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    (x, y), last = seen[0], seen[-1]
    assert last == (x + 1 + 8, y + 1)
    assert panel.selection.pair is pair
    QTest.keyRelease(canvas, KEY.Key_Z)
    assert not canvas.is_loupe_held
    QTest.keyClick(canvas, KEY.Key_Right)
    assert panel.selection.pair is not pair


def test_that_a_region_grows_with_the_arrows_and_is_chosen_when_c_is_let_go(
    panel,  # noqa: F811
    flat_run,  # noqa: F811
):
    panel.open(flat_run)
    canvas = panel.canvas
    panel.view.state.set_zoom(4.0, QPointF(0.5, 0.5))
    canvas.cursor_point = canvas.picture_rect().topLeft() + QPointF(4 * 10 + 2, 4 * 20 + 2)
    canvas.setFocus()
    QTest.keyPress(canvas, KEY.Key_C)
    for _ in range(5):
        QTest.keyClick(canvas, KEY.Key_Right)
    for _ in range(7):
        QTest.keyClick(canvas, KEY.Key_Down)
    with panel.qtbot.waitSignal(canvas.region_chosen) as chosen:
        QTest.keyRelease(canvas, KEY.Key_C)
    assert chosen.args == [QRect(10, 20, 6, 8)]


def test_that_a_pointer_stays_on_the_picture(panel, flat_run):  # noqa: F811
    panel.open(flat_run)
    canvas = panel.canvas
    canvas.setFocus()
    QTest.keyPress(canvas, KEY.Key_Z)
    for _ in range(100):
        QTest.keyClick(canvas, KEY.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    x, _ = canvas.pixel_at(canvas.cursor_point)
    assert x == 0


def test_that_loupe_and_region_can_be_kept_on_for_a_mouse_alone(panel, flat_run):  # noqa: F811
    panel.open(flat_run)
    canvas, actions = panel.canvas, panel.view.actions_by_name
    actions["view.keep_loupe"].trigger()
    assert canvas.is_loupe_held
    canvas.setFocus()
    panel.view.pair_list.search.setFocus()
    assert canvas.is_loupe_held  # the focus that goes ends a key, not a choice
    actions["view.keep_loupe"].trigger()
    assert not canvas.is_loupe_held
    actions["view.keep_region"].trigger()
    at = canvas.picture_rect().center().toPoint()
    with panel.qtbot.waitSignal(canvas.region_chosen):
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at)
        QTest.mouseMove(canvas, at + QPoint(20, 20))
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at + QPoint(20, 20))
    assert canvas.is_region_held
