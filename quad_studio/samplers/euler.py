"""Euler Discrete (Karras et al., arXiv 2206.00364, Algorithm 2 without churn), as in diffusers."""

import math

from quad_studio.samplers.assemble import (
    Course,
    PlanRequest,
    assemble,
    check_request,
    first_step,
)
from quad_studio.samplers.plan import Convert, SamplerPlan, Step
from quad_studio.samplers.schedule import NoiseSchedule
from quad_studio.samplers.spacing import interpolated_sigmas, spaced

NAME = "euler"


def build(schedule: NoiseSchedule, request: PlanRequest) -> SamplerPlan:
    """Return the plan; m is the derivative dx/dsigma, so that a step is x + (sigma' - sigma) m."""
    check_request(NAME, request, schedule.num_train_timesteps)
    timesteps = spaced(schedule, request.num_steps, whole=False)
    sigmas = interpolated_sigmas(schedule, timesteps)
    start = first_step(request)
    steps = []
    for index in range(start, len(timesteps)):
        sigma, following = float(sigmas[index]), float(sigmas[index + 1])
        steps.append(
            Step(
                timestep=float(timesteps[index]),
                x=1.0,
                m=(*(0.0,) * (index - start), following - sigma),
                input_scale=1.0 / math.sqrt(sigma * sigma + 1.0),
                convert=_derivative(schedule.prediction_type, sigma),
            )
        )
    levels = [(1.0, float(sigma)) for sigma in sigmas[start:-1]]
    largest = float(sigmas.max())
    from_max = schedule.timestep_spacing in ("linspace", "trailing")
    return assemble(
        NAME,
        request,
        Course(
            steps=steps,
            levels=[*levels, (1.0, 0.0)],
            pure_noise=largest if from_max else math.sqrt(largest * largest + 1.0),
            start=start,
        ),
    )


def _derivative(prediction: str, sigma: float) -> Convert:
    """Return (x - x0) / sigma as a combination of x and the model's output."""
    if prediction == "epsilon":
        return Convert(0.0, 1.0)
    if prediction == "v_prediction":
        scale = sigma * sigma + 1.0
        return Convert(sigma / scale, 1.0 / math.sqrt(scale))
    return Convert(1.0 / sigma, -1.0 / sigma)
