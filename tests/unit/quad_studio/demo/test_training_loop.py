"""The training loop: budget, schedule, checkpoints, cancel."""

import pytest

from quad_studio.demo.training_loop import Budget, LoopReport, LoopState, run_loop, schedule
from quad_studio.errors import Cancelled


class FakeClock:
    def __init__(self, step_s: float) -> None:
        self.now_s, self.step_s = 0.0, step_s

    def __call__(self) -> float:
        return self.now_s

    def step(self, factor: float) -> float:
        self.now_s += self.step_s
        return factor


def test_that_a_step_budget_trains_exactly_that_many_steps() -> None:
    clock = FakeClock(1.0)
    state = run_loop(
        "x", Budget(steps=7), LoopState(), clock.step,
        save=lambda _: None, report=lambda _: None, check=lambda: None, clock=clock,
    )  # fmt: skip
    assert state.steps == 7


def test_that_a_resumed_loop_trains_only_the_rest() -> None:
    clock = FakeClock(1.0)
    factors: list[float] = []

    def step(factor: float) -> float:
        factors.append(factor)
        return clock.step(factor)

    run_loop(
        "x", Budget(steps=10), LoopState(steps=8, elapsed_s=8.0), step,
        save=lambda _: None, report=lambda _: None, check=lambda: None, clock=clock,
    )  # fmt: skip
    assert factors == [schedule(0.8), schedule(0.9)]


def test_that_a_time_budget_ends_at_its_seconds() -> None:
    clock = FakeClock(3.0)
    state = run_loop(
        "x", Budget(seconds=10.0), LoopState(), clock.step,
        save=lambda _: None, report=lambda _: None, check=lambda: None, clock=clock,
    )  # fmt: skip
    assert state.steps == 4


def test_that_a_cancelled_loop_saves_before_it_ends() -> None:
    clock = FakeClock(1.0)
    saved: list[int] = []

    def check() -> None:
        if clock.now_s >= 3:
            raise Cancelled("stopped by the user")

    with pytest.raises(Cancelled):
        run_loop(
            "x", Budget(steps=100), LoopState(), clock.step,
            save=lambda state: saved.append(state.steps), report=lambda _: None,
            check=check, clock=clock,
        )  # fmt: skip
    assert saved == [3]


def test_that_a_report_gives_the_time_that_is_left() -> None:
    clock = FakeClock(11.0)
    reports: list[LoopReport] = []
    run_loop(
        "x", Budget(steps=4), LoopState(), clock.step,
        save=lambda _: None, report=reports.append, check=lambda: None, clock=clock,
    )  # fmt: skip
    assert [round(r.eta_s) for r in reports] == [33, 22, 11, 0, 0]


def test_that_the_learning_rate_warms_up_peaks_and_falls() -> None:
    values = [schedule(step / 100) for step in range(101)]
    assert values[0] < 0.1
    assert max(values) == pytest.approx(1.0)
    assert values.index(max(values)) == 2
    assert values[-1] == pytest.approx(0.02)
    assert values[2:] == sorted(values[2:], reverse=True)
