"""Pictures of every panel in both themes: `python -m ui.screenshots OUT [--run RUN] [--only NAME]`.

The run is a real one, the demo's that is shipped unless another is named; devices and builds are
scripted (`ui.scenes`), so that states that are rare in life can be seen; a session's pictures and
times are those of the run. The guide's scenes are whole windows, the states below OUT/states are
panels. It works without a display, and no picture names a folder of this machine.
"""

import argparse
import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from quad_studio.demo_run import unpack_demo_run
from quad_studio.errors import QuadError
from quad_studio.runs import load_run, updated_manifest
from ui import scene_states
from ui.photographer import DEMO, Photographer
from ui.scene_guide import SCENES
from ui.theme import NAMES
from ui.translations import install_translator

STATES_FOLDER = "states"
MOST_ERROR = 20
"""Of 255, of the worst pixel: a tenth of the way from the ground to a text."""
STATE_NAMES = tuple(f"{STATES_FOLDER}/{panel}-{state}" for panel, state in scene_states.SCENES)
ALL_NAMES = (*SCENES, *STATE_NAMES)


@contextlib.contextmanager
def _scratch(run: Path) -> Iterator[Path]:
    """Work in a folder of its own with a copy of `run`, whose name says where it came from."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        own = DEMO.absolute()
        shutil.copytree(run, own)
        yield own


def take_all(
    app: QApplication, run: Path, out: Path, names: Sequence[str], themes: Sequence[str]
) -> list[Path]:
    """Write a picture of every scene in every theme and return their paths."""
    out = out.absolute()
    made = []
    guide = [name for name in names if name in SCENES]
    for theme in themes:
        if guide:
            made += _take_guide(app, run, out, guide, theme)
    for name in names:
        if name not in SCENES:
            taken = take_state(app, run, name, themes)
            made += [_saved(picture, out, name, theme) for theme, picture in taken.items()]
    return made


def _take_guide(
    app: QApplication, run: Path, out: Path, names: Sequence[str], theme: str
) -> list[Path]:
    """Take scenes one after another in one window: some go on from the one before."""
    made = []
    with _scratch(run) as own:
        here = Photographer(app, own, theme)
        made += [_saved(here.take(SCENES[name]), out, name, theme) for name in names]
        here.close()
    return made


def take_state(
    app: QApplication, run: Path, name: str, themes: Sequence[str]
) -> dict[str, QPixmap]:
    """Return pictures of a panel's state by theme, taken in a window of its own."""
    panel, _, state = name.removeprefix(f"{STATES_FOLDER}/").partition("-")
    scene, made = scene_states.SCENES[panel, state], dict[str, QPixmap]()
    for theme in themes:
        if theme in made:
            continue
        with _scratch(run) as own:
            if scene.spoil is not None:
                scene.spoil(own)
            here = Photographer(app, own, theme, is_silent=scene.is_silent)
            made[theme] = here.take(lambda it: scene_states.take_state(it, panel, state))
            if not here.is_instant:
                made |= {other: here.take_again(other) for other in themes if other not in made}
            here.close()
    return made


def _saved(picture: QPixmap, out: Path, name: str, theme: str) -> Path:
    path = out / f"{name}-{theme}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(str(path))
    shrink(path)
    return path


def shrink(path: Path) -> None:
    """Write the picture in `path` with 256 colours, where that changes none visibly."""
    with Image.open(path) as opened:
        whole = opened.convert("RGB")
    few = whole.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    error = np.asarray(few.convert("RGB"), np.int16) - np.asarray(whole, np.int16)
    made = few if np.abs(error).max() <= MOST_ERROR else whole
    made.save(path, optimize=True)


def _demo_run(folder: Path) -> Path:
    """Return the demo run as one that was made here, without the line that says it was not."""
    run = unpack_demo_run(folder)
    with updated_manifest(run) as manifest:
        manifest["shipped"] = False
    return run


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pictures; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m ui.screenshots", description=__doc__)
    parser.add_argument("out", type=Path, help="folder for the pictures")
    parser.add_argument("--run", type=Path, help="run to show; default: the demo's")
    parser.add_argument(
        "--only", nargs="*", choices=ALL_NAMES, metavar="NAME", help="only these scenes"
    )
    parser.add_argument("--themes", nargs="*", choices=NAMES, default=list(NAMES))
    parser.add_argument("--language", default="en")

    given = parser.parse_args(arguments)
    if not any(name in os.environ for name in ("DISPLAY", "WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(app, QApplication):
        return 5
    install_translator(app, given.language)
    try:
        with tempfile.TemporaryDirectory() as folder:
            run = given.run or _demo_run(Path(folder) / "run")
            load_run(run)  # rather no picture than one of an error
            names = given.only or ALL_NAMES
            made = take_all(app, run.resolve(), given.out, names, given.themes)
    except QuadError as exc:
        sys.stderr.write(f"{exc}\n")
        return exc.exit_code
    sys.stdout.write("".join(f"{path}\n" for path in made))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
