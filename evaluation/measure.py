"""Turn the rows of a group into one number with its interval, or say why there is none."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from evaluation.evidence import Evidence, Json
from evaluation.kpis import KPIS, LATENCIES, Kpi, adapter_names, format_number
from evaluation.statistics import STATISTICS, Estimate, estimate, seed_from
from evaluation.verdicts import newer_note, value_of

_WITH_INTERVAL = ("row", "switch", "metric", "verdict")
NO_VERDICTS = "nobody judged these pairs"
State = Literal["measured", "not measured", "not comparable", "fact"]


@dataclass(frozen=True)
class Measurement:
    """One KPI of one group of rows.

    Attributes:
        kpi: Its name.
        state: Whether there is a value.
        value: In the KPI's unit; None where there is none or it is infinite.
        text: As every report shows it.
        stat: The statistic over rows or inputs.
        low: Lower end of the 95 % bootstrap interval.
        high: Upper end.
        n: Samples: inputs for quality, rows for latencies, images for sets.
        note: Why there is no value, or what to know about it.
        context: How a metric was computed.
    """

    kpi: str
    state: State
    value: float | None = None
    text: str = ""
    stat: str = ""
    low: float | None = None
    high: float | None = None
    n: int = 0
    note: str = ""
    context: Mapping[str, Any] | None = None


def measure(
    evidence: Evidence, name: str, rows: Sequence[Json], *, stat: str | None = None
) -> Measurement:
    """Return the KPI of these rows, with a statistic of `STATISTICS` or the KPI's own."""
    kpi = KPIS[name]
    rows = counted(name, rows)
    wanted = stat or kpi.stat
    if kpi.source == "fact":
        return _fact(kpi, rows, evidence)
    if kpi.source == "set":
        return _of_set(kpi, rows, evidence)
    if kpi.source == "metric":
        return _of_scores(kpi, rows, evidence, wanted)
    values = samples(evidence, name, rows)
    unread = _unread_verdicts(evidence, rows) if kpi.source == "verdict" else ""
    if unread:  # a share of those that can be read would be another number
        return Measurement(name, "not measured", text="not measured", note=unread)
    if not values:
        return Measurement(name, "not measured", text="not measured", note=_why_absent(kpi, rows))
    return _estimated(kpi, values, wanted, _seed(evidence, kpi, rows))


_REQUEST = ("input_id", "seed", "sampler", "steps", "guidance", "adapter", "strength")


def samples(evidence: Evidence, name: str, rows: Sequence[Json]) -> list[float]:
    """Return the independent samples of a KPI: what a statistic or a test may be applied to.

    Quality: the mean over the repeats of each input, since repeats are no new pictures. A KPI of
    the target or the bundle: its distinct values. Verdicts: one value a judged pair. Others: one
    value a row, in measured order.
    """
    kpi = KPIS[name]
    rows = counted(name, rows)
    if kpi.source == "metric":
        return list(by_input(evidence, name, rows).values())
    if kpi.source == "verdict":
        values_of = (verdict_value(evidence, name, row) for row in rows)
        return [value for value in values_of if value is not None]
    ordered = sorted(rows, key=lambda row: row.get("index") or 0)
    read = (kpi.read(row, evidence.manifest) for row in ordered)
    values = [float(value) for value in read if value is not None]
    return sorted(set(values)) if kpi.source in ("target", "bundle") else values


def verdict_value(evidence: Evidence, name: str, row: Json) -> float | None:
    """Return what the verdict on a row adds to a KPI of verdicts; None where it adds nothing."""
    verdict = evidence.verdicts.get(str(row.get("key")))
    return value_of(verdict, name) if verdict is not None else None


def _unread_verdicts(evidence: Evidence, rows: Sequence[Json]) -> str:
    """Return why the decisions on these rows are not all known, "" where they are."""
    given = (evidence.verdicts.get(str(row.get("key"))) for row in rows)
    return newer_note(verdict for verdict in given if verdict is not None)


def by_input(evidence: Evidence, name: str, rows: Sequence[Json]) -> dict[str, float]:
    """Return {request: mean over repeats} of a metric, infinite values left out.

    A request is an input and seed, run in one way: two samplers' results are no repeats.
    """
    found: dict[str, list[float]] = {}
    for row in rows:
        score = evidence.scores.get(str(row.get("key")))
        value = score["metrics"].get(name) if score else None
        if value is not None:
            request = "|".join(str(row.get(part)) for part in _REQUEST)
            found.setdefault(request, []).append(float(value))
    return {key: sum(values) / len(values) for key, values in found.items()}


def counted(name: str, rows: Sequence[Json]) -> list[Json]:
    """Return the rows that count for a KPI: no warm-ups, except where a switch is measured."""
    if KPIS[name].source == "switch":
        return list(rows)
    return [row for row in rows if not row.get("warmup")]


def _fact(kpi: Kpi, rows: Sequence[Json], evidence: Evidence) -> Measurement:
    values = dict.fromkeys(kpi.read(row, evidence.manifest) for row in rows)
    text = " / ".join(str(value) for value in values if value is not None)
    if not text:
        return Measurement(kpi.name, "not measured", text="not measured", note="not recorded")
    return Measurement(kpi.name, "fact", text=text, n=len(rows))


def _of_scores(kpi: Kpi, rows: Sequence[Json], evidence: Evidence, stat: str) -> Measurement:
    """Return a metric over inputs, or why there is none."""
    scores = [evidence.scores[row["key"]] for row in rows if row.get("key") in evidence.scores]
    contexts = [score["metric_context"].get(kpi.name) for score in scores]
    distinct = [context for at, context in enumerate(contexts) if context not in contexts[:at]]
    different = [context for context in distinct if context is not None]
    if len(different) > 1:
        note = "rows were scored in different ways (weights or convention); score the run again"
        return Measurement(kpi.name, "not comparable", text="not comparable", note=note)
    infinite = sum(1 for score in scores if kpi.name in score.get("flags", {}))
    values = list(by_input(evidence, kpi.name, rows).values())
    if not values:
        if infinite:
            note = f"all {infinite} device images are identical to the reference"
            return Measurement(kpi.name, "measured", text="∞", stat=stat, n=infinite, note=note)
        note = _why_unscored(kpi, rows, scores)
        return Measurement(kpi.name, "not measured", text="not measured", note=note)
    done = _estimated(kpi, values, stat, _seed(evidence, kpi, rows))
    notes = []
    if infinite:
        notes.append(f"{infinite} identical pairs (infinite) are left out")
    lacking = sum(1 for score in scores if kpi.name in score.get("unavailable", {}))
    if lacking:
        notes.append(f"{lacking} rows have no value")
    context = different[0] if different else None
    return replace(done, note="; ".join(notes), context=context)


def _of_set(kpi: Kpi, rows: Sequence[Json], evidence: Evidence) -> Measurement:
    """Return a metric of a whole image set, such as FID."""
    groups = {(row.get("target"), row.get("use_case"), row.get("graph_sha256")) for row in rows}
    if len(groups) > 1:
        note = f"{kpi.title} of several sets is not that of their union"
        return Measurement(kpi.name, "not comparable", text="not comparable", note=note)
    for score in evidence.set_scores:
        described = score["set"]
        key = tuple(described.get(part) for part in ("target", "use_case", "graph_sha256"))
        if key not in groups or kpi.name not in (*score["metrics"], *score["unavailable"]):
            continue
        if kpi.name in score["unavailable"]:
            because = score["unavailable"][kpi.name]
            return Measurement(kpi.name, "not measured", text="not measured", note=because)
        value, count = float(score["metrics"][kpi.name]), int(score["n"])
        deviation = (score.get("std") or {}).get(kpi.name)
        note = f"n = {count}" + (f", ± {format_number(deviation, 4)}" if deviation else "")
        if kpi.name == "fid" and count < 2048:
            note += "; biased below 2,048 images, never gated"
        text = format_number(value, kpi.decimals)
        context = score["metric_context"].get(kpi.name)
        return Measurement(
            kpi.name, "measured", value, text, "set", n=count, note=note, context=context
        )
    note = "the image sets were not scored"
    return Measurement(kpi.name, "not measured", text="not measured", note=note)


def _estimated(kpi: Kpi, values: Sequence[float], stat: str, seed: int) -> Measurement:
    if stat not in STATISTICS:
        raise ValueError(f"unknown statistic {stat}")
    done: Estimate = estimate(values, stat, seed=seed)
    text = format_number(done.value, kpi.decimals)
    has_interval = kpi.source in _WITH_INTERVAL and stat not in ("max", "min")
    return Measurement(
        kpi.name,
        "measured",
        done.value,
        text,
        stat,
        done.low if has_interval else None,
        done.high if has_interval else None,
        done.n,
    )


def _seed(evidence: Evidence, kpi: Kpi, rows: Sequence[Json]) -> int:
    groups = sorted({f"{row.get('target')}|{row.get('use_case')}" for row in rows})
    return seed_from(evidence.run_id, kpi.name, *groups)


def _why_absent(kpi: Kpi, rows: Sequence[Json]) -> str:
    if not rows:
        return "no measured rows"
    if kpi.name.startswith("switch_"):
        kind = kpi.name.removeprefix("switch_").removesuffix("_ms")
        return f"no {kind} switch happened in these rows"
    if kpi.source == "verdict":
        return NO_VERDICTS
    if kpi.name in LATENCIES and kpi.source == "row":
        return "these rows did not run this part"
    if kpi.name == "lora_rom_mb" and not any(set(adapter_names(row)) - {"none"} for row in rows):
        return "no adapter is used"
    if kpi.name == "nodes_off_npu" and not any(row.get("provider") == "qnn" for row in rows):
        return "no NPU was used"
    return "the run did not record it"


def _why_unscored(kpi: Kpi, rows: Sequence[Json], scores: Sequence[Json]) -> str:
    if not rows:
        return "no measured rows"
    if not scores:
        return "the rows were not scored"
    reasons = Counter(
        score["unavailable"][kpi.name] for score in scores if kpi.name in score["unavailable"]
    )
    return reasons.most_common(1)[0][0] if reasons else "not among the plan's metrics"
