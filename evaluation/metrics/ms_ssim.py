"""Multi-scale structural similarity (MS-SSIM)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation.errors import ImageShapeError
from evaluation.images import Images
from evaluation.metrics.ssim import WINDOW, ssim_maps

WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
MIN_SIDE = (WINDOW - 1) * 2 ** (len(WEIGHTS) - 1) + 1


def ms_ssim(reference: Images, candidate: Images, *, data_range: float) -> NDArray[np.float64]:
    """Return the MS-SSIM of each image over five scales.

    Args:
        reference: (N, H, W, C), values in [0, data_range], H and W at least 161.
        candidate: Same shape and range.
        data_range: Largest legal value, 1.0 or 255.

    Returns:
        (N,) float64; 1 where the two images are equal.

    Raises:
        ImageShapeError, ImageRangeError: The batches cannot be compared.

    Source:
        Wang, Simoncelli & Bovik, Asilomar 2003: contrast-structure of scales 1 to 4 and SSIM of
        scale 5, each raised to its weight. 2x2 mean pooling between scales, odd sides padded with
        zeros; per channel, negative factors clamped to zero, then the mean over channels.
        Implementations differ in the third decimal. Checked against published values.
    """
    if min(reference.shape[1:3]) < MIN_SIDE:
        raise ImageShapeError(f"MS-SSIM wants at least {MIN_SIDE} x {MIN_SIDE} pixels")
    first = reference.astype(np.float64) / data_range
    second = candidate.astype(np.float64) / data_range
    product: Any = 1.0
    for scale, weight in enumerate(WEIGHTS):
        structure, contrast = ssim_maps(first, second, data_range=1.0)
        last = scale == len(WEIGHTS) - 1
        factor = (structure if last else contrast).mean(axis=(1, 2))
        product = product * np.maximum(factor, 0.0) ** weight
        if not last:
            first, second = _halve(first), _halve(second)
    return np.asarray(product.mean(axis=1))


def _halve(images: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of 2x2 blocks; an odd side gets a border of zeros on both ends."""
    height, width = images.shape[1:3]
    odd = ((0, 0), (height % 2,) * 2, (width % 2,) * 2, (0, 0))
    padded = np.pad(images, odd)[:, : 2 * ((height + 1) // 2), : 2 * ((width + 1) // 2)]
    count, height, width, channels = padded.shape
    blocks = padded.reshape(count, height // 2, 2, width // 2, 2, channels)
    return np.asarray(blocks.mean(axis=(2, 4)))
