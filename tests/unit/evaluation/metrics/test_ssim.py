import numpy as np
import pytest
from skimage.metrics import structural_similarity

from evaluation.errors import ImageShapeError
from evaluation.metrics.ssim import ssim, ssim_maps
from tests.unit.evaluation.pairs import camera, check_values, chelsea


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_that_published_values_are_reproduced():
    expected = check_values()["ssim"]
    assert ssim(*chelsea(), data_range=1.0)[0] == pytest.approx(
        expected["chelsea_wang"]["skimage"], abs=2e-6
    )
    double = [image.astype(np.float64) for image in chelsea()]
    assert ssim(*double, data_range=1.0)[0] == pytest.approx(
        expected["chelsea_wang"]["skimage"], abs=1e-8
    )
    assert ssim(*camera(), data_range=255)[0] == pytest.approx(
        expected["cam_wang"]["value"], abs=1e-5
    )


def test_that_two_constant_images_have_the_closed_form_value():
    first, second = (np.full((1, 16, 16, 1), level, np.float64) for level in (100, 110))
    expected = check_values()["ssim"]["constant_100_vs_110"]
    assert ssim(first, second, data_range=255)[0] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("shape", [(11, 11), (140, 30), (31, 300)])
def test_that_any_size_agrees_with_scikit_image(shape: tuple[int, int]):
    rng = np.random.default_rng(0)
    reference = rng.random((2, *shape, 3))
    candidate = np.clip(reference + rng.normal(0, 0.1, reference.shape), 0, 1)
    expected = [
        structural_similarity(
            one,
            other,
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
            data_range=1.0,
            channel_axis=-1,
        )
        for one, other in zip(reference, candidate, strict=True)
    ]
    assert ssim(reference, candidate, data_range=1.0) == pytest.approx(expected, abs=1e-12)


def test_that_equal_images_have_ssim_one_and_a_map_of_ones():
    image = np.random.default_rng(0).random((1, 20, 20, 3)).astype(np.float32)
    assert ssim(image, image, data_range=1.0)[0] == pytest.approx(1.0, abs=1e-6)
    structure, contrast = ssim_maps(image, image, data_range=1.0)
    assert structure.shape == contrast.shape == (1, 10, 10, 3)


def test_that_an_image_smaller_than_the_window_is_refused():
    with pytest.raises(ImageShapeError, match="11 x 11"):
        ssim(np.zeros((1, 10, 40, 3)), np.zeros((1, 10, 40, 3)), data_range=1.0)
