"""The worker's side: read requests from stdin, do them in the main thread, answer on stdout."""

import faulthandler
import json
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any, TextIO

from quad_studio.cancel import CancelToken
from quad_studio.events import Event
from quad_studio.workers import messages

ORPHAN_GRACE_S = 10.0
"""How long work may take to stop by itself once the owner is gone."""

Task = Callable[..., Any]
"""Takes the request's arguments and `emit=` and `cancel=`; its result must pickle."""


class _Requests:
    """Reads stdin in a thread: new calls go to the queue, a cancellation to the running call."""

    def __init__(self, stream: TextIO) -> None:
        self.calls: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._stream = stream
        self._lock = threading.Lock()
        self._number, self._cancel = -1, CancelToken()
        self._cancelled = -1

    def begin(self, number: int) -> CancelToken:
        """Return the token of call `number`, set already if its cancellation overtook it."""
        with self._lock:
            self._number, self._cancel = number, CancelToken()
            if self._cancelled == number:
                self._cancel.cancel()
            return self._cancel

    def read(self) -> None:
        """Take lines until the owner closes the pipe or dies; then stop whatever runs."""
        for text in self._stream:
            line = json.loads(text)
            if "cancel" not in line:
                self.calls.put(line)
                continue
            with self._lock:
                self._cancelled = line["cancel"]
                if self._number == self._cancelled:
                    self._cancel.cancel()
        self.calls.put(None)
        with self._lock:
            self._cancel.cancel()
        end = threading.Timer(ORPHAN_GRACE_S, os._exit, (1,))
        end.daemon = True
        end.start()


def serve(tasks: Mapping[str, Task]) -> None:
    """Do what the owner asks for, one call after another, until it closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the owner, who stops us in order
    stdin, stdout = _take_pipes()
    faulthandler.enable()
    lock = threading.Lock()

    def say(line: str) -> None:
        with lock:
            stdout.write(line)
            stdout.flush()

    def emit(event: Event) -> None:
        say(messages.event(event))

    requests = _Requests(stdin)
    threading.Thread(target=requests.read, name="requests", daemon=True).start()
    while (call := requests.calls.get()) is not None:
        cancel = requests.begin(call["call"])
        try:
            arguments = messages.arguments_of(call)
            answer = messages.result(tasks[call["task"]](*arguments, emit=emit, cancel=cancel))
        except Exception as exc:  # noqa: BLE001 -- the process's last line of defence
            answer = messages.failure(exc)
        try:
            say(answer)
        except BrokenPipeError:  # the owner is gone
            return


def _take_pipes() -> tuple[TextIO, TextIO]:
    """Return stdin and stdout for our lines alone.

    What a library prints goes to stderr, and no process that a task starts holds our pipes.
    """
    stdin = os.fdopen(os.dup(0), "r", encoding="utf-8")
    stdout = os.fdopen(os.dup(1), "w", encoding="utf-8")
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return stdin, stdout
