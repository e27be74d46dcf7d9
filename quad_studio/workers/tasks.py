"""What a worker process can be asked for; heavy imports happen in the call."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from quad_studio.cancel import CancelToken
from quad_studio.config import load_plan, load_project
from quad_studio.events import Emit
from quad_studio.workers import bundle_checks
from quad_studio.workers.child import Task, serve

if TYPE_CHECKING:
    from quad_studio.reference.runner import ReferenceRunner
    from quad_studio.reference.store import ReferenceResult
    from quad_studio.use_cases.prepare import Prepared


def build(project: Path, output: Path, *, emit: Emit, cancel: CancelToken) -> Path:
    """Build the bundle of `project` in `output`; stages that are up to date are skipped."""
    from quad_studio.engine.build import BuildRequest, build_bundle

    request = BuildRequest(project=load_project(project), output=output)
    return build_bundle(request, emit=emit, cancel=cancel).path


def run_plan(plan: Path, *, emit: Emit, cancel: CancelToken) -> Path:
    """Run `plan` and return the run's folder."""
    from quad_studio import batch
    from quad_studio.engine.plan_request import PlanRequest

    return batch.run_plan(PlanRequest(plan=load_plan(plan)), emit=emit, cancel=cancel).run_dir


def judge_session(folder: Path, *, emit: Emit, cancel: CancelToken) -> None:
    """Score the rows of a session's run and sum them up."""
    from quad_studio.session_runs import judge_folder

    judge_folder(folder, emit=emit, cancel=cancel)


def export_report(
    run: Path, formats: tuple[str, ...], *, emit: Emit, cancel: CancelToken
) -> tuple[Path, ...]:
    """Write reports of `run` and return their paths."""
    from quad_studio.engine.judge import report_run

    return tuple(report_run(run, formats))


class References:
    """FP32 pictures; the model stays in memory from one call to the next."""

    def __init__(self) -> None:
        """Start without a model."""
        self._runners: dict[Path, ReferenceRunner] = {}

    def compute(
        self, project: Path, cache: Path, prepared: "Prepared", *, emit: Emit, cancel: CancelToken
    ) -> "ReferenceResult":
        """Return the FP32 result of a prepared request, from the cache where it is there."""
        from quad_studio.engine.references import reference_model
        from quad_studio.reference.runner import ReferenceRunner

        if project not in self._runners:
            model = reference_model(load_project(project))
            self._runners[project] = ReferenceRunner(model, cache=cache).__enter__()
        return self._runners[project].run([prepared], check=cancel.check)[0]


def core_tasks() -> dict[str, Task]:
    """Return every task by its name."""
    found: dict[str, Any] = {
        "build": build,
        "run_plan": run_plan,
        "judge_session": judge_session,
        "export_report": export_report,
        "lint": bundle_checks.lint,
        "spreads": bundle_checks.spreads,
        "reference": References().compute,
    }
    return found


if __name__ == "__main__":
    serve(core_tasks())
