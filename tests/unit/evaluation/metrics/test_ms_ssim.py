import numpy as np
import pytest

from evaluation.errors import ImageShapeError
from evaluation.metrics.ms_ssim import ms_ssim
from tests.unit.evaluation.pairs import check_values, chelsea


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_that_published_values_are_reproduced():
    expected = check_values()["ms_ssim"]["chelsea"]
    value = ms_ssim(*chelsea(), data_range=1.0)[0]
    assert value == pytest.approx(expected["pytorch_msssim"], abs=2e-6)
    assert value == pytest.approx(expected["torchmetrics"], abs=1e-3)


def test_that_equal_images_have_ms_ssim_one():
    image = np.random.default_rng(0).random((1, 161, 161, 1))
    assert ms_ssim(image, image, data_range=1.0)[0] == pytest.approx(1)


def test_that_an_image_too_small_for_five_scales_is_refused():
    with pytest.raises(ImageShapeError, match="161 x 161"):
        ms_ssim(np.zeros((1, 160, 400, 3)), np.zeros((1, 160, 400, 3)), data_range=1.0)
