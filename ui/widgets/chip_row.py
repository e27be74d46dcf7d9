"""A line of small facts that never makes its window wider: what does not fit is left out."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import current_theme

PAD, GAP = 8, 6


class ChipRow(QWidget):
    """Facts from the left, one that always shows at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.facts: tuple[str, ...] = ()
        self.label, self._kind = "", "info"

    def sizeHint(self) -> QSize:
        """Ask for one line."""
        return QSize(200, self.fontMetrics().height() + 4)

    def minimumSizeHint(self) -> QSize:
        """Take any width."""
        return QSize(0, self.sizeHint().height())

    def show_facts(self, facts: Sequence[str], label: str, kind: str) -> None:
        """Show `facts`, and `label` in the colours of `kind` (info, warn, good, bad)."""
        self.facts, self.label, self._kind = tuple(facts), label, kind
        text = ", ".join([*facts, label])
        self.setAccessibleName(text)
        self.setToolTip("\n".join([*facts, label]))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the label at the right, then as many facts as there is room for."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics, right = self.fontMetrics(), float(self.width())
        if self.label:
            text = metrics.elidedText(self.label, Qt.TextElideMode.ElideRight, self.width() // 2)
            width = metrics.horizontalAdvance(text) + 2 * PAD
            self._chip(painter, right - width, width, text, f"{self._kind}_soft", self._kind)
            right -= width + GAP
        left = 0.0
        for fact in self.facts:
            width = metrics.horizontalAdvance(fact) + 2 * PAD
            if left + width > right:
                if left + metrics.horizontalAdvance("…") <= right:
                    painter.setPen(current_theme().color("muted"))
                    painter.drawText(
                        QRectF(left, 0, right - left, self.height()),
                        Qt.AlignmentFlag.AlignVCenter,
                        "…",
                    )
                break
            self._chip(painter, left, width, fact, "raised", "muted")
            left += width + GAP
        painter.end()

    def _chip(
        self, painter: QPainter, left: float, width: float, text: str, back: str, ink: str
    ) -> None:
        theme, box = current_theme(), QRectF(left, 0, width, self.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(back))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(theme.color(ink))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
