"""Execute a coefficient table in NumPy: the definition that the runner is held to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from quad_studio.samplers.errors import SamplerProblem
from quad_studio.samplers.plan import SamplerPlan, Step

Array = NDArray[Any]


class ModelFn(Protocol):
    """Calls the U-Net: `unconditional` selects the negative prompt's embeddings."""

    def __call__(self, model_input: Array, timestep: float, unconditional: bool) -> Array:
        """Return the model output for (N, Cin, h, w)."""


@dataclass(frozen=True)
class Conditions:
    """The tensors besides noise; each (N, channels, h, w), or None where a plan needs none.

    Attributes:
        init_latents: The encoded input image: start of image-to-image, kept region of a blend.
        mask: 1 where the picture is to change.
        masked_latents: The encoded image with the masked region emptied.
    """

    init_latents: Array | None = None
    mask: Array | None = None
    masked_latents: Array | None = None


def run_plan(
    plan: SamplerPlan,
    model: ModelFn,
    noise: Array,
    conditions: Conditions = Conditions(),  # noqa: B008 -- frozen
    *,
    dtype: Any = np.float64,
    on_step: Callable[[int, Array], None] | None = None,
) -> Array:
    """Return the final latents.

    Args:
        plan: The table.
        model: The U-Net.
        noise: (n, N, channels, h, w) or (n, channels, h, w); n as `plan.needs` says.
        conditions: What else the plan needs.
        dtype: float64 for tests, float32 to compute as a device does.
        on_step: Told (step index, latents after it).

    Raises:
        SamplerProblem: A tensor that the plan needs is missing.
    """
    drawn: Array = _check(plan, noise, conditions).astype(dtype)
    x: Array = plan.init.noise * drawn[0]
    if plan.init.latents and conditions.init_latents is not None:
        x = x + plan.init.latents * conditions.init_latents.astype(dtype)
    first, outputs = x, list[Array]()
    for index, step in enumerate(plan.steps):
        model_input = _model_input(plan, step, x, conditions, dtype)
        out = _guided(model, model_input, step).astype(dtype)
        outputs.append(step.convert.x * x + step.convert.model * out)
        x = _advance(step, x, first, outputs, drawn)
        if step.blend is not None:
            x = _blended(step, x, drawn[0], conditions, dtype)
        if on_step is not None:
            on_step(index, x)
    return x


def _check(plan: SamplerPlan, noise: Array, conditions: Conditions) -> Array:
    """Return noise as (n, N, channels, h, w), or say which tensor is missing."""
    needs = plan.needs
    if len(noise) < needs.noise_tensors:
        problem = f"needs {needs.noise_tensors} noise tensors, got {len(noise)}"
        raise SamplerProblem(plan.sampler, problem)
    if needs.mask and conditions.mask is None:
        raise SamplerProblem(plan.sampler, "needs a mask")
    if (plan.init.latents or any(s.blend for s in plan.steps)) and conditions.init_latents is None:
        raise SamplerProblem(plan.sampler, "needs the latents of an input image")
    if "masked_latents" in plan.input_layout and conditions.masked_latents is None:
        raise SamplerProblem(plan.sampler, "needs the latents of a masked image")
    return noise if noise.ndim == 5 else noise[:, None]


def _model_input(
    plan: SamplerPlan, step: Step, x: Array, conditions: Conditions, dtype: Any
) -> Array:
    """Return the U-Net's input: scaled latents, then mask and masked latents where it has them."""
    parts = {
        "sample": x * step.input_scale,
        "mask": conditions.mask,
        "masked_latents": conditions.masked_latents,
    }
    chosen = [np.asarray(parts[name]).astype(dtype) for name in plan.input_layout]
    return np.concatenate(chosen, axis=1) if len(chosen) > 1 else chosen[0]


def _guided(model: ModelFn, model_input: Array, step: Step) -> Array:
    """Return the model output with classifier-free guidance."""
    conditional = model(model_input, step.timestep, False)
    if step.guidance == 1.0:
        return conditional
    unconditional = model(model_input, step.timestep, True)
    return unconditional + step.guidance * (conditional - unconditional)


def _advance(step: Step, x: Array, first: Array, outputs: list[Array], noise: Array) -> Array:
    """Return the linear combination of the step."""
    following = step.x * x
    if step.initial:
        following = following + step.initial * first
    for weight, output in zip(step.m, outputs, strict=True):
        if weight:
            following = following + weight * output
    if step.noise:
        following = following + step.noise * noise[step.noise_index]
    return following


def _blended(step: Step, x: Array, noise: Array, conditions: Conditions, dtype: Any) -> Array:
    """Put the known latents, noised to the level after this step, where the mask is 0."""
    if step.blend is None or conditions.mask is None or conditions.init_latents is None:
        return x
    mask = conditions.mask.astype(dtype)
    known = step.blend.known * conditions.init_latents.astype(dtype)
    return mask * x + (1.0 - mask) * (known + step.blend.known_noise * noise)
