"""The key sheet: every command with its keys, by group; the place to change them."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ui.command import Command
from ui.commands import COMMANDS, GROUP_TITLES, group_title, scope_title
from ui.models.key_book import PORTABLE, KeyBook, is_changeable, is_possible
from ui.widgets.mnemonics import assign_mnemonics
from ui.widgets.parts import button, label, row, set_role

NAME_ROLE = int(Qt.ItemDataRole.UserRole)


class KeySheet(QDialog):
    """Shows the keys; a search narrows them down, the line below changes those of one command.

    Signals:
        keys_chosen: A command (str) and its new keys (tuple of portable texts), none for no key.
        reset_clicked: A command (str) that shall have its first keys again; "" for every command.
    """

    keys_chosen = Signal(str, tuple)
    reset_clicked = Signal(str)

    def __init__(self, book: KeyBook, parent: QWidget | None = None) -> None:
        """List every command with the keys of `book`."""
        super().__init__(parent)
        self._book = book
        self._items: dict[str, QTreeWidgetItem] = {}
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.setMinimumSize(1020, 640)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search the shortcuts"))
        self.search.setClearButtonEnabled(True)
        self.tree = self._build_tree()
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.addWidget(self.search)
        column.addWidget(self.tree, 1)
        self.hint = label(wrap=True)
        column.addWidget(self.hint)
        self._build_editor(column)
        assign_mnemonics(self)
        self.search.textChanged.connect(self.show_matches)
        self.tree.currentItemChanged.connect(self._on_command)
        self.show_matches("")

    def _build_tree(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setHeaderLabels([self.tr("Command"), self.tr("Keys"), self.tr("Where")])
        tree.setAccessibleName(self.tr("Keyboard shortcuts"))
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for at in (1, 2):
            tree.header().setSectionResizeMode(at, QHeaderView.ResizeMode.ResizeToContents)
        tree.header().setStretchLastSection(False)
        return tree

    def _build_editor(self, column: QVBoxLayout) -> None:
        self.editor = QKeySequenceEdit()
        self.editor.setMaximumSequenceLength(1)
        self.editor.setClearButtonEnabled(True)
        self.editor.setFixedWidth(200)
        self.editor.setAccessibleName(self.tr("New key"))
        self.editor.installEventFilter(self)
        self.editor.keySequenceChanged.connect(self._on_key)
        caption = QLabel(self.tr("New key"))
        caption.setBuddy(self.editor)
        self.use_button = button(self.tr("Use it"))
        self.reset_button = button(self.tr("Reset"))
        self.reset_all_button = button(self.tr("Reset all"))
        close = button(self.tr("Close"))
        self.use_button.clicked.connect(self._on_use)
        self.reset_button.clicked.connect(self._on_reset)
        self.reset_all_button.clicked.connect(self._on_reset_all)
        close.clicked.connect(self.accept)
        for one in (self.use_button, self.reset_button, self.reset_all_button):
            one.setAutoDefault(False)
        buttons = (self.use_button, self.reset_button, 1, self.reset_all_button, close)
        column.addLayout(row(caption, self.editor, *buttons))

    # ---- showing -------------------------------------------------------------------------------

    def show_matches(self, pattern: str) -> None:
        """List the commands whose words or keys have `pattern`."""
        chosen = self._chosen()
        self._items.clear()
        self.tree.clear()
        for group in GROUP_TITLES:
            head = QTreeWidgetItem([group_title(group)])
            _embolden(head, 0)
            for command in COMMANDS:
                text = f"{command.words} {self._key_text(command)}".casefold()
                if command.group == group and pattern.casefold() in text:
                    head.addChild(self._item(command))
            if head.childCount():
                self.tree.addTopLevelItem(head)
                head.setExpanded(True)
        self._choose(chosen.name if chosen is not None else "")

    def show_book(self) -> None:
        """Show the keys again after they changed."""
        self.show_matches(self.search.text())

    def _item(self, command: Command) -> QTreeWidgetItem:
        item = QTreeWidgetItem([command.words, self._key_text(command), scope_title(command.scope)])
        item.setData(0, NAME_ROLE, command.name)
        self._items[command.name] = item
        if self._book.has_own(command.name):
            _embolden(item, 1)
            item.setToolTip(1, self.tr("Your own; Reset brings back the first."))
        return item

    def _key_text(self, command: Command) -> str:
        """Return the keys of `command` as this platform writes them."""
        keys = [native(key) for key in self._book.keys_of(command.name)]
        return f"{keys[0]} … {keys[-1]}" if command.is_series else ", ".join(keys)

    def _choose(self, name: str) -> None:
        """Make the command `name` the current one, if it is listed."""
        if name in self._items:
            self.tree.setCurrentItem(self._items[name])
        else:
            self._on_command()

    # ---- changing ------------------------------------------------------------------------------

    def _chosen(self) -> Command | None:
        item = self.tree.currentItem()
        name = item.data(0, NAME_ROLE) if item is not None else None
        return next((one for one in COMMANDS if one.name == name), None)

    def _on_command(self) -> None:
        """Offer to change the command that was chosen."""
        command = self._chosen()
        can_change = command is not None and is_changeable(command)
        keys = self._book.keys_of(command.name) if command is not None and can_change else ()
        self.editor.setEnabled(can_change)
        self.editor.setKeySequence(QKeySequence(keys[0]) if keys else QKeySequence())
        self.reset_button.setEnabled(command is not None and self._book.has_own(command.name))
        self.reset_all_button.setEnabled(bool(self._book.own))
        self._on_key()

    def _on_key(self) -> None:
        """Say what the key that was pressed would do."""
        command, key = self._chosen(), self._typed()
        if command is None:
            following = ", ".join(map(native, self._book.keys_of("go.next_panel")))
            text = self.tr(
                "Choose a command to change its key. Keys of a panel hold while it has the focus;"
                " {0} goes to the next panel."
            )
            return self._tell(text.format(following), "muted", usable=False)
        if not is_changeable(command):
            text = self.tr("These keys belong together and cannot be changed.")
            return self._tell(text, "muted", usable=False)
        keys = self._book.keys_of(command.name)
        if key in keys or not (key or keys):
            text = self.tr("Press the new key of “{0}” in the field below.").format(command.words)
            return self._tell(text, "muted", usable=False)
        if not key:
            text = self.tr("“{0}” will have no key.").format(command.words)
            return self._tell(text, "", usable=True)
        if not is_possible(key):
            text = self.tr("{0} belongs to menus, buttons and fields.").format(native(key))
            return self._tell(text, "bad", usable=False)
        return self._tell_rivals(command, key)

    def _tell_rivals(self, command: Command, key: str) -> None:
        rivals = self._book.rivals(command.name, key)
        names = ", ".join(f"“{one.words}” ({scope_title(one.scope)})" for one in rivals)
        if not all(map(is_changeable, rivals)):
            text = self.tr("{0} is the key of {1}, which cannot be changed.")
            self._tell(text.format(native(key), names), "bad", usable=False)
        elif rivals:
            text = self.tr("{0} is the key of {1}; it will be taken from there.")
            self._tell(text.format(native(key), names), "warn", usable=True)
        else:
            self._tell(self.tr("{0} is free.").format(native(key)), "good", usable=True)

    def _tell(self, text: str, role: str, *, usable: bool) -> None:
        set_role(self.hint, text, role)
        self.use_button.setEnabled(usable)

    def _typed(self) -> str:
        return self.editor.keySequence().toString(PORTABLE)

    def _on_use(self) -> None:
        command, key = self._chosen(), self._typed()
        if command is not None:
            self.keys_chosen.emit(command.name, (key,) if key else ())

    def _on_reset(self) -> None:
        command = self._chosen()
        if command is not None:
            self.reset_clicked.emit(command.name)

    def _on_reset_all(self) -> None:
        self.reset_clicked.emit("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Esc leave the field for a key, which would record it, and Enter take the key."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.reject()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if self.use_button.isEnabled():
                    self._on_use()
                return True
        return super().eventFilter(watched, event)


def native(key: str) -> str:
    """Return `key` as this platform writes it."""
    return QKeySequence(key, PORTABLE).toString(QKeySequence.SequenceFormat.NativeText)


def _embolden(item: QTreeWidgetItem, column: int) -> None:
    font = item.font(column)
    font.setBold(True)
    item.setFont(column, font)
