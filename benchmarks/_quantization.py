"""What the quantization benchmarks share: a builder that keeps its stages, inputs and images."""

import argparse
import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from evaluation.metrics.kid import MIN_IMAGES as LEAST_FOR_KID
from quad_studio.adapters.weights import AdapterWeights
from quad_studio.cancel import CancelToken
from quad_studio.config import load_project
from quad_studio.engine.builder import Builder
from quad_studio.quad.statistics import Statistics

BETWEEN = (".lora_down", ".lora_scale")


@dataclass(frozen=True)
class Quality:
    """What candidates are worth against FP32; means over images.

    Attributes:
        kid: Kernel Inception distance; None of fewer than LEAST_FOR_KID images.
    """

    psnr_db: float
    ssim: float
    lpips: float
    kid: float | None
    structure_distance: float


def default_threads() -> int:
    """Return OMP_NUM_THREADS where it is set, else two: on a busy machine one is the faster."""
    return int(os.environ.get("OMP_NUM_THREADS", "2"))


def make_builder(
    given: argparse.Namespace, emit: Callable[[Any], None], adapters: Sequence[str] = ()
) -> Builder:
    """Return a builder of the project that keeps its stages under --work.

    Args:
        given: Has `project` and `work`.
        emit: Told of the stages' progress.
        adapters: Which of the project's take part, in this order; empty: all.
    """
    given.work.mkdir(parents=True, exist_ok=True)
    project = load_project(given.project)
    if adapters:
        project = replace(project, adapters=tuple(project.adapter(name) for name in adapters))
    return Builder(project, given.work, emit=emit, cancel=CancelToken())


def heldout(builder: Builder, name: str, count: int) -> list[Any]:
    """Return encoded inputs of adapter `name` that calibration has not seen."""
    from quad_studio.engine.calibration_items import encode_items
    from quad_studio.inputs import load_input_set
    from quad_studio.use_cases.prepare import prepare, settle

    entry = builder.entry(name)
    use_case = entry.calibration_use_case or entry.use_cases[0]
    settings = builder.project.use_case(use_case)
    frame = builder.frame
    chosen = settle(
        use_case, frame, adapter=name, sampler="ddim", steps=8, guidance=settings.guidance
    )
    inputs = load_input_set(settings.inputs, use_case=use_case)
    picked = inputs.select(split="heldout", limit=count)
    prepared = [prepare(chosen, item, frame) for item in picked]
    return [encoded.item for encoded in encode_items(builder.loaded, prepared)]


def decode(builder: Builder, latents: Sequence[Any]) -> Any:
    """Return (N, H, W, 3) images in [0, 1], by the FP32 decoder."""
    import torch

    vae = builder.loaded.vae
    with torch.no_grad():
        images = [
            vae.decode(torch.from_numpy(z) / vae.config.scaling_factor).sample for z in latents
        ]
    stacked = (torch.cat(images) / 2 + 0.5).clamp(0, 1)
    return stacked.permute(0, 2, 3, 1).contiguous().numpy().astype(np.float32)


def quality(theirs: Any, ours: Any) -> Quality:
    """Return the metrics of images against FP32's, without the KID: that is for a pool of them."""
    from evaluation.metrics.lpips import lpips
    from evaluation.metrics.psnr import psnr
    from evaluation.metrics.ssim import ssim
    from evaluation.metrics.structure_distance import structure_distance

    return Quality(
        float(psnr(theirs, ours, data_range=1.0).mean()),
        float(ssim(theirs, ours, data_range=1.0).mean()),
        float(np.mean(lpips(theirs, ours))),
        None,
        float(structure_distance(theirs, ours).mean()),
    )


def kid_of(theirs: Any, ours: Any) -> float | None:
    """Return the kernel Inception distance of images, or None of too few."""
    from evaluation.metrics.inception import features
    from evaluation.metrics.kid import kid

    if len(theirs) < LEAST_FOR_KID:
        return None
    return kid(features(theirs), features(ours), paired=True).value


def regained(adapter: AdapterWeights, gain: float) -> AdapterWeights:
    """Return the same adapter with scale moved from lora_B to lora_A."""
    factor = np.float32(gain)
    modules = {m: (a * factor, b / factor) for m, (a, b) in adapter.modules.items()}
    return replace(adapter, modules=modules)


def regained_statistics(statistics: Statistics, gains: Mapping[str, float]) -> Statistics:
    """Return what calibration would see of regained adapters.

    Only what lies between lora_A and lora_B is multiplied; all else is the same function. With a
    power of two as the gain, the numbers are those of another calibration bit by bit.
    """
    between = [site.rpartition(":")[0].endswith(BETWEEN) for site in statistics.sites]
    found = {}
    for name, seen in statistics.adapters.items():
        factor = np.where(between, gains.get(name, 1.0), 1.0)[:, None]
        found[name] = replace(seen, minimum=seen.minimum * factor, maximum=seen.maximum * factor)
    return replace(statistics, adapters=found)


def matrices_hash(adapter: AdapterWeights) -> str:
    """Return a hash of an adapter's values."""
    digest = hashlib.sha256()
    for module, pair in sorted(adapter.modules.items()):
        digest.update(module.encode())
        for matrix in pair:
            digest.update(np.ascontiguousarray(matrix).tobytes())
    return digest.hexdigest()
