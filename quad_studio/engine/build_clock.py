"""How far a build is and how long it will take, judged by the last build on this machine.

The stages differ a lot in length, and one asks for another in its middle, so counting them would
say little. The last build's marks (a stage began or ended, after so many seconds) are the ruler: a
mark that passes says where on it this build is, and the speed so far says how long the rest takes.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from quad_studio.errors import InputFileProblem
from quad_studio.events import Emit, Event, StageFinished, StageProgress, StageStarted
from quad_studio.storage import read_json, write_json

STAGE = "build"
PARTS = 10_000
"""Large totals are shown as a share."""
FILE = "timeline.json"
_SCHEMA = "quad-studio/timeline/1"
_LEAST_S = 1.0
_LEAST_SHARE = 0.05
"""Of the ruler, before a speed is believed: the start is slow with imports."""

Mark = tuple[str, float]

DEMO: tuple[Mark, ...] = (
    ("load#1 begins", 0.0),
    ("load#1 ends", 4.5),
    ("restructure#1 begins", 4.6),
    ("restructure#1 ends", 4.6),
    ("sites#1 begins", 4.6),
    ("sites#1 ends", 7.3),
    ("sensitivity#1 begins", 7.3),
    ("trajectories#1 begins", 7.3),
    ("trajectory#1 begins", 8.1),
    ("trajectory#1 ends", 11.2),
    ("trajectory#2 begins", 11.2),
    ("trajectory#2 ends", 14.8),
    ("trajectory#3 begins", 14.8),
    ("trajectory#3 ends", 18.3),
    ("trajectory#4 begins", 18.3),
    ("trajectory#4 ends", 28.7),
    ("trajectory#5 begins", 28.7),
    ("trajectory#5 ends", 34.3),
    ("trajectory#6 begins", 34.3),
    ("trajectory#6 ends", 43.5),
    ("trajectories#1 ends", 43.5),
    ("calibrate#1 begins", 43.5),
    ("calibrate#1 ends", 117.1),
    ("sensitivity#1 ends", 147.6),
    ("profile#1 begins", 147.6),
    ("profile#1 ends", 147.6),
    ("export#1 begins", 147.6),
    ("export#1 ends", 158.8),
    ("text_encoder#1 begins", 158.8),
    ("sites#2 begins", 158.8),
    ("sites#2 ends", 159.0),
    ("export#2 begins", 159.0),
    ("export#2 ends", 160.0),
    ("text_encoder#1 ends", 160.0),
    ("vae_encoder#1 begins", 160.0),
    ("sites#3 begins", 160.0),
    ("sites#3 ends", 160.2),
    ("export#3 begins", 160.2),
    ("export#3 ends", 162.2),
    ("vae_encoder#1 ends", 162.2),
    ("vae_decoder#1 begins", 162.2),
    ("sites#4 begins", 162.2),
    ("sites#4 ends", 162.5),
    ("calibrate#2 begins", 162.5),
    ("calibrate#2 ends", 167.0),
    ("profile#2 begins", 167.0),
    ("profile#2 ends", 167.0),
    ("export#4 begins", 167.0),
    ("export#4 ends", 169.2),
    ("vae_decoder#1 ends", 169.2),
    ("export_fp32#1 begins", 169.3),
    ("export#5 begins", 169.3),
    ("export#5 ends", 175.4),
    ("export_fp32#1 ends", 175.4),
    ("olss#1 begins", 176.2),
    ("olss#1 ends", 220.8),
)
"""Marks of a build of the demo on two cores, the ruler of a first build; only shares matter."""


class BuildClock:
    """Passes events on, and tells how far the whole build is after each.

    Args:
        emit: Where events go.
        marks: (mark, seconds) of an earlier build, oldest first.
        now: Seconds of a clock that never goes back.
    """

    def __init__(
        self, emit: Emit, marks: Sequence[Mark] = DEMO, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._emit, self._now = emit, now
        self._start = now()
        self._ruler = dict(marks)
        self._length = max(self._ruler.values(), default=0.0)
        self._counts: Counter[str] = Counter()
        self._open: dict[str, str] = {}
        self._place, self._jumped = 0.0, 0.0
        self._told: tuple[int, float] = (0, -_LEAST_S)
        self.marks: list[Mark] = []
        self.is_whole = True

    def __call__(self, event: Event) -> None:
        """Pass `event` on; mark where it stands."""
        self._emit(event)
        match event:
            case StageStarted(stage=stage) if stage != STAGE:
                if stage not in self._open:  # a part of the program may announce its caller's stage
                    self._counts[stage] += 1
                    self._open[stage] = f"{stage}#{self._counts[stage]}"
                    self._mark(f"{self._open[stage]} begins")
            case StageProgress(stage=stage, done=done, total=total) if (
                stage in self._open and total
            ):
                self._within(self._open[stage], done, total)
            case StageFinished(stage=stage, skipped=True) if stage != STAGE:
                self.is_whole = False
                self._counts[stage] += 1
                self._mark(f"{stage}#{self._counts[stage]} ends", skipped=True)
            case StageFinished(stage=stage) if stage in self._open:
                self._mark(f"{self._open.pop(stage)} ends")

    def _mark(self, name: str, *, skipped: bool = False) -> None:
        self.marks.append((name, self._now() - self._start))
        if name in self._ruler:
            self._go_to(self._ruler[name], skipped=skipped)

    def _within(self, name: str, done: int, total: int) -> None:
        """Go to a place between the beginning and the end of a stage."""
        share = done / total if total else 0.0
        begin, end = self._ruler.get(f"{name} begins"), self._ruler.get(f"{name} ends")
        if begin is not None and end is not None:
            self._go_to(begin + share * (end - begin))

    def _go_to(self, place: float, *, skipped: bool = False) -> None:
        if place <= self._place:
            return
        if skipped:
            self._jumped += place - self._place  # nothing was done for it, so it shows no speed
        self._place = place
        percent = min(99, int(100 * place / self._length))
        moment = self._now()
        if percent == self._told[0] and moment - self._told[1] < _LEAST_S:
            return
        self._told = (percent, moment)
        done = percent * PARTS // 100
        self._emit(StageProgress(stage=STAGE, done=done, total=PARTS, eta_s=self._rest_s()))

    def _rest_s(self) -> float | None:
        """Return how many seconds are left, None while nothing shows the speed."""
        worked = self._place - self._jumped
        if worked < max(_LEAST_S, _LEAST_SHARE * self._length):
            return None
        return (self._length - self._place) * (self._now() - self._start) / worked


def read_marks(work: Path) -> Sequence[Mark]:
    """Return the marks of the last whole build in `work`, or those of the demo."""
    try:
        data: dict[str, Any] = read_json(work / FILE, "timeline")
        marks = [(str(name), float(seconds)) for name, seconds in data["marks"]]
    except (InputFileProblem, KeyError, TypeError, ValueError):
        return DEMO
    return marks or DEMO


def keep_marks(work: Path, clock: BuildClock) -> None:
    """Keep the marks of a build that is complete; stages that it skipped would have no length."""
    if not clock.is_whole:
        return
    with suppress(OSError):  # the bundle is there; without them the next estimate is a poorer one
        write_json(work / FILE, {"schema": _SCHEMA, "marks": clock.marks})
