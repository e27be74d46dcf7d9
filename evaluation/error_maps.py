"""Maps of where two images differ, for the window and for reports: one value a pixel."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation.errors import EvaluationError
from evaluation.images import Picture, check_pair, luma
from evaluation.metrics.flip import flip_map
from evaluation.metrics.lpips import lpips_map
from evaluation.metrics.ssim import WINDOW, ssim_maps
from evaluation.weights import LPIPS_ALEX, missing_because


@dataclass(frozen=True)
class ErrorMap:
    """A map of one pair.

    Attributes:
        kind: A key of KINDS.
        values: (H, W) float32.
        low: The value to show as "no error" on a sequential scale, or the darkest on a signed one.
        high: The value at the scale's other end.
        signed: Whether zero is in the middle.
        mean: Mean of the map.
    """

    kind: str
    values: NDArray[np.float32]
    low: float
    high: float
    signed: bool
    mean: float


@dataclass(frozen=True)
class Kind:
    """One kind of map.

    Attributes:
        title: For a menu.
        description: One sentence.
        function: (reference, candidate) -> (H, W), both (H, W, 3) in [0, 1].
        low: Low end of the scale.
        high: High end.
        signed: Whether zero is in the middle.
        missing: Why it is not available, or None.
    """

    title: str
    description: str
    function: Callable[[Picture, Picture], NDArray[Any]]
    low: float
    high: float
    signed: bool = False
    missing: Callable[[], str | None] = lambda: None


def error_map(kind: str, reference: Picture, candidate: Picture) -> ErrorMap:
    """Return the map of one pair.

    Args:
        kind: A key of KINDS.
        reference: (H, W, 3), sRGB in [0, 1].
        candidate: Same shape and range.

    Raises:
        ImageShapeError, ImageRangeError: The images cannot be compared.
        MetricUnavailableError: The map's weights are not installed.
        EvaluationError: An unknown kind.
    """
    if kind not in KINDS:
        raise EvaluationError(f"unknown error map {kind}; known: {', '.join(KINDS)}")
    check_pair(reference[None], candidate[None], 1.0)
    chosen = KINDS[kind]
    values = np.asarray(chosen.function(reference, candidate), dtype=np.float32)
    return ErrorMap(kind, values, chosen.low, chosen.high, chosen.signed, float(values.mean()))


def worst_regions(
    error: ErrorMap, *, count: int = 5, size: int = 32
) -> list[tuple[int, int, int, int]]:
    """Return (x, y, width, height) of the regions with the largest mean error, worst first.

    Regions do not overlap; they are clipped to the image where it is smaller than `size`.
    """
    values = np.abs(error.values)
    if error.kind == "ssim":
        values = 1 - error.values
    height, width = values.shape
    tall, wide = min(size, height), min(size, width)
    sums = np.pad(values.astype(np.float64), ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    means = sums[tall:, wide:] - sums[:-tall, wide:] - sums[tall:, :-wide] + sums[:-tall, :-wide]
    found: list[tuple[int, int, int, int]] = []
    for _ in range(count):
        y, x = np.unravel_index(int(means.argmax()), means.shape)
        if not np.isfinite(means[y, x]) or means[y, x] <= 0:
            break
        found.append((int(x), int(y), wide, tall))
        top, left = max(0, int(y) - tall + 1), max(0, int(x) - wide + 1)
        means[top : y + tall, left : x + wide] = -np.inf
    return found


def _absolute(reference: Picture, candidate: Picture) -> NDArray[Any]:
    return np.abs(candidate - reference).max(axis=2)


def _signed(reference: Picture, candidate: Picture) -> NDArray[Any]:
    difference = candidate - reference
    largest = np.abs(difference).argmax(axis=2)
    return np.take_along_axis(difference, largest[:, :, None], axis=2)[:, :, 0]


def _luma(reference: Picture, candidate: Picture) -> NDArray[Any]:
    return luma(candidate) - luma(reference)


def _ssim(reference: Picture, candidate: Picture) -> NDArray[Any]:
    structure, _ = ssim_maps(reference[None], candidate[None], data_range=1.0)
    margin = WINDOW // 2  # the map covers whole windows only: its rim is repeated outwards
    return np.pad(structure[0].mean(axis=2), margin, mode="edge")


def _flip(reference: Picture, candidate: Picture) -> NDArray[Any]:
    return flip_map(reference[None], candidate[None])[0]


def _lpips(reference: Picture, candidate: Picture) -> NDArray[Any]:
    return lpips_map(reference[None], candidate[None])[0]


KINDS: dict[str, Kind] = {
    "absolute": Kind(
        "Absolute", "Largest absolute error of the three channels.", _absolute, 0.0, 1.0
    ),
    "signed": Kind(
        "Signed", "Error of the channel that is furthest off.", _signed, -1.0, 1.0, signed=True
    ),
    "luma": Kind("Luma", "Signed error of Rec. 709 luma.", _luma, -1.0, 1.0, signed=True),
    "ssim": Kind("SSIM", "Local SSIM, mean of channels; 1 is equal.", _ssim, 1.0, 0.0),
    "flip": Kind("FLIP", "What a person sees when the two alternate.", _flip, 0.0, 1.0),
    "lpips": Kind(
        "LPIPS",
        "Distance of AlexNet features, five layers.",
        _lpips,
        0.0,
        1.0,
        missing=lambda: missing_because(LPIPS_ALEX),
    ),
}
"""Every kind of map by name."""
