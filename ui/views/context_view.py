"""The Context panel: everything that is known about the pair, its device and its run."""

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ui.widgets.parts import EmptyState, StateBanner, button, label, row, rule
from ui.widgets.wrap_delegate import WrapDelegate, longest_word

NAMES_WIDTH, NAMES_SHARE = 150, 0.45
"""What the column of names may take at most: in pixels, and of the panel."""
HASH = re.compile(r"[0-9a-f]{32,}")
Section = tuple[str, Sequence[tuple[str, str]]]


def short_hash(text: str) -> str:
    """Return the beginning of a long hash, and any other text as it is.

    >>> short_hash("5da9de1105a9f4580e00e7f11f05cd6e"), short_hash("decade")
    ('5da9de11…', 'decade')
    """
    return f"{text[:8]}…" if HASH.fullmatch(text) else text


class ContextView(QWidget):
    """Shows sections of names and values.

    Signals:
        copy_repro_clicked: Put the repro command on the clipboard.
    """

    copy_repro_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build the panel."""
        super().__init__(parent)
        self.setObjectName("panelBody")
        self._shape: list[tuple[str, list[str]]] = []
        self._names_px: tuple[int, int] | None = None  # the longest name, and its longest piece
        self.tree = QTreeWidget()
        self.tree.setColumnCount(2)
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(True)
        self.tree.setIndentation(12)
        self.tree.setAccessibleName(self.tr("Context of the pair"))
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tree.setItemDelegate(WrapDelegate(self.tree))
        header = self.tree.header()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.setMinimumSectionSize(60)
        # Not "stretch last section": that one keeps its size when the scroll bar appears.
        header.setStretchLastSection(False)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.empty = EmptyState(
            "info",
            self.tr("Nothing is chosen"),
            self.tr("Inputs, device, times and versions of the chosen pair appear here."),
        )
        self.banner = StateBanner()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.tree)
        self.repro_button = button(self.tr("Copy repro command"), "terminal")
        self.repro_button.clicked.connect(self.copy_repro_clicked)
        self.note = label("", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addWidget(self.pages, 1)
        column.addWidget(rule())
        column.addLayout(row(self.repro_button, self.note, 1, margins=8))

    def show_sections(self, sections: Sequence[Section]) -> None:
        """Show `sections`: a title and its (name, value) lines."""
        shape = [(title, [name for name, _ in lines]) for title, lines in sections]
        if shape == self._shape:
            self._show_values(sections)
            return
        self._shape, self._names_px = shape, None
        heads = [self.tree.topLevelItem(at) for at in range(self.tree.topLevelItemCount())]
        closed = {head.text(0) for head in heads if head is not None and not head.isExpanded()}
        self.tree.clear()
        made = []
        for title, lines in sections:
            head = QTreeWidgetItem([title])
            font = head.font(0)
            font.setBold(True)
            head.setFont(0, font)
            for name, value in lines:
                item = QTreeWidgetItem([name, short_hash(value)])
                item.setToolTip(0, name)
                item.setToolTip(1, value)
                head.addChild(item)
            made.append(head)
        self.tree.addTopLevelItems(made)
        # All expanded before the first is spanned, which lays the tree out: once, not at each item.
        for head in made:
            head.setExpanded(head.text(0) not in closed)
        for head in made:
            head.setFirstColumnSpanned(True)
        self._fit_names()
        self.pages.setCurrentIndex(1 if sections else 0)
        self.repro_button.setEnabled(bool(sections))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the values their share of the width."""
        super().resizeEvent(event)
        self._fit_names()

    def _fit_names(self) -> None:
        if self._names_px is None:
            metrics = self.tree.fontMetrics()
            names = {name for _, lines in self._shape for name in lines}
            whole = max((metrics.horizontalAdvance(name) for name in names), default=0)
            least = max((longest_word(metrics, name) for name in names), default=0)
            beside = 2 * self.tree.indentation() + 14
            self._names_px = whole + beside, least + beside
        (whole, least), share = self._names_px, round(NAMES_SHARE * self.width())
        self.tree.setColumnWidth(0, max(least, min(whole, NAMES_WIDTH, share)))

    def _show_values(self, sections: Sequence[Section]) -> None:
        """Replace the values that are others: to build the tree again takes ten times as long."""
        for at, (_, lines) in enumerate(sections):
            head = self.tree.topLevelItem(at)
            for place, (_, value) in enumerate(lines):
                item = head.child(place) if head is not None else None
                if item is not None and item.toolTip(1) != value:
                    item.setText(1, short_hash(value))
                    item.setToolTip(1, value)

    def show_note(self, text: str) -> None:
        """Say what just happened."""
        self.note.setText(text)
