"""Make the training and evaluation examples of every task of the demo model.

All tasks share one form, the input of a 9-channel inpainting U-Net: a target picture, a mask of
what is painted anew, a conditioning picture for the masked-image channels, and a caption.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from quad_studio.demo import captions
from quad_studio.demo.backgrounds import (
    IMAGE_PX,
    PALE,
    STUDIO_LOOKS,
    Picture,
    pale_background,
    random_background,
    studio_backdrop,
)
from quad_studio.demo.catalog import Catalog, Item
from quad_studio.demo.icons import Rgba
from quad_studio.demo.looks import LOOKS
from quad_studio.demo.scenes import (
    STICKER_SCALE,
    Mask,
    compose_scene,
    place_centred,
    random_mask,
    sketch_of,
)

MID_GREY: Final = 0.5


@dataclass(frozen=True)
class Example:
    """One training or evaluation example.

    Attributes:
        target: What the model should paint.
        mask: 1 where it paints, 0 where it keeps the conditioning picture.
        conditioning: What goes, encoded, into the masked-image channels.
        caption: The prompt.
        source: The untouched picture the user gives (scene, source style, person), if any.
        truth: What the result is compared with; None where no single answer is right.
    """

    target: Picture
    mask: Mask
    conditioning: Picture
    caption: str
    source: Picture | None = None
    truth: Picture | None = None


@dataclass(frozen=True)
class World:
    """The pictures that examples are made of, and the items that may be drawn from."""

    catalog: Catalog
    icons: Mapping[Item, Rgba]
    items: Sequence[Item]


def everything() -> Mask:
    """Return the mask of a task that paints the whole picture."""
    return np.ones((IMAGE_PX, IMAGE_PX), np.float32)


def grey() -> Picture:
    """Return the neutral conditioning picture of a task that has none."""
    return np.full((IMAGE_PX, IMAGE_PX, 3), MID_GREY, np.float32)


def cut_out(picture: Picture, mask: Mask) -> Picture:
    """Return the picture with mid grey inside the mask."""
    kept = 1.0 - mask[..., None]
    return (picture * kept + MID_GREY * (1.0 - kept)).astype(np.float32)


def is_unseen_prompt(catalog: Catalog, item: Item, background: str) -> bool:
    """Tell whether this item is never trained on this background: one of eight is held out."""
    order = catalog.trained.index(item.concept) * 3 + catalog.styles.index(item.style) * 5
    return list(PALE)[order % len(PALE)] == background


def text_to_image(
    world: World, rng: np.random.Generator, item: Item, background: str | None = None
) -> Example:
    """Paint an item on a plain background from the caption alone."""
    if background is None:
        seen = [name for name in PALE if not is_unseen_prompt(world.catalog, item, name)]
        background = seen[int(rng.integers(len(seen)))]
    target = place_centred(world.icons[item], pale_background(background))[0]
    caption = captions.plain_caption(world.catalog, item, background, captions.random_form(rng))
    return Example(target, everything(), grey(), caption)


def inpaint(world: World, rng: np.random.Generator, item: Item) -> Example:
    """Paint what a random mask hides of a scene; a third of the scenes are empty."""
    background = random_background(rng)
    mask = random_mask(rng)
    if rng.uniform() < 0.35:
        return Example(background, mask, cut_out(background, mask), captions.EMPTY_SCENE)
    scene = compose_scene(rng, world.icons[item], background)
    if rng.uniform() < 0.4:
        mask = scene.mask
    caption = captions.scene_caption(world.catalog, item)
    return Example(scene.image, mask, cut_out(scene.image, mask), caption)


def reference(world: World, rng: np.random.Generator, item: Item) -> Example:
    """Paint a picture again from itself made small: teaches to use the conditioning channels."""
    background = list(PALE)[int(rng.integers(len(PALE)))]
    target = place_centred(world.icons[item], pale_background(background))[0]
    factor = int(rng.choice([2, 4, 8]))
    small = target.reshape(IMAGE_PX // factor, factor, IMAGE_PX // factor, factor, 3).mean((1, 3))
    blocky = small.repeat(factor, 0).repeat(factor, 1).astype(np.float32)
    caption = captions.plain_caption(world.catalog, item, background)
    return Example(target, everything(), blocky, caption)


def object_removal(world: World, rng: np.random.Generator, item: Item) -> Example:
    """Paint the background behind a masked object."""
    background = random_background(rng)
    scene = compose_scene(rng, world.icons[item], background)
    conditioning = cut_out(scene.image, scene.mask)
    return Example(
        background, scene.mask, conditioning, captions.EMPTY_SCENE, scene.image, background
    )


def transform(
    world: World, rng: np.random.Generator, item: Item, look: str | None = None
) -> Example:
    """Redraw a picture of the item in a look that the caption names."""
    background = pale_background(list(PALE)[int(rng.integers(len(PALE)))])
    given = place_centred(world.icons[item], background)[0]
    if look is None:
        look = list(LOOKS)[int(rng.integers(len(LOOKS)))]
    target = LOOKS[look](given)
    caption = captions.transform_caption(world.catalog, item, look)
    return Example(target, everything(), given, caption, given, target)


def restyle(
    world: World, rng: np.random.Generator, item: Item, source: Item | None = None
) -> Example:
    """Paint the concept in the item's style, given its picture in another style.

    The base model practises it; it is no use case, since a drawing in another style has no one
    true answer.
    """
    if source is None:
        others = [i for i in world.items if i.concept == item.concept and i.style != item.style]
        source = others[int(rng.integers(len(others)))] if others else item
    background = pale_background(list(PALE)[int(rng.integers(len(PALE)))])
    target = place_centred(world.icons[item], background)[0]
    given = place_centred(world.icons[source], background)[0]
    caption = captions.restyle_caption(world.catalog, item)
    return Example(target, everything(), given, caption, given, target)


def sketch_to_image(world: World, rng: np.random.Generator, item: Item) -> Example:
    """Paint the item on a plain background, given its edges."""
    background = list(PALE)[int(rng.integers(len(PALE)))]
    target = place_centred(world.icons[item], pale_background(background))[0]
    sketch = sketch_of(world.icons[item])
    caption = captions.sketch_caption(world.catalog, item, background)
    return Example(target, everything(), sketch, caption, sketch, target)


def sticker(world: World, rng: np.random.Generator, item: Item) -> Example:
    """Paint the item smaller, on pure white with clean margins."""
    white = np.ones((IMAGE_PX, IMAGE_PX, 3), np.float32)
    target = place_centred(world.icons[item], white, STICKER_SCALE)[0]
    return Example(target, everything(), grey(), captions.sticker_caption(world.catalog, item))


def portrait(world: World, rng: np.random.Generator, item: Item) -> Example:
    """Put the person of a picture before a studio backdrop."""
    look = list(STUDIO_LOOKS)[int(rng.integers(len(STUDIO_LOOKS)))]
    target = place_centred(world.icons[item], studio_backdrop(rng, look))[0]
    given = place_centred(world.icons[item], random_background(rng))[0]
    caption = captions.portrait_caption(world.catalog, item, look)
    return Example(target, everything(), given, caption, given, target)


TaskFn = Callable[[World, np.random.Generator, Item], Example]

TASKS: Final[dict[str, TaskFn]] = {
    "text_to_image": text_to_image,
    "inpaint": inpaint,
    "reference": reference,
    "object_removal": object_removal,
    "transform": transform,
    "restyle": restyle,
    "sketch_to_image": sketch_to_image,
    "sticker": sticker,
    "portrait": portrait,
}
TEXT_TASKS: Final = ("text_to_image", "sticker")


def items_of(world: World, task: str) -> list[Item]:
    """Return the world's items that a task uses: persons for portraits, known words for text."""
    catalog = world.catalog
    if task == "portrait":
        return [i for i in world.items if catalog.category_of[i.concept] == "person"]
    if task in TEXT_TASKS:
        return [i for i in world.items if i.concept in catalog.text_only]
    return list(world.items)


def is_unseen_sticker(catalog: Catalog, item: Item) -> bool:
    """Tell whether the sticker adapter never sees this item, though the base model may."""
    return (catalog.trained.index(item.concept) + 3 * catalog.styles.index(item.style)) % 10 == 0


def make_examples(world: World, task: str, count: int, seed: int) -> list[Example]:
    """Make `count` examples of a task; every allowed item is used about equally often."""
    rng = np.random.default_rng(seed)
    items = items_of(world, task)
    if task == "sticker":
        items = [i for i in items if not is_unseen_sticker(world.catalog, i)]
    order: list[int] = []
    while len(order) < count:
        order.extend(int(i) for i in rng.permutation(len(items)))
    return [TASKS[task](world, rng, items[i]) for i in order[:count]]
