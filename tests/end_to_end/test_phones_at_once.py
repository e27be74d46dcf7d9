"""One command, two virtual phones at once over the real adb server, and the host beside them."""

import json
import os
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from device.errors import RunnerMissingError
from device.runner_process import find_runner
from tests.end_to_end.conftest import quad_studio
from tests.fakes.private_adb import private_adb_server
from tests.fakes.tiny_plan import make_plan_bundle, write_tiny_plan

try:
    find_runner()
except RunnerMissingError:
    pytest.skip("the runner is not built", allow_module_level=True)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PHONES = ("virtual:s25-qualcomm", "virtual:tab-s11-mediatek")
TARGETS = [word for name in ("host", *PHONES) for word in ("--target", name)]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return make_plan_bundle(tmp_path_factory.mktemp("tiny") / "bundle").path


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with private_adb_server(tmp_path_factory.mktemp("adb")) as started:
        yield started


def rows_by_target(run):
    rows = [json.loads(line) for line in (run / "results.jsonl").read_text().splitlines()]
    found = {}
    for row in rows:
        found.setdefault(row["target"], {})[row["index"]] = row
    return found


def outputs(rows, provider="cpu"):
    return {n: row["output_sha256"] for n, row in rows.items() if row["provider"] == provider}


def check_that_nothing_is_left(server):
    home = Path(os.environ["HOME"])
    argv = [*server.argv, "forward", "--list"]
    assert subprocess.run(argv, capture_output=True, text=True, check=True).stdout.strip() == ""
    assert server.devices() == []
    running = subprocess.run(
        ["pgrep", "-f", str(home)], capture_output=True, text=True, check=False
    )
    assert running.stdout == ""
    assert [path for path in home.rglob("*.part-*")] == list(home.rglob("phone.json")) == []
    assert [path for path in home.rglob("sessions/*") if path.is_dir()] == []


def test_that_two_phones_give_the_hosts_bits_with_tables_for_each(bundle, server, tmp_path):
    plan = write_tiny_plan(tmp_path, bundle, provider="cpu")
    run = tmp_path / "run"
    done = quad_studio("--batch", plan, "--run-dir", run, *TARGETS)
    assert done.returncode == 0, done.stderr
    rows = rows_by_target(run)
    assert set(rows) == {"host", *PHONES}
    expected = outputs(rows["host"])
    assert len(expected) == 12
    for name in PHONES:
        assert outputs(rows[name]) == expected
        assert all(row["emulated"] for row in rows[name].values())
        kinds = [rows[name][n]["switch"]["kind"] for n in range(12)]
        assert kinds == ["cold"] * 3 + ["warm"] * 9
        assert rows[name][0]["telemetry"]["battery_percent"] is not None
    first, second = (rows[name] for name in PHONES)
    assert first[0]["started_at"] < second[11]["finished_at"]  # they worked side by side
    assert second[0]["started_at"] < first[11]["finished_at"]
    manifest = json.loads((run / "manifest.json").read_text())
    assert [target["soc"] for target in manifest["targets"][1:]] == ["SM8750", "MT6991"]
    page = (run / "report.html").read_text()
    assert "Galaxy S25 (Snapdragon 8 Elite) (virtual)" in page
    assert "Galaxy Tab S11 (Dimensity 9400+) (virtual)" in page
    check_that_nothing_is_left(server)


@pytest.mark.qnn
@pytest.mark.skipif(find_spec("onnxruntime_qnn") is None, reason="onnxruntime-qnn is not there")
def test_that_the_s25_makes_its_first_calls_on_the_emulator_and_the_rest_on_the_cpu(
    bundle, server, tmp_path
):
    plan = write_tiny_plan(tmp_path, bundle, emulator_max_calls=10)  # 2, 2 and 4 calls a row
    run = tmp_path / "run"
    done = quad_studio("--batch", plan, "--run-dir", run, "--only", "collect", *TARGETS)
    assert done.returncode in (0, 4), done.stderr
    assert "HTP emulator: 4 of 12 rows (at most 10 U-Net calls" in (run / "log.txt").read_text()
    rows = rows_by_target(run)
    phone, tab = (rows[name] for name in PHONES)
    on_emulator = {n for n, row in phone.items() if row["provider"] == "htp-emulator"}
    assert on_emulator == {0, 1, 2, 3}  # one of each adapter, then the first again
    assert sum(phone[n]["unet_calls"] for n in on_emulator) == 10
    for n, row in phone.items():
        assert row["label"].endswith("HTP emulator" if n in on_emulator else "CPU (QDQ)")
        assert row["status"] == "ok"
    host = outputs(rows["host"])
    assert outputs(phone) == {n: host[n] for n in range(4, 12)}
    assert outputs(tab) == host  # it has no emulator
    assert {phone[n]["output_sha256"] for n in on_emulator}.isdisjoint(host.values())
    check_that_nothing_is_left(server)


def test_that_a_plan_repeats_its_tasks_until_their_times_are_certain_or_enough(bundle, tmp_path):
    plan = write_tiny_plan(tmp_path, bundle, provider="cpu", interval_percent=0.1)
    text = plan.read_text().replace("[run]", "[run]\nbudget_minutes = 0.02")
    plan.write_text(text)
    run = tmp_path / "run"
    done = quad_studio("--batch", plan, "--run-dir", run, "--target", "host", "--only", "collect")
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in (run / "results.jsonl").read_text().splitlines()]
    more = lines[12:]
    assert more
    assert len({row["key"] for row in lines}) == len(lines)
    first = {row["index"]: row["output_sha256"] for row in lines[:12]}
    assert all(row["output_sha256"] == first[row["index"] % 12] for row in more)
    per_task = [
        sum(row["use_case"] == name for row in more) for name in ("transform", "sketch_to_image")
    ]
    assert abs(per_task[0] - per_task[1]) <= 1  # in turns
    again = quad_studio("--batch", plan, "--run-dir", run, "--resume", "--only", "collect")
    assert again.returncode == 0, again.stderr
    count = (run / "results.jsonl").read_text().count("\n")
    assert len(lines) <= count <= len(lines) + 1  # its time was used up


def test_that_a_sustained_plan_shows_latency_heat_and_battery_over_time(bundle, server, tmp_path):
    plan = write_tiny_plan(tmp_path, bundle, provider="cpu", duration_minutes=0.05)
    run = tmp_path / "run"
    done = quad_studio("--batch", plan, "--run-dir", run, "--target", PHONES[0], "--json")
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in (run / "results.jsonl").read_text().splitlines()]
    assert len(lines) > 12
    more = lines[12:]
    assert all(row["sustained"] and row["images"] == {} for row in more)
    assert len({row["key"] for row in lines}) == len(lines)
    first = {row["index"]: row["output_sha256"] for row in lines[:12]}
    assert all(row["output_sha256"] == first[row["index"] % 12] for row in more)
    page = (run / "report.html").read_text()
    assert "Over time: Galaxy S25 (Snapdragon 8 Elite) (virtual)" in page
    assert "Battery: 82 % to 82 %" in page
    count = len(lines)
    again = quad_studio("--batch", plan, "--run-dir", run, "--target", PHONES[0], "--resume")
    assert again.returncode == 0, again.stderr
    assert (run / "results.jsonl").read_text().count("\n") <= count + 1  # its time was used up
    check_that_nothing_is_left(server)
