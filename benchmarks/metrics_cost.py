"""Cost of PSNR + SSIM + LPIPS together, against scikit-image and lpips called plainly, in one run.

    python -m benchmarks.metrics_cost                 20 pairs at 512 x 512
    python -m benchmarks metrics_cost -- --pairs 1000 --at-least 2

Both sides read the same PNG files. The plain side is what a careful script does: for each metric,
for each pair, load, convert, call. Values must agree; otherwise the run fails.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks._record import Table, publish
from evaluation.metrics.lpips import load_net
from evaluation.score import score_rows
from evaluation.torchvision_schemas import register

TURN = 100
METRICS = ("psnr_db", "ssim", "lpips_alex")
TOLERANCE = {"psnr_db": 1e-4, "ssim": 1e-5, "lpips_alex": 1e-5}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run both sides in turns and show a table; 1 where values differ or gain less than asked."""
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
    peers = plain_functions()
    sides = {"ours": Side(), **{name: Side() for name in peers}}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        rows = make_pairs(place, given.pairs, given.size)
        warm_up(place, rows, peers)
        for start in range(0, given.pairs, TURN):
            part = rows[start : start + TURN]
            sides["ours"].run(lambda p=part: our_scores(place, p))
            for name, function in peers.items():
                sides[name].run(lambda p=part, f=function: plain(place, p, f))
            print(f"{start + len(part)} of {given.pairs} pairs", file=sys.stderr, flush=True)
    result = compare(sides, given.pairs)
    result |= {"pairs": given.pairs, "size": given.size, "threads": given.threads}
    publish(tables(result), title="Cost of PSNR + SSIM + LPIPS", data=result, as_json=given.json)
    equal = all(result["largest_difference"][name] <= TOLERANCE[name] for name in METRICS)
    return 0 if equal and result["gain"] >= given.at_least else 1


class Side:
    """What one side found and what it took, in the turns it had."""

    def __init__(self) -> None:
        self.found: list[Any] = []
        self.seconds = self.cpu = 0.0

    def run(self, function: Callable[[], list[Any]]) -> None:
        """Take a turn. Seconds of CPU tell a slow metric from a machine with other things to do."""
        start, start_cpu = time.perf_counter(), time.process_time()
        self.found += function()
        self.seconds += time.perf_counter() - start
        self.cpu += time.process_time() - start_cpu


def compare(sides: dict[str, Side], count: int) -> dict[str, Any]:
    """Return the gain, and the largest difference of each metric."""
    ours, plain_sides = sides["ours"], [sides[name] for name in METRICS]
    return {
        "seconds": {name: side.seconds for name, side in sides.items()},
        "gain": sum(side.seconds for side in plain_sides) / ours.seconds,
        "gain_cpu": sum(side.cpu for side in plain_sides) / ours.cpu,
        "seconds_per_1000_pairs": 1000 * ours.seconds / count,
        "largest_difference": {
            name: max(
                abs(mine[name] - theirs)
                for mine, theirs in zip(ours.found, sides[name].found, strict=True)
            )
            for name in METRICS
        },
    }


def tables(result: dict[str, Any]) -> list[Table]:
    """Return what a reader sees."""
    seconds, count = result["seconds"], result["pairs"]
    lines = {
        "QUAD Studio, all three": seconds["ours"],
        "called plainly, all three": sum(seconds[name] for name in METRICS),
        "- scikit-image, PSNR": seconds["psnr_db"],
        "- scikit-image, SSIM": seconds["ssim"],
        "- lpips, AlexNet": seconds["lpips_alex"],
        "torchmetrics, SSIM (not counted)": seconds["torchmetrics_ssim"],
    }
    differences = ", ".join(f"{n} {v:.1e}" for n, v in result["largest_difference"].items())
    return [
        Table(
            title=f"{count} pairs at {result['size']} px, threads: {result['threads']}",
            columns=["side", "seconds", "ms a pair"],
            rows=[[name, value, 1000 * value / count] for name, value in lines.items()],
            notes=[
                f"gain {result['gain']:.2f}, in CPU time {result['gain_cpu']:.2f}",
                f"largest differences: {differences}",
                f"Both sides read the same PNG files, in turns of up to {TURN} pairs.",
            ],
        )
    ]


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


def our_scores(folder: Path, rows: Sequence[dict[str, Any]]) -> list[dict[str, float]]:
    """Return each pair's values from `score_rows`."""
    return [score["metrics"] for score in score_rows(rows, folder, METRICS)]


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


if __name__ == "__main__":
    sys.exit(main())
