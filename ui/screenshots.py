"""Pictures of every panel in both themes: `python -m ui.screenshots OUT [--run RUN] [--only NAME]`.

The run is a real one, `out/demo/run` unless another is named; devices, sessions and builds are
scripted (`ui.scenes`), so that states that are rare in life can be seen; a session's pictures are
those of the run. It works without a
display, and no picture names a folder of this machine.
"""

import argparse
import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEventLoop, QSettings, QSize, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from quad_studio.errors import QuadError
from quad_studio.project_document import NEW
from quad_studio.runs import list_runs, load_run
from ui.app import Studio
from ui.models.run_model import Pair, read_run
from ui.scenes import SceneDevices, SceneSessions
from ui.scenes_build import SceneBuild
from ui.services import Pixels, Services
from ui.theme import NAMES
from ui.translations import install_translator
from ui.widgets.frame import load_pixels

SIZE = QSize(1440, 900)
LONGEST_WAIT_MS = 8000
VIRTUAL = "virtual:s25-qualcomm"
DEMO = Path("out/demo/run")
BUNDLE = Path("out/my-project/bundle")


class Photographer:
    """One window, brought into one scene after another."""

    def __init__(self, app: QApplication, run: Path) -> None:
        """Show `run`; whatever is written goes below the working folder."""
        settings = QSettings(str(Path("settings.ini").absolute()), QSettings.Format.IniFormat)
        self.run = run
        self.build = SceneBuild(BUNDLE, hold_at="distill")
        self.devices, self.sessions = SceneDevices(), SceneSessions()
        services = Services(self.devices, self.sessions, self.build)
        self.studio = Studio(app, root=Path("out"), settings=settings, services=services)
        self.studio.show("judge")
        self.studio.window.resize(SIZE)
        self.picked: QWidget = self.studio.window

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

    def take(self, name: str) -> QPixmap:
        """Bring the scene `name` about and return its picture."""
        self.picked = self.studio.window
        SCENES[name](self)
        self.wait(250)
        picture = self.picked.grab()
        for dialog in (self.studio.help.dialog, self.studio.pairing.dialog):
            if dialog is not None:
                dialog.close()
        self.studio.tour.end()
        self.wait()
        return picture

    def close(self) -> None:
        """End every thread."""
        self.studio.end()


# ---- scenes ------------------------------------------------------------------------------------


def _compare(mode: str) -> Callable[[Photographer], None]:
    def scene(here: Photographer) -> None:
        studio = here.studio
        studio.window.show_workspace("judge")
        if studio.selection.run is None:
            studio.open_path(here.run)
        canvas = studio.compare_view.canvas
        here.wait_until(lambda: canvas.frame_b is not None and not canvas.message)
        here.wait_until(lambda: studio.kpi_model.rowCount() > 0)
        studio.compare.run_command(f"mode.{mode}")
        if mode == "difference":
            here.wait_until(lambda: studio.compare.canvas.maps.current is not None)

    return scene


def _empty(here: Photographer) -> None:
    here.studio.window.show_workspace("judge")
    here.studio.selection.select_run(None)


def _kpis(here: Photographer) -> None:
    _compare("flip")(here)
    studio = here.studio
    studio.kpi_view.baseline_box.setCurrentIndex(1)
    last = studio.kpi_model.columnCount() - 1
    studio.kpi_view.table.setCurrentIndex(studio.kpi_model.index(0, last))
    here.picked = studio.window.docks["kpis"]


def _statistics(here: Photographer) -> None:
    _compare("flip")(here)
    here.studio.window.show_panel("statistics")
    here.picked = here.studio.window.docks["statistics"]


def _blind(here: Photographer) -> None:
    _compare("flip")(here)
    here.studio.verdicts.set_blind(True)
    here.wait(300)
    here.picked = here.studio.window.docks["compare"]


def _project_file(here: Photographer) -> Path:
    folder = Path("my-project").absolute()
    (folder / "model").mkdir(parents=True, exist_ok=True)
    (folder / "adapter.safetensors").touch()
    path = folder / "project.toml"
    path.write_text(NEW, encoding="utf-8")
    return path


def _build(here: Photographer) -> None:
    studio = here.studio
    studio.verdicts.set_blind(False)
    studio.open_path(_project_file(here))
    studio.pipeline.build()
    here.wait_until(lambda: len(studio.pipeline_view.losses.names) == 2)


def _losses(here: Photographer) -> None:
    here.studio.window.show_workspace("build")
    here.studio.pipeline_view.tabs.setCurrentIndex(1)
    here.picked = here.studio.window.docks["pipeline"]


def _lint(here: Photographer) -> None:
    studio = here.studio
    studio.window.show_workspace("build")
    studio.pipeline.cancel()
    here.wait_until(lambda: not studio.pipeline.is_busy)
    studio.open_bundle(BUNDLE)
    studio.pipeline.lint("s25-qualcomm")
    here.wait_until(lambda: studio.pipeline_view.findings.topLevelItemCount() > 0)
    studio.pipeline_view.tabs.setCurrentIndex(3)
    first = studio.pipeline_view.findings.topLevelItem(0)
    if first is not None:
        studio.pipeline_view.findings.setCurrentItem(first)
    here.wait_until(lambda: studio.pipeline_view.node.topLevelItemCount() > 0)
    here.picked = studio.window.docks["pipeline"]


def _distributions(here: Photographer) -> None:
    here.studio.window.show_workspace("build")
    here.studio.pipeline_view.tabs.setCurrentIndex(2)
    here.picked = here.studio.window.docks["pipeline"]


def _devices(here: Photographer) -> None:
    studio = here.studio
    studio.window.show_workspace("devices")
    studio.open_bundle(BUNDLE)
    studio.devices.check(VIRTUAL, True)
    studio.devices.choose(VIRTUAL)
    studio.devices.stop_sampling()
    here.wait(400)
    studio.devices_view.clear_curves()
    for number in range(40):
        for target in ("host", VIRTUAL):
            sample = here.devices.telemetry(target)
            studio.devices_view.show_sample(
                target,
                float(number),
                {
                    "memory": sample.memory_available_mb,
                    "cpu": sample.cpu_percent,
                    "temperature": sample.temperature_celsius,
                    "battery": sample.battery_percent,
                },
            )
    here.wait_until(lambda: studio.devices_view.contents.topLevelItemCount() > 0)


def _pairing(here: Photographer) -> None:
    here.studio.pairing.open()
    if here.studio.pairing.dialog is not None:
        here.picked = here.studio.pairing.dialog


def _session(here: Photographer) -> None:
    studio, view = here.studio, here.studio.session_view
    rows = _recorded(here)
    studio.window.show_workspace("session")
    studio.open_bundle(BUNDLE)
    here.wait_until(view.content.isVisible)
    if view.results.model.rowCount() or "object_removal" not in rows:
        return
    studio.devices.check(VIRTUAL, True)
    for use_case in ("text_to_image", "transform", "object_removal"):
        if use_case in rows:
            _ask_again(here, rows[use_case])


def _recorded(here: Photographer) -> dict[str, Pair]:
    """Let sessions return the pictures of the run; return its first pair of each use case."""
    found: dict[str, Pair] = {}
    for pair in read_run(here.run).pairs:
        if pair.is_ok and pair.image("reference") is not None:
            found.setdefault(pair.text("use_case"), pair)
    for name, pair in found.items():
        reference, result = (_pixels(pair, kind) for kind in ("reference", "candidate"))
        here.sessions.pictures[name] = (reference, result)
        here.sessions.side = result.shape[0]
    return found


def _ask_again(here: Photographer, pair: Pair) -> None:
    """Ask for what the run has, with the same picture, mask and prompt."""
    studio, view = here.studio, here.studio.session_view
    studio.session.choose_use_case(pair.text("use_case"))
    given = pair.image("input")
    if given is not None:
        view.input.picture.show_picture(load_pixels(given))
    if pair.image("mask") is not None:
        view.input.picture.set_layer(_pixels(pair, "mask")[:, :, 0])
    view.request.prompt.setText(pair.text("prompt"))
    studio.session.run()
    here.wait_until(lambda: not studio.session.is_busy)


def _pixels(pair: Pair, kind: str) -> Pixels:
    return load_pixels(pair.root / str(pair.row["images"][kind]))


def _dialog(command: str) -> Callable[[Photographer], None]:
    def scene(here: Photographer) -> None:
        here.studio.run_command(command)
        if here.studio.help.dialog is not None:
            here.picked = here.studio.help.dialog

    return scene


def _tour(here: Photographer) -> None:
    here.studio.tour.start()


SCENES: dict[str, Callable[[Photographer], None]] = {
    "empty": _empty,
    "compare-flip": _compare("flip"),
    "compare-split": _compare("split"),
    "compare-side": _compare("side"),
    "compare-grid": _compare("grid"),
    "compare-difference": _compare("difference"),
    "kpis": _kpis,
    "statistics": _statistics,
    "blind": _blind,
    "build": _build,
    "build-losses": _losses,
    "build-lint": _lint,
    "build-distributions": _distributions,
    "devices": _devices,
    "pairing": _pairing,
    "session": _session,
    "palette": _dialog("help.palette"),
    "keys": _dialog("help.keys"),
    "settings": _dialog("file.settings"),
    "tour": _tour,
}


def take_all(
    app: QApplication, run: Path, out: Path, names: Sequence[str], themes: Sequence[str]
) -> list[Path]:
    """Write a picture of every scene in every theme and return their paths."""
    out = out.absolute()
    out.mkdir(parents=True, exist_ok=True)
    made = []
    with tempfile.TemporaryDirectory() as scratch, contextlib.chdir(scratch):
        own = DEMO.absolute()  # where the run's name says where it came from
        shutil.copytree(run, own)
        here = Photographer(app, own)
        here.studio.theme.choose(themes[0])
        for name in names:
            picture = here.take(name)
            for theme in themes:
                if len(themes) > 1:
                    here.studio.theme.choose(theme)
                    picture = here.take(name)
                path = out / f"{name}-{theme}.png"
                picture.save(str(path))
                made.append(path)
        here.close()
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pictures; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m ui.screenshots", description=__doc__)
    parser.add_argument("out", type=Path, help="folder for the pictures")
    parser.add_argument("--run", type=Path, help="run to show; default: the demo's")
    parser.add_argument("--only", nargs="*", choices=list(SCENES), help="only these scenes")
    parser.add_argument("--themes", nargs="*", choices=NAMES, default=list(NAMES))
    parser.add_argument("--language", default="en")
    given = parser.parse_args(arguments)
    run = given.run
    if run is None:
        newest = [DEMO] if (DEMO / "manifest.json").is_file() else []
        newest += [found.path for found in list_runs(Path("out"))]
        if not newest:
            parser.error("there is no run below out/; run `make demo` or give --run")
        run = newest[0]
    if not any(name in os.environ for name in ("DISPLAY", "WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(app, QApplication):
        return 5
    install_translator(app, given.language)
    try:
        load_run(run)  # rather no picture than one of an error
        made = take_all(app, run.resolve(), given.out, given.only or list(SCENES), given.themes)
    except QuadError as exc:
        sys.stderr.write(f"{exc}\n")
        return exc.exit_code
    sys.stdout.write("".join(f"{path}\n" for path in made))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
