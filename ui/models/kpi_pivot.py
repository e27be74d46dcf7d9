"""The KPI table: KPIs in rows, what is compared in columns, samples behind every cell.

`ui.models.kpi_building` fills it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ui.models.kpi_names import KpiStyle, known_names, kpi_style


@dataclass(frozen=True)
class Sample:
    """One value and the row it comes from."""

    key: str
    value: float


@dataclass(frozen=True)
class KpiCell:
    """One cell: the statistic and everything behind it.

    Attributes:
        value: None where there is none.
        half_width: Half of the 95 % interval; None without one.
        statistic: As evaluation names it.
        samples: Every value with the row it comes from.
        delta: Difference to the baseline column, None without one.
        gate: "pass", "warn", "fail", "not comparable", or "" where no gate applies.
        note: Why there is no value, or what to know about it.
    """

    value: float | None
    half_width: float | None = None
    statistic: str = "mean"
    samples: tuple[Sample, ...] = ()
    delta: float | None = None
    delta_percent: float | None = None
    gate: str = ""
    note: str = ""


@dataclass(frozen=True)
class KpiGrid:
    """A pivot of one run.

    Attributes:
        baseline: Index of the column that deltas refer to, None without one.
        cells: KPI name -> one cell a column.
    """

    pivot: str
    columns: tuple[str, ...]
    styles: tuple[KpiStyle, ...]
    cells: Mapping[str, tuple[KpiCell, ...]]
    baseline: int | None = None


def against(grid: KpiGrid, other: KpiGrid) -> KpiGrid:
    """Return `grid` with differences to the columns of the same name in `other`, another run."""
    cells = {}
    for name, found in grid.cells.items():
        theirs = dict(zip(other.columns, other.cells.get(name, ()), strict=False))
        pairs = (
            (cell, theirs.get(column)) for column, cell in zip(grid.columns, found, strict=True)
        )
        cells[name] = tuple(_differing(cell, base.value if base else None) for cell, base in pairs)
    return replace(grid, cells=cells, baseline=None)


def renewed(grid: KpiGrid, part: KpiGrid, group: str) -> KpiGrid:
    """Return `grid` with its KPIs of `group` replaced by those of `part`, in the usual order."""
    order = known_names()
    cells = {n: found for n, found in grid.cells.items() if kpi_style(n).group != group}
    cells |= part.cells
    names = sorted(cells, key=order.index)
    return replace(grid, styles=tuple(map(kpi_style, names)), cells={n: cells[n] for n in names})


def with_baseline(grid: KpiGrid, baseline: int | None) -> KpiGrid:
    """Return `grid` with differences to the column `baseline`, or with none."""
    cells = {name: _with_delta(found, baseline) for name, found in grid.cells.items()}
    return replace(grid, cells=cells, baseline=baseline)


def _with_delta(cells: tuple[KpiCell, ...], baseline: int | None) -> tuple[KpiCell, ...]:
    """Return `cells` with their difference to the baseline column."""
    base = cells[baseline].value if baseline is not None and baseline < len(cells) else None
    return tuple(
        _differing(cell, base if at != baseline else None) for at, cell in enumerate(cells)
    )


def _differing(cell: KpiCell, base: float | None) -> KpiCell:
    """Return `cell` with its difference to `base`, without one where there is none."""
    delta = percent = None
    if base is not None and cell.value is not None:
        both = math.isfinite(base) and math.isfinite(cell.value)
        delta = cell.value - base if both else None
        percent = 100 * delta / abs(base) if delta is not None and base else None
    return replace(cell, delta=delta, delta_percent=percent)
