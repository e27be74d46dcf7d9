"""Sustained runs: how a target does over time, in slices of equal length.

A plan with `run.duration_minutes` repeats its rows for so long. What changes while it does so, the
latency, the heat and the battery, is a table of its own, one for each target.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import numpy as np

from evaluation.evidence import Evidence, Json
from evaluation.kpi_tables import Cell, Heading, KpiTable, TableRow
from evaluation.kpis import format_number
from evaluation.target_labels import target_title

SLICES = 10
MAH_PER_MA_S = 1 / 3600.0
NOT_TOLD = "the device does not tell"


def sustained_tables(evidence: Evidence, *, slices: int = SLICES) -> tuple[KpiTable, ...]:
    """Return a table for each target of a sustained run; none for any other run."""
    options = (evidence.manifest.get("plan") or {}).get("run") or {}
    if not options.get("duration_minutes"):
        return ()
    by_target: dict[str, list[Json]] = {}
    for row in evidence.measured:
        if row.get("started_at") and row.get("finished_at"):
            by_target.setdefault(str(row.get("target")), []).append(row)
    return tuple(
        _table(name, target_title(name, evidence.manifest, rows[0]), rows, slices)
        for name, rows in by_target.items()
    )


def _table(name: str, device: str, rows: Sequence[Json], slices: int) -> KpiTable:
    begin = min(_time(row["started_at"]) for row in rows)
    end = max(_time(row["finished_at"]) for row in rows)
    length_s = max(end - begin, 1e-9) / slices
    parts: list[list[Json]] = [[] for _ in range(slices)]
    for row in rows:
        place = int((_time(row["finished_at"]) - begin) / length_s)
        parts[min(place, slices - 1)].append(row)
    columns = (
        Heading(("Images",)),
        Heading(("End to end, median",), "ms", "lower"),
        Heading(("End to end, p90",), "ms", "lower"),
        Heading(("U-Net step, median",), "ms", "lower"),
        Heading(("Switch, median",), "ms", "lower"),
        Heading(("Thermal status, highest",)),
        Heading(("Temperature, highest",), "degrees C"),
        Heading(("Battery, lowest",), "%"),
    )
    shown = tuple(
        TableRow(Heading((_span(index, length_s),)), _cells(part))
        for index, part in enumerate(parts)
    )
    title = f"Over time: {device}"
    return KpiTable(f"sustained:{name}", title, ("Minutes",), columns, shown, _notes(rows, parts))


def _span(index: int, length_s: float) -> str:
    return f"{index * length_s / 60:.2f} to {(index + 1) * length_s / 60:.2f}"


def _cells(rows: Sequence[Json]) -> tuple[Cell, ...]:
    images, steps = _end_to_end(rows), _steps(rows)
    switches = [
        float(row["switch"]["ms"])
        for row in rows
        if (row.get("switch") or {}).get("kind") in ("cold", "warm")
    ]
    return (
        Cell(float(len(rows)), str(len(rows)), state="fact"),
        _cell(images, "median", "ms", np.median),
        _cell(images, "p90", "ms", lambda values: np.percentile(values, 90)),
        _cell(steps, "median", "ms", np.median),
        _cell(switches, "median", "ms", np.median, decimals=3),
        _cell(_told(rows, "thermal_status"), "max", "", max),
        _cell(_told(rows, "temperature_celsius"), "max", "degrees C", max),
        _cell(_told(rows, "battery_percent"), "min", "%", min),
    )


def _cell(
    values: Sequence[float],
    stat: str,
    unit: str,
    choose: Callable[[Sequence[float]], float],
    decimals: int = 1,
) -> Cell:
    if not values:
        return Cell(None, "-", unit, note=NOT_TOLD, state="not measured")
    value = float(choose(values))
    return Cell(value, format_number(value, decimals), unit, stat=stat, n=len(values))


def _told(rows: Sequence[Json], name: str) -> list[float]:
    values = [(row.get("telemetry") or {}).get(name) for row in rows]
    return [float(value) for value in values if value is not None]


def _notes(rows: Sequence[Json], parts: Sequence[Sequence[Json]]) -> tuple[str, ...]:
    """Return the drift of the latency, and the battery that an image took."""
    notes = []
    filled = [part for part in parts if part]
    if len(filled) > 1:
        # A slice of a few images may hold more of a slow use case than another; a call of the
        # U-Net is the same work in all.
        images = _change(filled[0], filled[-1], _end_to_end)
        calls = _change(filled[0], filled[-1], _steps)
        notes.append(
            f"Last slice against the first: end to end {images:+.1f} %, U-Net step {calls:+.1f} %."
        )
    return (*notes, _battery(rows))


def _change(
    first: Sequence[Json], last: Sequence[Json], times: Callable[[Sequence[Json]], list[float]]
) -> float:
    """Return the change of a median, in percent."""
    before, after = times(first), times(last)
    middle = float(np.median(before)) if before else 0.0
    return 100 * (float(np.median(after)) / middle - 1) if middle and after else 0.0


def _end_to_end(rows: Sequence[Json]) -> list[float]:
    return [float(row["timing_ms"]["end_to_end_ms"]) for row in rows if row.get("timing_ms")]


def _steps(rows: Sequence[Json]) -> list[float]:
    return [
        float(ms) for row in rows for ms in (row.get("timing_ms") or {}).get("unet_step_ms", ())
    ]


def _battery(rows: Sequence[Json]) -> str:
    """Return what an image took of the battery, by its level and by its current."""
    levels = _told(rows, "battery_percent")
    if not levels:
        return "Battery: the device does not tell."
    text = f"Battery: {levels[0]:g} % to {levels[-1]:g} % over {len(rows)} images"
    if any((row.get("telemetry") or {}).get("charging") for row in rows):
        return f"{text}; it was charging, so what an image takes cannot be said."
    text += f", {(levels[0] - levels[-1]) / len(rows):.4f} % an image"
    taken = [
        -float(row["telemetry"]["battery_ma"])
        * (_time(row["finished_at"]) - _time(row["started_at"]))
        * MAH_PER_MA_S
        for row in rows
        if (row.get("telemetry") or {}).get("battery_ma") is not None
    ]
    if taken:
        text += f"; by its current {float(np.mean(taken)):.4f} mAh an image"
    return f"{text}."


def _time(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
