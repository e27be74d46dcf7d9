"""The rows of a plan: its tasks, settled for a bundle, on the inputs that are asked for."""

from quad_studio.config import Task
from quad_studio.engine.plan_request import PlanRequest
from quad_studio.inputs import load_input_set
from quad_studio.sessions.order import PlannedRow, PlannedTask, plan_rows
from quad_studio.use_cases.base import Frame
from quad_studio.use_cases.settle import plan_for, settle


def planned_rows(request: PlanRequest, frame: Frame) -> list[PlannedRow]:
    """Return the rows of the plan in the order they are run.

    Raises:
        UsageProblem: A task cannot be run at all. An input that does not suit is none's fault
            but its own row's.
    """
    tasks = []
    for task in request.plan.tasks:
        items = load_input_set(task.inputs, use_case=task.use_case, lenient=True).select(
            split=task.split, limit=limit_of(task, request.limit)
        )
        settings = settle(
            task.use_case,
            frame,
            adapter=task.adapter,
            extra_adapters=task.extra_adapters,
            strength=task.strength,
            sampler=task.sampler,
            steps=task.steps,
            guidance=task.guidance,
            edit_strength=task.edit_strength,
        )
        plan_for(settings, frame)  # a sampler that cannot be had is said before anything runs
        tasks.append(PlannedTask(settings, items))
    run = request.plan.run
    return list(
        plan_rows(tasks, order=run.order, repeats=run.repeats, warmup=run.warmup, seed=run.seed)
    )


def limit_of(task: Task, limit: int | None) -> int | None:
    """Return how many inputs of the task are run at most."""
    given = [n for n in (task.limit, limit) if n is not None]
    return min(given) if given else None
