"""N tasks on one device: one shared graph with LoRA inputs, against one merged graph a task.

    python -m benchmarks.runner_tasks [--bundle out/demo/bundle] [--tasks 1,2,4,10] [--steps 4]

Both ways run on the same runner, with the same activation sites; the merged graphs have each task's
LoRA in their INT8 weights. Where the bundle has fewer adapters than tasks, copies stand in.

* ROM: graphs and adapters. The merged way shares text encoder and VAE here, which is kind to it;
  "whole" counts what the paper counts, everything once for each task.
* peak RAM: VmHWM of the runner, one U-Net loaded at a time; "all loaded" keeps every merged graph
  in memory (sessions of ONNX Runtime in one process), which is what a warm switch costs that way.
* cold: the adapter's file is mapped and checked; the merged way loads a graph, every time.
* end to end: an image of `--steps` steps after a switch, switch included.

At SD 1.5's geometry nothing is run: bytes are counted layer by layer as the exporter stores them,
and one adapter of each rank is written to disk. 120 MB adapters and 1,375 MB of foundation model
are the paper's own sizes (Qualcomm, Galaxy S25, its Table 4).
"""

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._sd15 import ATTENTION, meta_unet, meta_vae_and_text_encoder
from benchmarks.runner_switching import one_step_request
from device.host import HostTarget
from device.merged_graphs import add_merged_graphs
from device.targets import AdapterUse, GenerateRequest, SessionRequest

PAPER_FOUNDATION_MB, PAPER_ADAPTER_MB = 1375.0, 119.0
_MEASURE_ALL_LOADED = """
import resource, sys
import onnxruntime
options = onnxruntime.SessionOptions()
options.intra_op_num_threads, options.log_severity_level = int(sys.argv[1]), 3
sessions = []
for path in sys.argv[2:]:
    sessions.append(onnxruntime.InferenceSession(path, options, ["CPUExecutionProvider"]))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure both ways for each number of tasks and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bundle", type=Path, default=Path("out/demo/bundle"))
    parser.add_argument("--tasks", default="1,2,4,10")
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--work", type=Path, default=Path("out/benchmarks/tasks"))
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    if not (given.bundle / "bundle.json").is_file():
        parser.error(f"{given.bundle} is not a bundle; run `make demo` first")
    counts = [int(word) for word in given.tasks.split(",")]
    bundle = prepare_bundle(given.bundle, given.work, max(counts))
    manifest = json.loads((bundle / "bundle.json").read_text("utf-8"))
    demo = [measure(bundle, manifest, count, given) for count in counts]
    sd15 = sd15_rows(counts, given.work)
    if given.json:
        print(json.dumps({"measured": demo, "sd15": sd15}, indent=1))
    else:
        print_measured(demo, given)
        print_sd15(sd15)
    return 0


def prepare_bundle(source: Path, work: Path, count: int) -> Path:
    """Copy the bundle, add adapters up to `count` and a merged graph for each."""
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(source, work / "bundle", ignore=shutil.ignore_patterns("contexts"))
    bundle = work / "bundle"
    path = bundle / "bundle.json"
    manifest = json.loads(path.read_text("utf-8"))
    own = list(manifest["adapters"])
    manifest["adapters"] = own[:count]
    for number in range(len(own), count):
        original = own[number % len(own)]
        name = f"copy_{number}"
        for suffix in (".onnx_adapter", ".json"):
            file = bundle / original["file"]
            shutil.copyfile(file.with_suffix(suffix), file.with_name(f"{name}{suffix}"))
        entry = {**original, "name": name, "file": f"adapters/{name}.onnx_adapter"}
        manifest["adapters"].append(entry)
        manifest["files"][entry["file"]] = manifest["files"][original["file"]]
    path.write_text(json.dumps(manifest), "utf-8")
    add_merged_graphs(bundle, [entry["name"] for entry in manifest["adapters"]])
    return bundle


def request_of(manifest: dict[str, Any], steps: int) -> GenerateRequest:
    """Return a request for an image of `steps` steps."""
    base = one_step_request(manifest)
    assert base.plan is not None
    plan = {**base.plan, "steps": [{**base.plan["steps"][0], "m": [0.0] * n + [0.1]}
                                   for n in range(steps)]}  # fmt: skip
    return GenerateRequest(**{**vars(base), "plan": plan, "want": ("image",)})


def measure(
    bundle: Path, manifest: dict[str, Any], count: int, given: argparse.Namespace
) -> dict[str, Any]:
    """Run `count` tasks in turns both ways, each in a runner of its own."""
    names = [entry["name"] for entry in manifest["adapters"][:count]]
    base = request_of(manifest, given.steps)
    shared = [(n, GenerateRequest(**{**vars(base), "adapters": (AdapterUse(n),)})) for n in names]
    merged = [(n, GenerateRequest(**{**vars(base), "unet": f"unet:{n}"})) for n in names]
    row: dict[str, Any] = {"tasks": count, **rom_of(manifest, names)}
    for way, requests in (("shared", shared), ("merged", merged)):
        row[way] = measure_way(bundle, [request for _, request in requests], given)
    row["merged"]["all_loaded_mb"] = all_loaded_mb(bundle, manifest, names, given.threads)
    return row


def rom_of(manifest: dict[str, Any], names: Sequence[str]) -> dict[str, float]:
    """Return the megabytes of both ways."""
    files = {name: entry["bytes"] / 1e6 for name, entry in manifest["files"].items()}

    def graph_mb(component: str) -> float:
        graph = manifest["components"][component]["graph"]
        return float(files[graph] + files.get(f"{graph}.data", 0.0))

    common = sum(graph_mb(name) for name in ("text_encoder", "vae_encoder", "vae_decoder"))
    unet = graph_mb("unet")
    adapters = sum(e["bytes"] / 1e6 for e in manifest["adapters"] if e["name"] in names)
    merged = sum(graph_mb(f"unet:{name}") for name in names)
    return {
        "shared_rom_mb": common + unet + adapters,
        "merged_rom_mb": common + merged,
        "whole_rom_mb": common * len(names) + merged,
    }


def measure_way(
    bundle: Path, requests: Sequence[GenerateRequest], given: argparse.Namespace
) -> dict[str, Any]:
    """Run the requests in turns; the first round is cold."""
    switches: dict[str, list[float]] = {"cold": [], "warm": []}
    images: list[float] = []
    session_request = SessionRequest(bundle=bundle, threads=given.threads)
    with HostTarget().open_session(session_request) as session:
        # One graph loaded and warmed up before anything is timed, as in a running application.
        session.generate(requests[-1])
        session.evict("*")
        for turn in range(given.rounds + 1):
            for request in requests:
                result = session.generate(request)
                kind = result.timing_ms["switch_kind"]
                if kind in switches:
                    switches[kind].append(result.timing_ms["switch_ms"])
                if turn > 0:
                    images.append(result.timing_ms["end_to_end_ms"])
        peak = session.stats()["memory"]["vm_hwm_kb"]
    medians = {k: float(np.median(v)) if v else None for k, v in switches.items()}
    return {"peak_mb": peak / 1024, **medians, "end_to_end_ms": float(np.median(images))}


def all_loaded_mb(
    bundle: Path, manifest: dict[str, Any], names: Sequence[str], threads: int
) -> float:
    """Return the peak memory of a process that keeps a session of every merged graph."""
    paths = [str(bundle / manifest["components"][f"unet:{name}"]["graph"]) for name in names]
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE_ALL_LOADED, str(threads), *paths],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(done.stdout.split()[-1]) / 1024


def sd15_rows(counts: Sequence[int], work: Path) -> list[dict[str, Any]]:
    """Return ROM at SD 1.5's geometry, U-Net and VAE decoder W8, the rest FP32, as in the demo."""
    parts = sd15_parts()
    unet, common = parts["unet"], parts["text_encoder"] + parts["vae_encoder"] + parts["decoder"]
    rows = []
    for rank in (16, 64):
        adapter = adapter_file_mb(parts["projections"], rank, work)
        for count in counts:
            shared = unet + common + count * adapter
            row = {
                "case": f"rank {rank}",
                "tasks": count,
                "adapter_mb": adapter,
                "shared_mb": shared,
            }
            row["merged_mb"] = count * unet + common
            row["whole_mb"] = count * (unet + common)
            rows.append(row)
    for count in counts:
        shared = PAPER_FOUNDATION_MB + count * PAPER_ADAPTER_MB
        row = {"case": "paper's sizes", "tasks": count, "adapter_mb": PAPER_ADAPTER_MB}
        whole = count * PAPER_FOUNDATION_MB
        rows.append({**row, "shared_mb": shared, "merged_mb": None, "whole_mb": whole})
    return rows


def sd15_parts() -> dict[str, Any]:
    """Return megabytes of each part, and (in, out) of every attention projection.

    INT8: one byte a weight of a convolution or linear layer, four bytes of scale an output channel;
    biases and norms in FP32. The models are made without memory for their weights.
    """
    import torch

    unet = meta_unet()
    vae, text = meta_vae_and_text_encoder()

    def float_mb(*modules: Any) -> float:
        return sum(4 * p.numel() for module in modules for p in module.parameters()) / 1e6

    def int8_mb(*modules: Any) -> float:
        kinds = (torch.nn.Linear, torch.nn.Conv2d)
        layers = [m for module in modules for m in module.modules() if isinstance(m, kinds)]
        weights = sum(layer.weight.numel() for layer in layers)
        scales = sum(4 * layer.weight.shape[0] for layer in layers)
        return float_mb(*modules) - (4 * weights - weights - scales) / 1e6

    return {
        "unet": int8_mb(unet),
        "text_encoder": float_mb(text),
        "vae_encoder": float_mb(vae.encoder, vae.quant_conv),
        "decoder": int8_mb(vae.decoder, vae.post_quant_conv),
        "projections": {
            name: (layer.in_features, layer.out_features)
            for name, layer in unet.named_modules()
            if name.endswith(ATTENTION)
        },
    }


def adapter_file_mb(projections: dict[str, tuple[int, int]], rank: int, work: Path) -> float:
    """Write an adapter of that rank on every projection, INT16, and return its size."""
    from quad_studio.adapters.onnx_adapter import OnnxAdapter, write_onnx_adapter

    tensors: dict[str, Any] = {"lora_alpha": np.ones(rank, np.float32)}
    for name, (columns, rows) in projections.items():
        tensors[f"{name}.lora_A.weight"] = np.ones((columns, rank), np.int16)
        tensors[f"{name}.lora_B.weight"] = np.ones((rank, rows), np.int16)
    path = work / f"sd15_rank{rank}.onnx_adapter"
    write_onnx_adapter(path, OnnxAdapter(tensors, 1, 1))
    size = path.stat().st_size / 1e6
    path.unlink()
    return size


def print_measured(rows: Sequence[dict[str, Any]], given: argparse.Namespace) -> None:
    """Print the table of what was run."""
    print(f"{given.bundle}, {given.steps} steps, {given.threads} thread(s); shared / merged\n")
    print(
        "| tasks | ROM MB | ratio (whole) | peak RAM MB | all loaded MB | cold ms | warm ms ",
        end="",
    )
    print(f"| warm: x faster | end to end ms |\n|{'---|' * 9}")
    for row in rows:
        shared, merged = row["shared"], row["merged"]
        warm, cold = shared["warm"], merged["cold"]
        ratio = row["merged_rom_mb"] / row["shared_rom_mb"]
        whole = row["whole_rom_mb"] / row["shared_rom_mb"]
        faster = f"{cold / warm:.0f}" if warm and cold else "-"
        print(
            f"| {row['tasks']} | {row['shared_rom_mb']:.1f} / {row['merged_rom_mb']:.1f} "
            f"| {ratio:.1f} ({whole:.1f}) | {shared['peak_mb']:.0f} / {merged['peak_mb']:.0f} "
            f"| - / {merged['all_loaded_mb']:.0f} | {shown(shared['cold'])} / {shown(cold)} "
            f"| {shown(warm)} / {shown(cold)} | {faster} "
            f"| {shared['end_to_end_ms']:.0f} / {merged['end_to_end_ms']:.0f} |"
        )
    print("\nmerged graphs switch without a load only if all of them stay loaded\n")


def shown(value: float | None) -> str:
    """Return milliseconds, or a dash where nothing was switched."""
    return "-" if value is None else f"{value:.3g}"


def print_sd15(rows: Sequence[dict[str, Any]]) -> None:
    """Print the table of SD 1.5's sizes."""
    print("SD 1.5 geometry, ROM only, counted\n")
    print("| adapters | tasks | adapter MB | shared MB | merged MB | whole MB | ratio |")
    print("|" + "---|" * 7)
    for row in rows:
        merged = row["merged_mb"]
        ratio = row["whole_mb"] / row["shared_mb"]
        both = (
            f"{ratio:.1f}" if merged is None else f"{merged / row['shared_mb']:.1f} ({ratio:.1f})"
        )
        print(
            f"| {row['case']} | {row['tasks']} | {row['adapter_mb']:.1f} | {row['shared_mb']:.0f} "
            f"| {'-' if merged is None else f'{merged:.0f}'} | {row['whole_mb']:.0f} | {both} |"
        )


if __name__ == "__main__":
    sys.exit(main())
