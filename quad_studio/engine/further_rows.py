"""Rows beyond the planned ones: until a time is certain enough, or for as long as a run lasts.

They are made for their times only. Each is a planned row with a repeat number of its own, so its
key is its own too, and a resumed run makes the same ones.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from evaluation.statistics import needs_more, seed_from, warm_up_count
from quad_studio.sessions.order import PlannedRow

MOST_TIMES: Final = 100
"""Times of one task on one target after which more are not asked for."""


@dataclass(frozen=True, kw_only=True)
class FurtherRows:
    """What may be made again on one target.

    Attributes:
        rows: The planned rows that were recorded well, without warm-ups.
        planned: How many rows the plan has, all together.
        key_of: A row's key on this target.
        time_of: End-to-end time in ms of the recorded row with this key, or None.
        is_over: Tells whether the time for further rows is used up.
    """

    rows: Sequence[PlannedRow]
    planned: int
    key_of: Callable[[PlannedRow], str]
    time_of: Callable[[str], float | None]
    is_over: Callable[[], bool]

    def without_end(self) -> Iterator[PlannedRow]:
        """Yield all rows again and again; rows that are recorded already are passed over."""
        for turn in itertools.count(1):
            for row in self.rows:
                if self.is_over():
                    return
                again = self._again(row, turn)
                if self.time_of(self.key_of(again)) is None:
                    yield again
            if not self.rows:
                return

    def until_certain(self, half_width: float) -> Iterator[PlannedRow]:
        """Yield rows task by task in turns until each task's median time is certain.

        Args:
            half_width: Half of the 95 % interval's width, as a share of the median, at which a
                task's end-to-end time is certain enough. Leading times that belong to the warm-up
                do not count. After `MOST_TIMES` a task is left as it is.
        """
        tasks: dict[str, list[PlannedRow]] = {}
        for row in self.rows:
            tasks.setdefault(repr(row.settings), []).append(row)
        times = {name: self._times(rows) for name, rows in tasks.items()}
        coming = {name: self._turns(rows) for name, rows in tasks.items()}
        tries = {name: len(rows) for name, rows in tasks.items()}
        while open_tasks := [
            name
            for name in tasks
            if tries[name] < MOST_TIMES and _is_unsure(times[name], name, half_width)
        ]:
            for name in open_tasks:
                if self.is_over():
                    return
                row = next(coming[name])
                tries[name] += 1
                if self.time_of(self.key_of(row)) is None:
                    yield row
                times[name] += self._times([row])

    def _turns(self, rows: Sequence[PlannedRow]) -> Iterator[PlannedRow]:
        for turn in itertools.count(1):
            for row in rows:
                yield self._again(row, turn)

    def _again(self, row: PlannedRow, turn: int) -> PlannedRow:
        stride = 1 + max(each.repeat for each in self.rows)
        index = turn * self.planned + row.index
        return replace(row, index=index, repeat=turn * stride + row.repeat)

    def _times(self, rows: Sequence[PlannedRow]) -> list[float]:
        found = (self.time_of(self.key_of(row)) for row in rows)
        return [ms for ms in found if ms is not None]


def _is_unsure(times_ms: Sequence[float], task: str, half_width: float) -> bool:
    steady = list(times_ms)[warm_up_count(times_ms) :]
    return needs_more(
        steady, seed=seed_from(task), relative_half_width=half_width, at_most=MOST_TIMES
    )
