"""Say whether a run is evidence: VALID, or INVALID with the rule that failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from evaluation.determinism import nondeterministic_groups
from evaluation.evidence import Evidence, Json

THERMAL_SEVERE = 3
"""Android's THERMAL_STATUS_SEVERE: from here on the system throttles noticeably."""
MIN_BATTERY_PERCENT = 20


@dataclass(frozen=True)
class Rules:
    """What a run has to keep to be evidence.

    Attributes:
        min_rows: Measured rows for each target and use case.
        max_failed_share: Largest share of rows that failed.
        max_thermal_status: Highest Android thermal status of a phone's row.
        min_battery_percent: Lowest charge of a phone that is not charging.
        max_hours: Longest time from the first row's start to the last row's end.
        emulated_is_invalid: Refuse rows from emulated targets as evidence of latency.
    """

    min_rows: int = 1
    max_failed_share: float = 0.0
    max_thermal_status: int = THERMAL_SEVERE - 1
    min_battery_percent: int = MIN_BATTERY_PERCENT
    max_hours: float = 72.0
    emulated_is_invalid: bool = False


@dataclass(frozen=True)
class Validity:
    """The verdict.

    Attributes:
        status: "VALID" or "INVALID".
        reasons: The rules that failed, one line each.
        warnings: What a reader has to know about valid evidence.
    """

    status: str
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]


def judge(evidence: Evidence, rules: Rules | None = None) -> Validity:
    """Hold a run to the rules."""
    rules = rules or Rules()
    reasons = [
        *_too_few(evidence, rules),
        *_failed(evidence, rules),
        *_thermal(evidence.measured, rules),
        *_mixed_hashes(evidence),
        *_clock(evidence, rules),
    ]
    warnings = [*nondeterministic_groups(evidence), *_emulated(evidence), *_clock_between(evidence)]
    if rules.emulated_is_invalid and _emulated(evidence):
        reasons += _emulated(evidence)
    if evidence.torn_lines:
        warnings.append(f"{evidence.torn_lines} lines were cut short by a crash and are left out")
    return Validity("INVALID" if reasons else "VALID", tuple(reasons), tuple(warnings))


def _too_few(evidence: Evidence, rules: Rules) -> list[str]:
    """Name the combinations that the plan asked for and that have too few rows."""
    plan = evidence.manifest.get("plan") or {}
    targets = [
        target["name"] for target in evidence.manifest.get("targets") or () if target.get("name")
    ]
    use_cases = list(
        dict.fromkeys(task["use_case"] for task in plan.get("tasks") or () if "use_case" in task)
    )
    counts: dict[tuple[str, str], int] = {}
    for row in evidence.measured:
        pair = (str(row.get("target")), str(row.get("use_case")))
        counts[pair] = counts.get(pair, 0) + 1
    if not evidence.measured:
        return ["no row was measured"]
    expected = int(evidence.manifest.get("expected_rows") or 0)
    if len(evidence.rows) < expected:
        return [f"{len(evidence.rows)} of {expected} planned rows are there; --resume goes on"]
    return [
        f"{target}, {use_case}: {counts.get((target, use_case), 0)} measured rows,"
        f" want at least {rules.min_rows}"
        for target in targets
        for use_case in use_cases
        if counts.get((target, use_case), 0) < rules.min_rows
    ]


def _failed(evidence: Evidence, rules: Rules) -> list[str]:
    rows = [row for row in evidence.rows if not row.get("warmup")]
    failed = [row for row in rows if row.get("status", "ok") != "ok"]
    if not rows or len(failed) / len(rows) <= rules.max_failed_share:
        return []
    codes = sorted({str((row.get("error") or {}).get("code", "unknown")) for row in failed})
    return [f"{len(failed)} of {len(rows)} rows failed ({', '.join(codes)}); --resume repeats them"]


def _thermal(rows: Sequence[Json], rules: Rules) -> list[str]:
    """Hold phones to the thermal and battery rules; other targets have neither."""
    hot: dict[str, int] = {}
    low: dict[str, float] = {}
    for row in rows:
        telemetry = row.get("telemetry") or {}
        if row.get("target_kind") not in ("phone", "virtual"):
            continue
        target = str(row.get("target"))
        status = telemetry.get("thermal_status")
        if status is not None and int(status) > rules.max_thermal_status:
            hot[target] = max(hot.get(target, 0), int(status))
        battery = telemetry.get("battery_percent")
        if battery is not None and not telemetry.get("charging"):
            low[target] = min(low.get(target, 100.0), float(battery))
    return [
        *(
            f"{target}: thermal status reached {status}, the limit is {rules.max_thermal_status}"
            for target, status in hot.items()
        ),
        *(
            f"{target}: battery fell to {charge:g} %, the limit is {rules.min_battery_percent} %"
            for target, charge in low.items()
            if charge < rules.min_battery_percent
        ),
    ]


def _mixed_hashes(evidence: Evidence) -> list[str]:
    """Refuse a run that was resumed with another graph or adapter."""
    several = set(evidence.manifest.get("bundles") or ())
    reasons = []
    graphs = {str(row.get("graph_sha256")) for row in evidence.measured}
    foreign = graphs - several if several else graphs
    if len(foreign) > 1 or (several and foreign):
        names = ", ".join(sorted(sha[:12] for sha in foreign))
        reasons.append(f"rows come from several graphs ({names}): resumed with another")
    adapters: dict[tuple[str, str], set[str]] = {}
    for row in evidence.measured:
        for adapter in row.get("adapters") or ():
            key = (str(row.get("graph_sha256")), str(adapter.get("name")))
            adapters.setdefault(key, set()).add(str(adapter.get("sha256")))
    reasons += [
        f"adapter {name}: rows come from {len(hashes)} files with different hashes"
        for (_, name), hashes in adapters.items()
        if len(hashes) > 1
    ]
    return reasons


def _clock(evidence: Evidence, rules: Rules) -> list[str]:
    """Refuse rows that end before they start, and runs that took too long."""
    starts, ends = [], []
    for row in evidence.measured:
        started, finished = _time(row.get("started_at")), _time(row.get("finished_at"))
        if started is None or finished is None:
            continue
        starts.append(started)
        ends.append(finished)
    if any(end < start for start, end in zip(starts, ends, strict=True)):
        return ["the clock was set back during a row: its times are not to be trusted"]
    if starts and (max(ends) - min(starts)).total_seconds() > rules.max_hours * 3600:
        hours = (max(ends) - min(starts)).total_seconds() / 3600
        return [f"the run lasted {hours:.1f} h, the limit is {rules.max_hours:g} h"]
    return []


def _clock_between(evidence: Evidence) -> list[str]:
    """Tell of a clock that was set back between rows; times within rows do not depend on it."""
    latest: dict[str, datetime] = {}
    for row in evidence.measured:
        target, started = str(row.get("target")), _time(row.get("started_at"))
        if started is None:
            continue
        if target in latest and started < latest[target]:
            return [
                f"{target}: the clock was set back between rows; latencies are unaffected, but how "
                "long the run lasted is not known"
            ]
        latest[target] = max(started, latest.get(target, started))
    return []


def _emulated(evidence: Evidence) -> list[str]:
    names = sorted({str(row.get("target")) for row in evidence.measured if row.get("emulated")})
    return [f"{name} is emulated: its latencies are not a phone's" for name in names]


def _time(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None
