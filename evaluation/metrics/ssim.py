"""Structural similarity (SSIM) as Wang et al. defined it, and its map."""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation.errors import ImageShapeError
from evaluation.images import Images, check_pair

WINDOW, SIGMA = 11, 1.5
K1, K2 = 0.01, 0.03
_TILE = 128
"""Rows filtered by one matrix product: large enough for BLAS, small enough to waste little."""


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
    structure, _ = ssim_maps(reference, candidate, data_range=data_range)
    return structure.mean(axis=(1, 2, 3), dtype=np.float64)


def ssim_maps(
    reference: Images, candidate: Images, *, data_range: float
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the SSIM map and its contrast-structure factor, both (N, H-10, W-10, C).

    float32 and integer images are filtered in float32, float64 images in float64.

    Raises:
        ImageShapeError, ImageRangeError: The batches cannot be compared.
    """
    check_pair(reference, candidate, data_range)
    if min(reference.shape[1:3]) < WINDOW:
        raise ImageShapeError(f"SSIM wants at least {WINDOW} x {WINDOW} pixels")
    dtype = np.float64 if reference.dtype == np.float64 else np.float32
    x = _planes(reference, dtype, data_range)
    y = _planes(candidate, dtype, data_range)
    total, difference = x + y, x - y
    # Four filters instead of five: sums and differences carry the same second moments.
    mean_total, mean_difference = _blur(total), _blur(difference)
    square_total = _blur(np.square(total, out=total)) - mean_total * mean_total
    square_difference = _blur(np.square(difference, out=difference)) - mean_difference**2
    c1, c2 = dtype(K1**2), dtype(K2**2)
    variances = (square_total + square_difference) / 2
    covariance = (square_total - square_difference) / 4
    contrast = (2 * covariance + c2) / (variances + c2)
    mean_total += dtype(1)  # _planes moved the values by one half each
    squared_total, squared_difference = mean_total * mean_total, mean_difference * mean_difference
    luminance = (squared_total - squared_difference) / 2
    luminance = (luminance + c1) / ((squared_total + squared_difference) / 2 + c1)
    structure = luminance * contrast
    shape = (reference.shape[0], reference.shape[3], *structure.shape[1:])
    return _images(structure, shape), _images(contrast, shape)


def _planes(images: Images, dtype: type[Any], data_range: float) -> NDArray[Any]:
    """Return (N * C, H, W), scaled to [-0.5, 0.5]: centred, so that float32 squares cancel less."""
    planes = np.moveaxis(images, 3, 1).astype(dtype)
    planes = planes.reshape(-1, *images.shape[1:3])
    if data_range != 1.0:
        planes /= dtype(data_range)
    planes -= dtype(0.5)
    return planes


def _images(planes: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """Return (N, H, W, C) from (N * C, H, W)."""
    return np.moveaxis(planes.reshape(shape), 1, 3)


def _blur(planes: NDArray[Any]) -> NDArray[Any]:
    """Filter (K, H, W) with the Gaussian window, valid region: (K, H-10, W-10).

    A separable filter as products with a small banded matrix: BLAS does it several times faster
    than a loop over taps or a depthwise convolution.
    """
    count, height, width = planes.shape
    margin = WINDOW - 1
    rows = np.empty((count, height - margin, width), planes.dtype)
    for start in range(0, height - margin, _TILE):
        stop = min(start + _TILE, height - margin)
        band = _band(stop - start, planes.dtype.str)
        np.matmul(band, planes[:, start : stop + margin], out=rows[:, start:stop])
    done = np.empty((count, height - margin, width - margin), planes.dtype)
    for start in range(0, width - margin, _TILE):
        stop = min(start + _TILE, width - margin)
        band = _band(stop - start, planes.dtype.str)
        done[:, :, start:stop] = np.matmul(rows[:, :, start : stop + margin], band.T)
    return done


@lru_cache(maxsize=16)
def _band(size: int, dtype: str) -> NDArray[Any]:
    """Return (size, size + 10): row i holds the window's weights from column i on."""
    taps = np.exp(-((np.arange(WINDOW) - WINDOW // 2) ** 2) / (2 * SIGMA**2))
    taps /= taps.sum()
    band = np.zeros((size, size + WINDOW - 1))
    for row in range(size):
        band[row, row : row + WINDOW] = taps
    return band.astype(dtype)
