"""Knows every command of the window, and shows the panel that a command belongs to."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from ui.command import group_of
from ui.main_window import MainWindow
from ui.views.devices_view import DevicesView

PANEL_OF_GROUP = {
    "project": "project",
    "build": "pipeline",
    "devices": "devices",
    "session": "session",
    "paint": "session",
    "runs": "runs",
    "kpi": "kpis",
    "statistics": "statistics",
}


class CommandController(QObject):
    """Fills the menus; keeps the commands of single devices up to date."""

    def __init__(
        self, window: MainWindow, panels: Sequence[Mapping[str, QAction]], devices: DevicesView
    ) -> None:
        """Collect the actions of `panels`, and those of each device of `devices`."""
        super().__init__(window)
        self._window, self._devices = window, devices
        self._fixed = {name: action for panel in panels for name, action in panel.items()}
        window.build_menus(self._fixed)
        for action in self._fixed.values():
            action.triggered.connect(self._bring_forward)
        devices.device_actions_changed.connect(self._on_devices)

    def all_actions(self) -> list[QAction]:
        """Return every action that can be triggered, those of devices and recent files too."""
        window = self._window
        fixed = (*self._fixed.values(), *window.actions_by_name.values())
        return [*fixed, *window.device_menu.actions(), *window.recent_menu.actions()]

    @Slot()
    def _on_devices(self) -> None:
        self._window.show_device_actions(self._devices.device_actions())

    @Slot()
    def _bring_forward(self) -> None:
        """Show the panel that a command belongs to, wherever it was given."""
        sender = self.sender()
        name = PANEL_OF_GROUP.get(group_of(sender.objectName())) if sender is not None else None
        if name is not None and self._window.docks[name].visibleRegion().isEmpty():
            self._window.show_panel(name)
