"""Scenes: the mask hides the object and nothing but a margin more."""

from collections.abc import Mapping

import numpy as np
import pytest

from quad_studio.demo.backgrounds import (
    BACKGROUNDS,
    PALE,
    STUDIO_LOOKS,
    pale_background,
    random_background,
    studio_backdrop,
)
from quad_studio.demo.catalog import Item
from quad_studio.demo.icons import Rgba
from quad_studio.demo.scenes import (
    MASK_MARGIN_PX,
    compose_scene,
    grow,
    place_centred,
    random_mask,
    sketch_of,
)


@pytest.fixture
def ball(icons: Mapping[Item, Rgba]) -> Rgba:
    return icons[Item("thing-0", "noto")]


def test_that_a_scene_equals_its_true_background_outside_the_mask(
    ball: Rgba, rng: np.random.Generator
) -> None:
    for _ in range(20):
        scene = compose_scene(rng, ball, random_background(rng))
        kept = scene.mask == 0
        assert np.array_equal(scene.image[kept], scene.background[kept])


def test_that_a_scene_differs_from_its_background_inside_the_mask(
    ball: Rgba, rng: np.random.Generator
) -> None:
    scene = compose_scene(rng, ball, pale_background("white"))
    changed = np.abs(scene.image - scene.background).max(axis=2) > 0.05
    assert changed.sum() > 0.3 * scene.mask.sum()
    assert not changed[scene.mask == 0].any()


def test_that_a_grown_mask_reaches_the_margin_and_no_further() -> None:
    coverage = np.zeros((64, 64), np.float32)
    coverage[30, 40] = 1.0
    grown = grow(coverage, MASK_MARGIN_PX)
    rows, columns = np.nonzero(grown)
    assert (rows.min(), rows.max()) == (30 - MASK_MARGIN_PX, 30 + MASK_MARGIN_PX)
    assert (columns.min(), columns.max()) == (40 - MASK_MARGIN_PX, 40 + MASK_MARGIN_PX)


def test_that_an_icon_s_edge_takes_no_dark_halo_from_transparent_pixels(
    icons: Mapping[Item, Rgba],
) -> None:
    white = np.ones((64, 64, 3), np.float32)
    picture, coverage = place_centred(icons[Item("thing-0", "fluent")], white)
    edge = (coverage > 0.2) & (coverage < 0.8)
    assert edge.any()
    assert picture[edge].min() >= picture[coverage > 0.99].min() - 0.02


@pytest.mark.parametrize("draw", BACKGROUNDS, ids=lambda draw: draw.__name__)
def test_that_a_background_is_a_legal_picture_and_follows_its_seed(draw) -> None:  # type: ignore[no-untyped-def]
    first, second = (draw(np.random.default_rng(5)) for _ in range(2))
    assert first.shape == (64, 64, 3)
    assert first.dtype == np.float32
    assert 0.0 <= first.min() <= first.max() <= 1.0
    assert np.array_equal(first, second)


@pytest.mark.parametrize("name", PALE)
def test_that_a_plain_background_has_the_colour_it_is_named_after(name: str) -> None:
    assert np.allclose(pale_background(name).mean(axis=(0, 1)), PALE[name], atol=0.05)


def test_that_a_studio_backdrop_is_brighter_in_its_middle(rng: np.random.Generator) -> None:
    for look in STUDIO_LOOKS:
        backdrop = studio_backdrop(rng, look)
        assert backdrop[24:32, 28:36].mean() > 1.3 * backdrop[:6, :6].mean()


def test_that_a_sketch_is_white_with_dark_lines_and_no_colour(ball: Rgba) -> None:
    sketch = sketch_of(ball)
    assert np.ptp(sketch, axis=2).max() == 0
    assert sketch.max() == 1.0
    assert 0.01 < (sketch[..., 0] < 0.5).mean() < 0.3


def test_that_a_random_mask_is_binary_and_leaves_something_to_see(rng: np.random.Generator) -> None:
    for _ in range(30):
        mask = random_mask(rng)
        assert set(np.unique(mask)) <= {0.0, 1.0}
        assert 0 < mask.mean() < 0.9
