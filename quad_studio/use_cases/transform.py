"""Prompt-guided image transformation: the same thing, as the prompt says."""

from quad_studio.use_cases.base import UseCase

USE_CASE = UseCase(
    name="transform",
    title="Prompt-guided transformation",
    summary="Redraws a picture as a prompt says, such as in another style.",
    adapter="transform",
    needs=frozenset({"image", "prompt"}),
    source="image",
    guidance=1.0,
    from_source=True,
    edit_strength=0.75,
)
