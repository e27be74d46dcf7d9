"""Judge a profile in the simulator: whole denoising runs against FP32, without any device."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from quad_studio.adapters.weights import AdapterWeights
from quad_studio.cancel import CancelToken
from quad_studio.events import Emit, StageFinished, StageProgress, StageStarted, ignore
from quad_studio.quad.affine import Encoding
from quad_studio.quad.profile import ProfileInput, ProfileOptions, build_profile
from quad_studio.quad.slots import pad_to_slots
from quad_studio.quad.statistics import Statistics
from quad_studio.quad.trajectory import CalibrationItem, make_ddim, make_feed

if TYPE_CHECKING:
    from quad_studio.quad.network.program import SiteProgram

NAME = "evaluate"


@dataclass(frozen=True)
class EvaluateInput:
    """What is judged.

    Attributes:
        program: The traced program.
        encodings: The profile's encodings; None judges FP32 itself.
        adapter: In the slots, or None.
        items: Encoded inputs, best held out from calibration.
        scheduler: Noise schedule.
        steps: DDIM steps.
    """

    program: "SiteProgram" = field(repr=False)
    encodings: Mapping[str, Encoding] | None = field(repr=False)
    adapter: AdapterWeights | None
    items: Sequence[CalibrationItem] = field(repr=False)
    scheduler: Mapping[str, Any]
    steps: int = 8


@dataclass(frozen=True)
class LatentFidelity:
    """Agreement of final latents with FP32, averaged over inputs.

    Attributes:
        sqnr_db: Power of the FP32 latents over the power of the difference.
        sim_image: cos(z, z_fp32).
        sim_dir: cos(z - z_T, z_fp32 - z_T).
        inputs: How many inputs.
    """

    sqnr_db: float
    sim_image: float
    sim_dir: float
    inputs: int


def denoise(
    given: EvaluateInput, *, emit: Emit = ignore, cancel: CancelToken | None = None
) -> tuple[NDArray[np.float32], ...]:
    """Return the final latents of every item."""
    import torch

    started = time.monotonic()
    who = given.adapter.name if given.adapter else "no adapter"
    emit(StageStarted(stage=NAME, title=f"Denoise in the simulator, {who}"))
    given.program.set_encodings(given.encodings)
    slots = pad_to_slots(given.adapter, given.program.slots) if given.adapter else None
    finals = []
    total, done = len(given.items) * given.steps, 0
    with torch.no_grad():
        for item in given.items:
            scheduler = make_ddim(given.scheduler, given.steps)
            x = torch.as_tensor(item.noise, dtype=torch.float32)
            for timestep in scheduler.timesteps:
                if cancel is not None:
                    cancel.check()
                feed = make_feed(item, x, float(timestep), given.scheduler)
                output = given.program.run(feed.inputs, slots)
                x = scheduler.step(output, timestep, x).prev_sample
                done += 1
                emit(StageProgress(stage=NAME, done=done, total=total, note=who))
            finals.append(x.numpy())
    given.program.set_encodings(None)
    emit(StageFinished(stage=NAME, seconds=time.monotonic() - started, note=who))
    return tuple(finals)


def compare_latents(
    candidate: Sequence[NDArray[np.float32]],
    reference: Sequence[NDArray[np.float32]],
    items: Sequence[CalibrationItem],
) -> LatentFidelity:
    """Return how well final latents agree with those of FP32."""
    noise = power = 0.0
    image, direction = [], []
    for z, z_ref, item in zip(candidate, reference, items, strict=True):
        start = np.asarray(item.noise, np.float64)
        a, b = np.asarray(z, np.float64), np.asarray(z_ref, np.float64)
        noise += float(np.square(a - b).sum())
        power += float(np.square(b).sum())
        image.append(_cosine(a, b))
        direction.append(_cosine(a - start, b - start))
    sqnr_db = 10 * np.log10(power / max(noise, 1e-30))
    return LatentFidelity(
        float(sqnr_db), float(np.mean(image)), float(np.mean(direction)), len(image)
    )


def _cosine(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    return float((a * b).sum() / max(float(np.linalg.norm(a) * np.linalg.norm(b)), 1e-30))


def ceilings(
    program: "SiteProgram",
    statistics: Statistics,
    adapters: Sequence[AdapterWeights],
    items: Mapping[str, Sequence[CalibrationItem]],
    scheduler: Mapping[str, Any],
    options: ProfileOptions,
    *,
    steps: int = 8,
    check: Callable[[], None] = lambda: None,
) -> dict[str, LatentFidelity]:
    """Return what each adapter reaches with encodings of its own: the ceiling for any profile."""
    found = {}
    for adapter in adapters:
        check()
        own = build_profile(
            ProfileInput(program, statistics, [adapter], adapter.name, options)
        ).profile
        mine = items[adapter.name]
        reference = denoise(EvaluateInput(program, None, adapter, mine, scheduler, steps))
        seen = denoise(EvaluateInput(program, own.encodings, adapter, mine, scheduler, steps))
        found[adapter.name] = compare_latents(seen, reference, mine)
    return found
