"""A small histogram with labelled axes."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import current_theme

BINS = 24


class Histogram(QWidget):
    """Shows how values are spread, one colour a series, with the value of one sample marked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._series: list[tuple[str, np.ndarray, str]] = []
        self._axis = ""
        self._mark: float | None = None
        self._log = False

    def sizeHint(self) -> QSize:
        """Ask for a flat box."""
        return QSize(180, 120)

    def show_series(
        self,
        series: Sequence[tuple[str, np.ndarray, str]],
        axis: str,
        mark: float | None = None,
        *,
        log: bool = False,
    ) -> None:
        """Show `series` (name, values, colour token) over the axis `axis`; `mark` is one value."""
        finite = [(n, v[np.isfinite(v)], c) for n, v, c in series]
        self._series = [(n, v, c) for n, v, c in finite if v.size]
        self._axis, self._mark, self._log = axis, mark, log
        self.setAccessibleName(self.tr("Histogram of {0}").format(axis))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw bars or steps, the axis and its end values."""
        painter = QPainter(self)
        theme = current_theme()
        line = self.fontMetrics().height()
        plot = QRectF(4, 4, self.width() - 8, self.height() - 2 * line - 8)
        painter.setPen(theme.color("border"))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())
        painter.setPen(theme.color("muted"))
        below = QRectF(4, plot.bottom() + 2, plot.width(), line)
        title = QRectF(4, plot.bottom() + 2 + line, plot.width(), line)
        painter.drawText(title, Qt.AlignmentFlag.AlignHCenter, self._axis)
        if not self._series:
            painter.drawText(plot, Qt.AlignmentFlag.AlignCenter, self.tr("no values"))
            painter.end()
            return
        low = min(float(values.min()) for _, values, _ in self._series)
        high = max(float(values.max()) for _, values, _ in self._series)
        if high <= low:
            high, low = low + 0.5, low - 0.5
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, f"{low:.4g}")
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, f"{high:.4g}")
        for _, values, token in self._series:
            self._bars(painter, plot, values, low, high, theme.color(token))
        if self._mark is not None and low <= self._mark <= high:
            x = plot.left() + (self._mark - low) / (high - low) * plot.width()
            painter.setPen(QPen(theme.color("warn"), 2))
            painter.drawLine(int(x), int(plot.top()), int(x), int(plot.bottom()))
        painter.end()

    def _bars(
        self,
        painter: QPainter,
        plot: QRectF,
        values: np.ndarray,
        low: float,
        high: float,
        color: QColor,
    ) -> None:
        counts, _ = np.histogram(values, bins=BINS, range=(low, high))
        heights = np.log1p(counts) if self._log else counts.astype(float)
        top = float(heights.max()) or 1.0
        fill = QColor(color)
        fill.setAlpha(110 if len(self._series) > 1 else 190)
        step = plot.width() / BINS
        for at, height in enumerate(heights):
            size = plot.height() * float(height) / top
            box = QRectF(plot.left() + at * step + 0.5, plot.bottom() - size, step - 1, size)
            painter.fillRect(box, fill)
