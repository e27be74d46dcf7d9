"""The paper's sim_image and sim_dir on final latents: always available, no encoder needed."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation.errors import ImageShapeError


def sim_image(z: NDArray[Any], z_reference: NDArray[Any], z_initial: NDArray[Any]) -> float:
    """Return cos(z, z_reference) of the flattened final latents; NaN where one is all zero.

    Args:
        z: Final latents of the quantized model.
        z_reference: Final latents of the FP32 model.
        z_initial: The shared start noise; not used here.

    >>> sim_image(np.array([1.0, 0]), np.array([0, 1.0]), np.zeros(2))
    0.0
    """
    return _cosine(z, z_reference)


def sim_dir(z: NDArray[Any], z_reference: NDArray[Any], z_initial: NDArray[Any]) -> float:
    """Return cos(z - z_initial, z_reference - z_initial): did both models move the same way?

    NaN where one of them did not move at all: the direction is undefined then.

    Source:
        "direction vectors of quantized and full-precision latent representations", QUAD
        (arXiv 2603.29535), section 4; the reading is ours, since no formula is printed.

    >>> e1, e2, e3 = np.eye(3)
    >>> round(sim_dir(e2, e3, e1), 12)
    0.5
    """
    _same_shape(z, z_initial)
    _same_shape(z_reference, z_initial)
    return _cosine(
        z.astype(np.float64) - z_initial.astype(np.float64),
        z_reference.astype(np.float64) - z_initial.astype(np.float64),
    )


def _cosine(one: NDArray[Any], other: NDArray[Any]) -> float:
    _same_shape(one, other)
    first, second = one.astype(np.float64).ravel(), other.astype(np.float64).ravel()
    norms = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(first @ second) / norms if norms > 0 else float("nan")


def _same_shape(one: NDArray[Any], other: NDArray[Any]) -> None:
    if one.shape != other.shape:
        raise ImageShapeError(f"latents of shapes {one.shape} and {other.shape} do not compare")
