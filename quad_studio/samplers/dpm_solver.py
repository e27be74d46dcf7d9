"""DPM-Solver++(2M), midpoint (Lu et al., arXiv 2211.01095, Algorithm 2), as in diffusers."""

import math

from quad_studio.samplers.assemble import (
    Course,
    PlanRequest,
    assemble,
    check_request,
    first_step,
)
from quad_studio.samplers.plan import SamplerPlan, Step
from quad_studio.samplers.predictions import original_of
from quad_studio.samplers.schedule import NoiseSchedule
from quad_studio.samplers.spacing import interpolated_sigmas, spaced_for_multistep

NAME = "dpm++2m"
_STABLE_STEPS = 15  # with fewer, diffusers takes the last step at first order


def build(schedule: NoiseSchedule, request: PlanRequest) -> SamplerPlan:
    """Return the plan; m is the predicted x0."""
    check_request(NAME, request, schedule.num_train_timesteps - 1)
    timesteps = spaced_for_multistep(schedule, request.num_steps)
    sigmas = [float(sigma) for sigma in interpolated_sigmas(schedule, timesteps)]
    start, last = first_step(request), len(timesteps) - 1
    to_zero = schedule.final_sigmas_type == "zero"
    steps = []
    for index in range(start, len(timesteps)):
        at_end = index == last and (to_zero or len(timesteps) < _STABLE_STEPS)
        previous = None if index == start or at_end else sigmas[index - 1]
        x, current, older = _update(previous, sigmas[index], sigmas[index + 1])
        earlier = (0.0,) * (index - start)
        if earlier:
            earlier = (*earlier[:-1], older)
        steps.append(
            Step(
                timestep=float(timesteps[index]),
                x=x,
                m=(*earlier, current),
                convert=original_of(schedule.prediction_type, 1.0 / (sigmas[index] ** 2 + 1.0)),
            )
        )
    levels = [_parts(sigma) for sigma in sigmas[start:-1]]
    course = Course(steps=steps, levels=[*levels, (1.0, 0.0)], pure_noise=1.0, start=start)
    return assemble(NAME, request, course)


def _parts(sigma: float) -> tuple[float, float]:
    """Return (alpha, sigma) of the variance-preserving form."""
    alpha = 1.0 / math.sqrt(sigma * sigma + 1.0)
    return alpha, sigma * alpha


def _half_log_snr(sigma: float) -> float:
    """Return lambda = log(alpha / sigma), infinite at sigma 0."""
    return math.inf if sigma == 0.0 else -math.log(sigma)


def _update(previous: float | None, sigma: float, following: float) -> tuple[float, float, float]:
    """Return the coefficients of x, of this step's x0 and of the x0 before it."""
    alpha_next, sigma_next = _parts(following)
    h = _half_log_snr(following) - _half_log_snr(sigma)
    x = sigma_next / _parts(sigma)[1]
    grow = -alpha_next * math.expm1(-h)
    if previous is None:
        return x, grow, 0.0
    inverse_ratio = h / (_half_log_snr(sigma) - _half_log_snr(previous))
    return x, grow * (1.0 + 0.5 * inverse_ratio), -0.5 * grow * inverse_ratio
