"""The CSV report: one line a cell, safe to open in a spreadsheet."""

import csv
import io

from evaluation.reports.document import Document
from evaluation.reports.rows import FIELDS, flat_cells, values_of

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def render(document: Document) -> str:
    """Return the report as RFC 4180 CSV with a heading line."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(("run_id", *FIELDS))
    for flat in flat_cells(document):
        writer.writerow((document.evidence.run_id, *map(defused, values_of(flat))))
    return out.getvalue()


def defused(text: str) -> str:
    """Return text that a spreadsheet does not take for a formula; numbers stay numbers.

    >>> defused("=1+1"), defused("-3.5"), defused("plain")
    ("'=1+1", '-3.5', 'plain')
    """
    if not text.startswith(_FORMULA_STARTS):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text
