"""Fills the KPI table from a run, by `evaluation.measure`; imported and called in a worker only.

Every number is the one of the reports; for each cell the rows that it came from are kept.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evaluation.evidence import Evidence, gather, verdicts_of
from evaluation.kpis import KPIS
from evaluation.measure import Measurement, counted, measure, verdict_value
from evaluation.mixed_settings import mixed_settings, named_use_case, task_of
from ui.core_texts import core_text, task_text
from ui.models.kpi_names import known_names, kpi_style
from ui.models.kpi_pivot import KpiCell, KpiGrid, Sample
from ui.models.run_model import RunView, device_label

Row = Mapping[str, Any]
Ways = Mapping[tuple[str, ...], str]


def _task(row: Row, ways: Ways) -> str:
    return task_text(task_of(row, ways))


def _steps(row: Row) -> str:
    return core_text(f"{row.get('steps')} steps")


PIVOTS: dict[str, Callable[[Row, Ways], str]] = {
    "target_use_case": lambda row, ways: f"{_task(row, ways)}\n{device_label(row)}",
    "target": lambda row, ways: device_label(row),
    "use_case": _task,
    "adapter": lambda row, ways: str(row.get("adapter") or core_text("no adapter")),
    "sampler": lambda row, ways: f"{row.get('sampler')} · {_steps(row)}",
    "provider": lambda row, ways: str(row.get("provider") or "?"),
    "precision": lambda row, ways: f"graph {str(row.get('graph_sha256') or '?')[:8]}",
}
"""Pivot -> the column that a row belongs to; two ways of a use case are two columns."""


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
    ways = mixed_settings(evidence)
    columns: dict[str, list[Row]] = {}
    for row in evidence.succeeded:
        columns.setdefault(column_of(row, ways), []).append(row)
    gates = view.summary.get("gates") or ()
    cells: dict[str, tuple[KpiCell, ...]] = {}
    made = [_Column(rows, gates, ways) for rows in columns.values()]
    present = _names_present(evidence) | {str(gate.get("metric")) for gate in gates}
    for name in known_names():
        if groups and kpi_style(name).group not in groups:
            continue
        if KPIS[name].source == "metric" and name not in present:
            continue
        samples = []
        for column in made:
            check()
            samples.append(tuple(_samples(evidence, name, column.rows)))
        if KPIS[name].source != "set" and not any(samples) and name not in present:
            continue  # no value and no gate: it would not be shown, and takes long to say so
        found = []
        for column, kept in zip(made, samples, strict=True):
            check()
            found.append(column.cell(evidence, name, kept))
        if any(cell.value is not None or cell.gate for cell in found):
            cells[name] = tuple(found)
    return KpiGrid(pivot, tuple(columns), tuple(map(kpi_style, cells)), cells)


def _names_present(evidence: Evidence) -> set[str]:
    """Return the metrics of which a score says anything."""
    found: set[str] = set()
    for score in evidence.scores.values():
        found.update(score.get("metrics") or (), score.get("flags") or ())
    return found


class _Column:
    """The rows of one column, with what every KPI asks of all of them."""

    def __init__(self, rows: Sequence[Row], gates: Sequence[Mapping[str, Any]], ways: Ways) -> None:
        self.rows = rows
        self._kinds = {str(row.get("target_kind")) for row in rows}
        groups = {(row.get("target"), named_use_case(row, ways)) for row in rows}
        self._gates = [g for g in gates if (g.get("target"), g.get("use_case")) in groups]

    def cell(self, evidence: Evidence, name: str, samples: tuple[Sample, ...]) -> KpiCell:
        done = measure(evidence, name, self.rows)
        half = None
        if done.low is not None and done.high is not None:
            half = (done.high - done.low) / 2
        value = math.inf if done.text == "∞" else done.value
        gate = "not comparable" if done.state == "not comparable" else self._gate(name)
        note = self._note(done)
        return KpiCell(value, half, done.stat or "value", samples, gate=gate, note=note)

    def _note(self, done: Measurement) -> str:
        is_latency = kpi_style(done.kpi).group == "latency"
        if done.value is not None and is_latency and self._kinds != {"phone"}:
            return "; ".join(part for part in ("not a phone's latency", done.note) if part)
        return done.note

    def _gate(self, name: str) -> str:
        """Return the worst status of the gates that judged these rows."""
        ranks = {"pass": 0, "warn": 1, "invalid": 2, "fail": 3}
        of_name = (str(gate.get("status")) for gate in self._gates if gate.get("metric") == name)
        worst = max((one for one in of_name if one in ranks), key=ranks.__getitem__, default="")
        return "not comparable" if worst == "invalid" else worst


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
