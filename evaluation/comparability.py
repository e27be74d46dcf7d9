"""Say whether two numbers, or two runs, may be compared, and if not, which keys differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.evidence import Evidence, Json
from evaluation.kpis import KPIS
from evaluation.measure import Measurement

_LATENCY_KEYS = ("target", "provider", "emulated")
_QUALITY_KEYS = ("split",)
_RUN_KEYS = ("use_case", "sampler", "steps", "guidance", "split")


@dataclass(frozen=True)
class Comparability:
    """Whether two runs may be compared.

    Attributes:
        comparable: True if nothing that matters differs.
        reasons: One line for each difference that forbids the comparison.
        remarks: Differences that are what a comparison is about, or harmless.
    """

    comparable: bool
    reasons: tuple[str, ...]
    remarks: tuple[str, ...]


def why_not_comparable(
    now: Measurement, before: Measurement, rows: Sequence[Json], earlier: Sequence[Json]
) -> str | None:
    """Return why a measurement and its baseline cannot be compared, or None."""
    kpi = KPIS[now.kpi]
    if kpi.source in ("metric", "set") and now.context != before.context:
        return "other weights or another convention: " + _first_difference(
            now.context or {}, before.context or {}
        )
    if kpi.source == "set" and now.n != before.n:
        return f"n is {now.n}, the baseline's is {before.n}"
    keys = _LATENCY_KEYS if kpi.unit == "ms" else _QUALITY_KEYS
    for key in keys:
        one, other = _values(rows, key), _values(earlier, key)
        if one != other:
            return f"{key} is {_spoken(one)}, the baseline's is {_spoken(other)}"
    if kpi.source == "metric" and _values(rows, "input_id") != _values(earlier, "input_id"):
        return "the inputs differ"
    return None


def compare_runs(run: Evidence, baseline: Evidence) -> Comparability:
    """Hold two runs against each other, key by key."""
    reasons, remarks = [], []
    for key in _RUN_KEYS:
        one, other = _values(run.measured, key), _values(baseline.measured, key)
        if one and other and not one & other:
            reasons.append(f"{key}: {_spoken(one)} against {_spoken(other)}")
        elif one != other:
            remarks.append(f"{key}: {_spoken(one)} against {_spoken(other)}")
    reasons += _context_differences(run, baseline)
    inputs = _values(run.measured, "input_id"), _values(baseline.measured, "input_id")
    if inputs[0] and inputs[1] and not inputs[0] & inputs[1]:
        reasons.append("inputs: none in common")
    elif inputs[0] != inputs[1]:
        shared = len(inputs[0] & inputs[1])
        remarks.append(f"inputs: {shared} shared of {len(inputs[0])} and {len(inputs[1])}")
    for key in ("target", "provider"):
        one, other = _values(run.measured, key), _values(baseline.measured, key)
        if one != other:
            remarks.append(f"{key}: {_spoken(one)} against {_spoken(other)}; times not compared")
    for key in ("fingerprint", "graph_sha256"):
        old, new = _bundle(baseline, key), _bundle(run, key)
        if old != new:
            remarks.append(f"bundle {key}: {new[:12]} against {old[:12]}")
    return Comparability(not reasons, tuple(reasons), tuple(remarks))


def _context_differences(run: Evidence, baseline: Evidence) -> list[str]:
    """Return metrics that the two runs computed differently."""
    one, other = _contexts(run), _contexts(baseline)
    return [
        f"{name}: {_first_difference(one[name], other[name])}"
        for name in sorted(one.keys() & other.keys())
        if one[name] != other[name]
    ]


def _contexts(run: Evidence) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for score in (*run.scores.values(), *run.set_scores):
        for name, context in score["metric_context"].items():
            found.setdefault(name, dict(context))
    return found


def _first_difference(one: Json, other: Json) -> str:
    for key in (*one, *other):
        if one.get(key) != other.get(key):
            return f"{key} is {one.get(key)!s:.40}, the baseline's is {other.get(key)!s:.40}"
    return "contexts differ"


def _bundle(run: Evidence, key: str) -> str:
    return str((run.manifest.get("bundle") or {}).get(key, ""))


def _values(rows: Sequence[Json], key: str) -> set[str]:
    return {str(row.get(key)) for row in rows}


def _spoken(values: set[str]) -> str:
    listed = sorted(values)
    return ", ".join(listed[:4]) + (", ..." if len(listed) > 4 else "") or "nothing"
