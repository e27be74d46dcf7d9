"""Small SVG plots for the HTML report: every sample a dot, the statistic a line, its interval."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from evaluation.evidence import Evidence, Json
from evaluation.kpis import KPIS, LATENCIES, format_number
from evaluation.measure import measure, samples
from evaluation.mixed_settings import mixed_settings, settings_of
from evaluation.target_labels import device_of, namesakes_of

_WIDTH, _LABEL, _RIGHT = 560, 188, 30
_ROW, _TOP, _BOTTOM = 34, 8, 24
_SERIES = 6
_WIDEST_LABEL, _DETAIL = 320, 5.4  # of the small text, pixels a letter
PLOTTED = ("psnr_db", "ssim", "lpips_alex", "unet_step_ms", "end_to_end_ms")


@dataclass(frozen=True)
class Plot:
    """A plot with its caption."""

    title: str
    caption: str
    svg: str


@dataclass(frozen=True)
class _Series:
    label: str
    detail: str
    values: Sequence[float]
    value: float
    low: float | None
    high: float | None
    colour: int


def plots(evidence: Evidence) -> list[Plot]:
    """Return the plots that the run has samples for."""
    groups: dict[tuple[str, str, str, str], list[Json]] = {}
    ways, namesakes = mixed_settings(evidence), namesakes_of(evidence.measured)
    for row in evidence.measured:
        label = device_of(row, namesakes)
        way = ways.get(settings_of(row), "")
        key = (str(row.get("use_case")), way, str(row.get("target")), label)
        groups.setdefault(key, []).append(row)
    use_cases = list(dict.fromkeys(key[0] for key in groups))
    drawn = []
    for name in PLOTTED:
        series = []
        for (use_case, way, _, label), rows in groups.items():
            values = samples(evidence, name, rows)
            if len(values) < 2:
                continue
            now = measure(evidence, name, rows)
            if now.value is None:
                continue
            colour = use_cases.index(use_case) % _SERIES
            spoken = use_case.replace("_", " ")
            detail = f"{way}, {label}" if way else label
            series.append(_Series(spoken, detail, values, now.value, now.low, now.high, colour))
        if series:
            drawn.append(_plot(name, series))
    return drawn


def _plot(name: str, series: Sequence[_Series]) -> Plot:
    kpi = KPIS[name]
    unit = f" ({kpi.unit})" if kpi.unit else ""
    better = {"higher": "higher is better", "lower": "lower is better"}.get(kpi.direction, "")
    sample = "row" if kpi.source == "row" else "input"
    caption = f"a dot each {sample}; line: {kpi.stat} with its 95 % interval; {better}"
    if name in LATENCIES:
        caption += "; not a phone unless the label says so"
    return Plot(f"{kpi.title}{unit}", caption, _svg(series, kpi.decimals))


def _svg(series: Sequence[_Series], decimals: int) -> str:
    """Return one SVG; every text of the run in it is escaped."""
    everything = [value for one in series for value in one.values]
    low, high, ticks = _axis(min(everything), max(everything))
    label_width = min(_WIDEST_LABEL, max(_LABEL, *(_DETAIL * len(one.detail) for one in series)))
    height = _TOP + _ROW * len(series) + _BOTTOM
    inner = _WIDTH - label_width - _RIGHT

    def x(value: float) -> float:
        return round(label_width + (value - low) / (high - low) * inner, 2)

    parts = [f'<svg viewBox="0 0 {_WIDTH} {height}" role="img">']
    bottom = height - _BOTTOM
    for tick in ticks:
        parts.append(f'<line class="grid" x1="{x(tick)}" x2="{x(tick)}" y1="0" y2="{bottom}"/>')
        text = f"{tick:g}"
        parts.append(f'<text x="{x(tick)}" y="{height - 8}" text-anchor="middle">{text}</text>')
    random = np.random.default_rng(0)  # vertical jitter only, the same in every report
    for at, one in enumerate(series):
        middle = _TOP + _ROW * at + _ROW / 2
        parts.append(f'<g style="--c: var(--series-{one.colour})">')
        parts.append(f'<text class="name" x="0" y="{middle - 1:.1f}">{escape(one.label)}</text>')
        parts.append(
            f'<text x="0" y="{middle + 12:.1f}" font-size="10.5">{escape(one.detail)}</text>'
        )
        if one.low is not None and one.high is not None:
            width = max(1.0, x(one.high) - x(one.low))
            parts.append(
                f'<rect class="ci" x="{x(one.low)}" y="{middle - 12}" width="{width:.2f}"'
                ' height="24" rx="3"/>'
            )
        for value, jitter in zip(one.values, random.uniform(-7, 7, len(one.values)), strict=True):
            parts.append(
                f'<circle class="dot" cx="{x(value)}" cy="{middle + jitter:.1f}" r="3.2"/>'
            )
        mark = x(one.value)
        shown = format_number(one.value, decimals)
        parts.append(
            f'<line class="mean" x1="{mark}" x2="{mark}" y1="{middle - 12}" y2="{middle + 12}">'
            f"<title>{shown}</title></line></g>"
        )
    parts.append("</svg>")
    return "".join(parts)


def _axis(low: float, high: float) -> tuple[float, float, list[float]]:
    """Return rounded ends and four to seven ticks for a range.

    >>> _axis(28.1, 33.9)
    (28.0, 34.0, [28.0, 29.0, 30.0, 31.0, 32.0, 33.0, 34.0])
    """
    span = (high - low) or abs(high) or 1.0
    power = 10.0 ** math.floor(math.log10(span / 5))
    step = next(power * factor for factor in (1, 2, 5, 10) if span / (power * factor) <= 6)
    first, last = math.floor(low / step), math.ceil(high / step)
    last = max(last, first + 1)
    digits = max(0, -math.floor(math.log10(step)) + 1)
    ticks = [round(at * step, digits) for at in range(first, last + 1)]
    return ticks[0], ticks[-1], ticks
