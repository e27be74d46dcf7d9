"""A push button that gives a command: what the action says, the button says."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QWidget

from ui.icons import set_icon


class ActionButton(QPushButton):
    """Follows its action: possible or not, and why not in the tip."""

    def __init__(
        self,
        action: QAction,
        text: str = "",
        icon: str = "",
        *,
        primary: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Show `text`; without one the icon stands alone, with the name of `action`."""
        super().__init__(text, parent)
        self._action = action
        if icon:
            set_icon(self, icon)
        if primary:
            self.setProperty("primary", True)
            self.setProperty("icon_name", None)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        self.setEnabled(self._action.isEnabled())
        self.setToolTip(self._action.toolTip())
        if not self.text():
            self.setAccessibleName(self._action.text())
        self.setAccessibleDescription(str(self._action.property("why_not") or ""))
