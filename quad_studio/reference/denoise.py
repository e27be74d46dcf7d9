"""The denoising loop of the reference: diffusers' scheduler, or the table where it has none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from quad_studio.errors import StageError
from quad_studio.samplers import ddim, dpm_solver, euler, lcm
from quad_studio.samplers.execute import Conditions, run_plan
from quad_studio.samplers.plan import SamplerPlan
from quad_studio.use_cases.prepare import Prepared

_CLASSES = {
    euler.NAME: "EulerDiscreteScheduler",
    ddim.NAME: "DDIMScheduler",
    dpm_solver.NAME: "DPMSolverMultistepScheduler",
    lcm.NAME: "LCMScheduler",
}


@dataclass(frozen=True, kw_only=True)
class Guided:
    """The U-Net with its text conditioning, as one call with guidance.

    Attributes:
        conditional: (N, T, D) hidden states of the prompts.
        unconditional: The same of the negative prompts, or None.
        extra: (N, C, h, w) channels behind the latents, or None.
    """

    unet: Any
    conditional: Any
    unconditional: Any
    extra: Any

    def __call__(self, latents: Any, timestep: Any, guidance: float) -> Any:
        """Return the model output for scaled latents."""
        import torch

        sample = latents if self.extra is None else torch.cat([latents, self.extra], dim=1)
        conditional = self.unet(sample, timestep, self.conditional, return_dict=False)[0]
        if guidance == 1.0:
            return conditional
        unconditional = self.unet(sample, timestep, self.unconditional, return_dict=False)[0]
        return unconditional + guidance * (conditional - unconditional)


@dataclass(frozen=True, kw_only=True)
class Latents:
    """Torch tensors of a batch.

    Attributes:
        noise: (n, N, C, h, w).
        source: (N, C, h, w) latents of the input image, or None.
        mask: (N, 1, h, w), only where a 4-channel model blends.
    """

    noise: Any
    source: Any = None
    mask: Any = None


def denoise(
    ready: Prepared, model: Guided, latents: Latents, check: Callable[[], None]
) -> tuple[Any, Any]:
    """Return (first latents, final latents) of a batch that shares `ready`'s settings and plan."""
    name = _CLASSES.get(ready.plan.sampler)
    if name is None:
        return _by_table(ready.plan, model, latents, check)
    import diffusers

    scheduler = getattr(diffusers, name).from_config({**ready.scheduler, "clip_sample": False})
    start = _set_timesteps(scheduler, ready)
    timesteps = scheduler.timesteps[start:]
    _agree(ready.plan, [float(t) for t in timesteps])
    if ready.settings.edit_strength is None:
        first = latents.noise[0] * float(scheduler.init_noise_sigma)
    else:
        first = _noised(scheduler, latents.source, latents.noise[0], timesteps[0])
    return first, _steps(scheduler, ready, model, latents, first, timesteps, check)


def _set_timesteps(scheduler: Any, ready: Prepared) -> int:
    """Set the schedule and return how many steps of it are left out."""
    settings, strength = ready.settings, ready.settings.edit_strength
    if ready.plan.sampler == lcm.NAME:
        scheduler.set_timesteps(settings.steps, strength=1.0 if strength is None else strength)
        return 0
    scheduler.set_timesteps(settings.steps)
    start = settings.steps - ready.plan.num_steps
    if hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(start)
    return start


def _agree(plan: SamplerPlan, timesteps: Sequence[float]) -> None:
    """Raise if table and scheduler do not visit the same timesteps: then no pair is comparable."""
    ours = [step.timestep for step in plan.steps]
    if not np.allclose(ours, timesteps, atol=1e-3):
        raise StageError(
            "reference", f"{plan.sampler}: the table visits {ours}, diffusers {list(timesteps)}"
        )


def _noised(scheduler: Any, source: Any, noise: Any, timestep: Any) -> Any:
    """Return the source with the noise of a timestep."""
    return scheduler.add_noise(source, noise, timestep[None])


def _steps(
    scheduler: Any,
    ready: Prepared,
    model: Guided,
    latents: Latents,
    first: Any,
    timesteps: Any,
    check: Callable[[], None],
) -> Any:
    """Run the steps with diffusers' own arithmetic."""
    x = first
    for index, (step, timestep) in enumerate(zip(ready.plan.steps, timesteps, strict=True)):
        check()
        output = model(scheduler.scale_model_input(x, timestep), timestep, step.guidance)
        following = timesteps[index + 1] if index + 1 < len(timesteps) else None
        noise = latents.noise[step.noise_index] if step.noise else None
        if ready.plan.sampler == lcm.NAME:
            x = scheduler.step(output, timestep, x).denoised
            if following is not None:
                # its own step would draw noise that no device has; this is the same sum
                x = _noised(scheduler, x, noise, following)
        elif ready.plan.sampler == ddim.NAME:
            eta = ready.settings.eta if noise is not None else 0.0
            x = scheduler.step(output, timestep, x, eta=eta, variance_noise=noise).prev_sample
        else:
            x = scheduler.step(output, timestep, x).prev_sample
        if step.blend is not None:
            known = latents.source
            if following is not None:
                known = _noised(scheduler, known, latents.noise[0], following)
            x = latents.mask * x + (1.0 - latents.mask) * known
    return x


def _by_table(
    plan: SamplerPlan, model: Guided, latents: Latents, check: Callable[[], None]
) -> tuple[Any, Any]:
    """Run the coefficient table in float32 around diffusers' U-Net."""
    import torch

    device = latents.noise.device
    first = plan.init.noise * latents.noise[0]
    if plan.init.latents:
        first = first + plan.init.latents * latents.source

    def call(model_input: Any, timestep: float, unconditional: bool) -> Any:
        check()
        sample = torch.from_numpy(model_input).to(device)
        states = model.unconditional if unconditional else model.conditional
        return replace(model, conditional=states)(sample, timestep, 1.0).cpu().numpy()

    # the extra channels are the model's own here, so that the table only sees the latents
    needs = replace(plan.needs, mask=latents.mask is not None)
    bare = replace(plan, input_layout=plan.input_layout[:1], needs=needs)
    conditions = Conditions(init_latents=_array(latents.source), mask=_array(latents.mask))
    final = run_plan(bare, call, _array(latents.noise), conditions, dtype=np.float32)
    return first, torch.from_numpy(final).to(device)


def _array(tensor: Any) -> Any:
    """Return a NumPy array, or None for None."""
    return None if tensor is None else tensor.cpu().numpy()
