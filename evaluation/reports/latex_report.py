"""The LaTeX report: a document of booktabs tables that compiles with pdflatex as it is."""

from evaluation.kpi_tables import Cell, KpiTable
from evaluation.reports.document import Document
from evaluation.reports.html import column_groups, delta_text
from evaluation.reports.reshape import readable

_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "∞": r"$\infty$",
    "±": r"$\pm$",
    "²": r"$^2$",
    "…": r"\dots{}",
    "·": r"\textperiodcentered{}",
}
_PREAMBLE = r"""\documentclass[10pt,a4paper,landscape]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}
\usepackage[margin=18mm]{geometry}
\usepackage{booktabs}
\usepackage{graphicx}
\usepackage[font=small,labelfont=bf]{caption}
\setlength{\parindent}{0pt}
\begin{document}
"""


def render(document: Document) -> str:
    """Return the report as a LaTeX document."""
    summary = document.summary
    created = str(document.evidence.manifest.get("created_at", ""))
    lines = [
        _PREAMBLE,
        rf"\section*{{{escape(document.title)}}}",
        rf"Run \texttt{{{escape(document.evidence.run_id)}}}, {escape(created)}. "
        rf"\textbf{{{escape(document.verdict)}.}}",
        "",
    ]
    remarks = [*summary["validity"]["reasons"], *summary["validity"]["warnings"]]
    if remarks:
        lines += [r"\begin{itemize}", *(rf"\item {escape(text)}" for text in remarks)]
        lines += [r"\end{itemize}", ""]
    for table in document.tables:
        for part in readable(table):
            lines += table_lines(part)
    lines.append(r"\end{document}")
    return "\n".join(lines) + "\n"


def table_lines(table: KpiTable) -> list[str]:
    """Return one table environment, for use in a paper by itself."""
    corner = len(table.corner)
    groups = column_groups(table)
    lines = [
        r"\begin{table}[ht]",
        r"\centering",
        rf"\caption{{{escape(table.title)}}}",
        r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%",
        rf"\begin{{tabular}}{{{'l' * corner}{'r' * len(table.columns)}}}",
        r"\toprule",
    ]
    if groups:
        spans = [rf"\multicolumn{{{width}}}{{c}}{{{escape(label)}}}" for label, width in groups]
        lines.append(" & ".join([""] * corner + spans) + r" \\")
        start, rules = corner + 1, []
        for _, width in groups:
            rules.append(rf"\cmidrule(lr){{{start}-{start + width - 1}}}")
            start += width
        lines.append("".join(rules))
    names = [
        escape(_with_unit(c.labels[-1] if groups else ", ".join(c.labels), c.unit))
        for c in table.columns
    ]
    lines += [" & ".join([*map(escape, table.corner), *names]) + r" \\", r"\midrule"]
    for row in table.rows:
        labels = [escape(label) for label in row.heading.labels]
        labels[-1] = escape(_with_unit(row.heading.labels[-1], row.heading.unit))
        lines.append(" & ".join([*labels, *map(_cell, row.cells)]) + r" \\")
    lines += [r"\bottomrule", r"\end{tabular}}", *_notes(table), r"\end{table}", ""]
    return lines


def escape(text: str) -> str:
    r"""Return text that LaTeX prints as it is; characters it has no glyph for become "?".

    >>> escape("50% of a_b & c")
    '50\\% of a\\_b \\& c'
    """
    return "".join(
        _ESCAPES.get(character) or (character if _is_printable(character) else "?")
        for character in " ".join(text.split())
    )


def _is_printable(character: str) -> bool:
    """Return whether pdflatex's Latin-1 part of T1 has the character."""
    return " " <= character <= "~" or "\u00c0" <= character <= "\u00ff"


def _with_unit(text: str, unit: str) -> str:
    return f"{text} ({unit})" if unit else text


def _cell(cell: Cell) -> str:
    if cell.state in ("not measured", "not comparable"):
        return rf"\textit{{{escape(cell.text)}}}"
    text = escape(cell.text)
    if cell.delta is not None:
        text += rf" {{\scriptsize ({escape(delta_text(cell))})}}"
    return rf"\textbf{{{text}}}" if cell.gate == "fail" else text


def _notes(table: KpiTable) -> list[str]:
    if not table.notes:
        return []
    notes = r"\\ ".join(escape(note) for note in table.notes)
    return [r"\par\smallskip", rf"{{\footnotesize {notes}}}"]
