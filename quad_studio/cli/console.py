"""Events as lines on stderr; stdout belongs to results."""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TextIO

from quad_studio.cancel import CancelToken
from quad_studio.events import (
    Event,
    Measured,
    RunFailed,
    RunFinished,
    StageProgress,
    to_json,
)
from quad_studio.wording import describe

PROGRESS_EVERY_S = 5.0


class Console:
    """Prints events for a person, or as JSON lines for a program.

    Args:
        quiet: Print errors and the last line only.
        verbose: Print measured numbers too.
        json_events: Print each event as one JSON line instead.
        stream: Where to print; stderr by default.
    """

    def __init__(
        self,
        *,
        quiet: bool = False,
        verbose: bool = False,
        json_events: bool = False,
        stream: TextIO | None = None,
    ) -> None:
        self._quiet, self._verbose, self._json = quiet, verbose, json_events
        self._stream = stream if stream is not None else sys.stderr
        self._tty = self._stream.isatty() and not os.environ.get("NO_COLOR")
        self._last_progress_s: dict[str, float] = {}
        self._open_line = False

    def __call__(self, event: Event) -> None:
        """Print `event`; progress at most every few seconds where lines pile up."""
        if self._json:
            print(to_json(event), file=self._stream, flush=True)  # noqa: T201
            return
        match event:
            case StageProgress():
                self._progress(event)
            case Measured(stage=stage, name=name, values=values) if self._verbose:
                numbers = "  ".join(f"{key} {value:.5g}" for key, value in values.items())
                self._line(f"{stage}: {name}  {numbers}")
            case Measured():
                pass
            case RunFailed(stage=stage, message=message):
                self._line(f"{stage}: {message}", always=True)
            case RunFinished(summary=summary):
                self._line(summary, always=True)
            case _:
                self._line(describe(event))

    def _progress(self, event: StageProgress) -> None:
        """Overwrite one line on a terminal; elsewhere print now and then."""
        if self._quiet:
            return
        text = describe(event)
        if self._tty:
            print(f"\r\x1b[2K{text}", end="", file=self._stream, flush=True)  # noqa: T201
            self._open_line = True
            if event.done >= event.total:
                print(file=self._stream)  # noqa: T201
                self._open_line = False
            return
        moment = time.monotonic()
        first = event.stage not in self._last_progress_s
        if first or moment - self._last_progress_s[event.stage] >= PROGRESS_EVERY_S:
            self._last_progress_s[event.stage] = moment
            print(text, file=self._stream, flush=True)  # noqa: T201

    def _line(self, text: str, *, always: bool = False) -> None:
        if not text or (self._quiet and not always):
            return
        if self._open_line:
            print(file=self._stream)  # noqa: T201
            self._open_line = False
        print(text, file=self._stream, flush=True)  # noqa: T201


def print_result(text: str) -> None:
    """Print what was asked for on stdout."""
    print(text)  # noqa: T201 -- this module is where printing lives


def print_json(value: Any) -> None:
    """Print `value` as JSON on stdout."""
    print_result(json.dumps(value, indent=1, ensure_ascii=False, default=str))


def print_note(text: str) -> None:
    """Print a line for a person on stderr."""
    print(text, file=sys.stderr)  # noqa: T201


@contextmanager
def interruptible() -> Iterator[CancelToken]:
    """Yield a token that Ctrl-C and SIGTERM set; a second signal ends the process at once.

    The work then stops at its next check with Cancelled, whose exit code becomes 130 or 143.
    """
    token = CancelToken()
    received: list[int] = []

    def on_signal(number: int, _frame: FrameType | None) -> None:
        if received:
            os._exit(128 + number)
        received.append(number)
        token.cancel()
        print_note("stopping; finished work is kept, --resume goes on (again to stop at once)")

    signals = [signal.SIGINT, signal.SIGTERM]
    before = {number: signal.signal(number, on_signal) for number in signals}
    try:
        yield token
    except BaseException as exc:
        if received and hasattr(exc, "exit_code"):
            exc.exit_code = 128 + received[0]
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
