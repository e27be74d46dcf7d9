"""The pictures of the guide: made by one command, the same on every machine, all of them used."""

import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QImage, QImageReader
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit

from evaluation.metrics.ssim import ssim
from tests.fakes.run_folder import write_run_folder
from ui.photographer import SIZE, Photographer
from ui.scene_guide import SCENES as GUIDE
from ui.scene_states import NOT_SO, PANELS, SCENES, SIZES, SMALL, STATES
from ui.screenshots import ALL_NAMES, main, take_all
from ui.theme import NAMES

DOCS = Path(__file__).parents[3] / "docs"
IMAGES = DOCS / "images"
ALIKE, SHRUNK = 0.9, 8


@pytest.fixture
def run(tmp_path):
    return write_run_folder(tmp_path / "somewhere" / "run", inputs=2, repeats=1, scored=True)


def texts_of(window):
    for kind in (QLabel, QLineEdit):
        yield from (widget.text() for widget in window.findChildren(kind))
    yield from (widget.toPlainText() for widget in window.findChildren(QPlainTextEdit))


def stored(name, theme):
    return IMAGES / f"{name}-{theme}.png"


def likeness(first, second):
    """Return the SSIM of two pictures' layout: what a font changes is averaged away."""
    pictures = []
    for path in (first, second):
        with Image.open(path) as opened:
            size = (opened.width // SHRUNK, opened.height // SHRUNK)
            small = opened.convert("L").resize(size, Image.Resampling.BOX)
            pictures.append(np.asarray(small, dtype=np.float64)[None, :, :, None] / 255)
    return float(ssim(*pictures, data_range=1.0)[0])


# ---- the matrix and what the docs have of it ---------------------------------------------------


def test_that_every_panel_has_every_state_or_a_reason_why_not():
    every = set(product(PANELS, STATES))
    assert set(SCENES) | set(NOT_SO) == every
    assert not set(SCENES) & set(NOT_SO)
    assert all(reason.endswith(".") for reason in NOT_SO.values())


def test_that_the_docs_have_every_picture_in_both_themes_and_no_other():
    wanted = {stored(name, theme) for name, theme in product(ALL_NAMES, NAMES)}
    found = set(IMAGES.rglob("*.png")) - {IMAGES / "demo.png"}
    assert sorted(found) == sorted(wanted)


def size_of(path):
    return QImageReader(str(path)).size()  # reads the header only


@pytest.mark.parametrize("theme", NAMES)
def test_that_the_pictures_have_their_size_in_both_themes(theme):
    for panel, state in SCENES:
        found = size_of(stored(f"states/{panel}-{state}", theme))
        assert found == SIZES.get(panel, SMALL), (panel, state)
    for name in ("empty", "compare-flip", "build", "devices", "session"):
        assert size_of(stored(name, theme)) == SIZE
    for name in GUIDE:
        assert size_of(stored(name, "dark")) == size_of(stored(name, "light"))


def test_that_the_guide_and_its_page_of_states_show_every_picture():
    pages = [(DOCS / name).read_text(encoding="utf-8") for name in ("user_guide.md",)]
    states = (DOCS / "user_guide_states.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"images/([\w/-]+)-(?:dark|light)\.png", "".join([*pages, states])))
    assert shown == set(ALL_NAMES)
    for (panel, state), reason in NOT_SO.items():
        assert reason in states, (panel, state)


# ---- the command -------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_that_no_picture_names_a_folder_of_this_machine(qapp, run, tmp_path, monkeypatch):
    seen = []
    original = Photographer.take

    def take(here, scene):
        picture = original(here, scene)
        seen.extend(texts_of(here.studio.window))
        seen.append(here.studio.compare_view.canvas.message)
        seen.append(str(here.studio.context_view.tree.toolTip()))
        return picture

    monkeypatch.setattr(Photographer, "take", take)
    names = ["compare-flip", "build", "build-lint", "devices", "session"]
    names += ["states/compare-error", "states/statistics-error", "states/runs-error"]
    made = take_all(qapp, run, tmp_path / "pictures", names, ["dark"])
    assert [path.name for path in made] == [f"{Path(name).name}-dark.png" for name in names]
    assert QImage(str(made[0])).size() == SIZE
    assert any("my-project" in text for text in seen)
    assert any("cannot be read" in text for text in seen)
    places = ("/tmp", str(tmp_path), str(Path.home()), str(Path.cwd()))
    assert [text for text in seen if any(place in text for place in places)] == []


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    "name",
    ["project-stale", "pipeline-error", "devices-device-lost", "session-empty", "runs-loading"],
)
def test_that_the_picture_in_the_docs_is_what_the_window_shows_today(qapp, run, tmp_path, name):
    made = take_all(qapp, run, tmp_path, [f"states/{name}"], NAMES)
    for theme, path in zip(NAMES, made, strict=True):
        assert likeness(path, stored(f"states/{name}", theme)) >= ALIKE, theme


def test_that_two_states_and_two_themes_are_not_alike():
    first = stored("states/project-stale", "dark")
    assert likeness(first, first) == pytest.approx(1.0)
    assert likeness(first, stored("states/project-stale", "light")) < ALIKE
    for other in ("project-empty", "project-device-lost", "project-partial"):
        assert likeness(first, stored(f"states/{other}", "dark")) < ALIKE


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_that_a_broken_run_is_said_instead_of_photographed(qapp, run, tmp_path, capsys):
    (run / "manifest.json").write_text("{")
    pictures = tmp_path / "pictures"
    assert main([str(pictures), "--run", str(run), "--only", "empty"]) == 2
    assert "manifest.json" in capsys.readouterr().err
    assert not pictures.exists()
