"""Memory and ROM for 1, 2, 4 and 10 adapters: one shared graph against the usual ways.

    python -m benchmarks adapter_memory
    python -m benchmarks.adapter_memory --counts 1,2                  a smoke run

Each way runs in a process of its own: it loads the base and N adapters, runs a step, and its
proportional memory (PSS) is read. Twice: with the U-Net alone, and with the whole pipeline (text
encoder, VAE encoder and decoder beside it, once each), both the same on all sides.

* ours: the runner with N adapters in its cache.
* ONNX Runtime, shared base: one session, N `LoraAdapter` objects.
* ONNX Runtime, one graph a task: N sessions, as when each LoRA is compiled into a binary.
* diffusers: the FP32 U-Net with N adapters loaded (the U-Net alone).
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks._lora_bundles import feeds_of
from benchmarks._record import Table, publish
from benchmarks.adapter_switch import ADAPTERS, MODEL, NAMES, start_diffusers
from benchmarks.peers.environment import PeerMissing
from benchmarks.peers.known import DIFFUSERS, ONNX_RUNTIME
from benchmarks.peers.process import PeerProcess
from benchmarks.runner_switching import one_step_request
from device.host import HostTarget
from device.runner_client import SocketSession
from device.targets import AdapterUse, Policy, SessionRequest
from quad_studio.bundle import open_bundle, write_manifest

OURS = "QUAD Studio"
SHARED = "ONNX Runtime, shared base"
SEPARATE = "ONNX Runtime, one graph a task"
PEFT = "diffusers + PEFT, FP32"
UNET, PIPELINE = "U-Net alone", "whole pipeline"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every way with every number of adapters."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bundle", type=Path, default=Path("out/demo/bundle"))
    parser.add_argument("--counts", default="1,2,4,10")
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args(arguments)
    counts = [int(word) for word in given.counts.split(",")]
    memory: Memory = {UNET: {}, PIPELINE: {}}
    versions: dict[str, str] = {}
    notes: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        bundle = with_adapters(given.bundle, Path(folder) / "bundle", max(counts))
        given.bundle = bundle
        manifest = json.loads((bundle / "bundle.json").read_text("utf-8"))
        for scope, name, way in WAYS:
            for count in counts:
                try:
                    found, peers = way(given, manifest, count)
                    memory[scope].setdefault(name, {})[count] = found
                    versions |= peers
                except PeerMissing as exc:
                    notes.append(f"not measured: {name}, {count} adapters: {exc}")
        notes.append(own_memory(given, manifest))
        rom = {count: roms(bundle, manifest, count) for count in counts}
    tables = [memory_table(scope, found, counts, notes) for scope, found in memory.items()]
    publish(
        [*tables, rom_table(rom, counts)],
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
        # Not a hard link: what an interrupted run leaves would keep onnx from reading the bundle.
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


Found = tuple[float, dict[str, str]]
Memory = dict[str, dict[str, dict[int, float]]]


def our_unet(given: argparse.Namespace, manifest: dict[str, Any], count: int) -> Found:
    """The runner with the U-Net alone, after a call with each adapter."""
    with open_runner(given, "sequential") as session:
        ports = manifest["slots"]
        slots = {port["name"] for port in ports} | {manifest["lora_alpha"]["input"]}
        feeds = {k: v for k, v in unet_feeds(given, manifest).items() if k not in slots}
        for number in range(count):
            session.ask_graph("unet", feeds, adapter=f"adapter{number}")
        loaded = session.stats()["loaded"]
        if loaded != ["unet"]:
            raise PeerMissing(OURS, f"the runner has {', '.join(loaded)} loaded")
        return runner_pss(session), {}


def our_pipeline(given: argparse.Namespace, manifest: dict[str, Any], count: int) -> Found:
    """The runner with all four graphs, after an image with each adapter."""
    base = replace(one_step_request(manifest), want=("image",))
    with open_runner(given, "resident") as session:
        for number in range(count):
            uses = (AdapterUse(f"adapter{number}"),)
            session.generate(replace(base, adapters=uses, seed=number))
        return runner_pss(session), {}


def open_runner(given: argparse.Namespace, policy: Policy) -> SocketSession:
    """Start the runner with room for all adapters."""
    request = SessionRequest(
        bundle=given.bundle, threads=given.threads, policy=policy, adapter_cache_bytes=1 << 32
    )
    return HostTarget().open_session(request)


def unet_feeds(given: argparse.Namespace, manifest: dict[str, Any]) -> dict[str, Any]:
    """Return random inputs of the U-Net."""
    return feeds_of(given.bundle / manifest["components"]["unet"]["graph"])


def runner_pss(session: SocketSession) -> float:
    """Return the runner's proportional memory in MB."""
    pss = session.stats()["memory"]["pss_kb"]
    if pss is None:
        raise PeerMissing(OURS, "the runner does not know its PSS here (Linux only)")
    return float(pss) / 1e3


def shared(given: argparse.Namespace, manifest: dict[str, Any], count: int) -> Found:
    """One session and `count` LoraAdapter objects."""
    return with_lora_adapters(given, start_graph(given, manifest), count)


def shared_pipeline(given: argparse.Namespace, manifest: dict[str, Any], count: int) -> Found:
    """As `shared`, beside the other graphs."""
    return with_lora_adapters(given, start_pipeline(given, manifest), count)


def with_lora_adapters(given: argparse.Namespace, setup: dict[str, Any], count: int) -> Found:
    """Load adapters one after the other and run a step with each."""
    with PeerProcess(ONNX_RUNTIME, setup) as peer:
        for number in range(count):
            path = str(given.bundle / f"adapters/adapter{number}.onnx_adapter")
            peer.ask({"do": "load", "name": str(number), "path": path})
            peer.ask({"do": "step", "adapter": str(number)})
        return pss_mb(peer), peer.facts["versions"]


def separate(given: argparse.Namespace, manifest: dict[str, Any], count: int) -> Found:
    """One session for each adapter."""
    return stepped({**start_graph(given, manifest), "copies": count})


def separate_pipeline(given: argparse.Namespace, manifest: dict[str, Any], count: int) -> Found:
    """As `separate`, beside the other graphs."""
    return stepped({**start_pipeline(given, manifest), "copies": count})


def stepped(setup: dict[str, Any]) -> Found:
    """Run a step of every session."""
    with PeerProcess(ONNX_RUNTIME, setup) as peer:
        peer.ask({"do": "step"})
        return pss_mb(peer), peer.facts["versions"]


def empty_peer_mb(given: argparse.Namespace, manifest: dict[str, Any]) -> float:
    """Return what ONNX Runtime's process holds before it loads a graph."""
    with PeerProcess(ONNX_RUNTIME, start_graph(given, manifest)) as peer:
        return float(peer.facts["empty_pss_kb"]) / 1e3


def peft(given: argparse.Namespace, manifest: dict[str, Any], count: int) -> Found:
    """The FP32 U-Net with `count` adapters."""
    with PeerProcess(DIFFUSERS, start_diffusers(given, manifest)) as peer:
        for number in range(count):
            path = str(ADAPTERS / NAMES[number % 2])
            peer.ask({"do": "load", "name": f"a{number}", "path": path})
        peer.ask({"do": "set", "name": "a0"})
        peer.ask({"do": "step"})
        return pss_mb(peer), peer.facts["versions"]


def start_graph(given: argparse.Namespace, manifest: dict[str, Any]) -> dict[str, Any]:
    """Return what ONNX Runtime's process is told first."""
    graph = given.bundle / manifest["components"]["unet"]["graph"]
    return {"do": "start", "graph": str(graph), "threads": given.threads}


def start_pipeline(given: argparse.Namespace, manifest: dict[str, Any]) -> dict[str, Any]:
    """Return the same, with the pipeline's other graphs."""
    names = [name for name in manifest["components"] if not name.startswith("unet")]
    others = [str(given.bundle / manifest["components"][name]["graph"]) for name in names]
    return {**start_graph(given, manifest), "others": others}


def pss_mb(peer: PeerProcess) -> float:
    """Return a peer's proportional memory."""
    return float(peer.ask({"do": "memory"})["Pss"]) / 1e3


WAYS = (
    (UNET, OURS, our_unet),
    (UNET, SHARED, shared),
    (UNET, SEPARATE, separate),
    (UNET, PEFT, peft),
    (PIPELINE, OURS, our_pipeline),
    (PIPELINE, SHARED, shared_pipeline),
    (PIPELINE, SEPARATE, separate_pipeline),
)


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


def own_memory(given: argparse.Namespace, manifest: dict[str, Any]) -> str:
    """Say what of the peers' memory is their process itself."""
    try:
        empty = empty_peer_mb(given, manifest)
    except PeerMissing:
        return "the peers run in Python, whose own memory counts"
    return (
        f"the peers run in Python, whose own memory counts: {empty:.0f} MB with ONNX Runtime and "
        "no graph; ours is the whole runner process"
    )


def memory_table(
    scope: str, memory: dict[str, dict[int, float]], counts: Sequence[int], notes: Sequence[str]
) -> Table:
    """Return PSS by way and count."""
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
        title=f"Memory (PSS, MB) with N adapters, {scope}",
        columns=["way", *(f"N={count}" for count in counts), "a further one adds", "x ours"],
        rows=rows,
        notes=notes,
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
