"""The command palette: type a few letters, choose a command."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QAction, QIcon, QKeyEvent, QKeySequence, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QDialog, QLineEdit, QTreeView, QVBoxLayout, QWidget

from ui.command import group_of
from ui.commands import group_title
from ui.icons import blank_icon
from ui.theme import current_theme

ACTION_ROLE = int(Qt.ItemDataRole.UserRole)
POSSIBLE_ROLE = ACTION_ROLE + 1
ICON_PX = 16


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
    """Lists every command, those that cannot be given now last and with the reason.

    Signals:
        chosen: The name of the command.
    """

    chosen = Signal(str)

    def __init__(self, actions: Sequence[QAction], parent: QWidget | None = None) -> None:
        """Offer `actions`."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Command palette"))
        self.setMinimumSize(760, 460)
        self._actions = sorted(actions, key=QAction.isEnabled, reverse=True)
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
            text = f"{action.text()} {_group_title(action)}"
            score = match_score(pattern, text)
            if score is not None:
                found.append((not action.isEnabled(), score, place, action))
        self.model.removeRows(0, self.model.rowCount())
        for *_, action in sorted(found, key=lambda entry: entry[:3]):
            self.model.appendRow(self._row(action))
        self.view.setColumnWidth(0, 430)
        self.view.resizeColumnToContents(1)
        if self.model.rowCount():
            self.view.setCurrentIndex(self.model.index(0, 0))

    def _row(self, action: QAction) -> list[QStandardItem]:
        picture = action.icon() if not action.icon().isNull() else blank_icon()
        if not action.isEnabled():
            picture = QIcon(picture.pixmap(ICON_PX, QIcon.Mode.Disabled))
        name = QStandardItem(picture, action.text())
        name.setData(action.objectName(), ACTION_ROLE)
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        row = [name, QStandardItem(keys), QStandardItem(_group_title(action))]
        why_not = str(action.property("why_not") or "")
        name.setData(action.isEnabled(), POSSIBLE_ROLE)
        if not action.isEnabled():  # reached by the arrows all the same: the reason is read out
            row[2].setText(why_not)
            for item in row:
                item.setForeground(current_theme().color("disabled"))
                item.setToolTip(why_not)
        return row

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys move the list while the search has the focus."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
            step = steps.get(Qt.Key(event.key()))
            if step is not None and self.model.rowCount():
                place = (self.view.currentIndex().row() + step) % self.model.rowCount()
                self.view.setCurrentIndex(self.model.index(place, 0))
                return True
            if event.key() in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
                QCoreApplication.sendEvent(self.view, event)
                return True
        return super().eventFilter(watched, event)

    def _on_return(self) -> None:
        self._on_activated(self.view.currentIndex())

    def _on_activated(self, index: QModelIndex) -> None:
        if index.isValid() and index.siblingAtColumn(0).data(POSSIBLE_ROLE):
            name = str(index.siblingAtColumn(0).data(ACTION_ROLE))
            self.accept()
            self.chosen.emit(name)


def _group_title(action: QAction) -> str:
    return group_title(group_of(action.objectName()))
