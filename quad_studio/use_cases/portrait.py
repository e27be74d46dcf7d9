"""Portrait studio: a person's picture in the style that the prompt names."""

from quad_studio.use_cases.base import UseCase

USE_CASE = UseCase(
    name="portrait",
    title="Portrait studio",
    summary="Redraws a person's picture in a style, keeping who it is.",
    adapter="portrait",
    needs=frozenset({"image", "prompt"}),
    source="image",
    guidance=1.5,
    edit_strength=0.6,
)
