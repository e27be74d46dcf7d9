"""Noise that every machine draws alike from a seed, without torch.

The counter-based Philox generator's raw words are fixed by its definition (Salmon et al., SC 2011);
NumPy promises to keep a bit generator's stream, not that of `standard_normal`. So the words are
turned into normals here, by Box and Muller's transform in float64.
"""

import numpy as np
from numpy.typing import NDArray

_TO_UNIT = 2.0**-53


def draw_noise(seed: int, count: int, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Return (count, *shape) standard normal float32 values.

    The first tensors do not depend on `count`: a plan with more steps starts from the same noise.

    >>> first, longer = draw_noise(7, 1, (2, 3)), draw_noise(7, 4, (2, 3))
    >>> bool((first[0] == longer[0]).all())
    True
    """
    return np.stack([_normals(seed, index, shape) for index in range(count)])


def _normals(seed: int, index: int, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Return the tensor with that index of the seed's stream."""
    size = int(np.prod(shape))
    pairs = (size + 1) // 2
    key = [seed & 0xFFFFFFFFFFFFFFFF, index]
    words = np.random.Philox(key=np.array(key, np.uint64)).random_raw(2 * pairs)
    unit = ((words >> np.uint64(11)).astype(np.float64) + 0.5) * _TO_UNIT  # in (0, 1), never 0
    radius = np.sqrt(-2.0 * np.log(unit[:pairs]))
    angle = 2.0 * np.pi * unit[pairs:]
    values = np.concatenate([radius * np.cos(angle), radius * np.sin(angle)])
    return values[:size].reshape(shape).astype(np.float32)
