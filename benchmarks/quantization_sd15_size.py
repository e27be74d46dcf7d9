"""The pipeline at the size of Stable Diffusion 1.5: time, peak memory and ROM, with random weights.

    python -m benchmarks.quantization_sd15_size
    python -m benchmarks.quantization_sd15_size --runner-only

The U-Net has SD 1.5-inpainting's public configuration (859.5 M parameters, 9 input channels) and
one adapter on q, k, v and out of every attention (256 LoRA inputs). Each stage runs once;
calibration is one step. A bundle with the U-Net alone is written, and the native runner takes one
step on it, against the simulator's output where that was computed. Then the Qualcomm compiler gets
one attempt at the graph, and is stopped at --npu-limit-gib or --npu-limit-s. Nothing is downloaded.
Exit status 1 if the peak of pipeline or runner is above --limit-gib.

What ran is kept in --out: with --runner-only the exported bundle of an earlier run is used.
"""

import argparse
import json
import resource
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._npu_attempt import attempt
from benchmarks._quantization import default_threads
from benchmarks._record import Table, publish
from quad_studio.adapters.pack import pack_adapter, slots_of
from quad_studio.adapters.weights import AdapterWeights
from quad_studio.bundle import open_bundle, write_manifest
from quad_studio.quad.calibrate import CalibrateInput, Feed, calibrate
from quad_studio.quad.export import ExportInput, ExportOutput, export_network
from quad_studio.quad.profile import Profile, ProfileInput, build_profile
from quad_studio.quad.restructure import RestructureInput, restructure
from quad_studio.quad.sites import PlaceSitesInput, place_sites
from quad_studio.quad.slots import pad_to_slots

ENDINGS = ("to_q", "to_k", "to_v", "to_out.0")
REPORT = "pipeline.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the stages and print a table."""
    given = parse(arguments)
    report = given.out / REPORT
    if not given.runner_only:
        given.out.mkdir(parents=True, exist_ok=True)
        made = pipeline(given)
        report.write_text(json.dumps(made, indent=1))
    found = json.loads(report.read_text("utf-8"))
    found["runner"] = run_step(given.out / "bundle")
    if given.npu_limit_s:
        found["npu"] = asdict(
            attempt(
                given.out / "bundle/graphs/unet.onnx",
                given.out / "npu/unet_ctx.onnx",
                soc=given.soc,
                limit_gib=given.npu_limit_gib,
                limit_s=given.npu_limit_s,
            )
        )
    publish(tables(found, given.soc), title="The pipeline at the size of SD 1.5", data=found)
    highest = max(found["peak_gib"], found["runner"]["peak_gib"])
    return 0 if highest <= given.limit_gib else 1


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rank", type=int, default=16, help="rank of the graph's slots")
    parser.add_argument("--latent", type=int, default=64)
    parser.add_argument(
        "--channels", type=int, nargs=4, default=[320, 640, 1280, 1280], metavar="C",
        help="of the four levels; smaller ones try the benchmark out",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, default=Path("out/benchmarks/sd15"))
    parser.add_argument("--runner-only", action="store_true", help="use the bundle that is there")
    parser.add_argument("--limit-gib", type=float, default=24.0)
    parser.add_argument("--soc", default="SM8750", help="what the one compile attempt is for")
    parser.add_argument("--npu-limit-gib", type=float, default=14.0)
    parser.add_argument("--npu-limit-s", type=float, default=1200.0, help="0: no attempt")
    parser.add_argument("--threads", type=int, default=default_threads())
    return parser.parse_args(arguments)


def pipeline(given: argparse.Namespace) -> dict[str, Any]:
    """Run the stages, write the bundle and return what was measured."""
    import torch

    torch.set_num_threads(given.threads)
    rows: list[dict[str, Any]] = []

    def timed(name: str, work: Callable[[], Any]) -> Any:
        print(f"{name:14} ...", end="", flush=True)
        started = time.perf_counter()
        result = work()
        rows.append({"stage": name, "seconds": time.perf_counter() - started, "peak_gib": peak()})
        print(f"{rows[-1]['seconds']:8.1f} s   peak {rows[-1]['peak_gib']:5.1f} GiB", flush=True)
        return result

    unet = timed("make", lambda: make_unet(given.latent, given.channels))
    parameters = sum(p.numel() for p in unet.parameters())
    adapters = {rank: random_adapter(unet, rank) for rank in {given.rank, 16, 64}}
    adapter = adapters[given.rank]
    example = example_inputs(given.latent)
    network = timed("restructure", lambda: restructure(RestructureInput(unet, [adapter])).network)
    program = timed("sites", lambda: place_sites(PlaceSitesInput(network, example)).program)
    feeds = {adapter.name: [Feed(example, 500.0)]}
    statistics = timed(
        "calibrate",
        lambda: calibrate(CalibrateInput(program, [adapter], feeds, histograms=False)).statistics,
    )
    profile = timed(
        "profile",
        lambda: build_profile(ProfileInput(program, statistics, [adapter], adapter.name)).profile,
    )

    def simulate() -> Any:
        program.set_encodings(profile.encodings)
        with torch.no_grad():
            return program.run(example, pad_to_slots(adapter, program.slots)).numpy()

    simulated = timed("simulate", simulate)
    folder = given.out / "bundle"
    path = folder / "graphs/unet.onnx"
    written = timed("export", lambda: export_network(ExportInput(program, profile.encodings, path)))
    np.savez(
        given.out / "step.npz", simulated=simulated, **{k: v.numpy() for k, v in example.items()}
    )
    lora_mb = timed(
        "bundle", lambda: write_bundle(folder, given, written, profile, adapters, adapter)
    )
    return {
        "parameters": parameters,
        "stages": rows,
        "peak_gib": peak(),
        "graph_mb": written.bytes / 1e6,
        "lora_mb": lora_mb,
        "lora_inputs": len(profile.slots),
    }


def write_bundle(
    folder: Path,
    given: argparse.Namespace,
    written: ExportOutput,
    profile: Profile,
    adapters: Mapping[int, AdapterWeights],
    adapter: AdapterWeights,
) -> dict[str, float]:
    """Write a bundle with the U-Net and its adapter; return the ROM of each rank in MB.

    A rank other than the graph's is packed for a graph of its own rank, beside the bundle.
    """
    table = profile.slot_table()
    sizes: dict[str, float] = {}
    for rank, weights in sorted(adapters.items()):
        rows = [
            {
                **row,
                "shape": [row["shape"][0], rank] if row["role"] == "A" else [rank, row["shape"][1]],
            }
            for row in table
        ]
        place = folder / "adapters" if weights is adapter else given.out / f"rank-{rank}"
        place.mkdir(parents=True, exist_ok=True)
        packed = pack_adapter(
            weights, slots_of(rows), folder=place, fingerprint=profile.fingerprint
        )
        sizes[str(rank)] = packed.path.stat().st_size / 1e6
        if weights is adapter:
            entry = packed.sidecar
    size = given.latent
    geometry = {
        "image_height": 8 * size, "image_width": 8 * size, "latent_channels": 4,
        "latent_height": size, "latent_width": size, "unet_in_channels": 9,
        "text_tokens": 77, "text_width": 768, "rank": given.rank,
    }  # fmt: skip
    manifest = {
        "name": "sd15",
        "fingerprint": profile.fingerprint,
        "geometry": geometry,
        "components": {
            "unet": {
                "graph": "graphs/unet.onnx",
                "precision": "w8a16",
                "inputs": [dict(value) for value in written.inputs],
                "outputs": [dict(value) for value in written.outputs],
            }
        },
        "slots": table,
        "lora_alpha": {"input": "lora_alpha", "length": given.rank},
        "adapters": [
            {
                "name": adapter.name,
                "file": f"adapters/{adapter.name}.onnx_adapter",
                "sha256": entry["sha256"],
                "bytes": entry["bytes"],
                "rank": adapter.rank,
                "use_cases": [],
                "version": 1,
            }
        ],
        "plans": [],
        "quantization": {},
    }
    write_manifest(folder, manifest)
    return sizes


def run_step(folder: Path) -> dict[str, Any]:
    """Take one step in the native runner, in its own process; return time, memory, agreement."""
    from device.open_target import open_target
    from device.targets import SessionRequest

    bundle = open_bundle(folder)
    with np.load(folder.parent / "step.npz") as stored:
        call = {name: stored[name] for name in stored.files}
    expected = call.pop("simulated")
    target = open_target("host")
    try:
        started = time.perf_counter()
        with target.open_session(SessionRequest(bundle=folder)) as session:
            loaded_s = time.perf_counter() - started
            started = time.perf_counter()
            seen = session.run_graph("unet", call, adapter=bundle.adapters[0]["name"])
            step_s = time.perf_counter() - started
            memory = dict(session.stats()["memory"])
    finally:
        target.close()
    noise = float(np.square(seen["model_output"].astype(np.float64) - expected).mean())
    return {
        "load_s": loaded_s,
        "step_s": step_s,
        "peak_gib": float(memory["vm_hwm_kb"]) / 2**20,
        "sqnr_against_simulator_db": float(
            10 * np.log10(float(np.square(expected).mean()) / max(noise, 1e-30))
        ),
    }


def tables(found: Mapping[str, Any], soc: str) -> list[Table]:
    """Return the stages, the sizes, and what runner and compiler said."""
    stages = [
        [row["stage"], f"{row['seconds']:.1f}", f"{row['peak_gib']:.1f}"] for row in found["stages"]
    ]
    runner = found["runner"]
    stages += [
        ["runner: load", f"{runner['load_s']:.1f}", None],
        ["runner: one step", f"{runner['step_s']:.1f}", f"{runner['peak_gib']:.1f}"],
    ]
    agreement = f"{runner['sqnr_against_simulator_db']:.1f} dB SQNR"
    notes = [f"the runner's step against the simulator: {agreement}"]
    npu = found.get("npu")
    if npu:
        name = f"NPU compile for {soc}"
        stages.append([name, f"{npu['seconds']:.0f}", f"{npu['peak_gib']:.1f}"])
        notes.append(f"{name}: {npu['outcome']}")
        if npu["compiled"]:
            nodes = f"{npu['nodes']} nodes on the NPU, {npu['nodes_off_npu']} off"
            notes.append(f"{name}: {nodes}, binary {npu['binary_mb']:.0f} MB")
    sizes = [["shared graph", f"{found['graph_mb']:.0f}"]]
    sizes += [[f"LoRA, rank {rank}", f"{size:.1f}"] for rank, size in found["lora_mb"].items()]
    shape = f"{found['parameters'] / 1e6:.1f} M parameters, {found['lora_inputs']} LoRA inputs"
    return [
        Table(
            title=f"Stages ({shape})",
            columns=("stage", "seconds", "peak memory so far, GiB"),
            rows=stages,
            notes=notes,
        ),
        Table(title="On disk", columns=("what", "MB"), rows=sizes),
    ]


def peak() -> float:
    """Return the largest resident size of this process so far, in GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def make_unet(latent: int, channels: Sequence[int]) -> Any:
    """Return SD 1.5-inpainting's U-Net with random weights."""
    from evaluation.torchvision_schemas import register

    register()
    import torch
    from diffusers import UNet2DConditionModel

    torch.manual_seed(0)
    return UNet2DConditionModel(
        sample_size=latent,
        in_channels=9,
        out_channels=4,
        block_out_channels=tuple(channels),
        layers_per_block=2,
        down_block_types=("CrossAttnDownBlock2D",) * 3 + ("DownBlock2D",),
        up_block_types=("UpBlock2D",) + ("CrossAttnUpBlock2D",) * 3,
        cross_attention_dim=768,
        attention_head_dim=8,
    )


def random_adapter(unet: Any, rank: int) -> AdapterWeights:
    """Return an adapter on every attention projection."""
    rng = np.random.default_rng(0)
    modules = {
        path: (
            (rng.standard_normal((layer.in_features, rank)) * 0.05).astype(np.float32),
            (rng.standard_normal((rank, layer.out_features)) * 0.02).astype(np.float32),
        )
        for path, layer in unet.named_modules()
        if path.endswith(ENDINGS)
    }
    return AdapterWeights("random", modules, rank, "made in memory", "0" * 64)


def example_inputs(latent: int) -> dict[str, Any]:
    """Return one call's inputs."""
    import torch

    return {
        "sample": torch.randn(1, 9, latent, latent),
        "timestep": torch.tensor([500.0]),
        "encoder_hidden_states": torch.randn(1, 77, 768),
    }


if __name__ == "__main__":
    raise SystemExit(main())
