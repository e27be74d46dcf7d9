"""Keys of the Compare canvas that act while they are down, and the arrows beside them."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, Qt
from PySide6.QtGui import QKeyEvent

from ui.widgets.compare_canvas import CompareCanvas

ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
FAR = 8


class HeldKeys(QObject):
    """Space shows A, Z the loupe, C takes a region; arrows move the last two without a mouse.

    Loupe and region can be kept on as well, so that a mouse alone is enough. Installed as an event
    filter on what has the focus while pictures are compared.
    """

    def __init__(self, canvas: CompareCanvas, parent: QObject | None = None) -> None:
        """Act on `canvas`."""
        super().__init__(parent)
        self._canvas = canvas
        self._kept: set[str] = set()
        self._from: tuple[int, int] | None = None

    def keep(self, what: str, on: bool) -> None:
        """Keep "loupe" or "region" on without a key, or no longer."""
        self._kept = self._kept | {what} if on else self._kept - {what}
        self._let_go()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Handle keys that act while they are held, and arrows that would leave the pair."""
        if isinstance(event, QKeyEvent):
            return self._take(event)
        if event.type() == QEvent.Type.FocusOut:
            self._let_go()  # a key that is down when the focus leaves never comes up here
        return super().eventFilter(watched, event)

    def _take(self, event: QKeyEvent) -> bool:
        """Return whether the event was meant for the canvas."""
        key, kind = Qt.Key(event.key()), event.type()
        if key in ARROWS and self._is_pointing() and kind != QEvent.Type.KeyRelease:
            if kind == QEvent.Type.KeyPress:
                far = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                self._point(*ARROWS[key], FAR if far else 1)
            event.accept()
            return True
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        hold, released = self._hold_of(key), kind == QEvent.Type.KeyRelease
        if hold is None or kind == QEvent.Type.ShortcutOverride or not (plain or released):
            return False
        if not event.isAutoRepeat():
            hold(not released)
        return True

    def _hold_of(self, key: Qt.Key) -> Callable[[bool], None] | None:
        holds: dict[Qt.Key, Callable[[bool], None]] = {
            Qt.Key.Key_Space: self._canvas.hold_a,
            Qt.Key.Key_Z: self._hold_loupe,
            Qt.Key.Key_C: self._hold_region,
        }
        return holds.get(key)

    def _hold_loupe(self, down: bool) -> None:
        self._canvas.hold_loupe(down or "loupe" in self._kept)

    def _hold_region(self, down: bool) -> None:
        canvas = self._canvas
        if not down and self._from is not None and canvas.marked is not None:
            canvas.region_chosen.emit(canvas.marked)
        self._from = None
        canvas.hold_region(down or "region" in self._kept)

    def _let_go(self) -> None:
        self._from = None
        self._canvas.hold_a(False)
        self._hold_loupe(False)
        self._hold_region(False)

    def _is_pointing(self) -> bool:
        return self._canvas.is_loupe_held or self._canvas.is_region_held

    def _point(self, dx: int, dy: int, pixels: int) -> None:
        """Move the pointer by `pixels` of the picture; with C held the region grows along."""
        canvas = self._canvas
        at = canvas.cursor_point
        if canvas.pixel_at(at) is None:
            at = canvas.panes()[0].center()
        if canvas.is_region_held and self._from is None:
            self._from = canvas.pixel_at(at)
        step = max(1.0, canvas.zoom()) * pixels
        rect = canvas.picture_rect(canvas.pane_at(at)).adjusted(0.5, 0.5, -0.5, -0.5)
        canvas.cursor_point = QPointF(
            min(max(at.x() + dx * step, rect.left()), rect.right()),
            min(max(at.y() + dy * step, rect.top()), rect.bottom()),
        )
        pixel = canvas.pixel_at(canvas.cursor_point)
        canvas.probed.emit(*(pixel or (-1, -1)))
        if canvas.is_region_held and self._from is not None and pixel is not None:
            left, right = sorted((self._from[0], pixel[0]))
            top, bottom = sorted((self._from[1], pixel[1]))
            canvas.mark(QRect(left, top, right - left + 1, bottom - top + 1))
        canvas.update()
