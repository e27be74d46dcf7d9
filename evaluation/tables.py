"""What a KPI table is once it is built: headings, rows and cells, to and from JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

NOT_RUN = "this combination was not run"


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes:
        value: In `unit`; None where there is none, or it is infinite.
        text: As every report shows it.
        unit: Of the value.
        note: Reason or remark, for a tooltip or footnote.
        state: "measured", "not measured", "not comparable", "fact" or "paper".
        kpi: Name of the KPI.
        stat: Statistic over the samples.
        n: Number of samples.
        low: Lower end of the 95 % interval.
        high: Upper end.
        baseline: The baseline's value.
        delta: value - baseline.
        delta_percent: In percent of the baseline.
        better: Whether the change is for the better; None without change or direction.
        gate: "pass", "warn" or "fail" of the gates that apply here, None without any.
    """

    value: float | None
    text: str
    unit: str = ""
    note: str = ""
    state: Literal["measured", "not measured", "not comparable", "fact", "paper"] = "measured"
    kpi: str = ""
    stat: str = ""
    n: int = 0
    low: float | None = None
    high: float | None = None
    baseline: float | None = None
    delta: float | None = None
    delta_percent: float | None = None
    better: bool | None = None
    gate: str | None = None


@dataclass(frozen=True)
class Heading:
    """A row's or column's heading.

    Attributes:
        labels: One text an axis, outermost first.
        unit: Unit, where the heading is a KPI.
        direction: Which way is better, where it is a KPI.
        note: Remark, for a tooltip: the KPI's definition or the target's nature.
        paper: Whether it holds numbers of the paper.
    """

    labels: tuple[str, ...]
    unit: str = ""
    direction: str = "none"
    note: str = ""
    paper: bool = False


@dataclass(frozen=True)
class TableRow:
    """A heading and its cells, one a column."""

    heading: Heading
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class KpiTable:
    """A table ready to be shown.

    Attributes:
        name: Layout name.
        title: Headline.
        corner: Names of the row axes.
        columns: Headings.
        rows: Rows.
        notes: Footnotes.
    """

    name: str
    title: str
    corner: tuple[str, ...]
    columns: tuple[Heading, ...]
    rows: tuple[TableRow, ...]
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return plain data, as in summary.json."""
        return asdict(self)


def table_from_json(data: Mapping[str, Any]) -> KpiTable:
    """Return the table that `KpiTable.as_json` gave."""
    return KpiTable(
        data["name"],
        data["title"],
        tuple(data["corner"]),
        tuple(_heading_from(entry) for entry in data["columns"]),
        tuple(
            TableRow(_heading_from(row["heading"]), tuple(Cell(**cell) for cell in row["cells"]))
            for row in data["rows"]
        ),
        tuple(data["notes"]),
    )


def _heading_from(data: Mapping[str, Any]) -> Heading:
    return Heading(**{**data, "labels": tuple(data["labels"])})
