"""One attempt to compile a big graph for an NPU, ended before it takes the machine's memory."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from device.errors import ToolchainError
from device.toolchains.qualcomm import HtpJob, context_files, find_soc, run_job

_LOOK_EVERY_S = 1.0


@dataclass(frozen=True)
class Attempt:
    """How an attempt ended.

    Attributes:
        outcome: "compiled", or why not, in one line.
        compiled: Whether there is a binary.
        seconds, peak_gib: Until it ended, of the compiler's process.
        nodes, nodes_off_npu: Of the compiled graph.
        binary_mb: Size of the compiled binary.
    """

    outcome: str
    compiled: bool
    seconds: float
    peak_gib: float
    nodes: int = 0
    nodes_off_npu: int = 0
    binary_mb: float = 0.0


class _StoppedError(Exception):
    """The attempt came to a limit of ours."""


def attempt(
    graph: Path, context: Path, *, soc: str, limit_gib: float, limit_s: float, optimization: int = 0
) -> Attempt:
    """Compile `graph`; stop the compiler at a limit on its memory or time."""
    start, peak = time.monotonic(), Peak(_child_resident_gib)
    context.parent.mkdir(parents=True, exist_ok=True)

    def check() -> None:
        seconds = time.monotonic() - start
        if peak.look() > limit_gib:
            raise _StoppedError(f"stopped above {limit_gib:g} GiB")
        if seconds > limit_s:
            raise _StoppedError(f"stopped after {limit_s:g} s")

    job = HtpJob(graph, find_soc(soc), context=context, optimization=optimization)
    try:
        report = run_job(job, check=check)
    except (ToolchainError, _StoppedError) as exc:
        return Attempt(str(exc)[:300], False, time.monotonic() - start, peak.highest_gib)
    return Attempt(
        "compiled",
        True,
        report.session_s,
        max(peak.highest_gib, report.peak_memory_mb / 1024),
        report.nodes_on_npu,
        len(report.nodes_off_npu),
        context_files(context)[1].stat().st_size / 1e6,
    )


class Peak:
    """The highest of values that are looked at now and then.

    Args:
        measure: Returns the value now, in GiB.
        every_s: Least time between two measurements.
    """

    def __init__(self, measure: Callable[[], float], every_s: float = _LOOK_EVERY_S) -> None:
        self.highest_gib = 0.0
        self._measure, self._every_s, self._next = measure, every_s, 0.0

    def look(self) -> float:
        """Measure, unless that was done just now; return the highest value so far."""
        now = time.monotonic()
        if now >= self._next:
            self._next = now + self._every_s
            self.highest_gib = max(self.highest_gib, self._measure())
        return self.highest_gib


def _child_resident_gib() -> float:
    """Return what this process's children have resident together."""
    own = str(os.getpid())
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(
                line.split(":", 1) for line in status.read_text("utf-8", "replace").splitlines()
            )
        except (OSError, ValueError):
            continue  # it ended while we looked
        if fields.get("PPid", "").strip() == own and "VmRSS" in fields:
            total += int(fields["VmRSS"].split()[0])
    return total / 2**20
