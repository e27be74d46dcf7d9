"""What a benchmark leaves behind: tables, the machine, versions; as JSON and as Markdown."""

import json
import math
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

RESULT_VARIABLE = "QUAD_BENCHMARK_RESULT"
SCHEMA = "quad-studio/benchmark/1"
PACKAGES = ("torch", "onnxruntime", "diffusers", "peft", "numpy")


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of a benchmark; cells are text or numbers.

    Attributes:
        notes: What a reader must know, one line each.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    notes: Sequence[str] = field(default_factory=list)

    def markdown(self) -> str:
        """Return the table as Markdown, its notes below."""
        lines = [f"### {self.title}", "", line_of(self.columns), f"|{'---|' * len(self.columns)}"]
        lines += [line_of([number_text(cell) for cell in row]) for row in self.rows]
        lines += ["", *(f"- {note}" for note in self.notes)] if self.notes else []
        return "\n".join(lines)


def line_of(cells: Sequence[Any]) -> str:
    """Return a line of a Markdown table."""
    return f"| {' | '.join(str(cell).replace('|', '/') for cell in cells)} |"


def number_text(value: Any) -> str:
    """Return a cell's text: three digits that count.

    >>> [number_text(v) for v in (None, 3, 0.01234, 12.34, 123456.7, "x", float("inf"))]
    ['', '3', '0.0123', '12.3', '123457', 'x', 'no limit']
    """
    if value is None:
        return ""
    if not isinstance(value, float):
        return str(value)
    if not math.isfinite(value):
        return "no limit" if value > 0 else str(value)
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def publish(
    tables: Sequence[Table],
    *,
    title: str,
    data: Any = None,
    versions: Mapping[str, str] | None = None,
    as_json: bool = False,
) -> None:
    """Print the tables, and hand the numbers to the runner that asked for them.

    Args:
        tables: What a reader sees.
        title: Of the benchmark.
        data: Raw numbers, as JSON.
        versions: Of peers that do not live in the project's environment.
        as_json: Print JSON instead.
    """
    result = {
        "title": title,
        "tables": [asdict(table) for table in tables],
        "versions": dict(versions or {}),
        "data": data,
    }
    place = os.environ.get(RESULT_VARIABLE)
    if place:
        Path(place).write_text(json.dumps(finite(result), indent=1), encoding="utf-8")
    if as_json:
        print(json.dumps(finite(result), indent=1))
    else:
        print("\n\n".join(table.markdown() for table in tables))
    sys.stdout.flush()


def finite(value: Any) -> Any:
    """Return `value` as JSON takes it: an infinity becomes a text."""
    if isinstance(value, Mapping):
        return {key: finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [finite(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "no limit" if value > 0 else "unknown"
    return value


def machine() -> dict[str, Any]:
    """Return what the numbers were measured on."""
    return {
        "cpus": os.cpu_count(),
        "cpu": cpu_name(),
        "architecture": platform.machine(),
        "system": platform.system(),
        "memory_gib": round(memory_bytes() / 2**30, 1),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    }


def cpu_name() -> str:
    """Return the processor's name where Linux tells it."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def memory_bytes() -> int:
    """Return the physical memory, 0 where it is not told."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return 0
