"""Draw procedural backgrounds: the true scenes behind the objects of the demo data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

IMAGE_PX: Final = 64

Picture = NDArray[np.float32]
"""(H, W, 3), values in [0, 1]."""

PALE: Final[dict[str, tuple[float, float, float]]] = {
    "white": (0.98, 0.98, 0.98),
    "grey": (0.80, 0.82, 0.84),
    "pink": (0.98, 0.82, 0.87),
    "blue": (0.74, 0.87, 0.98),
    "green": (0.79, 0.93, 0.78),
    "yellow": (0.99, 0.94, 0.72),
    "purple": (0.86, 0.80, 0.97),
    "peach": (0.99, 0.86, 0.74),
}


def _axes() -> tuple[Picture, Picture]:
    ramp = np.linspace(0.0, 1.0, IMAGE_PX, dtype=np.float32)
    return np.meshgrid(ramp, ramp)  # x, y


def _colour(rng: np.random.Generator, low: float = 0.15, high: float = 1.0) -> Picture:
    return rng.uniform(low, high, 3).astype(np.float32)


def _near(rng: np.random.Generator, colour: Picture, spread: float) -> Picture:
    return np.clip(colour + rng.normal(0, spread, 3), 0, 1).astype(np.float32)


def _blend(weight: Picture, low: Picture, high: Picture) -> Picture:
    return (low + (high - low) * weight[..., None]).astype(np.float32)


def pale_background(name: str) -> Picture:
    """Return the plain background of that colour name: lighter at the top, a bit darker below."""
    _, y = _axes()
    colour = np.array(PALE[name], np.float32)
    return np.clip(_blend(y, colour * 1.02, colour * 0.92), 0, 1)


def gradient(rng: np.random.Generator) -> Picture:
    """Draw a linear gradient of two colours at any angle."""
    x, y = _axes()
    angle = rng.uniform(0, 2 * np.pi)
    along = np.cos(angle) * (x - 0.5) + np.sin(angle) * (y - 0.5)
    low = _colour(rng)
    return _blend(np.clip(along + 0.5, 0, 1), low, _near(rng, low, 0.3))


def stripes(rng: np.random.Generator) -> Picture:
    """Draw soft-edged stripes of two near colours."""
    x, y = _axes()
    angle = rng.choice([0.0, np.pi / 4, np.pi / 2, 3 * np.pi / 4])
    phase = (np.cos(angle) * x + np.sin(angle) * y) * rng.uniform(3, 7) + rng.uniform()
    weight = np.clip(np.sin(2 * np.pi * phase) * 3 + 0.5, 0, 1)
    low = _colour(rng, 0.3)
    return _blend(weight, low, _near(rng, low, 0.18))


def dots(rng: np.random.Generator) -> Picture:
    """Draw a grid of dots, every other row shifted."""
    x, y = _axes()
    count = rng.integers(4, 8)
    u, v = x * count + rng.uniform(), y * count + rng.uniform()
    u = u + 0.5 * (np.floor(v) % 2)
    distance = np.hypot(u % 1 - 0.5, v % 1 - 0.5)
    weight = np.clip((rng.uniform(0.2, 0.34) - distance) * 12, 0, 1)
    low = _colour(rng, 0.3)
    return _blend(weight, low, _near(rng, low, 0.25))


def checks(rng: np.random.Generator) -> Picture:
    """Draw a chequered tablecloth."""
    x, y = _axes()
    count = rng.integers(3, 7)
    bands = (np.sin(np.pi * 2 * count * x / 2) > 0).astype(np.float32)
    rows = (np.sin(np.pi * 2 * count * y / 2) > 0).astype(np.float32)
    low = _colour(rng, 0.35)
    return _blend(((bands + rows) / 2).astype(np.float32), low, _near(rng, low, 0.2))


def soft_noise(rng: np.random.Generator) -> Picture:
    """Draw clouds of low-frequency colour noise."""
    size = int(rng.integers(3, 7))
    coarse = rng.uniform(0, 1, (size, size)).astype(np.float32)
    grid = np.linspace(0, size - 1, IMAGE_PX)
    rows = np.stack([np.interp(grid, np.arange(size), coarse[i]) for i in range(size)])
    weight = np.stack([np.interp(grid, np.arange(size), rows[:, j]) for j in range(IMAGE_PX)], 1)
    low = _colour(rng, 0.25)
    return _blend(weight.astype(np.float32), low, _near(rng, low, 0.25))


def hills(rng: np.random.Generator) -> Picture:
    """Draw a sky with two or three ranges of hills."""
    x, y = _axes()
    top = np.array(
        [rng.uniform(0.4, 0.75), rng.uniform(0.65, 0.88), rng.uniform(0.88, 1.0)], np.float32
    )
    if rng.uniform() < 0.3:  # an evening sky
        top = np.array(
            [rng.uniform(0.85, 1), rng.uniform(0.5, 0.75), rng.uniform(0.4, 0.7)], np.float32
        )
    image = _blend(np.clip(y * 1.4, 0, 1), top, np.clip(top * 0.4 + 0.62, 0, 1))
    green = np.array(
        [rng.uniform(0.25, 0.6), rng.uniform(0.55, 0.8), rng.uniform(0.2, 0.5)], np.float32
    )
    for level in range(int(rng.integers(2, 4))):
        line = (
            0.5
            + 0.17 * level
            + 0.07 * np.sin(2 * np.pi * (x * rng.uniform(0.6, 1.6) + rng.uniform()))
        )
        cover = np.clip((y - line) * IMAGE_PX, 0, 1)[..., None]
        image = image * (1 - cover) + green * (1 - 0.16 * level) * cover
    return image.astype(np.float32)


def table(rng: np.random.Generator) -> Picture:
    """Draw a wall above a table or floor."""
    _, y = _axes()
    wall = _colour(rng, 0.45)
    wood = np.array(
        [rng.uniform(0.5, 0.85), rng.uniform(0.35, 0.6), rng.uniform(0.2, 0.4)], np.float32
    )
    image = _blend(y, wall, wall * 0.9)
    edge = rng.uniform(0.5, 0.75)
    top = _blend(np.clip((y - edge) * 2, 0, 1), wood, wood * 0.75)
    cover = np.clip((y - edge) * IMAGE_PX, 0, 1)[..., None]
    return (image * (1 - cover) + top * cover).astype(np.float32)


def sea(rng: np.random.Generator) -> Picture:
    """Draw a sky above a sea or a beach."""
    x, y = _axes()
    sky = np.array([rng.uniform(0.55, 0.8), rng.uniform(0.78, 0.92), 0.99], np.float32)
    water = np.array(
        [rng.uniform(0.1, 0.3), rng.uniform(0.45, 0.65), rng.uniform(0.7, 0.88)], np.float32
    )
    sand = np.array([0.95, rng.uniform(0.82, 0.9), rng.uniform(0.6, 0.7)], np.float32)
    image = _blend(np.clip(y * 2, 0, 1), sky * 0.9, sky)
    shore = rng.uniform(0.68, 0.95) + 0.03 * np.sin(2 * np.pi * (x + rng.uniform()))
    for colour, line in ((water, rng.uniform(0.35, 0.5)), (sand, shore)):
        cover = np.clip((y - line) * IMAGE_PX, 0, 1)[..., None]
        image = image * (1 - cover) + colour * cover
    return image.astype(np.float32)


BACKGROUNDS: Final[tuple[Callable[[np.random.Generator], Picture], ...]] = (
    gradient, stripes, dots, checks, soft_noise, hills, table, sea,
)  # fmt: skip


def random_background(rng: np.random.Generator) -> Picture:
    """Draw one background of a random kind."""
    return BACKGROUNDS[int(rng.integers(len(BACKGROUNDS)))](rng)


def studio_backdrop(rng: np.random.Generator, name: str) -> Picture:
    """Draw a studio backdrop: a lit spot on a cloth of the named look, dark at the edges."""
    x, y = _axes()
    colour = np.array(STUDIO_LOOKS[name], np.float32)
    centre_x, centre_y = 0.5 + rng.uniform(-0.04, 0.04), 0.42 + rng.uniform(-0.04, 0.04)
    distance = np.hypot(x - centre_x, (y - centre_y) * 0.95)
    light = np.clip(1.25 - 1.15 * distance, 0.3, 1.25)
    return np.clip(colour * light[..., None], 0, 1).astype(np.float32)


STUDIO_LOOKS: Final[dict[str, tuple[float, float, float]]] = {
    "warm": (0.86, 0.60, 0.38),
    "cool": (0.38, 0.58, 0.84),
    "dark": (0.26, 0.27, 0.32),
    "rose": (0.88, 0.55, 0.64),
    "forest": (0.34, 0.58, 0.42),
    "violet": (0.56, 0.45, 0.80),
}
