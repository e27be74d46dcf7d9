"""Memory and ROM for 1, 2, 4 and 10 adapters: one shared graph against the usual ways.

    python -m benchmarks adapter_memory
    python -m benchmarks.adapter_memory --counts 1,2                  a smoke run

Each way runs in a process of its own: it loads the base and N adapters, runs a step, and its
proportional memory (PSS) is read. "Adapters cost" is what a further adapter adds.

* ours: the runner with N adapters in its cache.
* ONNX Runtime, shared base: one session, N `LoraAdapter` objects.
* ONNX Runtime, one graph a task: N sessions, as when each LoRA is compiled into a binary.
* diffusers: the FP32 U-Net with N adapters loaded.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks._record import Table, publish
from benchmarks.adapter_switch import ADAPTERS, MODEL, NAMES, start_diffusers
from benchmarks.peers.environment import PeerMissing
from benchmarks.peers.known import DIFFUSERS, ONNX_RUNTIME
from benchmarks.peers.process import PeerProcess
from benchmarks.runner_switching import one_step_request
from device.host import HostTarget
from device.targets import AdapterUse, SessionRequest
from quad_studio.bundle import open_bundle, write_manifest

OURS = "QUAD Studio"
SHARED = "ONNX Runtime, shared base"
SEPARATE = "ONNX Runtime, one graph a task"
PEFT = "diffusers + PEFT, FP32"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every way with every number of adapters."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bundle", type=Path, default=Path("out/demo/bundle"))
    parser.add_argument("--counts", default="1,2,4,10")
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args(arguments)
    counts = [int(word) for word in given.counts.split(",")]
    memory: dict[str, dict[int, float]] = {}
    versions: dict[str, str] = {}
    notes: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        bundle = with_adapters(given.bundle, Path(folder) / "bundle", max(counts))
        given.bundle = bundle
        manifest = json.loads((bundle / "bundle.json").read_text("utf-8"))
        for count in counts:
            memory.setdefault(OURS, {})[count] = ours(given, manifest, count)
            for name, way in ((SHARED, shared), (SEPARATE, separate), (PEFT, peft)):
                try:
                    found, peers = way(given, manifest, count)
                    memory.setdefault(name, {})[count] = found
                    versions |= peers
                except PeerMissing as exc:
                    notes.append(f"not measured: {name}, {count} adapters: {exc}")
        rom = {count: roms(bundle, manifest, count) for count in counts}
    publish(
        [memory_table(memory, counts, notes), rom_table(rom, counts)],
        title="Memory and ROM by number of adapters",
        data={"pss_mb": memory, "rom_mb": rom},
        versions=versions,
    )
    return 0


def with_adapters(bundle: Path, folder: Path, count: int) -> Path:
    """Return a copy of a bundle with `count` adapters: those it has, over and over."""
    source = open_bundle(bundle)
    for name in source.manifest["files"]:
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            place.hardlink_to(bundle / name)
        except OSError:
            place.write_bytes((bundle / name).read_bytes())
    entries = []
    for number in range(count):
        entry = source.adapters[number % len(source.adapters)]
        name = f"adapter{number}"
        file = folder / "adapters" / f"{name}.onnx_adapter"
        file.write_bytes((bundle / entry["file"]).read_bytes())
        beside = json.loads((bundle / entry["file"]).with_suffix(".json").read_text("utf-8"))
        file.with_suffix(".json").write_text(json.dumps({**beside, "name": name}), "utf-8")
        entries.append({**entry, "name": name, "file": f"adapters/{file.name}"})
    kept = {k: v for k, v in source.manifest.items() if k not in ("schema", "files", "adapters")}
    write_manifest(folder, {**kept, "adapters": entries})
    return folder


def ours(given: argparse.Namespace, manifest: dict[str, Any], count: int) -> float:
    """Return the PSS of the runner in MB after a step with each adapter."""
    request = SessionRequest(
        bundle=given.bundle, threads=given.threads, adapter_cache_bytes=1 << 32
    )
    base = one_step_request(manifest)
    with HostTarget().open_session(request) as session:
        for number in range(count):
            uses = (AdapterUse(f"adapter{number}"),)
            result = session.generate(replace(base, adapters=uses, seed=number))
    pss = result.memory.get("pss_kb")
    if pss is None:
        raise PeerMissing(OURS, "the runner does not know its PSS here (Linux only)")
    return float(pss) / 1e3


Found = tuple[float, dict[str, str]]


def shared(given: argparse.Namespace, manifest: dict[str, Any], count: int) -> Found:
    """One session and `count` LoraAdapter objects."""
    with PeerProcess(ONNX_RUNTIME, start_graph(given, manifest)) as peer:
        for number in range(count):
            path = str(given.bundle / f"adapters/adapter{number}.onnx_adapter")
            peer.ask({"do": "load", "name": str(number), "path": path})
            peer.ask({"do": "step", "adapter": str(number)})
        return pss_mb(peer), peer.facts["versions"]


def separate(given: argparse.Namespace, manifest: dict[str, Any], count: int) -> Found:
    """One session for each adapter."""
    with PeerProcess(ONNX_RUNTIME, start_graph(given, manifest, copies=count)) as peer:
        peer.ask({"do": "step"})
        return pss_mb(peer), peer.facts["versions"]


def peft(given: argparse.Namespace, manifest: dict[str, Any], count: int) -> Found:
    """The FP32 U-Net with `count` adapters."""
    with PeerProcess(DIFFUSERS, start_diffusers(given, manifest)) as peer:
        for number in range(count):
            path = str(ADAPTERS / NAMES[number % 2])
            peer.ask({"do": "load", "name": f"a{number}", "path": path})
        peer.ask({"do": "set", "name": "a0"})
        peer.ask({"do": "step"})
        return pss_mb(peer), peer.facts["versions"]


def start_graph(
    given: argparse.Namespace, manifest: dict[str, Any], copies: int = 1
) -> dict[str, Any]:
    """Return what ONNX Runtime's process is told first."""
    graph = given.bundle / manifest["components"]["unet"]["graph"]
    return {"do": "start", "graph": str(graph), "threads": given.threads, "copies": copies}


def pss_mb(peer: PeerProcess) -> float:
    """Return a peer's proportional memory."""
    return float(peer.ask({"do": "memory"})["Pss"]) / 1e3


def roms(bundle: Path, manifest: dict[str, Any], count: int) -> dict[str, float]:
    """Return the bytes on disk of the U-Net with `count` adapters, in MB."""
    unet = Path(manifest["components"]["unet"]["graph"])
    files = [bundle / unet, bundle / f"{unet}.data"]
    graph = sum(file.stat().st_size for file in files if file.is_file()) / 1e6
    adapters = sum(int(entry["bytes"]) for entry in manifest["adapters"][:count]) / 1e6
    fp32 = sum(file.stat().st_size for file in (MODEL / "unet").glob("*.safetensors")) / 1e6
    loras = [
        sum(f.stat().st_size for f in (ADAPTERS / NAMES[n % 2]).iterdir()) / 1e6
        for n in range(count)
    ]
    return {
        OURS: graph + adapters,
        SHARED: graph + adapters,
        SEPARATE: count * graph,
        PEFT: fp32 + sum(loras),
    }


def memory_table(
    memory: dict[str, dict[int, float]], counts: Sequence[int], notes: Sequence[str]
) -> Table:
    """Return PSS by way and count; the floor is the base once and every adapter's bytes once."""
    rows = []
    for name, found in memory.items():
        cells = [found.get(count) for count in counts]
        ends = [cell for cell in cells if cell is not None]
        steps = counts[-1] - counts[0]
        each = (ends[-1] - ends[0]) / steps if steps and len(ends) == len(counts) else None
        last = memory[OURS].get(counts[-1])
        ratio = found[counts[-1]] / last if last and counts[-1] in found else None
        rows.append([name, *cells, each, ratio])
    return Table(
        title="Memory (PSS, MB) with N adapters",
        columns=["way", *(f"N={count}" for count in counts), "a further one adds", "x ours"],
        rows=rows,
        notes=[
            "ours is the whole runner with all four graphs and its loop; the peers hold the U-Net "
            "only, and Python's own memory",
            *notes,
        ],
    )


def rom_table(rom: dict[int, dict[str, float]], counts: Sequence[int]) -> Table:
    """Return bytes on disk by way and count."""
    last = rom[counts[-1]]
    rows = [
        [name, *(rom[count][name] for count in counts), last[name] / last[OURS]] for name in last
    ]
    return Table(
        title="ROM of the U-Net with N adapters (MB)",
        columns=["way", *(f"N={count}" for count in counts), "x ours"],
        rows=rows,
        notes=["floor: the base's and the adapters' bytes, each once, which is what ours holds"],
    )


if __name__ == "__main__":
    sys.exit(main())
