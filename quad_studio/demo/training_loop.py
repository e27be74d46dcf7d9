"""The loop that all training stages share: budget, schedule, progress, checkpoints, cancel."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

CHECKPOINT_EVERY_S: Final = 120.0
REPORT_EVERY_S: Final = 10.0

StepFn = Callable[[float], float]
"""Train one step at a learning-rate factor in [0, 1]; return the loss."""


@dataclass(frozen=True)
class Budget:
    """How long a stage trains: a number of steps, or wall-clock seconds when steps is None."""

    steps: int | None = None
    seconds: float | None = None

    def fraction(self, done_steps: int, elapsed_s: float) -> float:
        """Return how much of the budget is used up, from 0 to 1."""
        if self.steps is not None:
            return min(1.0, done_steps / self.steps) if self.steps else 1.0
        if self.seconds is None:
            return 1.0
        return min(1.0, elapsed_s / self.seconds) if self.seconds else 1.0


@dataclass
class LoopState:
    """What a resumed stage must know: steps and seconds spent so far, and the smoothed loss."""

    steps: int = 0
    elapsed_s: float = 0.0
    loss: float = math.nan
    history: list[tuple[int, float, float]] = field(default_factory=list)

    def record(self, loss: float) -> None:
        """Count a step and smooth its loss."""
        self.steps += 1
        self.loss = loss if math.isnan(self.loss) else 0.98 * self.loss + 0.02 * loss


@dataclass(frozen=True)
class LoopReport:
    """Progress of a stage, for whoever shows it."""

    stage: str
    steps: int
    fraction: float
    loss: float
    seconds_per_step: float
    eta_s: float


def schedule(fraction: float, warmup: float = 0.02, floor: float = 0.02) -> float:
    """Return the learning-rate factor: linear warm-up, then a cosine down to `floor`."""
    if fraction < warmup:
        return max(fraction / warmup, 0.02)
    position = (fraction - warmup) / (1.0 - warmup)
    return floor + (1.0 - floor) * 0.5 * (1.0 + math.cos(math.pi * position))


def run_loop(
    stage: str,
    budget: Budget,
    state: LoopState,
    step: StepFn,
    *,
    save: Callable[[LoopState], None],
    report: Callable[[LoopReport], None],
    check: Callable[[], None],
    clock: Callable[[], float] = time.monotonic,
) -> LoopState:
    """Train until the budget is used up; save every two minutes, at the end and when stopped.

    `check` raises when the user wants to stop; the state is saved first.
    """
    last = last_save = last_report = clock()
    pace = 0.0
    try:
        while (used := budget.fraction(state.steps, state.elapsed_s)) < 1.0:
            check()
            state.record(step(schedule(used)))
            now = clock()
            pace = now - last if pace == 0.0 else 0.95 * pace + 0.05 * (now - last)
            state.elapsed_s, last = state.elapsed_s + now - last, now
            if now - last_report >= REPORT_EVERY_S:
                last_report = now
                state.history.append((state.steps, round(state.elapsed_s, 1), state.loss))
                report(_report_of(stage, budget, state, pace))
            if now - last_save >= CHECKPOINT_EVERY_S:
                save(state)
                last = last_save = clock()
    finally:
        save(state)
    report(_report_of(stage, budget, state, pace))
    return state


def _report_of(stage: str, budget: Budget, state: LoopState, pace: float) -> LoopReport:
    used = budget.fraction(state.steps, state.elapsed_s)
    eta_s = state.elapsed_s * (1.0 - used) / used if used > 0 else math.inf
    return LoopReport(stage, state.steps, used, state.loss, pace, eta_s)
