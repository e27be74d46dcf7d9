"""A third party's use case: the example that docs/use_cases.md shows."""

import sys

import pytest

from quad_studio.errors import UsageProblem
from quad_studio.use_cases import registry
from tests.fakes.use_case_inputs import make_frame

COLOURIZE = """
from quad_studio.use_cases.base import UseCase

def warm(picture, given):
    return (picture * [1.0, 0.9, 0.8]).astype("float32")

USE_CASE = UseCase(
    name="colourize",
    title="Colourize",
    summary="Colours a drawing.",
    adapter="colourize",
    needs=frozenset({"sketch", "prompt"}),
    source="sketch",
    finish=warm,
)
"""

BROKEN = """
import dataclasses
TAKEN = dataclasses.replace(USE_CASE, name="sticker")
GREEDY = dataclasses.replace(USE_CASE, name="greedy", needs=frozenset({"video"}))
TEXT = "no use case"
"""


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Install a package with entry points, as pip would leave it on disk."""

    def install(module, points):
        (tmp_path / "colours.py").write_text(module)
        info = tmp_path / "colours-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: colours\nVersion: 1.0\n")
        lines = [f"{name} = {target}" for name, target in points.items()]
        (info / "entry_points.txt").write_text(
            "\n".join([f"[{registry.ENTRY_POINTS}]", *lines]) + "\n"
        )
        monkeypatch.syspath_prepend(tmp_path)
        registry.all_use_cases.cache_clear()

    yield install
    sys.modules.pop("colours", None)
    registry.all_use_cases.cache_clear()


def test_that_an_installed_package_adds_a_use_case(install, tmp_path):
    from quad_studio.use_cases.settle import plan_for, settle

    install(COLOURIZE, {"colourize": "colours:USE_CASE"})
    assert registry.use_case_names()[-1] == "colourize"
    frame = make_frame(tmp_path)
    plan = plan_for(settle("colourize", frame, steps=3), frame)
    assert (plan.use_case, plan.num_steps) == ("colourize", 3)


def test_that_a_broken_package_is_logged_and_leaves_the_rest(install, caplog):
    install(
        COLOURIZE + BROKEN,
        {
            "a": "colours:TAKEN",
            "b": "colours:GREEDY",
            "c": "colours:TEXT",
            "d": "colours:NOTHING",
            "e": "colours_missing:USE_CASE",
        },
    )
    assert len(registry.use_case_names()) == len(registry.BUILT_IN)
    said = " ".join(record.getMessage() for record in caplog.records)
    for part in ("'sticker' is taken", "needs video", "it is a str", "NOTHING", "colours_missing"):
        assert part in said


def test_that_an_unknown_use_case_gets_the_list(install):
    with pytest.raises(UsageProblem, match="no use case 'magic'; there are: object_removal, "):
        registry.find_use_case("magic")
