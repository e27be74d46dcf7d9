"""The pipeline at the size of Stable Diffusion 1.5: time, peak memory and ROM, with random weights.

    python -m benchmarks.quantization_sd15_size
    python -m benchmarks.quantization_sd15_size --rank 64 --json sd15.json

The U-Net has SD 1.5-inpainting's public configuration (859.5 M parameters, 9 input channels) and
one adapter on q, k, v and out of every attention (256 LoRA inputs). Each stage runs once;
calibration is one step. Nothing is downloaded. Exit status 1 if the peak is above --limit-gib.
"""

import argparse
import json
import resource
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from quad_studio.adapters.weights import AdapterWeights
from quad_studio.quad.calibrate import CalibrateInput, Feed, calibrate
from quad_studio.quad.export import ExportInput, export_network
from quad_studio.quad.profile import ProfileInput, build_profile
from quad_studio.quad.restructure import RestructureInput, restructure
from quad_studio.quad.sites import PlaceSitesInput, place_sites
from quad_studio.quad.slots import encode_adapter

ENDINGS = ("to_q", "to_k", "to_v", "to_out.0")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the stages and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--latent", type=int, default=64)
    parser.add_argument("--out", type=Path, default=Path("out/benchmarks/sd15"))
    parser.add_argument("--limit-gib", type=float, default=24.0)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    rows: list[dict[str, Any]] = []

    def timed(name: str, work: Callable[[], Any]) -> Any:
        started = time.perf_counter()
        result = work()
        rows.append({"stage": name, "seconds": time.perf_counter() - started, "peak_gib": peak()})
        print(f"{name:14} {rows[-1]['seconds']:8.1f} s   peak {rows[-1]['peak_gib']:5.1f} GiB")
        return result

    unet = timed("make", lambda: make_unet(given.latent))
    adapter = random_adapter(unet, given.rank)
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
    path = given.out / "unet.onnx"
    written = timed("export", lambda: export_network(ExportInput(program, profile.encodings, path)))
    lora_mb = sum(v.nbytes for v in encode_adapter(adapter, profile).values()) / 1e6
    print(f"graph {written.bytes / 1e6:.0f} MB, LoRA of rank {given.rank} {lora_mb:.1f} MB")
    if given.json:
        report = {"stages": rows, "graph_mb": written.bytes / 1e6, "lora_mb": lora_mb}
        given.json.write_text(json.dumps(report, indent=1))
    return 0 if peak() <= given.limit_gib else 1


def peak() -> float:
    """Return the largest resident size of this process so far, in GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def make_unet(latent: int) -> Any:
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
        block_out_channels=(320, 640, 1280, 1280),
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
