"""Cells of a tree whose long texts go on in a next line instead of being cut."""

import re

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from ui.theme import current_theme

SIDE, TOP = 6, 3
MOST_LINES = 4
KEPT = 1000
JOINT = re.compile(r"[_/=:](?=\w)|-(?=[^\W\d])")
PIECE_END = re.compile(r"\s+|(?<=[_/=:])(?=\w)|(?<=-)(?=[^\W\d])")
WORD = re.compile("[^\\s\u200b]+")
WRAPPED = int(Qt.TextFlag.TextWordWrap)


class WrapDelegate(QStyledItemDelegate):
    """Draws plain text in as many lines as it needs, up to four."""

    def __init__(self, tree: QTreeView) -> None:
        """Draw cells of `tree`, whose rows change their height with the column's width."""
        super().__init__(tree)
        self._tree = tree
        self._fitted: dict[tuple[str, int], str] = {}
        tree.header().sectionResized.connect(tree.scheduleDelayedItemsLayout)

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the height of the text at the width of its column."""
        width = self._tree.columnWidth(index.column()) - 2 * SIDE - self._indent(index)
        metrics = option.fontMetrics
        if self._tree.isFirstColumnSpanned(index.row(), index.parent()):
            width = self._tree.viewport().width()
        width, text, lines = max(width, 40), str(index.data() or ""), 1
        across = metrics.horizontalAdvance(text)
        if across > width or "\n" in text:  # most texts need one line: a tree asks for all at once
            whole = QRect(0, 0, width, 10_000)
            box = metrics.boundingRect(whole, WRAPPED, self._fit(metrics, text, width))
            across, lines = box.width(), max(1, round(box.height() / metrics.height()))
        # A painted line may be a pixel higher than its metrics say, which are rounded.
        height = min(lines, MOST_LINES) * (metrics.height() + 1) + 2 * TOP
        return QSize(across + 2 * SIDE, height)

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
        text = self._fit(option.fontMetrics, str(index.data() or ""), box.width())
        painter.drawText(box, WRAPPED, text)
        painter.restore()

    def _fit(self, metrics: QFontMetrics, text: str, width: int) -> str:
        """Return `text` with places to break, which every paint asks for."""
        found = self._fitted.get((text, width))
        if found is None:
            if len(self._fitted) >= KEPT:
                self._fitted.clear()
            found = self._fitted[text, width] = fitted(metrics, text, width)
        return found

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
    pieces = PIECE_END.split(text)
    return max((metrics.horizontalAdvance(piece) for piece in pieces), default=0)


def fitted(metrics: QFontMetrics, text: str, width: int) -> str:
    """Return `text` with a place to break wherever a line of `width` pixels needs one."""
    if metrics.horizontalAdvance(text) <= width:
        return text
    text = breakable(text)
    if longest_word(metrics, text) <= width:
        return text
    return WORD.sub(lambda word: _cut(metrics, word.group(), width), text)


def _cut(metrics: QFontMetrics, word: str, width: int) -> str:
    """Return `word` in pieces that fit, of one letter at least."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and metrics.horizontalAdvance(pieces[-1] + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return "\u200b".join(pieces)
