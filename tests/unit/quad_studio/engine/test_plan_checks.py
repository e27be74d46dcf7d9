"""What is only read at a plan's end is refused before its beginning."""

import dataclasses

import pytest

from quad_studio.batch import run_plan
from quad_studio.cancel import CancelToken
from quad_studio.config import load_plan
from quad_studio.engine.plan_request import PlanRequest
from quad_studio.errors import UsageProblem
from tests.fakes.tiny_plan import write_tiny_plan


@pytest.fixture
def plan(tmp_path):
    (tmp_path / "bundle").mkdir()
    return load_plan(write_tiny_plan(tmp_path, tmp_path / "bundle"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"limit": 0}, "--limit 0: write a whole number of at least 1"),
        ({"infra_retries": -1}, "--max-infra-retries -1: write 0 or more"),
        ({"formats": ("html", "docx")}, "--format: docx; known: html, md"),
        ({"gates": "absent.toml"}, "absent.toml: no such file"),
        ({"gates": "plan.toml"}, "gates: is missing"),
        ({"baseline": "absent"}, "neither a run folder nor a name"),
    ],
)
def test_that_a_late_mistake_is_said_before_a_folder_is_made(plan, tmp_path, options, said):
    if "gates" in options:
        options = {"gates": tmp_path / options["gates"]}
    request = PlanRequest(plan=plan, run_dir=tmp_path / "run", **options)
    with pytest.raises(UsageProblem) as caught:
        run_plan(request, emit=print, cancel=CancelToken())
    assert said in str(caught.value)
    assert not (tmp_path / "run").exists()


def test_that_an_unknown_metric_of_the_plan_is_named_with_its_key(plan, tmp_path):
    wrong = dataclasses.replace(plan, metrics=("psnr", "ssim"))
    request = PlanRequest(plan=wrong, run_dir=tmp_path / "run")
    with pytest.raises(UsageProblem, match=r"score\.metrics: psnr: no such metric"):
        run_plan(request, emit=print, cancel=CancelToken())


def test_that_a_file_is_no_run_folder(plan, tmp_path):
    (tmp_path / "run").write_text("mine")
    request = PlanRequest(plan=plan, run_dir=tmp_path / "run")
    with pytest.raises(UsageProblem, match="is a file; name a folder"):
        run_plan(request, emit=print, cancel=CancelToken())
    assert (tmp_path / "run").read_text() == "mine"


def test_that_a_damaged_run_is_not_resumed(plan, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run/manifest.json").write_text("{")
    request = PlanRequest(plan=plan, run_dir=tmp_path / "run", resume=True)
    events = []
    with pytest.raises(UsageProblem, match=r"manifest\.json: is corrupt"):
        run_plan(request, emit=events.append, cancel=CancelToken())
    assert events == []
