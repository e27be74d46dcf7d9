"""LCM, multistep consistency sampling (Luo et al., arXiv 2310.04378, Algorithm 3)."""

import math

import numpy as np

from quad_studio.samplers.assemble import Course, PlanRequest, assemble, check_request
from quad_studio.samplers.errors import SamplerProblem
from quad_studio.samplers.plan import SamplerPlan, Step
from quad_studio.samplers.predictions import original_of
from quad_studio.samplers.schedule import NoiseSchedule

NAME = "lcm"
ORIGINAL_STEPS = 50
_SIGMA_DATA, _TIMESTEP_SCALING = 0.5, 10.0


def build(schedule: NoiseSchedule, request: PlanRequest) -> SamplerPlan:
    """Return the plan; m is the predicted x0, each step but the last adds fresh noise."""
    check_request(NAME, request, ORIGINAL_STEPS)
    timesteps = _timesteps(schedule, request)
    steps = []
    for index, timestep in enumerate(timesteps):
        skip, out = _boundary(timestep)
        signal, spread = 1.0, 0.0
        if index + 1 < len(timesteps):
            signal, spread = _level(schedule, timesteps[index + 1])
        steps.append(
            Step(
                timestep=float(timestep),
                x=signal * skip,
                m=(*(0.0,) * index, signal * out),
                noise=spread,
                noise_index=index + 1 if spread else 0,
                convert=original_of(
                    schedule.prediction_type, float(schedule.alphas_cumprod[timestep])
                ),
            )
        )
    levels = [_level(schedule, timestep) for timestep in timesteps]
    course = Course(steps=steps, levels=[*levels, (1.0, 0.0)], pure_noise=1.0)
    return assemble(NAME, request, course)


def _timesteps(schedule: NoiseSchedule, request: PlanRequest) -> list[int]:
    """Pick steps evenly from the distillation schedule, which the strength shortens."""
    stride = schedule.num_train_timesteps // ORIGINAL_STEPS
    strength = 1.0 if request.strength is None else request.strength
    origin = (np.arange(1, int(ORIGINAL_STEPS * strength) + 1) * stride - 1)[::-1]
    if len(origin) < request.num_steps:
        least = request.num_steps / ORIGINAL_STEPS
        raise SamplerProblem(
            NAME, f"{request.num_steps} steps need a strength of {least:g} or more, or fewer steps"
        )
    picked = np.floor(np.linspace(0, len(origin), request.num_steps, endpoint=False))
    return [int(t) for t in origin[picked.astype(np.int64)]]


def _boundary(timestep: int) -> tuple[float, float]:
    """Return c_skip and c_out, which make the model the identity at timestep 0."""
    scaled, data = timestep * _TIMESTEP_SCALING, _SIGMA_DATA**2
    return data / (scaled**2 + data), scaled / math.sqrt(scaled**2 + data)


def _level(schedule: NoiseSchedule, timestep: int) -> tuple[float, float]:
    """Return how much image and how much noise there is at `timestep`."""
    alpha = float(schedule.alphas_cumprod[timestep])
    return math.sqrt(alpha), math.sqrt(1.0 - alpha)
