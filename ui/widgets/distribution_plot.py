"""One distribution before and after quantization, as two outlines."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import current_theme
from ui.widgets.plot_axes import draw_frame

Numbers = NDArray[np.float64]


class DistributionPlot(QWidget):
    """Filled: before. Outline: after. The counts are logarithmic, so that outliers can be seen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 120)
        self._edges: Numbers | None = None
        self._before: Numbers | None = None
        self._after: Numbers | None = None
        self._unit = ""
        self.setAccessibleName(self.tr("Distribution before and after quantization"))
        self.setAccessibleDescription(self.tr("Distributions appear here after a build."))

    def sizeHint(self) -> QSize:
        """Ask for a flat box."""
        return QSize(400, 200)

    def show_distribution(
        self, edges: Numbers | None, before: Numbers | None, after: Numbers | None, unit: str
    ) -> None:
        """Show counts over `edges`; None shows that there is nothing."""
        self._edges, self._before, self._after, self._unit = edges, before, after, unit
        self._describe()
        self.update()

    def _describe(self) -> None:
        """Tell a screen reader the range, and how many values lie in it before and after."""
        if self._edges is None or self._before is None or self._after is None:
            self.setAccessibleDescription(self.tr("Distributions appear here after a build."))
            return
        words = self.tr("{0} to {1} {2}; before: {3} values, after: {4} values")
        counts = (f"{self._before.sum():,.0f}", f"{self._after.sum():,.0f}")
        ends = (f"{self._edges[0]:.4g}", f"{self._edges[-1]:.4g}")
        self.setAccessibleDescription(words.format(*ends, self._unit, *counts))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw axes, both outlines and the legend."""
        painter = QPainter(self)
        theme, line = current_theme(), self.fontMetrics().height()
        if self._edges is None or self._before is None or self._after is None:
            painter.setPen(theme.color("muted"))
            text = self.tr("Distributions appear here after a build.")
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, text)
            painter.end()
            return
        plot = QRectF(52, line + 6, self.width() - 64, self.height() - 3 * line - 14)
        before, after = np.log10(1 + self._before), np.log10(1 + self._after)
        top = float(max(before.max(initial=0), after.max(initial=0))) or 1.0
        x_range = float(self._edges[0]), float(self._edges[-1])
        title = self.tr("log10(1 + count)")
        draw_frame(painter, plot, x_range, (0.0, top), self._unit, title)
        fill = QColor(theme.color("plot_1"))
        fill.setAlpha(110)
        self._outline(painter, plot, before, top, QPen(theme.color("plot_1"), 1), fill)
        self._outline(painter, plot, after, top, QPen(theme.color("plot_2"), 1.8), None)
        words = (("plot_1", self.tr("before")), ("plot_2", self.tr("after")))
        x = plot.right() - 150
        for token, word in words:
            painter.fillRect(QRectF(x, 4, 10, 10), theme.color(token))
            painter.setPen(theme.color("text"))
            painter.drawText(QPointF(x + 14, line - 3), word)
            x += 76
        painter.end()

    def _outline(
        self,
        painter: QPainter,
        plot: QRectF,
        heights: Numbers,
        top: float,
        pen: QPen,
        fill: QColor | None,
    ) -> None:
        polygon, step = QPolygonF(), plot.width() / len(heights)
        polygon.append(plot.bottomLeft())
        for at, height in enumerate(heights):
            y = plot.bottom() - float(height) / top * plot.height()
            polygon.append(QPointF(plot.left() + at * step, y))
            polygon.append(QPointF(plot.left() + (at + 1) * step, y))
        polygon.append(plot.bottomRight())
        painter.setPen(pen)
        painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
        painter.drawPolygon(polygon)
