"""What a plan would do, its bytes and its minutes, without doing it."""

from pathlib import Path
from typing import Any

from quad_studio.bundle import MANIFEST, open_bundle
from quad_studio.runs import list_runs


def price(request: Any) -> str:
    """Return a text with the rows, bytes and minutes of the plan."""
    from quad_studio.batch import limit_of
    from quad_studio.inputs import load_input_set

    plan = request.plan
    targets = request.targets or plan.run.targets
    lines = [f"plan {plan.name}: {len(plan.tasks)} tasks on {', '.join(targets)}"]
    total = 0
    for task in plan.tasks:
        items = load_input_set(task.inputs, use_case=task.use_case).select(
            split=task.split, limit=limit_of(task, request.limit)
        )
        again = 1 if plan.run.order == "aba" else 0  # each task's first request, at the end
        rows = len(items) * plan.run.repeats + again
        total += rows * len(targets)
        lines.append(
            f"  {task.use_case}: {len(items)} inputs x {plan.run.repeats}{' + 1' * again} = {rows}"
        )
    lines.append(f"rows in all: {total}, and {plan.run.warmup} warm-up rows a target")
    lines.append(_bytes_line(request))
    lines.append(_minutes_line(plan.name, total))
    return "\n".join(lines)


def _bytes_line(request: Any) -> str:
    """Say how many bytes a first deployment sends."""
    plan = request.plan
    path = request.bundle or plan.bundle
    if path is None and plan.project is not None:
        from quad_studio.config import load_project

        path = Path("out") / load_project(plan.project).name / "bundle"
    if path is None or not (path / MANIFEST).is_file():
        return "bundle: would be built first; its size is not known yet"
    bundle = open_bundle(path)
    return f"bundle: {bundle.bytes_of('') / 1e6:.1f} MB to each target that does not have it"


def _minutes_line(name: str, rows: int) -> str:
    """Estimate from the last run of a plan of this name."""
    for run in list_runs(Path("out")):
        times = [
            row["timing_ms"]["end_to_end_ms"]
            for row in run.rows
            if row["status"] == "ok" and row.get("timing_ms")
        ]
        if run.manifest.get("name") == name and times:
            minutes = rows * sum(times) / len(times) / 60000
            return f"time: about {minutes:.1f} minutes on the device, judged by {run.path}"
    return "time: not known; no earlier run of this plan"
