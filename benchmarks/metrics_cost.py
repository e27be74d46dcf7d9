"""Cost of PSNR + SSIM + LPIPS together, against scikit-image and lpips called plainly, in one run.

    python -m benchmarks.metrics_cost                 20 pairs at 512 x 512
    python -m benchmarks.metrics_cost --pairs 1000

Both sides read the same PNG files. The plain side is what a careful script does: for each metric,
for each pair, load, convert, call. Values must agree; otherwise the run fails.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from evaluation.metrics.lpips import load_net
from evaluation.score import score_rows
from evaluation.torchvision_schemas import register

METRICS = ("psnr_db", "ssim", "lpips_alex")
TOLERANCE = {"psnr_db": 1e-4, "ssim": 1e-5, "lpips_alex": 1e-5}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run both sides and print a table; 1 where values differ or the gain is below --at-least."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--at-least", type=float, default=0.0, help="fail below this gain")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    register()
    import torch

    torch.set_num_threads(given.threads)
    with tempfile.TemporaryDirectory() as folder:
        rows = make_pairs(Path(folder), given.pairs, given.size)
        peers = plain_functions()
        warm_up(Path(folder), rows, peers)
        ours, our_seconds, our_cpu = timed(lambda: our_scores(Path(folder), rows))
        theirs: dict[str, list[float]] = {}
        seconds: dict[str, float] = {}
        cpu: dict[str, float] = {}
        for name, function in peers.items():
            theirs[name], seconds[name], cpu[name] = timed(
                lambda f=function: plain(Path(folder), rows, f)
            )
    worst = {name: float(np.abs(np.subtract(ours[name], theirs[name])).max()) for name in METRICS}
    plain_seconds = sum(seconds[name] for name in METRICS)
    result = {
        "pairs": given.pairs,
        "size": given.size,
        "threads": given.threads,
        "quad_studio_seconds": our_seconds,
        "plain_seconds": plain_seconds,
        "plain_seconds_by_library": seconds,
        "gain": plain_seconds / our_seconds,
        "gain_cpu": sum(cpu[name] for name in METRICS) / our_cpu,
        "seconds_per_1000_pairs": 1000 * our_seconds / given.pairs,
        "largest_difference": worst,
    }
    show(result, given.json)
    equal = all(worst[name] <= TOLERANCE[name] for name in METRICS)
    return 0 if equal and result["gain"] >= given.at_least else 1


def make_pairs(folder: Path, count: int, size: int) -> list[dict[str, Any]]:
    """Write smooth random pictures and slightly noisy copies of them."""
    rng = np.random.default_rng(0)
    rows = []
    for at in range(count):
        small = Image.fromarray(rng.integers(0, 256, (16, 16, 3), dtype=np.uint8))
        clean = np.asarray(small.resize((size, size), Image.Resampling.BICUBIC), np.float64)
        noisy = clean + rng.normal(0, 4, clean.shape)
        names = {}
        for kind, pixels in (("reference", clean), ("candidate", noisy)):
            names[kind] = f"{kind}-{at}.png"
            image = Image.fromarray(np.clip(np.round(pixels), 0, 255).astype(np.uint8))
            image.save(folder / names[kind], compress_level=1)
        rows.append({"key": str(at), "images": names})
    return rows


def our_scores(folder: Path, rows: Sequence[dict[str, Any]]) -> dict[str, list[float]]:
    """Return each metric's values from `score_rows`."""
    scores = score_rows(rows, folder, METRICS)
    return {name: [score["metrics"][name] for score in scores] for name in METRICS}


def plain_functions() -> dict[str, Callable[[Any, Any], float]]:
    """Return the libraries' own functions on 8-bit images; torchmetrics' SSIM for information."""
    import torch
    from lpips import LPIPS
    from skimage.metrics import peak_signal_noise_ratio, structural_similarity
    from torchmetrics.functional.image import structural_similarity_index_measure

    network = LPIPS(net="alex", pnet_rand=True, verbose=False).eval()
    convolutions = [m for m in network.net.modules() if isinstance(m, torch.nn.Conv2d)]
    with torch.no_grad():
        for layer, (kernel, bias) in zip(convolutions, load_net("alex", "cpu")[0], strict=True):
            layer.weight.copy_(kernel.contiguous())
            layer.bias.copy_(bias)

    def tensor(image: Any) -> Any:
        return torch.from_numpy(image.astype(np.float32) / 255).permute(2, 0, 1)[None]

    def lpips_value(first: Any, second: Any) -> float:
        with torch.no_grad():
            return float(network(tensor(first), tensor(second), normalize=True))

    def ssim_value(first: Any, second: Any) -> float:
        settings = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
        return float(
            structural_similarity(first, second, channel_axis=-1, data_range=255, **settings)
        )

    def torchmetrics_ssim(first: Any, second: Any) -> float:
        return float(
            structural_similarity_index_measure(tensor(first), tensor(second), data_range=1.0)
        )

    return {
        "psnr_db": lambda a, b: float(peak_signal_noise_ratio(a, b, data_range=255)),
        "ssim": ssim_value,
        "lpips_alex": lpips_value,
        "torchmetrics_ssim": torchmetrics_ssim,
    }


def plain(
    folder: Path, rows: Sequence[dict[str, Any]], function: Callable[[Any, Any], float]
) -> list[float]:
    """Call one library's function for each pair."""
    return [
        function(*(np.asarray(Image.open(folder / row["images"][kind])) for kind in row["images"]))
        for row in rows
    ]


def warm_up(
    folder: Path, rows: Sequence[dict[str, Any]], peers: dict[str, Callable[[Any, Any], float]]
) -> None:
    """Run each side once, so that nobody pays for imports and weights."""
    our_scores(folder, rows[:1])
    for function in peers.values():
        plain(folder, rows[:1], function)


def timed(function: Callable[[], Any]) -> tuple[Any, float, float]:
    """Return the result, the seconds it took, and the seconds of CPU, which a busy machine leaves.

    The second gain tells a slow metric from a machine that had other things to do.
    """
    start, start_cpu = time.perf_counter(), time.process_time()
    result = function()
    return result, time.perf_counter() - start, time.process_time() - start_cpu


def show(result: dict[str, Any], as_json: bool) -> None:
    """Print the result."""
    if as_json:
        print(json.dumps(result, indent=1))
        return
    count = result["pairs"]
    print(f"{count} pairs at {result['size']} px, {result['threads']} threads")
    print(f"{'':28}{'seconds':>10}{'ms a pair':>12}")
    lines = {"QUAD Studio, all three": result["quad_studio_seconds"]}
    lines["plain, all three"] = result["plain_seconds"]
    lines |= {f"  {name}": value for name, value in result["plain_seconds_by_library"].items()}
    for name, seconds in lines.items():
        print(f"{name:28}{seconds:10.2f}{1000 * seconds / count:12.1f}")
    print(f"gain {result['gain']:.2f}, in CPU time {result['gain_cpu']:.2f}")
    print(f"largest differences {result['largest_difference']}")


if __name__ == "__main__":
    sys.exit(main())
