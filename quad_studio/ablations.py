"""Run one plan over several quantizations of its project: the paper's Tables 4 and 5.

Every variant is built from the project with another share of 8-bit activations or another width of
the LoRA codes, and runs the same rows. All rows go into one run folder, whose manifest lists the
variants' graphs; what is built or recorded stays, so that `resume` goes on where it stopped.
"""

import shutil
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from quad_studio.batch import folder_of, make_way, score, write_reports
from quad_studio.bundle import MANIFEST, Bundle, open_bundle
from quad_studio.cancel import CancelToken
from quad_studio.config import Project, load_project
from quad_studio.engine.caches import cache_root
from quad_studio.engine.collect import Collector, CollectRequest
from quad_studio.engine.deploy_bundle import deploy, open_targets
from quad_studio.engine.judge import judge_run, tables_of
from quad_studio.engine.manifest import manifest_of, repro_text
from quad_studio.engine.plan_checks import check_request
from quad_studio.engine.plan_request import PlanRequest, PlanResult
from quad_studio.engine.planned_rows import planned_rows
from quad_studio.engine.prepare_rows import prepare_rows
from quad_studio.engine.references import compute_references, reference_model
from quad_studio.engine.run_log import RunLog
from quad_studio.engine.text_table import table_text
from quad_studio.errors import EvidenceProblem, InputFileProblem, QuadError, UsageProblem
from quad_studio.events import Emit, LogLine, RunFailed, RunFinished, StageStarted
from quad_studio.runs import Run, RunWriter, load_run
from quad_studio.storage import read_json, storage_error, write_json, write_text
from quad_studio.use_cases.base import Frame

PAPER_PERCENTS = (0.0, 20.0, 40.0, 60.0, 80.0, 90.0, 100.0)
"""The shares of Table 4."""
LORA_WIDTHS = ("int16", "int8")
_TABLES = ("table4", "table5", "ablation")


@dataclass(frozen=True)
class Variant:
    """One quantization of the project.

    Attributes:
        int8_percent: Share of the U-Net's activations at 8 bits that is asked for.
        lora: Type of the LoRA codes, "int16" or "int8".
    """

    int8_percent: float
    lora: str

    @property
    def name(self) -> str:
        """Return a name that suits a folder.

        >>> Variant(20.0, "int16").name
        'int8-20-lora-int16'
        """
        return f"int8-{self.int8_percent:g}-lora-{self.lora}"


@dataclass(frozen=True, kw_only=True)
class AblationRequest:
    """A plan and the quantizations that it is run over.

    Attributes:
        run: The plan, with the options that `--batch` has too.
        int8_percents: Shares of 8-bit activations.
        loras: Types of the LoRA codes; empty for the project's own.
    """

    run: PlanRequest
    int8_percents: Sequence[float] = PAPER_PERCENTS
    loras: Sequence[str] = ()


def run_ablation(request: AblationRequest, *, emit: Emit, cancel: CancelToken) -> PlanResult:
    """Build every variant, run the plan on each, and judge and report all of them together.

    Raises:
        UsageProblem: The plan has no project, or a variant cannot be had.
        EvidenceProblem: The folder to resume holds rows of other variants.
    """
    plan = request.run.plan
    if plan.project is None:
        raise UsageProblem(f"{plan.path}: plan.project: is missing; an ablation builds it anew")
    check_request(request.run)
    project = load_project(plan.project)
    variants = variants_of(request, project)
    folder = folder_of(replace(request.run, plan=replace(plan, name=f"{plan.name}-ablation")))
    make_way(folder, request.run)
    with RunLog(folder, emit) as log:
        try:
            return _run_variants(request.run, project, variants, folder, log, cancel)
        except QuadError as exc:
            log(RunFailed(stage="ablation", message=str(exc), exit_code=exc.exit_code))
            raise


def variants_of(request: AblationRequest, project: Project) -> list[Variant]:
    """Return the variants, each once, the paper's order kept."""
    if project.quantization.activations != "uint16":
        raise UsageProblem(
            f"{project.path}: quantization.activations: is {project.quantization.activations!r}; "
            'an ablation of 8-bit shares starts from "uint16"'
        )
    wrong = [value for value in request.int8_percents if not 0 <= value <= 100]
    unknown = [name for name in request.loras if name not in LORA_WIDTHS]
    if wrong or unknown or not request.int8_percents:
        listed = ", ".join([*(f"{value:g}" for value in wrong), *unknown]) or "nothing"
        raise UsageProblem(
            f"{listed}: shares go from 0 to 100 percent, LoRA types are {', '.join(LORA_WIDTHS)}"
        )
    loras = request.loras or (project.quantization.lora,)
    made = [Variant(float(percent), lora) for lora in loras for percent in request.int8_percents]
    return list(dict.fromkeys(made))


def _run_variants(
    request: PlanRequest,
    project: Project,
    variants: Sequence[Variant],
    folder: Path,
    emit: Emit,
    cancel: CancelToken,
) -> PlanResult:
    """Build, collect, score, check, report."""
    root = Path("out") / project.name / "ablation"
    bundles: dict[str, Bundle] = {}
    for variant in variants:
        bundle = build_variant(project, variant, root, emit=emit, cancel=cancel)
        if bundle.graph_sha256 in bundles:
            emit(LogLine(message=f"{variant.name}: the graph is that of an earlier variant"))
        bundles.setdefault(bundle.graph_sha256, bundle)
    codes, reasons = collect_variants(
        request, folder, project, list(bundles.values()), emit, cancel
    )
    score(folder, request.plan.metrics, emit=emit, cancel=cancel)
    summary = judge_run(
        folder,
        gates=request.gates or request.plan.gates,
        baseline=request.baseline,
        strict=request.strict,
        codes=tuple(codes),
        reasons=tuple(reasons),
    )
    files = write_reports(folder, request.formats or request.plan.formats, emit)
    shown = [name for name in _TABLES if name in summary["tables"]] or ["ablation"]
    lines = [table_text(table) for table in tables_of(folder, shown)]
    lines += [f"evidence  {summary['validity']['status']}", f"run       {folder}"]
    lines += [f"report    {path}" for path in files]
    code = int(summary["exit_code"])
    emit(RunFinished(summary=f"ablation {folder}: exit {code}", exit_code=code))
    return PlanResult(exit_code=code, run_dir=folder, summary=summary, text="\n".join(lines))


def build_variant(
    project: Project, variant: Variant, root: Path, *, emit: Emit, cancel: CancelToken
) -> Bundle:
    """Return the variant's bundle; what all variants share is computed once.

    The variants are built in one work folder, where stages are cached by content, and then moved
    to a folder of their own.
    """
    from quad_studio.engine.build import BuildRequest, build_bundle
    from quad_studio.engine.builder import Builder

    quantization = replace(
        project.quantization, int8_activation_percent=variant.int8_percent, lora=variant.lora
    )
    given = BuildRequest(
        project=replace(project, quantization=quantization), output=root / "bundle"
    )
    home, record = root / variant.name, root / f"{variant.name}.json"
    try:
        (root / "bundle.work").mkdir(parents=True, exist_ok=True)
        builder = Builder(given.project, root / "bundle.work", emit=emit, cancel=cancel)
        if _is_recorded(record, builder.bundle_key) and (home / MANIFEST).is_file():
            return open_bundle(home)
        emit(StageStarted(stage="variant", title=f"Variant {variant.name}"))
        build_bundle(given, emit=emit, cancel=cancel)
        shutil.rmtree(home, ignore_errors=True)
        given.output.rename(home)
    except OSError as exc:
        raise storage_error(root, exc) from exc
    write_json(record, {"schema": "quad-studio/variant/1", "key": builder.bundle_key})
    return open_bundle(home)


def _is_recorded(record: Path, key: str) -> bool:
    """Return whether the variant was built from what there is now."""
    try:
        return read_json(record, "variant").get("key") == key
    except InputFileProblem:
        return False


def collect_variants(
    request: PlanRequest,
    folder: Path,
    project: Project,
    bundles: Sequence[Bundle],
    emit: Emit,
    cancel: CancelToken,
) -> tuple[list[int], list[str]]:
    """Record the plan's rows for every bundle; return exit statuses and reasons of failures."""
    planned = []
    description: dict[str, Any] = {}
    for bundle in bundles:
        rows, references, description = _with_references(request, project, bundle, emit, cancel)
        planned.append((bundle, rows, references))
    codes: list[int] = []
    reasons: list[str] = []
    with ExitStack() as stack:
        targets = open_targets(request, stack)
        count = sum(len(rows) for _, rows, _ in planned)
        manifest = _manifest(request, project, bundles, targets, count, description)
        with RunWriter(folder, manifest) as writer:
            former = load_run(folder)
            check_same_variants(former, manifest)
            write_text(folder / "repro.txt", repro_text(request.plan, request.targets, folder))
            recorded = frozenset(row["key"] for row in former.rows if row["status"] == "ok")
            for bundle, rows, references in planned:
                failed = deploy(targets, bundle, emit=emit, cancel=cancel)
                codes += [int(getattr(error, "exit_code", 5)) for error in failed.values()]
                reasons += [f"{name}: {error}" for name, error in failed.items()]
                emit(StageStarted(stage="run", title=f"{len(rows)} rows with {bundle.path.name}"))
                outcome = Collector(
                    CollectRequest(
                        bundle=bundle,
                        options=request.plan.run,
                        targets={n: t for n, t in targets.items() if n not in failed},
                        rows=rows,
                        references=references,
                        recorded=recorded,
                        infra_retries=request.infra_retries,
                    ),
                    writer,
                    emit=emit,
                    cancel=cancel,
                ).run()
                codes += outcome.codes
                reasons += outcome.reasons
    return codes, reasons


def _with_references(
    request: PlanRequest, project: Project, bundle: Bundle, emit: Emit, cancel: CancelToken
) -> tuple[list[Any], dict[int, Any], dict[str, Any]]:
    """Return the rows, their FP32 results (equal ones from a cache), and how these were made."""
    frame = Frame.of_bundle(bundle)
    rows = planned_rows(request, frame)
    references, description = compute_references(
        reference_model(project),
        prepare_rows(rows, frame, emit=emit, cancel=cancel),
        cache_root() / "references",
        emit=emit,
        cancel=cancel,
    )
    return rows, references, description


def _manifest(
    request: PlanRequest,
    project: Project,
    bundles: Sequence[Bundle],
    targets: Mapping[str, Any],
    rows: int,
    reference: Mapping[str, Any],
) -> dict[str, Any]:
    """Return a run's manifest that declares the graphs of all variants."""
    each = [manifest_of(request.plan, project, b, targets, rows, reference) for b in bundles]
    listed = {str(one["bundle"]["graph_sha256"]): one["bundle"] for one in each}
    return {**each[0], "name": f"{request.plan.name}-ablation", "bundles": listed}


def check_same_variants(former: Run, manifest: Mapping[str, Any]) -> None:
    """Refuse to go on with a folder whose rows are of other graphs.

    Raises:
        EvidenceProblem: The project or the list of variants has changed.
    """
    old, new = former.manifest.get("bundles") or {}, manifest["bundles"]
    if former.rows and set(old) != set(new):
        raise EvidenceProblem(
            f"{former.path}: was recorded with other variants ({len(set(old) - set(new))} gone, "
            f"{len(set(new) - set(old))} new); start again with --fresh"
        )
