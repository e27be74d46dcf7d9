"""Whole images: our runner against diffusers in FP32, and stable-diffusion.cpp where it can.

    python -m benchmarks full_images
    python -m benchmarks.full_images --repeats 1 --steps 2            a smoke run
    python -m benchmarks.full_images --sd-cpp sd-v1-5.safetensors     with a checkpoint it loads

Same input, prompt, steps and threads; the sides take turns. stable-diffusion.cpp knows the sizes
of published checkpoints only and cannot load the demo model: it is measured with --sd-cpp, on that
checkpoint's own 512 x 512, beside the time of one of its steps.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks._floors import macs_per_s, spread
from benchmarks._record import Table, publish
from benchmarks.adapter_switch import ADAPTERS, MODEL
from benchmarks.peers.environment import PeerMissing
from benchmarks.peers.known import DIFFUSERS, SD_CPP
from benchmarks.peers.process import PeerProcess
from device.cpu_variants import add_cpu_variants
from device.host import HostTarget
from device.targets import SessionRequest
from quad_studio.bundle import open_bundle
from quad_studio.inputs import load_input_set
from quad_studio.sessions.session import Session

USE_CASE = "object_removal"
INPUTS = Path("resources/demo/inputs") / USE_CASE / "inputs.jsonl"
PEER = "diffusers, FP32"
VARIANTS = ("qdq", "exact", "fast")


def main(arguments: Sequence[str] | None = None) -> int:
    """Let the sides take turns and print a table."""
    given = parse(arguments)
    add_cpu_variants(given.bundle)
    item = load_input_set(INPUTS, use_case=USE_CASE).items[0]
    times: dict[str, list[float]] = {}
    versions: dict[str, str] = {}
    notes: list[str] = []
    with ExitStack() as stack:
        calls = our_calls(given, item, stack)
        try:
            calls[PEER], found = diffusers_call(given, item, stack)
            versions |= found
        except PeerMissing as exc:
            notes.append(f"not measured: {exc}")
        for turn in range(given.repeats + 1):
            for name, call in calls.items():
                ms = call()
                if turn:
                    times.setdefault(name, []).append(ms)
    tables = [table(times, given, notes)]
    tables.append(sd_cpp_table(given, versions))
    publish(tables, title="Whole images", data={"ms": times}, versions=versions)
    return 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bundle", type=Path, default=Path("out/demo/bundle"))
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--sd-cpp", type=Path, metavar="CHECKPOINT")
    return parser.parse_args(arguments)


def our_calls(
    given: argparse.Namespace, item: Any, stack: ExitStack
) -> dict[str, Callable[[], float]]:
    """Return a call for each form of our graph; it gives the runner's own end-to-end time."""
    bundle, target = open_bundle(given.bundle), HostTarget()
    calls: dict[str, Callable[[], float]] = {}
    for variant in VARIANTS:
        request = SessionRequest(bundle=given.bundle, threads=given.threads, variant=variant)
        runner = target.open_session(request)
        stack.callback(runner.close)
        session = Session(runner, bundle, target.describe())
        settings = session.settle(USE_CASE, steps=given.steps, sampler="ddim", guidance=1.0)
        ready = session.prepare(settings, item)

        def call(session: Session = session, ready: Any = ready) -> float:
            return float(session.ask(ready).result.timing_ms["end_to_end_ms"])

        calls[f"QUAD Studio, {variant}"] = call
    return calls


def diffusers_call(
    given: argparse.Namespace, item: Any, stack: ExitStack
) -> tuple[Callable[[], float], dict[str, str]]:
    """Return a call of diffusers' inpainting pipeline with the same adapter."""
    manifest = json.loads((given.bundle / "bundle.json").read_text("utf-8"))
    setup = {
        "do": "pipeline", "model": str(MODEL), "threads": given.threads,
        "adapter": str(ADAPTERS / USE_CASE), "image": str(item.image), "mask": str(item.mask),
    }  # fmt: skip
    peer = stack.enter_context(PeerProcess(DIFFUSERS, setup))
    request = {
        "do": "image", "prompt": item.prompt, "steps": given.steps, "seed": item.seed,
        "size": manifest["geometry"]["image_height"],
    }  # fmt: skip
    return lambda: float(peer.ask(request)["ms"]), peer.facts["versions"]


def table(times: dict[str, list[float]], given: argparse.Namespace, notes: Sequence[str]) -> Table:
    """Return all sides with their ratio to the peer over the rounds."""
    base = times.get(PEER)
    rows = []
    for name, values in times.items():
        middle, width = spread(values)
        ratio = spread([a / b for a, b in zip(values, base, strict=True)])[0] if base else None
        rows.append([name, middle, width, ratio])
    rate = macs_per_s(given.threads)
    return Table(
        title=f"One image of {given.steps} steps, {given.threads} thread(s)",
        columns=["side", "median ms", "IQR", f"x {PEER}"],
        rows=rows,
        notes=[
            f"floor: the multiply-accumulates of {given.steps} steps (U-Net step) at "
            f"{rate / 1e9:.1f} G a second, plus the VAE's",
            *notes,
        ],
    )


def sd_cpp_table(given: argparse.Namespace, versions: dict[str, str]) -> Table:
    """Measure stable-diffusion.cpp on a checkpoint, or say why not."""
    title, columns = "stable-diffusion.cpp", ["what", "ms"]
    if given.sd_cpp is None:
        why = "not run: it cannot load the demo model; give --sd-cpp CHECKPOINT (SD 1.x or 2.x)"
        return Table(title=title, columns=columns, rows=[], notes=[why])
    setup = {"do": "start", "checkpoint": str(given.sd_cpp), "threads": given.threads}
    request = {"do": "image", "prompt": "a cat", "size": 512, "seed": 1}
    try:
        with PeerProcess(SD_CPP, setup, timeout_s=3600) as peer:
            versions |= peer.facts["versions"]
            one = float(peer.ask({**request, "steps": 1})["ms"])
            more = float(peer.ask({**request, "steps": 3})["ms"])
    except PeerMissing as exc:
        return Table(title=title, columns=columns, rows=[], notes=[f"not measured: {exc}"])
    rows = [["one image of 1 step", one], ["one further step", (more - one) / 2]]
    return Table(title=title, columns=columns, rows=rows, notes=[f"{given.sd_cpp.name}, 512 x 512"])


if __name__ == "__main__":
    sys.exit(main())
