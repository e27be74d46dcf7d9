"""The threads of the window: what a job that is no longer wanted does."""

import sys
import threading

import pytest

from quad_studio.errors import Cancelled, UsageProblem
from tests.fakes.run_folder import write_run_folder
from ui.models.kpi_building import build_grid
from ui.models.run_model import read_run
from ui.worker import Jobs, LongRun


@pytest.fixture
def jobs(owner):
    made = Jobs("test", owner)
    yield made
    made.shutdown()


def test_that_a_job_that_was_cancelled_ends_without_a_word(qtbot, jobs):
    said = []
    jobs.finished.connect(lambda key, result: said.append(key))
    jobs.failed.connect(lambda key, message: said.append(key))

    def cancelled():
        raise Cancelled

    jobs.submit("first", cancelled)
    jobs.submit("second", lambda: 2)
    qtbot.waitUntil(lambda: bool(said), timeout=8000)
    assert said == ["second"]


@pytest.mark.parametrize(
    ("raised", "said", "is_bug"),
    [
        (UsageProblem("plan.toml: no such file"), "plan.toml: no such file", False),
        (OSError(28, "No space left on device"), "[Errno 28] No space left on device", False),
        (KeyError("x"), "Internal error: KeyError('x')", True),
    ],
)
def test_that_only_a_bug_goes_to_the_crash_reports(qtbot, jobs, monkeypatch, raised, said, is_bug):
    caught, heard = [], []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: caught.append(error))
    jobs.failed.connect(lambda key, message: heard.append(message))

    def fail():
        raise raised

    jobs.submit("job", fail)
    qtbot.waitUntil(lambda: bool(heard), timeout=8000)
    long_run, events = LongRun(jobs.parent()), []
    long_run.reported.connect(events.append)
    with qtbot.waitSignal(long_run.idle, timeout=8000):
        long_run.start(lambda emit, cancel: fail())
    assert heard == [said]
    assert [event.message for event in events] == [said]
    assert caught == ([raised, raised] if is_bug else [])


def test_that_jobs_that_wait_are_forgotten_at_the_end(qtbot, owner):
    made, begun, release, done = Jobs("test", owner), threading.Event(), threading.Event(), []

    def first():
        begun.set()
        release.wait(5)

    made.submit("first", first)
    made.submit("second", lambda: done.append("second"))
    begun.wait(5)
    made.drop_pending()
    release.set()
    made.shutdown()
    assert done == []


def test_that_a_table_nobody_waits_for_is_not_computed_to_its_end(tmp_path):
    view = read_run(write_run_folder(tmp_path / "run", inputs=2, repeats=1, scored=True))
    asked = []

    def check():
        asked.append(1)
        if len(asked) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        build_grid(view, check=check)
    assert len(asked) == 3
    assert build_grid(view).cells
