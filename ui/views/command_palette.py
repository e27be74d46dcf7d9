"""The command palette: type a few letters, choose a command."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QDialog, QLineEdit, QTreeView, QVBoxLayout, QWidget

from ui.commands import BY_NAME, group_title
from ui.icons import blank_icon

ACTION_ROLE = int(Qt.ItemDataRole.UserRole)


def match_score(pattern: str, text: str) -> int | None:
    """Return how well `pattern` fits `text`, smaller is better; None when it does not.

    Every word of the pattern must occur; the start of a word counts most.

    >>> match_score("spl", "Split slider"), match_score("zzz", "Split slider")
    (0, None)
    """
    lowered, score = text.casefold(), 0
    for word in pattern.casefold().split():
        place = lowered.find(word)
        if place < 0:
            return None
        at_start = place == 0 or not lowered[place - 1].isalnum()
        score += place + (0 if at_start else 20)
    return score


class CommandPalette(QDialog):
    """Lists the commands that are possible now.

    Signals:
        chosen: The name of the command.
    """

    chosen = Signal(str)

    def __init__(self, actions: Sequence[QAction], parent: QWidget | None = None) -> None:
        """Offer `actions`."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Command palette"))
        self.setMinimumSize(560, 420)
        self._actions = [action for action in actions if action.isEnabled()]
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("What do you want to do?"))
        self.search.setAccessibleName(self.tr("Search the commands"))
        self.search.textChanged.connect(self.show_matches)
        self.search.returnPressed.connect(self._on_return)
        self.search.installEventFilter(self)
        self.model = QStandardItemModel(0, 3, self)
        self.view = QTreeView()
        self.view.setModel(self.model)
        self.view.setHeaderHidden(True)
        self.view.setRootIsDecorated(False)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setAccessibleName(self.tr("Commands"))
        self.view.activated.connect(self._on_activated)
        self.view.clicked.connect(self._on_activated)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.addWidget(self.search)
        column.addWidget(self.view, 1)
        self.show_matches("")
        self.search.setFocus()

    def show_matches(self, pattern: str) -> None:
        """List what fits `pattern`, the best first."""
        found = []
        for place, action in enumerate(self._actions):
            command = BY_NAME[action.objectName()]
            text = f"{command.words} {group_title(command.group)}"
            score = match_score(pattern, text)
            if score is not None:
                found.append((score, place, action))
        self.model.removeRows(0, self.model.rowCount())
        for _, _, action in sorted(found, key=lambda entry: entry[:2]):
            self.model.appendRow(self._row(action))
        self.view.setColumnWidth(0, 300)
        self.view.setColumnWidth(1, 120)
        if self.model.rowCount():
            self.view.setCurrentIndex(self.model.index(0, 0))

    def _row(self, action: QAction) -> list[QStandardItem]:
        command = BY_NAME[action.objectName()]
        picture = action.icon() if not action.icon().isNull() else blank_icon()
        name = QStandardItem(picture, command.words)
        name.setData(command.name, ACTION_ROLE)
        keys = action.shortcut().toString()
        return [name, QStandardItem(keys), QStandardItem(group_title(command.group))]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys move the list while the search has the focus."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
            step = steps.get(Qt.Key(event.key()))
            if step is not None and self.model.rowCount():
                place = (self.view.currentIndex().row() + step) % self.model.rowCount()
                self.view.setCurrentIndex(self.model.index(place, 0))
                return True
        return super().eventFilter(watched, event)

    def _on_return(self) -> None:
        self._on_activated(self.view.currentIndex())

    def _on_activated(self, index: QModelIndex) -> None:
        if index.isValid():
            name = str(index.siblingAtColumn(0).data(ACTION_ROLE))
            self.accept()
            self.chosen.emit(name)
