"""A picture to paint on: a mask with brush, eraser and lasso, or a sketch; with undo."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import current_theme
from ui.widgets.focus_frame import draw_focus_frame
from ui.widgets.frame import Pixels, area_average, to_qimage

MOST_UNDO = 40
KEY_STEP = 4
CROSS_PX = 7


class Tool(StrEnum):
    """What a stroke does."""

    BRUSH = "brush"
    ERASER = "eraser"
    LASSO = "lasso"


class PaintCanvas(QWidget):
    """Shows a picture and lets a person paint one layer over it.

    The layer has the picture's own resolution: 255 where painted. A mask is shown as a tint over
    the picture, a sketch as dark lines on white. The keyboard paints too: arrows move a cursor,
    Space puts the brush down; with the lasso Space sets a corner and Enter fills.

    Signals:
        painted: The layer changed.
        undo_changed: Whether there is something to undo.
        image_dropped: A local file (str) was dropped.
    """

    painted = Signal()
    undo_changed = Signal(bool)
    image_dropped = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setMinimumSize(180, 180)
        self.tool, self.brush_px = Tool.BRUSH, 24
        self.is_sketch = False
        self.message = ""
        self._pixels: Pixels | None = None
        self._picture: QImage | None = None
        self._scaled: tuple[QSize, QImage] | None = None
        self._layer: QImage | None = None
        self._undo: list[QImage] = []
        self._stroke: list[QPointF] = []
        self._cursor: QPointF | None = None
        self.painted.connect(self._describe)

    def sizeHint(self) -> QSize:
        """Ask for a square."""
        return QSize(360, 360)

    # ---- content -------------------------------------------------------------------------------

    def show_picture(self, pixels: Pixels | None, *, is_sketch: bool = False) -> None:
        """Show `pixels` with an empty layer; for a sketch only the size of `pixels` matters."""
        self.is_sketch = is_sketch
        self._pixels = pixels
        self._picture = to_qimage(pixels) if pixels is not None else None
        self._scaled = None
        self._layer = None
        if self._picture is not None:
            self._layer = QImage(self._picture.size(), QImage.Format.Format_Grayscale8)
            self._layer.fill(0)
        self._undo.clear()
        self.undo_changed.emit(False)
        self.update()
        self.painted.emit()

    @property
    def pixels(self) -> Pixels | None:
        """Return the picture under the layer."""
        return self._pixels

    def layer(self) -> NDArray[np.uint8] | None:
        """Return the layer, (H, W), 255 where painted; None without a picture."""
        if self._layer is None:
            return None
        image = self._layer
        data = np.frombuffer(image.constBits(), np.uint8).reshape(
            image.height(), image.bytesPerLine()
        )
        return data[:, : image.width()].copy()

    def set_layer(self, values: NDArray[np.uint8]) -> None:
        """Put `values` (H, W) in place of the layer, as one step that can be undone."""
        if self._layer is None or values.shape != (self._layer.height(), self._layer.width()):
            return
        self._remember()
        data = np.ascontiguousarray(np.where(values > 127, 255, 0).astype(np.uint8))
        made = QImage(
            data.data, data.shape[1], data.shape[0], data.shape[1], QImage.Format.Format_Grayscale8
        )
        self._layer = made.copy()
        self._changed()

    @property
    def is_painted(self) -> bool:
        """Return whether anything is painted."""
        layer = self.layer()
        return layer is not None and bool(layer.any())

    def sketch(self) -> Pixels | None:
        """Return dark lines on white, (H, W, 3); None without a canvas."""
        layer = self.layer()
        if layer is None:
            return None
        return np.repeat((255 - layer)[:, :, None], 3, axis=2)

    def _describe(self) -> None:
        """Tell a screen reader how much is painted, at the end of a stroke."""
        layer = self.layer() if not self._stroke else None
        if self._layer is None:
            self.setAccessibleDescription(self.message)
        elif layer is not None:
            words = self.tr("{0} × {1} pixels, {2:.0f} % painted")
            share = 100 * float((layer > 127).mean())
            self.setAccessibleDescription(words.format(*layer.shape[::-1], share))

    # ---- editing -------------------------------------------------------------------------------

    def undo(self) -> None:
        """Take the last stroke back."""
        if self._undo:
            self._layer = self._undo.pop()
            self.undo_changed.emit(bool(self._undo))
            self.update()
            self.painted.emit()

    def clear(self) -> None:
        """Wipe the layer, as one step that can be undone."""
        if self._layer is not None:
            self._remember()
            self._layer.fill(0)
            self._changed()

    def invert(self) -> None:
        """Paint what is not painted and the other way round."""
        layer = self.layer()
        if layer is not None:
            self.set_layer(np.where(layer > 127, 0, 255).astype(np.uint8))

    def _remember(self) -> None:
        if self._layer is not None:
            self._undo.append(self._layer.copy())
            del self._undo[:-MOST_UNDO]
            self.undo_changed.emit(True)

    def _changed(self) -> None:
        self.update()
        self.painted.emit()

    def _draw_stroke(self, points: list[QPointF], *, close: bool) -> None:
        if self._layer is None or not points:
            return
        painter = QPainter(self._layer)
        color = QColor(0, 0, 0) if self.tool == Tool.ERASER else QColor(255, 255, 255)
        if close:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawPolygon(QPolygonF(points))
        else:
            width = max(1.0, self.brush_px / (6 if self.is_sketch else 1))
            pen = QPen(color, width)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            if len(points) == 1:
                painter.drawPoint(points[0])
            else:
                painter.drawPolyline(QPolygonF(points))
        painter.end()
        self._changed()

    # ---- geometry and painting -----------------------------------------------------------------

    def picture_rect(self) -> QRectF:
        """Return where the picture lies on the widget."""
        if self._picture is None:
            return QRectF()
        area = QRectF(self.rect()).adjusted(8, 8, -8, -8)
        size = self._picture.size()
        factor = min(area.width() / size.width(), area.height() / size.height())
        width, height = size.width() * factor, size.height() * factor
        return QRectF(area.center().x() - width / 2, area.center().y() - height / 2, width, height)

    def to_picture(self, point: QPointF) -> QPointF:
        """Return the picture's coordinates of a point on the widget."""
        rect = self.picture_rect()
        if self._picture is None or rect.isEmpty():
            return QPointF()
        factor = self._picture.width() / rect.width()
        return (point - rect.topLeft()) * factor

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw picture, layer, the stroke being drawn and the cursor."""
        painter = QPainter(self)
        theme = current_theme()
        painter.fillRect(self.rect(), theme.color("canvas"))
        if self._picture is None or self._layer is None:
            painter.setPen(theme.color("canvas_text"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(self.rect()).adjusted(20, 20, -20, -20), flags, self.message)
            draw_focus_frame(painter, self)
            painter.end()
            return
        rect = self.picture_rect()
        if self.is_sketch:
            painter.fillRect(rect, QColor("#ffffff"))
        else:
            painter.drawImage(rect, self._shown(rect.size().toSize()))
        painter.drawImage(rect, self._tinted())
        if self.tool == Tool.LASSO and len(self._stroke) > 1:
            painter.setPen(QPen(QColor("#ffd54a"), 1.5, Qt.PenStyle.DashLine))
            factor = rect.width() / self._picture.width()
            painter.drawPolyline(QPolygonF([rect.topLeft() + p * factor for p in self._stroke]))
        self._draw_cursor(painter, rect)
        draw_focus_frame(painter, self)
        painter.end()

    def _shown(self, size: QSize) -> QImage:
        """Return the picture for `size`: area average when smaller, nearest when larger."""
        if self._picture is None or self._pixels is None:
            return QImage()
        if size.width() >= self._picture.width():
            return self._picture
        if self._scaled is None or self._scaled[0] != size:
            small = area_average(self._pixels, (max(size.width(), 1), max(size.height(), 1)))
            self._scaled = (size, to_qimage(small))
        return self._scaled[1]

    def _tinted(self) -> QImage:
        """Return the layer as a tint (mask) or as lines (sketch)."""
        if self._layer is None:
            return QImage()
        tint = QImage(self._layer.size(), QImage.Format.Format_ARGB32)
        tint.fill(QColor(20, 20, 20) if self.is_sketch else QColor(255, 64, 96, 140))
        data = self.layer()
        if data is None:
            return tint
        height, width = data.shape
        alpha = QImage(data.data, width, height, width, QImage.Format.Format_Alpha8).copy()
        painter = QPainter(tint)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
        painter.drawImage(0, 0, alpha)
        painter.end()
        return tint

    def _draw_cursor(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the brush as a ring, the lasso's place as a cross; the keyboard moves it too."""
        if self._picture is None or (self._cursor is None and not self.hasFocus()):
            return
        size = self._picture.size()
        here = self._cursor or QPointF(size.width() / 2, size.height() / 2)
        radius = self.brush_px / 2 * rect.width() / size.width()
        at = rect.topLeft() + here * (rect.width() / size.width())
        for color, width in ((QColor(0, 0, 0, 160), 3.0), (QColor("#ffffff"), 1.2)):
            painter.setPen(QPen(color, width))
            if self.tool == Tool.LASSO:
                for arm in (QPointF(CROSS_PX, 0), QPointF(0, CROSS_PX)):
                    painter.drawLine(at - arm, at + arm)
            else:
                painter.drawEllipse(at, radius, radius)

    # ---- mouse, keys, drops --------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke."""
        if event.button() == Qt.MouseButton.LeftButton and self._layer is not None:
            self._remember()
            self._stroke = [self.to_picture(event.position())]
            if self.tool != Tool.LASSO:
                self._draw_stroke(self._stroke, close=False)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the stroke."""
        self._cursor = self.to_picture(event.position())
        if self._stroke:
            self._stroke.append(self._cursor)
            if self.tool != Tool.LASSO:
                self._draw_stroke(self._stroke[-2:], close=False)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the stroke; a lasso is filled now."""
        if self._stroke and self.tool == Tool.LASSO:
            self._draw_stroke(self._stroke, close=True)
        self._stroke = []
        self._describe()

    def leaveEvent(self, event: object) -> None:
        """Hide the brush."""
        self._cursor = None
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the brush with the arrows, put it down with Space."""
        moves = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        key = Qt.Key(event.key())
        if self._picture is None or not (key in moves or self._takes(key)):
            super().keyPressEvent(event)
            return
        size = self._picture.size()
        here = self._cursor or QPointF(size.width() / 2, size.height() / 2)
        if key not in moves:
            self._act_by_key(key, here)
        else:
            dx, dy = moves[key]
            step = max(1.0, size.width() / 64) * (
                KEY_STEP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            )
            here = QPointF(
                min(max(here.x() + dx * step, 0), size.width() - 1),
                min(max(here.y() + dy * step, 0), size.height() - 1),
            )
        self._cursor = here
        self.update()

    def _takes(self, key: Qt.Key) -> bool:
        """Return whether a key does something now that is no move."""
        closes = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
        return key == Qt.Key.Key_Space or (closes and bool(self._stroke))

    def _act_by_key(self, key: Qt.Key, here: QPointF) -> None:
        """Put the brush down; with the lasso set a corner, fill it, or give it up."""
        is_lasso = self.tool == Tool.LASSO
        if key == Qt.Key.Key_Space and is_lasso:
            if not self._stroke:
                self._remember()
            self._stroke.append(here)
        elif key == Qt.Key.Key_Space:
            self._remember()
            self._draw_stroke([here], close=False)
        else:
            stroke, self._stroke = self._stroke, []
            if key == Qt.Key.Key_Escape:
                self._undo.pop()
                self.undo_changed.emit(bool(self._undo))
            else:
                self._draw_stroke(stroke, close=True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a picture file."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Say which file was dropped."""
        urls = event.mimeData().urls()
        if urls and urls[0].isLocalFile():
            self.image_dropped.emit(urls[0].toLocalFile())
            event.acceptProposedAction()
