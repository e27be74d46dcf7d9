"""Horizontal bars with intervals: sensitivity scores of adapters."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import current_theme

ROW = 26


@dataclass(frozen=True)
class Bar:
    """One bar; `low` and `high` are its interval, `is_marked` names it as chosen."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    is_marked: bool = False


class BarPlot(QWidget):
    """Shows bars, the largest first, the chosen one in the accent colour and named in words."""

    def __init__(self, mark_word: str, parent: QWidget | None = None) -> None:
        """Write `mark_word` beside the chosen bar."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._mark_word = mark_word
        self.bars: tuple[Bar, ...] = ()
        self.setAccessibleDescription(self.tr("not measured yet"))

    def sizeHint(self) -> QSize:
        """Ask for one line a bar."""
        return QSize(320, max(1, len(self.bars)) * ROW + 6)

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Show `bars`."""
        self.bars = tuple(sorted(bars, key=lambda bar: -bar.value))
        words = "; ".join(map(self._words, self.bars)) or self.tr("not measured yet")
        self.setAccessibleDescription(words)
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def _words(self, bar: Bar) -> str:
        text = f"{bar.name} {bar.value:.4g}"
        if bar.low is not None and bar.high is not None:
            text += f" ({bar.low:.4g} – {bar.high:.4g})"
        return f"{text}, {self._mark_word}" if bar.is_marked else text

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw name, bar, interval and value."""
        painter = QPainter(self)
        theme = current_theme()
        if not self.bars:
            painter.setPen(theme.color("muted"))
            text = self.tr("not measured yet")
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignLeft, text)
            painter.end()
            return
        metrics = self.fontMetrics()
        names = min(max(metrics.horizontalAdvance(bar.name) for bar in self.bars) + 14, 180)
        tail = 150
        width = max(self.width() - names - tail, 40)
        top = max(max(bar.value, bar.high or 0.0) for bar in self.bars) or 1.0
        for at, bar in enumerate(self.bars):
            y = 3 + at * ROW
            painter.setPen(theme.color("text"))
            name = metrics.elidedText(bar.name, Qt.TextElideMode.ElideRight, names - 8)
            painter.drawText(QRectF(0, y, names, ROW), Qt.AlignmentFlag.AlignVCenter, name)
            box = QRectF(names, y + 6, width * bar.value / top, ROW - 12)
            painter.fillRect(box, theme.color("accent" if bar.is_marked else "border_strong"))
            if bar.low is not None and bar.high is not None:
                self._whisker(painter, names, y + ROW / 2, width / top, bar.low, bar.high)
            word = f"  {self._mark_word}" if bar.is_marked else ""
            font = QFont(painter.font())
            font.setBold(bar.is_marked)
            painter.setFont(font)
            painter.setPen(theme.color("text"))
            end = names + width * max(bar.value, bar.high or 0.0) / top + 8
            painter.drawText(
                QRectF(end, y, tail, ROW), Qt.AlignmentFlag.AlignVCenter, f"{bar.value:.4g}{word}"
            )
            font.setBold(False)
            painter.setFont(font)
        painter.end()

    def _whisker(
        self, painter: QPainter, left: float, y: float, scale: float, low: float, high: float
    ) -> None:
        first, last = left + low * scale, left + high * scale
        # The rim of the ground's colour parts the line from the bar, which may be as bright as it.
        for token, width in (("surface", 5.0), ("text", 1.6)):
            painter.setPen(QPen(current_theme().color(token), width))
            painter.drawLine(QPointF(first, y), QPointF(last, y))
            for x in (first, last):
                painter.drawLine(QPointF(x, y - 4), QPointF(x, y + 4))
