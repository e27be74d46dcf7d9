"""Quitting the real window while it works: by its question, and by signals."""

import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from tests.end_to_end.conftest import ROOT, quad_studio
from tests.end_to_end.conftest import start as start_command
from tests.end_to_end.fault_window import write_bundle
from tests.fakes.private_adb import private_adb_server
from tests.fakes.runner import runner_or_none
from tests.fakes.tiny_project import write_tiny_project

if runner_or_none() is None:
    pytest.skip("the runner is not built", allow_module_level=True)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
PHONE = "virtual:s25-lsi"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with private_adb_server(tmp_path_factory.mktemp("adb")) as server:
        yield server


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return write_tiny_project(tmp_path_factory.mktemp("project"))


class Job:
    """A window in a process of its own."""

    def __init__(self, work, how, folder, bundle):
        variables = {name: str(folder / "home") for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME")}
        env = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen", **variables}
        env |= {"OMP_NUM_THREADS": "1", "XDG_CACHE_HOME": str(folder / "cache")}
        self.scratch = folder / "scratch"
        self.scratch.mkdir(exist_ok=True)
        env["TMPDIR"] = str(self.scratch)
        self.log = (folder / f"{work}-{how}.log").open("w+")
        command = [sys.executable, "-m", "tests.end_to_end.quit_job", work, how]
        self.process = subprocess.Popen(
            [*command, str(folder), str(bundle)], stdout=subprocess.PIPE, stderr=self.log,
            text=True, cwd=ROOT, env=env,
        )  # fmt: skip

    def kill(self):
        """End what a test that failed has left."""
        if self.process.poll() is None:
            for one in (*self.children(), self.process):
                one.kill()
            self.process.wait()
        self.log.close()

    def said(self):
        """Return the next line that the window's person says."""
        line = self.process.stdout.readline()
        assert line, self.errors()
        return json.loads(line)

    def children(self):
        """Return every process that the window has started, adb's own server aside."""
        found = psutil.Process(self.process.pid).children(recursive=True)
        return [one for one in found if "fork-server" not in " ".join(one.cmdline())]

    def end(self, timeout_s=60):
        status = self.process.wait(timeout_s)
        self.process.stdout.close()
        return status

    def errors(self):
        self.log.seek(0)
        return self.log.read()


@pytest.fixture
def start(server):
    """Return a function that starts a window; one that is left over is killed."""
    made = []

    def start_job(*arguments):
        made.append(Job(*arguments))
        return made[-1]

    yield start_job
    for job in made:
        job.kill()


def gone(processes, within_s=15.0):
    """Return those of `processes` that still live, as command lines."""
    _, alive = psutil.wait_procs(processes, timeout=within_s)
    return [" ".join(one.cmdline()) for one in alive]


@pytest.mark.parametrize(
    ("work", "number"),
    [
        ("session", signal.SIGINT),
        ("deploy", signal.SIGTERM),
        ("build", signal.SIGINT),
    ],
)
def test_that_a_signal_ends_the_window_at_once_with_all_it_started(
    tmp_path, start, bundle, project, work, number
):
    folder = project.parent if work == "build" else tmp_path
    job = start(work, "signal", folder, bundle)
    assert job.said() == {"ready": True}
    children = job.children()
    assert children
    job.process.send_signal(number)
    status = job.end()
    assert status == 128 + number
    assert "Traceback" not in job.errors()
    assert "QThread" not in job.errors()
    assert gone(children) == []
    settings = list((folder / "home").rglob("window.conf"))
    assert any("layout" in path.read_text() for path in settings)


def test_that_a_window_that_is_killed_leaves_nothing_behind(tmp_path, start, bundle, server):
    job = start("session", "signal", tmp_path, bundle)
    assert job.said() == {"ready": True}
    children = job.children()
    assert len(children) >= 3  # a runner here, the phone, and the runner on it
    job.process.kill()
    job.end()
    assert gone(children, within_s=15.0) == []
    assert [line.serial for line in server.devices()] == []  # the phone left adb's list too
    left = set(job.scratch.glob("quad-studio-*"))
    assert left  # nobody was there to remove them
    again = start("nothing", "signal", tmp_path, bundle)
    assert again.said() == {"ready": True}
    wait_until(lambda: not any(folder.exists() for folder in left))
    again.process.send_signal(signal.SIGTERM)
    again.end()
    assert not list(job.scratch.glob("quad-studio-*"))


def wait_until(condition, timeout_s=15):
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, "the next window did not sweep"
        time.sleep(0.05)


def test_that_a_session_that_is_stopped_keeps_its_rows_and_ends_its_runners(
    tmp_path, start, bundle
):
    job = start("session", "stay+stop", tmp_path, bundle)
    stayed = job.said()
    assert "An image is being made" in stayed["text"]
    assert (stayed["visible"], stayed["busy"] != "") == (True, True)
    children = job.children()
    assert not job.said()["visible"]
    assert job.end() == 0
    assert gone(children) == []
    assert "Traceback" not in job.errors()
    (rows,) = (tmp_path / "out" / "sessions").rglob("results.jsonl")
    assert [json.loads(line)["status"] for line in rows.read_text().splitlines()].count("ok") == 2


def test_that_a_deployment_can_finish_without_a_window(tmp_path, start, bundle):
    first = quad_studio("deploy", bundle, "--target", PHONE)  # the runner too: the link is slow
    assert first.returncode == 0, first.stderr
    bundle = write_bundle(tmp_path / "bundle")
    job = start("deploy", "stay+finish", tmp_path, bundle)
    assert "A bundle is being deployed" in job.said()["text"]
    seen = job.said()
    assert (seen["visible"], seen["busy"] != "") == (False, True)
    children = job.children()
    assert job.end() == 0
    assert gone(children) == []
    assert "Traceback" not in job.errors()
    done = quad_studio("deploy", bundle, "--target", PHONE)
    assert done.returncode == 0, done.stderr
    assert ": 0 files sent" in done.stdout  # all of it had arrived


def test_that_a_build_that_is_stopped_goes_on_where_it_stopped(project, start, bundle):
    job = start("build", "stay+stop", project.parent, bundle)
    assert "A build or a plan is running" in job.said()["text"]
    children = job.children()
    assert not job.said()["visible"]
    assert job.end() == 0
    assert gone(children) == []
    assert "Traceback" not in job.errors()
    again = start_command("build", project, "-o", project.parent / "out" / "tiny" / "bundle")
    lines = iter(again.stderr.readline, "")
    assert any("up to date" in line for line in lines)
    again.kill()
    again.communicate()
