"""A plan with a bad input on the real runner: the others run, and the mended one is resumed."""

import json

import pytest

from device.errors import RunnerMissingError
from device.runner_process import find_runner
from quad_studio.batch import run_plan
from quad_studio.cancel import CancelToken
from quad_studio.config import load_plan
from quad_studio.engine.plan_request import PlanRequest
from quad_studio.runs import load_run
from tests.fakes.tiny_plan import make_plan_bundle, write_tiny_plan
from tests.fakes.use_case_inputs import write_mask

try:
    find_runner()
except RunnerMissingError:
    pytest.skip("the runner is not built", allow_module_level=True)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


def test_that_a_bad_input_costs_its_rows_and_is_repeated_once_it_is_mended(tmp_path):
    bundle = make_plan_bundle(tmp_path / "bundle")
    path = write_tiny_plan(tmp_path, bundle.path, order="fixed")
    mask = tmp_path / "inputs/img/in-2_mask.png"
    mask.write_bytes(b"no picture")
    said = []

    def run(**options):
        request = PlanRequest(plan=load_plan(path), run_dir=tmp_path / "run", **options)
        return run_plan(request, emit=said.append, cancel=CancelToken())

    first = run()
    assert first.exit_code == 2
    rows = load_run(tmp_path / "run").rows
    assert len(rows) == 9
    bad = [row for row in rows if row["status"] == "error"]
    assert {row["input_id"] for row in bad} == {"in-2"}
    assert {row["error"]["code"] for row in bad} == {"bad_input"}
    assert any("in-2" in reason and "mask" in reason for reason in first.summary["reasons"])
    assert json.loads((tmp_path / "run/summary.json").read_text())["exit_code"] == 2
    write_mask(mask)
    second = run(resume=True)
    rows = load_run(tmp_path / "run").rows
    assert [row["status"] for row in rows] == ["ok"] * 9
    assert not any("in-2" in reason for reason in second.summary["reasons"])
    assert second.exit_code == 0
