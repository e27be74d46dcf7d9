"""How a KPI is shown: label, unit, which way is better, digits; from evaluation's own table."""

import math
from dataclasses import dataclass
from functools import cache

from ui.core_texts import core_text, spoken_language


@dataclass(frozen=True)
class KpiStyle:
    """How one KPI is shown.

    Attributes:
        better: "higher", "lower" or "none".
        group: "quality", "verdict", "latency", "memory" or "fact".
    """

    name: str
    label: str
    unit: str = ""
    better: str = "none"
    digits: int = 3
    group: str = "memory"
    definition: str = ""

    def text(self, value: float | None, *, signed: bool = False) -> str:
        """Return `value` with this KPI's digits, a dash for None.

        >>> KpiStyle("psnr_db", "PSNR", "dB", "higher", 2).text(33.018)
        '33.02'
        """
        if value is None or math.isnan(value):
            return "–"
        if math.isinf(value):
            return "∞" if value > 0 else "-∞"
        from evaluation.kpis import format_number  # costs a part of the start-up time

        text = format_number(value, self.digits)
        return f"+{text}" if signed and value > 0 else text

    @property
    def header(self) -> str:
        """Return label, unit and an arrow for the direction."""
        arrow = {"higher": " ↑", "lower": " ↓"}.get(self.better, "")
        unit = f" ({self.unit})" if self.unit else ""
        return f"{self.label}{unit}{arrow}"

    def is_better(self, delta: float) -> bool | None:
        """Return whether a change of `delta` is an improvement; None when that is undefined."""
        if not delta or self.better not in ("higher", "lower"):
            return None
        return (delta > 0) == (self.better == "higher")


def kpi_style(name: str) -> KpiStyle:
    """Return how `name` is shown; an unknown name is shown as it is."""
    return _style(name, spoken_language())


@cache
def _style(name: str, language: str) -> KpiStyle:
    """Return the style of `name` with its words in `language`, which is the user's."""
    from evaluation.kpis import KPIS  # costs a part of the start-up time

    kpi = KPIS.get(name)
    if kpi is None:
        return KpiStyle(name, name)
    if kpi.source in ("metric", "set"):
        group = "quality"
    elif kpi.source == "verdict":
        group = "verdict"
    elif kpi.source == "fact":
        group = "fact"
    else:
        group = "latency" if kpi.unit == "ms" else "memory"
    label, definition = core_text(kpi.title), core_text(kpi.definition)
    return KpiStyle(name, label, kpi.unit, kpi.direction, kpi.decimals, group, definition)


def known_names() -> tuple[str, ...]:
    """Return every KPI that has numbers: quality first, then verdicts, time and memory."""
    from evaluation.kpis import KPIS

    groups = ("quality", "verdict", "latency", "memory")
    return tuple(name for group in groups for name in KPIS if kpi_style(name).group == group)
