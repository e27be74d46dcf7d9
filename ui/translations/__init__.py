"""Translations of the window: `quad_studio_<language>.ts` by hand, `.qm` by `pyside6-lrelease`."""

from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "de")


def language_of(choice: str) -> str:
    """Return the language for `choice` ("system" follows the desktop), English when unknown."""
    name = QLocale.system().name().partition("_")[0] if choice == "system" else choice
    return name if name in LANGUAGES else "en"


def install_translator(app: QApplication, choice: str) -> str:
    """Let `app` speak the chosen language and return it; call before any widget is made."""
    language = language_of(choice)
    if language == "en":
        return language
    ours = QTranslator(app)
    if ours.load(str(FOLDER / f"quad_studio_{language}.qm")):
        app.installTranslator(ours)
    qt = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if qt.load(f"qtbase_{language}", folder):
        app.installTranslator(qt)
    return language
