"""Key performance indicators (KPIs): name, unit, direction, and where a run holds the value.

Names carry their unit. Definitions for a person are in docs/kpis.md. 1 MB is 1,000,000 bytes.
"""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from evaluation.registry import METRICS

Row = Mapping[str, Any]
Manifest = Mapping[str, Any]
Source = Literal["row", "switch", "target", "bundle", "metric", "set", "verdict", "fact"]
BYTES_PER_MB = 1_000_000


@dataclass(frozen=True)
class Kpi:
    """One number, or fact, that a table can show.

    Attributes:
        name: With its unit.
        title: What a table shows.
        unit: "ms", "MB", "dB" or "".
        direction: Which way is better.
        decimals: Digits shown, the same in every report.
        stat: The statistic over rows that a table shows.
        source: Where the value comes from: "row" (each measured row),
            "switch" (rows in which the adapter changed, warm-ups too), "target" (once a target),
            "bundle" (the graph and the adapter), "metric" (scores of rows), "set" (scores of
            whole image sets), "verdict" (what people decided), "fact" (text, such as the sampler).
        definition: One sentence.
        read: Returns the value for one row, None where it was not measured.
    """

    name: str
    title: str
    unit: str
    direction: Literal["higher", "lower", "none"]
    decimals: int
    stat: str
    source: Source
    definition: str
    read: Callable[[Row, Manifest], float | str | None]


def format_number(value: float, decimals: int) -> str:
    """Return the value with fixed digits; a true minus zero never shows.

    >>> format_number(1234.5, 1), format_number(-0.001, 2)
    ('1234.5', '0.00')
    """
    text = f"{value:.{decimals}f}"
    return text[1:] if text.startswith("-") and not text.strip("-0.") else text


def adapter_names(row: Row) -> list[str]:
    """Return the names of the adapters that were active in the row."""
    names = [str(adapter["name"]) for adapter in row.get("adapters") or () if adapter.get("name")]
    return names or ([str(row["adapter"])] if row.get("adapter") else [])


def precision_of(row: Row, manifest: Manifest) -> str | None:
    """Return "x:y", the shares of the U-Net's activations in INT8 and INT16, in percent."""
    if row.get("precision"):
        return str(row["precision"])
    bundle = _bundle_of(row, manifest)
    quantization = bundle.get("quantization") or {}
    fraction = quantization.get("int8_activation_fraction")
    if fraction is None:
        return None
    percent = round(100 * float(fraction))
    return f"{percent}:{100 - percent}"


def lora_of(row: Row, manifest: Manifest) -> str | None:
    """Return the type of the LoRA codes in the row's graph, "INT16" or "INT8"."""
    quantization = _bundle_of(row, manifest).get("quantization") or {}
    lora = quantization.get("lora")
    return str(lora).upper() if lora else None


def _bundle_of(row: Row, manifest: Manifest) -> Mapping[str, Any]:
    """Return the bundle's entry for this row; a run of several graphs lists them by hash."""
    several = manifest.get("bundles") or {}
    found = several.get(row.get("graph_sha256")) or manifest.get("bundle") or {}
    return found if isinstance(found, Mapping) else {}


def _timing(key: str) -> Callable[[Row, Manifest], float | None]:
    def read(row: Row, manifest: Manifest) -> float | None:
        value = (row.get("timing_ms") or {}).get(key)
        if isinstance(value, Sequence) and not isinstance(value, str):
            return float(statistics.median(value)) if value else None
        return None if value is None else float(value)

    return read


def _overhead(row: Row, manifest: Manifest) -> float | None:
    """Return what of a request's time on the device was not spent in graphs, in percent of those.

    Adapter switches are part of it; loading graphs (sequential policy) is not.
    """
    timing = row.get("timing_ms") or {}
    total = timing.get("end_to_end_ms")
    if total is None or not timing.get("unet_step_ms"):
        return None
    phases = ("text_encoder_ms", "vae_encoder_ms", "vae_decoder_ms")
    graphs = sum(float(timing.get(phase) or 0.0) for phase in phases)
    graphs += sum(float(ms) for ms in timing["unet_step_ms"])
    spent = float(total) - float(timing.get("load_ms") or 0.0)
    return 100.0 * (spent - graphs) / graphs if graphs > 0 else None


def _memory(key: str) -> Callable[[Row, Manifest], float | None]:
    def read(row: Row, manifest: Manifest) -> float | None:
        value = (row.get("memory") or {}).get(key)
        return None if value is None else float(value)

    return read


def _switch(kind: str, key: str = "ms") -> Callable[[Row, Manifest], float | None]:
    def read(row: Row, manifest: Manifest) -> float | None:
        switch = row.get("switch") or {}
        if switch.get("kind") != kind or switch.get(key) is None:
            return None
        return float(switch[key])

    return read


def _retained(row: Row, manifest: Manifest) -> float | None:
    switched = (row.get("switch") or {}).get("kind") in ("cold", "warm")
    return _memory("retained_mb")(row, manifest) if switched else None


def _of_target(key: str) -> Callable[[Row, Manifest], float | None]:
    def read(row: Row, manifest: Manifest) -> float | None:
        own = (row.get("session") or {}).get(key)
        listed = (manifest.get("target_kpis") or {}).get(row.get("target")) or {}
        value = own if own is not None else listed.get(key)
        return None if value is None else float(value)

    return read


def _fm_rom(row: Row, manifest: Manifest) -> float | None:
    bundle = _bundle_of(row, manifest)
    count = (bundle.get("rom") or {}).get("foundation_bytes")
    return None if count is None else float(count) / BYTES_PER_MB


def _lora_rom(row: Row, manifest: Manifest) -> float | None:
    bundle = _bundle_of(row, manifest)
    sizes = dict((bundle.get("rom") or {}).get("adapters") or {})
    for adapter in bundle.get("adapters") or ():
        if isinstance(adapter, Mapping) and adapter.get("bytes") is not None:
            sizes.setdefault(str(adapter["name"]), adapter["bytes"])
    names = adapter_names(row)
    if not names or any(name not in sizes for name in names):
        return None
    return sum(float(sizes[name]) for name in names) / BYTES_PER_MB


def _fact(key: str) -> Callable[[Row, Manifest], str | None]:
    def read(row: Row, manifest: Manifest) -> str | None:
        value = row.get(key)
        return None if value is None else str(value)

    return read


def _no_row_value(row: Row, manifest: Manifest) -> None:
    """Metrics come from scores and verdicts from people, not from rows."""


def _lower(
    name: str,
    title: str,
    stat: str,
    source: Source,
    read: Callable[[Row, Manifest], float | None],
    definition: str,
    *,
    unit: str = "ms",
    decimals: int = 1,
) -> Kpi:
    return Kpi(name, title, unit, "lower", decimals, stat, source, definition, read)


_ALL: tuple[Kpi, ...] = (
    Kpi("sampler", "Sampler", "", "none", 0, "", "fact", "The sampler.", _fact("sampler")),
    Kpi("steps", "Steps", "", "none", 0, "", "fact", "Denoising steps.", _fact("steps")),
    _lower(
        "text_encoder_ms",
        "Text encoder execute",
        "median",
        "row",
        _timing("text_encoder_ms"),
        "One run of the text encoder.",
    ),
    _lower(
        "vae_encoder_ms",
        "VAE encoder execute",
        "median",
        "row",
        _timing("vae_encoder_ms"),
        "All runs of the VAE encoder that one image needs.",
    ),
    _lower(
        "unet_step_ms",
        "U-Net execute",
        "median",
        "row",
        _timing("unet_step_ms"),
        "One U-Net call: the median call of a row, then the statistic over rows.",
    ),
    _lower(
        "vae_decoder_ms",
        "VAE decoder execute",
        "median",
        "row",
        _timing("vae_decoder_ms"),
        "One run of the VAE decoder.",
    ),
    _lower(
        "end_to_end_ms",
        "End to end",
        "median",
        "row",
        _timing("end_to_end_ms"),
        "From the request's arrival at the runner to the decoded image, without queueing.",
    ),
    _lower(
        "init_ms",
        "Init time",
        "median",
        "target",
        _of_target("init_ms"),
        "From the runner's start until its graphs can run.",
    ),
    _lower(
        "switch_cold_ms",
        "Switch, adapter not in memory",
        "median",
        "switch",
        _switch("cold"),
        "Reading, checking and binding an adapter that was not loaded.",
        decimals=2,
    ),
    _lower(
        "switch_warm_ms",
        "Switch, adapter in memory",
        "median",
        "switch",
        _switch("warm"),
        "Binding an adapter that is still loaded.",
        decimals=3,
    ),
    _lower(
        "request_to_work_ms",
        "Request to first work",
        "median",
        "row",
        _timing("request_to_work_ms"),
        "From handing a request over until the runner works on it, at most: the first step's "
        "report less what the runner had done by then.",
        decimals=2,
    ),
    _lower(
        "loop_overhead_percent",
        "Time outside the graphs",
        "median",
        "row",
        _overhead,
        "End to end less the times of all graphs, in percent of these.",
        unit="%",
        decimals=2,
    ),
    _lower(
        "fm_rom_mb",
        "Shared FM ROM",
        "median",
        "bundle",
        _fm_rom,
        "Bytes of all graphs of the foundation model on the device, once for all use cases.",
        unit="MB",
        decimals=2,
    ),
    _lower(
        "lora_rom_mb",
        "LoRA ROM",
        "median",
        "bundle",
        _lora_rom,
        "Bytes of the adapter files that the use case needs on the device.",
        unit="MB",
        decimals=2,
    ),
    _lower(
        "peak_ram_mb",
        "Peak RAM",
        "max",
        "row",
        _memory("peak_ram_mb"),
        "Largest resident memory of the runner process so far (VmHWM).",
        unit="MB",
    ),
    _lower(
        "retained_mb_per_switch",
        "RAM kept per switch",
        "median",
        "switch",
        _retained,
        "Growth of the runner's memory over one adapter switch.",
        unit="MB",
        decimals=2,
    ),
    _lower(
        "nodes_off_npu",
        "Nodes off the NPU",
        "max",
        "target",
        _of_target("nodes_off_npu"),
        "Graph nodes that ran on a fallback provider.",
        unit="",
        decimals=0,
    ),
)


def _metric_kpis() -> dict[str, Kpi]:
    """Return the quality metrics as KPIs: the mean over inputs."""
    return {
        metric.name: Kpi(
            metric.name,
            metric.title,
            metric.unit,
            metric.direction,
            metric.decimals,
            "mean",
            "set" if metric.kind == "set" else "metric",
            "Quality of the device's image against the FP32 reference; see docs/metrics.md.",
            _no_row_value,
        )
        for metric in METRICS.values()
    }


_VERDICTS: tuple[Kpi, ...] = (
    Kpi(
        "accepted_percent",
        "Accepted by people",
        "%",
        "higher",
        0,
        "mean",
        "verdict",
        "Judged pairs that were accepted; unsure ones count as judged.",
        _no_row_value,
    ),
    _lower(
        "rejected_percent",
        "Rejected by people",
        "mean",
        "verdict",
        _no_row_value,
        "Judged pairs that were rejected; unsure ones count as judged.",
        unit="%",
        decimals=0,
    ),
    _lower(
        "reference_preferred_percent",
        "FP32 preferred, blind",
        "mean",
        "verdict",
        _no_row_value,
        "Votes for the FP32 picture with the labels hidden; no difference counts half.",
        unit="%",
        decimals=0,
    ),
)
KPIS: dict[str, Kpi] = (
    {kpi.name: kpi for kpi in _ALL} | _metric_kpis() | {kpi.name: kpi for kpi in _VERDICTS}
)
LATENCIES: frozenset[str] = frozenset(kpi.name for kpi in _ALL if kpi.unit == "ms")
"""Numbers that say nothing about a phone unless they were measured on one."""
