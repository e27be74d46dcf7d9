"""One U-Net step: our runner's forms against what else runs the same model on this processor.

    python -m benchmarks unet_step
    python -m benchmarks.unet_step --repeats 2 --no-compile           a smoke run

Ours: `qdq` (the NPU's graph as it is), `exact` (the same bits, fused) and `fast` (no activation
sites); the peers have no LoRA branch, so `fast` is there without one too. Peers: ONNX Runtime from
Python on the QDQ graph; the plain FP32 U-Net in ONNX Runtime, torch eager, torch.compile and
OpenVINO. All are loaded at once and called in turns, and processor time counts (all threads
together), which other work on the machine disturbs less than the clock. What LoRA as an input adds
by rank: `python -m benchmarks runner_lora_overhead`.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks._floors import macs_per_s, spread
from benchmarks._lora_bundles import GRAPH, feeds_of, write_bundle
from benchmarks._record import Table, publish
from benchmarks.adapter_switch import start_diffusers
from benchmarks.peers.environment import PeerMissing
from benchmarks.peers.known import DIFFUSERS, ONNX_RUNTIME, OPENVINO
from benchmarks.peers.process import PeerProcess
from benchmarks.runner_cpu_variants import (
    VARIANTS,
    make_feeds,
    open_variant,
    python_session,
)
from device.cpu_variants import add_cpu_variants
from device.runner_frames import Frame

FP32 = "ONNX Runtime, FP32"
WITHOUT = "QUAD Studio, fast, no LoRA inputs"
Call = Callable[[], float]


def main(arguments: Sequence[str] | None = None) -> int:
    """Call all sides in turns and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bundle", type=Path, default=Path("out/demo/bundle"))
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--no-compile", action="store_true", help="leave torch.compile out")
    given = parser.parse_args(arguments)
    manifest = json.loads((given.bundle / "bundle.json").read_text("utf-8"))
    with ExitStack() as stack:
        graph = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "unet_fp32.onnx"
        sides = Sides(stack)
        sides.ours(given, manifest)
        macs = sides.torch(given, manifest, graph)
        sides.others(given, manifest, graph)
        times = sides.measure(given.repeats)
    publish(
        [table(times, sides.notes), floors(times, macs, given.threads)],
        title="U-Net step",
        data={"ms": times, "macs": macs, "threads": given.threads},
        versions=sides.versions,
    )
    return 0


class Sides:
    """Everything that is called in turns.

    Args:
        stack: Ends processes and sessions.
    """

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._calls: dict[str, Call] = {}
        self.versions: dict[str, str] = {}
        self.notes: list[str] = []

    def ours(self, given: argparse.Namespace, manifest: dict[str, Any]) -> None:
        """Start the runner on each form of the graph."""
        add_cpu_variants(given.bundle)
        graph = given.bundle / manifest["components"]["unet"]["graph"]
        feeds = make_feeds(python_session(graph, given.threads))
        for variant in VARIANTS:
            self._runner(f"QUAD Studio, {variant}", given.bundle, variant, given.threads, feeds)
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        plain = write_bundle(given.bundle, folder / "plain", 0)
        feeds = feeds_of(plain / GRAPH)
        self._runner(WITHOUT, plain, "fast", given.threads, feeds)

    def _runner(self, name: str, bundle: Path, variant: Any, threads: int, feeds: Any) -> None:
        """Start a runner on one form of a bundle's U-Net."""
        session = open_variant(bundle, variant, threads)
        self._stack.callback(session.close)
        self._calls[name] = lambda: cpu_ms(session.ask_graph("unet", feeds))

    def torch(self, given: argparse.Namespace, manifest: dict[str, Any], graph: Path) -> int:
        """Start torch eager and compiled; eager writes the FP32 graph and counts operations."""
        setup = start_diffusers(given, manifest)
        eager = self._peer("torch eager, FP32", DIFFUSERS, setup)
        if eager is None:
            return 0
        eager.ask({"do": "export", "path": str(graph)})
        if not given.no_compile:
            self._peer("torch.compile, FP32", DIFFUSERS, {**setup, "compile": True})
        return int(eager.ask({"do": "count"})["macs"])

    def others(self, given: argparse.Namespace, manifest: dict[str, Any], graph: Path) -> None:
        """Start ONNX Runtime and OpenVINO."""
        threads = {"do": "start", "threads": given.threads}
        qdq = given.bundle / manifest["components"]["unet"]["graph"]
        self._peer("ONNX Runtime, QDQ graph", ONNX_RUNTIME, {**threads, "graph": str(qdq)})
        if graph.is_file():
            self._peer(FP32, ONNX_RUNTIME, {**threads, "graph": str(graph)})
            self._peer("OpenVINO, FP32", OPENVINO, {**threads, "graph": str(graph)})

    def measure(self, repeats: int) -> dict[str, list[float]]:
        """Call all in turns; the first round warms up, and whoever fails is left out."""
        times: dict[str, list[float]] = {name: [] for name in self._calls}
        for turn in range(repeats + 1):
            for name, call in list(self._calls.items()):
                try:
                    ms = call()
                except PeerMissing as exc:
                    self.notes.append(f"not measured: {name}: {exc}")
                    del self._calls[name], times[name]
                    continue
                if turn:
                    times[name].append(ms)
        return times

    def _peer(self, name: str, peer: Any, setup: dict[str, Any]) -> PeerProcess | None:
        """Start a peer and note its versions, or why it is not there."""
        try:
            process = self._stack.enter_context(PeerProcess(peer, setup))
        except PeerMissing as exc:
            self.notes.append(f"not measured: {exc}")
            return None
        self.versions |= process.facts["versions"]
        self._calls[name] = lambda: float(process.ask({"do": "step"})["cpu_ms"])
        return process


def cpu_ms(frame: Frame) -> float:
    """Return the processor time of a call in the runner."""
    return float(frame.header["timing_ms"]["cpu_ms"])


def table(times: dict[str, list[float]], notes: Sequence[str]) -> Table:
    """Return all sides; the ratio is the median over rounds, which a busy machine leaves steady."""
    base = times.get(FP32)
    rows = []
    for name, values in times.items():
        middle, width = spread(values)
        ratio = spread([a / b for a, b in zip(values, base, strict=True)])[0] if base else None
        rows.append([name, middle, width, min(values), ratio])
    return Table(
        title="One call, batch 1, processor time",
        columns=["side", "median ms", "IQR", "least ms", f"x {FP32}"],
        rows=rows,
        notes=[
            "ours carry the LoRA branch at full rank, but for the one that says no; the FP32 "
            "peers run without one",
            *notes,
        ],
    )


def floors(times: dict[str, list[float]], macs: int, threads: int) -> Table:
    """Say how long the multiply-accumulates alone take at the rate of a large matrix product."""
    rate = macs_per_s(threads)
    floor = 1e3 * macs / rate * threads  # of all threads together, as the times
    rows = [[name, floor, min(values), min(values) / floor] for name, values in times.items()]
    return Table(
        title="Distance to the floor",
        columns=["side", "floor ms", "least ms", "distance"],
        rows=rows if macs else [],
        notes=[
            f"{macs / 1e6:.0f} M multiply-accumulates at {rate / 1e9:.1f} G a second in FP32, "
            f"{threads} thread(s); INT8 arithmetic could go below"
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
