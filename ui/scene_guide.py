"""The scenes of the user guide: the window at work on a run, a build, devices and a session."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize

from ui.controllers.devices_controller import curves_of
from ui.models.run_model import Pair, RunView, read_run
from ui.photographer import BUNDLE, PHONE, Photographer, Scene
from ui.services import Pixels
from ui.widgets.frame import load_pixels

PROJECT = """# Made for the pictures of the guide.
schema = "quad-studio/project/1"

[project]
name = "my-project"

[model]
path = "model"

[[adapters]]
name = "object_removal"
path = "adapters/object_removal.safetensors"
use_cases = ["object_removal"]

[[adapters]]
name = "transform"
path = "adapters/transform.safetensors"
use_cases = ["transform"]

[[adapters]]
name = "sketch"
path = "adapters/sketch.safetensors"
use_cases = ["sketch_to_image"]

[targets]
default = ["host", "virtual:s25-lsi"]
"""


def _compare(mode: str) -> Scene:
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
    studio.kpi_view.baseline_box.setCurrentIndex(1)  # the same use case on the other device
    studio.kpi_view.table.setCurrentIndex(studio.kpi_model.index(0, 1))
    here.show_panel("kpis", QSize(1100, 560))
    studio.kpi_view.table.horizontalScrollBar().setValue(0)


def _statistics(here: Photographer) -> None:
    _compare("flip")(here)
    here.studio.window.show_panel("statistics")
    here.show_panel("statistics", QSize(420, 620))


def _blind(here: Photographer) -> None:
    _compare("flip")(here)
    here.studio.verdicts.set_blind(True)
    here.wait(300)
    here.show_panel("compare", QSize(1000, 620))


def project_file() -> Path:
    """Write the project of the pictures and return its path."""
    folder = Path("my-project").absolute()
    for name in ("model", "adapters"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name in ("object_removal", "transform", "sketch"):
        (folder / "adapters" / f"{name}.safetensors").touch()
    path = folder / "project.toml"
    path.write_text(PROJECT, encoding="utf-8")
    return path


def _build(here: Photographer) -> None:
    studio = here.studio
    studio.verdicts.set_blind(False)
    studio.open_path(project_file())
    here.build.hold_at = "distill"
    studio.pipeline.build()
    here.wait_until(lambda: len(studio.pipeline_view.losses.names) == 2)


def _losses(here: Photographer) -> None:
    here.studio.window.show_workspace("build")
    here.studio.pipeline_view.tabs.setCurrentIndex(1)
    here.show_panel("pipeline", QSize(860, 620))


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
    here.show_panel("pipeline", QSize(860, 620))


def _distributions(here: Photographer) -> None:
    here.studio.window.show_workspace("build")
    here.studio.pipeline_view.tabs.setCurrentIndex(2)
    here.show_panel("pipeline", QSize(860, 620))


def draw_curves(here: Photographer, seconds: int) -> None:
    """Show what host and phone did for so long, as if time had passed."""
    view = here.studio.devices_view
    here.wait(400)
    view.clear_curves()
    here.devices.seconds.clear()
    for number in range(seconds):
        for target in ("host", PHONE.name):
            view.show_sample(target, float(number), curves_of(here.devices.telemetry(target)))


def _devices(here: Photographer) -> None:
    studio = here.studio
    studio.window.show_workspace("devices")
    studio.open_bundle(BUNDLE)
    studio.devices.check(PHONE.name, True)
    studio.devices.choose(PHONE.name)
    studio.devices.stop_sampling()
    draw_curves(here, 60)
    here.wait_until(lambda: studio.devices_view.contents.topLevelItemCount() > 0)


def _pairing(here: Photographer) -> None:
    here.studio.pairing.open()
    if here.studio.pairing.dialog is not None:
        here.picked = here.studio.pairing.dialog


def _session(here: Photographer) -> None:
    studio, view = here.studio, here.studio.session_view
    rows = recorded(here)
    studio.window.show_workspace("session")
    studio.open_bundle(BUNDLE)
    here.wait_until(view.content.isVisible)
    if view.results.model.rowCount() or "object_removal" not in rows:
        return
    studio.devices.check(PHONE.name, True)
    for use_case in ("text_to_image", "transform", "object_removal"):
        if use_case in rows:
            _ask_again(here, rows[use_case])


def recorded(here: Photographer) -> dict[str, Pair]:
    """Let sessions return what the run has; return its first pair of each use case."""
    run, found = read_run(here.run), dict[str, Pair]()
    for pair in run.pairs:
        if pair.is_ok and pair.image("reference") is not None:
            found.setdefault(pair.text("use_case"), pair)
    for name, pair in found.items():
        reference, result = (_pixels(pair, kind) for kind in ("reference", "candidate"))
        here.sessions.pictures[name] = (reference, result)
        here.sessions.side = result.shape[0]
        for other in run.candidates_of(pair):
            here.sessions.rows[other.text("target"), name] = _switched(run, other)
    return found


def _switched(run: RunView, pair: Pair) -> Mapping[str, Any]:
    """Return the row of `pair` that came after another task, as the next one of a session does."""
    rows = [row for row in pair.rows if not row.get("warmup")]
    return next((row for row in rows if row["switch"]["kind"] != "none"), rows[0])


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


def _dialog(command: str) -> Scene:
    def scene(here: Photographer) -> None:
        here.studio.run_command(command)
        if here.studio.help.dialog is not None:
            here.picked = here.studio.help.dialog

    return scene


def _tour(here: Photographer) -> None:
    here.studio.tour.start()


SCENES: dict[str, Scene] = {
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
