"""The whole job in the window, by real events on a display of its own, with a virtual phone."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.end_to_end.conftest import ROOT, quad_studio
from tests.fakes.private_adb import private_adb_server
from tests.fakes.runner import runner_or_none
from tests.fakes.tiny_project import write_tiny_project

if runner_or_none() is None:
    pytest.skip("the runner is not built", allow_module_level=True)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(2400)]

HAS_DISPLAY = shutil.which("xvfb-run") is not None


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a project that takes the window seconds to build, once: the second finds it built."""
    made = tmp_path_factory.mktemp("project")
    write_tiny_project(made)
    return made


def do_the_job(folder, how):
    """Start the person at the window; return what they saw."""
    command = [sys.executable, "-m", "tests.end_to_end.window_job", str(folder), how]
    platform = "offscreen"
    if HAS_DISPLAY:
        screen = "-screen 0 1600x1000x24 -nolisten tcp"
        command = ["xvfb-run", "--auto-servernum", "--server-args", screen, *command]
        platform = "xcb"
    env = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": platform}
    env |= {"XDG_CACHE_HOME": str(folder / "cache"), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, env=env, timeout=2000, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("how", ["keyboard", "mouse"])
def test_that_the_whole_job_can_be_done_with_this_alone(folder, tmp_path_factory, how):
    with private_adb_server(tmp_path_factory.mktemp("adb")):
        seen = do_the_job(folder, how)
    assert seen["platform"] == ("xcb" if HAS_DISPLAY else "offscreen")
    refused, paired = seen["pairing"]
    assert "127.0.0.1:1" in refused  # no phone waits there, and the dialog says so
    assert "none waits at this address" in refused
    assert "adb-" in paired
    rows = seen["rows"]
    assert [row["status"] for row in rows] == ["ok"] * 6
    for target in ("host", "virtual:s25-lsi"):
        own = [row for row in rows if row["target"] == target]
        assert [row["use_case"] for row in own] == ["transform", "object_removal", "transform"]
        assert [row["switch"]["kind"] for row in own][0] == "cold"
        assert own[2]["switch"]["kind"] == "warm"  # the adapter was still in memory
        assert own[0]["output_sha256"] == own[2]["output_sha256"]
        assert own[0]["output_sha256"] != own[1]["output_sha256"]
    outputs = {
        row["target"]: row["output_sha256"] for row in rows if row["use_case"] == "transform"
    }
    assert len(set(outputs.values())) == 1  # phone and host agree bit for bit
    assert set(seen["verdicts"].values()) == {"accept", "reject", "unsure"}
    assert seen["worst"] in seen["verdicts"]
    run = folder.joinpath(seen["run"])
    for name in ("report.html", "report.md", "report.json", "verdicts.jsonl", "summary.json"):
        assert (run / name).stat().st_size > 100, name
    assert json.loads((run / "summary.json").read_text())["validity"]["status"] == "VALID"
    assert quad_studio("check", run).returncode == 0
    assert seen["running"] == []
    assert seen["warnings"] == []
