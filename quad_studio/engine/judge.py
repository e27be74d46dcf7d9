"""Sum a recorded run up and hold it against gates; needs no device."""

import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quad_studio.engine.baselines import find_baseline
from quad_studio.engine.exit_codes import worst
from quad_studio.engine.galleries import write_galleries
from quad_studio.errors import InputFileProblem, UnsuitableInput
from quad_studio.runs import SUMMARY, Run, load_run
from quad_studio.sessions.proof import check_determinism, find_adapter_problems
from quad_studio.sessions.rows import BAD_INPUT
from quad_studio.storage import write_json

if TYPE_CHECKING:
    from evaluation.kpi_tables import KpiTable


def judge_run(
    path: Path,
    *,
    gates: Path | None = None,
    baseline: str | None = None,
    strict: bool = False,
    write: bool = True,
    codes: tuple[int, ...] = (),
    reasons: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Return the summary of the run in `path`, always computed from all its rows.

    Args:
        path: Run folder.
        gates: Gates file; default: the one the run's plan named, if it still exists.
        baseline: Run folder or baseline name to compare with.
        strict: Let warnings fail.
        write: Write summary.json.
        codes: Exit statuses of stages before this one; the least trustworthy wins.
        reasons: What those stages said.
    """
    from evaluation.evidence import verdicts_of
    from evaluation.summary import summarize

    run = load_run(path)
    gates = gates or gates_of(run)
    earlier = load_run(find_baseline(baseline)) if baseline else None
    summary = dict(
        summarize(
            run.manifest,
            list(run.rows),
            list(run.scores.values()),
            load_gates_file(gates) if gates else None,
            _baseline_data(earlier) if earlier else None,
            verdicts=verdicts_of(run.path),
        )
    )
    for reason in find_adapter_problems(list(run.rows)):
        invalidate(summary, reason)
    summary["determinism"] = determinism_of(run)
    unsuitable = input_problems(run)
    if unsuitable:
        summary["exit_code"] = worst([summary["exit_code"], UnsuitableInput.exit_code])
        summary["reasons"] = [*summary["reasons"], *unsuitable]
    if strict and any(gate["status"] == "warn" for gate in summary["gates"]):
        summary["exit_code"] = worst([summary["exit_code"], 1])
        summary["reasons"] = [*summary["reasons"], "--strict: a gate warned"]
    summary["exit_code"] = worst([summary["exit_code"], *codes])
    summary["reasons"] = [*reasons, *summary["reasons"]]
    if write:
        write_json(run.path / SUMMARY, summary)
    return summary


def invalidate(summary: dict[str, Any], reason: str) -> None:
    """Mark a summary as no evidence."""
    validity = summary["validity"]
    summary["validity"] = {
        **validity,
        "status": "INVALID",
        "reasons": [*validity["reasons"], reason],
    }
    summary["exit_code"] = worst([summary["exit_code"], 4])
    summary["reasons"] = [*summary["reasons"], reason]


def determinism_of(run: Run) -> dict[str, dict[str, Any]]:
    """Return by target whether requests that were made again gave the same bits."""
    found: dict[str, dict[str, Any]] = {}
    for name in dict.fromkeys(str(row.get("target")) for row in run.rows):
        seen = check_determinism(row for row in run.rows if str(row.get("target")) == name)
        found[name] = {**asdict(seen), "text": seen.text}
    return found


def input_problems(run: Run) -> list[str]:
    """Return the inputs that did not suit their use case, each once."""
    failed = [row for row in run.rows if (row.get("error") or {}).get("code") == BAD_INPUT]
    texts = [f"{row['use_case']}: {row['error']['message']}" for row in failed]
    return list(dict.fromkeys(texts))


def gates_of(run: Run) -> Path | None:
    """Return the gates file that the run's plan named, if it is still there."""
    named = run.manifest.get("plan", {}).get("gates")
    return Path(named) if named and Path(named).is_file() else None


def load_gates_file(path: Path) -> Any:
    """Return the gates in `path`; every mistake of the file is reported at once."""
    from evaluation.errors import EvaluationError
    from evaluation.gates import load_gates
    from quad_studio.errors import SettingsProblem
    from quad_studio.schemas import problems_of, read_toml

    problems = problems_of(read_toml(path), "gates")
    if problems:
        raise SettingsProblem(path, problems)
    try:
        return load_gates(path)
    except EvaluationError as exc:
        raise InputFileProblem(path, str(exc)) from exc


def _baseline_data(run: Run) -> dict[str, Any]:
    """Return what the summary needs of the baseline's run."""
    return {
        "manifest": run.manifest,
        "rows": list(run.rows),
        "scores": list(run.scores.values()),
        "path": str(run.path),
    }


def report_run(path: Path, formats: Sequence[str]) -> list[Path]:
    """Write the reports of a run, the paper's numbers in columns of their own; return the files.

    The galleries, one picture a use case, come after the reports. On GitHub the tables also go to
    the step summary.
    """
    from evaluation import reports
    from evaluation.reports.document import read_document
    from evaluation.reports.github import append_step_summary

    files = [*reports.write(path, formats, paper=True), *write_galleries(path)]
    summary_file = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary_file:
        append_step_summary(read_document(path), Path(summary_file))
    return files


def tables_of(path: Path, names: Sequence[str]) -> "list[KpiTable]":
    """Return KPI tables of a run, the paper's numbers in columns of their own."""
    from evaluation.evidence import read_evidence
    from evaluation.kpi_tables import build_table

    evidence = read_evidence(path)
    return [build_table(name, evidence, paper=True) for name in names]
