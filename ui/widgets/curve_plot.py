"""Curves over a number: losses over steps, telemetry over time."""

from collections import deque

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import current_theme
from ui.widgets.plot_axes import draw_frame, room_for_ticks

MOST_POINTS = 4000
MARGIN = 0.06
LEAST_LEFT = 52
LEGEND_DASH, LEGEND_GAP = 22, 10
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
        self._nothing = self.tr("no data yet")
        self.setAccessibleName(y_title)
        self._describe()

    def sizeHint(self) -> QSize:
        """Ask for a flat box."""
        return QSize(320, 170)

    def add(self, name: str, x: float, y: float) -> None:
        """Let the curve `name` go on to (x, y)."""
        self._curves.setdefault(name, deque(maxlen=MOST_POINTS)).append((x, y))
        self._describe()
        self.update()

    def set_title(self, y_title: str) -> None:
        """Name what the curves show."""
        self._y_title = y_title
        self.setAccessibleName(y_title)
        self.update()

    def show_nothing(self, why: str) -> None:
        """Say why there is no curve; the first point takes its place."""
        if self._nothing != why:
            self._nothing = why
            self._describe()
            self.update()

    def know(self, name: str) -> None:
        """Keep a colour for `name`, so that it has the same one in plots where another has none."""
        self._curves.setdefault(name, deque(maxlen=MOST_POINTS))

    def clear(self) -> None:
        """Forget every curve."""
        self._curves.clear()
        self._nothing = self.tr("no data yet")
        self._describe()
        self.update()

    def _describe(self) -> None:
        """Tell a screen reader where each curve stands now."""
        words = (
            f"{name}: {points[-1][1]:.4g} ({self._x_title} {points[-1][0]:.4g})"
            for name, points in self._curves.items()
            if points
        )
        self.setAccessibleDescription("; ".join(words) or self._nothing)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the curves."""
        return tuple(name for name, curve in self._curves.items() if curve)

    def last(self, name: str) -> float | None:
        """Return the newest value of the curve `name`."""
        curve = self._curves.get(name)
        return curve[-1][1] if curve else None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw axes, curves and legend."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = self.fontMetrics().height()
        points = [point for curve in self._curves.values() for point in curve]
        if not points:
            painter.setPen(current_theme().color("muted"))
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, self._nothing)
            head = QRectF(0, 0, self.width(), line)
            painter.drawText(head, Qt.AlignmentFlag.AlignLeft, self._y_title)
            painter.end()
            return
        x_range = _ahead([x for x, _ in points])
        y_range = _around([y for _, y in points])
        left = max(LEAST_LEFT, room_for_ticks(painter, y_range))
        legend = self._legend_lines()
        top = len(legend) * line + 6
        plot = QRectF(left, top, self.width() - left - 12, self.height() - top - 2 * line - 8)
        draw_frame(painter, plot, x_range, y_range, self._x_title, self._y_title)
        for at, curve in enumerate(self._curves.values()):
            if curve:
                self._curve(painter, plot, curve, x_range, y_range, at)
        for number, entries in enumerate(legend):
            self._draw_legend_line(painter, plot.right(), (number + 0.5) * line, entries)
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

    def _legend_lines(self) -> list[list[int]]:
        """Return the numbers of the curves in each line above the plot; the first has the title."""
        drawn = [at for at, curve in enumerate(self._curves.values()) if curve]
        lines: list[list[int]] = [[]]
        if len(self._curves) < 2:
            return lines
        room = self.width() - self.fontMetrics().horizontalAdvance(self._y_title) - LEGEND_GAP
        if sum(map(self._entry_width, drawn)) <= room:
            return [drawn]
        room = 0  # all of them below the title
        for at in drawn:
            if self._entry_width(at) > room:
                lines.append([])
                room = self.width()
            lines[-1].append(at)
            room -= self._entry_width(at)
        return lines

    def _entry_width(self, at: int) -> int:
        name = tuple(self._curves)[at]
        return LEGEND_DASH + self.fontMetrics().horizontalAdvance(name) + LEGEND_GAP

    def _draw_legend_line(
        self, painter: QPainter, right: float, middle: float, entries: list[int]
    ) -> None:
        """Draw the names of `entries`, the last at `right`, with a piece of their curves."""
        metrics, names = self.fontMetrics(), tuple(self._curves)
        for at in reversed(entries):
            most = self.width() - LEGEND_DASH - LEGEND_GAP
            text = metrics.elidedText(names[at], Qt.TextElideMode.ElideMiddle, most)
            left = right - metrics.horizontalAdvance(text) - LEGEND_DASH
            painter.setPen(self._pen(at))
            painter.drawLine(QPointF(left, middle), QPointF(left + LEGEND_DASH - 6, middle))
            painter.setPen(current_theme().color("text"))
            baseline = middle + (metrics.ascent() - metrics.descent()) / 2
            painter.drawText(QPointF(left + LEGEND_DASH, baseline), text)
            right = left - LEGEND_GAP


def _ahead(values: list[float]) -> tuple[float, float]:
    """Return a range from the first value; a single one has room to go on."""
    low, high = min(values), max(values)
    return (low, high) if high > low else (low, low + 1)


def _around(values: list[float]) -> tuple[float, float]:
    """Return a range with a margin; a level line runs through its middle."""
    low, high = min(values), max(values)
    if high <= low:
        margin = abs(low) * 0.02 or 0.5
        return low - margin, high + margin
    return low - MARGIN * (high - low), high + MARGIN * (high - low)
