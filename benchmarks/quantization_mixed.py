"""Mixed precision: quality against the share of INT8 activations, in three orders.

    python -m benchmarks.quantization_mixed
    python -m benchmarks.quantization_mixed --adapter transform --fractions 0 0.4 0.8 1

Layers go to 8-bit activations least sensitive first (ours), in random order and most sensitive
first. One row gives the share of activation tensors and of parameters at INT8, and the PSNR of
decoded held-out images against FP32 from the same noise. Exit status 1 if another order beats ours
by more than half a dB anywhere between the ends.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.quantization_table import decode, heldout
from evaluation.metrics.psnr import psnr
from quad_studio.cancel import CancelToken
from quad_studio.config import load_project
from quad_studio.engine.build import Builder, BuildRequest
from quad_studio.events import ignore
from quad_studio.quad.choose_precision import (
    LayerSensitivityInput,
    PrecisionInput,
    choose_precision,
    measure_layers,
)
from quad_studio.quad.evaluate import EvaluateInput, denoise
from quad_studio.quad.profile import ProfileInput, ProfileOptions, build_profile


@dataclass(frozen=True)
class Point:
    """One share in one order."""

    order: str
    site_fraction: float
    parameter_fraction: float
    psnr_db: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the points as a Markdown table."""
    given = parse(arguments)
    import torch

    torch.set_num_threads(given.threads)
    given.work.mkdir(parents=True, exist_ok=True)
    builder = Builder(
        BuildRequest(project=load_project(given.project), output=given.work / "bundle"),
        given.work,
        emit=ignore,
        cancel=CancelToken(),
    )
    points = sweep(given, builder)
    print("| order | INT8 activations | INT8 parameters | PSNR dB |\n|---|---|---|---|")
    for p in points:
        print(
            f"| {p.order} | {p.site_fraction:.0%} | {p.parameter_fraction:.0%} | {p.psnr_db:.2f} |"
        )
    if given.json:
        given.json.write_text(json.dumps([asdict(point) for point in points], indent=1))
    return 0 if ours_is_best(points) else 1


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--project", type=Path, default=Path("resources/demo/project.toml"))
    parser.add_argument("--work", type=Path, default=Path("out/benchmarks/quantization"))
    parser.add_argument("--adapter", default="transform")
    parser.add_argument("--items", type=int, default=3)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--calls", type=int, default=2, help="calls a layer is scored on")
    parser.add_argument(
        "--fractions", type=float, nargs="+", default=[0, 0.2, 0.4, 0.6, 0.8, 0.9, 1]
    )
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path)
    return parser.parse_args(arguments)


def sweep(given: argparse.Namespace, builder: Any) -> list[Point]:
    """Return a point for every order and fraction."""
    program, statistics, adapters = builder.program, builder.statistics, builder.adapters
    adapter = next(a for a in adapters if a.name == given.adapter)
    entry = next(e for e in builder.project.adapters if e.name == given.adapter)
    items = heldout(builder, entry, given.items)
    spread = builder.feeds[given.adapter]
    calls = spread[:: max(1, len(spread) // given.calls)][: given.calls]
    ours = measure_layers(
        LayerSensitivityInput(program, statistics, adapters, given.adapter, {given.adapter: calls})
    ).order
    orders = {
        "ours": ours,
        "random": tuple(np.random.default_rng(0).permutation(ours).tolist()),
        "reverse": tuple(reversed(ours)),
    }
    scheduler = builder.loaded.scheduler
    reference = denoise(EvaluateInput(program, None, adapter, items, scheduler, given.steps))
    theirs = decode(builder, reference)
    points = []
    for name, order in orders.items():
        for fraction in given.fractions:
            chosen = choose_precision(PrecisionInput(program, order, fraction, ProfileOptions()))
            profile = build_profile(
                ProfileInput(chosen.program, statistics, adapters, given.adapter, chosen.options)
            ).profile
            seen = denoise(
                EvaluateInput(
                    chosen.program, profile.encodings, adapter, items, scheduler, given.steps
                )
            )
            value = float(psnr(theirs, decode(builder, seen), data_range=1.0).mean())
            regions = chosen.regions
            points.append(Point(name, regions.site_fraction, regions.parameter_fraction, value))
    return points


def ours_is_best(points: Sequence[Point]) -> bool:
    """Return whether no other order is half a dB better at the same place of the sweep."""
    by_order: dict[str, list[Point]] = {}
    for point in points:
        by_order.setdefault(point.order, []).append(point)
    return all(
        other.psnr_db < mine.psnr_db + 0.5
        for name, row in by_order.items()
        for mine, other in zip(by_order["ours"], row, strict=True)
        if name != "ours"
    )


if __name__ == "__main__":
    raise SystemExit(main())
