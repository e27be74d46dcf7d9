"""What a build's encodings rest on: the rule that chose the anchor, and what the anchor saw."""

from dataclasses import replace

import numpy as np
import pytest

from quad_studio.cancel import CancelToken
from quad_studio.config import load_project
from quad_studio.engine.groundwork import Groundwork
from quad_studio.events import AnchorChosen
from quad_studio.wording import describe
from tests.fakes.tiny_diffusers import make_tiny_lora
from tests.fakes.tiny_project import write_tiny_project

pytestmark = pytest.mark.timeout(600)
SECOND = """
[[adapters]]
name = "second"
path = "second"
calibration_use_case = "transform"
"""

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
    (event,) = [e for e in events if isinstance(e, AnchorChosen)]
    assert describe(event) == f"anchor {choice[0]}, decided by {choice[1]}: {choice[2]}"


def ground_of(folder, anchor, work):
    """Return the groundwork of two adapters whose ranges differ."""
    work.mkdir(exist_ok=True)
    path = write_tiny_project(folder, more=SECOND)
    if not (folder / "second").is_dir():
        make_tiny_lora(folder / "model", folder / "second", layout="peft", seed=2)
    project = load_project(path)
    chosen = replace(project, quantization=replace(project.quantization, anchor=anchor))
    return Groundwork(chosen, work, emit=lambda event: None, cancel=CancelToken())


@pytest.mark.slow
def test_that_an_anchor_is_observed_on_the_inputs_of_all_adapters(tmp_path):
    ground = ground_of(tmp_path / "project", "transform", tmp_path / "work")
    own, found = ground.statistics.adapters, ground.profile_statistics.adapters
    assert (found["transform"].minimum <= own["transform"].minimum).all()
    assert (found["transform"].maximum >= own["transform"].maximum).all()
    # the latents on the way are the other adapter's: no call of the anchor's own had them
    sample = ground.statistics.sites.index("sample")
    theirs = own["second"]
    assert (found["transform"].maximum[sample] >= theirs.maximum[sample]).all()
    assert (found["transform"].maximum > own["transform"].maximum).any()
    assert found["second"] is theirs
    again = ground_of(tmp_path / "project", "transform", tmp_path / "work")
    assert np.array_equal(
        again.profile_statistics.adapters["transform"].maximum, found["transform"].maximum
    )
    assert "trajectories" not in vars(again), "what is kept is not observed again"


@pytest.mark.slow
def test_that_merged_ranges_rest_on_each_adapters_own_inputs(tmp_path):
    ground = ground_of(tmp_path / "project", "unified", tmp_path / "work")
    assert ground.profile_statistics is ground.statistics
