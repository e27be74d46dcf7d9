"""Errors of each colour channel, and the distance between colour histograms."""

import numpy as np
from numpy.typing import NDArray

from evaluation.images import Images, check_pair

BINS = 256


def channel_mae(reference: Images, candidate: Images) -> NDArray[np.float64]:
    """Return the mean absolute error of each channel, (N, C), in units of full scale.

    >>> black = np.zeros((1, 1, 2, 3)); black_and_red = black.copy(); black_and_red[0, 0, 0, 0] = 1
    >>> channel_mae(black, black_and_red).tolist()
    [[0.5, 0.0, 0.0]]
    """
    check_pair(reference, candidate, 1.0)
    difference = np.abs(candidate.astype(np.float64) - reference.astype(np.float64))
    return np.asarray(difference.mean(axis=(1, 2)))


def channel_bias(reference: Images, candidate: Images) -> NDArray[np.float64]:
    """Return the mean signed error of each channel, (N, C): a colour cast of the candidate."""
    check_pair(reference, candidate, 1.0)
    difference = candidate.astype(np.float64) - reference.astype(np.float64)
    return np.asarray(difference.mean(axis=(1, 2)))


def mean_absolute_error(reference: Images, candidate: Images) -> NDArray[np.float64]:
    """Return the mean absolute error of each image over H, W and C, (N,)."""
    return np.asarray(channel_mae(reference, candidate).mean(axis=1))


def largest_channel_bias(reference: Images, candidate: Images) -> NDArray[np.float64]:
    """Return the largest absolute colour cast of each image, (N,)."""
    return np.asarray(np.abs(channel_bias(reference, candidate)).max(axis=1))


def histograms(images: Images, *, bins: int = BINS) -> NDArray[np.float64]:
    """Return each channel's histogram over [0, 1], (N, C, bins), each summing to one."""
    count, height, width, channels = images.shape
    found = np.empty((count, channels, bins))
    for at in range(count):
        level = np.minimum((images[at] * bins).astype(np.int64), bins - 1)
        for channel in range(channels):
            found[at, channel] = np.bincount(level[:, :, channel].ravel(), minlength=bins)
    return found / (height * width)


def histogram_distance(reference: Images, candidate: Images) -> NDArray[np.float64]:
    """Return the earth mover's distance of the colour histograms, mean over channels, (N,).

    In units of full scale: shifting every pixel by 0.1 gives 0.1. Blind to where pixels are.
    """
    check_pair(reference, candidate, 1.0)
    moved = np.cumsum(histograms(candidate) - histograms(reference), axis=2)
    return np.asarray(np.abs(moved).sum(axis=2).mean(axis=1) / BINS)
