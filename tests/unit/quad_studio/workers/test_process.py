"""Work in a process of its own: events, results, errors, cancel, and every way to die."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from quad_studio.cancel import CancelToken
from quad_studio.errors import Cancelled, QuadError, SettingsProblem, UsageProblem
from quad_studio.events import Measured, RowFinished, StageProgress, from_json, to_json
from quad_studio.workers.process import WorkerLost, WorkerProcess, kill_workers, run_in_process

CHILD = (sys.executable, "-m", "tests.fakes.worker_tasks")


@pytest.fixture
def worker():
    made = WorkerProcess(command=CHILD, grace_s=0.3)
    yield made
    made.close()


def cancel_at_first_event(token):
    return lambda event: token.cancel()


def is_gone(pid):
    end = time.monotonic() + 5
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def test_that_arguments_and_results_of_any_type_come_through(worker):
    given = ({"a": 1}, np.arange(6.0).reshape(2, 3), None)
    back = worker.call("echo", *given)
    assert back[0] == {"a": 1}
    assert back[2] is None
    np.testing.assert_array_equal(back[1], given[1])


def test_that_events_arrive_in_order_as_the_objects_they_were(worker):
    told = []
    worker.call("echo", emit=told.append)
    assert told == [
        StageProgress(stage="echo", done=1, total=2, eta_s=0.5),
        Measured(stage="echo", name="loss/x", values={"loss": 0.5}, step=3),
    ]


def test_that_several_calls_are_done_by_one_process(worker):
    assert worker.call("pid") == worker.call("pid") != os.getpid()


def test_that_an_error_keeps_its_class_its_parts_and_its_exit_code(worker):
    with pytest.raises(SettingsProblem) as failed:
        worker.call("wrong_settings")
    assert failed.value.problems == ("name: missing", "tasks: empty")
    assert failed.value.exit_code == 2
    assert "in wrong_settings" in str(failed.value.__cause__)


def test_that_an_error_that_does_not_unpickle_keeps_its_words_and_its_exit_code(worker):
    with pytest.raises(QuadError, match="R58: no space left on device") as failed:
        worker.call("stubborn")
    assert failed.value.exit_code == 3


def test_that_a_bug_in_a_task_is_a_bug_here_and_the_next_call_goes_on(worker):
    with pytest.raises(KeyError, match="missing"):
        worker.call("bug")
    assert worker.call("echo", 1) == (1,)


def test_that_a_cancelled_task_stops_by_itself_and_the_process_goes_on(worker):
    before, token = worker.call("pid"), CancelToken()
    with pytest.raises(Cancelled):
        worker.call("until_cancelled", emit=cancel_at_first_event(token), cancel=token)
    assert worker.call("pid") == before


def test_that_a_cancellation_of_one_call_does_not_reach_the_next(worker):
    token = CancelToken()
    for _ in range(3):
        with pytest.raises(Cancelled):
            worker.call("until_cancelled", emit=cancel_at_first_event(token), cancel=token)
        token = CancelToken()
        assert worker.call("echo", 2, cancel=token) == (2,)


def test_that_nothing_starts_for_a_token_that_is_set_already(worker):
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        worker.call("pid", cancel=token)


@pytest.mark.parametrize("task", ["deaf", "deaf_to_sigterm"])
def test_that_a_task_that_does_not_listen_is_ended_and_the_next_call_starts_anew(worker, task):
    before, token = worker.call("pid"), CancelToken()
    with pytest.raises(Cancelled):
        worker.call(task, emit=cancel_at_first_event(token), cancel=token)
    assert is_gone(before)
    assert worker.call("pid") != before


def test_that_a_killed_process_is_said_with_what_to_do(worker):
    with pytest.raises(WorkerLost) as failed:
        worker.call("killed")
    assert "killed (signal 9), perhaps because memory ran out" in str(failed.value)
    assert "start again" in str(failed.value)
    assert worker.call("echo", 1) == (1,)


def test_that_a_crash_in_native_code_is_named(worker):
    with pytest.raises(WorkerLost, match="Segmentation fault"):
        worker.call("crashed")


def test_that_close_ends_the_process_and_may_be_called_again():
    worker = WorkerProcess(command=CHILD)
    pid = worker.call("pid")
    worker.close()
    worker.close()
    assert not psutil.pid_exists(pid)


def test_that_a_process_left_behind_by_a_task_does_not_keep_us_waiting():
    worker = WorkerProcess(command=CHILD)
    left = worker.call("holder")
    start = time.monotonic()
    try:
        worker.close()
        assert time.monotonic() - start < 3
    finally:
        os.kill(left, signal.SIGKILL)


def test_that_the_child_ends_when_its_owner_is_killed():
    code = (
        "import sys, time\n"
        "from quad_studio.workers.process import WorkerProcess\n"
        f"worker = WorkerProcess(command={CHILD!r})\n"
        "print(worker.call('pid'), flush=True)\n"
        "worker.call('until_cancelled')\n"
    )
    owner = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    pid = int(owner.stdout.readline())
    owner.kill()
    owner.communicate()
    assert is_gone(pid)


def test_that_the_child_holds_no_qt_and_starts_without_torch(worker):
    assert not {"PySide6", "torch", "onnx", "onnxruntime"} & set(worker.call("modules"))


def test_that_the_cores_child_names_a_plan_that_is_missing(tmp_path):
    with pytest.raises(UsageProblem, match=r"none\.toml"):
        run_in_process("run_plan", tmp_path / "none.toml")


def test_that_numbers_of_numpy_and_paths_go_into_an_event():
    row = {"psnr_db": np.float32(30.5), "image": Path("images/a.png")}
    told = from_json(to_json(RowFinished(row=row, done=1, total=1)))
    assert told.row == {"psnr_db": 30.5, "image": str(Path("images/a.png"))}


def test_that_an_owner_that_cannot_wait_ends_its_workers_at_once():
    patient = WorkerProcess(command=CHILD, grace_s=60.0)
    before, token = patient.call("pid"), CancelToken()

    def leave(event):
        token.cancel()
        kill_workers()

    with pytest.raises(Cancelled):
        patient.call("deaf_to_sigterm", emit=leave, cancel=token)
    assert is_gone(before)
    patient.close()
