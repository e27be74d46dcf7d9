"""The last words of a batch run: KPI tables, gates and where the files are, as plain text."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evaluation.kpi_tables import KpiTable

_SHOWN = ("table2", "table3", "quality")
_WIDEST_COLUMN = 34
_WIDEST_LINE = 150


def closing_text(folder: Path, summary: Mapping[str, Any], files: Sequence[Path]) -> str:
    """Return what `--batch` prints on stdout at its end."""
    from quad_studio.engine.judge import tables_of

    lines = [text for table in tables_of(folder, _SHOWN) if (text := table_text(table))]
    for gate in summary["gates"]:
        lines.append(f"gate {gate['status']:<8} {gate['message']}")
    validity = summary["validity"]
    lines.append(f"evidence  {validity['status']}")
    lines += [f"          {reason}" for reason in summary["reasons"]]
    for name, seen in summary.get("determinism", {}).items():
        lines.append(f"repeats   {name}: {seen['text']}")
    lines.append(f"run       {folder}")
    lines += [f"report    {path}" for path in files]
    return "\n".join(lines)


def table_text(table: KpiTable) -> str:
    """Return a table in columns of plain text, with its notes below; empty without rows.

    Columns that do not fit a line beside each other follow in a further block.
    """
    if not table.rows:
        return ""
    grid = grid_of(table)
    heads = len(grid) - len(table.rows)
    widths = [max(len(line[column]) for line in grid) for column in range(len(grid[0]))]
    first = len(table.corner)
    lines = [table.title, ""]
    for columns in blocks(widths, first):
        for number, line in enumerate(grid):
            if number == heads:
                lines.append("  ".join("-" * widths[c] for c in (*range(first), *columns)))
            cells = [
                line[c].ljust(widths[c]) if c < first else line[c].rjust(widths[c])
                for c in (*range(first), *columns)
            ]
            lines.append("  ".join(cells).rstrip())
        lines.append("")
    lines += [f"  {note}" for note in table.notes]
    return "\n".join(lines) + "\n"


def grid_of(table: KpiTable) -> list[list[str]]:
    """Return head and rows as text; a column's labels stand below each other."""
    labels = [column.labels for column in table.columns]
    deep = max((len(column) for column in labels), default=1)
    padded = [(*column, *[""] * (deep - len(column))) for column in labels]
    above = [["" for _ in table.corner] for _ in range(deep - 1)]
    starts = [*above, list(table.corner)]
    grid = [
        [shorten(text) for text in (*start, *(column[at] for column in padded))]
        for at, start in enumerate(starts)
    ]
    for row in table.rows:
        heading = list(row.heading.labels)
        if row.heading.unit:
            heading[-1] = f"{heading[-1]} ({row.heading.unit})"
        grid.append([shorten(text) for text in (*heading, *(cell.text for cell in row.cells))])
    return grid


def blocks(widths: Sequence[int], first: int) -> Iterator[list[int]]:
    """Yield the columns after the `first` ones in groups that fit a line."""
    head = sum(widths[:first]) + 2 * first
    group: list[int] = []
    used = head
    for column in range(first, len(widths)):
        if group and used + widths[column] + 2 > _WIDEST_LINE:
            yield group
            group, used = [], head
        group.append(column)
        used += widths[column] + 2
    yield group


def shorten(text: str) -> str:
    """Return text that fits a column."""
    return text if len(text) <= _WIDEST_COLUMN else f"{text[: _WIDEST_COLUMN - 1]}…"
