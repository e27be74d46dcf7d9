"""Turn an item's pictures into the tensors that condition the model."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from quad_studio.use_cases.base import Conditioning, Frame, Picture, Pictures, Tensor, UseCase


def condition(
    use_case: UseCase, pictures: Pictures, frame: Frame, *, from_source: bool = False
) -> Conditioning:
    """Return the tensors for this use case and U-Net.

    An inpainting U-Net sees the masked image with its hole at 0 (mid grey). Use cases without a
    mask hand over their whole source, or nothing but the grey, and a mask of ones: all is new.
    With `from_source` the source is handed over as the start of the result as well.
    """
    source = None if use_case.source is None else getattr(pictures, use_case.source)
    if frame.inpaints:
        made = _inpainting(use_case, source, pictures.mask, frame)
        return replace(made, image=made.masked_image) if from_source else made
    if use_case.masked and pictures.mask is not None and source is not None:
        mask = shrink_mask(pictures.mask, frame)
        return Conditioning(image=to_tensor(source), mask=mask)
    return Conditioning(image=None if source is None else to_tensor(source))


def _inpainting(
    use_case: UseCase,
    source: Picture | None,
    mask: NDArray[np.float32] | None,
    frame: Frame,
) -> Conditioning:
    """Return mask and masked image."""
    size = (frame.latent_height, frame.latent_width)
    if use_case.masked and mask is not None and source is not None:
        hole = to_tensor(source) * (mask < 0.5)
        return Conditioning(mask=shrink_mask(mask, frame), masked_image=hole.astype(np.float32))
    shape = (1, 3, frame.image_height, frame.image_width)
    seen = np.zeros(shape, np.float32) if source is None else to_tensor(source)
    return Conditioning(mask=np.ones((1, 1, *size), np.float32), masked_image=seen)


def to_tensor(picture: Picture) -> Tensor:
    """Return (1, 3, H, W) in [-1, 1]."""
    planes = np.moveaxis(picture[..., :3], -1, 0)[None]
    return np.ascontiguousarray(planes * 2.0 - 1.0, dtype=np.float32)


def to_picture(image: Tensor) -> Picture:
    """Return (H, W, 3) in [0, 1] of a decoder's (1, 3, H, W)."""
    clipped = np.clip(np.asarray(image, np.float32)[0] / 2.0 + 0.5, 0.0, 1.0)
    return np.ascontiguousarray(np.moveaxis(clipped, 0, -1))


def shrink_mask(mask: NDArray[np.float32], frame: Frame) -> Tensor:
    """Return the mask at the latents' size, (1, 1, h, w).

    Nearest neighbour from each cell's top left pixel, as diffusers' inpainting pipelines do.
    """
    rows = np.arange(frame.latent_height) * mask.shape[0] // frame.latent_height
    columns = np.arange(frame.latent_width) * mask.shape[1] // frame.latent_width
    return mask[np.ix_(rows, columns)][None, None].astype(np.float32)
