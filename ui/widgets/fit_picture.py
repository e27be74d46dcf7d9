"""Fit a picture to the size that a model takes."""

import numpy as np

from ui.widgets.frame import Pixels


def fit_picture(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Return the middle of `pixels`, scaled to fill (width, height); nothing is stretched."""
    from PIL import Image

    picture = Image.fromarray(pixels)
    width, height = size
    factor = max(width / picture.width, height / picture.height)
    scaled = (
        max(width, round(picture.width * factor)),
        max(height, round(picture.height * factor)),
    )
    if scaled != picture.size:
        picture = picture.resize(scaled, Image.Resampling.LANCZOS)
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    return np.asarray(picture.crop((left, top, left + width, top + height)), dtype=np.uint8)
