"""How far two network outputs are apart, as a divergence between distributions.

A denoiser's output is no distribution. Each channel is made one by a softmax over its positions,
after division by the reference's standard deviation in that channel, so that the score depends
neither on the timestep's output level nor on the number of channels.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quad_studio.errors import StageError

Divergence = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]


def to_distributions(
    reference: Any, candidate: Any
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return both outputs as distributions, one row a channel.

    Args:
        reference: (1, C, ...) output of the FP32 network.
        candidate: The same shape, of the quantized network.
    """
    p = np.asarray(reference, np.float64)
    rows = p.shape[1] if p.ndim > 2 else 1
    p, q = p.reshape(rows, -1), np.asarray(candidate, np.float64).reshape(rows, -1)
    spread = np.maximum(p.std(axis=1, keepdims=True), 1e-12)
    return _softmax(p / spread), _softmax(q / spread)


def _softmax(x: NDArray[np.float64]) -> NDArray[np.float64]:
    shifted = np.exp(x - x.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


def kullback_leibler(p: NDArray[np.float64], q: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return KL(p || q) of each row, in nats.

    >>> kullback_leibler(np.array([[0.5, 0.5]]), np.array([[0.5, 0.5]])).tolist()
    [0.0]
    """
    tiny = np.finfo(np.float64).tiny
    return np.asarray((p * (np.log(np.maximum(p, tiny)) - np.log(np.maximum(q, tiny)))).sum(axis=1))


def jensen_shannon(p: NDArray[np.float64], q: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the Jensen-Shannon divergence of each row, in nats, at most ln 2.

    >>> jensen_shannon(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])).round(6).tolist()
    [0.693147]
    """
    middle = (p + q) / 2
    return (kullback_leibler(p, middle) + kullback_leibler(q, middle)) / 2


def symmetric_kullback_leibler(
    p: NDArray[np.float64], q: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return (KL(p || q) + KL(q || p)) / 2 of each row."""
    return (kullback_leibler(p, q) + kullback_leibler(q, p)) / 2


_DIVERGENCES: Mapping[str, Divergence] = {
    "jensen-shannon": jensen_shannon,
    "kl": kullback_leibler,
    "symmetric-kl": symmetric_kullback_leibler,
}
NAMES = (*_DIVERGENCES, "mse")


def divergence(name: str, reference: Any, candidate: Any) -> float:
    """Return D(reference || candidate) by its name; "mse" compares the raw outputs, normalized.

    Raises:
        StageError: The name is none of `NAMES`.
    """
    if name == "mse":
        p, q = np.asarray(reference, np.float64), np.asarray(candidate, np.float64)
        return float(np.square(p - q).mean() / max(float(np.square(p).mean()), 1e-24))
    if name not in _DIVERGENCES:
        raise StageError("sensitivity", f"no divergence {name!r}; use one of {', '.join(NAMES)}")
    return float(_DIVERGENCES[name](*to_distributions(reference, candidate)).mean())
