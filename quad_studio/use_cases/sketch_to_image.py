"""Sketch to image: a picture that follows the lines of a drawing."""

from quad_studio.use_cases.base import Pictures, UseCase
from quad_studio.use_cases.item import InputItem

_LEAST_CONTRAST = 0.02


def check(item: InputItem, pictures: Pictures) -> list[str]:
    """Return what is wrong with the sketch."""
    if pictures.sketch is None or float(pictures.sketch.std()) >= _LEAST_CONTRAST:
        return []
    return ["sketch: is blank; draw dark lines on a light ground"]


USE_CASE = UseCase(
    name="sketch_to_image",
    title="Sketch to image",
    summary="Turns a line drawing and a prompt into a picture.",
    adapter="sketch",
    needs=frozenset({"sketch", "prompt"}),
    source="sketch",
    guidance=2.0,
    edit_strength=0.9,
    check=check,
)
