"""Run a plan from project to report: build, deploy, collect, score, check, report."""

import shutil
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evaluation.errors import EvaluationError
from quad_studio import __version__
from quad_studio.bundle import Bundle, open_bundle
from quad_studio.cancel import CancelToken
from quad_studio.config import Project, load_project
from quad_studio.engine.caches import cache_root
from quad_studio.engine.closing import closing_text
from quad_studio.engine.collect import Collector, CollectRequest, seconds_by_target, times_by_key
from quad_studio.engine.deploy_bundle import deploy, open_targets
from quad_studio.engine.dry_run import price, price_text
from quad_studio.engine.exit_codes import worst
from quad_studio.engine.judge import judge_run, report_run
from quad_studio.engine.manifest import check_same_evidence, manifest_of, repro_text
from quad_studio.engine.plan_checks import check_request
from quad_studio.engine.plan_request import PlanRequest, PlanResult
from quad_studio.engine.planned_rows import planned_rows
from quad_studio.engine.prepare_rows import prepare_rows
from quad_studio.engine.references import compute_references, reference_model
from quad_studio.engine.run_log import RunLog
from quad_studio.errors import QuadError, StageError, UsageProblem
from quad_studio.events import (
    Emit,
    LogLine,
    RunFailed,
    RunFinished,
    StageFinished,
    StageStarted,
)
from quad_studio.runs import MANIFEST, RESULTS, RunWriter, load_run
from quad_studio.storage import write_text
from quad_studio.use_cases.base import Frame


def run_plan(request: PlanRequest, *, emit: Emit, cancel: CancelToken) -> PlanResult:
    """Run the stages that are asked for; finished rows survive whatever happens."""
    check_request(request)
    if request.dry_run:
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
        formats = request.formats or request.plan.formats
        files = with_cause(lambda: write_reports(folder, formats, emit), reasons)
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
    if folder.exists() and not folder.is_dir():
        raise UsageProblem(f"--run-dir {folder}: is a file; name a folder")
    exists = (folder / RESULTS).is_file() or (folder / MANIFEST).is_file()
    if exists and request.fresh and not request.resume:
        previous = folder.with_name(f"{folder.name}.previous")
        shutil.rmtree(previous, ignore_errors=True)
        folder.rename(previous)
    elif exists and not request.resume:
        raise UsageProblem(f"{folder}: holds a run; --resume goes on with it, --fresh starts again")
    elif exists:
        load_run(folder)  # a damaged run is said before references are computed for it


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
    emit(StageStarted(stage="reference", title="FP32 reference images"))
    frame = Frame.of_bundle(bundle)
    rows = planned_rows(request, frame)
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
                times_ms=times_by_key(row for row in former.rows if row["status"] == "ok"),
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


def score(
    folder: Path,
    metrics: tuple[str, ...],
    *,
    emit: Emit,
    cancel: CancelToken,
    cluster: str | None = None,
) -> None:
    """Compute the metrics of every row anew and write scores.jsonl."""
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


def with_cause(write: Callable[[], list[Path]], reasons: Sequence[str]) -> list[Path]:
    """Return what `write` returns; where it fails too, say first what went wrong before it.

    A full disk ends the rows and then the report: the rows' message says how to go on.

    Raises:
        StageError: The reports cannot be written either.
    """
    try:
        return write()
    except (EvaluationError, QuadError) as exc:
        if not reasons:
            raise
        raise StageError("run", f"{'; '.join(reasons)}; no report either: {exc}") from exc


def write_reports(folder: Path, formats: tuple[str, ...], emit: Emit) -> list[Path]:
    """Write the reports and return their files."""
    emit(StageStarted(stage="report", title=", ".join(formats)))
    start = time.monotonic()
    files = report_run(folder, formats)
    emit(StageFinished(stage="report", seconds=time.monotonic() - start))
    return files
