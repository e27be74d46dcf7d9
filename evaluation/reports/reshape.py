"""Tables for formats that cannot scroll: constants in words, what is wide turned or split.

Markdown, LaTeX and PDF show these; HTML, XLSX, CSV and JSON have the tables as they were built.
No cell is lost: what leaves the grid stands in a note below it.
"""

from collections.abc import Sequence
from dataclasses import replace

from evaluation.layouts import layouts
from evaluation.tables import NOT_RUN, Cell, Heading, KpiTable, TableRow

MOST_COLUMNS = 8


def readable(table: KpiTable, most: int = MOST_COLUMNS) -> list[KpiTable]:
    """Return the table as one or several with at most `most` columns of values.

    A label that all columns or all rows share, and values that are the same throughout, become
    notes. The paper's columns are a table of their own where all do not fit. A table that is
    still too wide is turned, if it is higher than wide then, or cut between groups of columns.
    """
    if not table.rows:
        return []
    done: list[KpiTable] = []
    for part in _by_origin(unfolded(replace(table, notes=())), most):
        part = _without_constants(_without_shared_label(part))
        if len(part.columns) > most and len(part.columns) > len(part.rows):
            part = transposed(part)
        done += _cut(part, most)
    return [*done[:-1], replace(done[-1], notes=(*done[-1].notes, *table.notes))]


def unfolded(table: KpiTable) -> KpiTable:
    """Return a table with KPIs below each row's name with the KPIs as columns.

    What was a column (a target, or the paper) is a row then; rows of which nothing was run go.
    """
    if len(table.corner) < 2 or table.corner[-1] != "KPI":
        return table
    kpis = {row.heading.labels[-1]: row.heading for row in table.rows}
    cells: dict[tuple[str, ...], dict[str, Cell]] = {}
    papers: dict[tuple[str, ...], bool] = {}
    for row in table.rows:
        for column, cell in zip(table.columns, row.cells, strict=True):
            key = (*row.heading.labels[:-1], *column.labels)
            cells.setdefault(key, {})[row.heading.labels[-1]] = cell
            papers[key] = column.paper
    empty = Cell(None, "not measured", note=NOT_RUN, state="not measured")
    return replace(
        table,
        corner=(*table.corner[:-1], *_axes_of_columns(table)),
        columns=tuple(replace(heading, labels=(name,)) for name, heading in kpis.items()),
        rows=tuple(
            TableRow(Heading(key, paper=papers[key]), tuple(own.get(name, empty) for name in kpis))
            for key, own in cells.items()
            if any(cell.note != NOT_RUN for cell in own.values())
        ),
    )


def transposed(table: KpiTable) -> KpiTable:
    """Return the table with rows and columns exchanged."""
    return replace(
        table,
        corner=_axes_of_columns(table),
        columns=tuple(row.heading for row in table.rows),
        rows=tuple(
            TableRow(column, tuple(row.cells[at] for row in table.rows))
            for at, column in enumerate(table.columns)
        ),
    )


def _axes_of_columns(table: KpiTable) -> tuple[str, ...]:
    """Return a name for each label of the columns; a target may stand before what was asked."""
    known = layouts().get(table.name)
    columns = known.columns if known else ()
    axes = ["KPI" if axis == "kpi" else axis.replace("_", " ") for axis in columns]
    depth = len(table.columns[0].labels)
    names = [*[""] * depth, "target", *axes] if len(axes) < depth else axes
    return tuple(names[-depth:])


def _without_shared_label(table: KpiTable) -> KpiTable:
    """Return the table without a label that all columns, or all rows, have."""
    notes = []
    depth = len(table.columns[0].labels)
    shared = {column.labels[0] for column in table.columns}
    if depth > 1 and len(shared) == 1:
        notes.append(f"All: {shared.pop()}.")
        table = replace(table, columns=tuple(_without(c, 0) for c in table.columns))
    for at in reversed(range(len(table.corner))):
        shared = {row.heading.labels[at] for row in table.rows}
        if len(table.corner) > 1 and len(shared) == 1:
            notes.append(f"All: {shared.pop()}.")
            rows = tuple(TableRow(_without(row.heading, at), row.cells) for row in table.rows)
            corner = (*table.corner[:at], *table.corner[at + 1 :])
            table = replace(table, corner=corner, rows=rows)
    return replace(table, notes=(*notes, *table.notes))


def _without(heading: Heading, at: int) -> Heading:
    return replace(heading, labels=(*heading.labels[:at], *heading.labels[at + 1 :]))


def _without_constants(table: KpiTable) -> KpiTable:
    """Return the table without KPIs that are the same everywhere, each named in a note."""
    by_row = any(row.heading.unit or row.heading.direction != "none" for row in table.rows)
    lines = (
        [(row.heading, row.cells) for row in table.rows]
        if by_row
        else [
            (column, tuple(row.cells[at] for row in table.rows))
            for at, column in enumerate(table.columns)
        ]
    )
    constant = [at for at, (_, cells) in enumerate(lines) if _is_constant(cells)]
    if not constant or len(constant) == len(lines):
        return table
    said = [_said(lines[at][0], lines[at][1][0]) for at in constant]
    notes = (f"The same throughout: {'; '.join(said)}.", *table.notes)
    if by_row:
        rows = [row for at, row in enumerate(table.rows) if at not in constant]
        return replace(table, rows=tuple(rows), notes=notes)
    keep = [at for at in range(len(lines)) if at not in constant]
    return replace(
        table,
        columns=tuple(table.columns[at] for at in keep),
        rows=tuple(
            TableRow(row.heading, tuple(row.cells[at] for at in keep)) for row in table.rows
        ),
        notes=notes,
    )


def _is_constant(cells: Sequence[Cell]) -> bool:
    """Return whether three cells or more say one thing, and none has more to say."""
    return len(cells) > 2 and all(
        (cell.text, cell.note, cell.state) == (cells[0].text, cells[0].note, cells[0].state)
        and cell.delta is None
        and cell.gate in (None, "pass")
        for cell in cells
    )


def _said(heading: Heading, cell: Cell) -> str:
    """Return a constant in words: "Peak RAM 113.4 MB", "FID not measured (fewer images)"."""
    name = ", ".join(heading.labels)
    if cell.state in ("not measured", "not comparable"):
        return f"{name} {cell.text} ({cell.note})" if cell.note else f"{name} {cell.text}"
    return f"{name} {cell.text} {cell.unit}".rstrip()


def _by_origin(table: KpiTable, most: int) -> list[KpiTable]:
    """Return our columns and the paper's apart, where they do not fit side by side."""
    if len(table.columns) <= most or len({column.paper for column in table.columns}) < 2:
        return [table]
    found = []
    for paper in (False, True):
        keep = [at for at, column in enumerate(table.columns) if column.paper == paper]
        title = f"{table.title}: the paper's numbers" if paper else table.title
        found.append(replace(_columns(table, keep), title=title))
    return found


def _cut(table: KpiTable, most: int) -> list[KpiTable]:
    """Return the table in parts of at most `most` columns, cut between groups where possible."""
    parts: list[list[int]] = [[]]
    labels = [column.labels[0] for column in table.columns]
    for at in range(len(labels)):
        starts = len(table.columns[at].labels) > 1 and at and labels[at] != labels[at - 1]
        group = sum(1 for label in labels[at:] if label == labels[at]) if starts else 1
        if len(parts[-1]) + min(group, most) > most:
            parts.append([])
        parts[-1].append(at)
    if len(parts) == 1:
        return [table]
    cut = [
        replace(_columns(table, part), title=f"{table.title} ({at} of {len(parts)})", notes=())
        for at, part in enumerate(parts, start=1)
    ]
    return [*cut[:-1], replace(cut[-1], notes=table.notes)]


def _columns(table: KpiTable, keep: Sequence[int]) -> KpiTable:
    """Return the table with these columns."""
    return replace(
        table,
        columns=tuple(table.columns[at] for at in keep),
        rows=tuple(
            TableRow(row.heading, tuple(row.cells[at] for at in keep)) for row in table.rows
        ),
    )
