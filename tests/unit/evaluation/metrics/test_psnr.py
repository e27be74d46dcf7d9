import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio

from evaluation.errors import ImageRangeError
from evaluation.metrics.psnr import psnr
from tests.unit.evaluation.pairs import camera, check_values, chelsea


def test_that_published_values_are_reproduced():
    expected = check_values()["psnr"]
    assert psnr(*chelsea(), data_range=1.0)[0] == pytest.approx(expected["chelsea"], abs=1e-5)
    assert psnr(*camera(), data_range=255)[0] == pytest.approx(expected["cam"], abs=1e-9)
    ramp = np.arange(4.0).reshape(1, 2, 2, 1)
    assert psnr(ramp, 3 - ramp, data_range=3)[0] == pytest.approx(2.5527, abs=5e-5)


@pytest.mark.parametrize("levels", [1, 10])
def test_that_a_constant_shift_of_bytes_does_not_wrap_around(levels: int):
    black = np.zeros((1, 4, 4, 3), np.uint8)
    value = psnr(black + np.uint8(levels), black, data_range=255)[0]
    assert value == pytest.approx(check_values()["psnr"][f"shift_{levels}_of_255"])


def test_that_each_image_has_its_own_value_as_in_scikit_image():
    rng = np.random.default_rng(1)
    reference, candidate = rng.random((2, 3, 9, 8, 3))
    expected = [
        peak_signal_noise_ratio(one, other, data_range=1.0)
        for one, other in zip(reference, candidate, strict=True)
    ]
    assert psnr(reference, candidate, data_range=1.0) == pytest.approx(expected)


def test_that_equal_images_have_infinite_psnr():
    assert np.isposinf(psnr(*(np.ones((1, 2, 2, 3)),) * 2, data_range=1.0)).all()


def test_that_bytes_are_refused_where_the_range_is_one():
    with pytest.raises(ImageRangeError):
        psnr(np.full((1, 2, 2, 1), 200.0), np.zeros((1, 2, 2, 1)), data_range=1.0)
