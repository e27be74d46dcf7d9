"""Ask for a folder or a file without blocking the window.

Each function opens a dialog and returns it: its `fileSelected` tells what was chosen, and nothing
when the user cancels. The dialog deletes itself when it is closed.
"""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def ask_for_folder(parent: QWidget, title: str) -> QFileDialog:
    """Ask for a folder."""
    dialog = _dialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.open()
    return dialog


def ask_for_file(parent: QWidget, title: str, names: str) -> QFileDialog:
    """Ask for a file that is there; `names` is a filter such as "Plans (*.toml)"."""
    dialog = _dialog(parent, title)
    dialog.setNameFilter(names)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.open()
    return dialog


def ask_for_new_file(parent: QWidget, title: str, suffix: str) -> QFileDialog:
    """Ask where a file shall be saved; it gets `suffix` where none is typed."""
    dialog = _dialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix)
    dialog.open()
    return dialog


def _dialog(parent: QWidget, title: str) -> QFileDialog:
    dialog = QFileDialog(parent, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)  # else each one lives with its parent
    return dialog
