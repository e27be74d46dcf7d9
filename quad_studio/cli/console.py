"""Events as lines on stderr; stdout belongs to results."""

import json
import os
import shutil
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
    RowFinished,
    RunFailed,
    RunFinished,
    StageProgress,
    to_json,
)
from quad_studio.wording import Lines, describe

PROGRESS_EVERY_S = 5.0
REDRAWN_EVERY_S = 0.05


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
        self._tty = self._stream.isatty() and os.environ.get("TERM") != "dumb"
        self._lines = Lines()
        self._last_progress_s: dict[str, float] = {}
        self._whole: set[str] = set()
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
            case RunFailed():
                self._end_line()  # the error itself is the command's last line
            case RunFinished(summary=summary):
                self._line(summary, always=True)
            case RowFinished(row=row, done=done, total=total) if self._tty:
                self._overwrite(self._lines(event), keep=row.get("status") != "ok" or done >= total)
            case _:
                self._line(self._lines(event))

    def _progress(self, event: StageProgress) -> None:
        """Overwrite one line on a terminal; elsewhere print now and then."""
        if self._quiet:
            return
        whole = event.done >= event.total
        if whole and event.stage in self._whole:
            return  # said already; work of several parts comes to its end more than once
        moment = time.monotonic()
        last = self._last_progress_s.get(event.stage)
        every_s = REDRAWN_EVERY_S if self._tty else PROGRESS_EVERY_S
        if last is not None and moment - last < every_s and not (whole and self._tty):
            return
        self._last_progress_s[event.stage] = moment
        if whole:
            self._whole.add(event.stage)
        else:
            self._whole.discard(event.stage)
        if self._tty:
            self._overwrite(describe(event), keep=whole)
        else:
            print(describe(event), file=self._stream, flush=True)  # noqa: T201

    def _overwrite(self, text: str, *, keep: bool) -> None:
        """Put `text` in the place of the line before, cut to the terminal, which wraps it."""
        if self._quiet:
            return
        shown = text[: shutil.get_terminal_size().columns - 1]
        print(f"\r\x1b[2K{shown}", end="", file=self._stream, flush=True)  # noqa: T201
        self._open_line = True
        if keep:
            self._end_line()

    def _line(self, text: str, *, always: bool = False) -> None:
        if not text or (self._quiet and not always):
            return
        self._end_line()
        print(text, file=self._stream, flush=True)  # noqa: T201

    def _end_line(self) -> None:
        """Go to a new line where progress stands on this one."""
        if self._open_line:
            print(file=self._stream)  # noqa: T201
            self._open_line = False


def print_result(text: str) -> None:
    """Print what was asked for on stdout."""
    print(text)  # noqa: T201 -- this module is where printing lives


def print_json(value: Any) -> None:
    """Print `value` as JSON on stdout."""
    print_result(json_text(value, indent=1))


def json_text(value: Any, *, indent: int | None = None) -> str:
    """Return `value` as JSON that stdout can print: escaped where it is not UTF-8."""
    unicode = (getattr(sys.stdout, "encoding", None) or "").lower().startswith("utf")
    return json.dumps(value, indent=indent, ensure_ascii=not unicode, default=str)


def print_note(text: str) -> None:
    """Print a line for a person on stderr."""
    print(text, file=sys.stderr)  # noqa: T201


KEPT = "finished work is kept, --resume goes on"


@contextmanager
def interruptible(kept: str = "") -> Iterator[CancelToken]:
    """Yield a token that Ctrl-C and SIGTERM set; a second signal ends the process at once.

    The work then stops at its next check with Cancelled, whose exit code becomes 130 or 143.

    Args:
        kept: What becomes of the work that is done, such as `KEPT`, said when it is stopped.
    """
    token = CancelToken()
    received: list[int] = []

    def on_signal(number: int, _frame: FrameType | None) -> None:
        if received:
            os._exit(128 + number)
        received.append(number)
        token.cancel()
        rest = f"; {kept}" if kept else ""
        print_note(f"stopping{rest} (again to stop at once)")

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
