"""KPI tables: the paper's Tables 1 to 5, our own, and any pivot, from the rows of a run.

A table never invents: a cell is a value with its statistic, n and interval, or "not measured" or
"not comparable" with the reason.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from evaluation.cells import measured_cells
from evaluation.evidence import Evidence, Json, baseline_of, gather
from evaluation.kpis import KPIS, LATENCIES
from evaluation.layouts import Pivot, axis_value, layouts, resolve, template_data
from evaluation.mixed_settings import SETTINGS, mixed_settings, named_use_case
from evaluation.tables import NOT_RUN, Cell, Heading, KpiTable, TableRow, table_from_json
from evaluation.target_labels import target_title, told_apart

NOT_MEASURED = "not measured"

__all__ = [
    "Cell",
    "Heading",
    "KpiTable",
    "Pivot",
    "TableRow",
    "build",
    "build_table",
    "layouts",
    "table_from_json",
]


def build(
    layout: str | Pivot,
    manifest: Json,
    rows: Sequence[Json],
    scores: Iterable[Json] | Mapping[str, Json],
    *,
    baseline: Evidence | Json | None = None,
    gates: Sequence[Json] = (),
    paper: bool = False,
) -> KpiTable:
    """Build a table.

    Args:
        layout: A built-in layout's name, or a pivot.
        manifest: manifest.json.
        rows: Rows of results.jsonl; warm-ups and failures are left out here.
        scores: Lines of scores.jsonl, or a mapping by key.
        baseline: Another run, for deltas: Evidence or {"manifest", "rows", "scores"}.
        gates: Gate results, as in summary.json.
        paper: Add the paper's numbers to its own layouts, labelled.

    Raises:
        LayoutError: An unknown layout, axis or KPI.
    """
    return build_table(
        layout,
        gather(manifest, rows, scores),
        baseline=baseline_of(baseline),
        gates=gates,
        paper=paper,
    )


def build_table(
    layout: str | Pivot,
    evidence: Evidence,
    *,
    baseline: Evidence | None = None,
    gates: Sequence[Json] = (),
    paper: bool = False,
) -> KpiTable:
    """Build a table from evidence; see `build`."""
    pivot = _by_target(resolve(layout), evidence)
    groups = _groups(pivot, evidence)
    earlier = _groups(pivot, baseline) if baseline else {}
    records = [
        _Record(
            key, pivot, measured_cells(pivot, rows, evidence, baseline, earlier.get(key), gates)
        )
        for key, rows in groups.items()
    ]
    titles = _target_titles(evidence)
    if paper and pivot.name.startswith("table"):
        records += _paper_records(pivot)
    return _arrange(pivot, records, titles, evidence, baseline)


def _by_target(pivot: Pivot, evidence: Evidence) -> Pivot:
    """Return the pivot with each target's numbers apart, where there are several."""
    targets = {str(row.get("target")) for row in evidence.succeeded}
    named = {*pivot.rows, *pivot.columns, *pivot.where}
    if len(targets) < 2 or "target" in named:
        return pivot
    if pivot.columns == ("kpi",):
        return replace(pivot, rows=("target", *pivot.rows))
    return replace(pivot, columns=("target", *pivot.columns))


@dataclass(frozen=True)
class _Record:
    """One group of rows with its cells."""

    key: tuple[str, ...]
    pivot: Pivot
    cells: Mapping[str, Cell]
    paper: bool = False

    def labels(self, axes: Sequence[str], kpi: str, titles: Mapping[str, str]) -> tuple[str, ...]:
        """Return the heading labels of these axes."""
        names = _axes(self.pivot)
        texts = []
        for axis in axes:
            if axis == "kpi":
                texts.append(KPIS[kpi].title)
                continue
            value = self.key[names.index(axis)]
            texts.append(titles.get(value, value) if axis == "target" else _spoken(axis, value))
        if self.paper and "kpi" not in axes:
            texts[0] = f"Paper: {texts[0] or 'QUAD'}"
        return tuple(texts)


def _axes(pivot: Pivot) -> list[str]:
    return [axis for axis in (*pivot.rows, *pivot.columns) if axis != "kpi"]


def _groups(pivot: Pivot, evidence: Evidence) -> dict[tuple[str, ...], list[Json]]:
    """Return the measured rows by their values on the pivot's axes, in order of appearance."""
    found: dict[tuple[str, ...], list[Json]] = {}
    mixed = _mixed_targets(evidence)
    axes = _axes(pivot)
    settings = {} if set(axes) & set(SETTINGS) else mixed_settings(evidence)
    for row in evidence.succeeded:
        if any(axis_value(a, row, evidence.manifest) != v for a, v in pivot.where.items()):
            continue
        key = tuple(
            f"{row.get('target')} [{row.get('provider')}]"
            if axis == "target" and row.get("target") in mixed
            else named_use_case(row, settings)
            if axis == "use_case"
            else axis_value(axis, row, evidence.manifest)
            for axis in axes
        )
        found.setdefault(key, []).append(row)
    return found


def _mixed_targets(evidence: Evidence) -> set[str]:
    """Return targets whose rows ran on several providers: their times must not be mixed."""
    seen: dict[str, set[str]] = {}
    for row in evidence.measured:
        seen.setdefault(str(row.get("target")), set()).add(str(row.get("provider")))
    return {target for target, providers in seen.items() if len(providers) > 1}


def _target_titles(evidence: Evidence) -> dict[str, str]:
    first = {str(row.get("target")): row for row in reversed(evidence.measured)}
    titles = told_apart(
        {name: target_title(name, evidence.manifest, row) for name, row in first.items()}
    )
    for row in evidence.measured:
        name, provider = str(row.get("target")), str(row.get("provider"))
        titles[f"{name} [{provider}]"] = f"{titles[name]}, {provider}"
    return titles


def _paper_records(pivot: Pivot) -> list[_Record]:
    """Return the paper's numbers for one of its own tables."""
    data = template_data("paper.toml")
    records = []
    for entry in data.get(pivot.name, []):
        key = tuple(str(entry["axes"].get(axis, "")) for axis in _axes(pivot))
        cells = {}
        for name in pivot.kpis:
            kpi = KPIS[name]
            if name in entry.get("facts", {}):
                fact = str(entry["facts"][name])
                cells[name] = Cell(None, fact, "", data["source"], "paper", name)
            elif name in entry["values"]:
                value = float(entry["values"][name])
                text = repr(entry["values"][name])  # as printed: our rounding is not the paper's
                cells[name] = Cell(value, text, kpi.unit, data["source"], "paper", name)
            else:
                cells[name] = Cell(None, "NA", kpi.unit, data["source"], "paper", name)
        records.append(_Record(key, pivot, cells, paper=True))
    return records


def _arrange(
    pivot: Pivot,
    records: Sequence[_Record],
    titles: Mapping[str, str],
    evidence: Evidence,
    baseline: Evidence | None,
) -> KpiTable:
    """Put the records' cells in their places."""
    kpis = _shown_kpis(pivot, records)
    rows: dict[tuple[str, ...], Heading] = {}
    columns: dict[tuple[str, ...], Heading] = {}
    places: dict[tuple[tuple[str, ...], tuple[str, ...]], Cell] = {}
    # KPI by KPI within a record keeps the rows of a record together.
    for record in records:
        for name in kpis:
            row = record.labels(pivot.rows, name, titles)
            column = record.labels(pivot.columns, name, titles)
            rows.setdefault(row, _heading(row, pivot.rows, name, record))
            columns.setdefault(column, _heading(column, pivot.columns, name, record))
            places[row, column] = record.cells[name]
    columns = _beside(columns) if pivot.columns == ("use_case",) else _together(columns)
    empty = Cell(None, NOT_MEASURED, note=NOT_RUN, state="not measured")
    body = [
        TableRow(heading, tuple(places.get((row, column), empty) for column in columns))
        for row, heading in rows.items()
    ]
    return KpiTable(
        pivot.name,
        pivot.title,
        tuple("KPI" if axis == "kpi" else axis.replace("_", " ") for axis in pivot.rows),
        tuple(columns.values()),
        tuple(body),
        _notes(records, evidence, baseline),
    )


def _beside(columns: Mapping[tuple[str, ...], Heading]) -> dict[tuple[str, ...], Heading]:
    """Return the columns with the paper's next to ours of the same use case."""
    cases = [label[0].removeprefix("Paper: ").partition(" [")[0] for label in columns]
    order = list(dict.fromkeys(cases))
    ranked = sorted(zip(cases, columns.items(), strict=True), key=lambda one: order.index(one[0]))
    return dict(column for _, column in ranked)


def _together(columns: Mapping[tuple[str, ...], Heading]) -> dict[tuple[str, ...], Heading]:
    """Return the columns of one upper label beside each other."""
    order = list(dict.fromkeys(labels[0] for labels in columns))
    return dict(sorted(columns.items(), key=lambda column: order.index(column[0][0])))


def _shown_kpis(pivot: Pivot, records: Sequence[_Record]) -> list[str]:
    if not pivot.only_measured:
        return list(pivot.kpis)
    return [
        name
        for name in pivot.kpis
        if any(record.cells[name].state != NOT_MEASURED for record in records if not record.paper)
        or any(record.cells[name].value is not None for record in records if record.paper)
    ]


def _heading(
    labels: tuple[str, ...], axes: Sequence[str], kpi_name: str, record: _Record
) -> Heading:
    if "kpi" in axes:
        kpi = KPIS[kpi_name]
        return Heading(labels, kpi.unit, kpi.direction, kpi.definition)
    return Heading(labels, paper=record.paper)


def _notes(
    records: Sequence[_Record], evidence: Evidence, baseline: Evidence | None
) -> tuple[str, ...]:
    notes = []
    kinds = {str(row.get("target_kind")) for row in evidence.measured}
    timed = any(cell.kpi in LATENCIES for record in records for cell in record.cells.values())
    if timed and kinds - {"phone"}:
        notes.append("Times measured on a host or a virtual phone are not phone latencies.")
    if any(record.paper for record in records):
        notes.append(
            "Paper: " + template_data("paper.toml")["source"] + "; other models, real phones."
        )
    sizes = {c.n for record in records if not record.paper for c in record.cells.values() if c.n}
    if sizes:
        least, most = min(sizes), max(sizes)
        notes.append(f"n = {least if least == most else f'{least} to {most}'} samples a cell.")
    if baseline is not None:
        name = baseline.manifest.get("name") or baseline.run_id
        notes.append(f"Changes are against the baseline run {name} ({baseline.run_id}).")
    return tuple(notes)


def _spoken(axis: str, value: str) -> str:
    """Return an axis value as a heading says it."""
    if axis == "use_case":
        return value.replace("_", " ")
    if axis in ("steps", "guidance", "strength"):
        return f"{axis} {value}"
    if axis == "lora":
        return f"LoRA {value}"
    return value
