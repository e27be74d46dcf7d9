"""Which rule chose the anchor of a build, and that the build says so."""

from dataclasses import replace

import pytest

from quad_studio.cancel import CancelToken
from quad_studio.config import load_project
from quad_studio.engine.groundwork import Groundwork
from quad_studio.events import LogLine
from tests.fakes.tiny_project import write_tiny_project

pytestmark = pytest.mark.timeout(120)

CLEAR = {
    "anchor": "a",
    "reason": "a has the highest QSS",
    "single": "a",
    "single_rule": "sensitivity",
    "single_reason": "a has the highest QSS",
}
TIE = {
    "anchor": "unified",
    "reason": "a and b cannot be told apart",
    "single": "b",
    "single_rule": "coverage",
    "single_reason": "b covers the others best",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return load_project(write_tiny_project(tmp_path_factory.mktemp("project")))


@pytest.mark.parametrize(
    ("setting", "scored", "choice"),
    [
        ("auto", CLEAR, ("a", "sensitivity", "a has the highest QSS")),
        ("auto", TIE, ("unified", "tie", "a and b cannot be told apart")),
        ("auto-adapter", CLEAR, ("a", "sensitivity", "a has the highest QSS")),
        ("auto-adapter", TIE, ("b", "coverage", "b covers the others best")),
        ("transform", None, ("transform", "project", "the project names transform")),
        ("unified", None, ("unified", "project", "the project names unified")),
    ],
)
def test_that_the_rule_that_chose_the_anchor_is_kept_and_logged(
    project, tmp_path, setting, scored, choice
):
    events = []
    chosen = replace(project, quantization=replace(project.quantization, anchor=setting))
    ground = Groundwork(chosen, tmp_path, emit=events.append, cancel=CancelToken())
    if scored:
        ground.sensitivity = scored  # else the scores would be measured, without need
    assert ground.anchor_choice == choice
    assert ground.anchor == choice[0]
    (line,) = [e.message for e in events if isinstance(e, LogLine)]
    assert line == f"anchor {choice[0]}, decided by {choice[1]}: {choice[2]}"
