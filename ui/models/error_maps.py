"""Pixel-wise error maps of two pictures, and statistics of a region: plain numpy."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Map = NDArray[np.float32]

LUMA = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)
"""Weights of the encoded channels: ITU-R BT.709 luma, Y'."""

FAST_MAPS = ("absolute", "signed", "luma")
PERCEPTUAL_MAPS = ("ssim", "flip", "lpips")
ALL_MAPS = (*FAST_MAPS, *PERCEPTUAL_MAPS)
TILE = 32


@dataclass(frozen=True)
class ErrorMap:
    """An error map with what its numbers mean.

    Attributes:
        values: (H, W) float32; larger magnitude is worse.
        full_scale: The value that is drawn in the last colour at gain 1.
        unit: Unit of the values.
        colormap: "sequential" or "signed".
    """

    name: str
    values: Map
    full_scale: float
    unit: str
    colormap: str = "sequential"


def absolute(a: Pixels, b: Pixels) -> ErrorMap:
    """Return the mean over the channels of |B - A|, in 8-bit levels."""
    difference = np.abs(b.astype(np.int16) - a.astype(np.int16))
    return ErrorMap("absolute", difference.mean(axis=2, dtype=np.float32), 255.0, "levels")


def signed(a: Pixels, b: Pixels) -> ErrorMap:
    """Return the mean over the channels of B - A, in 8-bit levels."""
    difference = (b.astype(np.int16) - a.astype(np.int16)).mean(axis=2, dtype=np.float32)
    return ErrorMap("signed", difference, 255.0, "levels", "signed")


def luma(a: Pixels, b: Pixels) -> ErrorMap:
    """Return |Y'(B) - Y'(A)|, in 8-bit levels."""
    difference = (b.astype(np.float32) - a.astype(np.float32)) @ LUMA
    return ErrorMap("luma", np.abs(difference), 255.0, "levels")


FAST: dict[str, Callable[[Pixels, Pixels], ErrorMap]] = {
    "absolute": absolute,
    "signed": signed,
    "luma": luma,
}


def worst_tiles(values: Map, tile: int = TILE) -> list[tuple[int, int, int, int]]:
    """Return tiles (x, y, width, height) of the map, the worst mean magnitude first.

    >>> values = np.zeros((4, 4), np.float32); values[2:, :2] = 1
    >>> worst_tiles(values, 2)[0]
    (0, 2, 2, 2)
    """
    height, width = values.shape
    tile = max(1, min(tile, height, width))
    found = []
    for y in range(0, height, tile):
        for x in range(0, width, tile):
            part = np.nan_to_num(np.abs(values[y : y + tile, x : x + tile]))
            found.append((float(part.mean()), x, y, part.shape[1], part.shape[0]))
    found.sort(key=lambda entry: (-entry[0], entry[2], entry[1]))
    return [(x, y, w, h) for _, x, y, w, h in found]


@dataclass(frozen=True)
class RegionStatistics:
    """Mean, deviation and extremes of a region, over its pixels and channels."""

    mean: float
    deviation: float
    low: float
    high: float


def region_statistics(values: NDArray[np.generic]) -> RegionStatistics:
    """Return the statistics of `values`, any shape, at least one element."""
    numbers = values.astype(np.float64)
    return RegionStatistics(
        mean=float(numbers.mean()),
        deviation=float(numbers.std()),
        low=float(numbers.min()),
        high=float(numbers.max()),
    )
