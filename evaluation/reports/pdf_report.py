"""The PDF report, drawn with ReportLab: no browser and no Qt on the batch path."""

import io
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from evaluation.kpi_tables import Cell, KpiTable
from evaluation.reports.document import Document, Pair
from evaluation.reports.html import column_groups, delta_text
from evaluation.reports.reshape import readable

MAX_PAIRS = 12
_COLUMNS_PER_TABLE = 8
_INK, _MUTED, _LINE, _SUNKEN = "#1b1a18", "#6a665e", "#dcd7cc", "#f2f0ea"
_GATES = {"pass": "#1b7346", "warn": "#8f5600", "fail": "#ad241c", "invalid": "#ad241c"}


def render(document: Document) -> bytes:
    """Return the report as PDF, A4 landscape, with text that can be searched."""
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.lib.units import mm
    from reportlab.platypus import SimpleDocTemplate

    out = io.BytesIO()
    pdf = SimpleDocTemplate(
        out,
        pagesize=landscape(A4),
        leftMargin=16 * mm,
        rightMargin=16 * mm,
        topMargin=14 * mm,
        bottomMargin=14 * mm,
        title=f"{document.title} - QUAD Studio report",
        author="QUAD Studio",
        invariant=1,  # no time stamp: the same run gives the same bytes
    )
    styles = _styles()
    story = _head(document, styles)
    for table in document.tables:
        if table.rows:
            story += _table(table, styles, pdf.width)
    story += _pairs(document, styles, pdf.width)
    story += _context(document, styles, pdf.width)
    footer = _footer(document)
    pdf.build(story, onFirstPage=footer, onLaterPages=footer)
    return out.getvalue()


def _styles() -> dict[str, Any]:
    from reportlab.lib.colors import HexColor
    from reportlab.lib.styles import ParagraphStyle

    base = {"fontName": "Helvetica", "textColor": HexColor(_INK)}
    small = {**base, "fontSize": 7.6, "leading": 9.4}
    return {
        "title": ParagraphStyle(
            "title", **{**base, "fontName": "Helvetica-Bold"}, fontSize=21, leading=25
        ),
        "h2": ParagraphStyle(
            "h2",
            **{**base, "fontName": "Helvetica-Bold"},
            fontSize=12,
            leading=15,
            spaceBefore=12,
            spaceAfter=5,
            keepWithNext=1,
        ),
        "body": ParagraphStyle("body", **base, fontSize=9, leading=12.5),
        "note": ParagraphStyle("note", **{**small, "textColor": HexColor(_MUTED)}),
        "left": ParagraphStyle("left", **small),
        "right": ParagraphStyle("right", **small, alignment=2),
        "head": ParagraphStyle("head", **{**small, "fontName": "Helvetica-Bold"}, alignment=2),
        "corner": ParagraphStyle("corner", **{**small, "fontName": "Helvetica-Bold"}),
        "centre": ParagraphStyle("centre", **{**small, "fontName": "Helvetica-Bold"}, alignment=1),
    }


def _head(document: Document, styles: dict[str, Any]) -> list[Any]:
    from reportlab.platypus import Paragraph, Spacer

    story: list[Any] = [
        Paragraph(_text(document.title), styles["title"]),
        Paragraph(_text(f"Run {document.evidence.run_id}, {document.created}"), styles["note"]),
        Spacer(1, 6),
        Paragraph(f"<b>{_text(document.verdict)}.</b>", styles["body"]),
    ]
    validity = document.summary["validity"]
    story += [Paragraph(_text(f"INVALID: {why}"), styles["body"]) for why in validity["reasons"]]
    story += [Paragraph(_text(f"Note: {why}"), styles["body"]) for why in validity["warnings"]]
    for gate in document.summary.get("gates") or []:
        colour = _GATES.get(gate["status"], _MUTED)
        text = f'<font color="{colour}"><b>{gate["status"]}</b></font> {_text(gate["message"])}'
        story.append(Paragraph(text, styles["left"]))
    return story


def _table(table: KpiTable, styles: dict[str, Any], width: float) -> list[Any]:
    """Return a KPI table in the parts that fit a page."""
    from reportlab.platypus import KeepTogether, Paragraph, Spacer

    story: list[Any] = []
    for part in readable(table, _COLUMNS_PER_TABLE):
        notes = [Paragraph(_text(note), styles["note"]) for note in part.notes]
        title = Paragraph(_text(part.title), styles["h2"])
        story.append(KeepTogether([title, _part(part, styles, width), Spacer(1, 4), *notes]))
    return story


def _part(table: KpiTable, styles: dict[str, Any], width: float) -> Any:
    from reportlab.platypus import Paragraph

    columns, groups = table.columns, column_groups(table)
    corner = len(table.corner)
    lines: list[list[Any]] = []
    spans: list[tuple[Any, ...]] = []
    if groups:
        line: list[Any] = [""] * corner
        for label, span in groups:
            start = len(line)
            line += [Paragraph(_text(label), styles["centre"]), *[""] * (span - 1)]
            spans.append(("SPAN", (start, 0), (start + span - 1, 0)))
        lines.append(line)
    names = [
        f"{c.labels[-1] if groups else ', '.join(c.labels)}{f' ({c.unit})' if c.unit else ''}"
        for c in columns
    ]
    heads = [Paragraph(_text(name), styles["corner"]) for name in table.corner]
    lines.append([*heads, *(Paragraph(_text(name), styles["head"]) for name in names)])
    for row in table.rows:
        labels = [*row.heading.labels]
        labels[-1] += f" ({row.heading.unit})" if row.heading.unit else ""
        cells = [Paragraph(_cell(cell), styles["right"]) for cell in row.cells]
        lines.append([*(Paragraph(_text(label), styles["left"]) for label in labels), *cells])
    first = min(120.0, width / (corner + len(columns)) * 1.5)
    rest = (width - first * corner) / max(1, len(columns))
    widths = [first] * corner + [min(rest, 110.0)] * len(columns)
    return _grid(lines, widths, 2 if groups else 1, spans)


def _grid(
    lines: Sequence[Sequence[Any]], widths: Sequence[float], heads: int, spans: Sequence[Any]
) -> Any:
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import Table, TableStyle

    style = [
        ("LINEBELOW", (0, heads - 1), (-1, heads - 1), 0.8, HexColor(_INK)),
        ("LINEBELOW", (0, heads), (-1, -1), 0.25, HexColor(_LINE)),
        ("LINEABOVE", (0, 0), (-1, 0), 0.8, HexColor(_INK)),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 2.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        *spans,
    ]
    return Table(lines, colWidths=widths, repeatRows=heads, style=TableStyle(style), hAlign="LEFT")


def _cell(cell: Cell) -> str:
    if cell.state in ("not measured", "not comparable"):
        return f'<font color="{_MUTED}"><i>{_text(cell.text)}</i></font>'
    text = f"<b>{_text(cell.text)}</b>" if cell.state != "paper" else _text(cell.text)
    if cell.delta is not None:
        colour = {True: _GATES["pass"], False: _GATES["fail"]}.get(cell.better, _MUTED)  # type: ignore[arg-type]
        text += f' <font color="{colour}">{_text(delta_text(cell))}</font>'
    if cell.gate in ("warn", "fail"):
        text += f' <font color="{_GATES[cell.gate]}"><b>{cell.gate}</b></font>'
    return text


def _pairs(document: Document, styles: dict[str, Any], width: float) -> list[Any]:
    """Return the worst pairs, FP32 beside the device."""
    from reportlab.platypus import Paragraph

    ranked = sorted(document.pairs, key=lambda pair: pair.values.get("psnr_db", float("inf")))
    drawn = [_pair(document, pair, styles) for pair in ranked[:MAX_PAIRS]]
    cells = [cell for cell in drawn if cell is not None]
    if not cells:
        return []
    across = 4
    lines = [cells[at : at + across] for at in range(0, len(cells), across)]
    lines[-1] = [*lines[-1], *[""] * (across - len(lines[-1]))]
    title = f"Images: FP32 and device, the {len(cells)} pairs with the lowest PSNR"
    grid = _grid(lines, [width / across] * across, 1, [])
    grid.repeatRows = 0
    return [Paragraph(title, styles["h2"]), grid]


def _pair(document: Document, pair: Pair, styles: dict[str, Any]) -> Any:
    """Return one pair as a stack, or None where a file is missing."""
    from PIL import UnidentifiedImageError
    from reportlab.platypus import Image, Paragraph, Table

    root = document.root.resolve()
    paths = [(root / name).resolve() for name in (pair.reference, pair.candidate)]
    if not all(path.is_file() and path.is_relative_to(root) for path in paths):
        return None
    try:
        images = [Image(str(path), width=86, height=86, kind="proportional") for path in paths]
    except (OSError, UnidentifiedImageError):
        return None
    numbers = "; ".join(f"{title} {text}" for _, title, text in pair.metrics)
    captions = [
        Paragraph(f"<b>{_text(pair.input_id)}</b>, {_text(pair.task)}", styles["left"]),
        Paragraph(_text(pair.device), styles["note"]),
        Paragraph(_text(numbers), styles["note"]),
    ]
    said = ": ".join(part for part in (pair.choice, pair.note) if part)
    if said:
        captions.append(Paragraph(_text(said), styles["note"]))
    return [Table([images], colWidths=[90, 90], hAlign="LEFT"), *captions]


def _context(document: Document, styles: dict[str, Any], width: float) -> list[Any]:
    from reportlab.platypus import Paragraph

    lines = [
        [
            Paragraph(_text("" if at else heading), styles["corner"]),
            Paragraph(_text(name), styles["left"]),
            Paragraph(_text(value), styles["left"]),
        ]
        for heading, entries in document.context
        for at, (name, value) in enumerate(entries)
    ]
    if not lines:
        return []
    head = [[Paragraph(name, styles["corner"]) for name in ("Part", "Name", "Value")]]
    grid = _grid([*head, *lines], [80, 150, width - 230], 1, [])
    return [Paragraph("Context", styles["h2"]), grid]


def _footer(document: Document) -> Any:
    from reportlab.lib.colors import HexColor

    def draw(canvas: Any, template: Any) -> None:
        canvas.saveState()
        canvas.setFont("Helvetica", 7.5)
        canvas.setFillColor(HexColor(_MUTED))
        canvas.drawString(template.leftMargin, 22, f"QUAD Studio, run {document.evidence.run_id}")
        right = template.pagesize[0] - template.rightMargin
        canvas.drawRightString(right, 22, f"page {canvas.getPageNumber()}")
        canvas.restoreState()

    return draw


def _text(text: str) -> str:
    """Return text for a Paragraph; the built-in fonts know Latin-1 only."""
    plain = text.replace("∞", "inf").replace("…", "...").replace("\u2192", "->")
    return escape(plain.encode("cp1252", "replace").decode("cp1252"))
