import numpy as np
import pytest

from evaluation.errors import ImageRangeError, ImageShapeError
from evaluation.metrics import channel_error
from evaluation.metrics.latent_similarity import sim_dir, sim_image
from tests.unit.evaluation.pairs import check_values


def test_that_unit_vectors_have_their_geometric_values():
    e1, e2, e3 = np.eye(3)
    expected = check_values()["clip_geometry"]
    assert sim_dir(e2, e3, e1) == pytest.approx(expected["sim_direction(e1->e2 vs e1->e3)"])
    assert sim_image(e1, e2, e3) == expected["sim_image(e1,e2)"]


def test_that_equal_latents_are_one_and_no_movement_is_undefined():
    z = np.random.default_rng(0).normal(size=(1, 4, 8, 8)).astype(np.float32)
    start = np.zeros_like(z)
    assert sim_image(z, z, start) == pytest.approx(1)
    assert sim_dir(z, z, start) == pytest.approx(1)
    assert np.isnan(sim_dir(start, z, start))
    assert np.isnan(sim_image(start, z, start))


def test_that_latents_of_other_shapes_are_refused():
    with pytest.raises(ImageShapeError, match="do not compare"):
        sim_dir(np.zeros(3), np.zeros(3), np.zeros(4))


def test_that_a_shift_of_one_channel_is_found_in_that_channel():
    grey = np.full((1, 8, 8, 3), 0.5)
    shifted = grey.copy()
    shifted[..., 2] += 0.1
    assert channel_error.channel_mae(grey, shifted)[0] == pytest.approx([0, 0, 0.1])
    assert channel_error.channel_bias(shifted, grey)[0] == pytest.approx([0, 0, -0.1])
    assert channel_error.largest_channel_bias(shifted, grey)[0] == pytest.approx(0.1)
    assert channel_error.mean_absolute_error(grey, shifted)[0] == pytest.approx(0.1 / 3)


def test_that_the_histogram_distance_is_the_shift_and_ignores_places():
    rng = np.random.default_rng(0)
    image = rng.random((1, 40, 40, 3)) * 0.5
    assert channel_error.histogram_distance(image, image + 0.25)[0] == pytest.approx(0.25, abs=1e-3)
    assert channel_error.histogram_distance(image, image[:, ::-1].copy())[0] == 0
    assert channel_error.histograms(image).sum(axis=2) == pytest.approx(np.ones((1, 3)))


def test_that_the_histogram_distance_agrees_with_scipy():
    from scipy.stats import wasserstein_distance

    rng = np.random.default_rng(1)
    first, second = rng.random((2, 1, 64, 64, 1))
    second **= 2
    expected = wasserstein_distance(first.ravel(), second.ravel())
    ours = channel_error.histogram_distance(first, second)[0]
    assert ours == pytest.approx(expected, abs=1 / 256)


def test_that_bytes_are_refused():
    with pytest.raises(ImageRangeError):
        channel_error.channel_mae(np.full((1, 1, 1, 3), 255.0), np.zeros((1, 1, 1, 3)))
