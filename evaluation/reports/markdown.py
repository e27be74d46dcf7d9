"""The Markdown report: tables a person can paste into a pull request."""

from evaluation.kpi_tables import Cell, Heading, KpiTable
from evaluation.reports.document import Document
from evaluation.reports.html import delta_text
from evaluation.reports.reshape import readable

_SPECIAL = str.maketrans(
    {character: f"\\{character}" for character in r"\`*_{}[]|#~!"}
    | {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
)


def render(document: Document) -> str:
    """Return the report as GitHub-flavoured Markdown."""
    summary = document.summary
    lines = [
        f"# {escape(document.title)}",
        "",
        f"Run {escape(document.evidence.run_id)}, {escape(document.created)}.",
        "",
        f"**{escape(document.verdict)}.**",
        "",
    ]
    for reason in summary["validity"]["reasons"]:
        lines.append(f"- INVALID: {escape(reason)}")
    for warning in summary["validity"]["warnings"]:
        lines.append(f"- Note: {escape(warning)}")
    if summary["validity"]["reasons"] or summary["validity"]["warnings"]:
        lines.append("")
    if summary.get("gates"):
        lines += ["## Gates", "", "| result | gate |", "|---|---|"]
        lines += [f"| {gate['status']} | {escape(gate['message'])} |" for gate in summary["gates"]]
        lines.append("")
    for table in document.tables:
        for part in readable(table):
            lines += table_lines(part)
    lines += ["## Context", ""]
    for heading, entries in document.context:
        lines += [f"### {heading}", "", "| | |", "|---|---|"]
        lines += [f"| {escape(name)} | {escape(value)} |" for name, value in entries]
        lines.append("")
    return "\n".join(lines)


def table_lines(table: KpiTable) -> list[str]:
    """Return one KPI table with its footnotes, heading first."""
    if not table.rows:
        return []
    notes: list[str] = []
    head = [*table.corner, *(heading_text(column, ": ") for column in table.columns)]
    lines = [f"## {escape(table.title)}", "", _row([escape(name) for name in head])]
    lines.append("|" + "---|" * len(table.corner) + "---:|" * len(table.columns))
    for row in table.rows:
        labels = [escape(label) for label in row.heading.labels]
        labels[-1] = escape(heading_text(row.heading, "", last=True))
        lines.append(_row([*labels, *(_cell(cell, notes) for cell in row.cells)]))
    lines.append("")
    if notes:
        lines += [*(f"{at}. {escape(note)}" for at, note in enumerate(notes, start=1)), ""]
    for note in table.notes:
        lines += [f"_{escape(note)}_", ""]
    return lines


def heading_text(heading: Heading, joint: str, *, last: bool = False) -> str:
    """Return a heading with its unit: "U-Net execute (ms)"."""
    text = heading.labels[-1] if last else joint.join(heading.labels)
    return f"{text} ({heading.unit})" if heading.unit else text


def escape(text: str) -> str:
    r"""Return text that Markdown shows as it is, on one line.

    >>> escape("a|b <i>")
    'a\\|b &lt;i&gt;'
    """
    return " ".join(text.translate(_SPECIAL).split())


def _cell(cell: Cell, notes: list[str]) -> str:
    text = escape(cell.text)
    if cell.delta is not None:
        text += f" ({delta_text(cell)})"
    if cell.gate in ("warn", "fail"):
        text += f" **{cell.gate}**"
    if cell.state in ("not measured", "not comparable") and cell.note:
        if cell.note not in notes:
            notes.append(cell.note)
        text += f" [{notes.index(cell.note) + 1}]"
    return text


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
