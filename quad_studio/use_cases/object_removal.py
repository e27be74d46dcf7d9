"""Object removal: what the mask covers goes, and the background takes its place."""

import numpy as np
from numpy.typing import NDArray

from quad_studio.use_cases.base import Picture, Pictures, UseCase
from quad_studio.use_cases.item import InputItem

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
    """Return the given image with the painted pixels cloned into its mask without a seam.

    What the user did not mark stays as it was, bit for bit: the autoencoder would soften it. Inside
    the mask the picture is corrected by a membrane that is clamped to the difference around it.

    Source:
        Perez, Gangnet & Blake, "Poisson Image Editing", SIGGRAPH 2003, equation 4 with the painted
        picture as the guidance field.
    """
    if given.image is None or given.mask is None:
        return picture
    hole = given.mask > 0
    correction = stretch_membrane(given.image - picture, hole)
    cloned = np.clip(picture + correction, 0.0, 1.0)
    return np.where(hole[..., None], cloned, given.image).astype(np.float32)


def stretch_membrane(values: Picture, hole: NDArray[np.bool_]) -> Picture:
    """Return `values` (H, W, C) with the hole (H, W) filled by the harmonic function of its rim.

    The picture's border is free; a hole without a rim is filled with zeros.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.linalg import factorized

    filled = np.where(hole[..., None], 0.0, values).astype(np.float64)
    if not hole.any() or hole.all():
        return filled.astype(np.float32)
    number = np.full(hole.shape, -1)
    number[hole] = np.arange(hole.sum())
    here, there = _neighbours(hole.shape)
    inside = hole.ravel()[here]
    here, there = here[inside], there[inside]
    index, unknown = number.ravel()[here], hole.ravel()[there]
    count = int(hole.sum())
    degree = np.bincount(index, minlength=count)
    rows = np.concatenate([np.arange(count), index[unknown]])
    columns = np.concatenate([np.arange(count), number.ravel()[there[unknown]]])
    entries = np.concatenate([degree, -np.ones(int(unknown.sum()))]).astype(np.float64)
    solve = factorized(coo_matrix((entries, (rows, columns)), (count, count)).tocsc())
    for channel in range(values.shape[2]):
        known = filled[..., channel].ravel()[there]
        filled[hole, channel] = solve(np.bincount(index, known * ~unknown, minlength=count))
    return filled.astype(np.float32)


def _neighbours(shape: tuple[int, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return flat indices of all pairs of pixels that share an edge, in both directions."""
    flat = np.arange(shape[0] * shape[1]).reshape(shape)
    pairs = [(flat[1:], flat[:-1]), (flat[:, 1:], flat[:, :-1])]
    first = [part.ravel() for a, b in pairs for part in (a, b)]
    second = [part.ravel() for a, b in pairs for part in (b, a)]
    return np.concatenate(first), np.concatenate(second)


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
