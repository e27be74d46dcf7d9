"""Object removal: what the mask covers goes, and the background takes its place."""

from quad_studio.inputs import InputItem
from quad_studio.use_cases.base import Pictures, UseCase

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
)
