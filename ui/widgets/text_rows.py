"""Draws the lines of text that an entry of a list has."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter

KEPT = 2000
_known: dict[tuple[str, Qt.TextElideMode, int, str], str] = {}


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
        shown = _elided(painter, row, box.width())
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def _elided(painter: QPainter, row: TextRow, width: int) -> str:
    """Return the text of `row` within `width` pixels, which every paint asks for."""
    key = row.text, row.elide, width, painter.font().key()
    found = _known.get(key)
    if found is None:
        if len(_known) >= KEPT:
            _known.clear()
        found = _known[key] = painter.fontMetrics().elidedText(row.text, row.elide, width)
    return found
