"""OLSS tables solved by the build, on the real runner's graph and on the FP32 model."""

import pytest

from device.errors import RunnerMissingError
from device.runner_process import find_runner
from quad_studio.cancel import CancelToken
from quad_studio.config import load_project
from quad_studio.engine.build import BuildRequest, build_bundle
from quad_studio.events import LogLine, StageFinished
from quad_studio.use_cases.prepare import Frame, plan_for, settle
from tests.fakes.tiny_project import write_tiny_project

try:
    find_runner()
except RunnerMissingError:
    pytest.skip("the runner is not built", allow_module_level=True)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
TABLES = 'sampler = "olss"\nolss_steps = [3]'
OLSS = "[olss]\nsamples = 1\nteacher_steps = 10"


def build(path, output):
    events = []
    project = load_project(path)
    bundle = build_bundle(
        BuildRequest(project=project, output=output), emit=events.append, cancel=CancelToken()
    )
    done = {e.stage: e.skipped for e in events if isinstance(e, StageFinished)}
    return bundle, done, events


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("olss-build")


@pytest.fixture(scope="module")
def built(folder):
    return build(write_tiny_project(folder, use_case=TABLES, more=OLSS), folder / "bundle")


def test_that_every_listed_table_is_solved_on_the_graph(built):
    bundle, _, _ = built
    solved = bundle.manifest["solved_samplers"]
    assert [(s["use_case"], s["steps"], s["student"]) for s in solved] == [
        ("transform", 2, "graph"),
        ("transform", 3, "graph"),
    ]
    assert [len(s["rms_error"]) for s in solved] == [2, 3]
    assert all(s["file"] in bundle.manifest["files"] for s in solved)


def test_that_the_use_case_runs_with_its_table_by_default(built):
    bundle, _, _ = built
    frame = Frame.of_bundle(bundle)
    settings = settle("transform", frame)
    assert (settings.sampler, settings.steps) == ("olss", 2)
    plan = plan_for(settings, frame)
    assert plan.sampler == "olss"
    own = (bundle.path / "plans/transform.json").read_text()
    assert own == (bundle.path / "plans/olss/transform-2.json").read_text()


def test_that_a_further_table_repeats_no_other_stage(built, folder):
    more = write_tiny_project(folder, use_case=TABLES.replace("[3]", "[3, 4]"), more=OLSS)
    bundle, done, events = build(more, folder / "bundle")
    assert [s["steps"] for s in bundle.manifest["solved_samplers"]] == [2, 3, 4]
    started = [e.stage for e in events if type(e).__name__ == "StageStarted"]
    assert "export" not in started
    assert started.count("olss") == 1
    assert done["export"] is True


def test_that_without_a_runner_the_fp32_model_is_the_student(built, folder, monkeypatch):
    monkeypatch.setenv("QUAD_RUNNER", str(folder / "no-such-runner"))
    path = write_tiny_project(folder, use_case="olss_steps = [2]", more=OLSS)
    bundle, _, events = build(path, folder / "bundle")
    (solved,) = bundle.manifest["solved_samplers"]
    assert solved["student"] == "fp32"
    assert any(isinstance(e, LogLine) and e.level == "warning" for e in events)
