"""The Context panel: everything that is known about the pair, its device and its run."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from ui.widgets.parts import button, label, row, rule

Section = tuple[str, Sequence[tuple[str, str]]]


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
        self.tree = QTreeWidget()
        self.tree.setColumnCount(2)
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(True)
        self.tree.setIndentation(12)
        self.tree.setAccessibleName(self.tr("Context of the pair"))
        self.tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.tree.header().setMinimumSectionSize(60)
        self.tree.header().resizeSection(0, 160)
        self.tree.header().setStretchLastSection(True)
        self.repro_button = button(self.tr("Copy repro command"), "terminal")
        self.repro_button.clicked.connect(self.copy_repro_clicked)
        self.note = label("", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tree, 1)
        column.addWidget(rule())
        column.addLayout(row(self.repro_button, self.note, 1, margins=8))

    def show_sections(self, sections: Sequence[Section]) -> None:
        """Show `sections`: a title and its (name, value) lines."""
        heads = [self.tree.topLevelItem(at) for at in range(self.tree.topLevelItemCount())]
        closed = {head.text(0) for head in heads if head is not None and not head.isExpanded()}
        self.tree.clear()
        for title, lines in sections:
            head = QTreeWidgetItem([title])
            font = head.font(0)
            font.setBold(True)
            head.setFont(0, font)
            for name, value in lines:
                item = QTreeWidgetItem([name, value])
                item.setToolTip(1, value)
                head.addChild(item)
            self.tree.addTopLevelItem(head)
            head.setFirstColumnSpanned(True)
            head.setExpanded(title not in closed)
        self.repro_button.setEnabled(bool(sections))

    def show_note(self, text: str) -> None:
        """Say what just happened."""
        self.note.setText(text)
