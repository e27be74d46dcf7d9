"""Cells of a tree whose long texts go on in a next line instead of being cut."""

import re

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from ui.theme import current_theme

SIDE, TOP = 6, 3
MOST_LINES = 4
JOINT = re.compile(r"[_/=:](?=\w)|-(?=[^\W\d])")
WORD_END = re.compile("[\\s\u200b]+")


class WrapDelegate(QStyledItemDelegate):
    """Draws plain text in as many lines as it needs, up to four."""

    def __init__(self, tree: QTreeView) -> None:
        """Draw cells of `tree`, whose rows change their height with the column's width."""
        super().__init__(tree)
        self._tree = tree
        tree.header().sectionResized.connect(tree.scheduleDelayedItemsLayout)

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the height of the text at the width of its column."""
        width = self._tree.columnWidth(index.column()) - 2 * SIDE - self._indent(index)
        metrics = option.fontMetrics
        text = breakable(str(index.data() or ""))
        if self._tree.isFirstColumnSpanned(index.row(), index.parent()):
            width = self._tree.viewport().width()
        flags = _wrapping(metrics, text, width)
        box = metrics.boundingRect(QRect(0, 0, max(width, 40), 10_000), flags, text)
        lines = min(max(1, round(box.height() / metrics.height())), MOST_LINES)
        # A painted line may be a pixel higher than its metrics say, which are rounded.
        return QSize(box.width() + 2 * SIDE, lines * (metrics.height() + 1) + 2 * TOP)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw the text."""
        theme = current_theme()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if selected:
            painter.fillRect(option.rect, theme.color("selection"))
        painter.setClipRect(option.rect)
        painter.setFont(index.data(Qt.ItemDataRole.FontRole) or option.font)
        painter.setPen(theme.color("selection_text" if selected else "text"))
        box = option.rect.adjusted(SIDE, TOP, -SIDE, -TOP)
        text = breakable(str(index.data() or ""))
        painter.drawText(box, _wrapping(option.fontMetrics, text, box.width()), text)
        painter.restore()

    def _indent(self, index: QModelIndex | QPersistentModelIndex) -> int:
        """Return what the tree's lines take of the first column."""
        if index.column() > 0:
            return 0
        depth, parent = int(self._tree.rootIsDecorated()), index.parent()
        while parent.isValid():
            depth, parent = depth + 1, parent.parent()
        return depth * self._tree.indentation()


def breakable(text: str) -> str:
    """Return `text` with a place to break behind each joint of a name, a path or a version.

    >>> breakable("object_removal × 1.0").split("\u200b")
    ['object_', 'removal × 1.0']
    """
    return JOINT.sub("\\g<0>\u200b", text)


def longest_word(metrics: QFontMetrics, text: str) -> int:
    """Return the pixels that the widest piece of `text` needs that is not to be broken."""
    pieces = WORD_END.split(breakable(text))
    return max((metrics.horizontalAdvance(piece) for piece in pieces), default=0)


def _wrapping(metrics: QFontMetrics, text: str, width: int) -> int:
    """Return how lines are broken: between words, or anywhere where a word is too long."""
    fits = longest_word(metrics, text) <= width
    flag = Qt.TextFlag.TextWordWrap if fits else Qt.TextFlag.TextWrapAnywhere
    return int(flag)
