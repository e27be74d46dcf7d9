"""How well the ranges of one adapter hold the tensors of all others.

The second criterion for the anchor (docs/adr/0012), where the sensitivity scores are a tie. It
models, from the calibration that there is and without running anything, the noise that each adapter
would have under a profile of the candidate's ranges: clipping outside them, rounding within. One
number a candidate: that of the adapter that fares worst, since the profile has to serve them all.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from quad_studio.adapters.weights import AdapterWeights
from quad_studio.quad.affine import Encoding
from quad_studio.quad.profile import Profile
from quad_studio.quad.statistics import AdapterStatistics, Statistics


@dataclass(frozen=True)
class Coverage:
    """What a candidate's ranges would do to the others.

    Attributes:
        noise: Mean over tensors of the modelled noise, as a share of the power of a tensor that
            fills its own range evenly; of the adapter that fares worst.
        adapter: That adapter; "" without others.
        clipped: How many of its tensors lose more to clipping than to rounding.
        tensors: How many it has.
        worst: Up to three of those that are clipped, the noisiest first.
    """

    noise: float
    adapter: str = ""
    clipped: int = 0
    tensors: int = 0
    worst: tuple[str, ...] = ()


def coverage_of(
    profile: Profile, statistics: Statistics, others: Sequence[AdapterWeights]
) -> Coverage:
    """Return how the adapters fare under a profile, at worst."""
    found = [_fare(profile, statistics, adapter) for adapter in others]
    return max(found, key=lambda fared: fared.noise, default=Coverage(0.0))


def _fare(profile: Profile, statistics: Statistics, adapter: AdapterWeights) -> Coverage:
    parts = [
        *_activation_noises(profile.encodings, statistics, adapter.name),
        *_matrix_noises(profile.encodings, adapter),
    ]
    clipped = sorted((part for part in parts if part.clipping > part.rounding), key=_noise)
    return Coverage(
        float(np.mean([_noise(part) for part in parts])),
        adapter.name,
        len(clipped),
        len(parts),
        tuple(part.name for part in clipped[:-4:-1]),
    )


class _Part(NamedTuple):
    """The modelled noise of one tensor, over its power."""

    name: str
    clipping: float
    rounding: float


def _noise(part: _Part) -> float:
    return part.clipping + part.rounding


def _activation_noises(
    encodings: Mapping[str, Encoding], statistics: Statistics, adapter: str
) -> Iterator[_Part]:
    """Yield the noise of every tensor that is not always zero."""
    seen = statistics.adapters[adapter]
    for row, site in enumerate(statistics.sites):
        groups = np.flatnonzero(seen.minimum[row] <= seen.maximum[row])
        if site not in encodings or not groups.size:
            continue
        span = float(seen.maximum[row, groups].max() - seen.minimum[row, groups].min())
        if span <= 0:
            continue
        power = span**2 / 12
        limits = encodings[site].range
        lost = [clipping_power(seen, row, group, limits) for group in groups.tolist()]
        rounding = max(encodings[site].scale) ** 2 / 12
        yield _Part(site, float(np.mean(lost)) / power, rounding / power)


def _matrix_noises(encodings: Mapping[str, Encoding], adapter: AdapterWeights) -> Iterator[_Part]:
    """Yield the noise of every LoRA matrix."""
    for module, pair in adapter.modules.items():
        for role, matrix in zip("AB", pair, strict=True):
            name = f"{module}.lora_{role}.weight"
            encoding = encodings[name]
            power = float(np.ptp(matrix)) ** 2 / 12
            if not power:
                continue
            low, high = encoding.range
            outside = np.maximum(low - matrix, 0.0) + np.maximum(matrix - high, 0.0)
            clipping = float(np.square(outside, dtype=np.float64).mean())
            yield _Part(name, clipping / power, encoding.scale[0] ** 2 / 12 / power)


def clipping_power(
    seen: AdapterStatistics, row: int, group: int, limits: tuple[float, float]
) -> float:
    """Return the mean square of what limits cut off a tensor in one group of timesteps.

    Of the histogram, where calibration kept one. Else of values spread evenly between the smallest
    and the largest seen: nothing else is known of them.
    """
    low, high = limits
    counts = seen.counts[row, group]
    if counts.size:
        radius = 2.0 ** int(seen.exponent[row, group])
        centres: NDArray[np.float64] = (np.arange(counts.size) + 0.5) * 2 * radius / counts.size
        centres = np.clip(centres - radius, seen.minimum[row, group], seen.maximum[row, group])
        outside = np.maximum(low - centres, 0.0) + np.maximum(centres - high, 0.0)
        return float(np.average(outside**2, weights=counts))
    least, most = float(seen.minimum[row, group]), float(seen.maximum[row, group])
    return _even_excess(low - most, low - least) + _even_excess(least - high, most - high)


def _even_excess(least: float, most: float) -> float:
    """Return the mean of max(x, 0)**2 for x spread evenly over [least, most].

    >>> _even_excess(-1.0, 3.0)
    2.25
    """
    if most <= least:
        return max(most, 0.0) ** 2
    return (max(most, 0.0) ** 3 - max(least, 0.0) ** 3) / 3 / (most - least)
