"""Which rows a plan has, in which order they are run, and what tells them apart."""

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from quad_studio.bundle import Bundle
from quad_studio.errors import UsageProblem
from quad_studio.use_cases.item import InputItem
from quad_studio.use_cases.settle import TaskSettings

ORDERS = ("fixed", "random", "aba")


@dataclass(frozen=True)
class PlannedTask:
    """A use case with the inputs it is run on."""

    settings: TaskSettings
    items: Sequence[InputItem]


@dataclass(frozen=True, kw_only=True)
class PlannedRow:
    """One request to be made.

    Attributes:
        index: Position in the plan, from 0.
        repeat: Which repetition of the same request, from 0.
        warmup: It only warms up; its numbers do not count.
    """

    index: int
    settings: TaskSettings
    item: InputItem
    repeat: int = 0
    warmup: bool = False

    def key(self, bundle: Bundle, target: str) -> str:
        """Return what makes this row this row on a target, the same before and after it is run.

        Args:
            bundle: What runs it.
            target: The target's name.

        Returns:
            32 hex digits.
        """
        settings, item = self.settings, self.item
        hashes = {entry["name"]: entry["sha256"] for entry in bundle.adapters}
        adapters = [f"{hashes.get(name, name)}*{value:g}" for name, value in settings.adapters]
        parts = [
            target,
            bundle.graph_sha256,
            "+".join(adapters),
            settings.use_case,
            item.id,
            str(item.seed),
            str(settings.steps),
            settings.sampler,
            f"{settings.guidance:g}",
            f"{settings.edit_strength}",
            f"{settings.eta:g}",
            hashlib.sha256(f"{item.prompt}\0{item.negative_prompt}".encode()).hexdigest()[:16],
            str(self.repeat),
            "warmup" if self.warmup else "",
        ]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]


def plan_rows(
    tasks: Sequence[PlannedTask],
    *,
    order: str = "fixed",
    repeats: int = 1,
    warmup: int = 0,
    seed: int = 0,
) -> tuple[PlannedRow, ...]:
    """Return the rows in the order they are run.

    Args:
        tasks: What is run on which inputs.
        order: "fixed": task by task. "random": all rows mixed by `seed`. "aba": input by input
            through all tasks, so that every row switches, and each task's first row once more at
            the end, whose result must equal the first one's.
        repeats: How often each request is made.
        warmup: Rows before the first one that repeat it and do not count.
        seed: Of the random order.

    Raises:
        UsageProblem: An unknown order.
    """
    if order not in ORDERS:
        raise UsageProblem(f"no order {order!r}; there are: {', '.join(ORDERS)}")
    rows = _task_by_task(tasks, repeats)
    if order == "random":
        random.Random(seed).shuffle(rows)
    elif order == "aba":
        rows = _switching(tasks, repeats)
    warming = [replace(rows[0], repeat=count, warmup=True) for count in range(warmup) if rows]
    return tuple(replace(row, index=index) for index, row in enumerate([*warming, *rows]))


def _task_by_task(tasks: Sequence[PlannedTask], repeats: int) -> list[PlannedRow]:
    """Return all inputs of the first task, then the next task's."""
    return [
        PlannedRow(index=0, settings=task.settings, item=item, repeat=repeat)
        for task in tasks
        for repeat in range(repeats)
        for item in task.items
    ]


def _switching(tasks: Sequence[PlannedTask], repeats: int) -> list[PlannedRow]:
    """Return the tasks' inputs in turns, then each task's first once more."""
    rounds = max((len(task.items) for task in tasks), default=0)
    rows = [
        PlannedRow(index=0, settings=task.settings, item=task.items[number], repeat=repeat)
        for repeat in range(repeats)
        for number in range(rounds)
        for task in tasks
        if number < len(task.items)
    ]
    again = [
        PlannedRow(index=0, settings=task.settings, item=task.items[0], repeat=repeats)
        for task in tasks
        if task.items
    ]
    return rows + again
