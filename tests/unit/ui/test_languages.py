"""What a language changes: letters for Alt in dialogs, and the room that words take."""

import pytest
from PySide6.QtCore import Qt, QTranslator
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QScrollArea, QTabBar, QToolButton

from tests.fakes.run_folder import write_run_folder
from ui.app import Studio
from ui.commands import COMMANDS
from ui.models.key_book import KeyBook
from ui.services import Services
from ui.theme import load_theme, style_sheet
from ui.translations import install_translator
from ui.views.crash_dialog import CrashDialog
from ui.views.export_dialog import ExportDialog
from ui.views.key_sheet import KeySheet
from ui.views.pairing_dialog import PairingDialog
from ui.views.session_view import SessionView
from ui.views.settings_dialog import SettingsDialog

NARROW = 1280
DIALOGS = {
    "export": lambda: ExportDialog("run", ("html", "md", "json", "xlsx")),
    "pairing": PairingDialog,
    "settings": lambda: SettingsDialog("dark", "de", 2.5),
    "crash": lambda: CrashDialog("Traceback", earlier=False),
    "keys": lambda: KeySheet(KeyBook(COMMANDS)),
}


@pytest.fixture(params=["en", "de"])
def language(qapp, request):
    install_translator(qapp, request.param)
    yield request.param
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()


def texts(dialog):
    """Yield what has a text that Alt could act on."""
    for button in dialog.findChildren(QAbstractButton):
        if button.text() and not isinstance(button, QToolButton):
            yield button.text()
    for bar in dialog.findChildren(QTabBar):
        yield from (bar.tabText(at) for at in range(bar.count()))
    for label in dialog.findChildren(QLabel):
        if label.buddy() is not None:
            yield label.text()


@pytest.mark.parametrize("name", list(DIALOGS))
def test_that_every_control_of_a_dialog_has_a_letter_of_its_own(qtbot, language, name):
    dialog = DIALOGS[name]()
    qtbot.addWidget(dialog)
    letters = [QKeySequence.mnemonic(text).toString() for text in texts(dialog)]
    assert letters
    assert "" not in letters
    assert len(letters) == len(set(letters)), sorted(texts(dialog))


def test_that_alt_and_the_letter_act(qtbot):
    dialog = ExportDialog("run", ("html", "json"))
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow, timeout=30_000)
    box = dialog.boxes["json"]
    was = box.isChecked()
    key = QKeySequence.mnemonic(box.text())[0].key()
    QTest.keyClick(dialog.windowHandle(), key, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: box.isChecked() != was, timeout=30_000)  # the click is animated


@pytest.mark.timeout(60)
def test_that_judge_fits_on_a_narrow_screen(qapp, qtbot, settings, tmp_path, language):
    run = write_run_folder(tmp_path / "run", inputs=2, repeats=1, scored=True)
    studio = Studio(qapp, root=tmp_path, settings=settings, services=Services())
    studio.show("judge")
    studio.open_path(run)
    qtbot.waitUntil(lambda: studio.kpi_model.rowCount() > 0, timeout=8000)
    assert studio.window.minimumSizeHint().width() <= NARROW
    studio.end()


def test_that_the_form_of_a_session_has_room_for_its_fields(qapp, qtbot, language):
    before = qapp.styleSheet()
    qapp.setStyleSheet(style_sheet(load_theme("dark")))
    view = SessionView()
    qtbot.addWidget(view)
    view.content.show()
    view.resize(1100, 700)
    view.show()
    (area,) = view.request.findChildren(QScrollArea)
    needed, room = area.widget().minimumSizeHint().width(), area.viewport().width()
    qapp.setStyleSheet(before)
    assert needed <= room
