import numpy as np

from quad_studio.use_cases.base import Pictures
from quad_studio.use_cases.object_removal import finish

SIZE = 50


def make_pictures():
    """A grey picture whose left half is to be painted anew."""
    mask = np.zeros((SIZE, SIZE), np.float32)
    mask[:, : SIZE // 2] = 1.0
    return Pictures(image=np.full((SIZE, SIZE, 3), 0.5, np.float32), mask=mask)


def test_that_kept_pixels_are_the_users_own_bit_for_bit():
    given = make_pictures()
    painted = np.random.default_rng(1).uniform(size=(SIZE, SIZE, 3)).astype(np.float32)
    result = finish(painted, given)
    np.testing.assert_array_equal(result[:, SIZE // 2 :], given.image[:, SIZE // 2 :])
    np.testing.assert_allclose(result[:, : SIZE // 2 - 1], painted[:, : SIZE // 2 - 1], atol=1e-6)


def test_that_the_seam_is_a_ramp_inside_the_mask_on_larger_pictures():
    mask = np.zeros((200, 200), np.float32)
    mask[:, :100] = 1.0
    given = Pictures(image=np.zeros((200, 200, 3), np.float32), mask=mask)
    line = finish(np.ones((200, 200, 3), np.float32), given)[100, :, 0]
    np.testing.assert_allclose(line[95:101], [1.0, 1.0, 0.75, 0.5, 0.25, 0.0], atol=1e-6)


def test_that_a_picture_without_a_mask_is_left_alone():
    picture = np.full((SIZE, SIZE, 3), 0.3, np.float32)
    assert finish(picture, Pictures()) is picture
