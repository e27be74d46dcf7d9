"""Read an item's pictures at the model's size."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from quad_studio.errors import UnsuitableInput
from quad_studio.use_cases.base import Frame, Picture, Pictures
from quad_studio.use_cases.item import InputItem

_WHITE = 0.5


def read_pictures(item: InputItem, frame: Frame) -> Pictures:
    """Return the pictures, cut to the model's aspect ratio around the middle and resized.

    A picture that has the model's size already is taken as it is.

    Raises:
        UnsuitableInput: A file cannot be read, or the mask is of another size than the image.
    """
    size = (frame.image_height, frame.image_width)
    found = {
        name: None if path is None else _read(item, name, path)
        for name in ("image", "sketch", "truth", "mask")
        for path in [getattr(item, name)]
    }
    image, mask = found["image"], found["mask"]
    if image is not None and mask is not None and image.shape[:2] != mask.shape[:2]:
        raise UnsuitableInput(
            f"input {item.id}: the mask is {_size(mask)}, the image {_size(image)}; "
            "they must be of one size"
        )
    fitted = {name: None if p is None else fit(p, *size) for name, p in found.items()}
    return Pictures(
        image=fitted["image"],
        sketch=fitted["sketch"],
        truth=fitted["truth"],
        mask=None if mask is None else fit_mask(mask, *size),
    )


def _read(item: InputItem, name: str, path: Path) -> Picture:
    """Return one file's pixels, or say which item and file is wrong."""
    from evaluation.errors import EvaluationError
    from evaluation.images import load_image

    try:
        return load_image(path)
    except EvaluationError as exc:
        raise UnsuitableInput(f"input {item.id}: {name}: {exc}") from exc


def fit(picture: Picture, height: int, width: int) -> Picture:
    """Return the middle of the picture at (height, width)."""
    if picture.shape[:2] == (height, width):
        return picture
    from PIL import Image

    cut = _middle(picture, height, width)
    pixels = Image.fromarray(np.round(cut * 255).astype(np.uint8))
    resized = pixels.resize((width, height), Image.Resampling.LANCZOS)
    return np.asarray(resized, np.float32) / np.float32(255)


def fit_mask(picture: Picture, height: int, width: int) -> NDArray[np.float32]:
    """Return (height, width): 1 where the picture is white, 0 elsewhere."""
    cut = _middle(picture, height, width)
    rows = np.arange(height) * cut.shape[0] // height
    columns = np.arange(width) * cut.shape[1] // width
    white = cut[np.ix_(rows, columns)].mean(axis=-1) >= _WHITE
    return np.asarray(white, np.float32)


def _middle(picture: Picture, height: int, width: int) -> Picture:
    """Return the largest centred part of the aspect ratio height : width."""
    rows, columns = picture.shape[:2]
    kept_rows = min(rows, round(columns * height / width))
    kept_columns = min(columns, round(rows * width / height))
    top, left = (rows - kept_rows) // 2, (columns - kept_columns) // 2
    return picture[top : top + kept_rows, left : left + kept_columns]


def _size(picture: Picture) -> str:
    """Return width x height for a message."""
    return f"{picture.shape[1]}x{picture.shape[0]}"
