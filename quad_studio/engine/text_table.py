"""A KPI table as plain text that fits a terminal; no label is cut, long ones are wrapped."""

import shutil
import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby

from evaluation.kpi_tables import KpiTable

_GAP = "  "
_HEAD_WIDTH = 14
_CORNER_WIDTH = 34
_NARROWEST_LINE = 60
_WITHOUT_TERMINAL = 120
Cells = list[list[str]]


def line_width() -> int:
    """Return the columns of the terminal (COLUMNS first), and a page's where there is none."""
    columns = shutil.get_terminal_size((_WITHOUT_TERMINAL, 24)).columns
    return max(_NARROWEST_LINE, columns)


def table_text(table: KpiTable, *, width: int | None = None) -> str:
    """Return a table in columns of plain text, with its notes below; empty without rows.

    Columns that do not fit a line beside each other follow in a further block. Columns that share
    their upper label stand below it together.

    Args:
        table: What is shown.
        width: Columns of a line; default: the terminal's.
    """
    if not table.rows:
        return ""
    given = width or line_width()
    room = (given - _HEAD_WIDTH - len(_GAP)) // max(1, len(table.corner)) - len(_GAP)
    corner = _corner(table, min(_CORNER_WIDTH, room))
    columns = [_column(table, at) for at in range(len(table.columns))]
    lines = [*textwrap.wrap(table.title, given), ""]
    used = sum(_width_of(cells) + len(_GAP) for cells in corner)
    for block in _blocks(table, [_width_of(column) for column in columns], used, given):
        lines += _upper_heads(table, block, columns, used)
        shown = [*corner, *(columns[at] for at in block)]
        widths = [_width_of(cells) for cells in shown]
        for number in range(len(table.rows) + 1):
            cells = [column[number] for column in shown]
            lines += _row(cells, widths, len(corner), head=number == 0)
            if number == 0:
                lines.append(_GAP.join("-" * wide for wide in widths))
        lines.append("")
    for note in table.notes:
        lines += textwrap.wrap(note, given, initial_indent="  ", subsequent_indent="  ")
    return "\n".join(lines) + "\n"


def _corner(table: KpiTable, width: int) -> list[Cells]:
    """Return the heading columns; a label that stands above already is left out."""
    found: list[Cells] = []
    for at, name in enumerate(table.corner):
        cells, previous = [_wrap(name, width)], None
        for row in table.rows:
            labels = row.heading.labels
            text = labels[at] if at < len(labels) else ""
            last = at == len(table.corner) - 1
            if last and row.heading.unit:
                text = f"{text} ({row.heading.unit})"
            repeated = not last and labels[: at + 1] == previous
            cells.append([""] if repeated else _wrap(text, width))
            previous = labels[: at + 1]
        found.append(cells)
    return found


def _column(table: KpiTable, at: int) -> Cells:
    """Return a column's lowest label and its cells."""
    heading = table.columns[at]
    label = heading.labels[-1]
    label = f"{label} ({heading.unit})" if heading.unit else label
    cells = [_wrap(row.cells[at].text, _HEAD_WIDTH) for row in table.rows]
    head = _wrap(label, _HEAD_WIDTH)
    above = max((len(text) for text in heading.labels[:-1]), default=0)
    head[-1] = head[-1].rjust(min(above, _HEAD_WIDTH))  # room for the upper label's words
    return [head, *cells]


def _upper_heads(
    table: KpiTable, block: Sequence[int], columns: Sequence[Cells], used: int
) -> list[str]:
    """Return the lines of the labels that stand above several columns."""
    groups: list[tuple[list[str], int]] = []
    for label, members in groupby(block, lambda at: ", ".join(table.columns[at].labels[:-1])):
        widths = [_width_of(columns[at]) for at in members]
        span = sum(widths) + len(_GAP) * (len(widths) - 1)
        groups.append((_wrap(label, span), span))
    deep = max(len(text) for text, _ in groups)
    if not any(text != [""] for text, _ in groups):
        return []
    lines = []
    for level in range(deep):
        parts = [_from_below(text, level, deep).ljust(span) for text, span in groups]
        lines.append((" " * used + _GAP.join(parts)).rstrip())
    return lines


def _row(
    cells: Sequence[list[str]], widths: Sequence[int], corner: int, *, head: bool
) -> list[str]:
    """Return the lines of one row; headings of the rows to the left, numbers to the right."""
    deep = max(len(cell) for cell in cells)
    lines = []
    for level in range(deep):
        parts = [
            (_from_below(cell, level, deep) if head else _from_above(cell, level)).ljust(wide)
            if at < corner
            else _from_below(cell, level, deep).rjust(wide)
            for at, (cell, wide) in enumerate(zip(cells, widths, strict=True))
        ]
        lines.append(_GAP.join(parts).rstrip())
    return lines


def _from_below(text: Sequence[str], level: int, deep: int) -> str:
    """Return the line at `level` of a text that stands at the bottom of `deep` lines."""
    at = level - (deep - len(text))
    return text[at] if at >= 0 else ""


def _from_above(text: Sequence[str], level: int) -> str:
    return text[level] if level < len(text) else ""


def _wrap(text: str, width: int) -> list[str]:
    """Return the lines of a text; what tells two ways of one use case apart starts a new one."""
    if len(text) <= width:
        return [text]
    plain, bracket, settings = text.partition(" [")
    parts = [plain, f"[{settings}"] if bracket else [plain]
    return [
        line for part in parts for line in textwrap.wrap(part, width, break_on_hyphens=False)
    ] or [""]


def _width_of(cells: Cells) -> int:
    return max(len(line) for cell in cells for line in cell)


def _blocks(table: KpiTable, widths: Sequence[int], used: int, line: int) -> Iterator[list[int]]:
    """Yield the columns in groups that fit a line beside the row headings.

    Columns of one upper label, and a use case with the paper's column, are parted only where they
    are wider than a line themselves.
    """
    block: list[int] = []
    taken = used
    for _, grouped in groupby(range(len(widths)), lambda at: _belongs_to(table, at)):
        members = list(grouped)
        needed = sum(widths[at] + len(_GAP) for at in members)
        if block and taken + needed - len(_GAP) > line >= used + needed - len(_GAP):
            yield block
            block, taken = [], used
        for at in members:
            if block and taken + widths[at] > line:
                yield block
                block, taken = [], used
            block.append(at)
            taken += widths[at] + len(_GAP)
    yield block


def _belongs_to(table: KpiTable, at: int) -> tuple[str, ...]:
    """Return what a column shares with those that are to stay beside it."""
    labels = table.columns[at].labels
    if len(labels) > 1:
        return labels[:-1]
    return (labels[0].removeprefix("Paper: ").partition(" [")[0],)
