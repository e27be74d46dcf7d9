"""The key sheet: every command with its keys, by group."""

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ui.command import Command
from ui.commands import COMMANDS, GROUP_TITLES, group_title, scope_title
from ui.widgets.mnemonics import assign_mnemonics
from ui.widgets.parts import button, label, row


class KeySheet(QDialog):
    """Shows the keys; a search narrows them down."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """List every command that has keys."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.setMinimumSize(1020, 640)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search the shortcuts"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self.show_matches)
        self.tree = QTreeWidget()
        self.tree.setHeaderLabels([self.tr("Command"), self.tr("Keys"), self.tr("Where")])
        self.tree.setAccessibleName(self.tr("Keyboard shortcuts"))
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for at in (1, 2):
            self.tree.header().setSectionResizeMode(at, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.header().setStretchLastSection(False)
        close = button(self.tr("Close"))
        close.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.addWidget(self.search)
        column.addWidget(self.tree, 1)
        hint = self.tr("Keys of a panel hold while it has the focus; F6 goes to the next panel.")
        column.addWidget(label(hint, "muted", wrap=True))
        column.addLayout(row(1, close))
        assign_mnemonics(self)
        self.show_matches("")

    def show_matches(self, pattern: str) -> None:
        """List the commands whose words or keys have `pattern`."""
        self.tree.clear()
        for group in GROUP_TITLES:
            head = QTreeWidgetItem([group_title(group)])
            font = head.font(0)
            font.setBold(True)
            head.setFont(0, font)
            for command in COMMANDS:
                keys = key_text(command)
                text = f"{command.words} {keys}".casefold()
                if command.group == group and keys and pattern.casefold() in text:
                    where = scope_title(command.scope)
                    head.addChild(QTreeWidgetItem([command.words, keys, where]))
            if head.childCount():
                self.tree.addTopLevelItem(head)
                head.setExpanded(True)


def key_text(command: Command) -> str:
    """Return the keys of `command` as this platform writes them."""
    native = QKeySequence.SequenceFormat.NativeText
    keys = [QKeySequence(key).toString(native) for key in command.keys]
    return f"{keys[0]} … {keys[-1]}" if command.is_series else ", ".join(keys)
