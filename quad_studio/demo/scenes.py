"""Compose icons onto backgrounds, with exact masks and true backgrounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from quad_studio.demo.backgrounds import IMAGE_PX, Picture
from quad_studio.demo.icons import Rgba

ICON_SCALE: Final = 0.86
STICKER_SCALE: Final = 0.70
MASK_MARGIN_PX: Final = 2
VISIBLE: Final = 1.5 / 255

Mask = NDArray[np.float32]
"""(H, W), 1 where the picture is to be painted anew, 0 where it is kept."""


@dataclass(frozen=True)
class Scene:
    """An object on a background.

    Attributes:
        image: The composed picture.
        background: The same picture without the object: the truth of object removal.
        mask: Covers the object and a margin; image and background are equal outside it.
    """

    image: Picture
    background: Picture
    mask: Mask


def resize_icon(icon: Rgba, size_px: int) -> tuple[Picture, Mask]:
    """Return the icon at that size as premultiplied colour (H, W, 3) and coverage (H, W).

    Colours are premultiplied before resampling: transparent pixels must not bleed into edges.
    """
    exact = icon.astype(np.float32) / 255.0
    premultiplied = np.concatenate([exact[..., :3] * exact[..., 3:], exact[..., 3:]], axis=2)
    channels = [
        np.asarray(
            Image.fromarray(premultiplied[..., c]).resize((size_px, size_px), Image.Resampling.BOX
                if icon.shape[0] % size_px == 0 else Image.Resampling.LANCZOS),
        )
        for c in range(4)
    ]  # fmt: skip
    alpha = np.clip(channels[3], 0, 1).astype(np.float32)
    alpha[alpha < VISIBLE] = 0.0  # the resampler's ringing must not leak out of the mask
    colour = np.clip(np.stack(channels[:3], axis=2), 0, alpha[..., None]).astype(np.float32)
    return colour, alpha


def place(
    icon: Rgba, background: Picture, *, size_px: int, left: int, top: int
) -> tuple[Picture, Mask]:
    """Return the background with the icon on it, and the icon's coverage (H, W)."""
    colour, alpha = resize_icon(icon, size_px)
    canvas = np.zeros((IMAGE_PX, IMAGE_PX), np.float32)
    layer = np.zeros((IMAGE_PX, IMAGE_PX, 3), np.float32)
    rows, columns = slice(top, top + size_px), slice(left, left + size_px)
    canvas[rows, columns] = alpha
    layer[rows, columns] = colour
    return (layer + background * (1 - canvas[..., None])).astype(np.float32), canvas


def place_centred(
    icon: Rgba, background: Picture, scale: float = ICON_SCALE
) -> tuple[Picture, Mask]:
    """Return the background with the icon in its middle, and the icon's coverage."""
    size_px = round(IMAGE_PX * scale)
    corner = (IMAGE_PX - size_px) // 2
    return place(icon, background, size_px=size_px, left=corner, top=corner)


def grow(coverage: Mask, margin_px: int) -> Mask:
    """Return a binary mask: every pixel within `margin_px` (a square) of any coverage."""
    covered = coverage > 0
    padded = np.pad(covered, margin_px)
    size = coverage.shape[0]
    window = 2 * margin_px + 1
    grown = np.zeros_like(covered)
    for dy in range(window):
        for dx in range(window):
            grown |= padded[dy : dy + size, dx : dx + size]
    return grown.astype(np.float32)


def compose_scene(rng: np.random.Generator, icon: Rgba, background: Picture) -> Scene:
    """Put the icon somewhere on the background, at 35 to 60 % of its width."""
    size_px = int(rng.integers(round(0.35 * IMAGE_PX), round(0.6 * IMAGE_PX)))
    left, top = rng.integers(0, IMAGE_PX - size_px + 1, 2)
    image, coverage = place(icon, background, size_px=size_px, left=int(left), top=int(top))
    mask = grow(coverage, MASK_MARGIN_PX)
    return Scene(image=image, background=background, mask=mask)


def random_mask(rng: np.random.Generator) -> Mask:
    """Draw a mask of one or two boxes or discs."""
    mask = np.zeros((IMAGE_PX, IMAGE_PX), np.float32)
    rows, columns = np.mgrid[0:IMAGE_PX, 0:IMAGE_PX]
    for _ in range(int(rng.integers(1, 3))):
        half_w, half_h = rng.integers(6, 20, 2)
        x, y = rng.integers(8, IMAGE_PX - 8, 2)
        if rng.uniform() < 0.5:
            inside = (abs(columns - x) <= half_w) & (abs(rows - y) <= half_h)
        else:
            inside = ((columns - x) / half_w) ** 2 + ((rows - y) / half_h) ** 2 <= 1
        mask[inside] = 1.0
    return mask


def sketch_of(icon: Rgba, scale: float = ICON_SCALE) -> Picture:
    """Draw the icon's edges, dark lines on white, where colour or coverage changes fast."""
    white = np.ones((IMAGE_PX, IMAGE_PX, 3), np.float32)
    image, coverage = place_centred(icon, white, scale)
    strength = np.zeros((IMAGE_PX, IMAGE_PX), np.float32)
    for plane in (*np.moveaxis(image, 2, 0), coverage):
        dy, dx = np.gradient(plane)
        strength = np.maximum(strength, np.hypot(dx, dy))
    line = np.clip((strength - 0.08) * 5.0, 0, 1)
    return np.repeat(1.0 - 0.9 * line[..., None], 3, axis=2).astype(np.float32)
