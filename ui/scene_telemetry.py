"""Made-up telemetry that looks like a device at work, for the pictures; the same at every start.

One image takes `PERIOD_S`: the U-Net's calls load the processor, the skin warms up slowly towards a
limit and never back within a minute, the battery falls, and the first image takes the memory of the
foundation model.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from device.targets import Telemetry


@dataclass(frozen=True)
class Body:
    """What kind of device it is.

    Attributes:
        warm_up_celsius: How much warmer it gets, half of it within `half_s`.
        battery_percent_per_minute: None for a machine at the mains.
    """

    memory_mb: float
    model_mb: float
    period_s: float
    idle_percent: float
    busy_percent: float
    skin_celsius: float | None
    warm_up_celsius: float = 0.0
    half_s: float = 40.0
    battery_percent: float | None = None
    battery_percent_per_minute: float = 0.0


BODIES: Mapping[str, Body] = {
    "host": Body(6_150, 420, 9.0, 6, 97, 44.0, 7.0, 14.0),
    "virtual": Body(5_400, 390, 13.0, 11, 86, 31.0, 5.5, 30.0, 82.0, 0.9),
}
START_S, WORK = 4, 0.72
"""When the model is loaded, and the share of a period that the U-Net works."""


def telemetry_at(target: str, second: int) -> Telemetry:
    """Return how `target` is at `second` of a session."""
    body = BODIES["host" if target == "host" else "virtual"]
    noise = np.random.default_rng([second, len(target)]).normal(0, 1, 3)
    since = second - START_S
    is_working = since >= 0 and (since % body.period_s) < WORK * body.period_s
    load = body.busy_percent if is_working else body.idle_percent
    taken = 0.0 if since < 0 else body.model_mb * min(1.0, (since + 1) / 3)
    warmth = 0.0 if since < 0 else 1.0 - math.pow(0.5, since / body.half_s)
    battery = body.battery_percent
    if battery is not None:
        battery -= second * body.battery_percent_per_minute / 60
    skin = body.skin_celsius
    if skin is not None:
        skin = round(skin + warmth * body.warm_up_celsius + 0.08 * noise[1], 1)
    return Telemetry(
        temperature_celsius=skin,
        battery_percent=None if battery is None else round(battery, 1),
        memory_available_mb=body.memory_mb - taken - (28 if is_working else 0) + 4 * noise[0],
        cpu_percent=float(np.clip(load + 3 * noise[2], 0, 100)),
    )
