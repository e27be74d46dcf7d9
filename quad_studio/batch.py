"""Run a plan from project to report: build, deploy, collect, score, check, report."""

import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from quad_studio import __version__
from quad_studio.bundle import Bundle, open_bundle
from quad_studio.cancel import CancelToken
from quad_studio.config import Plan, Project, Task, load_project
from quad_studio.engine.caches import cache_root
from quad_studio.engine.closing import closing_text
from quad_studio.engine.exit_codes import worst
from quad_studio.engine.judge import judge_run, report_run
from quad_studio.engine.manifest import check_same_evidence, manifest_of, repro_text
from quad_studio.engine.plan_checks import check_request
from quad_studio.engine.run_log import RunLog
from quad_studio.errors import QuadError, UsageProblem
from quad_studio.events import (
    DeviceChanged,
    Emit,
    LogLine,
    RunFailed,
    RunFinished,
    StageFinished,
    StageStarted,
)
from quad_studio.runs import MANIFEST, RESULTS, RunWriter, load_run
from quad_studio.storage import write_text


@dataclass(frozen=True, kw_only=True)
class PlanRequest:
    """A plan and how it is to be run (the options of `--batch`)."""

    plan: Plan
    run_dir: Path | None = None
    resume: bool = False
    fresh: bool = False
    targets: tuple[str, ...] = ()
    only: str | None = None
    bundle: Path | None = None
    limit: int | None = None
    dry_run: bool = False
    gates: Path | None = None
    baseline: str | None = None
    strict: bool = False
    formats: tuple[str, ...] = ()
    infra_retries: int = 2
    cluster: str | None = None


@dataclass(frozen=True, kw_only=True)
class PlanResult:
    """How a plan ended.

    Attributes:
        exit_code: DESIGN section 9.
        run_dir: The run folder.
        summary: summary.json, or what the stage that was asked for had to say.
        text: The KPI table and where the files are, for a person.
    """

    exit_code: int
    run_dir: Path
    summary: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""


def run_plan(request: PlanRequest, *, emit: Emit, cancel: CancelToken) -> PlanResult:
    """Run the stages that are asked for; finished rows survive whatever happens."""
    check_request(request)
    if request.dry_run:
        from quad_studio.engine.dry_run import price, price_text

        priced = price(request)
        folder = folder_of(request)
        return PlanResult(exit_code=0, run_dir=folder, summary=priced, text=price_text(priced))
    folder = folder_of(request)
    if request.only in (None, "collect"):
        make_way(folder, request)
    with cluster_of(request), RunLog(folder, emit) as log:
        log(LogLine(message=f"quad-studio {__version__}: plan {request.plan.name} -> {folder}"))
        try:
            return _run_stages(request, folder, log, cancel)
        except QuadError as exc:
            log(RunFailed(stage="batch", message=str(exc), exit_code=exc.exit_code))
            raise


def _run_stages(request: PlanRequest, folder: Path, emit: Emit, cancel: CancelToken) -> PlanResult:
    """Run build, deploy, collect, score, check and report, or the one that is asked for."""
    codes: list[int] = []
    reasons: list[str] = []
    if request.only in (None, "build", "deploy", "collect"):
        project, bundle = find_bundle(request, emit=emit, cancel=cancel)
        if request.only == "build":
            return PlanResult(exit_code=0, run_dir=folder, text=str(bundle.path))
        if request.cluster:
            from quad_studio.cluster.stage import collect_by_cluster

            outcome = collect_by_cluster(request, folder, project, bundle, emit, cancel)
            codes, reasons = outcome.codes, outcome.reasons
        else:
            with ExitStack() as stack:
                targets = open_targets(request, stack)
                failed = deploy(targets, bundle, emit=emit, cancel=cancel)
                codes = [int(getattr(error, "exit_code", 5)) for error in failed.values()]
                reasons = [f"{name}: {error}" for name, error in failed.items()]
                if request.only == "deploy":
                    text = ", ".join(name for name in targets if name not in failed)
                    return PlanResult(exit_code=worst(codes), run_dir=folder, text=text)
                outcome = collect(
                    request,
                    folder,
                    project,
                    bundle,
                    targets,
                    emit,
                    cancel,
                    absent=frozenset(failed),
                )
                codes, reasons = [*codes, *outcome.codes], [*reasons, *outcome.reasons]
    if request.only in (None, "score"):
        score(folder, request.plan.metrics, emit=emit, cancel=cancel, cluster=request.cluster)
    summary = judge_run(
        folder,
        gates=request.gates,
        baseline=request.baseline,
        strict=request.strict,
        codes=tuple(codes),
        reasons=tuple(reasons),
    )
    files: list[Path] = []
    if request.only in (None, "report"):
        files = write_reports(folder, request.formats or request.plan.formats, emit)
    text = closing_text(folder, summary, files)
    code = int(summary["exit_code"])
    emit(RunFinished(summary=f"run {folder}: exit {code}", exit_code=code))
    return PlanResult(exit_code=code, run_dir=folder, summary=summary, text=text)


def folder_of(request: PlanRequest) -> Path:
    """Return the run folder: the one named, the last unfinished one to resume, or a new one."""
    if request.run_dir:
        return request.run_dir
    root = Path("out/runs")
    if request.resume or request.only not in (None, "build", "deploy", "collect"):
        former = sorted(root.glob(f"{request.plan.name}-*/{MANIFEST}"))
        if not former:
            raise UsageProblem(f"no run of plan {request.plan.name} in {root}; name one: --run-dir")
        return former[-1].parent
    return root / f"{request.plan.name}-{datetime.now(UTC):%Y%m%d-%H%M%S}"


def make_way(folder: Path, request: PlanRequest) -> None:
    """See to it that rows of another run do not mix with this one's."""
    exists = (folder / RESULTS).is_file() or (folder / MANIFEST).is_file()
    if exists and request.fresh and not request.resume:
        previous = folder.with_name(f"{folder.name}.previous")
        shutil.rmtree(previous, ignore_errors=True)
        folder.rename(previous)
    elif exists and not request.resume:
        raise UsageProblem(f"{folder}: holds a run; --resume goes on with it, --fresh starts again")


def find_bundle(
    request: PlanRequest, *, emit: Emit, cancel: CancelToken
) -> tuple[Project | None, Bundle]:
    """Return the project, if the plan has one, and its bundle, built if it is out of date."""
    plan = request.plan
    project = load_project(plan.project) if plan.project else None
    given = request.bundle or plan.bundle
    if given:
        return project, open_bundle(given)
    if project is None:
        raise UsageProblem(f"{plan.path}: plan.project: is missing, and so is plan.bundle")
    from quad_studio.engine.build import BuildRequest, build_bundle

    output = Path("out") / project.name / "bundle"
    return project, build_bundle(
        BuildRequest(project=project, output=output), emit=emit, cancel=cancel
    )


def open_targets(request: PlanRequest, stack: ExitStack) -> dict[str, Any]:
    """Return the plan's targets by name; each is closed with `stack`."""
    from device.targets import open_target

    targets: dict[str, Any] = {}
    for name in request.targets or request.plan.run.targets:
        target = open_target(name)
        stack.callback(target.close)
        targets[target.describe().name] = target
    return targets


def deploy(
    targets: Mapping[str, Any], bundle: Bundle, *, emit: Emit, cancel: CancelToken
) -> dict[str, Exception]:
    """Bring the bundle to every target, all at once; what is there already is skipped.

    Returns:
        What went wrong, by target; one that fails stops no other.

    Raises:
        Exception: There is one target only, and it failed.
    """
    from device.errors import DeviceError

    failed: dict[str, Exception] = {}
    with ThreadPoolExecutor(max_workers=max(1, len(targets))) as pool:
        futures = {
            name: pool.submit(deploy_to, name, target, bundle, emit=emit, cancel=cancel)
            for name, target in targets.items()
        }
    for name, future in futures.items():
        error = future.exception()
        if error is None:
            continue
        if not isinstance(error, DeviceError) or len(targets) == 1:
            raise error
        emit(DeviceChanged(target=name, state="failed", cause=str(error)))
        failed[name] = error
    return failed


def deploy_to(name: str, target: Any, bundle: Bundle, *, emit: Emit, cancel: CancelToken) -> None:
    """Bring the bundle to one target."""
    from quad_studio.engine.progress import eta_progress

    stage = f"deploy {name}"
    emit(StageStarted(stage=stage, title=bundle.name))
    report = target.deploy(bundle.path, progress=eta_progress(stage, emit), check=cancel.check)
    sent, total = report.bytes_sent / 1e6, report.bytes_total / 1e6
    note = f"{sent:.1f} of {total:.1f} MB sent" if sent else f"all {total:.1f} MB are there already"
    emit(StageFinished(stage=stage, seconds=report.seconds, note=note))


def collect(
    request: PlanRequest,
    folder: Path,
    project: Project | None,
    bundle: Bundle,
    targets: Mapping[str, Any],
    emit: Emit,
    cancel: CancelToken,
    *,
    absent: frozenset[str] = frozenset(),
) -> Any:
    """Record the plan's rows on every target but the `absent` ones; return what failed."""
    from quad_studio.engine.collect import (
        Collector,
        CollectRequest,
        compute_references,
        seconds_by_target,
    )
    from quad_studio.engine.prepare_rows import prepare_rows
    from quad_studio.use_cases.prepare import Frame

    emit(StageStarted(stage="reference", title="FP32 reference images"))
    frame = Frame.of_bundle(bundle)
    rows = planned_rows(request, bundle, frame)
    references: dict[int, Any] = {}
    description: dict[str, Any] = {}
    prepared = prepare_rows(rows, frame, emit=emit, cancel=cancel)
    if project is not None:
        references, description = compute_references(
            reference_model(project),
            prepared,
            cache_root() / "references",
            emit=emit,
            cancel=cancel,
        )
    manifest = manifest_of(request.plan, project, bundle, targets, len(rows), description)
    with RunWriter(folder, manifest) as writer:
        former = load_run(folder)
        check_same_evidence(former, manifest)
        write_text(folder / "repro.txt", repro_text(request.plan, request.targets, folder))
        emit(StageStarted(stage="run", title=f"{len(rows)} rows on {', '.join(targets)}"))
        start = time.monotonic()
        outcome = Collector(
            CollectRequest(
                bundle=bundle,
                options=request.plan.run,
                targets={name: t for name, t in targets.items() if name not in absent},
                rows=rows,
                references=references,
                recorded=frozenset(row["key"] for row in former.rows if row["status"] == "ok"),
                infra_retries=request.infra_retries,
                spent_s=seconds_by_target(former.rows),
            ),
            writer,
            emit=emit,
            cancel=cancel,
        ).run()
        emit(StageFinished(stage="run", seconds=time.monotonic() - start))
    return outcome


def cluster_of(request: PlanRequest) -> AbstractContextManager[None]:
    """Return the connection to the cluster that the request names, if it names one."""
    if not request.cluster:
        return nullcontext()
    from quad_studio.cluster.ray_jobs import connected

    if request.only == "deploy":
        raise UsageProblem("--only deploy: phones of a cluster get the bundle when they are opened")
    return connected(request.cluster)


def planned_rows(request: PlanRequest, bundle: Bundle, frame: Any) -> list[Any]:
    """Return the rows of the plan in the order they are run.

    Raises:
        UsageProblem: A task cannot be run at all. An input that does not suit is none's fault
            but its own row's.
    """
    from quad_studio.inputs import load_input_set
    from quad_studio.sessions.order import PlannedTask, plan_rows
    from quad_studio.use_cases.prepare import plan_for, settle

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


def reference_model(project: Project) -> Any:
    """Return the FP32 model of the project."""
    from quad_studio.reference.components import ReferenceModel

    return ReferenceModel(
        path=project.model_path,
        kind=project.model_kind,
        adapters={entry.name: entry.path for entry in project.adapters},
    )


def score(
    folder: Path,
    metrics: tuple[str, ...],
    *,
    emit: Emit,
    cancel: CancelToken,
    cluster: str | None = None,
) -> None:
    """Compute the metrics of every row anew and write scores.jsonl."""
    from evaluation.errors import EvaluationError
    from evaluation.score import iter_scores, score_set
    from quad_studio.engine.progress import eta_progress

    emit(StageStarted(stage="score", title="Quality metrics"))
    start = time.monotonic()
    run = load_run(folder)
    rows = [row for row in run.rows if row["status"] == "ok"]
    progress = eta_progress("score", emit)
    compute: Callable[..., Iterable[dict[str, Any]]] = iter_scores
    if cluster:
        from quad_studio.cluster.ray_jobs import score_on_cluster

        compute = score_on_cluster
    try:
        scores = list(compute(rows, folder, metrics, progress=progress, check=cancel.check))
        scores += score_set(rows, folder, metrics, check=cancel.check)
    except EvaluationError as exc:
        raise UsageProblem(f"score.metrics: {exc}") from exc
    with RunWriter(folder, run.manifest) as writer:
        writer.write_scores(scores)
    for name, because in missing_metrics(scores).items():
        emit(LogLine(message=f"{name} is not available: {because}", level="warning"))
    emit(StageFinished(stage="score", seconds=time.monotonic() - start))


def missing_metrics(scores: list[dict[str, Any]]) -> dict[str, str]:
    """Return the metrics that no row could have, with the reason."""
    found: dict[str, str] = {}
    for entry in scores:
        found.update(entry.get("unavailable", {}))
    return {
        name: because
        for name, because in found.items()
        if not any(name in entry["metrics"] for entry in scores)
    }


def write_reports(folder: Path, formats: tuple[str, ...], emit: Emit) -> list[Path]:
    """Write the reports and return their files."""
    emit(StageStarted(stage="report", title=", ".join(formats)))
    start = time.monotonic()
    files = report_run(folder, formats)
    emit(StageFinished(stage="report", seconds=time.monotonic() - start))
    return files
