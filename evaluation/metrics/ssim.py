"""Structural similarity (SSIM) as Wang et al. defined it, and its map."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation.errors import ImageShapeError
from evaluation.images import Images, check_pair

WINDOW, SIGMA = 11, 1.5
K1, K2 = 0.01, 0.03
_TILE, _RUN = 16, 128
"""Filtered values and their neighbours in one matrix product: enough for BLAS, with little waste,
and too few for OpenBLAS to wake threads, which cost more than they bring."""


def ssim(reference: Images, candidate: Images, *, data_range: float) -> NDArray[np.float64]:
    """Return the mean SSIM of each image: the mean of `ssim_map` over H, W and C.

    Args:
        reference: (N, H, W, C), values in [0, data_range], H and W at least 11.
        candidate: Same shape and range.
        data_range: Largest legal value, 1.0 or 255; never guessed from the data.

    Returns:
        (N,) float64 in [-1, 1]; 1 where the two images are equal.

    Raises:
        ImageShapeError, ImageRangeError: The batches cannot be compared.

    Source:
        Wang, Bovik, Sheikh & Simoncelli, IEEE TIP 13(4), 2004: 11x11 Gaussian window, sigma 1.5,
        K1 0.01, K2 0.03, only windows that lie inside the image. Our deviation: colour images are
        averaged over their channels. Checked against scikit-image with these settings.
    """
    values = np.zeros(len(reference))
    for image, _, structure, _ in _plane_maps(reference, candidate, data_range):
        values[image] += structure.mean(dtype=np.float64)
    return values / reference.shape[3]


def ssim_maps(
    reference: Images, candidate: Images, *, data_range: float
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the SSIM map and its contrast-structure factor, both (N, H-10, W-10, C).

    float32 and integer images are filtered in float32, float64 images in float64.

    Raises:
        ImageShapeError, ImageRangeError: The batches cannot be compared.
    """
    count, height, width, channels = reference.shape
    margin = WINDOW - 1
    shape = (count, max(0, height - margin), max(0, width - margin), channels)
    dtype = np.float64 if reference.dtype == np.float64 else np.float32
    structure, contrast = np.empty(shape, dtype), np.empty(shape, dtype)
    for image, channel, one, other in _plane_maps(reference, candidate, data_range):
        structure[image, :, :, channel] = one
        contrast[image, :, :, channel] = other
    return structure, contrast


def _plane_maps(
    reference: Images, candidate: Images, data_range: float
) -> Iterator[tuple[int, int, NDArray[Any], NDArray[Any]]]:
    """Yield (image, channel, SSIM map, contrast-structure map) of each plane.

    One plane at a time: its dozen intermediate arrays then stay in the cache.
    """
    check_pair(reference, candidate, data_range)
    if min(reference.shape[1:3]) < WINDOW:
        raise ImageShapeError(f"SSIM wants at least {WINDOW} x {WINDOW} pixels")
    dtype = np.float64 if reference.dtype == np.float64 else np.float32
    for image in range(len(reference)):
        for channel in range(reference.shape[3]):
            x = _plane(reference[image, :, :, channel], dtype, data_range)
            y = _plane(candidate[image, :, :, channel], dtype, data_range)
            yield image, channel, *_maps(x, y)


def _maps(x: NDArray[Any], y: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the two maps of a pair of planes in [-0.5, 0.5]."""
    dtype = x.dtype.type
    c1, c2 = dtype(K1**2), dtype(K2**2)
    # Four filters instead of five: sum and difference carry the same second moments.
    total, difference = x + y, x - y
    mean_total, mean_difference = _blur(total), _blur(difference)
    spread_total = _blur(np.square(total, out=total))
    spread_difference = _blur(np.square(difference, out=difference))
    spread_total -= np.square(mean_total)
    spread_difference -= np.square(mean_difference)
    # variances are (st + sd) / 2 and twice the covariance is (st - sd) / 2
    contrast = spread_total - spread_difference
    contrast += 2 * c2
    spread_total += spread_difference
    spread_total += 2 * c2
    contrast /= spread_total
    mean_total += dtype(1)  # _plane moved the values by one half each
    squared_total = np.square(mean_total, out=mean_total)
    squared_difference = np.square(mean_difference, out=mean_difference)
    structure = squared_total - squared_difference
    structure += 2 * c1
    squared_total += squared_difference
    squared_total += 2 * c1
    structure /= squared_total
    structure *= contrast
    return structure, contrast


def _plane(plane: NDArray[Any], dtype: type[Any], data_range: float) -> NDArray[Any]:
    """Return one plane in [-0.5, 0.5]: centred, so that float32 squares cancel less."""
    scaled = plane.astype(dtype, order="C")
    if data_range != 1.0:
        scaled /= dtype(data_range)
    scaled -= dtype(0.5)
    return scaled


def _blur(plane: NDArray[Any]) -> NDArray[Any]:
    """Filter (H, W) with the Gaussian window, valid region: (H-10, W-10).

    A separable filter as products with a small banded matrix, all tiles in one call: BLAS does it
    several times faster than a loop over taps or a depthwise convolution.
    """
    height, width = (side - WINDOW + 1 for side in plane.shape)
    rows = np.empty((height, plane.shape[1]), plane.dtype)
    tile, run = min(_TILE, height), min(_RUN, plane.shape[1])
    band = _band(tile, plane.dtype.str)
    for at, down in _starts(height, tile):
        for left, across in _starts(plane.shape[1], run):
            given = _blocks(plane[at:, left:], (down, across), (tile, run), (len(band.T), run))
            made = _blocks(rows[at:, left:], (down, across), (tile, run), (tile, run))
            np.matmul(band, given, out=made)
    done = np.empty((height, width), plane.dtype)
    tile, run = min(_TILE, width), min(_RUN, height)
    band = _band(tile, plane.dtype.str).T
    for at, down in _starts(height, run):
        for left, across in _starts(width, tile):
            given = _blocks(rows[at:, left:], (down, across), (run, tile), (run, len(band)))
            made = _blocks(done[at:, left:], (down, across), (run, tile), (run, tile))
            np.matmul(given, band, out=made)
    return done


def _starts(length: int, size: int) -> list[tuple[int, int]]:
    """Return (start, blocks of `size` from there): as many as fit, then one flush with the end."""
    return [(0, length // size)] + ([(length - size, 1)] if length % size else [])


def _blocks(
    plane: NDArray[Any], count: tuple[int, int], step: tuple[int, int], shape: tuple[int, int]
) -> NDArray[Any]:
    """Return a (count, count, shape, shape) view of blocks that lie `step` apart."""
    down, across = plane.strides
    strides = (step[0] * down, step[1] * across, down, across)
    return np.lib.stride_tricks.as_strided(plane, (*count, *shape), strides)


@lru_cache(maxsize=16)
def _band(size: int, dtype: str) -> NDArray[Any]:
    """Return (size, size + 10): row i holds the window's weights from column i on."""
    taps = np.exp(-((np.arange(WINDOW) - WINDOW // 2) ** 2) / (2 * SIGMA**2))
    taps /= taps.sum()
    band = np.zeros((size, size + WINDOW - 1))
    for row in range(size):
        band[row, row : row + WINDOW] = taps
    return band.astype(dtype)
