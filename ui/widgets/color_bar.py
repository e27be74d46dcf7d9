"""The scale beside an error map: colours, end values, unit."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import current_theme
from ui.widgets.colormap import lookup_table

STOPS = 17


class ColorBar(QWidget):
    """Shows which colour stands for which value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show an empty scale."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Colour scale"))
        self.show_scale(0.0, 1.0, "", "sequential")

    def sizeHint(self) -> QSize:
        """Ask for a bar with a line of text under it."""
        return QSize(260, 16 + self.fontMetrics().height())

    def show_scale(self, low: float, high: float, unit: str, colormap: str) -> None:
        """Show that the map's ends stand for `low` and `high`."""
        self._low, self._high, self._unit, self._map = low, high, unit, colormap
        self.setAccessibleDescription(f"{low:g} – {high:g} {unit}".strip())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bar and three values."""
        painter = QPainter(self)
        theme = current_theme()
        bar = QRectF(0.5, 1.5, self.width() - 1, 12)
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        table = lookup_table(self._map)
        for stop in range(STOPS):
            at = stop / (STOPS - 1)
            red, green, blue = table[round(at * 255)].tolist()
            gradient.setColorAt(at, theme.color("text").fromRgb(red, green, blue))
        painter.fillRect(bar, gradient)
        painter.setPen(theme.color("border_strong"))
        painter.drawRect(bar)
        painter.setPen(theme.color("muted"))
        line = QRectF(QPointF(0, 15), QPointF(self.width(), self.height()))
        middle = (self._low + self._high) / 2
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, f"{self._low:.3g}")
        painter.drawText(line, Qt.AlignmentFlag.AlignHCenter, f"{middle:.3g} {self._unit}".strip())
        painter.drawText(line, Qt.AlignmentFlag.AlignRight, f"{self._high:.3g}")
        painter.end()
