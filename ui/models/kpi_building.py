"""Fills the KPI table from a run, by `evaluation.measure`; imported and called in a worker only.

Every number is the one of the reports; for each cell the rows that it came from are kept.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evaluation.evidence import Evidence, gather, verdicts_of
from evaluation.kpis import KPIS
from evaluation.measure import Measurement, counted, measure, verdict_value
from ui.models.kpi_names import known_names, kpi_style
from ui.models.kpi_pivot import KpiCell, KpiGrid, Sample
from ui.models.run_model import RunView, device_label, use_case_label

Row = Mapping[str, Any]
PIVOTS: dict[str, Callable[[Row], str]] = {
    "target_use_case": lambda row: (
        f"{use_case_label(str(row.get('use_case')))}\n{device_label(row)}"
    ),
    "target": lambda row: device_label(row),
    "use_case": lambda row: use_case_label(str(row.get("use_case"))),
    "adapter": lambda row: str(row.get("adapter") or "no adapter"),
    "sampler": lambda row: f"{row.get('sampler')} · {row.get('steps')} steps",
    "provider": lambda row: str(row.get("provider") or "?"),
    "precision": lambda row: f"graph {str(row.get('graph_sha256') or '?')[:8]}",
}
"""Pivot -> the column that a row belongs to."""


def _go_on() -> None:
    """Never stop."""


def evidence_of(view: RunView) -> Evidence:
    """Return the run as evaluation reads it."""
    path = view.run.path
    verdicts = verdicts_of(path)
    return gather(view.manifest, view.run.rows, view.run.scores, root=path, verdicts=verdicts)


def build_grid(
    view: RunView,
    pivot: str = "target_use_case",
    *,
    groups: Sequence[str] = (),
    check: Callable[[], None] = _go_on,
) -> KpiGrid:
    """Return the KPIs of `view` by `pivot`.

    Args:
        view: The run.
        pivot: Key of `PIVOTS`.
        groups: Only KPIs of these groups of `kpi_style`; none for all.
        check: Raises where nobody waits for the table any more.
    """
    evidence, column_of = evidence_of(view), PIVOTS[pivot]
    columns: dict[str, list[Row]] = {}
    for row in evidence.succeeded:
        columns.setdefault(column_of(row), []).append(row)
    gates = view.summary.get("gates") or ()
    cells: dict[str, tuple[KpiCell, ...]] = {}
    for name in known_names():
        if groups and kpi_style(name).group not in groups:
            continue
        found = []
        for rows in columns.values():
            check()
            found.append(_cell(evidence, name, rows, gates))
        if any(cell.value is not None or cell.gate for cell in found):
            cells[name] = tuple(found)
    return KpiGrid(pivot, tuple(columns), tuple(map(kpi_style, cells)), cells)


def _cell(
    evidence: Evidence, name: str, rows: Sequence[Row], gates: Sequence[Mapping[str, Any]]
) -> KpiCell:
    done = measure(evidence, name, rows)
    half = (done.high - done.low) / 2 if done.low is not None and done.high is not None else None
    value = math.inf if done.text == "∞" else done.value
    gate = "not comparable" if done.state == "not comparable" else _gate(name, rows, gates)
    kept = tuple(_samples(evidence, name, rows))
    return KpiCell(value, half, done.stat or "value", kept, gate=gate, note=_note(done, rows))


def _note(done: Measurement, rows: Sequence[Row]) -> str:
    kinds = {str(row.get("target_kind")) for row in rows}
    if done.value is not None and kpi_style(done.kpi).group == "latency" and kinds != {"phone"}:
        return "; ".join(part for part in ("not a phone's latency", done.note) if part)
    return done.note


def _samples(evidence: Evidence, name: str, rows: Sequence[Row]) -> list[Sample]:
    kpi = KPIS[name]
    found = []
    for row in counted(name, rows):
        if kpi.source == "metric":
            score = evidence.scores.get(str(row.get("key")))
            value = (score.get("metrics") or {}).get(name) if score else None
        elif kpi.source == "verdict":
            value = verdict_value(evidence, name, row)
        else:
            value = kpi.read(row, evidence.manifest)
        if isinstance(value, int | float):
            found.append(Sample(str(row["key"]), float(value)))
    return found


def _gate(name: str, rows: Sequence[Row], gates: Sequence[Mapping[str, Any]]) -> str:
    """Return the worst status of the gates that judged these rows."""
    groups = {(row.get("target"), row.get("use_case")) for row in rows}
    ranks = {"pass": 0, "warn": 1, "invalid": 2, "fail": 3}
    found = [
        str(gate.get("status"))
        for gate in gates
        if gate.get("metric") == name
        and (gate.get("target"), gate.get("use_case")) in groups
        and gate.get("status") in ranks
    ]
    worst = max(found, key=ranks.__getitem__, default="")
    return "not comparable" if worst == "invalid" else worst
