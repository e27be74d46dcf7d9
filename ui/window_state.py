"""What the window remembers: its place, its layouts, its choices."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QByteArray, QRect, QSettings
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

LAYOUT_VERSION = 3
MOST_RECENT = 8


class WindowState:
    """Reads and writes the settings file; a test gives one of its own.

    A layout of another version is dropped, never half applied.
    """

    def __init__(self, settings: QSettings | None = None) -> None:
        """Use `settings`, or the user's own."""
        self._settings = settings or QSettings("QUAD Studio", "window")

    # ---- geometry and layouts ------------------------------------------------------------------

    def save_geometry(self, window: QMainWindow) -> None:
        """Remember where the window is."""
        self._settings.setValue("geometry", window.saveGeometry())

    def restore_geometry(self, window: QMainWindow) -> bool:
        """Put the window where it was, if that place is on a screen that exists."""
        data = self._settings.value("geometry")
        if not isinstance(data, QByteArray) or not window.restoreGeometry(data):
            return False
        return any(
            _visible(screen.availableGeometry(), window) for screen in QGuiApplication.screens()
        )

    def save_layout(self, workspace: str, window: QMainWindow) -> None:
        """Remember the docks of `workspace`."""
        self._settings.setValue(f"layout/{workspace}", window.saveState(LAYOUT_VERSION))

    def restore_layout(self, workspace: str, window: QMainWindow) -> bool:
        """Put the docks of `workspace` where they were; False when nothing fits."""
        data = self._settings.value(f"layout/{workspace}")
        return isinstance(data, QByteArray) and window.restoreState(data, LAYOUT_VERSION)

    def forget_layouts(self) -> None:
        """Forget every layout."""
        self._settings.remove("layout")

    # ---- choices -------------------------------------------------------------------------------

    def text(self, name: str, default: str = "") -> str:
        """Return the choice `name`."""
        return str(self._settings.value(f"choice/{name}", default))

    def set_text(self, name: str, value: str) -> None:
        """Remember the choice `name`."""
        self._settings.setValue(f"choice/{name}", value)

    def recent(self, kind: str) -> list[Path]:
        """Return the files of `kind` ("run", "project") that were open last, newest first."""
        found = self._settings.value(f"recent/{kind}", [])
        names = [found] if isinstance(found, str) else found if isinstance(found, list) else []
        return [Path(str(name)) for name in names]

    def add_recent(self, kind: str, path: Path) -> None:
        """Remember that `path` was opened."""
        others = [str(one) for one in self.recent(kind) if one != path]
        self._settings.setValue(f"recent/{kind}", [str(path), *others][:MOST_RECENT])

    def own_keys(self) -> dict[str, str]:
        """Return the keys that the user changed, by command."""
        self._settings.beginGroup("keys")
        found = {name: str(self._settings.value(name, "")) for name in self._settings.allKeys()}
        self._settings.endGroup()
        return found

    def set_own_keys(self, keys: Mapping[str, str]) -> None:
        """Remember the keys that the user changed, and no others."""
        self._settings.remove("keys")
        for name, text in keys.items():
            self._settings.setValue(f"keys/{name}", text)

    def sync(self) -> None:
        """Write now."""
        self._settings.sync()


def _visible(screen: QRect, window: QMainWindow) -> bool:
    seen = screen.intersected(window.frameGeometry())
    return seen.width() > 100 and seen.height() > 60
