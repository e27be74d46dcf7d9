"""The canvas on which two pictures, or many, are compared."""

from enum import StrEnum

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.commands import BY_NAME
from ui.models.view_state import ViewState
from ui.theme import current_theme
from ui.widgets import canvas_drawing as drawing
from ui.widgets.focus_frame import draw_focus_frame
from ui.widgets.frame import Frame

BLINK_MS = 400  # 1.25 Hz each way: well under the three flashes a second of WCAG 2.3.1
LOUPE_FACTOR = 8


class ViewMode(StrEnum):
    """How the two pictures share the canvas."""

    FLIP = "flip"
    SPLIT = "split"
    SIDE = "side"
    GRID = "grid"
    DIFFERENCE = "difference"
    BLEND = "blend"
    BLINK = "blink"


class CompareCanvas(QWidget):
    """Draws A and B; owns no files and decides nothing.

    Positions inside are device pixels; a pane is the part of the canvas that one picture fills.

    Signals:
        probed: The image pixel (x, y) under the cursor; (-1, -1) when there is none.
        region_chosen: A rectangle of image pixels drawn with C held.
        split_moved: The slider stands at this fraction.
    """

    probed = Signal(int, int)
    region_chosen = Signal(QRect)
    split_moved = Signal(float)

    def __init__(self, state: ViewState, parent: QWidget | None = None) -> None:
        """Look where `state` says."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(220, 180)
        self.state = state
        state.changed.connect(self.update)
        self.mode = ViewMode.FLIP
        self.frame_a: Frame | None = None
        self.frame_b: Frame | None = None
        self.frame_map: Frame | None = None
        self.grid: list[tuple[str, Frame]] = []
        self.label_a, self.label_b = "", ""
        self.message = ""
        self.split, self.is_split_vertical = 0.5, True
        self.blend = 0.5
        self.is_a_held = self.is_loupe_held = self.is_region_held = False
        self.nudge = (0, 0)
        self.marked: QRect | None = None
        self.pinned: QPoint | None = None
        self.cursor_point = QPointF(-1, -1)
        self._blink_shows_a = False
        self._drag_from: QPointF | None = None
        self._drags_split = False
        self._region_from: tuple[int, int] | None = None
        self._blink = QTimer(self)
        self._blink.setInterval(BLINK_MS)
        self._blink.timeout.connect(self._on_blink)
        self._describe()

    def sizeHint(self) -> QSize:
        """Ask for a comfortable size."""
        return QSize(720, 540)

    # ---- what is shown -------------------------------------------------------------------------

    def show_frames(self, a: Frame | None, b: Frame | None, message: str = "") -> None:
        """Show the pair (a, b); both are scaled now, so that flipping later only blits."""
        self.frame_a, self.frame_b, self.message = a, b, message
        self.frame_map = None
        self.marked = None
        self._prescale()
        self._describe()
        self.update()

    def show_map(self, frame: Frame | None) -> None:
        """Show `frame` as the difference."""
        self.frame_map = frame
        self.update()

    def show_grid(self, tiles: list[tuple[str, Frame]]) -> None:
        """Show these labelled pictures in grid mode."""
        self.grid = tiles
        self.update()

    def show_labels(self, a: str, b: str) -> None:
        """Name the two sides."""
        self.label_a, self.label_b = a, b
        self._describe()
        self.update()

    def _describe(self) -> None:
        """Tell a screen reader the mode, the sides and their size, or why nothing is shown."""
        parts = [BY_NAME[f"mode.{self.mode.value}"].words]
        sides = (("A", self.label_a, self.frame_a), ("B", self.label_b, self.frame_b))
        for side, label, frame in sides:
            size = f"{frame.size[0]} × {frame.size[1]}" if frame is not None else "–"
            parts.append(f"{side}: {label} {size}")
        self.setAccessibleDescription(self.message or "; ".join(parts))

    def set_mode(self, mode: ViewMode) -> None:
        """Share the canvas as `mode` says."""
        self.mode = mode
        self._describe()
        if mode == ViewMode.BLINK:
            self._blink.start()
        else:
            self._blink.stop()
        self.update()

    def set_blink_interval(self, interval_ms: int) -> None:
        """Swap the pictures every `interval_ms` in blink mode."""
        self._blink.setInterval(max(interval_ms, 334))

    def set_split(self, fraction: float) -> None:
        """Put the slider at `fraction` of the image."""
        self.split = min(max(fraction, 0.0), 1.0)
        self.update()

    def set_split_vertical(self, vertical: bool) -> None:
        """Let the dividing line stand (True) or lie (False)."""
        self.is_split_vertical = vertical
        self.update()

    def set_blend(self, share_b: float) -> None:
        """Mix with this share of B."""
        self.blend = min(max(share_b, 0.0), 1.0)
        self.update()

    def hold_a(self, held: bool) -> None:
        """Show A in place of B while `held`."""
        self.is_a_held = held
        self.update()

    def hold_loupe(self, held: bool) -> None:
        """Show the loupe at the cursor while `held`."""
        self.is_loupe_held = held
        self.update()

    def hold_region(self, held: bool) -> None:
        """Let dragging choose a region while `held`."""
        self.is_region_held = held
        self.setCursor(Qt.CursorShape.CrossCursor if held else Qt.CursorShape.ArrowCursor)

    def mark(self, region: QRect | None) -> None:
        """Draw a frame around `region` of the image."""
        self.marked = region
        self.update()

    def pin(self, pixel: QPoint | None) -> None:
        """Draw a frame around one `pixel`; it stays while other pictures are shown."""
        self.pinned = pixel
        self.update()

    def set_nudge(self, dx: int, dy: int) -> None:
        """Shift B by whole pixels against A."""
        self.nudge = (dx, dy)
        self.update()

    @property
    def shows_a_in_place(self) -> bool:
        """Return whether a one-picture mode shows A now."""
        return self.is_a_held or (self.mode == ViewMode.BLINK and self._blink_shows_a)

    def leave(self) -> None:
        """Stop the timer; the panel calls this before it goes."""
        self._blink.stop()

    # ---- geometry ------------------------------------------------------------------------------

    @property
    def image_size(self) -> QSizeF:
        """Return the size of the pictures in pixels, empty when there are none."""
        frame = self.frame_a or self.frame_b or (self.grid[0][1] if self.grid else None)
        return QSizeF(*frame.size) if frame is not None else QSizeF()

    def panes(self) -> list[QRectF]:
        """Return the panes of the current mode in device pixels."""
        ratio = self.devicePixelRatioF()
        area = QRectF(0, 0, self.width() * ratio, self.height() * ratio)
        if self.mode == ViewMode.SIDE:
            return drawing.tile(area, 2)
        if self.mode == ViewMode.GRID and self.grid:
            return drawing.tile(area, len(self.grid))
        return [area]

    def zoom(self) -> float:
        """Return device pixels per image pixel now."""
        panes = self.panes()
        return self.state.zoom_in(drawing.usable(panes[0]).size(), self.image_size)

    def picture_rect(self, pane_index: int = 0) -> QRectF:
        """Return where the whole picture lies, in device pixels."""
        panes = self.panes()
        at = min(pane_index, len(panes) - 1)
        return drawing.picture_rect(
            drawing.usable(panes[at]), self.image_size, self.zoom(), self.state.centre_of(at)
        )

    def pane_at(self, point: QPointF) -> int:
        """Return the index of the pane under `point` (device pixels)."""
        for at, pane in enumerate(self.panes()):
            if pane.contains(point):
                return at
        return 0

    def pixel_at(self, point: QPointF) -> tuple[int, int] | None:
        """Return the image pixel under `point` (device pixels), None outside."""
        rect = self.picture_rect(self.pane_at(point))
        if self.image_size.isEmpty() or not rect.contains(point):
            return None
        zoom = self.zoom()
        x = int((point.x() - rect.left()) / zoom)
        y = int((point.y() - rect.top()) / zoom)
        inside = x < self.image_size.width() and y < self.image_size.height()
        return (x, y) if inside else None

    def show_region(self, region: QRect, fill: float = 0.4) -> None:
        """Zoom so that `region` fills the share `fill` of the pane, and mark it."""
        size, pane = self.image_size, drawing.usable(self.panes()[0])
        if size.isEmpty():
            return
        zoom = fill * min(pane.width() / region.width(), pane.height() / region.height())
        centre = QRectF(region).center()
        self.marked = region
        whole = zoom if zoom < 1 else float(int(zoom))
        self.state.set_zoom(whole, QPointF(centre.x() / size.width(), centre.y() / size.height()))

    # ---- painting ------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the current mode."""
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        painter.scale(1 / ratio, 1 / ratio)
        painter.fillRect(
            QRectF(0, 0, self.width() * ratio, self.height() * ratio),
            current_theme().color("canvas"),
        )
        drawing.draw(painter, self, ratio)
        painter.resetTransform()
        draw_focus_frame(painter, self)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Scale for the new size, before the next key."""
        self._prescale()
        super().resizeEvent(event)

    def _prescale(self) -> None:
        zoom = self.zoom()
        if zoom < 1:
            for frame in (self.frame_a, self.frame_b):
                if frame is not None:
                    frame.scaled(zoom)

    def _on_blink(self) -> None:
        self._blink_shows_a = not self._blink_shows_a
        self.update()

    # ---- mouse and keys ------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a pan, a slider drag or a region; the right button shows A while it is down."""
        point = event.position() * self.devicePixelRatioF()
        if event.button() == Qt.MouseButton.LeftButton and self.is_region_held:
            self._region_from = self.pixel_at(point)
        elif event.button() == Qt.MouseButton.LeftButton and self._is_on_split(point):
            self._drags_split = True
        elif event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._drag_from = point
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.button() == Qt.MouseButton.RightButton:
            self.hold_a(True)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan, move the slider, grow the region, and say which pixel is under the cursor."""
        point = event.position() * self.devicePixelRatioF()
        self.cursor_point = point
        if self._drags_split:
            self._move_split(point)
        elif self._region_from is not None:
            here = self.pixel_at(point)
            if here is not None:
                (x0, y0), (x1, y1) = self._region_from, here
                left, top = min(x0, x1), min(y0, y1)
                self.mark(QRect(left, top, abs(x1 - x0) + 1, abs(y1 - y0) + 1))
        elif self._drag_from is not None:
            self._pan(point - self._drag_from, self.pane_at(self._drag_from))
            self._drag_from = point
        elif not self.is_region_held:
            shape = self._split_cursor() if self._is_on_split(point) else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)
        self.probed.emit(*(self.pixel_at(point) or (-1, -1)))
        if self.is_loupe_held:
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End what the press began."""
        if event.button() == Qt.MouseButton.RightButton:
            self.hold_a(False)
            return
        if self._region_from is not None and self.marked is not None:
            self.region_chosen.emit(self.marked)
        self._drag_from = self._region_from = None
        self._drags_split = False
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def leaveEvent(self, event: object) -> None:
        """Say that no pixel is under the cursor."""
        self.cursor_point = QPointF(-1, -1)
        self.probed.emit(-1, -1)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the cursor."""
        steps = event.angleDelta().y() / 120
        if steps and not self.image_size.isEmpty():
            self.zoom_by(1.25**steps, event.position() * self.devicePixelRatioF())
        event.accept()

    def zoom_by(self, factor: float, point: QPointF | None = None) -> None:
        """Zoom by `factor` at `point` (device pixels), or at the middle of the first pane."""
        if self.image_size.isEmpty():
            return
        at = point if point is not None else self.panes()[0].center()
        pane, zoom = self.pane_at(at), self.zoom()
        rect = self.picture_rect(pane)
        fraction = QPointF(
            (at.x() - rect.left()) / rect.width(), (at.y() - rect.top()) / rect.height()
        )
        self.state.zoom_at(factor, fraction, pane, zoom)
        self._prescale()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the slider with the arrow keys in split mode; leave the rest to the panel."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
        step = steps.get(Qt.Key(event.key()))
        if step and event.modifiers() == Qt.KeyboardModifier.AltModifier:
            self.set_split(self.split + 0.02 * step)
            self.split_moved.emit(self.split)
            return
        super().keyPressEvent(event)

    def _pan(self, by: QPointF, pane: int) -> None:
        size, zoom = self.image_size, self.zoom()
        if not size.isEmpty():
            move = QPointF(-by.x() / (zoom * size.width()), -by.y() / (zoom * size.height()))
            self.state.pan(move, pane, zoom)

    def _move_split(self, point: QPointF) -> None:
        rect = self.picture_rect()
        if self.is_split_vertical:
            self.set_split((point.x() - rect.left()) / rect.width())
        else:
            self.set_split((point.y() - rect.top()) / rect.height())
        self.split_moved.emit(self.split)

    def _is_on_split(self, point: QPointF) -> bool:
        if self.mode != ViewMode.SPLIT or self.image_size.isEmpty():
            return False
        rect, reach = self.picture_rect(), 8 * self.devicePixelRatioF()
        if self.is_split_vertical:
            return abs(point.x() - (rect.left() + self.split * rect.width())) < reach
        return abs(point.y() - (rect.top() + self.split * rect.height())) < reach

    def _split_cursor(self) -> Qt.CursorShape:
        vertical = self.is_split_vertical
        return Qt.CursorShape.SplitHCursor if vertical else Qt.CursorShape.SplitVCursor
