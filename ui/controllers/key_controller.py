"""Decides which keys give which command: the tables', or the user's own."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from ui.commands import BY_NAME, COMMANDS, give_keys
from ui.models.key_book import KeyBook, is_changeable
from ui.views.key_sheet import KeySheet
from ui.window_state import WindowState


class KeyController(QObject):
    """Gives the actions of the window their keys, now and at the next start."""

    def __init__(
        self, state: WindowState, actions: Callable[[], Sequence[QAction]], parent: QObject
    ) -> None:
        """Give the keys that `state` remembers."""
        super().__init__(parent)
        self._state, self._actions = state, actions
        self.book = KeyBook(COMMANDS, state.own_keys())
        self._sheet: KeySheet | None = None
        self._apply(set(self.book.own))

    def edit_in(self, sheet: KeySheet) -> None:
        """Do what is chosen in `sheet` while it is open."""
        self._sheet = sheet
        sheet.keys_chosen.connect(self._on_chosen)
        sheet.reset_clicked.connect(self._on_reset)
        sheet.finished.connect(self._on_closed)

    @Slot(str, tuple)
    def _on_chosen(self, name: str, keys: tuple[str, ...]) -> None:
        before = set(self.book.own)
        self.book.change(name, keys)
        self._keep(before)

    @Slot(str)
    def _on_reset(self, name: str) -> None:
        before = set(self.book.own)
        if name:
            self.book.reset(name)
        else:
            self.book.reset_all()
        self._keep(before)

    @Slot(int)
    def _on_closed(self, result: int) -> None:
        self._sheet = None

    def _keep(self, before: set[str]) -> None:
        """Apply, show and remember what changed; `before` is what had keys of the user's own."""
        self._apply(before | set(self.book.own))
        self._state.set_own_keys(self.book.own)
        if self._sheet is not None:
            self._sheet.show_book()

    def _apply(self, names: set[str]) -> None:
        """Give the actions of these commands their keys."""
        for action in self._actions():
            name = action.objectName()
            if name in names and is_changeable(BY_NAME[name]):
                give_keys(action, self.book.keys_of(name))
