"""One adapter's LoRA matrices, whatever file layout they came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
LoraPair = tuple[Matrix, Matrix]


@dataclass(frozen=True)
class AdapterWeights:
    """A LoRA as pairs of matrices, its scaling already folded in.

    The adapted layer computes ``y = W x + (x A) B`` at strength 1: alpha / rank (or
    alpha / sqrt(rank), rsLoRA) is multiplied into B.

    Attributes:
        name: Name for files and lists.
        modules: Diffusers U-Net module path -> (A [in, r], B [r, out]), float32. Ranks may
            differ between modules. For a convolution with a kernel, A is
            [in * kh * kw, r]: torch's down weight [r, in, kh, kw], reshaped to
            [r, in * kh * kw] and transposed; `kernels` has its (kh, kw).
        rank: The largest rank of the modules.
        source: The file or folder it was read from, "" when made in memory.
        sha256: Hash of the source's bytes, or of the matrices when made in memory.
        kernels: Module path -> (kh, kw), only for down matrices that are not 1x1.
        dropped: Keys of the file left out on request (text encoder), in file order.
    """

    name: str
    modules: Mapping[str, LoraPair]
    rank: int
    source: str
    sha256: str
    kernels: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()

    @property
    def parameter_count(self) -> int:
        """Return how many numbers the matrices hold."""
        return sum(down.size + up.size for down, up in self.modules.values())


def delta(weights: AdapterWeights, module: str) -> Matrix:
    """Return what the adapter adds to a module's weight at strength 1, torch's layout.

    Returns:
        [out, in] for a matrix, [out, in, kh, kw] where the module has a kernel.
    """
    down, up = weights.modules[module]
    product = np.ascontiguousarray((down @ up).T, dtype=np.float32)
    kernel = weights.kernels.get(module)
    return product if kernel is None else product.reshape(product.shape[0], -1, *kernel)
