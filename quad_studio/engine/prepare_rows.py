"""Prepare the rows of a plan; an input that does not suit fails its own rows only."""

from collections.abc import Sequence
from typing import Any

from quad_studio.cancel import CancelToken
from quad_studio.errors import UnsuitableInput
from quad_studio.events import Emit, LogLine
from quad_studio.use_cases.prepare import Frame, Prepared, prepare


def prepare_rows(
    rows: Sequence[Any], frame: Frame, *, emit: Emit, cancel: CancelToken
) -> list[tuple[int, Prepared]]:
    """Return (row index, prepared request) of the rows whose input suits its use case.

    The others are said now, before anything runs; each becomes a failed row with the cause.
    Rows that repeat a request share what was prepared.
    """
    found: dict[tuple[Any, Any], Prepared | None] = {}
    ready = []
    for row in rows:
        cancel.check()
        request = (row.settings, row.item)
        if request not in found:
            found[request] = _prepared(row, frame, emit)
        prepared = found[request]
        if prepared is not None:
            ready.append((row.index, prepared))
    return ready


def _prepared(row: Any, frame: Frame, emit: Emit) -> Prepared | None:
    """Return the prepared request, or None after a warning."""
    try:
        return prepare(row.settings, row.item, frame)
    except UnsuitableInput as exc:
        emit(LogLine(message=f"{row.settings.use_case}: {exc}", level="warning"))
        return None
