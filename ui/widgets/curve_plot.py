"""Curves over a number: losses over steps, telemetry over time."""

from collections import deque

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import current_theme
from ui.widgets.plot_axes import draw_frame

MOST_POINTS = 4000
COLORS = tuple(f"plot_{number}" for number in range(1, 7))
DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)


class CurvePlot(QWidget):
    """Shows named curves that grow; a curve differs by colour and, from the seventh on, by dash."""

    def __init__(self, x_title: str, y_title: str, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 110)
        self._x_title, self._y_title = x_title, y_title
        self._curves: dict[str, deque[tuple[float, float]]] = {}
        self.setAccessibleName(y_title)

    def sizeHint(self) -> QSize:
        """Ask for a flat box."""
        return QSize(320, 170)

    def add(self, name: str, x: float, y: float) -> None:
        """Let the curve `name` go on to (x, y)."""
        self._curves.setdefault(name, deque(maxlen=MOST_POINTS)).append((x, y))
        self.setAccessibleDescription(", ".join(self._curves))
        self.update()

    def clear(self) -> None:
        """Forget every curve."""
        self._curves.clear()
        self.update()

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the curves."""
        return tuple(self._curves)

    def last(self, name: str) -> float | None:
        """Return the newest value of the curve `name`."""
        curve = self._curves.get(name)
        return curve[-1][1] if curve else None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw axes, curves and legend."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = self.fontMetrics().height()
        plot = QRectF(52, line + 6, self.width() - 64, self.height() - 3 * line - 14)
        points = [point for curve in self._curves.values() for point in curve]
        if not points:
            painter.setPen(current_theme().color("muted"))
            nothing = self.tr("no data yet")
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, nothing)
            head = QRectF(0, 0, self.width(), line)
            painter.drawText(head, Qt.AlignmentFlag.AlignLeft, self._y_title)
            painter.end()
            return
        x_range = _range([x for x, _ in points], 0.0)
        y_range = _range([y for _, y in points], 0.06)
        draw_frame(painter, plot, x_range, y_range, self._x_title, self._y_title)
        for at, curve in enumerate(self._curves.values()):
            self._curve(painter, plot, curve, x_range, y_range, at)
        self._legend(painter, plot, line)
        painter.end()

    def _curve(
        self,
        painter: QPainter,
        plot: QRectF,
        curve: deque[tuple[float, float]],
        x_range: tuple[float, float],
        y_range: tuple[float, float],
        at: int,
    ) -> None:
        polygon = QPolygonF()
        for x, y in curve:
            across = (x - x_range[0]) / (x_range[1] - x_range[0])
            up = (y - y_range[0]) / (y_range[1] - y_range[0])
            polygon.append(
                QPointF(plot.left() + across * plot.width(), plot.bottom() - up * plot.height())
            )
        painter.setPen(self._pen(at))
        if polygon.size() > 1:
            painter.drawPolyline(polygon)
        else:
            painter.drawEllipse(polygon.at(0), 2, 2)

    def _pen(self, at: int) -> QPen:
        color = current_theme().color(COLORS[at % len(COLORS)])
        return QPen(color, 1.8, DASHES[at // len(COLORS) % len(DASHES)])

    def _legend(self, painter: QPainter, plot: QRectF, line: int) -> None:
        if len(self._curves) < 2:
            return
        right = plot.right()
        for at, name in reversed(list(enumerate(self._curves))):
            width = self.fontMetrics().horizontalAdvance(name)
            left = right - width - 22
            painter.setPen(self._pen(at))
            painter.drawLine(QPointF(left, line / 2), QPointF(left + 16, line / 2))
            painter.setPen(current_theme().color("text"))
            painter.drawText(QPointF(left + 20, line - 3), name)
            right = left - 10


def _range(values: list[float], margin: float) -> tuple[float, float]:
    low, high = min(values), max(values)
    if high <= low:
        return low - 0.5, high + 0.5
    return low - margin * (high - low), high + margin * (high - low)
