"""FLIP: the error that a person sees when two images alternate, and its map."""

import numpy as np
from numpy.typing import NDArray

from evaluation.images import Images, check_pair

PIXELS_PER_DEGREE = 67.0206432765823
"""NVIDIA's default: 0.7 m from a display of 3840 pixels on 0.7 m."""


def flip(reference: Images, candidate: Images) -> NDArray[np.float64]:
    """Return the mean of `flip_map` of each pair: 0 equal, 1 as different as can be.

    Source:
        Andersson et al., FLIP: A Difference Evaluator for Alternating Images, HPG 2020;
        NVIDIA's own implementation (flip-evaluator), low dynamic range.
    """
    return np.asarray(flip_map(reference, candidate).mean(axis=(1, 2), dtype=np.float64))


def flip_map(reference: Images, candidate: Images) -> NDArray[np.float32]:
    """Return the perceived error of each pixel, (N, H, W) in [0, 1].

    Args:
        reference: (N, H, W, 3), sRGB in [0, 1].
        candidate: Same shape and range.

    Raises:
        ImageShapeError, ImageRangeError: The batches cannot be compared.
    """
    import flip_evaluator

    check_pair(reference, candidate, 1.0)
    maps = np.empty(reference.shape[:3], np.float32)
    for at, (one, other) in enumerate(zip(reference, candidate, strict=True)):
        pair = (np.ascontiguousarray(image, np.float32) for image in (one, other))
        parameters = {"ppd": PIXELS_PER_DEGREE}
        error, _, _ = flip_evaluator.evaluate(
            *pair, "LDR", applyMagma=False, computeMeanError=False, parameters=parameters
        )
        maps[at] = np.asarray(error)[..., 0] if np.ndim(error) == 3 else error
    return maps
