"""Layouts of KPI tables: which axis goes into the rows, which into the columns."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any

from evaluation.errors import LayoutError
from evaluation.evidence import Json
from evaluation.kpis import KPIS, adapter_names, lora_of, precision_of

AXES = (
    "target",
    "use_case",
    "sampler",
    "steps",
    "precision",
    "lora",
    "adapters",
    "provider",
    "guidance",
    "strength",
    "split",
)


@dataclass(frozen=True)
class Pivot:
    """What a table puts where.

    Attributes:
        title: Headline.
        rows: Axes of the rows; "kpi" stands for `kpis`.
        columns: Axes of the columns; "kpi" is in exactly one of the two.
        kpis: Names of `evaluation.kpis.KPIS`.
        where: Only rows with these axis values.
        only_measured: Leave out KPIs that no group has.
        name: Of a built-in layout.
        stat: Statistic for every KPI; None takes each KPI's own.
    """

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    kpis: tuple[str, ...]
    where: Mapping[str, str] = field(default_factory=dict)
    only_measured: bool = False
    name: str = "pivot"
    stat: str | None = None


def layouts() -> dict[str, Pivot]:
    """Return the built-in layouts by name."""
    return {
        name: Pivot(
            title=entry["title"],
            rows=tuple(entry["rows"]),
            columns=tuple(entry["columns"]),
            kpis=tuple(entry["kpis"]),
            only_measured=bool(entry.get("only_measured", False)),
            name=name,
        )
        for name, entry in template_data("tables.toml").items()
    }


def axis_value(axis: str, row: Json, manifest: Json) -> str:
    """Return the row's value on an axis, as text."""
    if axis == "precision":
        return precision_of(row, manifest) or "unknown"
    if axis == "lora":
        return lora_of(row, manifest) or "unknown"
    if axis == "adapters":
        return " + ".join(adapter_names(row)) or "none"
    value = row.get(axis)
    return "none" if value is None else str(value)


def resolve(layout: str | Pivot) -> Pivot:
    """Return the pivot of a name, or the pivot itself once it was checked.

    Raises:
        LayoutError: An unknown layout, axis or KPI.
    """
    if isinstance(layout, str):
        known = layouts()
        if layout not in known:
            raise LayoutError(f"unknown table layout {layout}; known: {', '.join(known)}")
        return known[layout]
    axes = (*layout.rows, *layout.columns)
    wrong = [axis for axis in (*axes, *layout.where) if axis not in (*AXES, "kpi")]
    if wrong:
        raise LayoutError(f"unknown axis {', '.join(wrong)}; known: kpi, {', '.join(AXES)}")
    if axes.count("kpi") != 1 or len(set(axes)) != len(axes):
        raise LayoutError('"kpi" must stand once, in rows or in columns, and no axis twice')
    unknown = [name for name in layout.kpis if name not in KPIS]
    if unknown or not layout.kpis:
        raise LayoutError(f"unknown KPI {', '.join(unknown) or '(none)'}; known: {', '.join(KPIS)}")
    return layout


@lru_cache(maxsize=4)
def template_data(name: str) -> dict[str, Any]:
    """Return a TOML file of the templates."""
    text = resources.files("resources").joinpath("templates", name).read_text(encoding="utf-8")
    return tomllib.loads(text)
