"""What quantization_table says: its rows, what KD mends, and which scale is the better."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from benchmarks._quantization import LEAST_FOR_KID, Quality
from benchmarks._record import Table, publish

ALL = "all adapters"
BOUND_DB = 0.5


@dataclass(frozen=True)
class Cell:
    """One adapter under one profile; means over its inputs."""

    set_name: str
    encoding: str
    column: str
    adapter: str
    inputs: int
    quality: Quality
    sim_dir: float
    sim_image: float
    latent_sqnr_db: float


@dataclass(frozen=True)
class Fit:
    """One distillation.

    Attributes:
        before, rebalanced, after: Relative error of the U-Net's output: as it came, after scale
            was moved between lora_A and lora_B, after the optimizer's steps.
    """

    set_name: str
    column: str
    adapter: str
    before: float
    rebalanced: float
    after: float
    seconds: float


def report(
    cells: Sequence[Cell],
    fits: Sequence[Fit],
    *,
    anchor: str,
    chosen: str,
    rule: str,
    settings: Mapping[str, Any],
) -> None:
    """Print the tables and leave them for the runner of the benchmarks."""
    first, *others = [rows_of(cells, name) for name in dict.fromkeys(c.set_name for c in cells)]
    said = [
        f"anchor: {anchor}, {rule}"
        + ("" if chosen == anchor else f'; with anchor = "auto" a build takes {chosen}'),
        f"{settings['items']} held-out inputs an adapter, {settings['steps']} DDIM steps; KD "
        f"{settings['kd_steps']} steps on {settings['kd_calls']} calls, data-free; "
        f"{settings['threads']} threads",
        "the paper has, on its own model: PSNR 33.04, SSIM 0.94, LPIPS 0.12 (object removal), "
        "sim_dir 0.9428, sim_image 0.881 (transformation)",
    ]
    first = replace(first, notes=[*said, *first.notes])
    publish(
        [first, *others, distillations(cells, fits)],
        title="One shared profile against encodings of every adapter's own",
        data={"cells": [asdict(c) for c in cells], "fits": [asdict(f) for f in fits]},
    )


def single(cells: Sequence[Cell], column: str) -> list[Cell]:
    """Return the cells of one profile, adapter by adapter."""
    return [c for c in cells if c.column == column and c.adapter != ALL]


def find(cells: Sequence[Cell], like: Cell, column: str) -> Cell | None:
    """Return the cell of another profile beside `like`."""
    where = (like.set_name, like.encoding, like.adapter, column)
    found = (c for c in cells if (c.set_name, c.encoding, c.adapter, c.column) == where)
    return next(found, None)


def gap(cells: Sequence[Cell], cell: Cell) -> float:
    """Return by how many dB `cell` is below its adapter's ceiling."""
    ceiling = find(cells, cell, "per-adapter")
    assert ceiling is not None, "every set is measured with encodings of each adapter's own"
    return ceiling.quality.psnr_db - cell.quality.psnr_db


def rows_of(cells: Sequence[Cell], set_name: str) -> Table:
    """Return the table of one set of adapters."""
    mine = [cell for cell in cells if cell.set_name == set_name]

    def order(cell: Cell) -> tuple[bool, bool, str]:
        return cell.encoding != mine[0].encoding, cell.adapter == ALL, cell.adapter

    has_kid = any(cell.quality.kid is not None for cell in mine)
    rows = [
        [
            c.encoding,
            c.adapter,
            c.column,
            c.inputs,
            f"{c.quality.psnr_db:.2f}",
            f"{0.0 - gap(cells, c):+.2f}",  # so that none at all is not "-0.00"
            f"{c.quality.ssim:.4f}",
            f"{c.quality.lpips:.4f}",
            *kid_text(c.quality.kid, has_kid),
            f"{c.sim_dir:.4f}",
            f"{c.sim_image:.4f}",
            f"{1000 * c.quality.structure_distance:.4f}",
            f"{c.latent_sqnr_db:.1f}",
        ]
        for c in sorted(mine, key=order)
    ]
    columns = (
        "LoRA scale", "adapter", "profile", "n", "PSNR dB", "to the ceiling", "SSIM", "LPIPS",
        *(["KID x1000"] if has_kid else []), "sim_dir", "sim_image", "structure x1000",
        "latents' SQNR dB",
    )  # fmt: skip
    return Table(
        title=f"Adapters {set_name}, against FP32", columns=columns, rows=rows, notes=notes(mine)
    )


def kid_text(value: float | None, has_kid: bool) -> list[str]:
    """Return the cell of the KID: none without that column, an empty one without a value."""
    if not has_kid:
        return []
    return ["" if value is None else f"{1000 * value:.3f}"]


def notes(cells: Sequence[Cell]) -> list[str]:
    """Say how far the profiles are from the ceiling, and which reading is the better."""
    lines = []
    for encoding in dict.fromkeys(c.encoding for c in cells):
        mine = [c for c in cells if c.encoding == encoding]
        worst = [
            f"{column} {max(gap(cells, c) for c in single(mine, column)):.2f} dB"
            for column in dict.fromkeys(c.column for c in mine)
            if column != "per-adapter"
        ]
        lines.append(f"{encoding}: at worst below the per-adapter ceiling: {', '.join(worst)}")
    if all(c.quality.kid is None for c in cells):
        most = max(c.inputs for c in cells)
        lines.append(f"no KID: {most} images at most, an estimate wants {LEAST_FOR_KID}")
    readings = list(dict.fromkeys(c.encoding for c in cells))
    shared = [c for c in cells if c.adapter == ALL and c.column == "anchor"]
    if len(readings) > 1 and len(shared) > 1:
        best = max(shared, key=lambda c: c.quality.psnr_db)
        told = ", ".join(f"{c.encoding} {c.quality.psnr_db:.2f} dB" for c in shared)
        lines.append(f"better LoRA scale under the anchor's profile: {best.encoding} ({told})")
    return lines


def distillations(cells: Sequence[Cell], fits: Sequence[Fit]) -> Table:
    """Return what each distillation mended, and at what price."""
    rows = []
    for fit in fits:
        like = next(
            c
            for c in cells
            if (c.set_name, c.column, c.adapter) == (fit.set_name, fit.column, fit.adapter)
        )
        plain = find(cells, like, "anchor" if fit.column == "QUAD" else "merged")
        assert plain is not None, "the first encoding is measured on every profile"
        gained = like.quality.psnr_db - plain.quality.psnr_db
        rows.append(
            [
                fit.set_name,
                fit.column,
                fit.adapter,
                f"{fit.before:.2e}",
                f"{fit.rebalanced:.2e}",
                f"{fit.after:.2e}",
                f"{gained:+.2f}",
                f"{fit.seconds:.0f}",
                f"{fit.seconds / gained:.1f}" if gained > BOUND_DB / 5 else None,
            ]
        )
    columns = (
        "adapters", "profile", "adapter", "error before", "rebalanced", "distilled",
        "PSNR gained, dB", "seconds", "seconds a dB",
    )  # fmt: skip
    return Table(
        title="What distillation mends",
        columns=columns,
        rows=rows,
        notes=[
            "error: of the U-Net's output against FP32 on the calls learned from, over its power; "
            "rebalanced: scale moved between lora_A and lora_B, which changes nothing in FP32",
        ],
    )
