"""Endless batches of every kind of picture that the autoencoder must reconstruct."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from quad_studio.demo.backgrounds import (
    PALE,
    STUDIO_LOOKS,
    Picture,
    pale_background,
    random_background,
    studio_backdrop,
)
from quad_studio.demo.catalog import Item
from quad_studio.demo.icons import Rgba
from quad_studio.demo.scenes import (
    ICON_SCALE,
    STICKER_SCALE,
    compose_scene,
    place_centred,
    random_mask,
    sketch_of,
)

GREY = 0.5


def one_picture(rng: np.random.Generator, icon: Rgba) -> Picture:
    """Draw a plain picture, sticker, portrait, sketch, backdrop or scene, whole or holed."""
    kind = rng.uniform()
    if kind < 0.30:
        name = list(PALE)[int(rng.integers(len(PALE)))]
        return place_centred(icon, pale_background(name))[0]
    if kind < 0.38:
        return place_centred(icon, np.ones((64, 64, 3), np.float32), STICKER_SCALE)[0]
    if kind < 0.48:
        look = list(STUDIO_LOOKS)[int(rng.integers(len(STUDIO_LOOKS)))]
        return place_centred(icon, studio_backdrop(rng, look), ICON_SCALE)[0]
    if kind < 0.56:
        return sketch_of(icon)
    if kind < 0.66:
        return random_background(rng)
    scene = compose_scene(rng, icon, random_background(rng))
    if kind < 0.85:
        return scene.image
    mask = scene.mask if rng.uniform() < 0.5 else random_mask(rng)
    return (scene.image * (1 - mask[..., None]) + GREY * mask[..., None]).astype(np.float32)


def to_model_range(pictures: Sequence[Picture]) -> NDArray[np.float32]:
    """Return (N, 3, H, W) in [-1, 1]."""
    return np.stack(pictures).transpose(0, 3, 1, 2).astype(np.float32) * 2.0 - 1.0


def picture_batches(
    icons: Mapping[Item, Rgba], items: Sequence[Item], batch_size: int, seed: int
) -> Iterator[NDArray[np.float32]]:
    """Yield batches (N, 3, H, W) in [-1, 1] without end."""
    rng = np.random.default_rng(seed)
    while True:
        chosen = rng.integers(0, len(items), batch_size)
        yield to_model_range([one_picture(rng, icons[items[int(i)]]) for i in chosen])
