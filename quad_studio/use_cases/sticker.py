"""Sticker: a subject cut out of its plain background, with a white outline, on transparency."""

import numpy as np
from numpy.typing import NDArray

from quad_studio.use_cases.base import Picture, Pictures, UseCase

TOLERANCE = 0.10
"""Largest distance in RGB from the background's colour that still is background."""

OUTLINE_SHARE = 0.03
"""Width of the outline as a share of the picture's smaller side."""

_SPECK_SHARE = 0.05
_SUBJECT_LIMITS = (0.005, 0.98)


def finish(picture: Picture, given: Pictures) -> Picture:
    """Return (H, W, 4): the subject over a white outline, transparent outside.

    Where no subject stands out from the border's colour the whole picture is kept, opaque.
    """
    subject = find_subject(picture)
    share = float(subject.mean())
    if not _SUBJECT_LIMITS[0] <= share <= _SUBJECT_LIMITS[1]:
        return np.concatenate([picture, np.ones_like(picture[..., :1])], axis=-1)
    from scipy import ndimage

    distance = ndimage.distance_transform_edt(~subject)
    width = max(1.5, OUTLINE_SHARE * min(picture.shape[:2]))
    # one pixel of ramp on either edge stands in for anti-aliasing
    outline = np.clip(width + 0.5 - distance, 0.0, 1.0)
    soft = np.clip(ndimage.gaussian_filter(subject.astype(np.float32), 0.7) * 2.0 - 0.5, 0.0, 1.0)
    colour = picture * soft[..., None] + (1.0 - soft[..., None])
    cut = np.concatenate([colour, np.maximum(outline, soft)[..., None]], axis=-1)
    return np.ascontiguousarray(cut, dtype=np.float32)


def find_subject(picture: Picture) -> NDArray[np.bool_]:
    """Return (H, W): True on what is not connected to the border by its colour.

    Specks much smaller than the largest part are dropped; holes inside the subject stay part of
    it, so that a white eye does not become a window.
    """
    from scipy import ndimage

    border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    background = np.median(border, axis=0)
    near = np.linalg.norm(picture - background, axis=-1) <= TOLERANCE
    regions, _ = ndimage.label(near)
    edge = np.concatenate([regions[0], regions[-1], regions[:, 0], regions[:, -1]])
    outside = np.isin(regions, np.unique(edge[edge > 0]))
    parts, count = ndimage.label(~outside)
    if count == 0:
        return np.zeros(picture.shape[:2], np.bool_)
    sizes = np.bincount(parts.ravel())[1:]
    kept = np.flatnonzero(sizes >= _SPECK_SHARE * sizes.max()) + 1
    return np.asarray(np.isin(parts, kept), np.bool_)


USE_CASE = UseCase(
    name="sticker",
    title="Sticker",
    summary="Paints a sticker from a prompt: cut out, outlined, transparent around it.",
    adapter="sticker",
    needs=frozenset({"prompt"}),
    guidance=3.0,
    finish=finish,
)
