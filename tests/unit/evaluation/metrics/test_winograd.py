"""Winograd's convolution against the definition: exact in fractions, near float64 in float32."""

from fractions import Fraction

import pytest
import torch

from evaluation.metrics.winograd import fast_convolution, filter_matrices


def times(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


@pytest.mark.parametrize("taps", [1, 2, 3, 4, 5])
def test_that_the_matrices_filter_exactly(taps):
    back, kernel, forth = filter_matrices(4, taps)
    data = [Fraction(3 * n * n - 7, n + 2) for n in range(4 + taps - 1)]
    weights = [Fraction(5 - 2 * n, n + 1) for n in range(taps)]
    products = [a * b for a, b in zip(times(kernel, weights), times(forth, data), strict=True)]
    expected = [sum(weights[k] * data[at + k] for k in range(taps)) for at in range(4)]
    assert times(back, products) == expected


@pytest.mark.parametrize("taps", [3, 5])
@pytest.mark.parametrize("size", [(1, 1), (8, 12), (31, 30), (7, 63)])
def test_that_values_are_those_of_a_convolution_in_float64(taps, size):
    draw = torch.Generator().manual_seed(taps)
    kernel = torch.randn(6, 5, taps, taps, generator=draw)
    bias = torch.randn(6, generator=draw)
    batch = torch.randn(2, *size, 5, generator=draw)
    expected = torch.nn.functional.conv2d(
        batch.permute(0, 3, 1, 2).double(), kernel.double(), bias.double(), padding=taps // 2
    ).permute(0, 2, 3, 1)
    found = fast_convolution(kernel, bias)(batch)
    assert found.shape == expected.shape
    assert (found - expected).abs().max() < 2e-5 * expected.abs().max()


def test_that_an_image_has_one_result_wherever_it_stands_in_a_batch():
    convolution = fast_convolution(torch.randn(4, 3, 3, 3), torch.zeros(4))
    batch = torch.randn(3, 17, 19, 3)
    batch[2] = batch[0]
    found = convolution(batch)
    assert torch.equal(found[0], found[2])
    assert torch.equal(found[1], convolution(batch[1:2])[0])
