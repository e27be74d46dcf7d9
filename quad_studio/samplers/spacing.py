"""Which timesteps a sampler visits: the spacings of Lin et al., arXiv 2305.08891, table 2."""

import numpy as np

from quad_studio.samplers.schedule import NoiseSchedule, Table


def spaced(schedule: NoiseSchedule, count: int, *, whole: bool) -> Table:
    """Return `count` timesteps, falling; `whole` rounds `linspace` to integers as DDIM does."""
    total = schedule.num_train_timesteps
    if schedule.timestep_spacing == "leading":
        rising = np.arange(count, dtype=np.float64) * (total // count)
        return rising[::-1] + schedule.steps_offset
    if schedule.timestep_spacing == "trailing":
        return _trailing(total, count)
    if whole:
        return np.linspace(0, total - 1, count).round()[::-1]
    narrow = np.linspace(0, total - 1, count, dtype=np.float32)
    return np.asarray(narrow[::-1], np.float64)


def spaced_for_multistep(schedule: NoiseSchedule, count: int) -> Table:
    """Return the timesteps of DPM-Solver, which leaves room for one step more."""
    total = schedule.num_train_timesteps
    if schedule.timestep_spacing == "linspace":
        return np.linspace(0, total - 1, count + 1).round()[::-1][:-1]
    if schedule.timestep_spacing == "leading":
        rising = np.arange(count + 1, dtype=np.float64) * (total // (count + 1))
        return rising[::-1][:-1] + schedule.steps_offset
    return _trailing(total, count)


def _trailing(total: int, count: int) -> Table:
    """Return timesteps counted back from the last."""
    steps: Table = np.arange(total, 0, -total / count, dtype=np.float64)
    return steps.round() - 1.0


def interpolated_sigmas(schedule: NoiseSchedule, timesteps: Table) -> Table:
    """Return sigma at each timestep and the last one, rounded to float32 as diffusers does."""
    grid = schedule.sigmas()
    inner = np.interp(timesteps, np.arange(len(grid)), grid)
    last = grid[0] if schedule.final_sigmas_type == "sigma_min" else 0.0
    return np.append(inner, last).astype(np.float32).astype(np.float64)
