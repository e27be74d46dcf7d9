"""Evidence after a kill, on a full disk, on a read-only folder and with a clock that jumps.

The disks are small file systems of a name space of our own, so the kernel itself says no.
"""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.end_to_end.conftest import ROOT, environment, interrupt_when, quad_studio, start
from tests.fakes.runner import runner_or_none
from tests.fakes.tiny_plan import make_plan_bundle, write_tiny_plan

if runner_or_none() is None:
    pytest.skip("the runner is not built", allow_module_level=True)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

INPUTS, ROWS = 12, 39  # three tasks, each task's first row once more at the end
CLOCK = """
import datetime as module
import os

shift = module.timedelta(seconds=float(os.environ["CLOCK_SHIFT_S"]))


class Shifted(module.datetime):
    @classmethod
    def now(cls, tz=None):
        return super().now(tz) + shift


module.datetime = Shifted
"""


def can_mount():
    if shutil.which("unshare") is None:
        return False
    probe = ["unshare", "--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "x", "/mnt"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


needs_mount = pytest.mark.skipif(not can_mount(), reason="no name spaces with mounts here")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return make_plan_bundle(tmp_path_factory.mktemp("tiny") / "bundle").path


@pytest.fixture(scope="module")
def plan(tmp_path_factory, bundle):
    return write_tiny_plan(tmp_path_factory.mktemp("plan"), bundle, inputs=INPUTS, steps=4)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, plan):
    run = tmp_path_factory.mktemp("undisturbed") / "run"
    done = quad_studio("--batch", plan, "--run-dir", run)
    assert done.returncode == 0, done.stderr
    return run


def rows_of(run):
    """Return the whole rows; a line that a kill cut short is left out."""
    lines = (run / "results.jsonl").read_bytes().split(b"\n")
    whole = [line for line in lines[:-1] if line.endswith(b"}")]
    return [json.loads(line) for line in whole]


def essence(run):
    """Return what a summary says, without times, memory and identity.

    The table of the session is left out: a second runner has a start and cold switches of its own.
    """
    summary = json.loads((run / "summary.json").read_text())
    counts = {k: v for k, v in summary["counts"].items() if k != "torn_lines"}
    tables = {
        name: [
            (row["heading"]["labels"], [(c["state"], c["kpi"], c["n"]) for c in row["cells"]])
            for row in table["rows"]
        ]
        for name, table in summary["tables"].items()
        if name != "session"
    }
    verdict = (summary["validity"]["status"], summary["validity"]["reasons"])
    outputs = {row["key"]: row["output_sha256"] for row in rows_of(run)}
    return verdict, summary["exit_code"], summary["reasons"], counts, tables, outputs


def resume(plan, run, undisturbed):
    """Resume and hold the result against the undisturbed run."""
    before = rows_of(run)
    done = quad_studio("--batch", plan, "--run-dir", run, "--resume")
    assert done.returncode == 0, done.stderr
    after = rows_of(run)
    assert after[: len(before)] == before  # nothing that was recorded is recorded again
    assert len({row["key"] for row in after}) == len(after) == ROWS
    assert essence(run) == essence(undisturbed)


def in_small_world(script, *arguments):
    """Run a shell script in a name space whose mounts nobody else sees."""
    command = ["unshare", "--user", "--map-root-user", "--mount", "bash", "-ec", script, "bash"]
    env = environment(PYTHONPATH=str(ROOT))
    return subprocess.run(
        [*command, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=600,
        cwd=ROOT,
        env=env,
        check=False,
    )


def command(*arguments):
    return shlex.join([sys.executable, "-m", "quad_studio.cli.main", *map(str, arguments)])


def processes_with(text):
    """Return the ids of the processes that have `text` in their command line."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode("utf-8", "replace")
        except OSError:
            continue
        if text in words and int(folder.name) != os.getpid():
            found.append(int(folder.name))
    return found


def test_that_kill_9_in_a_row_loses_that_row_only_and_leaves_no_runner(
    plan, bundle, tmp_path, undisturbed
):
    run = tmp_path / "run"
    results = run / "results.jsonl"
    code, _ = interrupt_when(
        start("--batch", plan, "--run-dir", run),
        lambda: results.is_file() and results.read_bytes().count(b"\n") >= 5,
        signal.SIGKILL,
    )
    assert code == -signal.SIGKILL
    assert 5 <= len(rows_of(run)) < ROWS
    with results.open("ab") as stream:  # the worst moment: in the middle of writing a line
        stream.write(b'{"schema": "quad-studio/row/1", "key": "0123')
    wait_until(lambda: not processes_with(str(bundle)))
    listed = json.loads(quad_studio("runs", tmp_path, "--json").stdout)
    assert listed[0]["rows"] == len(rows_of(run))
    resume(plan, run, undisturbed)
    assert not list(run.rglob(".*"))


def wait_until(condition, timeout_s=60):
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, "the runner outlived the command that started it"
        time.sleep(0.05)


@needs_mount
def test_that_a_full_disk_is_said_and_the_rows_before_it_stay(plan, tmp_path, undisturbed):
    disk, kept = tmp_path / "disk", tmp_path / "run"
    disk.mkdir()
    size = sum(file.stat().st_size for file in undisturbed.rglob("*") if file.is_file()) // 2048
    script = (
        f'mount -t tmpfs -o size={size}k none "$1"; code=0; '
        f"{command('--batch', plan, '--run-dir', disk / 'run')} || code=$?; "
        'cp -a "$1/run" "$2"; exit $code'
    )
    done = in_small_world(script, disk, kept)
    assert done.returncode == 5, done.stderr
    assert "the disk is full" in done.stderr
    assert "--resume" in done.stderr
    assert "Traceback" not in done.stderr
    text = (kept / "results.jsonl").read_bytes()
    assert text.endswith(b"\n"), "half a row was left behind"
    assert 0 < len(rows_of(kept)) < ROWS
    assert not [file for file in kept.rglob(".*") if file.name != ".lock"]
    resume(plan, kept, undisturbed)


@needs_mount
def test_that_a_read_only_run_can_be_judged_but_not_written(undisturbed, plan, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = (
        'mount -t tmpfs none "$1"; cp -a "$2" "$1/run"; mount -o remount,ro "$1"; code=0; '
        "{0} || code=$?; exit $code"
    )

    def on_read_only(*arguments):
        return in_small_world(mount.format(command(*arguments)), disk, undisturbed)

    run = disk / "run"
    judged = on_read_only("check", run)
    assert judged.returncode == 0, judged.stderr
    assert "VALID" in judged.stdout
    for arguments in (
        ("--batch", plan, "--run-dir", run, "--resume"),
        ("--batch", plan, "--run-dir", disk / "new"),
        ("report", run, "--format", "html"),
    ):
        refused = on_read_only(*arguments)
        assert refused.returncode == 5, (arguments, refused.stderr)
        assert "cannot be written" in refused.stderr
        assert "Traceback" not in refused.stderr


def test_that_a_clock_set_back_between_rows_changes_no_result_and_is_told(
    plan, tmp_path, undisturbed
):
    (tmp_path / "site").mkdir()
    (tmp_path / "site/sitecustomize.py").write_text(CLOCK)
    run = tmp_path / "run"
    results = run / "results.jsonl"
    code, _ = interrupt_when(
        start("--batch", plan, "--run-dir", run),
        lambda: results.is_file() and results.read_bytes().count(b"\n") >= 5,
        signal.SIGINT,
    )
    assert code == 130
    env = environment(PYTHONPATH=f"{tmp_path / 'site'}:{ROOT}", CLOCK_SHIFT_S="-7200")
    done = quad_studio("--batch", plan, "--run-dir", run, "--resume", env=env)
    assert done.returncode == 0, done.stderr
    rows = rows_of(run)
    assert max(row["started_at"] for row in rows) != rows[-1]["started_at"]
    assert essence(run) == essence(undisturbed)
    warnings = json.loads((run / "summary.json").read_text())["validity"]["warnings"]
    assert any("clock was set back between rows" in text for text in warnings)
