"""Draws the lines of text that an entry of a list has."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter


@dataclass(frozen=True)
class TextRow:
    """One line; `elide` says where it is cut when it is too long."""

    text: str
    color: QColor
    bold: bool = False
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight


def draw_text_rows(painter: QPainter, box: QRect, rows: Sequence[TextRow]) -> None:
    """Draw `rows` below each other, each as high as the others, so that they fill `box`."""
    font = QFont(painter.font())
    height = box.height() // len(rows)
    for at, row in enumerate(rows):
        font.setBold(row.bold)
        painter.setFont(font)
        painter.setPen(row.color)
        where = QRect(box.left(), box.top() + at * height, box.width(), height)
        shown = painter.fontMetrics().elidedText(row.text, row.elide, box.width())
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
