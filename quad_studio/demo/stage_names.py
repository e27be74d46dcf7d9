"""The training stages by name, apart from their code so that the command line can list them."""

from typing import Final

STAGES: Final = (
    "vae", "decoder", "base", "object_removal", "transform", "sketch", "sticker", "portrait", "lcm",
    "export", "evaluate",
)  # fmt: skip
