"""A worker process with tasks that a test can break: the child of `test_process`.

python -m tests.fakes.worker_tasks
"""

import os
import signal
import subprocess
import sys
import time

import numpy as np

from quad_studio.errors import SettingsProblem
from quad_studio.events import LogLine, Measured, StageProgress
from quad_studio.workers.child import serve


class StubbornError(Exception):
    """Pickles, but does not come back."""

    exit_code = 3

    def __init__(self, serial, cause):
        super().__init__(f"{serial}: {cause}")


def echo(*values, emit, cancel):
    sys.stdout.write("a library prints\n")
    emit(StageProgress(stage="echo", done=1, total=2, eta_s=0.5))
    emit(Measured(stage="echo", name="loss/x", values={"loss": np.float32(0.5)}, step=3))
    return values


def pid(*, emit, cancel):
    return os.getpid()


def wrong_settings(*, emit, cancel):
    raise SettingsProblem("plan.toml", ["name: missing", "tasks: empty"])


def stubborn(*, emit, cancel):
    raise StubbornError("R58", "no space left on device")


def bug(*, emit, cancel):
    return {}["missing"]


def until_cancelled(*, emit, cancel):
    emit(LogLine(message="begun"))
    while True:
        cancel.check()
        time.sleep(0.01)


def deaf(*, emit, cancel):
    emit(LogLine(message="begun"))
    while True:
        time.sleep(1)


def deaf_to_sigterm(*, emit, cancel):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    deaf(emit=emit, cancel=cancel)


def killed(*, emit, cancel):
    os.kill(os.getpid(), signal.SIGKILL)


def crashed(*, emit, cancel):
    os.kill(os.getpid(), signal.SIGSEGV)


def modules(*, emit, cancel):
    return sorted(sys.modules)


def holder(*, emit, cancel):
    """Leave a process behind that lives for a minute; it must not keep our pipes open."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    return child.pid


TASKS = {
    task.__name__: task
    for task in (
        echo,
        pid,
        wrong_settings,
        stubborn,
        bug,
        until_cancelled,
        deaf,
        deaf_to_sigterm,
        killed,
        crashed,
        modules,
        holder,
    )
}

if __name__ == "__main__":
    serve(TASKS)
