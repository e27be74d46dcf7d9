"""Events in words, the same in the terminal, in log files and in the window's log."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from quad_studio.events import (
    AnchorChosen,
    DeviceChanged,
    Event,
    LogLine,
    RowFinished,
    RunFailed,
    RunFinished,
    StageFinished,
    StageProgress,
    StageStarted,
)

# Larger totals are bytes, which a person reads as a share.
_COUNTED = 10_000


def describe(event: Event) -> str:
    """Return one line for a person, empty where there is nothing to say."""
    match event:
        case StageStarted(stage=stage, title=title):
            return f"{stage}: {title}" if title else f"{stage} ..."
        case StageProgress(stage=stage, done=done, total=total, note=note, eta_s=eta_s):
            far = f"{done}/{total}" if total < _COUNTED else f"{100 * done // total} %"
            return f"{stage}: {far}{_left(eta_s, done, total)}" + (f"  {note}" if note else "")
        case StageFinished(stage=stage, skipped=True):
            return f"{stage}: up to date"
        case StageFinished(stage=stage, seconds=seconds, note=note):
            return f"{stage}: done in {duration(seconds)}" + (f"  {note}" if note else "")
        case AnchorChosen(anchor=anchor, rule=rule, reason=reason):
            return f"anchor {anchor}, decided by {rule}: {reason}"
        case RowFinished(row=row, done=done, total=total):
            timing = row.get("timing_ms") or {}
            spent = f"  {timing['end_to_end_ms']:.0f} ms" if "end_to_end_ms" in timing else ""
            failed = "" if row.get("status") == "ok" else "  FAILED"
            what = f"{row['use_case']} {row['input_id']} on {row['label']}"
            return f"run: {done}/{total}  {what}{spent}{failed}"
        case DeviceChanged(target=target, state=state, cause=cause, remedy=remedy):
            rest = ": ".join(part for part in (cause, remedy) if part)
            return f"{target}: {state}" + (f" ({rest})" if rest else "")
        case LogLine(message=message, level=level):
            return message if level == "info" else f"{level}: {message}"
        case RunFinished(summary=summary):
            return summary
        case RunFailed(stage=stage, message=message):
            return f"{stage}: {message}"
        case _:
            return ""


def _left(eta_s: float | None, done: int, total: int) -> str:
    """Return how long the rest takes, where that is worth saying."""
    if eta_s is None or eta_s < 1 or done >= total:
        return ""
    return f", about {duration(eta_s)} left"


class Lines:
    """Turns the events of one job into lines that say each thing once.

    A stage that runs within a stage of the same name is not said again, only its note is. Rows
    get an estimate of the time that is left, from the rows before them.

    Args:
        clock: Seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._depth: Counter[str] = Counter()
        self._notes: dict[str, str] = {}
        self._first_row: tuple[float, int] | None = None

    def __call__(self, event: Event) -> str:
        """Return the line of `event`; empty where there is nothing to say."""
        match event:
            case StageStarted(stage=stage):
                self._depth[stage] += 1
                return describe(event) if self._depth[stage] == 1 else ""
            case StageFinished(stage=stage, note=note):
                self._depth[stage] = max(0, self._depth[stage] - 1)
                if self._depth[stage]:
                    self._notes[stage] = note
                    return ""
                inner = self._notes.pop(stage, "")
                return describe(replace(event, note=note or inner))
            case RowFinished(done=done, total=total):
                left = _left(self._rest_s(done, total), done, total)
                return describe(event).replace(f"{done}/{total}", f"{done}/{total}{left}", 1)
            case _:
                return describe(event)

    def _rest_s(self, done: int, total: int) -> float | None:
        """Return the seconds that the other rows take, once two are known."""
        now = self._clock()
        if self._first_row is None:
            self._first_row = (now, done)
        start_s, first = self._first_row
        return (now - start_s) / (done - first) * (total - done) if done > first else None


def duration(seconds: float) -> str:
    """Return a length of time in words.

    >>> duration(0.26), duration(75), duration(7300)
    ('0.3 s', '1 min 15 s', '2 h 01 min')
    """
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def of_target(target: str, message: str) -> str:
    """Return `message` with the name of its device in front, once.

    >>> of_target("host", "the disk is full"), of_target("host", "host: the disk is full")
    ('host: the disk is full', 'host: the disk is full')
    """
    return message if not target or message.startswith(target) else f"{target}: {message}"
