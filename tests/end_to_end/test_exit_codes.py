"""Every exit status by the real command, and which one stands when several apply."""

import json
import signal

import pytest

from device.virtual_phone.client import start_phone
from device.virtual_phone.target import phone_root
from tests.end_to_end.conftest import interrupt_when, quad_studio, start
from tests.fakes.private_adb import private_adb_server
from tests.fakes.runner import runner_or_none
from tests.fakes.tiny_plan import make_plan_bundle, write_tiny_plan

if runner_or_none() is None:
    pytest.skip("the runner is not built", allow_module_level=True)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ONE_TASK = (("transform", "transform"),)
PHONE = "s25-lsi"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return make_plan_bundle(tmp_path_factory.mktemp("tiny") / "bundle").path


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with private_adb_server(tmp_path_factory.mktemp("adb")) as started:
        yield started


@pytest.fixture
def plan(tmp_path, bundle):
    return write_tiny_plan(tmp_path, bundle, tasks=ONE_TASK, inputs=2, order="fixed")


def gates(folder, **gate):
    lines = ['schema = "quad-studio/gates/1"', "[[gates]]", 'metric = "end_to_end_ms"']
    lines += [f"{key} = {value!r}" for key, value in gate.items()]
    path = folder / "gates.toml"
    path.write_text("\n".join(lines).replace("'", '"') + "\n")
    return path


def run_with(plan, folder, *arguments):
    """Run the plan; return the status, the summary on the disk and stderr."""
    run = folder / "run"
    done = quad_studio("--batch", plan, "--run-dir", run, *arguments)
    assert "Traceback" not in done.stderr, done.stderr
    path = run / "summary.json"
    return done.returncode, json.loads(path.read_text()) if path.is_file() else None, done.stderr


def test_that_passed_gates_end_with_0_and_warnings_only_where_strict_with_1(plan, tmp_path):
    path = gates(tmp_path, warn=0.000001, error=1e9)
    code, summary, _ = run_with(plan, tmp_path, "--gates", path)
    assert (code, summary["exit_code"]) == (0, 0)
    assert {gate["status"] for gate in summary["gates"]} == {"warn"}
    assert quad_studio("check", tmp_path / "run", "--gates", path, "--strict").returncode == 1


def test_that_a_failed_gate_ends_with_1(plan, tmp_path):
    code, summary, _ = run_with(plan, tmp_path, "--gates", gates(tmp_path, error=0.000001))
    assert (code, summary["exit_code"], summary["validity"]["status"]) == (1, 1, "VALID")


def test_that_too_few_samples_end_with_4_even_where_a_gate_failed(plan, tmp_path):
    path = gates(tmp_path, error=0.000001)
    path.write_text(
        path.read_text() + '[[gates]]\nmetric = "unet_step_ms"\nerror = 1e9\nmin_samples = 99\n'
    )
    code, summary, _ = run_with(plan, tmp_path, "--gates", path)
    assert code == summary["exit_code"] == 4
    assert {gate["status"] for gate in summary["gates"]} == {"fail", "invalid"}
    said = " ".join(summary["reasons"])
    assert "End to end" in said
    assert "U-Net execute" in said


def test_that_a_wrong_plan_ends_with_2_whatever_else_is_wrong(plan, tmp_path):
    plan.write_text(plan.read_text().replace("steps = 2", "steps = 0\nstepz = 1"))
    blocked = tmp_path / "file"
    blocked.write_text("")
    done = quad_studio("--batch", plan, "--run-dir", blocked / "run", "--target", "adb:NOSUCHPHONE")
    assert done.returncode == 2
    assert "2 problems" in done.stderr
    assert "tasks[0].steps" in done.stderr
    assert "tasks[0].stepz" in done.stderr


def test_that_a_phone_that_is_not_there_ends_with_3_and_is_named(plan, tmp_path, server):
    code, _, errors = run_with(plan, tmp_path, "--target", "adb:NOSUCHPHONE")
    assert code == 3
    assert "NOSUCHPHONE" in errors


def test_that_a_lost_device_outranks_a_failed_gate_and_all_reasons_are_kept(plan, tmp_path, server):
    control = start_phone(PHONE, phone_root(PHONE))
    try:
        control.fault("disk-full", 0)
        path = gates(tmp_path, error=0.000001)
        targets = ("--target", "host", "--target", f"virtual:{PHONE}")
        code, summary, _ = run_with(plan, tmp_path, "--gates", path, *targets)
    finally:
        control.stop()
    assert code == summary["exit_code"] == 3
    said = " ".join(summary["reasons"])
    assert f"virtual:{PHONE}" in said
    assert "End to end" in said
    assert summary["validity"]["status"] == "INVALID"  # half of the planned rows are missing
    rows = (tmp_path / "run/results.jsonl").read_text().splitlines()
    assert {json.loads(row)["target"] for row in rows} == {"host"}


def test_that_a_folder_that_cannot_be_written_ends_with_5(plan, tmp_path):
    (tmp_path / "run").write_text("a file stands where the folder should be")
    done = quad_studio("--batch", plan, "--run-dir", tmp_path / "run" / "inner")
    assert done.returncode == 5
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_that_an_interrupted_run_says_so_and_keeps_its_rows(bundle, tmp_path, number, code):
    plan = write_tiny_plan(tmp_path, bundle, inputs=40, steps=20)
    results = tmp_path / "run/results.jsonl"
    found, errors = interrupt_when(
        start("--batch", plan, "--run-dir", tmp_path / "run"),
        lambda: results.is_file() and results.read_bytes().count(b"\n") >= 2,
        number,
    )
    assert found == code, errors
    assert "Traceback" not in errors
    rows = [json.loads(line) for line in results.read_text().splitlines()]
    assert 2 <= len(rows) < 123
    assert {row["status"] for row in rows} == {"ok"}
