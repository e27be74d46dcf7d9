"""One input of a use case, as input sets and requests bring it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class InputItem:
    """One input of a use case; pictures are absolute paths."""

    id: str
    prompt: str = ""
    negative_prompt: str = ""
    source_prompt: str | None = None
    seed: int = 0
    split: str = "heldout"
    image: Path | None = None
    mask: Path | None = None
    sketch: Path | None = None
    truth: Path | None = None
    tags: tuple[str, ...] = ()

    def has(self, need: str) -> bool:
        """Return whether it brings `need`: image, mask, sketch or prompt."""
        return bool(getattr(self, need))
