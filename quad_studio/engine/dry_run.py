"""What a plan would do, its bytes and its minutes, without doing it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from quad_studio.bundle import MANIFEST, open_bundle
from quad_studio.engine.further_rows import MOST_TIMES
from quad_studio.engine.plan_request import PlanRequest
from quad_studio.engine.planned_rows import limit_of
from quad_studio.inputs import load_input_set
from quad_studio.runs import list_runs


def price(request: PlanRequest) -> dict[str, Any]:
    """Return the rows, bytes and minutes of the plan.

    Returns:
        {"plan", "targets", "tasks": [{"use_case", "inputs", "rows"}], "rows", "warmup_rows",
        "interval_percent", "duration_minutes", "bundle_bytes", "minutes", "judged_by"}. Bytes and
        minutes are None where nothing was built or run yet.
    """
    plan = request.plan
    targets = list(request.targets or plan.run.targets)
    tasks: list[dict[str, Any]] = []
    for task in plan.tasks:
        items = load_input_set(task.inputs, use_case=task.use_case).select(
            split=task.split, limit=limit_of(task, request.limit)
        )
        again = 1 if plan.run.order == "aba" else 0  # each task's first request, at the end
        tasks.append(
            {
                "use_case": task.use_case,
                "inputs": len(items),
                "repeats": plan.run.repeats,
                "again": again,
                "rows": len(items) * plan.run.repeats + again,
            }
        )
    rows = sum(task["rows"] for task in tasks) * len(targets)
    minutes, judged_by = _minutes(plan.name, rows)
    return {
        "plan": plan.name,
        "targets": targets,
        "tasks": tasks,
        "rows": rows,
        "warmup_rows": plan.run.warmup * len(targets),
        "interval_percent": plan.run.interval_percent,
        "duration_minutes": plan.run.duration_minutes,
        "bundle_bytes": _bundle_bytes(request),
        "minutes": minutes,
        "judged_by": judged_by,
    }


def price_text(priced: Mapping[str, Any]) -> str:
    """Return what `price` found, for a person."""
    lines = [
        f"plan {priced['plan']}: {len(priced['tasks'])} tasks on {', '.join(priced['targets'])}"
    ]
    for task in priced["tasks"]:
        sum_text = f"{task['inputs']} inputs x {task['repeats']}{' + 1' * task['again']}"
        lines.append(f"  {task['use_case']}: {sum_text} = {task['rows']} rows a target")
    lines.append(f"rows in all: {priced['rows']}, and {priced['warmup_rows']} warm-up rows")
    if priced["interval_percent"] is not None:
        lines.append(
            "then each task again until its time is certain within "
            f"{priced['interval_percent']:g} %, at most {MOST_TIMES} times a target"
        )
    if priced["duration_minutes"] is not None:
        lines.append(
            f"then all again until {priced['duration_minutes']:g} minutes a target are over"
        )
    size = priced["bundle_bytes"]
    lines.append(
        "bundle: would be built first; its size is not known yet"
        if size is None
        else f"bundle: {size / 1e6:.1f} MB to each target that does not have it"
    )
    lines.append(
        "time: not known; no earlier run of this plan"
        if priced["minutes"] is None
        else f"time: about {priced['minutes']:.1f} minutes on the device, judged by "
        f"{priced['judged_by']}"
    )
    return "\n".join(lines)


def _bundle_bytes(request: PlanRequest) -> int | None:
    """Return how many bytes a first deployment sends, if the bundle is built."""
    plan = request.plan
    path = request.bundle or plan.bundle
    if path is None and plan.project is not None:
        from quad_studio.config import load_project

        path = Path("out") / load_project(plan.project).name / "bundle"
    if path is None:
        return None
    if not (path / MANIFEST).is_file() and not (request.bundle or plan.bundle):
        return None
    return int(open_bundle(path).bytes_of(""))


def _minutes(name: str, rows: int) -> tuple[float | None, str | None]:
    """Estimate from the last run of a plan of this name."""
    for run in list_runs(Path("out")):
        times = [
            row["timing_ms"]["end_to_end_ms"]
            for row in run.rows
            if row["status"] == "ok" and row.get("timing_ms")
        ]
        if run.manifest.get("name") == name and times:
            return rows * sum(times) / len(times) / 60000, str(run.path)
    return None, None
