"""The owner's side: a child process that does long work and tells events."""

import contextlib
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from quad_studio.cancel import CancelToken
from quad_studio.errors import Cancelled, QuadError
from quad_studio.events import Emit, ignore
from quad_studio.workers import messages

COMMAND = (sys.executable, "-P", "-m", "quad_studio.workers.tasks")
_POLL_S = 0.05
_TAIL_BYTES = 4000
_STARTED: "weakref.WeakSet[WorkerProcess]" = weakref.WeakSet()


class WorkerLost(QuadError):  # noqa: N818 -- what the user reads is what happened
    """The worker process ended in the middle of its work."""


class WorkerProcess:
    """A child that does one call after another; it starts with the first one.

    The child has an interpreter of its own: no computation of its makes the caller's threads wait
    for Python's lock. It ends when this object is closed or the owner dies, however that happens.
    Used by one thread at a time.

    Args:
        command: What to start; tests put their own tasks here.
        grace_s: How long a cancelled call may take to stop by itself. Then the process is ended,
            and killed after another `grace_s`; what it had finished is on the disk.
    """

    def __init__(self, *, command: Sequence[str] = COMMAND, grace_s: float = 5.0) -> None:
        self._command, self._grace_s = tuple(command), grace_s
        self._process: subprocess.Popen[str] | None = None
        self._said: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._errors: IO[bytes] | None = None
        self._reader: threading.Thread | None = None
        self._calls = 0

    def call(
        self, task: str, *arguments: Any, emit: Emit = ignore, cancel: CancelToken | None = None
    ) -> Any:
        """Do `task` in the child, tell its events to `emit`, and return its result.

        Raises:
            Cancelled: `cancel` was set; the child is ready for the next call, or was ended.
            WorkerLost: The child died.
            Exception: What the task raised, with its own class; the cause is the child's traceback.
        """
        cancel = cancel or CancelToken()
        cancel.check()
        self._start()
        self._calls += 1
        self._say(messages.request(self._calls, task, arguments))
        ladder = _Ladder(self._grace_s)
        while True:
            try:
                text = self._said.get(timeout=_POLL_S)
            except queue.Empty:
                if cancel.is_set:
                    self._climb(ladder)
                continue
            if text is None:
                raise self._explained(cancel)
            answer = messages.answer_of(text)
            if not isinstance(answer, dict):
                emit(answer)
            elif "error" in answer:
                raise answer["error"]
            else:
                return answer["result"]

    def close(self) -> None:
        """End the child, by force where it does not stop; safe to call again."""
        process = self._process
        if process is None:
            return
        if process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()  # a child that sees this ends by itself
        for end in (process.terminate, process.kill):
            try:
                process.wait(self._grace_s)
                break
            except subprocess.TimeoutExpired:
                end()
        process.wait()
        self._forget()

    def kill(self) -> None:
        """End the child at once, from any thread; what it had finished is on the disk."""
        process = self._process
        if process is not None:
            process.kill()

    def _start(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        self._forget()
        source = str(Path(__file__).resolve().parents[2])
        paths = [source, *filter(None, [os.environ.get("PYTHONPATH")])]
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 -- as long as the process
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )
        _STARTED.add(self)
        said: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._said = said
        self._reader = threading.Thread(
            target=_read, args=(self._process.stdout, said), name="worker process", daemon=True
        )
        self._reader.start()

    def _forget(self) -> None:
        """Let go of what belonged to a process that has ended."""
        if self._reader is not None:
            self._reader.join()
        if self._process is not None:
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
            self._process.wait()
        if self._errors is not None:
            self._errors.close()
        self._process = self._errors = self._reader = None

    def _say(self, line: str) -> None:
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError):  # a child that has died is noticed by its silence
                self._process.stdin.write(line)
                self._process.stdin.flush()

    def _climb(self, ladder: "_Ladder") -> None:
        """Ask, then end, then kill, each after its time."""
        process = self._process
        match ladder.step():
            case "ask":
                self._say(messages.cancellation(self._calls))
            case "end" if process is not None:
                process.terminate()
            case "kill" if process is not None:
                process.kill()

    def _explained(self, cancel: CancelToken) -> QuadError:
        """Return what to raise after the child has ended without an answer."""
        status = self._process.wait() if self._process is not None else 0
        tail = self._tail()
        self._forget()
        if cancel.is_set:
            return Cancelled("stopped by the user")
        if status == -getattr(signal, "SIGKILL", 9):
            what = "was killed (signal 9), perhaps because memory ran out"
        else:
            what = f"ended with status {status}{tail}"
        return WorkerLost(f"the working process {what}; start again, what was finished is kept")

    def _tail(self) -> str:
        if self._errors is None:
            return ""
        size = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, size - _TAIL_BYTES))
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        fatal = [line for line in lines if line.startswith("Fatal Python error")]
        return f": {[*lines, *fatal][-1]}" if lines else ""


def kill_workers() -> None:
    """End the children of this process at once: for an owner that can wait for none."""
    for worker in list(_STARTED):
        worker.kill()


class _Ladder:
    """What to do next about a call that was cancelled."""

    def __init__(self, grace_s: float) -> None:
        self._grace_s, self._rungs, self._next = grace_s, ["ask", "end", "kill"], 0.0

    def step(self) -> str:
        """Return the next step when its time has come, empty before."""
        now = time.monotonic()
        if not self._rungs or now < self._next:
            return ""
        self._next = now + self._grace_s
        return self._rungs.pop(0)


def _read(stream: IO[str], said: "queue.SimpleQueue[str | None]") -> None:
    """Hand on the lines of the child; None is its end."""
    for line in stream:
        said.put(line)
    said.put(None)


def run_in_process(
    task: str, *arguments: Any, emit: Emit = ignore, cancel: CancelToken | None = None
) -> Any:
    """Do one call in a process that lives as long as the call; see `WorkerProcess.call`."""
    with contextlib.closing(WorkerProcess()) as worker:
        return worker.call(task, *arguments, emit=emit, cancel=cancel)
