"""Small facts that never make their window wider: one line, or a second one where it is needed."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import current_theme

PAD, GAP, ROW_GAP = 8, 6, 4


class ChipRow(QWidget):
    """Facts from the left, one that always shows at the right, on a line of its own if need be."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.facts: tuple[str, ...] = ()
        self.label, self._kind = "", "info"

    @property
    def line_height(self) -> int:
        """Return the height of one line."""
        return self.fontMetrics().height() + 4

    @property
    def lines(self) -> int:
        """Return how many lines the facts need at this width, two at the most."""
        return 1 if self._wanted_width() <= self.width() else 2

    def sizeHint(self) -> QSize:
        """Ask for as many lines as are needed."""
        return QSize(200, self.lines * self.line_height + (self.lines - 1) * ROW_GAP)

    def minimumSizeHint(self) -> QSize:
        """Take any width."""
        return QSize(0, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for another height where the width asks for it."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def show_facts(self, facts: Sequence[str], label: str, kind: str) -> None:
        """Show `facts`, and `label` in the colours of `kind` (info, warn, good, bad)."""
        self.facts, self.label, self._kind = tuple(facts), label, kind
        text = ", ".join([*facts, label])
        self.setAccessibleName(text)
        self.setToolTip("\n".join([*facts, label]))
        self.updateGeometry()
        self.update()

    def _width_of(self, text: str) -> int:
        return self.fontMetrics().horizontalAdvance(text) + 2 * PAD

    def _wanted_width(self) -> int:
        texts = [*self.facts, *([self.label] if self.label else [])]
        return sum(self._width_of(text) + GAP for text in texts)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the facts from the left, the label at the right of the last line."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        two = self.lines == 2
        last = self.line_height + ROW_GAP if two else 0
        room = self.width() if two else self.width() // 2
        text = self.fontMetrics().elidedText(
            self.label, Qt.TextElideMode.ElideMiddle, room - 2 * PAD
        )
        label_left = float(self.width() - self._width_of(text)) if self.label else self.width()
        if self.label:
            box = QRectF(label_left, last, self._width_of(text), self.line_height)
            self._chip(painter, box, text, f"{self._kind}_soft", self._kind)
        left, top = 0.0, 0.0
        for fact in self.facts:
            width = self._width_of(fact)
            if top < last and left + width > self.width():
                left, top = 0.0, float(last)
            if top == last and left + width > label_left - GAP:
                self._more(painter, left, top)
                break
            self._chip(painter, QRectF(left, top, width, self.line_height), fact, "raised", "muted")
            left += width + GAP
        painter.end()

    def _more(self, painter: QPainter, left: float, top: float) -> None:
        painter.setPen(current_theme().color("muted"))
        box = QRectF(left, top, 20, self.line_height)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, "…")

    def _chip(self, painter: QPainter, box: QRectF, text: str, back: str, ink: str) -> None:
        theme = current_theme()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(back))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(theme.color(ink))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
