"""FID, KID and the Inception features they stand on."""

import numpy as np
import pytest

from evaluation.errors import ImageShapeError
from evaluation.metrics.fid import fid, frechet_distance
from evaluation.metrics.inception import features
from evaluation.metrics.kid import kid, mmd
from evaluation.torchvision_schemas import register
from evaluation.weights import INCEPTION, missing_because
from tests.unit.evaluation.pairs import check_values

needs_inception = pytest.mark.skipif(
    missing_because(INCEPTION) is not None, reason=str(missing_because(INCEPTION))
)


def test_that_gaussians_have_their_closed_form_distances():
    expected = check_values()["fid"]["closed_form"]
    zero, eye = np.zeros(16), np.eye(16)
    rising = np.diag(np.arange(1.0, 17))
    assert frechet_distance(zero, eye, zero + 0.5, eye) == pytest.approx(
        expected["N(0,I16) vs N(.5,I16)"]
    )
    assert frechet_distance(zero, eye, zero, 4 * eye) == pytest.approx(
        expected["N(0,I16) vs N(0,4 I16)"]
    )
    assert frechet_distance(zero, rising, zero, rising[::-1, ::-1]) == pytest.approx(
        expected["diag(1..16) vs reversed"]
    )


@pytest.mark.parametrize(("count", "width"), [(200, 16), (10, 64)])
def test_that_fid_of_features_agrees_with_torchmetrics(count: int, width: int):
    register()
    import torch
    from torchmetrics.image.fid import _compute_fid

    rng = np.random.default_rng(0)
    first, second = rng.normal(size=(count, width)), rng.normal(0.3, 1.5, size=(count, width))
    parts = [torch.from_numpy(np.mean(x, axis=0)) for x in (first, second)]
    covariances = [torch.from_numpy(np.cov(x, rowvar=False)) for x in (first, second)]
    expected = float(_compute_fid(parts[0], covariances[0], parts[1], covariances[1]))
    assert fid(first, second) == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_that_kid_agrees_with_the_check_value_and_torchmetrics():
    register()
    import torch
    from torchmetrics.image.kid import poly_mmd

    first = np.random.default_rng(1).normal(size=(50, 16))
    second = np.random.default_rng(2).normal(size=(50, 16)) + 0.2
    value = mmd(first, second)
    assert value == pytest.approx(check_values()["kid"]["kid_xy unbiased poly3"], abs=1e-9)
    theirs = poly_mmd(torch.from_numpy(first), torch.from_numpy(second))
    assert value == pytest.approx(float(theirs), rel=1e-9)
    done = kid(first, second)
    assert done.value == value
    assert done.subset_size == 25
    assert done.std > 0


def test_that_kid_of_equal_distributions_is_about_zero_and_may_be_negative():
    rng = np.random.default_rng(3)
    values = [mmd(*rng.normal(size=(2, 60, 8))) for _ in range(20)]
    assert min(values) < 0 < max(values)
    assert abs(np.mean(values)) < 0.05


def test_that_paired_sets_that_are_equal_are_at_zero_at_any_size():
    rng = np.random.default_rng(4)
    for count in (4, 30, 200):
        features = rng.normal(size=(count, 64)) + 1
        assert kid(features, features.copy(), paired=True).value == pytest.approx(0, abs=1e-12)
    assert kid(features[:4], features[:4]).value < -0.1  # what independent sets are taken for


def test_that_paired_kid_sees_a_shift_and_equals_kid_in_the_mean_of_independent_sets():
    rng = np.random.default_rng(5)
    clean = rng.normal(size=(30, 16))
    noisy = clean + rng.normal(0, 0.01, clean.shape)
    shifted = clean + 0.3
    near, far = (kid(clean, other, paired=True).value for other in (noisy, shifted))
    assert abs(near) < 0.01 * far
    draws = [rng.normal(size=(2, 40, 8)) for _ in range(200)]
    both = np.array([[mmd(*draw), mmd(*draw, paired=True)] for draw in draws])
    assert abs(both.mean(axis=0)).max() < 0.02
    with pytest.raises(ImageShapeError, match="as many candidates"):
        kid(clean, noisy[:20], paired=True)


def test_that_single_images_have_no_distribution():
    with pytest.raises(ImageShapeError):
        fid(np.zeros((1, 4)), np.zeros((2, 4)))
    with pytest.raises(ImageShapeError):
        kid(np.zeros((3, 4)), np.zeros((9, 4)))


@needs_inception
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_that_fid_of_the_documented_noise_is_near_torchmetrics_value():
    # The documentation seeds before it builds the network, which draws too: the same
    # distribution, other draws. Two of its own draws are 0.08 apart.
    import torch

    torch.manual_seed(123)
    first = torch.randint(0, 200, (100, 3, 299, 299), dtype=torch.uint8)
    second = torch.randint(100, 255, (100, 3, 299, 299), dtype=torch.uint8)
    sets = []
    for images in (first, second):
        batches = images.permute(0, 2, 3, 1).numpy().astype(np.float32).reshape(20, 5, 299, 299, 3)
        sets.append(np.concatenate([features(batch / 255, width=64) for batch in batches]))
    expected = check_values()["fid"]["torchmetrics_doc_feature64"]["manual_seed(123)"]
    assert fid(*sets) == pytest.approx(expected, abs=0.09)


@needs_inception
@pytest.mark.slow
@pytest.mark.timeout(180)
def test_that_pool3_features_do_not_depend_on_the_batch():
    images = np.random.default_rng(0).random((2, 64, 48, 3)).astype(np.float32)
    together = features(images)
    assert together.shape == (2, 2048)
    assert features(images[1:])[0] == pytest.approx(together[1], abs=1e-4)
