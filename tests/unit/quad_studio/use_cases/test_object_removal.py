import numpy as np
import pytest

from quad_studio.use_cases.base import Pictures
from quad_studio.use_cases.object_removal import finish, stretch_membrane

SIZE = 40


def make_hole():
    """A square in the middle and one at the picture's border."""
    hole = np.zeros((SIZE, SIZE), np.bool_)
    hole[10:25, 12:30] = True
    hole[:6, :5] = True
    return hole


def slope():
    """A picture that rises from left to right: harmonic everywhere."""
    line = np.linspace(0.1, 0.6, SIZE, dtype=np.float32)
    return np.repeat(np.tile(line, (SIZE, 1))[..., None], 3, axis=-1)


def test_that_kept_pixels_are_the_users_own_bit_for_bit():
    hole = make_hole()
    image = np.random.default_rng(1).uniform(size=(SIZE, SIZE, 3)).astype(np.float32)
    painted = np.random.default_rng(2).uniform(size=(SIZE, SIZE, 3)).astype(np.float32)
    result = finish(painted, Pictures(image=image, mask=hole.astype(np.float32)))
    np.testing.assert_array_equal(result[~hole], image[~hole])
    assert np.abs(result[hole] - image[hole]).mean() > 0.1


def test_that_a_painting_of_the_wrong_tint_leaves_no_patch():
    hole, detail = make_hole(), np.zeros((SIZE, SIZE, 3), np.float32)
    detail[15:18, 18:22] = 0.2
    image = slope() + np.where(hole[..., None], 0.3, 0.0).astype(np.float32)  # the object
    painted = slope() + detail - 0.07  # its background, but darker
    result = finish(painted, Pictures(image=image, mask=hole.astype(np.float32)))
    np.testing.assert_allclose(result, slope() + detail, atol=1e-5)


def test_that_a_membrane_over_a_square_hole_is_the_harmonic_function_of_its_rim():
    hole = np.zeros((SIZE, SIZE), np.bool_)
    hole[8:30, 9:33] = True
    rows, columns = np.mgrid[0:SIZE, 0:SIZE] / SIZE
    saddle = (rows**2 - columns**2)[..., None].astype(np.float32)  # discrete Laplacian: zero
    np.testing.assert_allclose(stretch_membrane(saddle, hole), saddle, atol=1e-5)


@pytest.mark.parametrize("covered", [False, True])
def test_that_no_hole_and_nothing_but_hole_need_no_membrane(covered):
    values = np.full((4, 4, 3), 0.5, np.float32)
    filled = stretch_membrane(values, np.full((4, 4), covered))
    assert (filled == (0.0 if covered else 0.5)).all()


def test_that_a_picture_without_a_mask_is_left_alone():
    picture = np.full((SIZE, SIZE, 3), 0.3, np.float32)
    assert finish(picture, Pictures()) is picture
