"""Every panel in each of its states, for the pictures of docs/user_guide_states.md and for tests.

`NOT_SO` says why a panel has no such state; a test holds that panels times states is covered.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize

from ui import scene_runs, scene_work
from ui.photographer import DEMO, Photographer

PANELS = (
    "project",
    "pipeline",
    "devices",
    "session",
    "compare",
    "kpis",
    "runs",
    "context",
    "statistics",
    "log",
)
STATES = (
    "empty",
    "loading",
    "partial",
    "stale",
    "not-comparable",
    "error",
    "device-lost",
    "done",
)
WIDE, SMALL, NARROW = QSize(960, 600), QSize(720, 440), QSize(420, 440)
SIZES = {"compare": WIDE, "session": WIDE, "devices": WIDE, "kpis": QSize(860, 440)}
SIZES |= {"project": QSize(760, 480), "pipeline": QSize(760, 520)}
SIZES |= {"runs": NARROW, "context": NARROW, "statistics": NARROW}


@dataclass(frozen=True)
class StateScene:
    """How a state is brought about.

    Attributes:
        spoil: Changes the run's folder before it is opened.
        is_silent: Devices have not answered yet.
    """

    show: Callable[[Photographer], None]
    spoil: Callable[[Path], None] | None = None
    is_silent: bool = False


# ---- panels of Judge ---------------------------------------------------------------------------


def _opened(here: Photographer) -> None:
    studio = here.studio
    studio.open_path(here.run)
    here.wait_until(lambda: studio.selection.run is not None)
    here.wait_until(lambda: studio.kpi_model.rowCount() > 0)
    canvas = studio.compare_view.canvas
    here.wait_until(lambda: bool(canvas.message) or canvas.frame_b is not None)


def _nothing(here: Photographer) -> None:
    here.wait()


def _opening(here: Photographer) -> None:
    here.studio.open_path(here.run)
    here.is_instant = True


def _other_pivot(here: Photographer) -> None:
    _opened(here)
    here.studio.kpi_view.pivot_box.setCurrentIndex(2)
    here.wait_until(lambda: here.studio.kpi_model.rowCount() > 0)
    here.studio.kpi_view.pivot_box.setCurrentIndex(0)
    here.is_instant = True


def _other_pair(here: Photographer) -> None:
    _opened(here)
    here.studio.statistics_view.show_nothing("", "")
    here.studio.statistics.forget_region()
    here.is_instant = True


def _compared(here: Photographer) -> None:
    _opened(here)
    other = DEMO.parent / "lcm only"
    here.copy_run(other)
    rows = (other / "results.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = "".join(row for row in rows if '"lcm"' in row)
    (other / "results.jsonl").write_text(kept, encoding="utf-8")
    scene_runs.edit_json(
        other / "manifest.json", name="lcm only", created_at="2026-11-26T09:12:00+00:00"
    )
    studio = here.studio
    studio.runs.refresh()
    here.wait_until(lambda: studio.runs_model.rowCount() == 2)
    studio.runs.compare_with(other.resolve())
    here.wait()


def _runs_only(here: Photographer) -> None:
    here.studio.runs.refresh()
    here.wait_until(lambda: here.studio.runs_model.rowCount() > 0)


def _no_runs(here: Photographer) -> None:
    here.hide_runs()
    here.studio.runs.refresh()
    here.wait()


def _looking(here: Photographer) -> None:
    here.hide_runs()
    here.studio.runs.refresh()
    here.wait()
    here.studio.runs.refresh()
    here.is_instant = True


def _tried(here: Photographer) -> None:
    here.studio.open_path(here.run)
    here.wait_until(lambda: here.studio.runs_view.banner.kind == "bad")


def _of_run(spoil: Callable[[Path], None] | None = None) -> StateScene:
    return StateScene(_opened, spoil)


SCENES: Mapping[tuple[str, str], StateScene] = {
    ("project", "empty"): StateScene(_nothing),
    ("project", "loading"): StateScene(scene_work.estimating),
    ("project", "partial"): StateScene(scene_work.incomplete),
    ("project", "stale"): StateScene(scene_work.changed),
    ("project", "error"): StateScene(scene_work.no_project),
    ("project", "device-lost"): StateScene(scene_work.unreachable),
    ("project", "done"): StateScene(scene_work.open_project),
    ("pipeline", "empty"): StateScene(_nothing),
    ("pipeline", "loading"): StateScene(scene_work.building),
    ("pipeline", "partial"): StateScene(scene_work.stopped),
    ("pipeline", "stale"): StateScene(scene_work.saved_again),
    ("pipeline", "error"): StateScene(scene_work.disk_full),
    ("pipeline", "device-lost"): StateScene(scene_work.plan_lost),
    ("pipeline", "done"): StateScene(scene_work.built),
    ("devices", "empty"): StateScene(scene_work.no_device),
    ("devices", "loading"): StateScene(_nothing, is_silent=True),
    ("devices", "partial"): StateScene(scene_work.deploy_stopped),
    ("devices", "stale"): StateScene(scene_work.built_again),
    ("devices", "error"): StateScene(scene_work.no_room),
    ("devices", "device-lost"): StateScene(scene_work.gone),
    ("devices", "done"): StateScene(scene_work.deployed),
    ("session", "empty"): StateScene(_nothing),
    ("session", "loading"): StateScene(scene_work.reading),
    ("session", "partial"): StateScene(scene_work.one_failed),
    ("session", "stale"): StateScene(scene_work.session_stale),
    ("session", "not-comparable"): StateScene(scene_work.unreferenced),
    ("session", "error"): StateScene(scene_work.died),
    ("session", "device-lost"): StateScene(scene_work.session_lost),
    ("session", "done"): StateScene(scene_work.make_images),
    ("compare", "empty"): StateScene(_nothing),
    ("compare", "loading"): StateScene(_opening),
    ("compare", "partial"): _of_run(scene_runs.unscored),
    ("compare", "stale"): _of_run(scene_runs.stale),
    ("compare", "not-comparable"): _of_run(scene_runs.smaller),
    ("compare", "error"): _of_run(scene_runs.unreadable),
    ("compare", "device-lost"): _of_run(scene_runs.lost),
    ("compare", "done"): _of_run(),
    ("kpis", "empty"): StateScene(_nothing),
    ("kpis", "loading"): StateScene(_other_pivot),
    ("kpis", "partial"): _of_run(scene_runs.unscored),
    ("kpis", "stale"): _of_run(scene_runs.stale),
    ("kpis", "not-comparable"): _of_run(scene_runs.without_baseline),
    ("kpis", "error"): _of_run(scene_runs.invalid),
    ("kpis", "device-lost"): _of_run(scene_runs.lost),
    ("kpis", "done"): _of_run(),
    ("runs", "empty"): StateScene(_no_runs),
    ("runs", "loading"): StateScene(_looking),
    ("runs", "partial"): StateScene(_runs_only, scene_runs.unfinished),
    ("runs", "not-comparable"): StateScene(_compared),
    ("runs", "error"): StateScene(_tried, scene_runs.broken),
    ("runs", "device-lost"): StateScene(_runs_only, scene_runs.lost),
    ("runs", "done"): _of_run(),
    ("context", "empty"): StateScene(_nothing),
    ("context", "partial"): _of_run(scene_runs.unfinished),
    ("context", "stale"): _of_run(scene_runs.stale),
    ("context", "not-comparable"): _of_run(scene_runs.without_baseline),
    ("context", "error"): _of_run(scene_runs.row_failed),
    ("context", "device-lost"): _of_run(scene_runs.row_lost),
    ("context", "done"): _of_run(),
    ("statistics", "empty"): StateScene(_nothing),
    ("statistics", "loading"): StateScene(_other_pair),
    ("statistics", "not-comparable"): _of_run(scene_runs.smaller),
    ("statistics", "error"): _of_run(scene_runs.unreadable),
    ("statistics", "device-lost"): _of_run(scene_runs.row_lost),
    ("statistics", "done"): _of_run(),
    ("log", "empty"): StateScene(_nothing),
    ("log", "partial"): _of_run(scene_runs.long_log),
    ("log", "error"): _of_run(lambda run: (run / "log.txt").unlink()),
    ("log", "device-lost"): _of_run(scene_runs.lost),
    ("log", "done"): _of_run(),
}
NOT_SO: Mapping[tuple[str, str], str] = {
    ("project", "not-comparable"): "A project is compared with nothing.",
    ("pipeline", "not-comparable"): "A build is compared with nothing.",
    ("devices", "not-comparable"): "What may be compared is said with the numbers.",
    ("runs", "stale"): "A run that is stale says so where it is open.",
    ("context", "loading"): "It is there with the pair.",
    ("statistics", "partial"): "Two pictures have all of them or none.",
    ("statistics", "stale"): "They are of the pictures that are shown.",
    ("log", "loading"): "It is read with the run.",
    ("log", "stale"): "A log is what was.",
    ("log", "not-comparable"): "A log is compared with nothing.",
}


def take_state(here: Photographer, panel: str, state: str) -> None:
    """Bring `panel` into `state` in the size of its pictures."""
    scene = SCENES[panel, state]
    here.show_panel(panel, SIZES.get(panel, SMALL))
    scene.show(here)
    window = here.studio.window
    if not here.is_instant or window.docks[panel].isHidden():
        here.show_panel(panel, SIZES.get(panel, SMALL))
