"""Peak signal-to-noise ratio (PSNR)."""

import numpy as np
from numpy.typing import NDArray

from evaluation.images import Images, check_pair


def psnr(reference: Images, candidate: Images, *, data_range: float) -> NDArray[np.float64]:
    """Return the PSNR of each image, in dB: ``10 * log10(data_range**2 / MSE)``.

    One MSE per image, over H, W and C. The caller averages, and must say how:
    the mean of per-image PSNRs is not the PSNR of the pooled MSE.

    Args:
        reference: (N, H, W, C), values in [0, data_range].
        candidate: Same shape and range.
        data_range: Largest legal value, 1.0 or 255; never guessed from the data.

    Returns:
        (N,) float64, dB; +inf where the two images are equal.

    Raises:
        ImageShapeError, ImageRangeError: The batches cannot be compared.

    Source:
        Wang & Bovik, IEEE Signal Processing Magazine 26(1), 2009. Checked against scikit-image.

    >>> black, grey = np.zeros((1, 2, 2, 1)), np.full((1, 2, 2, 1), 0.1)
    >>> psnr(black, grey, data_range=1.0).round(6)
    array([20.])
    """
    check_pair(reference, candidate, data_range)
    error = np.empty(len(reference))
    for at, (one, other) in enumerate(zip(reference, candidate, strict=True)):
        # One image at a time stays in the cache; uint8 would wrap around.
        difference = one.astype(np.float64).ravel() - other.astype(np.float64).ravel()
        error[at] = difference @ difference / difference.size
    with np.errstate(divide="ignore"):
        return np.asarray(10.0 * np.log10(data_range**2 / error))
