import numpy as np

from quad_studio.use_cases.base import Pictures
from quad_studio.use_cases.sticker import find_subject, finish


def make_sticker(size=64):
    """A red disc with a white eye on an off-white ground, and a speck of dust."""
    rows, columns = np.mgrid[0:size, 0:size]
    picture = np.full((size, size, 3), 0.97, np.float32)
    distance = np.hypot(rows - size / 2, columns - size / 2)
    picture[distance < 20] = (0.8, 0.1, 0.1)
    picture[distance < 4] = 1.0
    picture[5:7, 5:7] = 0.2
    return picture, distance


def test_that_the_subject_is_cut_out_with_its_holes_filled_and_dust_dropped():
    picture, distance = make_sticker()
    subject = find_subject(picture)
    assert subject[distance < 20].all()
    assert not subject[distance >= 20].any()


def test_that_a_white_outline_surrounds_the_subject_on_transparency():
    picture, distance = make_sticker(128)
    cut = finish(picture, Pictures())
    assert cut.shape == (128, 128, 4)
    assert (cut[distance < 17, 3] == 1.0).all()
    ring = (distance > 21.5) & (distance < 22.5)
    np.testing.assert_allclose(cut[ring], 1.0, atol=0.05)
    assert (cut[distance > 25, 3] == 0.0).all()
    np.testing.assert_allclose(cut[64, 74, :3], (0.8, 0.1, 0.1), atol=1e-3)


def test_that_a_picture_without_a_plain_ground_is_kept_whole():
    noisy = np.random.default_rng(0).uniform(0, 1, (32, 32, 3)).astype(np.float32)
    assert (finish(noisy, Pictures())[..., 3] == 1.0).all()
    blank = np.ones((32, 32, 3), np.float32)
    assert (finish(blank, Pictures())[..., 3] == 1.0).all()
