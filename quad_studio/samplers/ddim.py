"""DDIM (Song et al., arXiv 2010.02502, equations 12 and 16), as in diffusers."""

import math

from quad_studio.samplers.assemble import (
    Course,
    PlanRequest,
    assemble,
    check_request,
    first_step,
)
from quad_studio.samplers.plan import SamplerPlan, Step
from quad_studio.samplers.predictions import noise_of, original_of
from quad_studio.samplers.schedule import NoiseSchedule
from quad_studio.samplers.spacing import spaced

NAME = "ddim"


def build(schedule: NoiseSchedule, request: PlanRequest) -> SamplerPlan:
    """Return the plan; m is the raw model output."""
    check_request(NAME, request, schedule.num_train_timesteps)
    timesteps = [int(t) for t in spaced(schedule, request.num_steps, whole=True)]
    stride = schedule.num_train_timesteps // request.num_steps
    start = first_step(request)
    steps = [
        _step(schedule, timestep, timestep - stride, request.eta, position)
        for position, timestep in enumerate(timesteps[start:])
    ]
    return assemble(
        NAME,
        request,
        Course(
            steps=steps,
            levels=[*(_level(schedule, t) for t in timesteps[start:]), (1.0, 0.0)],
            pure_noise=1.0,
            start=start,
        ),
    )


def _level(schedule: NoiseSchedule, timestep: int) -> tuple[float, float]:
    """Return how much image and how much noise there is at `timestep`."""
    alpha = float(schedule.alphas_cumprod[timestep])
    return math.sqrt(alpha), math.sqrt(1.0 - alpha)


def _step(schedule: NoiseSchedule, timestep: int, previous: int, eta: float, position: int) -> Step:
    """Return x' = sqrt(a') x0 + sqrt(1 - a' - s^2) eps + s noise, with x0 and eps put in."""
    alpha = float(schedule.alphas_cumprod[timestep])
    before = schedule.final_alpha_cumprod
    if previous >= 0:
        before = float(schedule.alphas_cumprod[previous])
    variance = (1.0 - before) / (1.0 - alpha) * (1.0 - alpha / before)
    deviation = eta * math.sqrt(variance)
    direction = math.sqrt(1.0 - before - deviation * deviation)
    original = original_of(schedule.prediction_type, alpha)
    noise = noise_of(schedule.prediction_type, alpha)
    scale = math.sqrt(before)
    return Step(
        timestep=float(timestep),
        x=scale * original.x + direction * noise.x,
        m=(*(0.0,) * position, scale * original.model + direction * noise.model),
        noise=deviation,
        noise_index=position + 1 if deviation else 0,
    )
