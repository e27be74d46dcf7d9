"""A window that is brought into scenes and photographed, with scripted services behind it."""

import gc
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QSettings, QSize, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from ui.app import Studio
from ui.scenes import CARDS, VIRTUAL, SceneDevices, SceneSessions
from ui.scenes_build import SceneBuild
from ui.services import Services

SIZE = QSize(1440, 900)
LONGEST_WAIT_MS = 8000
PHONE = replace(
    VIRTUAL,
    name="virtual:s25-lsi",
    label="Galaxy S25 (LSI), virtual",
    facts={"SoC": "Exynos 2500", "Model": "SM-S931B", "Android": "15", "Providers": "cpu"},
)
"""The virtual phone of the pictures: the second device of the run that they show."""
PICTURED = tuple(PHONE if card is VIRTUAL else card for card in CARDS)
DEMO = Path("out/demo/run")
BUNDLE = Path("out/my-project/bundle")


class Photographer:
    """One window, brought into one scene after another.

    Attributes:
        picked: What of the window the picture shows.
        is_instant: The scene is over in a moment: it is taken before the window works on.
    """

    def __init__(
        self, app: QApplication, run: Path, theme: str, *, is_silent: bool = False
    ) -> None:
        """Show `run`; whatever is written goes below the working folder."""
        settings = QSettings(str(Path("settings.ini").absolute()), QSettings.Format.IniFormat)
        settings.clear()
        settings.setValue("choice/theme", theme)
        self.run = run
        self.build = SceneBuild(BUNDLE)
        self.devices = SceneDevices(cards=PICTURED, is_silent=is_silent)
        self.sessions = SceneSessions(phone_delay_s=0.2)  # results come in one order
        services = Services(self.devices, self.sessions, self.build)
        self.studio = Studio(app, root=Path("out"), settings=settings, services=services)
        self.studio.window.resize(SIZE)
        self.studio.show("judge")
        self.picked: QWidget = self.studio.window
        self.is_instant = False

    def wait(self, milliseconds: int = 150) -> None:
        """Let the window work."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def wait_until(self, done: Callable[[], bool]) -> None:
        """Let the window work until `done`, not forever."""
        for _ in range(LONGEST_WAIT_MS // 50):
            if done():
                break
            self.wait(50)
        self.wait()

    def take(self, scene: "Scene") -> QPixmap:
        """Bring `scene` about and return its picture."""
        self.picked, self.is_instant = self.studio.window, False
        self.studio.window.leave_maximised()
        self.studio.window.resize(SIZE)
        scene(self)
        if not self.is_instant:
            self.wait(250)
        picture = self.picked.grab()
        for dialog in (self.studio.help.dialog, self.studio.pairing.dialog):
            if dialog is not None:
                dialog.close()
        self.studio.tour.end()
        self.wait()
        return picture

    def take_again(self, theme: str) -> QPixmap:
        """Return a picture of the same scene in another theme."""
        self.studio.choose_theme(theme)
        self.wait_until(lambda: not self.studio.theme_change.is_active)
        return self.picked.grab()

    def show_panel(self, name: str, size: QSize) -> None:
        """Give the panel `name` the whole window, and the window the size that gives it `size`."""
        window = self.studio.window
        window.leave_maximised()
        window.show_panel(name)
        window.toggle_maximised(name)
        for _ in range(2):
            self.wait(60)
            window.resize(window.size() + size - window.docks[name].size())
        self.wait(60)
        self.picked = window.docks[name]

    def copy_run(self, to: Path) -> None:
        """Copy the run to another folder."""
        shutil.copytree(self.run, to, dirs_exist_ok=True)

    def hide_runs(self) -> None:
        """Let there be no run."""
        shutil.rmtree(DEMO.parent)

    def close(self) -> None:
        """End every thread and let the window go: a style sheet is applied to all that exist."""
        self.studio.end()
        self.studio.window.deleteLater()
        self.studio.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()


Scene = Callable[[Photographer], None]
