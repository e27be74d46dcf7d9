"""Reports: one run folder in, one file a format out; the same numbers and rounding in all."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from evaluation.errors import ReportError
from evaluation.reports.document import Document, read_document

__all__ = ["FORMATS", "write"]


def _html(document: Document) -> bytes:
    from evaluation.reports import html

    return html.render(document).encode("utf-8")


def _markdown(document: Document) -> bytes:
    from evaluation.reports import markdown

    return markdown.render(document).encode("utf-8")


def _json(document: Document) -> bytes:
    from evaluation.reports import json_report

    return json_report.render(document).encode("utf-8")


def _csv(document: Document) -> bytes:
    from evaluation.reports import csv_report

    return csv_report.render(document).encode("utf-8")


def _xlsx(document: Document) -> bytes:
    from evaluation.reports import xlsx_report

    return xlsx_report.render(document)


def _latex(document: Document) -> bytes:
    from evaluation.reports import latex_report

    return latex_report.render(document).encode("utf-8")


def _pdf(document: Document) -> bytes:
    from evaluation.reports import pdf_report

    return pdf_report.render(document)


def _junit(document: Document) -> bytes:
    from evaluation.reports import junit_report

    return junit_report.render(document)


FORMATS: dict[str, tuple[str, Callable[[Document], bytes]]] = {
    "html": ("report.html", _html),
    "md": ("report.md", _markdown),
    "json": ("report.json", _json),
    "csv": ("report.csv", _csv),
    "xlsx": ("report.xlsx", _xlsx),
    "latex": ("report.tex", _latex),
    "pdf": ("report.pdf", _pdf),
    "junit": ("junit.xml", _junit),
}
"""Format name -> (file name, renderer)."""


def write(
    run_dir: Path, formats: Sequence[str], *, language: str = "en", paper: bool = False
) -> list[Path]:
    """Write reports into a run folder, from what the folder holds.

    Args:
        run_dir: The run folder.
        formats: Keys of FORMATS.
        language: Only "en" so far.
        paper: Add the paper's numbers to its own table layouts, labelled.

    Returns:
        The files, in the order of `formats`. Each appears whole or not at all.

    Raises:
        RunFolderError: The folder is no run.
        ReportError: An unknown format or language, or the file cannot be written.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        known = ", ".join(FORMATS)
        raise ReportError(run_dir, f"unknown report format {', '.join(unknown)}; known: {known}")
    if language != "en":
        raise ReportError(run_dir, f"reports are written in English only, not in {language!r}")
    document = read_document(run_dir, paper=paper)
    return [_write(run_dir / FORMATS[name][0], FORMATS[name][1](document)) for name in formats]


def _write(path: Path, content: bytes) -> Path:
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as exc:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise ReportError(path, f"cannot be written ({exc.strerror or exc})") from exc
    return path
