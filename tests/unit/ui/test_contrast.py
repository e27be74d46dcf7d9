"""Contrast after WCAG 2.2 AA: of what style sheet and painters pair, and of what is drawn."""

import re
from importlib.resources import files
from itertools import product

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QLabel

from tests.fakes.run_folder import write_run_folder
from ui.app import Studio
from ui.scenes import SceneDevices, SceneSessions
from ui.scenes_build import SceneBuild
from ui.services import Services
from ui.theme import NAMES, contrast_ratio, load_theme
from ui.window_layouts import WORKSPACES

TEXT, PART = 4.5, 3.0
GROUNDS = ("window", "surface", "raised", "field")
WORDS = ("text", "muted", "link", "good", "warn", "bad", "info")
PLOTS = tuple(f"plot_{number}" for number in range(1, 7))
PAINTED = (  # what delegates, canvases and plots put on what
    *product((*WORDS[:-1], "selection_text"), ("selection",)),
    *product(("text", "muted"), ("hover", "accent_soft")),
    *((kind, f"{kind}_soft") for kind in ("good", "warn", "bad", "info")),
    *product(("canvas_text", "side_a", "side_b"), ("surface",)),
    ("canvas_text", "canvas"),
    *product(("surface",), ("side_a", "side_b")),
)
PARTS = (
    *product(("border_strong", "accent", "side_a", "side_b", *PLOTS, *WORDS[3:]), GROUNDS),
    *product(("accent", "good", "warn", "bad"), ("selection", "accent_soft")),
    ("accent", "canvas"),
)


def ratio(name, front, back):
    colors = load_theme(name).colors
    return contrast_ratio(colors[front], colors[back])


def rules_of_the_sheet():
    """Yield (selector, colour token, background token) of each rule that sets both."""
    text = files("resources").joinpath("themes", "studio.qss").read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    for selector, body in re.findall(r"([^{}]+)\{([^}]*)\}", text):
        parts = dict(
            (one.strip() for one in line.split(":", 1)) for line in body.split(";") if ":" in line
        )
        front, back = parts.get("color", ""), parts.get("background", "")
        if front.startswith("@") and back.startswith("@"):
            yield " ".join(selector.split()), front[1:], back[1:]
        if "selection-color" in parts:
            selected = parts["selection-color"][1:], parts["selection-background-color"][1:]
            yield " ".join(selector.split()) + " (selected)", *selected


@pytest.mark.parametrize("name", NAMES)
def test_that_every_rule_of_the_style_sheet_is_legible(name):
    rules = [rule for rule in rules_of_the_sheet() if ":disabled" not in rule[0]]
    assert len(rules) >= 25
    weak = [(s, f, b) for s, f, b in rules if ratio(name, f, b) < TEXT]
    assert weak == []


@pytest.mark.parametrize("name", NAMES)
def test_that_text_is_legible_on_every_ground_and_where_a_painter_puts_it(name):
    pairs = [*product(WORDS, GROUNDS), *PAINTED]
    assert [pair for pair in pairs if ratio(name, *pair) < TEXT] == []


@pytest.mark.parametrize("name", NAMES)
def test_that_controls_marks_and_curves_stand_out(name):
    assert [pair for pair in PARTS if ratio(name, *pair) < PART] == []


def drawn_contrast(picture):
    """Return the ratio of the ground, the commonest colour, to the ink, the farthest from it."""
    image = picture.toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.array(image.constBits()).view(np.uint32) & 0xFFFFFF
    colors, counts = np.unique(pixels, return_counts=True)
    ground = f"#{colors[counts.argmax()]:06x}"
    return max(contrast_ratio(ground, f"#{color:06x}") for color in colors)


@pytest.fixture
def studio(qapp, settings, tmp_path):
    run = write_run_folder(tmp_path / "run", inputs=2, repeats=1, scored=True, failed_rows=1)
    services = Services(SceneDevices(), SceneSessions(), SceneBuild(tmp_path))
    made = Studio(qapp, root=tmp_path, settings=settings, services=services)
    made.window.resize(QSize(1440, 900))
    made.show()
    made.open_path(run)
    yield made
    made.end()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", NAMES)
def test_that_words_are_drawn_as_legibly_as_the_tokens_promise(studio, qtbot, name):
    """Catches what no token says: a wrong palette role, a half transparent colour."""
    with qtbot.waitSignal(studio.theme_change.finished, timeout=30_000):
        studio.choose_theme(name)
    qtbot.waitUntil(lambda: studio.kpi_model.rowCount() > 0, timeout=8000)
    seen, weak = 0, []
    for workspace in WORKSPACES:
        studio.window.show_workspace(workspace)
        qtbot.waitUntil(lambda: bool(studio.devices_view.cards), timeout=8000)
        for kind in (QLabel, QAbstractButton):
            for widget in studio.window.findChildren(kind):
                if widget.isVisible() and widget.isEnabled() and widget.text():
                    seen += 1
                    found = drawn_contrast(widget.grab())
                    if found < TEXT:
                        weak.append((workspace, widget.text(), round(found, 2)))
    assert seen > 40
    assert weak == []
