"""What long work tells its watchers; the terminal and the window read the same events."""

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class StageStarted:
    """A stage begins; `title` is a short line for a person."""

    stage: str
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class StageProgress:
    """A stage has done `done` of `total` units; `eta_s` is the estimated rest in seconds."""

    stage: str
    done: int
    total: int
    note: str = ""
    eta_s: float | None = None


@dataclass(frozen=True, kw_only=True)
class StageFinished:
    """A stage ended well after `seconds`, or was up to date and skipped."""

    stage: str
    seconds: float
    skipped: bool = False
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A stage has numbers for a plot, such as a loss curve or sensitivity bars."""

    stage: str
    name: str
    values: Mapping[str, float]
    step: int | None = None


@dataclass(frozen=True, kw_only=True)
class AnchorChosen:
    """The adapter whose encodings count was chosen by `rule`; `reason` is for a person."""

    anchor: str
    rule: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RowFinished:
    """A row of the run was recorded; `row` is what stands in results.jsonl."""

    row: Mapping[str, Any]
    done: int
    total: int


@dataclass(frozen=True, kw_only=True)
class DeviceChanged:
    """A device changed state, e.g. to `lost`, with the cause and the remedy in words."""

    target: str
    state: str
    cause: str = ""
    remedy: str = ""


@dataclass(frozen=True, kw_only=True)
class LogLine:
    """A line for the log; `level` is info, warning or error."""

    message: str
    level: str = "info"


@dataclass(frozen=True, kw_only=True)
class RunFinished:
    """The work ended well; `summary` is one line for a person."""

    summary: str
    exit_code: int = 0
    outputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RunFailed:
    """The work ended in an error; `message` says what, where and what to do."""

    stage: str
    message: str
    exit_code: int = 5


Event = (
    StageStarted
    | StageProgress
    | StageFinished
    | Measured
    | AnchorChosen
    | RowFinished
    | DeviceChanged
    | LogLine
    | RunFinished
    | RunFailed
)
Emit = Callable[[Event], None]

_TYPES: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        StageStarted,
        StageProgress,
        StageFinished,
        Measured,
        AnchorChosen,
        RowFinished,
        DeviceChanged,
        LogLine,
        RunFinished,
        RunFailed,
    )
}


def to_json(event: Event) -> str:
    """Return `event` as one JSON line, readable by `from_json`.

    >>> to_json(StageStarted(stage="export"))
    '{"event": "StageStarted", "stage": "export", "title": ""}'
    """
    data = {"event": type(event).__name__, **dataclasses.asdict(event)}
    return json.dumps(data, default=_plain)


def _plain(value: Any) -> Any:
    """Return a NumPy number as Python's, and a path as text."""
    return value.item() if hasattr(value, "item") else str(value)


def from_json(line: str) -> Event:
    """Return the event of one JSON line.

    Raises:
        ValueError: The line is no event of this version.
    """
    data = json.loads(line)
    kind = _TYPES.get(data.pop("event", ""))
    if kind is None:
        raise ValueError(f"not an event: {line[:80]}")
    event: Event = kind(**data)
    return event


def ignore(event: Event) -> None:
    """Drop `event`: the default for callers that watch nothing."""
