import pytest

from quad_studio.errors import UsageProblem
from quad_studio.sessions.order import PlannedTask, plan_rows
from quad_studio.use_cases.item import InputItem
from quad_studio.use_cases.settle import TaskSettings


def make_task(name, count):
    settings = TaskSettings(
        use_case=name, adapters=((name, 1.0),), sampler="ddim", steps=2, guidance=1.0
    )
    return PlannedTask(settings, [InputItem(id=f"{name}{n}") for n in range(count)])


def told(rows):
    return " ".join(f"{'w' if row.warmup else ''}{row.item.id}.{row.repeat}" for row in rows)


TASKS = [make_task("a", 2), make_task("b", 1)]


def test_that_the_fixed_order_goes_task_by_task():
    assert told(plan_rows(TASKS, repeats=2)) == "a0.0 a1.0 a0.1 a1.1 b0.0 b0.1"


def test_that_warm_up_rows_come_first_and_are_marked():
    rows = plan_rows(TASKS, warmup=2)
    assert told(rows) == "wa0.0 wa0.1 a0.0 a1.0 b0.0"
    assert [row.index for row in rows] == [0, 1, 2, 3, 4]


def test_that_aba_switches_with_every_row_and_ends_where_it_began():
    assert told(plan_rows(TASKS, order="aba")) == "a0.0 b0.0 a1.0 a0.1 b0.1"


def test_that_the_random_order_has_every_row_and_follows_its_seed():
    tasks = [make_task("a", 9), make_task("b", 9)]
    first, again, other = (plan_rows(tasks, order="random", seed=s) for s in (1, 1, 2))
    assert told(first) == told(again) != told(other)
    assert sorted(row.item.id for row in first) == sorted(row.item.id for row in plan_rows(tasks))


def test_that_an_unknown_order_and_an_empty_plan_are_handled():
    with pytest.raises(UsageProblem, match="no order 'zigzag'; there are: fixed, random, aba"):
        plan_rows(TASKS, order="zigzag")
    assert plan_rows([], warmup=3) == ()
