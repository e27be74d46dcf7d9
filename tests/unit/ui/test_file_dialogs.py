"""Dialogs that ask for a path: what they hand on, and that they go."""

from PySide6.QtWidgets import QFileDialog, QWidget

from ui.controllers.file_dialogs import ask_for_file, ask_for_folder, ask_for_new_file


def answer(qtbot, view, path):
    """Choose `path` in the dialog that is open, and wait until it is gone."""
    dialog = view.findChild(QFileDialog)
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setDirectory(str(path.parent))
    dialog.selectFile(str(path))
    dialog.accept()
    qtbot.waitUntil(lambda: view.findChild(QFileDialog) is None)


def test_that_a_folder_is_handed_on_and_the_dialog_is_deleted(qtbot, tmp_path):
    view, chosen = QWidget(), []
    qtbot.addWidget(view)
    (tmp_path / "bundle").mkdir()
    ask_for_folder(view, "Choose a bundle").fileSelected.connect(chosen.append)
    answer(qtbot, view, tmp_path / "bundle")
    assert chosen == [str(tmp_path / "bundle")]


def test_that_an_existing_file_is_handed_on(qtbot, tmp_path):
    view, chosen = QWidget(), []
    qtbot.addWidget(view)
    (tmp_path / "plan.toml").touch()
    ask_for_file(view, "Run a plan", "Plans (*.toml)").fileSelected.connect(chosen.append)
    answer(qtbot, view, tmp_path / "plan.toml")
    assert chosen == [str(tmp_path / "plan.toml")]


def test_that_a_new_file_gets_the_suffix(qtbot, tmp_path):
    view, chosen = QWidget(), []
    qtbot.addWidget(view)
    ask_for_new_file(view, "New project", "toml").fileSelected.connect(chosen.append)
    answer(qtbot, view, tmp_path / "mine")
    assert chosen == [str(tmp_path / "mine.toml")]


def test_that_a_cancelled_dialog_hands_nothing_on(qtbot):
    view, chosen = QWidget(), []
    qtbot.addWidget(view)
    ask_for_folder(view, "Choose a bundle").fileSelected.connect(chosen.append)
    view.findChild(QFileDialog).reject()
    qtbot.waitUntil(lambda: view.findChild(QFileDialog) is None)
    assert chosen == []
