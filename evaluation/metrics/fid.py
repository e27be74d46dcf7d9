"""Frechet Inception distance (FID)."""

import numpy as np
from numpy.typing import NDArray

from evaluation.errors import ImageShapeError

Features = NDArray[np.float64]


def fid(reference: Features, candidate: Features) -> float:
    """Return the Frechet distance of two feature sets as Gaussians.

    Biased upwards at small N, by an amount that depends on the model: shown with its N, never
    compared across different N, never gated below 2,048 images.

    Args:
        reference: (N, D) features, N at least 2.
        candidate: (M, D).

    Source:
        Heusel et al., NeurIPS 2017: ``|m1 - m2|**2 + tr(S1 + S2 - 2 (S1 S2)**0.5)``. With centred
        sets A and B, S1 = A'A and S2 = B'B, the last trace is the nuclear norm of A B', so no
        matrix root of a singular product is needed. Checked against torchmetrics.

    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(50, 4))
    >>> round(fid(x, x), 9), round(fid(x, x + 0.5), 9)
    (0.0, 1.0)
    """
    for features in (reference, candidate):
        if features.ndim != 2 or len(features) < 2 or features.shape[1] != reference.shape[1]:
            raise ImageShapeError("FID wants two feature sets of at least two images each")
    first = (reference - reference.mean(axis=0)) / np.sqrt(len(reference) - 1)
    second = (candidate - candidate.mean(axis=0)) / np.sqrt(len(candidate) - 1)
    shift = reference.mean(axis=0) - candidate.mean(axis=0)
    trace = float(np.square(first).sum() + np.square(second).sum())
    cross = np.linalg.svd(_reduced(first) @ _reduced(second).T, compute_uv=False).sum()
    return max(0.0, float(shift @ shift) + trace - 2 * float(cross))


def frechet_distance(
    mean_one: Features, covariance_one: Features, mean_other: Features, covariance_other: Features
) -> float:
    """Return the Frechet distance of two Gaussians.

    >>> eye = np.eye(16)
    >>> round(frechet_distance(np.zeros(16), eye, np.zeros(16), 4 * eye), 9)
    16.0
    """
    shift = mean_one - mean_other
    trace = float(np.trace(covariance_one) + np.trace(covariance_other))
    cross = np.linalg.svd(_root(covariance_one) @ _root(covariance_other), compute_uv=False).sum()
    return max(0.0, float(shift @ shift) + trace - 2 * float(cross))


def _root(covariance: Features) -> Features:
    """Return the symmetric root of a covariance."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T)


def _reduced(rows: Features) -> Features:
    """Return a matrix with the same product with its transpose and at most D rows."""
    return rows if len(rows) <= rows.shape[1] else np.asarray(np.linalg.qr(rows, mode="r"))
