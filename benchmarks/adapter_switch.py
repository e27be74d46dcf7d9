"""Changing the task: our runner against the ways a user finds elsewhere.

    python -m benchmarks adapter_switch
    python -m benchmarks.adapter_switch --repeats 5 --reloads 2       a smoke run

* ours, warm: the adapter is in the runner's cache; the addresses of its values are handed over.
* ours, cold: its file is mapped, checked and paged in first.
* ours, there and back: what a request takes beside its work, from Python over the socket.
* ONNX Runtime's LoraAdapter: nothing is bound; every run hands the tensors over again. Its switch
  is free once the adapter is loaded, so what counts is the load and what each run pays.

Warm, cold and `LoraAdapter`'s load are each timed in the process that does them, between two
U-Net calls, which leave the caches to none of them.
* session reload: one graph a task.
* diffusers: `set_adapters` among loaded ones; `load_lora_weights` + `fuse_lora` into the weights;
  PEFT's hot-swap, which copies another adapter's weights into the loaded one's.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks._floors import copy_bytes_per_s, read_bytes_per_s, spread
from benchmarks._record import Table, publish
from benchmarks.peers.environment import PeerMissing
from benchmarks.peers.known import DIFFUSERS, ONNX_RUNTIME
from benchmarks.peers.process import PeerProcess
from benchmarks.runner_switching import measure_runner, one_step_request
from device.host import HostTarget
from device.targets import SessionRequest

MODEL = Path("resources/demo/model")
ADAPTERS = Path("resources/demo/adapters")
NAMES = ("object_removal", "transform")
OURS = "QUAD Studio, warm"
COLD = "QUAD Studio, cold"
WAY = "QUAD Studio, a request's way there and back"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure all ways and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bundle", type=Path, default=Path("out/demo/bundle"))
    parser.add_argument("--repeats", type=int, default=30)
    parser.add_argument("--reloads", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args(arguments)
    manifest = json.loads((given.bundle / "bundle.json").read_text("utf-8"))
    times, overhead = ours(given, manifest)
    versions: dict[str, str] = {}
    notes: list[str] = []
    for measure in (onnx_runtime, diffusers_set, diffusers_fuse, diffusers_hotswap):
        try:
            found, peers = measure(given, manifest)
            times |= found
            versions |= peers
        except PeerMissing as exc:
            notes.append(f"not measured: {exc}")
    publish(
        [table(times, notes), floors(given, manifest, times, overhead)],
        title="Adapter switch",
        data={"ms": times, "loop_overhead_percent": overhead},
        versions=versions,
    )
    return 0


Times = dict[str, list[float]]


def ours(given: argparse.Namespace, manifest: dict[str, Any]) -> tuple[Times, float]:
    """Return the runner's switches, and its loop's overhead in percent of a U-Net step."""
    request = SessionRequest(bundle=given.bundle, threads=given.threads)
    with HostTarget().open_session(request) as session:
        rows = measure_runner(session, one_step_request(manifest), NAMES, given.repeats)
    times: Times = {}
    for name, kind in ((OURS, "warm"), (COLD, "cold"), (WAY, "there and back")):
        middle, half = rows[kind]["median_ms"], rows[kind]["iqr_ms"] / 2
        times[name] = [middle - half, middle, middle + half]
    return times, 100 * rows["loop overhead"]["median_ms"] / rows["unet step"]["median_ms"]


def onnx_runtime(
    given: argparse.Namespace, manifest: dict[str, Any]
) -> tuple[Times, dict[str, str]]:
    """Load adapters, run with and without one in turns, and make the session anew."""
    graph = given.bundle / manifest["components"]["unet"]["graph"]
    files = {entry["name"]: given.bundle / entry["file"] for entry in manifest["adapters"]}
    setup = {"do": "start", "graph": str(graph), "threads": given.threads}
    times: Times = {"ONNX Runtime, LoraAdapter load": [], "ONNX Runtime, paid at each run": []}
    with PeerProcess(ONNX_RUNTIME, setup) as peer:
        for turn in range(given.repeats):
            name = NAMES[turn % 2]
            load = {"do": "load", "name": name, "path": str(files[name])}
            peer.ask({"do": "step"})  # as ours, which loads between two calls
            times["ONNX Runtime, LoraAdapter load"].append(peer.ask(load)["ms"])
        for turn in range(given.repeats):
            active = peer.ask({"do": "step", "adapter": NAMES[turn % 2]})["cpu_ms"]
            plain = peer.ask({"do": "step"})["cpu_ms"]
            times["ONNX Runtime, paid at each run"].append(active - plain)
        reloads = [peer.ask({"do": "reload"})["ms"] for _ in range(given.reloads)]
        times["session reload (one graph a task)"] = reloads
        return times, peer.facts["versions"]


def start_diffusers(given: argparse.Namespace, manifest: dict[str, Any]) -> dict[str, Any]:
    """Return what diffusers' process is told first."""
    size = manifest["geometry"]
    return {
        "do": "start", "model": str(MODEL), "threads": given.threads,
        "latent": [size["latent_height"], size["latent_width"]], "tokens": size["text_tokens"],
    }  # fmt: skip


def diffusers_set(
    given: argparse.Namespace, manifest: dict[str, Any]
) -> tuple[Times, dict[str, str]]:
    """Switch among loaded adapters with `set_adapters`."""
    with PeerProcess(DIFFUSERS, start_diffusers(given, manifest)) as peer:
        for name in NAMES:
            peer.ask({"do": "load", "name": name, "path": str(ADAPTERS / name)})
        ms, sums = [], []
        for turn in range(given.repeats + 2):
            ms.append(peer.ask({"do": "set", "name": NAMES[turn % 2]})["ms"])
            if turn < 2:
                sums.append(peer.ask({"do": "step"})["checksum"])
        check_that_it_switched("set_adapters", sums)
        return {"diffusers set_adapters (loaded)": ms[2:]}, peer.facts["versions"]


def diffusers_fuse(
    given: argparse.Namespace, manifest: dict[str, Any]
) -> tuple[Times, dict[str, str]]:
    """Unfuse, load another adapter and fuse it."""
    return from_disk(given, manifest, "fuse", "diffusers load_lora + fuse")


def diffusers_hotswap(
    given: argparse.Namespace, manifest: dict[str, Any]
) -> tuple[Times, dict[str, str]]:
    """Copy another adapter's weights into the loaded one's."""
    return from_disk(given, manifest, "hotswap", "PEFT hot-swap (from disk)")


def from_disk(
    given: argparse.Namespace, manifest: dict[str, Any], how: str, label: str
) -> tuple[Times, dict[str, str]]:
    """Switch by `how`, which reads the other adapter's file each time."""
    with PeerProcess(DIFFUSERS, start_diffusers(given, manifest)) as peer:
        ms, sums = [], []
        for turn in range(max(4, given.repeats // 3)):
            path = str(ADAPTERS / NAMES[turn % 2])
            ms.append(peer.ask({"do": how, "path": path})["ms"])
            if turn < 2:
                sums.append(peer.ask({"do": "step"})["checksum"])
        check_that_it_switched(how, sums)
        return {label: ms[2:]}, peer.facts["versions"]


def check_that_it_switched(how: str, sums: Sequence[float]) -> None:
    """Refuse a measurement of something that changed nothing."""
    if len(set(sums)) < len(sums):
        raise PeerMissing("diffusers + PEFT", f"{how}: the second adapter changed nothing")


def table(times: Times, notes: Sequence[str]) -> Table:
    """Return all ways beside ours."""
    warm = spread(times[OURS])[0]
    rows = []
    for name, values in times.items():
        middle, width = spread(values)
        rows.append([name, middle, width, middle / warm])
    return Table(
        title="Switch from one adapter to another",
        columns=["way", "median ms", "IQR", "x our warm switch"],
        rows=rows,
        notes=[
            "`LoraAdapter` needs no switch once it is loaded: what it pays instead is handing all "
            "tensors over at every run, of which an image has one for each step",
            *notes,
        ],
    )


def floors(
    given: argparse.Namespace, manifest: dict[str, Any], times: Times, overhead: float
) -> Table:
    """Say what a switch must cost at least, and how far we are from it."""
    entry = next(e for e in manifest["adapters"] if e["name"] == NAMES[0])
    file = given.bundle / entry["file"]
    size = file.stat().st_size
    reading = 1e3 * size / read_bytes_per_s(file)
    copying = 1e3 * size / copy_bytes_per_s()
    warm, cold = spread(times[OURS])[0], spread(times[COLD])[0]
    reload = spread(times.get("session reload (one graph a task)", [float("nan")]))[0]
    return Table(
        title="Floors",
        columns=["what", "floor ms", "ours ms", "distance"],
        rows=[
            ["cold: read the adapter's bytes once", reading, cold, cold / reading],
            ["warm: no byte moves; copying the adapter would take", copying, warm, warm / copying],
            ["session reload against our warm switch (want 100)", None, None, reload / warm],
            ["loop overhead, % of a U-Net step (want at most 2)", None, overhead, None],
        ],
        notes=[f"{size / 1e3:.0f} kB an adapter; floors measured on one core in the same run"],
    )


if __name__ == "__main__":
    sys.exit(main())
