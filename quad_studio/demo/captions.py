"""Write the captions of the demo data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from quad_studio.demo.backgrounds import PALE, STUDIO_LOOKS
from quad_studio.demo.catalog import Catalog, Item
from quad_studio.demo.looks import LOOKS

STYLE_WORDS: Final[dict[str, str]] = {
    "fluent": "3d fluent style",
    "flat": "flat style",
    "noto": "noto style",
    "twemoji": "twemoji style",
}
SCENE_WORDS: Final = "on a scene"
EMPTY_SCENE: Final = "an empty scene, background only"
NEGATIVE: Final = ""

_OBJECT_FORMS: Final = (
    "{article} {words}, {style}",
    "{article} {words} in {style}",
    "{style} {words}",
)


def article(words: str) -> str:
    """Return "a" or "an" as the next word asks."""
    return "an" if words[0] in "aeiou" else "a"


def object_caption(catalog: Catalog, item: Item, form: int = 0) -> str:
    """Describe the item in one of three forms, without its background."""
    words = catalog.words[item.concept]
    style = STYLE_WORDS[item.style]
    return _OBJECT_FORMS[form].format(article=article(words), words=words, style=style)


def plain_caption(catalog: Catalog, item: Item, background: str, form: int = 0) -> str:
    """Describe the item on a plain background of that colour."""
    return f"{object_caption(catalog, item, form)}, {background} background"


def scene_caption(catalog: Catalog, item: Item) -> str:
    """Describe the item on a scene."""
    return f"{object_caption(catalog, item)}, {SCENE_WORDS}"


def transform_caption(catalog: Catalog, item: Item, look: str) -> str:
    """Ask for a picture of the item to be redrawn in that look."""
    words = catalog.words[item.concept]
    return f"{article(words)} {words}, as {look}"


def restyle_caption(catalog: Catalog, item: Item) -> str:
    """Ask for a picture's content in the item's style."""
    words = catalog.words[item.concept]
    return f"{article(words)} {words}, in {STYLE_WORDS[item.style]}"


def sketch_caption(catalog: Catalog, item: Item, background: str) -> str:
    """Ask for a sketch to be painted."""
    return f"sketch of {plain_caption(catalog, item, background)}"


def sticker_caption(catalog: Catalog, item: Item) -> str:
    """Ask for a sticker."""
    return f"sticker of {object_caption(catalog, item)}"


def portrait_caption(catalog: Catalog, item: Item, look: str) -> str:
    """Ask for a studio portrait before a backdrop of that look."""
    words = catalog.words[item.concept]
    return (
        f"studio portrait of {article(words)} {words}, {STYLE_WORDS[item.style]}, {look} backdrop"
    )


def every_caption(catalog: Catalog) -> Iterator[str]:
    """Yield captions that together use every word the model must know."""
    yield EMPTY_SCENE
    for concept in catalog.category_of:
        for style in catalog.styles:
            item = Item(concept, style)
            for form in range(len(_OBJECT_FORMS)):
                yield object_caption(catalog, item, form)
            yield scene_caption(catalog, item)
            yield restyle_caption(catalog, item)
            for look in LOOKS:
                yield transform_caption(catalog, item, look)
            yield sticker_caption(catalog, item)
            for look in STUDIO_LOOKS:
                yield portrait_caption(catalog, item, look)
            for colour in PALE:
                yield sketch_caption(catalog, item, colour)


def random_form(rng: np.random.Generator) -> int:
    """Choose a caption form: the first one half of the time."""
    return int(rng.choice(len(_OBJECT_FORMS), p=[0.5, 0.25, 0.25]))
