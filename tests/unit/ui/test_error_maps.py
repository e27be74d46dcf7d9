import numpy as np
import pytest

from ui.models.error_maps import FAST, absolute, luma, region_statistics, signed, worst_tiles
from ui.widgets import colormap

BLACK = np.zeros((8, 8, 3), np.uint8)


def test_that_a_difference_below_zero_does_not_wrap_around():
    b = BLACK + 10
    assert signed(b, BLACK).values.max() == -10
    assert absolute(b, BLACK).values.max() == 10


def test_that_luma_weighs_green_most():
    red, green = BLACK.copy(), BLACK.copy()
    red[..., 0], green[..., 1] = 100, 100
    assert luma(BLACK, green).values.mean() == pytest.approx(71.52, abs=0.01)
    assert luma(BLACK, red).values.mean() == pytest.approx(21.26, abs=0.01)


@pytest.mark.parametrize("name", sorted(FAST))
def test_that_equal_pictures_have_no_error(name):
    assert not FAST[name](BLACK, BLACK).values.any()


def test_that_the_worst_tile_comes_first_whatever_the_sign():
    values = np.zeros((64, 96), np.float32)
    values[32:, 64:] = -5
    values[:32, :32] = 3
    tiles = worst_tiles(values)
    assert tiles[0] == (64, 32, 32, 32)
    assert tiles[1] == (0, 0, 32, 32)
    assert len(tiles) == 6


def test_that_region_statistics_are_those_of_numpy():
    values = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    found = region_statistics(values)
    assert (found.mean, found.low, found.high) == (5.5, 0.0, 11.0)
    assert found.deviation == pytest.approx(values.std())


def test_that_zero_is_white_in_the_signed_map_and_the_ends_are_its_end_colours():
    drawn = colormap.apply(np.array([[-1.0, 0.0, 1.0]]), -1, 1, "signed")
    assert drawn[0, 1].min() > 240
    table = colormap.lookup_table("signed")
    assert (drawn[0, 0] == table[0]).all()
    assert (drawn[0, 2] == table[255]).all()


def test_that_values_that_are_no_numbers_are_drawn_as_the_lowest():
    drawn = colormap.apply(np.array([[np.nan]]), 0, 1, "sequential")
    assert (drawn[0, 0] == colormap.lookup_table("sequential")[0]).all()


def test_that_the_sequential_map_grows_lighter_all_the_way():
    table = colormap.lookup_table("sequential").astype(float)
    assert (np.diff(table @ [0.2126, 0.7152, 0.0722]) > -0.5).all()
