"""Flatten a document's tables into plain rows, for CSV, XLSX and other flat formats."""

from collections.abc import Iterator
from dataclasses import dataclass

from evaluation.kpi_tables import Cell, KpiTable
from evaluation.kpis import KPIS
from evaluation.reports.document import Document


@dataclass(frozen=True)
class FlatCell:
    """One cell with its place.

    Attributes:
        table: Title of the table.
        row: Labels of the row, joined.
        column: Labels of the column, joined.
        cell: The cell.
    """

    table: str
    row: str
    column: str
    cell: Cell


FIELDS = (
    "table",
    "row",
    "column",
    "kpi",
    "value",
    "unit",
    "stat",
    "n",
    "ci_low",
    "ci_high",
    "baseline",
    "delta",
    "delta_percent",
    "gate",
    "state",
    "note",
)


def flat_cells(document: Document) -> Iterator[FlatCell]:
    """Yield every cell of every table."""
    for table in document.tables:
        yield from _cells_of(table)


def values_of(flat: FlatCell) -> tuple[str, ...]:
    """Return the texts of FIELDS, rounded as everywhere."""
    cell = flat.cell
    return (
        flat.table,
        flat.row,
        flat.column,
        cell.kpi,
        cell.text if cell.value is not None or cell.state in ("fact", "paper") else "",
        cell.unit,
        cell.stat,
        str(cell.n) if cell.n else "",
        rounded(cell, cell.low),
        rounded(cell, cell.high),
        rounded(cell, cell.baseline),
        rounded(cell, cell.delta),
        "" if cell.delta_percent is None else f"{cell.delta_percent:.1f}",
        cell.gate or "",
        cell.state,
        cell.note,
    )


def rounded(cell: Cell, value: float | None) -> str:
    """Return a number of the cell's KPI as text, "" for None."""
    return "" if value is None else f"{value:.{KPIS[cell.kpi].decimals}f}"


def _cells_of(table: KpiTable) -> Iterator[FlatCell]:
    for row in table.rows:
        for column, cell in zip(table.columns, row.cells, strict=True):
            name = " / ".join(row.heading.labels)
            yield FlatCell(table.title, name, " / ".join(column.labels), cell)
