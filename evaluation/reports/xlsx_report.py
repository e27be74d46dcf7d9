"""The XLSX report: a sheet a table, numbers as numbers with the digits of every other report."""

import io
import textwrap
from typing import Any

from evaluation.kpi_tables import Cell, KpiTable
from evaluation.kpis import KPIS
from evaluation.reports.document import Document
from evaluation.reports.html import delta_text
from evaluation.reports.markdown import heading_text

_SHEET_NAME_LENGTH = 31
_FORBIDDEN_IN_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_GATE_COLOURS = {"pass": "#1b7346", "warn": "#8f5600", "fail": "#ad241c"}


def render(document: Document) -> bytes:
    """Return the report as an XLSX workbook."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as workbook:
        formats = _Formats(workbook)
        _summary(workbook, formats, document)
        used = {"Summary", "Gates", "Pairs", "Context"}
        for table in document.tables:
            if table.rows:
                _table(workbook.add_worksheet(_sheet_name(table, used)), formats, table)
        _gates(workbook, formats, document)
        _pairs(workbook, formats, document)
        _context(workbook, formats, document)
    return out.getvalue()


class _Formats:
    """Cell formats, each made once."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def get(self, **settings: Any) -> Any:
        """Return a format with these settings."""
        key = tuple(sorted(settings.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(settings)
        return self._made[key]


def _summary(workbook: Any, formats: _Formats, document: Document) -> None:
    sheet = workbook.add_worksheet("Summary")
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 100)
    lines = [
        ("Run", document.title),
        ("Run id", document.evidence.run_id),
        ("Created", str(document.evidence.manifest.get("created_at", ""))),
        ("Verdict", document.verdict),
        *(("Invalid because", reason) for reason in document.summary["validity"]["reasons"]),
        *(("Note", warning) for warning in document.summary["validity"]["warnings"]),
    ]
    for at, (name, value) in enumerate(lines):
        sheet.write_string(at, 0, name, formats.get(bold=True))
        sheet.write_string(at, 1, value, formats.get(text_wrap=True))


def _table(sheet: Any, formats: _Formats, table: KpiTable) -> None:
    """Write one table: headings, cells, notes as comments, footnotes below."""
    start = len(table.corner)
    heading = formats.get(bold=True, text_wrap=True, valign="top", bottom=1)
    sheet.write_string(0, 0, table.title, formats.get(bold=True, font_size=13))
    for at, name in enumerate(table.corner):
        sheet.write_string(2, at, name, heading)
    for at, column in enumerate(table.columns):
        sheet.write_string(2, start + at, heading_text(column, ": "), heading)
    for down, row in enumerate(table.rows, start=3):
        for at, label in enumerate(row.heading.labels):
            unit = row.heading.unit if at == start - 1 else ""
            sheet.write_string(down, at, f"{label} ({unit})" if unit else label)
        for at, cell in enumerate(row.cells):
            _cell(sheet, formats, down, start + at, cell)
    for at, note in enumerate(table.notes, start=4 + len(table.rows)):
        sheet.write_string(at, 0, note, formats.get(italic=True))
    sheet.set_column(0, start - 1, 34)
    sheet.set_column(start, start + len(table.columns) - 1, 20)
    sheet.freeze_panes(3, start)


def _cell(sheet: Any, formats: _Formats, row: int, column: int, cell: Cell) -> None:
    settings: dict[str, Any] = {}
    if cell.gate is not None:
        settings["font_color"] = _GATE_COLOURS[cell.gate]
    if cell.value is not None:
        decimals = KPIS[cell.kpi].decimals
        if cell.state == "paper":
            decimals = len(cell.text.partition(".")[2])
        settings["num_format"] = "0." + "0" * decimals if decimals else "0"
        sheet.write_number(row, column, cell.value, formats.get(**settings))
    else:
        sheet.write_string(row, column, cell.text, formats.get(font_color="#777777"))
    parts = [cell.note]
    if cell.low is not None and cell.high is not None:
        digits = KPIS[cell.kpi].decimals
        parts.append(f"95 % interval {cell.low:.{digits}f} to {cell.high:.{digits}f}")
    if cell.n:
        parts.append(f"{cell.stat} of n = {cell.n}".strip())
    if cell.delta is not None:
        parts.append(f"change {delta_text(cell)}")
    if cell.gate is not None:
        parts.append(f"gate: {cell.gate}")
    text = "; ".join(part for part in parts if part)
    if text:
        sheet.write_comment(row, column, text, {"author": "QUAD Studio"})


def _gates(workbook: Any, formats: _Formats, document: Document) -> None:
    gates = document.summary.get("gates") or []
    if not gates:
        return
    names = ("status", "metric", "stat", "kind", "use_case", "target", "value", "limit", "n")
    lines = [[gate.get(name) for name in names] + [gate["message"]] for gate in gates]
    _grid(workbook.add_worksheet("Gates"), formats, [*names, "message"], lines)


_PAIR_ENDS = ("verdict", "note", "reference", "candidate")


def _pairs(workbook: Any, formats: _Formats, document: Document) -> None:
    metrics = list(dict.fromkeys(name for pair in document.pairs for name in pair.values))
    names = ["input_id", "use_case", "target", "device", "prompt", *metrics]
    lines = [
        [pair.input_id, pair.task, pair.target, pair.device, pair.prompt]
        + [pair.values.get(metric) for metric in metrics]
        + [pair.choice, pair.note, pair.reference, pair.candidate]
        for pair in document.pairs
    ]
    _grid(workbook.add_worksheet("Pairs"), formats, [*names, *_PAIR_ENDS], lines)


def _context(workbook: Any, formats: _Formats, document: Document) -> None:
    lines = [
        [heading, name, value] for heading, entries in document.context for name, value in entries
    ]
    _grid(workbook.add_worksheet("Context"), formats, ["part", "name", "value"], lines)


def _grid(sheet: Any, formats: _Formats, names: list[str], lines: list[list[Any]]) -> None:
    """Write a plain grid with a heading."""
    for at, name in enumerate(names):
        sheet.write_string(0, at, name, formats.get(bold=True, bottom=1))
    for down, line in enumerate(lines, start=1):
        for at, value in enumerate(line):
            if isinstance(value, float):
                sheet.write_number(down, at, value, formats.get(num_format="0.0000"))
            elif isinstance(value, int) and not isinstance(value, bool):
                sheet.write_number(down, at, value)
            elif value is not None:
                sheet.write_string(down, at, str(value))
    sheet.set_column(0, len(names) - 1, 18)
    sheet.freeze_panes(1, 0)


def _sheet_name(table: KpiTable, used: set[str]) -> str:
    """Return a sheet name that Excel accepts and that is not taken."""
    short = table.title.partition(":")[0].translate(_FORBIDDEN_IN_NAME).strip(" '")
    name = textwrap.shorten(short, _SHEET_NAME_LENGTH, placeholder="").rstrip(" ,'")
    while name.lower() in {taken.lower() for taken in used}:
        name = f"{name[: _SHEET_NAME_LENGTH - 3]} {len(used)}"
    used.add(name)
    return name
