"""Convolutions of stride 1 by Winograd's minimal filtering: equal values, a third of the products.

Outputs are computed in tiles of m x m. A filter of r taps and a tile are taken to the values of
polynomials at m + r - 1 points, where convolving is multiplying, and back (Toom-Cook). For a
3 x 3 kernel and m = 4 that is 36 products a tile instead of 144, for 5 x 5 and m = 4 64 instead
of 400; the products of all tiles and channels are one matrix product a point.

Source:
    Winograd, Arithmetic Complexity of Computations, SIAM 1980; Lavin & Gray, CVPR 2016;
    points with small rounding errors: Barabasz et al., ACM TOMS 46(4), 2020.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

Matrix = list[list[Fraction]]
_HALF = Fraction(1, 2)
# Beside infinity. 0, 1 and -1 cost no rounding; a point and minus its inverse cost least.
POINTS = (Fraction(0), Fraction(1), Fraction(-1), _HALF, Fraction(-2), Fraction(2), -_HALF)
TILE = 4


def filter_matrices(outputs: int, taps: int) -> tuple[Matrix, Matrix, Matrix]:
    """Return (A, G, B): outputs of a 1-D filter g over d are A ((G g) * (B d)), exactly.

    Args:
        outputs: How many neighbouring outputs at once.
        taps: Length of g; d has outputs + taps - 1 values.

    >>> [len(matrix) for matrix in filter_matrices(4, 3)]
    [4, 6, 6]
    """
    size = outputs + taps - 1
    points = POINTS[: size - 1]

    def values(degree: int) -> Matrix:
        """Return what takes coefficients to values; the last value is that at infinity."""
        finite = [[point**power for power in range(degree)] for point in points]
        return [*finite, [Fraction(int(power == degree - 1)) for power in range(degree)]]

    inverse = _inverse(values(size))
    kernel, back = values(taps), [list(column) for column in zip(*values(outputs), strict=True)]
    forth = [list(column) for column in zip(*inverse, strict=True)]
    for row in range(size):  # whole numbers for the data; the kernel takes the fractions once
        common = lcm(*(value.denominator for value in forth[row]))
        forth[row] = [value * common for value in forth[row]]
        kernel[row] = [value / common for value in kernel[row]]
    return back, kernel, forth


@dataclass(frozen=True)
class FastConvolution:
    """A convolution with stride 1 that keeps the size ("same" padding with zeros), on the CPU.

    Attributes:
        products: (points**2, C, K), the kernel at the points.
        bias: (K,).
        forth: What takes a tile of the image to the points.
        back: What takes the products to outputs.
        taps: Side of the kernel, odd.
    """

    products: Any
    bias: Any
    forth: Any
    back: Any
    taps: int

    def __call__(self, batch: Any) -> Any:
        """Return (N, H, W, K) of a contiguous float32 batch (N, H, W, C).

        Image by image: its tiles stay in the cache, and its result does not depend on the batch.
        """
        count, height, width, _ = batch.shape
        done = batch.new_empty(count, height, width, len(self.bias))
        for at in range(count):
            self._one(batch[at], done[at])
        return done

    def _one(self, image: Any, out: Any) -> None:
        import torch

        height, width, channels = image.shape
        size, margin = len(self.forth), self.taps // 2
        down, across = -(-height // TILE), -(-width // TILE)
        wide = across * TILE + self.taps - 1
        padded = image.new_zeros(down * TILE + self.taps - 1, wide, channels)
        padded[margin : margin + height, margin : margin + width] = image
        line = wide * channels
        # Row i of every tile, then column j: overlapping views, each multiplied along its side.
        rows = padded.as_strided((size, down, line), (line, TILE * line, 1))
        rows = self.forth @ rows.reshape(size, -1)
        tiles = rows.as_strided(
            (size, size, down, across, channels),
            (down * line, channels, line, TILE * channels, 1),
        )
        tiles = torch.matmul(self.forth, tiles.reshape(size, size, -1))
        result = torch.bmm(tiles.view(size * size, down * across, channels), self.products)
        result = torch.matmul(self.back, result.view(size, size, -1))
        result = self.back @ result.view(size, -1)
        result = result.view(TILE, TILE, down, across, -1).permute(2, 0, 3, 1, 4)
        result = result.reshape(down * TILE, across * TILE, -1)[:height, :width]
        torch.add(result, self.bias, out=out)


def fast_convolution(kernel: Any, bias: Any) -> FastConvolution:
    """Prepare a convolution with `kernel` (K, C, r, r), r odd and at most 5."""
    import torch

    taps = int(kernel.shape[2])
    back, middle, forth = (_tensor(matrix) for matrix in filter_matrices(TILE, taps))
    at_points = torch.einsum("pi,kcij,qj->pqck", middle, kernel.double(), middle)
    products = at_points.reshape(len(forth) ** 2, kernel.shape[1], kernel.shape[0])
    return FastConvolution(products.float().contiguous(), bias, forth.float(), back.float(), taps)


def _inverse(matrix: Sequence[Sequence[Fraction]]) -> Matrix:
    """Return the inverse, by elimination in fractions."""
    size = len(matrix)
    rows = [[*row, *(Fraction(int(i == j)) for j in range(size))] for i, row in enumerate(matrix)]
    for column in range(size):
        pivot = next(row for row in range(column, size) if rows[row][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [value / rows[column][column] for value in rows[column]]
        for row in range(size):
            factor = rows[row][column]
            if row != column and factor:
                own = zip(rows[row], rows[column], strict=True)
                rows[row] = [value - factor * other for value, other in own]
    return [row[size:] for row in rows]


def _tensor(matrix: Matrix) -> Any:
    import torch

    return torch.tensor([[float(v) for v in row] for row in matrix], dtype=torch.float64)
