"""Object removal: what the mask covers goes, and the background takes its place."""

import numpy as np

from quad_studio.use_cases.base import Picture, Pictures, UseCase
from quad_studio.use_cases.item import InputItem

RAMP_SHARE = 0.02
"""Width of the seam between painted and kept pixels, as a share of the picture's smaller side."""

_LARGEST_HOLE = 0.95


def check(item: InputItem, pictures: Pictures) -> list[str]:
    """Return what is wrong with the mask."""
    if pictures.mask is None:
        return []
    covered = float(pictures.mask.mean())
    if covered == 0.0:
        return ["mask: nothing is white, so there is nothing to remove"]
    if covered > _LARGEST_HOLE:
        return [f"mask: {covered:.0%} is white, so no background is left to go by"]
    return []


def finish(picture: Picture, given: Pictures) -> Picture:
    """Return the given image with the painted pixels inside its mask.

    What the user did not mark stays as it was, bit for bit: the autoencoder would soften it. The
    seam is a ramp that lies inside the mask, so that nothing of the object shows through.
    """
    if given.image is None or given.mask is None:
        return picture
    from scipy import ndimage

    depth = ndimage.distance_transform_edt(given.mask > 0)
    ramp = max(1.0, RAMP_SHARE * min(picture.shape[:2]))
    painted = np.clip(depth / ramp, 0.0, 1.0)[..., None]
    return np.asarray(painted * picture + (1.0 - painted) * given.image, np.float32)


USE_CASE = UseCase(
    name="object_removal",
    title="Object removal",
    summary="Removes what a mask covers and paints the background behind it.",
    adapter="object_removal",
    needs=frozenset({"image", "mask"}),
    source="image",
    masked=True,
    guidance=1.0,
    check=check,
    finish=finish,
)
