"""The window as the tests of faults need it: real services, a tiny bundle, an adb of its own."""

import gc
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QSettings, QThread
from PySide6.QtWidgets import QApplication

from quad_studio.bundle import write_manifest
from tests.end_to_end.window_job import PHONE
from tests.end_to_end.window_person import Clicker, pause
from tests.fakes.tiny_plan import make_plan_bundle
from ui.app import Studio
from ui.core_services import core_services

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # these windows need no display
PICTURES = os.environ.get("WINDOW_FAULTS_PICTURES")
OFFSCREEN_ONLY = r"This plugin does not support (propagateSizeHints\(\)|raise\(\)|grabbing the)"
PATIENCE_S = 30.0
FILES, FILE_BYTES = 4, 1_000_000
LONG, SHORT = 900, 2
WORKSPACE_OF = {"project": "build", "pipeline": "build", "devices": "devices", "session": "session"}


def write_bundle(folder: Path) -> Path:
    """Write a bundle that takes a deployment some time: a few nodes and `FILES` larger files."""
    made = make_plan_bundle(folder)
    for number in range(FILES):
        (folder / "graphs" / f"more-{number}.data").write_bytes(os.urandom(FILE_BYTES))
    manifest = {k: v for k, v in made.manifest.items() if k != "files"}
    return write_manifest(folder, manifest).path


class Witness(Clicker):
    """A person who looks at what the window says of a fault."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio, patience_s=PATIENCE_S)

    def picture(self, name: str) -> None:
        """Keep what the window shows, where somebody wants to look at it."""
        if PICTURES:
            pause(30)
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            self.window.grab().save(str(Path(PICTURES) / f"{name}.png"))

    def go(self, workspace: str) -> None:
        """Show a workspace."""
        self.window.show_workspace(workspace)
        pause(1)

    def reads(self, view: str, *words: str) -> str:
        """Wait until the banner of a panel has all `words`; return its text."""
        banner = getattr(self.studio, f"{view}_view").banner
        self.wait(
            f"the {view} panel says {words}",
            lambda: (
                banner.isVisibleTo(self.window)
                and all(word in banner.text.text() for word in words)
            ),
        )
        return banner.text.text()

    def is_open(self, run: Path) -> bool:
        """Return whether this run is the one that panels show."""
        shown = self.studio.selection.run
        return shown is not None and shown.run.path == run.resolve()

    def card(self, name: str):
        """Return what the Devices panel knows of a device."""
        return next((card for card in self.studio.devices.cards if card.name == name), None)

    def becomes(self, name: str, *states: str):
        """Wait until a device's card shows one of `states`; return the card."""
        self.wait(
            f"{name} is {' or '.join(states)}",
            lambda: (card := self.card(name)) is not None and card.state in states,
        )
        return self.card(name)

    def press_button_of(self, name: str) -> None:
        """Press the one button of a device's card."""
        self.go("devices")
        self.click(self.studio.devices_view.cards[name].action)

    def take(self, bundle: Path) -> None:
        """Open a bundle, and ask for red pictures from now on."""
        view, session = self.studio.session_view, self.studio.session
        self.studio.open_path(bundle)
        self.wait(
            "the session knows the bundle",
            lambda: session.choices is not None and session.choices.path == bundle,
        )
        self.choose(view.request.use_case, "text_to_image")
        view.request.prompt.setText("red")

    def use(self, *names: str) -> None:
        """Check exactly these devices."""
        for name in {card.name for card in self.studio.devices.cards} | set(names):
            self.studio.devices.check(name, name in names)

    def run(self, steps: int = SHORT) -> None:
        """Ask for one image on every checked device."""
        self.go("session")
        self.studio.session_view.request.steps.setValue(steps)
        self.click(self.studio.session_view.request.run_button)

    def image(self, steps: int = SHORT) -> int:
        """Ask for one image on every checked device and wait; return how many came."""
        before = self.images
        self.run(steps)
        self.wait("the session is idle", lambda: not self.studio.session.is_busy)
        return self.images - before

    @property
    def images(self) -> int:
        """Return how many images the session has made."""
        return int(self.studio.session_view.results.model.rowCount())

    def is_drawing(self) -> bool:
        """Return whether the steps of an image are being counted."""
        bar = self.studio.session_view.request.bar
        return bar.maximum() >= LONG and 0 < bar.value() < bar.maximum()


@contextmanager
def opened_window(folder: Path, bundle: Path | None) -> Iterator[Witness]:
    """Yield somebody at a window whose files lie in `folder`, which is the working directory."""
    folder.mkdir(parents=True, exist_ok=True)
    gc.collect()
    gc.freeze()  # what other tests have imported is large, and no part of a window
    before = Path.cwd()
    os.chdir(folder)
    app = QApplication.instance()
    settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
    studio = Studio(app, root=folder / "out", settings=settings, services=core_services())
    studio.window.resize(1500, 950)
    studio.show("devices")
    witness = Witness(studio)
    try:
        if bundle is not None:
            studio.open_bundle(bundle)
            witness.wait(
                "the session knows the bundle",
                lambda: studio.session_view.request.use_case.count() > 0,
            )
            request = studio.session_view.request
            request.use_case.setCurrentIndex(request.use_case.findData("text_to_image"))
            request.prompt.setText("red")
        yield witness
    finally:
        studio.end()
        os.chdir(before)
    left = [t.objectName() for t in studio.findChildren(QThread) if t.isRunning()]
    left += [t.objectName() for t in studio.window.findChildren(QThread) if t.isRunning()]
    studio.window.deleteLater()
    studio.deleteLater()
    gc.unfreeze()
    assert not left, f"threads left running: {left}"


@contextmanager
def window_without_adb(folder: Path, bundle: Path | None) -> Iterator[Witness]:
    """Yield somebody at a window on a computer that has no adb: with the host alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QUAD_STUDIO_STATE", str(folder / "state"))
        patch.setenv("ADBUTILS_ADB_PATH", str(folder / "no-adb"))
        patch.setenv("ANDROID_ADB_SERVER_PORT", "1")
        with opened_window(folder, bundle) as witness:
            witness.becomes("host", "ready")
            yield witness


def last_verdict(run):
    """Return key and choice of the last line of the verdicts."""
    line = json.loads((run / "verdicts.jsonl").read_bytes().splitlines()[-1])
    return line["key"], line["choice"]


def runners(process: psutil.Process | None = None) -> list[psutil.Process]:
    """Return the runner processes of this machine's session and of the virtual phone's."""
    found = (process or psutil.Process()).children(recursive=True)
    return [one for one in found if _name_of(one) == "quad_runner"]


def _name_of(process: psutil.Process) -> str:
    try:
        return process.name()
    except psutil.Error:
        return ""


def runner_on(name: str) -> psutil.Process:
    """Return the runner that works for the target `name`."""
    on_phone = name == PHONE
    (found,) = [r for r in runners() if _is_below_phone(r) == on_phone]
    return found


def _is_below_phone(process: psutil.Process) -> bool:
    return any("device.virtual_phone" in p.cmdline() for p in process.parents() if p.pid > 1)
