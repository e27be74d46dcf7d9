"""What every test of the window gets: no cyclic collection in Qt's event loop, no leaks.

The collector may free a Python-owned Qt object while Qt dispatches an event, which crashes now and
then. So it rests during a test, and runs between tests after every top-level widget is gone.
"""

import gc
import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QObject,
    QSettings,
    QThread,
    QTimer,
    QTranslator,
)
from PySide6.QtWidgets import QApplication

from tests.fakes.run_folder import write_run_folder
from ui.translations import install_translator

OFFSCREEN_ONLY = r"This plugin does not support (propagateSizeHints|raise)\(\)"


def pytest_collection_modifyitems(items):
    """Let the offscreen platform say what it cannot do; every other Qt warning fails a test."""
    for item in items:
        if "/ui/" in item.nodeid:
            item.add_marker(pytest.mark.qt_log_ignore(OFFSCREEN_ONLY, extend=True))


@pytest.fixture(scope="session", autouse=True)
def _frozen_imports():
    """Take what the imports made out of every collection: 0.2 s a test otherwise."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def _calm_collector():
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def no_leaks(qapp, _calm_collector):
    """Fail a test that leaves a running thread, an active timer or a visible window."""
    before = {id(widget) for widget in QApplication.topLevelWidgets()}
    started = []
    original = QThread.start

    def start(self, *arguments):
        started.append(self)
        original(self, *arguments)

    QThread.start = start
    yield
    QThread.start = original
    running = [thread.objectName() or "unnamed" for thread in started if _is_running(thread)]
    left = [w for w in QApplication.topLevelWidgets() if id(w) not in before]
    visible = [type(widget).__name__ for widget in left if widget.isVisible()]
    timers = [
        type(timer.parent()).__name__
        for widget in left
        for timer in widget.findChildren(QTimer)
        if timer.isActive()
    ]
    for widget in left:
        widget.close()
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.processEvents()
    gc.collect()
    if qapp.styleSheet() and not QApplication.topLevelWidgets():
        qapp.setStyleSheet(
            ""
        )  # it would be applied to each widget of the next window as it is made
    assert not running, f"threads left running: {running}"
    assert not timers, f"timers left active in: {timers}"
    assert not visible, f"windows left open: {visible}"


def _is_running(thread: QThread) -> bool:
    try:
        return thread.isRunning()
    except RuntimeError:  # the C++ object is gone, so its thread has ended
        return False


@pytest.fixture
def settings(tmp_path):
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory):
    """Return a run folder with scores, made once."""
    return write_run_folder(tmp_path_factory.mktemp("runs") / "demo", scored=True)


@pytest.fixture
def owner(qapp):
    """Return a QObject that owns what a test makes, and dies with the test."""
    made = QObject()
    yield made
    made.deleteLater()


@pytest.fixture
def german(qapp):
    """Let the window speak German during a test."""
    install_translator(qapp, "de")
    yield
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()
