"""Kernel Inception distance (KID)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.errors import ImageShapeError

Features = NDArray[np.float64]
SUBSETS, SUBSET_SIZE = 100, 1000


@dataclass(frozen=True)
class Kid:
    """The distance and its spread over subsets.

    Attributes:
        value: Unbiased; may be slightly negative for equal distributions, and is not clipped.
        std: Standard deviation over subsets.
        subset_size: Images of each subset.
    """

    value: float
    std: float
    subset_size: int


def kid(reference: Features, candidate: Features, *, seed: int = 0) -> Kid:
    """Return the squared maximum mean discrepancy under the kernel (x.y / D + 1)**3.

    Above 1,000 images: the mean of 100 subsets of 1,000, as is customary. Otherwise the unbiased
    estimate over all images, with its spread over subsets of half the size.

    Args:
        reference: (N, D) features, N at least 4.
        candidate: (M, D).
        seed: Of the choice of subsets.

    Source:
        Binkowski et al., Demystifying MMD GANs, ICLR 2018. Checked against torchmetrics.
    """
    count = min(len(reference), len(candidate))
    if count < 4 or reference.shape[1] != candidate.shape[1]:
        raise ImageShapeError("KID wants two feature sets of at least four images each")
    size = SUBSET_SIZE if count > SUBSET_SIZE else count // 2
    random = np.random.default_rng(seed)
    drawn = [
        mmd(
            reference[random.choice(len(reference), size, replace=False)],
            candidate[random.choice(len(candidate), size, replace=False)],
        )
        for _ in range(SUBSETS)
    ]
    value = float(np.mean(drawn)) if count > SUBSET_SIZE else mmd(reference, candidate)
    return Kid(value, float(np.std(drawn)), size)


def mmd(reference: Features, candidate: Features) -> float:
    """Return the unbiased squared discrepancy of two feature sets."""
    within = _off_diagonal_mean(_kernel(reference, reference))
    within += _off_diagonal_mean(_kernel(candidate, candidate))
    return float(within - 2 * _kernel(reference, candidate).mean())


def _kernel(one: Features, other: Features) -> Features:
    return np.asarray((one @ other.T / one.shape[1] + 1.0) ** 3)


def _off_diagonal_mean(matrix: Features) -> float:
    count = len(matrix)
    return float((matrix.sum() - np.trace(matrix)) / (count * (count - 1)))
