"""Planted regressions in evidence of the real runner are caught; the unchanged is not flagged.

The exact 20 % and the 20 repeats are `python -m benchmarks gates_planted`, which wants a quiet
machine; what is planted here is large enough to be seen on a busy one.
"""

import pytest

from benchmarks.gates_planted import Planted, SlowHost, coarsened, step_of, write_plan
from quad_studio.cancel import CancelToken
from quad_studio.config import load_plan, load_project
from quad_studio.engine.build import BuildRequest, build_bundle
from tests.fakes.runner import runner_or_none
from tests.fakes.tiny_project import write_tiny_project

if runner_or_none() is None:
    pytest.skip("the runner is not built", allow_module_level=True)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("planted")
    project = write_tiny_project(folder)
    request = BuildRequest(project=load_project(project), output=folder / "bundle")
    bundle = build_bundle(request, emit=lambda event: None, cancel=CancelToken())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        inputs = folder / "inputs" / "inputs.jsonl"
        task = {"limit": 2, "steps": 2, "repeats": 6}
        plan = load_plan(write_plan(folder, bundle.path, project, inputs, **task))
        made = Planted(folder, plan, bundle)
        made.baseline = made.record()
        yield made


def test_that_a_rebuild_from_scratch_gives_the_same_graph_and_no_quality_alarm(planted):
    project = load_project(planted.folder / "project.toml")
    again = build_bundle(
        BuildRequest(project=project, output=planted.folder / "again" / "bundle"),
        emit=lambda event: None,
        cancel=CancelToken(),
    )
    assert again.fingerprint == planted.bundle.fingerprint
    assert again.graph_sha256 == planted.bundle.graph_sha256
    found = planted.gates_of(planted.record(bundle=again), planted.baseline)
    assert found["psnr_db"] == "pass"


def test_that_a_slower_step_in_the_runner_is_caught(planted):
    slow_ms = max(20, round(2 * step_of(planted.baseline)))
    run = planted.record(SlowHost(slow_ms))
    assert planted.gates_of(run, planted.baseline)["end_to_end_ms"] == "fail"


def test_that_an_adapter_quantized_worse_is_caught(planted):
    worse = coarsened(planted.bundle, planted.folder / "coarse", bits=3)
    assert worse.graph_sha256 == planted.bundle.graph_sha256
    run = planted.record(bundle=worse)
    assert planted.gates_of(run, planted.baseline)["psnr_db"] == "fail"
