"""Compute every reference value again and write the table in docs/metrics.md.

    python -m evaluation.reference_table            write docs/metrics.md's table
    python -m evaluation.reference_table --check    only compare; 1 where a value is off

A line is metric x source x expected x ours x tolerance. What is expected, by whom, stands in
resources/templates/reference_values.toml.
"""

import argparse
import sys
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.errors import EvaluationError
from evaluation.metrics import (
    channel_error,
    dists,
    fid,
    flip,
    kid,
    latent_similarity,
    lpips,
    ms_ssim,
    psnr,
    ssim,
    structure_distance,
)

BEGIN, END = "<!-- reference table: begin -->", "<!-- reference table: end -->"
DOCUMENT = Path("docs/metrics.md")


@dataclass(frozen=True)
class Line:
    """One line of the table.

    Attributes:
        metric: What was computed, and on what.
        source: The library or publication.
        expected: Its value.
        ours: Ours, None where the metric is not available here.
        tolerance: Largest absolute difference allowed.
        note: Why there is no value.
    """

    metric: str
    source: str
    expected: float
    ours: float | None
    tolerance: float
    note: str = ""

    @property
    def agrees(self) -> bool:
        """Return whether the two values agree; a missing one does not count as wrong."""
        return self.ours is None or abs(self.ours - self.expected) <= self.tolerance


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    parser.add_argument("--file", type=Path, default=DOCUMENT)
    given = parser.parse_args(arguments)
    lines = reference_lines()
    table = render(lines)
    if given.check:
        sys.stdout.write(table + "\n")
    else:
        insert(given.file, table)
    wrong = [line for line in lines if not line.agrees]
    for line in wrong:
        sys.stderr.write(f"{line.metric}: {line.ours} is not {line.expected} ({line.source})\n")
    return 1 if wrong else 0


def reference_lines() -> list[Line]:
    """Compute every line."""
    functions = _functions()
    text = (
        resources.files("resources").joinpath("templates/reference_values.toml").read_text("utf-8")
    )
    lines = []
    for entry in tomllib.loads(text)["values"]:
        ours, note = _value(functions[entry["value"]])
        lines.append(
            Line(
                entry["metric"],
                entry["source"],
                float(entry["expected"]),
                ours,
                float(entry["tolerance"]),
                note,
            )
        )
    return lines


def render(lines: Sequence[Line]) -> str:
    """Return the table as Markdown."""
    rows = [
        "| metric, input | held to | expected | ours | difference | tolerance | |",
        "|---|---|---:|---:|---:|---:|---|",
    ]
    for line in lines:
        if line.ours is None:
            ours, difference, verdict = "not available", "", line.note
        else:
            ours = f"{line.ours:.7g}"
            difference = f"{abs(line.ours - line.expected):.1e}"
            verdict = "agrees" if line.agrees else "**differs**"
        cells = (line.metric, line.source, f"{line.expected:.7g}", ours, difference)
        rows.append(f"| {' | '.join(cells)} | {line.tolerance:g} | {verdict} |")
    return "\n".join(rows)


def insert(path: Path, table: str) -> None:
    """Put the table between the marks of a document.

    Raises:
        EvaluationError: The document has no marks.
    """
    text = path.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        raise EvaluationError(f"{path}: has no marks {BEGIN} and {END}")
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    path.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")


def _value(function: Callable[[], float]) -> tuple[float | None, str]:
    try:
        return float(function()), ""
    except EvaluationError as exc:
        return None, str(getattr(exc, "because", exc)).replace("|", "/")


def _functions() -> dict[str, Callable[[], float]]:
    """Return what computes each value of the file, by the name it has there."""
    cat, cat_noise = _cat()
    camera, camera_noise = _camera()
    photo, other_photo = _two_photos()
    e1, e2, e3 = np.eye(3)
    zero, eye, rising = np.zeros(16), np.eye(16), np.diag(np.arange(1.0, 17))
    first = np.random.default_rng(1).normal(size=(50, 16))
    second = np.random.default_rng(2).normal(size=(50, 16)) + 0.2
    flat = np.full((1, 16, 16, 1), 100.0)
    black = np.zeros((1, 64, 64, 3), np.float32)
    return {
        "psnr_cat": lambda: psnr.psnr(cat, cat_noise, data_range=1.0)[0],
        "psnr_camera": lambda: psnr.psnr(camera, camera_noise, data_range=255)[0],
        "psnr_shift": lambda: psnr.psnr(flat, flat + 1, data_range=255)[0],
        "ssim_cat": lambda: ssim.ssim(cat, cat_noise, data_range=1.0)[0],
        "ssim_camera": lambda: ssim.ssim(camera, camera_noise, data_range=255)[0],
        "ssim_flat": lambda: ssim.ssim(flat, flat * 1.1, data_range=255)[0],
        "ms_ssim_cat": lambda: ms_ssim.ms_ssim(cat, cat_noise, data_range=1.0)[0],
        "lpips_alex_cat": lambda: lpips.lpips(cat, cat_noise)[0],
        "lpips_vgg_cat": lambda: lpips.lpips(cat, cat_noise, net="vgg")[0],
        "lpips_alex_photos": lambda: lpips.lpips(photo, other_photo)[0],
        "lpips_vgg_photos": lambda: lpips.lpips(photo, other_photo, net="vgg")[0],
        "dists_cat": lambda: dists.dists(cat, cat_noise)[0],
        "flip_cat": lambda: flip.flip(cat, cat_noise)[0],
        "flip_black_white": lambda: flip.flip(black, black + 1)[0],
        "fid_shift": lambda: fid.frechet_distance(zero, eye, zero + 0.5, eye),
        "fid_scale": lambda: fid.frechet_distance(zero, eye, zero, 4 * eye),
        "fid_reversed": lambda: fid.frechet_distance(zero, rising, zero, rising[::-1, ::-1]),
        "mmd": lambda: kid.mmd(first, second),
        "sim_dir": lambda: latent_similarity.sim_dir(e2, e3, e1),
        "sim_image": lambda: latent_similarity.sim_image(e1, e2, e3),
        "structure": lambda: structure_distance.self_similarity_mse(np.eye(3), np.ones((3, 3))),
        "histogram": lambda: channel_error.histogram_distance(black, black + np.float32(0.5))[0],
    }


def _cat() -> tuple[Any, Any]:
    """Return scikit-image's "chelsea" and the same with Gaussian noise of 15 levels."""
    import skimage.data

    random = np.random.default_rng(0)
    clean = skimage.data.chelsea()
    noisy = np.clip(clean + random.normal(0, 15, clean.shape), 0, 255).round().astype(np.uint8)
    return clean[None].astype(np.float32) / 255, noisy[None].astype(np.float32) / 255


def _camera() -> tuple[Any, Any]:
    """Return scikit-image's "camera" and the noisy copy of its own SSIM test."""
    import skimage.data

    random = np.random.RandomState(5)
    clean = skimage.data.camera()
    noisy = np.clip(clean + 20.0 * random.randn(*clean.shape), 0, 255).astype(clean.dtype)
    return clean[None, :, :, None].astype(np.float64), noisy[None, :, :, None].astype(np.float64)


def _two_photos() -> tuple[Any, Any]:
    """Return two different photos of one size."""
    import skimage.data

    crop = (slice(100, 356), slice(100, 356))
    photos = (skimage.data.astronaut()[crop], skimage.data.coffee()[crop])
    first, second = (photo[None].astype(np.float32) / 255 for photo in photos)
    return first, second


if __name__ == "__main__":
    sys.exit(main())
