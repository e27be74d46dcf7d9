"""Ask for a folder or a file without blocking the window."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def ask_for_folder(parent: QWidget, title: str, chosen: Callable[[str], None]) -> None:
    """Open a dialog; `chosen`, a slot, gets the folder, and nothing when the user cancels."""
    dialog = _dialog(parent, title, chosen)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.open()


def ask_for_file(parent: QWidget, title: str, names: str, chosen: Callable[[str], None]) -> None:
    """Open a dialog; `chosen`, a slot, gets the file; `names` is a filter as Qt reads it."""
    dialog = _dialog(parent, title, chosen)
    dialog.setNameFilter(names)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.open()


def ask_for_new_file(
    parent: QWidget, title: str, suffix: str, chosen: Callable[[str], None]
) -> None:
    """Open a dialog; `chosen`, a slot, gets where to save, with `suffix` where none was typed."""
    dialog = _dialog(parent, title, chosen)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix)
    dialog.open()


def _dialog(parent: QWidget, title: str, chosen: Callable[[str], None]) -> QFileDialog:
    dialog = QFileDialog(parent, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)  # else each one lives with its parent
    dialog.fileSelected.connect(chosen)
    return dialog
