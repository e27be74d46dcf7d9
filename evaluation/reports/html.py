"""The HTML report: one file that works without a network; everything from the run is escaped."""

import base64
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from evaluation.kpi_tables import Cell, KpiTable
from evaluation.kpis import KPIS, format_number
from evaluation.registry import METRICS
from evaluation.reports.document import Document
from evaluation.reports.plots import plots
from evaluation.reports.reshape import unfolded

_BLANK = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


def render(document: Document) -> str:
    """Return the report as one HTML document."""
    environment = Environment(
        loader=PackageLoader("resources", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["delta"] = delta_text
    environment.filters["number"] = number_text
    template = environment.get_template("report.html.j2")
    shown_metrics = [
        METRICS[name]
        for name in dict.fromkeys(name for pair in document.pairs for name in pair.values)
    ]
    return template.render(
        document=document,
        summary=document.summary,
        all_passed=all(gate["status"] == "pass" for gate in document.summary.get("gates") or ()),
        manifest=document.evidence.manifest,
        tables=[(table, column_groups(table)) for table in map(unfolded, document.tables)],
        plots=plots(document.evidence),
        image=lambda name: image_data(document.root, name),
        use_cases=list(dict.fromkeys(pair.use_case for pair in document.pairs)),
        targets=list(dict.fromkeys(pair.target for pair in document.pairs)),
        metrics=shown_metrics,
        kpis=KPIS,
        css=_asset("report.css"),
        script=_asset("report.js"),
    )


def delta_text(cell: Cell) -> str:
    """Return the change as a table shows it: "+20.0 %", or in the unit where percent is none."""
    if cell.delta is None:
        return ""
    if cell.delta_percent is not None:
        text = format_number(cell.delta_percent, 1)
        return f"{'+' if cell.delta_percent > 0 or text == '0.0' else ''}{text} %"
    decimals = KPIS[cell.kpi].decimals
    return f"{'+' if cell.delta >= 0 else ''}{format_number(cell.delta, decimals)}"


def number_text(value: float, name: str) -> str:
    """Return a value with the decimals of its KPI, as everywhere."""
    return format_number(value, KPIS[name].decimals) if name in KPIS else f"{value:.4g}"


def column_groups(table: KpiTable) -> list[tuple[str, int]]:
    """Return (label, width) of the upper heading row; empty where headings have one label."""
    groups: list[tuple[str, int]] = []
    if any(len(column.labels) < 2 for column in table.columns):
        return groups
    for column in table.columns:
        label = column.labels[0]
        if groups and groups[-1][0] == label:
            groups[-1] = (label, groups[-1][1] + 1)
        else:
            groups.append((label, 1))
    return groups


def image_data(root: Path, name: str) -> str:
    """Return a PNG of the run as a data URI; a missing or foreign file as one blank pixel."""
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()):
        return _BLANK  # a manifest must not pull files from elsewhere into a report
    try:
        content = path.read_bytes()
    except OSError:
        return _BLANK
    if not content.startswith(b"\x89PNG\r\n\x1a\n"):
        return _BLANK
    return "data:image/png;base64," + base64.b64encode(content).decode("ascii")


def _asset(name: str) -> str:
    """Return our own CSS or script; with the plots, the only text that is marked safe."""
    from importlib import resources

    return resources.files("resources").joinpath("templates", name).read_text(encoding="utf-8")
