"""The looks of the demo's transformations."""

import numpy as np
import pytest

from quad_studio.demo.looks import LOOKS, blueprint, night, old_photo, pop_art


@pytest.fixture
def square() -> np.ndarray:
    """A blue square on a pale ground."""
    picture = np.full((64, 64, 3), 0.95, np.float32)
    picture[20:44, 20:44] = (0.1, 0.2, 0.8)
    return picture


@pytest.mark.parametrize("look", LOOKS)
def test_that_a_look_is_a_legal_picture_and_a_function_of_its_source(
    look: str, rng: np.random.Generator
) -> None:
    source = rng.random((64, 64, 3), np.float32)
    kept = source.copy()
    first, second = LOOKS[look](source), LOOKS[look](source)
    assert np.array_equal(source, kept)
    assert np.array_equal(first, second)
    assert first.shape == source.shape
    assert first.dtype == np.float32
    assert 0.0 <= first.min() <= first.max() <= 1.0


def test_that_pop_art_prints_light_and_dark_in_different_inks(square: np.ndarray) -> None:
    printed = pop_art(square)
    assert np.abs(printed[32, 32] - printed[5, 5]).max() > 0.5


def test_that_a_blueprint_is_bluer_where_the_picture_is_darker(square: np.ndarray) -> None:
    printed = blueprint(square)
    assert printed[32, 32].argmax() == 2
    assert printed[32, 32].mean() < printed[5, 5].mean()


def test_that_night_is_darker_and_bluer_than_day_but_keeps_hues_apart() -> None:
    red, green = (np.full((4, 4, 3), colour, np.float32) for colour in ((0.9, 0, 0), (0, 0.9, 0)))
    for day in (red, green):
        assert night(day).mean() < 0.6 * day.mean()
    assert night(red)[0, 0, 0] > night(red)[0, 0, 1]
    assert night(green)[0, 0, 1] > night(green)[0, 0, 0]


def test_that_an_old_photo_is_brown_and_darker_in_its_corners() -> None:
    toned = old_photo(np.full((64, 64, 3), 0.7, np.float32))
    assert (np.diff(toned, axis=2) < 0).all()  # red above green above blue
    assert toned[0, 0].mean() < toned[32, 32].mean()
