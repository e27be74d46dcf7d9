"""Rows beyond the planned ones."""

import itertools

import pytest

from quad_studio.engine.further_rows import MOST_TIMES, FurtherRows
from quad_studio.sessions.order import PlannedRow
from quad_studio.use_cases.item import InputItem
from quad_studio.use_cases.settle import TaskSettings


def planned(index: int, adapter: str) -> PlannedRow:
    settings = TaskSettings(
        use_case="transform", adapters=((adapter, 1.0),), sampler="ddim", steps=8, guidance=1.0
    )
    return PlannedRow(index=index, settings=settings, item=InputItem(id=f"i{index}"))


def key_of(row: PlannedRow) -> str:
    return f"{row.item.id}/{row.repeat}"


class Bench:
    """Runs rows: steady tasks take the same time always, others anything."""

    def __init__(self, adapters: str, *, steady: str = "") -> None:
        self.rows = [planned(index, adapter) for index, adapter in enumerate(adapters)]
        self._steady, self._noise = steady, itertools.cycle((50.0, 150.0, 90.0, 210.0))
        self.times: dict[str, float] = {}
        self.over = False
        self.made: list[PlannedRow] = []
        for row in self.rows:
            self.run(row)
        self.made.clear()

    def run(self, row: PlannedRow) -> None:
        adapter = row.settings.adapters[0][0]
        self.times[key_of(row)] = 100.0 if adapter in self._steady else next(self._noise)
        self.made.append(row)

    def further(self) -> FurtherRows:
        return FurtherRows(
            rows=self.rows,
            planned=len(self.rows),
            key_of=key_of,
            time_of=self.times.get,
            is_over=lambda: self.over,
        )


def test_that_steady_tasks_stop_at_the_fewest_times_that_tell_anything():
    bench = Bench("aabb", steady="ab")
    for row in bench.further().until_certain(0.02):
        bench.run(row)
    assert sorted(row.settings.adapters[0][0] for row in bench.made) == list("aaabbb")  # 5 each


def test_that_only_the_unsteady_task_goes_on_and_ends_at_the_most():
    bench = Bench("aabb", steady="a")
    for row in bench.further().until_certain(0.001):
        bench.run(row)
    made = [row.settings.adapters[0][0] for row in bench.made]
    assert made.count("a") == 3
    assert made.count("b") == MOST_TIMES - 2


def test_that_every_further_row_has_a_key_and_an_index_of_its_own():
    bench = Bench("ab")
    for row in bench.further().until_certain(0.001):
        bench.run(row)
    assert len(bench.times) == len(bench.rows) + len(bench.made)
    assert len({row.index for row in [*bench.rows, *bench.made]}) == len(bench.times)
    assert min(row.index for row in bench.made) >= len(bench.rows)


def test_that_the_budget_ends_it():
    bench = Bench("ab")
    for row in bench.further().until_certain(0.001):
        bench.run(row)
        bench.over = len(bench.made) == 7
    assert len(bench.made) == 7


def test_that_a_resumed_run_makes_only_what_is_missing():
    whole = Bench("ab")
    for row in whole.further().until_certain(0.001):
        whole.run(row)
    resumed = Bench("ab")
    resumed.times |= {key: whole.times[key] for key in list(whole.times)[:20]}
    for row in resumed.further().until_certain(0.001):
        resumed.run(row)
    assert len(resumed.made) == len(whole.made) - 18
    assert resumed.times.keys() == whole.times.keys()


def test_that_a_row_that_fails_each_time_does_not_go_on_for_ever():
    bench = Bench("a")
    rows = list(bench.further().until_certain(0.001))  # none gets a time
    assert len(rows) == MOST_TIMES - 1


@pytest.mark.parametrize("adapters", ["", "ab"])
def test_that_a_sustained_run_goes_on_until_its_time_is_over(adapters: str):
    bench = Bench(adapters)
    for row in bench.further().without_end():
        bench.run(row)
        bench.over = len(bench.made) == 9
    assert len(bench.made) == (9 if adapters else 0)
    assert len({key_of(row) for row in bench.made}) == len(bench.made)
