"""Text to image: the foundation model itself, without an adapter."""

from quad_studio.use_cases.base import UseCase

USE_CASE = UseCase(
    name="text_to_image",
    title="Text to image",
    summary="Paints what a prompt says.",
    adapter=None,
    needs=frozenset({"prompt"}),
    guidance=4.0,
)
