import numpy as np
import pytest
from PIL import Image

from ui.models.frames import FrameCache
from ui.widgets.frame import Frame, load_pixels, to_qimage


def checkerboard(size=400):
    board = np.indices((size, size)).sum(axis=0) % 2 * 255
    return np.repeat(board[:, :, None], 3, axis=2).astype(np.uint8)


def as_array(image):
    height, width = image.height(), image.width()
    data = np.frombuffer(image.constBits(), np.uint8).reshape(height, image.bytesPerLine())
    return data[:, : 4 * width].reshape(height, width, 4)[:, :, :3].copy()


def test_that_a_one_pixel_checkerboard_shrinks_to_grey_and_not_to_a_pattern():
    shown = as_array(Frame(checkerboard()).scaled(0.5))
    assert shown.std() == 0.0
    assert abs(float(shown.mean()) - 127.5) <= 0.5


def test_that_aliasing_stays_small_at_a_crooked_zoom():
    # Nearest neighbour has a deviation of 127.5 here.
    assert as_array(Frame(checkerboard()).scaled(0.4)).std() < 15


def test_that_a_scaled_copy_is_made_once():
    frame = Frame(checkerboard())
    assert frame.scaled(0.3) is frame.scaled(0.3)


def test_that_pixels_survive_the_way_into_qt():
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    assert np.array_equal(as_array(to_qimage(pixels))[:, :, ::-1], pixels)


def test_that_a_pixel_outside_is_none():
    frame = Frame(checkerboard(4))
    assert frame.at(0, 1) == (255, 255, 255)
    assert frame.at(4, 0) is None
    assert frame.at(-1, 0) is None


def test_that_transparent_pixels_are_read_over_white(tmp_path):
    Image.new("RGBA", (2, 2), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    assert (load_pixels(tmp_path / "clear.png") == 255).all()


def test_that_a_broken_file_is_an_os_error(tmp_path):
    (tmp_path / "broken.png").write_bytes(b"no picture")
    with pytest.raises(OSError, match="it is no picture"):
        load_pixels(tmp_path / "broken.png")


def test_that_the_cache_never_exceeds_its_budget_over_a_thousand_pictures(tmp_path):
    size = Frame(checkerboard(32)).size_bytes
    cache = FrameCache(budget_bytes=10 * size)
    for number in range(1000):
        cache.put(tmp_path / str(number), Frame(checkerboard(32)))
    assert cache.size_bytes <= 10 * size
    assert cache.get(tmp_path / "999") is not None
    assert cache.get(tmp_path / "0") is None
