"""The last words of a batch run: KPI tables, gates and where the files are, as plain text."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evaluation.kpi_tables import KpiTable, table_from_json

_SHOWN = ("table2", "quality")
_WIDEST = 34


def closing_text(folder: Path, summary: Mapping[str, Any], files: Sequence[Path]) -> str:
    """Return what `--batch` prints on stdout at its end."""
    blocks = [
        table_text(table_from_json(summary["tables"][name]))
        for name in _SHOWN
        if name in summary["tables"]
    ]
    lines = [block for block in blocks if block]
    for gate in summary["gates"]:
        lines.append(f"gate {gate['status']:<8} {gate['message']}")
    validity = summary["validity"]
    lines.append(f"evidence  {validity['status']}")
    lines += [f"          {reason}" for reason in summary["reasons"]]
    lines.append(f"run       {folder}")
    lines += [f"report    {path}" for path in files]
    return "\n".join(lines)


def table_text(table: KpiTable) -> str:
    """Return a table in columns of plain text, with its notes below; empty without rows."""
    if not table.rows:
        return ""
    head = [*table.corner, *(": ".join(column.labels) for column in table.columns)]
    grid = [[shorten(text) for text in head]]
    for row in table.rows:
        labels = list(row.heading.labels)
        if row.heading.unit:
            labels[-1] = f"{labels[-1]} ({row.heading.unit})"
        grid.append([shorten(text) for text in (*labels, *(cell.text for cell in row.cells))])
    widths = [max(len(line[column]) for line in grid) for column in range(len(head))]
    first = len(table.corner)
    lines = [table.title, ""]
    for line in grid:
        cells = [
            text.ljust(width) if column < first else text.rjust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    lines += ["", *(f"  {note}" for note in table.notes)]
    return "\n".join(lines) + "\n"


def shorten(text: str) -> str:
    """Return text that fits a column."""
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"
