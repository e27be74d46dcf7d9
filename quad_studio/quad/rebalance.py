"""Move scale between lora_A and lora_B, column by column, so that both fit fixed ranges.

B(Ax) does not change when a column of A is multiplied by c and the matching row of B divided by c.
Two files of the same adapter can differ in just that, and one of them overflows a foreign profile.
"""

import numpy as np
from numpy.typing import NDArray

from quad_studio.adapters.weights import AdapterWeights
from quad_studio.quad.profile import Profile
from quad_studio.quad.statistics import Statistics


def rebalance(
    adapter: AdapterWeights, profile: Profile, statistics: Statistics | None
) -> AdapterWeights:
    """Return the same adapter in FP32, with each pair scaled to fit the profile's ranges.

    Args:
        adapter: The adapter to fit.
        profile: The frozen profile.
        statistics: Where the adapter's own activations were seen; bounds the down activation.
    """
    modules = {}
    for module, (down, up) in adapter.modules.items():
        limit_a = profile.encodings[f"{module}.lora_A.weight"].range[1]
        limit_b = profile.encodings[f"{module}.lora_B.weight"].range[1]
        factor = column_factors(
            np.abs(down).max(axis=0),
            np.abs(up).max(axis=1),
            limit_a,
            limit_b,
            _activation_room(adapter.name, module, profile, statistics),
        )
        modules[module] = (
            (down * factor).astype(np.float32),
            (up / factor[:, None]).astype(np.float32),
        )
    return AdapterWeights(adapter.name, modules, adapter.rank, adapter.source, adapter.sha256)


def column_factors(
    largest_a: NDArray[np.float32],
    largest_b: NDArray[np.float32],
    limit_a: float,
    limit_b: float,
    room: float | None,
) -> NDArray[np.float64]:
    """Return c for each column: A * c within `limit_a` and `room`, B / c within `limit_b`.

    Where one factor cannot do both, the excess is split evenly.

    >>> column_factors(np.array([10.0]), np.array([0.1]), 1.0, 1.0, None).round(3).tolist()
    [0.1]
    """
    a, b = np.maximum(largest_a, 1e-12), np.maximum(largest_b, 1e-12)
    highest = limit_a / a
    if room is not None:
        highest = np.minimum(highest, room)
    lowest = b / limit_b
    factor = np.clip(1.0, lowest, np.maximum(highest, lowest))
    return np.where(lowest > highest, np.sqrt(lowest * highest), factor).astype(np.float64)


def _activation_room(
    name: str, module: str, profile: Profile, statistics: Statistics | None
) -> float | None:
    """Return by how much the down activation may grow (above 1) or must shrink (below 1)."""
    if statistics is None or name not in statistics.adapters:
        return None
    room: float | None = None
    for part in ("lora_down", "lora_scale"):
        for site, encoding in profile.encodings.items():
            if not site.startswith(f"{module}.{part}:") or site not in statistics.sites:
                continue
            seen = statistics.site_range(site, [name])
            for mine, limit in zip(seen, encoding.range, strict=True):
                if mine and limit / mine > 0:
                    share = limit / mine
                    room = share if room is None else min(room, share)
                elif mine:
                    room = 0.5 if room is None else min(room, 0.5)
    return room
