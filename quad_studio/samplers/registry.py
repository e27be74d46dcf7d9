"""The samplers by name."""

from collections.abc import Callable, Mapping
from typing import Any

from quad_studio.samplers import ddim, dpm_solver, euler, lcm
from quad_studio.samplers.assemble import PlanRequest
from quad_studio.samplers.errors import SamplerProblem
from quad_studio.samplers.plan import SamplerPlan
from quad_studio.samplers.schedule import NoiseSchedule, read_schedule

SAMPLERS: dict[str, Callable[[NoiseSchedule, PlanRequest], SamplerPlan]] = {
    euler.NAME: euler.build,
    ddim.NAME: ddim.build,
    dpm_solver.NAME: dpm_solver.build,
    lcm.NAME: lcm.build,
}
SOLVED = "olss"  # its table comes from least squares on a model, see olss.py
ALL_NAMES = (*SAMPLERS, SOLVED)


def build_plan(sampler: str, scheduler: Mapping[str, Any], request: PlanRequest) -> SamplerPlan:
    """Return the plan of the sampler with that name.

    Args:
        sampler: One of `SAMPLERS`.
        scheduler: A diffusers scheduler configuration, such as a bundle's `scheduler`.
        request: Steps, guidance and the like.

    Raises:
        SamplerProblem: An unknown sampler, a number out of range, or an unsupported schedule.
    """
    if sampler == SOLVED:
        raise SamplerProblem(SOLVED, "has no fixed table; solve it on the model first")
    builder = SAMPLERS.get(sampler)
    if builder is None:
        raise SamplerProblem(sampler, f"is not known; write one of {', '.join(ALL_NAMES)}")
    return builder(read_schedule(scheduler), request)
