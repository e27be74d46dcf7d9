"""Classic fills of a masked region: the peers that object removal is compared with."""

from __future__ import annotations

from typing import Final

import numpy as np

from quad_studio.demo.backgrounds import Picture
from quad_studio.demo.scenes import Mask

ROUNDS: Final = 400


def heat_fill(picture: Picture, mask: Mask) -> Picture:
    """Fill the mask by diffusion from its border: repeated averaging of four neighbours.

    This is the harmonic fill, the simplest member of the family of OpenCV's diffusion inpainting.
    """
    inside = mask[..., None] > 0
    outside_mean = picture[mask == 0].mean(axis=0) if (mask == 0).any() else np.float32(0.5)
    filled = np.where(inside, outside_mean, picture).astype(np.float32)
    for _ in range(ROUNDS):
        padded = np.pad(filled, ((1, 1), (1, 1), (0, 0)), mode="edge")
        mean = (padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:]) / 4
        filled = np.where(inside, mean, picture).astype(np.float32)
    return filled


def biharmonic_fill(picture: Picture, mask: Mask) -> Picture:
    """Fill the mask with scikit-image's biharmonic inpainting."""
    from skimage.restoration import inpaint_biharmonic

    filled = inpaint_biharmonic(picture, mask > 0, channel_axis=2)
    return np.clip(filled, 0, 1).astype(np.float32)
