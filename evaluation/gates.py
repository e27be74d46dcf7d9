"""Gates: limits that a run has to keep, absolute and against a baseline (a TOML file).

schema = "quad-studio/gates/1"
[[gates]]
metric = "psnr_db"             # a KPI or metric; its direction comes from the registry
stat = "mean"                  # mean median p90 p10 min max ci_lower ci_upper; default: the KPI's
warn = 32.0                    # absolute limits, either or both
error = 30.0
warn_regression_percent = 2    # against the baseline, either or both
max_regression_percent = 5
min_effect = 0.33              # smallest effect size that counts as a regression
min_samples = 16
use_case = "object_removal"    # or a pattern; default "*"
target = "host"                # or a pattern; default "*"
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal

from evaluation.comparability import why_not_comparable
from evaluation.errors import GatesError
from evaluation.evidence import Evidence, Json, baseline_of, gather
from evaluation.kpis import KPIS, format_number
from evaluation.measure import Measurement, by_input, measure, samples
from evaluation.mixed_settings import mixed_settings, named_use_case, settings_of
from evaluation.registry import ALIASES
from evaluation.statistics import Comparison, compare

STATS = ("mean", "median", "p90", "p10", "min", "max", "ci_lower", "ci_upper")
FID_MIN_IMAGES = 2048
DEFAULT_MIN_EFFECT = 0.33
ALPHA = 0.01
_NUMBERS = ("warn", "error", "warn_regression_percent", "max_regression_percent", "min_effect")
_KEYS = {"metric", "stat", "min_samples", "use_case", "target", *_NUMBERS}

Status = Literal["pass", "warn", "fail", "invalid", "skipped"]


@dataclass(frozen=True)
class Gate:
    """One gate; see the module for what each field means."""

    metric: str
    stat: str | None = None
    warn: float | None = None
    error: float | None = None
    warn_regression_percent: float | None = None
    max_regression_percent: float | None = None
    min_effect: float = DEFAULT_MIN_EFFECT
    min_samples: int = 1
    use_case: str = "*"
    target: str = "*"


@dataclass(frozen=True)
class GateResult:
    """What one gate said about one target and use case.

    Attributes:
        metric: Name of the KPI.
        stat: Statistic that was judged.
        kind: "absolute", or "regression" against a baseline, where limits are percent.
        target: Of the rows.
        use_case: Of the rows.
        status: "pass", "warn", "fail", "invalid" (too few samples, not comparable) or "skipped"
            (nothing to judge, or the rules forbid gating).
        value: What was judged.
        limit: The limit that decided.
        baseline: The baseline's value, where one was used.
        n: Samples.
        message: One sentence.
    """

    metric: str
    stat: str
    kind: Literal["absolute", "regression"]
    target: str
    use_case: str
    status: Status
    value: float | None
    limit: float | None
    baseline: float | None
    n: int
    message: str


@dataclass(frozen=True)
class GateReport:
    """Every gate's results, worst first."""

    results: tuple[GateResult, ...] = ()
    problems: tuple[str, ...] = field(default=())

    @property
    def exit_code(self) -> int:
        """Return 4 if a gate could not be judged, 1 if one failed, else 0."""
        statuses = {result.status for result in self.results}
        if "invalid" in statuses or self.problems:
            return 4
        return 1 if "fail" in statuses else 0

    def as_json(self) -> list[dict[str, Any]]:
        """Return plain data, as in summary.json."""
        return [asdict(result) for result in self.results]


def load_gates(path: Path) -> tuple[Gate, ...]:
    """Read a gates file.

    Raises:
        GatesError: Every mistake of the file, at once.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as exc:
        raise GatesError(path, [f"cannot be read ({exc})"]) from exc
    except tomllib.TOMLDecodeError as exc:
        raise GatesError(path, [f"is not valid TOML ({exc})"]) from exc
    schema = str(data.get("schema", "quad-studio/gates/1"))
    if schema != "quad-studio/gates/1":
        raise GatesError(path, [f'schema is "{schema}", this program reads quad-studio/gates/1'])
    entries = data.get("gates")
    if not isinstance(entries, list) or not entries:
        raise GatesError(path, ["want at least one [[gates]] table"])
    problems: list[str] = []
    gates = [_gate(entry, f"gates[{at}]", problems) for at, entry in enumerate(entries)]
    if problems:
        raise GatesError(path, problems)
    return tuple(gate for gate in gates if gate is not None)


def check(
    gates: Sequence[Gate],
    manifest: Json,
    rows: Sequence[Json],
    scores: Iterable[Json] | Mapping[str, Json],
    baseline: Evidence | Json | None = None,
) -> GateReport:
    """Hold a run to gates; see `check_evidence`."""
    return check_evidence(gates, gather(manifest, rows, scores), baseline_of(baseline))


def check_evidence(
    gates: Sequence[Gate], evidence: Evidence, baseline: Evidence | None = None
) -> GateReport:
    """Hold every target and use case of a run to the gates that apply to it."""
    ways = mixed_settings(evidence)
    results: list[GateResult] = []
    for gate in gates:
        # FID and KID are of whole sets; every other metric is judged way by way.
        apart = {} if KPIS[gate.metric].source == "set" else ways
        groups: dict[tuple[str, str], list[Json]] = {}
        for row in evidence.succeeded:
            target, use_case = str(row.get("target")), str(row.get("use_case"))
            if fnmatchcase(target, gate.target) and fnmatchcase(use_case, gate.use_case):
                groups.setdefault((target, named_use_case(row, apart)), []).append(row)
        for (target, use_case), rows in groups.items():
            results += _judge(gate, target, use_case, rows, evidence, baseline)
        if not groups:
            text = f"{gate.metric}: no rows of target {gate.target}, use case {gate.use_case}"
            results.append(_result(gate, gate.target, gate.use_case, "invalid", text))
    order = ("fail", "invalid", "warn", "skipped", "pass")
    return GateReport(tuple(sorted(results, key=lambda result: order.index(result.status))))


def _gate(entry: Any, where: str, problems: list[str]) -> Gate | None:
    """Return one gate, or note what is wrong with it."""
    if not isinstance(entry, dict):
        problems.append(f"{where}: want a table")
        return None
    before = len(problems)
    name = str(entry.get("metric", ""))
    metric = ALIASES.get(name, name)
    if metric not in KPIS or KPIS[metric].source == "fact":
        problems.append(f"{where}.metric: unknown {name!r}; known: {', '.join(_gateable())}")
    unknown = sorted(set(entry) - _KEYS)
    if unknown:
        problems.append(f"{where}: unknown key {', '.join(unknown)}")
    if "stat" in entry and entry["stat"] not in STATS:
        problems.append(f"{where}.stat: {entry['stat']!r}; known: {', '.join(STATS)}")
    for key in _NUMBERS:
        value = entry.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            problems.append(f"{where}.{key}: want a number, got {value!r}")
    minimum = entry.get("min_samples", 1)
    if isinstance(minimum, bool) or not isinstance(minimum, int) or minimum < 1:
        problems.append(f"{where}.min_samples: want a whole number of at least 1")
    if not any(entry.get(key) is not None for key in _NUMBERS[:4]):
        problems.append(f"{where}: want at least one of {', '.join(_NUMBERS[:4])}")
    if len(problems) == before and KPIS[metric].direction == "none":
        problems.append(f"{where}.metric: {metric} has no better direction and cannot be gated")
    return Gate(**{**entry, "metric": metric}) if len(problems) == before else None


def _gateable() -> list[str]:
    return [kpi.name for kpi in KPIS.values() if kpi.direction != "none"]


def _judge(
    gate: Gate,
    target: str,
    use_case: str,
    rows: Sequence[Json],
    evidence: Evidence,
    baseline: Evidence | None,
) -> list[GateResult]:
    """Return the absolute and the relative verdict of one gate on one group."""

    def result(status: Status, text: str, **more: Any) -> GateResult:
        return _result(gate, target, use_case, status, text, **more)

    title = f"{KPIS[gate.metric].title}, {_spoken(use_case)} on {target}"
    now = measure(evidence, gate.metric, rows, stat=_statistic(gate))
    if now.text == "∞":
        return [result("pass", f"{title}: {now.note}", n=now.n)]
    value = _judged_value(gate, now)
    if value is None:
        because = now.note or "too few samples for an interval"
        return [result("invalid", f"{title}: {now.text} ({because})", n=now.n)]
    if gate.metric == "fid" and now.n < FID_MIN_IMAGES:
        text = f"{title}: {now.n} images; FID is not gated below {FID_MIN_IMAGES}"
        return [result("skipped", text, value=value, n=now.n)]
    if now.n < gate.min_samples:
        text = f"{title}: {now.n} samples, the gate wants {gate.min_samples}"
        return [result("invalid", text, value=value, n=now.n)]
    results = []
    if gate.warn is not None or gate.error is not None:
        results.append(_absolute(gate, target, use_case, value, now))
    if gate.warn_regression_percent is not None or gate.max_regression_percent is not None:
        results.append(_relative(gate, target, use_case, value, now, rows, evidence, baseline))
    return results


def _absolute(gate: Gate, target: str, use_case: str, value: float, now: Measurement) -> GateResult:
    kpi = KPIS[gate.metric]
    sign = 1 if kpi.direction == "higher" else -1
    compared = "at least" if kpi.direction == "higher" else "at most"
    for status, limit in (("fail", gate.error), ("warn", gate.warn)):
        if limit is not None and sign * value < sign * limit:
            where = f"{kpi.title}, {_spoken(use_case)} on {target}"
            text = f"{where}: {_stat(gate)} {_shown(gate, value)}, want {compared} {limit:g}"
            return _result(gate, target, use_case, status, text, value=value, limit=limit, n=now.n)
    limit = gate.error if gate.error is not None else gate.warn
    text = f"{kpi.title}, {_spoken(use_case)} on {target}: {_stat(gate)} {_shown(gate, value)}"
    text += f", {compared} {limit:g}"
    return _result(gate, target, use_case, "pass", text, value=value, limit=limit, n=now.n)


def _relative(
    gate: Gate,
    target: str,
    use_case: str,
    value: float,
    now: Measurement,
    rows: Sequence[Json],
    evidence: Evidence,
    baseline: Evidence | None,
) -> GateResult:
    """Judge the change against the baseline: relevant, significant and of a large effect."""
    kpi = KPIS[gate.metric]
    title = f"{kpi.title}, {_spoken(use_case)} on {target}"

    def result(status: Status, text: str, **more: Any) -> GateResult:
        more |= {"kind": "regression", "value": value}
        return _result(gate, target, use_case, status, text, n=now.n, **more)

    if baseline is None:
        return result("skipped", f"{title}: no baseline was given")
    named = {str(row.get("use_case")) for row in rows}
    same_way = {settings_of(row) for row in rows} if use_case not in named else None
    earlier = [
        row
        for row in baseline.succeeded
        if str(row.get("target")) == target
        and str(row.get("use_case")) in named
        and (same_way is None or settings_of(row) in same_way)
    ]
    before = measure(baseline, gate.metric, earlier, stat=_statistic(gate))
    old = _judged_value(gate, before)
    if old is None or old == 0:
        return result("invalid", f"{title}: the baseline has no value ({before.note})")
    because = why_not_comparable(now, before, rows, earlier)
    if because is not None:
        return result("invalid", f"{title}: not comparable: {because}", baseline=old)
    change = 100 * (value - old) / abs(old)
    worse = -change if kpi.direction == "higher" else change
    test = _compare(gate, rows, earlier, evidence, baseline)
    text = f"{title}: {_shown(gate, value)} against {_shown(gate, old)} ({change:+.1f} %)"
    limits: tuple[tuple[Status, float | None], ...] = (
        ("fail", gate.max_regression_percent),
        ("warn", gate.warn_regression_percent),
    )
    for status, limit in limits:
        if limit is None or worse <= limit:
            continue
        if test is not None and test.verdict != "worse":
            note = f"{text}; not significant (p = {test.p_value:.2g}, effect {test.effect:+.2f})"
            return result("pass", note, limit=limit, baseline=old)
        why = f", p = {test.p_value:.2g}, effect {test.effect:+.2f}" if test else ""
        return result(status, f"{text}, worse than {limit:g} %{why}", limit=limit, baseline=old)
    return result("pass", text, baseline=old)


def _compare(
    gate: Gate, rows: Sequence[Json], earlier: Sequence[Json], evidence: Evidence, old: Evidence
) -> Comparison | None:
    """Return the test of the change; None where one number stands for the whole, as for ROM."""
    kpi = KPIS[gate.metric]
    if kpi.source in ("target", "bundle", "set"):
        return None
    if kpi.source == "metric":
        now, before = by_input(evidence, kpi.name, rows), by_input(old, kpi.name, earlier)
        shared = sorted(now.keys() & before.keys())
        first, second = [before[key] for key in shared], [now[key] for key in shared]
    else:
        first, second = samples(old, kpi.name, earlier), samples(evidence, kpi.name, rows)
    test = compare(
        first,
        second,
        direction=kpi.direction,
        paired=kpi.source == "metric",
        alpha=ALPHA,
        min_shift_percent=0.0,
        min_effect=gate.min_effect,
    )
    # So few samples cannot be significant; then the limit alone decides.
    return None if test.verdict == "too few" else test


def _judged_value(gate: Gate, now: Measurement) -> float | None:
    if gate.stat == "ci_lower":
        return now.low
    if gate.stat == "ci_upper":
        return now.high
    return now.value


def _statistic(gate: Gate) -> str | None:
    """Return the statistic to compute; the interval's ends belong to the KPI's own."""
    return None if gate.stat in (None, "ci_lower", "ci_upper") else gate.stat


def _stat(gate: Gate) -> str:
    return (gate.stat or KPIS[gate.metric].stat).replace("_", " ")


def _spoken(use_case: str) -> str:
    name, bracket, way = use_case.partition(" [")
    return name.replace("_", " ") + bracket + way


def _shown(gate: Gate, value: float) -> str:
    kpi = KPIS[gate.metric]
    return f"{format_number(value, kpi.decimals)} {kpi.unit}".rstrip()


def _result(
    gate: Gate,
    target: str,
    use_case: str,
    status: Any,
    message: str,
    *,
    value: float | None = None,
    limit: float | None = None,
    baseline: float | None = None,
    n: int = 0,
    kind: Literal["absolute", "regression"] = "absolute",
) -> GateResult:
    stat = gate.stat or KPIS[gate.metric].stat
    return GateResult(
        gate.metric, stat, kind, target, use_case, status, value, limit, baseline, n, message
    )
