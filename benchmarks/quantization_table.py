"""One frozen profile for all adapters against encodings of their own: its cost, and what KD mends.

    python -m benchmarks.quantization_table
    python -m benchmarks.quantization_table --items 8 --kd-steps 300 --gain 16 --json table.json

Every row is one adapter on held-out inputs, from the same noise, in the simulator (which agrees
with the exported graph to 50 dB or better). Columns:

    per-adapter    encodings from the adapter's own calibration: the ceiling
    merged         one profile over the ranges of all adapters, no distillation
    anchor         one profile from the anchor, no distillation
    QUAD           the anchor's profile, other adapters distilled to it
    unified + KD   the merged profile, all adapters distilled to it

Two sets of adapters: "as trained", and "different ranges", where lora_A of every second adapter is
multiplied by --gain and lora_B divided by it. That is mathematically the same adapter; under a
foreign profile it is not.
"""

import argparse
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.metrics.lpips import lpips
from evaluation.metrics.psnr import psnr
from evaluation.metrics.ssim import ssim
from quad_studio.adapters.weights import AdapterWeights
from quad_studio.cancel import CancelToken
from quad_studio.config import load_project
from quad_studio.engine.build import Builder, BuildRequest
from quad_studio.events import ignore
from quad_studio.quad.calibrate import CalibrateInput, calibrate
from quad_studio.quad.distill import DistillInput, DistillOptions, distill
from quad_studio.quad.evaluate import EvaluateInput, compare_latents, denoise
from quad_studio.quad.profile import Profile, ProfileInput, ProfileOptions, build_profile
from quad_studio.quad.trajectory import noised_feeds

COLUMNS = ("per-adapter", "merged", "anchor", "QUAD", "unified + KD")


@dataclass(frozen=True)
class Cell:
    """One adapter under one profile."""

    set_name: str
    adapter: str
    column: str
    psnr_db: float
    ssim: float
    lpips: float
    sim_dir: float
    sim_image: float
    latent_sqnr_db: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 if QUAD is more than half a dB below the ceiling anywhere."""
    given = parse(arguments)
    import torch

    torch.set_num_threads(given.threads)
    project = load_project(given.project)
    builder = Builder(
        BuildRequest(project=project, output=given.work / "bundle"),
        given.work,
        emit=ignore,
        cancel=CancelToken(),
    )
    given.work.mkdir(parents=True, exist_ok=True)
    items = {entry.name: heldout(builder, entry, given.items) for entry in project.adapters}
    cells: list[Cell] = []
    for set_name, gain in (("as trained", 1.0), ("different ranges", given.gain)):
        started = time.perf_counter()
        adapters = tuple(
            regained(a, gain if k % 2 else 1.0) for k, a in enumerate(ordered(builder, given))
        )
        cells += judge(given, builder, set_name, adapters, items)
        print(f"{set_name}: {time.perf_counter() - started:.0f} s")
    print(table(cells))
    if given.json:
        given.json.write_text(json.dumps([asdict(cell) for cell in cells], indent=1))
    return 0 if all(gap(cells, cell) < 0.5 for cell in cells if cell.column == "QUAD") else 1


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--project", type=Path, default=Path("resources/demo/project.toml"))
    parser.add_argument("--work", type=Path, default=Path("out/benchmarks/quantization"))
    parser.add_argument("--anchor", default="transform")
    parser.add_argument("--items", type=int, default=4, help="held-out inputs an adapter")
    parser.add_argument("--steps", type=int, default=8, help="DDIM steps")
    parser.add_argument("--kd-steps", type=int, default=100)
    parser.add_argument("--learning-rate", type=float, default=2e-3)
    parser.add_argument("--gain", type=float, default=16.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path)
    return parser.parse_args(arguments)


def ordered(builder: Any, given: argparse.Namespace) -> list[AdapterWeights]:
    """Return the adapters with the anchor first, so that it keeps its ranges."""
    return sorted(builder.adapters, key=lambda adapter: adapter.name != given.anchor)


def regained(adapter: AdapterWeights, gain: float) -> AdapterWeights:
    """Return the same adapter with scale moved from lora_B to lora_A."""
    factor = np.float32(gain)
    modules = {m: (a * factor, b / factor) for m, (a, b) in adapter.modules.items()}
    return replace(adapter, modules=modules)


def heldout(builder: Any, entry: Any, count: int) -> list[Any]:
    """Return encoded inputs that calibration has not seen."""
    from quad_studio.engine.calibration_items import encode_items
    from quad_studio.inputs import load_input_set
    from quad_studio.use_cases.prepare import prepare, settle

    use_case = entry.calibration_use_case or entry.use_cases[0]
    settings = builder.project.use_case(use_case)
    frame = builder.frame
    chosen = settle(
        use_case, frame, adapter=entry.name, sampler="ddim", steps=8, guidance=settings.guidance
    )
    inputs = load_input_set(settings.inputs, use_case=use_case)
    picked = inputs.select(split="heldout", limit=count)
    prepared = [prepare(chosen, item, frame) for item in picked]
    return [encoded.item for encoded in encode_items(builder.loaded, prepared)]


def judge(
    given: argparse.Namespace,
    builder: Any,
    set_name: str,
    adapters: Sequence[AdapterWeights],
    items: Mapping[str, Sequence[Any]],
) -> list[Cell]:
    """Return the cells of one set of adapters."""
    program, scheduler = builder.program, builder.loaded.scheduler
    statistics = calibrate(
        CalibrateInput(program, adapters, builder.feeds, histograms=False)
    ).statistics

    def profile_of(anchor: str) -> Profile:
        options = ProfileOptions(lora_encoding=builder.project.quantization.lora_encoding)
        return build_profile(ProfileInput(program, statistics, adapters, anchor, options)).profile

    def fitted(adapter: AdapterWeights, profile: Profile) -> AdapterWeights:
        own = [encoded.item for encoded in builder.encoded[adapter.name]]
        extra = noised_feeds(own, builder.final_latents[adapter.name], scheduler, per_item=4)
        options = DistillOptions(
            steps=given.kd_steps,
            learning_rate=given.learning_rate,
            evaluate_every=max(1, given.kd_steps // 2),
        )
        feeds = [*builder.feeds[adapter.name], *extra]
        out = distill(DistillInput(program, profile, adapter, feeds, statistics, options))
        print(
            f"  {adapter.name}: relative error {out.loss_before:.2e}, rebalanced "
            f"{out.loss_rebalanced:.2e}, distilled {out.loss_after:.2e}"
        )
        return out.adapter

    anchor, unified = profile_of(given.anchor), profile_of("unified")
    cells = []
    for adapter in adapters:
        mine = items[adapter.name]
        reference = denoise(EvaluateInput(program, None, adapter, mine, scheduler, given.steps))
        is_anchor = adapter.name == given.anchor
        plan = {
            "per-adapter": (profile_of(adapter.name), adapter),
            "merged": (unified, adapter),
            "anchor": (anchor, adapter),
            "QUAD": (anchor, adapter if is_anchor else fitted(adapter, anchor)),
            "unified + KD": (unified, fitted(adapter, unified)),
        }
        for column, (profile, weights) in plan.items():
            seen = denoise(
                EvaluateInput(program, profile.encodings, weights, mine, scheduler, given.steps)
            )
            cells.append(measure(builder, set_name, adapter.name, column, seen, reference, mine))
    return cells


def measure(
    builder: Any,
    set_name: str,
    adapter: str,
    column: str,
    seen: Sequence[Any],
    reference: Sequence[Any],
    items: Sequence[Any],
) -> Cell:
    """Return the metrics of one adapter under one profile."""
    latents = compare_latents(seen, reference, items)
    theirs, ours = decode(builder, reference), decode(builder, seen)
    return Cell(
        set_name,
        adapter,
        column,
        float(psnr(theirs, ours, data_range=1.0).mean()),
        float(ssim(theirs, ours, data_range=1.0).mean()),
        float(np.mean(lpips(theirs, ours))),
        latents.sim_dir,
        latents.sim_image,
        latents.sqnr_db,
    )


def decode(builder: Any, latents: Sequence[Any]) -> Any:
    """Return (N, H, W, 3) images in [0, 1], by the FP32 decoder."""
    import torch

    vae = builder.loaded.vae
    with torch.no_grad():
        images = [
            vae.decode(torch.from_numpy(z) / vae.config.scaling_factor).sample for z in latents
        ]
    stacked = (torch.cat(images) / 2 + 0.5).clamp(0, 1)
    return stacked.permute(0, 2, 3, 1).contiguous().numpy().astype(np.float32)


def gap(cells: Sequence[Cell], cell: Cell) -> float:
    """Return by how many dB `cell` is below its adapter's ceiling."""
    ceiling = next(
        c.psnr_db
        for c in cells
        if (c.set_name, c.adapter, c.column) == (cell.set_name, cell.adapter, "per-adapter")
    )
    return ceiling - cell.psnr_db


def table(cells: Sequence[Cell]) -> str:
    """Return a Markdown table, one row a cell."""
    head = (
        "| adapters | adapter | profile | PSNR dB | SSIM | LPIPS | sim_dir | sim_image | SQNR dB |"
    )
    rows = [
        f"| {c.set_name} | {c.adapter} | {c.column} | {c.psnr_db:.2f} | {c.ssim:.4f} | "
        f"{c.lpips:.4f} | {c.sim_dir:.4f} | {c.sim_image:.4f} | {c.latent_sqnr_db:.1f} |"
        for c in cells
    ]
    return "\n".join([head, "|" + "---|" * 9, *rows])


if __name__ == "__main__":
    raise SystemExit(main())
