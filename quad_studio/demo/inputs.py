"""Write the held-out and calibration input sets of the six use cases."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image

from quad_studio.demo import captions
from quad_studio.demo.backgrounds import PALE, Picture
from quad_studio.demo.catalog import Catalog, Item
from quad_studio.demo.looks import LOOKS
from quad_studio.demo.scenes import Mask
from quad_studio.demo.tasks import (
    TASKS,
    Example,
    World,
    is_unseen_prompt,
    is_unseen_sticker,
    items_of,
    make_examples,
    text_to_image,
    transform,
)

HELD_OUT_COUNT: Final = 40
PROMPT_COUNT: Final = 64
CALIBRATION_COUNT: Final = 16
USE_CASES: Final = (
    "object_removal", "transform", "text_to_image", "sketch_to_image", "sticker", "portrait",
)  # fmt: skip
SHORT: Final = {
    "object_removal": "or", "transform": "tr", "text_to_image": "ti",
    "sketch_to_image": "sk", "sticker": "st", "portrait": "po",
}  # fmt: skip


@dataclass(frozen=True)
class SplitWorlds:
    """The pictures that training may use, and those it may not."""

    trained: World
    held_out: World

    @property
    def catalog(self) -> Catalog:
        """Return the catalog of both."""
        return self.trained.catalog


def split_worlds(catalog: Catalog, icons: Any) -> SplitWorlds:
    """Split the pictures by the catalog's rule."""
    unseen = [*sorted(catalog.held_out_items), *catalog.unseen_items()]
    return SplitWorlds(
        trained=World(catalog, icons, catalog.training_items()),
        held_out=World(catalog, icons, unseen),
    )


def held_out_examples(worlds: SplitWorlds, use_case: str) -> list[Example]:
    """Make the held-out examples of one use case.

    Object removal has concepts and scenes that are never trained on; the others that must know
    a concept have style-concept combinations, or prompts, that are never trained on.
    """
    catalog = worlds.catalog
    rng = np.random.default_rng(77_000 + USE_CASES.index(use_case))
    combinations = sorted(catalog.held_out_items)
    if use_case == "object_removal":
        unseen = World(catalog, worlds.held_out.icons, catalog.unseen_items())
        return make_examples(unseen, use_case, HELD_OUT_COUNT, seed=77_001)
    if use_case == "text_to_image":
        return list(_prompts(worlds, rng))
    if use_case == "sticker":
        return [TASKS[use_case](worlds.held_out, rng, item) for item in _stickers(worlds, rng)]
    if use_case == "transform":
        return list(_transformations(worlds, rng))
    if use_case == "portrait":
        return make_examples(worlds.held_out, use_case, HELD_OUT_COUNT, seed=77_005)
    return [TASKS[use_case](worlds.held_out, rng, item) for item in combinations[:HELD_OUT_COUNT]]


def _stickers(worlds: SplitWorlds, rng: np.random.Generator) -> list[Item]:
    """Return unseen combinations and items never trained on as stickers, each with two seeds.

    All are of concepts that the model knows from captions.
    """
    catalog = worlds.catalog
    combinations = items_of(worlds.held_out, "sticker")
    known = [i for i in items_of(worlds.trained, "sticker") if is_unseen_sticker(catalog, i)]
    shuffled = [known[int(index)] for index in rng.permutation(len(known))]
    items = [*combinations, *shuffled]
    return [*items, *items][:HELD_OUT_COUNT]


def _transformations(worlds: SplitWorlds, rng: np.random.Generator) -> Iterator[Example]:
    """Yield pictures that training never sees, half of wholly unseen concepts, look after look."""
    catalog = worlds.catalog
    groups = [
        [items[int(i)] for i in rng.permutation(len(items))]
        for items in (sorted(catalog.held_out_items), catalog.unseen_items())
    ]
    looks = list(LOOKS)
    for number in range(HELD_OUT_COUNT):
        group = groups[(number + number // len(looks)) % 2]
        item = group[number // 2 % len(group)]
        yield transform(worlds.held_out, rng, item, looks[number % len(looks)])


def _prompts(worlds: SplitWorlds, rng: np.random.Generator) -> Iterator[Example]:
    """Yield prompts: unseen style-concept combinations, and unseen item-background pairs."""
    catalog = worlds.catalog
    colours = list(PALE)
    combinations = items_of(worlds.held_out, "text_to_image")
    for item in combinations[: PROMPT_COUNT // 2]:
        example = text_to_image(
            worlds.held_out, rng, item, colours[int(rng.integers(len(colours)))]
        )
        yield replace(example, truth=example.target)
    items = items_of(worlds.trained, "text_to_image")
    rest = PROMPT_COUNT - min(len(combinations), PROMPT_COUNT // 2)
    for index in rng.permutation(len(items))[:rest]:
        item = items[int(index)]
        colour = next(c for c in colours if is_unseen_prompt(catalog, item, c))
        example = text_to_image(worlds.trained, rng, item, colour)
        yield replace(example, truth=example.target)


def write_input_set(worlds: SplitWorlds, use_case: str, folder: Path) -> None:
    """Write ``inputs.jsonl`` and its PNG files under ``folder/<use case>``."""
    home = folder / use_case
    (home / "img").mkdir(parents=True, exist_ok=True)
    held_out = held_out_examples(worlds, use_case)
    calibration = make_examples(worlds.trained, use_case, CALIBRATION_COUNT, seed=55)
    rows = [
        *_rows(use_case, "heldout", held_out, home, first=1),
        *_rows(use_case, "calibration", calibration, home, first=1001),
    ]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (home / "inputs.jsonl").write_text(text, "utf-8")


def _rows(
    use_case: str, split: str, examples: Sequence[Example], home: Path, *, first: int
) -> Iterator[dict[str, Any]]:
    for offset, example in enumerate(examples):
        number = first + offset
        source = _save(home, f"img/{number:04d}.png", example.source)
        is_sketch = use_case == "sketch_to_image"
        has_mask = use_case == "object_removal"
        yield {
            "id": f"{SHORT[use_case]}-{number:04d}",
            "image": None if is_sketch else source,
            "mask": _save(home, f"img/{number:04d}_mask.png", example.mask if has_mask else None),
            "sketch": source if is_sketch else None,
            "prompt": example.caption,
            "negative_prompt": captions.NEGATIVE,
            "seed": 1000 + number,
            "split": split,
            "truth": _save(home, f"img/{number:04d}_truth.png", example.truth),
            "source_prompt": None,
        }


def _save(home: Path, name: str, picture: Picture | Mask | None) -> str | None:
    if picture is None:
        return None
    Image.fromarray((np.clip(picture, 0, 1) * 255).round().astype(np.uint8)).save(
        home / name, optimize=True
    )
    return name
