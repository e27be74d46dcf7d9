"""Fill a KPI table's cells: the value, its change against a baseline, its gates."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from evaluation.comparability import why_not_comparable
from evaluation.evidence import Evidence, Json
from evaluation.kpis import KPIS, LATENCIES, format_number
from evaluation.layouts import Pivot
from evaluation.measure import Measurement, measure
from evaluation.mixed_settings import mixed_settings, named_use_case
from evaluation.tables import Cell


def measured_cells(
    pivot: Pivot,
    rows: Sequence[Json],
    evidence: Evidence,
    baseline: Evidence | None,
    earlier: Sequence[Json] | None,
    gates: Sequence[Json],
) -> dict[str, Cell]:
    """Return a cell for each KPI of the pivot.

    Args:
        pivot: Which KPIs, and how they are summed up.
        rows: The measured rows that the cells are about.
        evidence: The run they are of.
        baseline: An earlier run, for changes.
        earlier: Its rows of the same group.
        gates: Gate results, as in summary.json.
    """
    cells = {}
    ways = mixed_settings(evidence)
    for name in pivot.kpis:
        now = measure(evidence, name, rows, stat=pivot.stat)
        cell = _cell(now, rows)
        if baseline is not None and now.value is not None:
            cell = _with_delta(cell, now, rows, earlier, evidence, baseline, pivot.stat)
        cells[name] = _with_gate(cell, rows, gates, ways)
    return cells


def _cell(now: Measurement, rows: Sequence[Json]) -> Cell:
    kpi = KPIS[now.kpi]
    note = now.note
    if now.kpi in LATENCIES and now.state == "measured":
        kinds = {str(row.get("target_kind")) for row in rows}
        warning = "" if kinds == {"phone"} else "not a phone's latency"
        note = "; ".join(part for part in (warning, note) if part)
    return Cell(
        value=now.value,
        text=now.text,
        unit=kpi.unit,
        note=note,
        state=now.state,
        kpi=now.kpi,
        stat=now.stat,
        n=now.n,
        low=now.low,
        high=now.high,
    )


def _with_delta(
    cell: Cell,
    now: Measurement,
    rows: Sequence[Json],
    earlier: Sequence[Json] | None,
    evidence: Evidence,
    baseline: Evidence,
    stat: str | None,
) -> Cell:
    """Return the cell with its change against the baseline, or with why there is none."""

    def noted(text: str) -> Cell:
        return replace(cell, note="; ".join(part for part in (cell.note, text) if part))

    if not earlier:
        return noted("the baseline has no such rows")
    before = measure(baseline, cell.kpi, earlier, stat=stat)
    if before.value is None or now.value is None:
        return noted(f"baseline: {before.text} ({before.note})")
    because = why_not_comparable(now, before, rows, earlier)
    if because is not None:
        return noted(f"not comparable with the baseline: {because}")
    delta = now.value - before.value
    direction = KPIS[cell.kpi].direction
    percent = 100 * delta / abs(before.value) if before.value else None
    shown = (delta, KPIS[cell.kpi].decimals) if percent is None else (percent, 1)
    better = None
    if direction != "none" and format_number(*shown).strip("-0."):  # "0.0 %" is no change
        better = (delta > 0) == (direction == "higher")
    return replace(cell, baseline=before.value, delta=delta, delta_percent=percent, better=better)


def _with_gate(
    cell: Cell,
    rows: Sequence[Json],
    gates: Sequence[Json],
    ways: Mapping[tuple[str, ...], str],
) -> Cell:
    """Return the cell with the worst status of the gates that judged these rows."""
    groups = {(row.get("target"), named_use_case(row, ways)) for row in rows}
    if KPIS[cell.kpi].source == "set":
        groups = {(row.get("target"), str(row.get("use_case"))) for row in rows}
    ranks = {"pass": 0, "warn": 1, "fail": 2}
    found = [
        gate["status"]
        for gate in gates
        if gate["metric"] == cell.kpi
        and (gate["target"], gate["use_case"]) in groups
        and gate["status"] in ranks
    ]
    return replace(cell, gate=max(found, key=ranks.__getitem__)) if found else cell
