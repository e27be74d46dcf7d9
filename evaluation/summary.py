"""summary.json: everything a run says, recomputed from all of its rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from evaluation.comparability import compare_runs
from evaluation.evidence import Evidence, Json, baseline_of, gather
from evaluation.gates import Gate, GateReport, check_evidence
from evaluation.kpi_tables import build_table
from evaluation.kpis import KPIS
from evaluation.layouts import layouts
from evaluation.measure import NO_VERDICTS, measure
from evaluation.mixed_settings import mixed_settings, named_use_case
from evaluation.validity import Rules, judge
from evaluation.verdicts import Verdict, blind_result, counts, tag_counts, was_judged

SCHEMA = "quad-studio/summary/1"
TABLES = ("quality", "table1", "table2", "table3", "session")
PRECEDENCE = (2, 5, 3, 4, 1, 0)
"""Exit codes, the least trustworthy first (DESIGN section 9)."""


def summarize(
    manifest: Json,
    rows: Sequence[Json],
    scores: Iterable[Json] | Mapping[str, Json],
    gates: Sequence[Gate] | None = None,
    baseline: Evidence | Json | None = None,
    *,
    rules: Rules | None = None,
    verdicts: Mapping[str, Verdict] | None = None,
) -> dict[str, Any]:
    """Return the contents of summary.json.

    Args:
        manifest: manifest.json.
        rows: Every row of results.jsonl.
        scores: Every line of scores.jsonl.
        gates: From `evaluation.gates.load_gates`.
        baseline: Another run: Evidence or {"manifest", "rows", "scores"}.
        rules: What makes a run valid; None takes the plan's, or the usual ones.
        verdicts: What people decided about the pairs, by row key.
    """
    evidence = gather(manifest, rows, scores, verdicts=verdicts or {})
    return summarize_evidence(evidence, gates or (), baseline_of(baseline), rules=rules)


def summarize_evidence(
    evidence: Evidence,
    gates: Sequence[Gate] = (),
    baseline: Evidence | None = None,
    *,
    rules: Rules | None = None,
) -> dict[str, Any]:
    """Return the contents of summary.json for evidence; see `summarize`."""
    validity = judge(evidence, rules)
    report = check_evidence(gates, evidence, baseline)
    comparison = compare_runs(evidence, baseline) if baseline else None
    reasons = list(validity.reasons)
    codes = [4] if validity.reasons else [0]
    if comparison is not None and not comparison.comparable:
        codes.append(4)
        reasons += [f"not comparable with the baseline: {why}" for why in comparison.reasons]
    codes.append(report.exit_code)
    reasons += [
        f"gate {result.status}: {result.message}"
        for result in report.results
        if result.status in ("fail", "invalid")
    ]
    return {
        "schema": SCHEMA,
        "run_id": evidence.run_id,
        "name": evidence.manifest.get("name", ""),
        "validity": {
            "status": validity.status,
            "reasons": list(validity.reasons),
            "warnings": list(validity.warnings),
        },
        "counts": _counts(evidence),
        "verdicts": _verdicts(evidence),
        "gates": report.as_json(),
        "gate_status": _gate_status(report),
        "baseline": _baseline(baseline, comparison),
        "measurements": _measurements(evidence),
        "tables": {
            name: build_table(name, evidence, baseline=baseline, gates=report.as_json()).as_json()
            for name in _tables(evidence)
        },
        "exit_code": next(code for code in PRECEDENCE if code in codes),
        "reasons": reasons,
    }


def _tables(evidence: Evidence) -> list[str]:
    """Return the layouts worth storing: those of ablations only where precision varies.

    Tables 4 and 5 have one row a mix, so they are left out where the LoRA width varies too.
    """
    from evaluation.layouts import axis_value

    manifest, measured = evidence.manifest, evidence.measured
    mixes = {axis_value("precision", row, manifest) for row in measured}
    widths = {axis_value("lora", row, manifest) for row in measured}
    names = [*TABLES]
    if len(mixes) > 1 and len(widths) == 1:
        names += ["table4", "table5"]
    if len(widths) > 1:
        names += ["ablation"]
    if was_judged(evidence.verdicts.values()):
        names += ["verdicts"]
    return [name for name in names if name in layouts()]


def _counts(evidence: Evidence) -> dict[str, int]:
    failed = sum(1 for row in evidence.rows if row.get("status", "ok") != "ok")
    return {
        "rows": len(evidence.rows),
        "measured": len(evidence.measured),
        "warmup": sum(1 for row in evidence.rows if row.get("warmup")),
        "failed": failed,
        "scored": len(evidence.scores),
        "inputs": len({str(row.get("input_id")) for row in evidence.measured}),
        "torn_lines": evidence.torn_lines,
    }


def _verdicts(evidence: Evidence) -> dict[str, Any]:
    """Return how people judged, their tags, and what their blind votes show."""
    given = [v for row in evidence.measured if (v := evidence.verdicts.get(str(row.get("key"))))]
    blind = blind_result(given)
    votes = {"reference": blind.reference, "candidate": blind.candidate, "neither": blind.neither}
    blind_votes = votes | {"p_value": blind.p_value}
    return {**counts(given), "tags": tag_counts(given), "blind": blind_votes}


def _gate_status(report: GateReport) -> str:
    """Return the worst status, "none" without gates."""
    statuses = [result.status for result in report.results]
    for status in ("fail", "invalid", "warn", "pass", "skipped"):
        if status in statuses:
            return status
    return "none"


def _baseline(baseline: Evidence | None, comparison: Any) -> dict[str, Any] | None:
    if baseline is None or comparison is None:
        return None
    return {
        "run_id": baseline.run_id,
        "name": baseline.manifest.get("name", ""),
        "comparable": comparison.comparable,
        "reasons": list(comparison.reasons),
        "remarks": list(comparison.remarks),
    }


def _measurements(evidence: Evidence) -> list[dict[str, Any]]:
    """Return every KPI of every target and use case, for programs; two ways are two use cases."""
    groups: dict[tuple[str, str], list[Json]] = {}
    ways = mixed_settings(evidence)
    for row in evidence.succeeded:
        key = (str(row.get("target")), named_use_case(row, ways))
        groups.setdefault(key, []).append(row)
    found = []
    for (target, use_case), rows in groups.items():
        for name, kpi in KPIS.items():
            if kpi.source == "fact":
                continue
            done = measure(evidence, name, rows)
            if done.state == "not measured" and done.note == "not among the plan's metrics":
                continue
            if done.state == "not measured" and done.note == NO_VERDICTS:
                continue
            entry = asdict(done) | {"target": target, "use_case": use_case, "unit": kpi.unit}
            entry["label"] = str(rows[0].get("label", ""))
            entry["emulated"] = any(bool(row.get("emulated")) for row in rows)
            found.append(entry)
    return found
