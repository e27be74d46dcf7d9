"""DISTS, FLIP, structure distance: held to published values and to other libraries."""

import numpy as np
import pytest

from evaluation.errors import ImageShapeError
from evaluation.metrics.dists import dists
from evaluation.metrics.flip import flip, flip_map
from evaluation.metrics.lpips import load_net
from evaluation.metrics.structure_distance import self_similarity_mse, structure_distance
from evaluation.torchvision_schemas import register
from evaluation.weights import DISTS_HEADS, LPIPS_VGG, missing_because
from tests.unit.evaluation.pairs import check_values, chelsea

needs_weights = pytest.mark.skipif(
    missing_because(LPIPS_VGG, DISTS_HEADS) is not None,
    reason=str(missing_because(LPIPS_VGG, DISTS_HEADS)),
)


@needs_weights
@pytest.mark.slow
@pytest.mark.timeout(180)
def test_that_dists_reproduces_the_documented_value_of_torchmetrics():
    import torch

    torch.manual_seed(42)
    first, second = torch.rand(10, 3, 100, 100), torch.rand(10, 3, 100, 100)
    values = dists(first.permute(0, 2, 3, 1).numpy(), second.permute(0, 2, 3, 1).numpy())
    expected = check_values()["dists"]["torchmetrics_doc_seed42_rand(10,3,100,100)"]
    assert values.mean() == pytest.approx(expected, abs=5e-5)


@needs_weights
@pytest.mark.slow
@pytest.mark.timeout(180)
def test_that_dists_agrees_with_torchmetrics_on_the_same_trunk():
    register()
    import torch
    from torchmetrics.functional.image import dists as theirs

    network = theirs.DISTSNetwork.__new__(theirs.DISTSNetwork)
    original, theirs.vgg16 = theirs.vgg16, lambda weights: _vgg16()
    try:
        theirs.DISTSNetwork.__init__(network)
    finally:
        theirs.vgg16 = original
    rng = np.random.default_rng(0)
    pair = rng.random((2, 2, 48, 64, 3)).astype(np.float32)
    tensors = [torch.from_numpy(batch).permute(0, 3, 1, 2) for batch in pair]
    expected = network(*tensors).detach().numpy()
    assert dists(*pair) == pytest.approx(expected, abs=2e-6)


def _vgg16():
    import torch
    from torchvision.models import vgg16

    model = vgg16(weights=None)
    trunk, _ = load_net("vgg", "cpu")
    convolutions = [m for m in model.features if isinstance(m, torch.nn.Conv2d)]
    with torch.no_grad():
        for layer, (kernel, bias) in zip(convolutions, trunk, strict=True):
            layer.weight.copy_(kernel)
            layer.bias.copy_(bias)
    return model


@needs_weights
@pytest.mark.timeout(60)
def test_that_equal_images_have_no_distance():
    image = np.random.default_rng(0).random((1, 32, 32, 3)).astype(np.float32)
    assert dists(image, image)[0] == pytest.approx(0, abs=1e-6)
    assert structure_distance(image, image)[0] == 0
    assert flip(image, image)[0] == 0


@needs_weights
@pytest.mark.timeout(60)
def test_that_structure_distance_sees_layout_more_than_colour():
    image = chelsea()[0][:, 40:264, 100:324]
    mirrored = image[:, :, ::-1].copy()
    swapped = image[:, :, :, ::-1].copy()
    assert structure_distance(image, mirrored)[0] > 3 * structure_distance(image, swapped)[0] > 0


def test_that_self_similarity_has_the_hand_computed_value():
    expected = check_values()["structure"]["self-sim MSE of keys I3 vs ones(3,3)"]
    assert self_similarity_mse(np.eye(3), np.ones((3, 3))) == pytest.approx(expected, abs=1e-7)


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_that_flip_reproduces_nvidias_values():
    expected = check_values()["flip_ppd67.02"]
    assert flip(*chelsea())[0] == pytest.approx(expected["chelsea"], abs=2e-6)
    black = np.zeros((1, 64, 64, 3), np.float32)
    assert flip(black, black + 1)[0] == pytest.approx(expected["black_vs_white_64"], abs=1e-4)
    green, blue = black.copy(), black.copy()
    green[..., 1], blue[..., 2] = 1, 1
    assert flip(green, blue)[0] == pytest.approx(expected["green_vs_blue_64"], abs=1e-4)


def test_that_the_flip_map_is_large_where_the_images_differ():
    first = np.full((1, 64, 64, 3), 0.5, np.float32)
    second = first.copy()
    second[0, 20:30, 40:50] = 1
    error = flip_map(first, second)[0]
    assert error.shape == (64, 64)
    assert error[20:30, 40:50].min() > 0.2
    assert error[50:, :20].max() < 0.01


@needs_weights
def test_that_tiny_images_are_refused():
    tiny = np.zeros((1, 8, 8, 3), np.float32)
    with pytest.raises(ImageShapeError, match="16 x 16"):
        dists(tiny, tiny)
