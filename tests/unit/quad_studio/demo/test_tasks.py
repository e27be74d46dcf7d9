"""Examples of the demo's tasks."""

import numpy as np
import pytest

from quad_studio.demo.catalog import Item
from quad_studio.demo.inputs import USE_CASES, SplitWorlds, held_out_examples
from quad_studio.demo.looks import LOOKS
from quad_studio.demo.tasks import (
    MID_GREY,
    TASKS,
    cut_out,
    is_unseen_prompt,
    is_unseen_sticker,
    items_of,
    make_examples,
    restyle,
    transform,
)


@pytest.mark.parametrize("task", TASKS)
def test_that_examples_follow_their_seed_and_are_legal_pictures(
    worlds: SplitWorlds, task: str
) -> None:
    first, second = (make_examples(worlds.trained, task, 6, seed=4) for _ in range(2))
    for one, other in zip(first, second, strict=True):
        assert one.caption == other.caption
        assert np.array_equal(one.target, other.target)
        assert one.target.shape == one.conditioning.shape == (64, 64, 3)
        assert 0.0 <= one.target.min() <= one.target.max() <= 1.0


@pytest.mark.parametrize("task", ["text_to_image", "sticker"])
def test_that_a_task_without_an_input_picture_is_conditioned_on_grey(
    worlds: SplitWorlds, task: str
) -> None:
    for example in make_examples(worlds.trained, task, 4, seed=1):
        assert (example.conditioning == MID_GREY).all()
        assert (example.mask == 1).all()


def test_that_removal_keeps_the_scene_outside_the_mask_and_hides_it_inside(
    worlds: SplitWorlds,
) -> None:
    for example in make_examples(worlds.trained, "object_removal", 8, seed=2):
        hidden = example.mask > 0
        assert (example.conditioning[hidden] == MID_GREY).all()
        assert np.array_equal(example.conditioning[~hidden], example.target[~hidden])


def test_that_cutting_out_nothing_keeps_the_picture() -> None:
    picture = np.random.default_rng(0).random((64, 64, 3), np.float32)
    assert np.array_equal(cut_out(picture, np.zeros((64, 64), np.float32)), picture)


def test_that_a_transformation_redraws_its_own_source_in_the_look_of_its_caption(
    worlds: SplitWorlds, rng: np.random.Generator
) -> None:
    for look, redraw in LOOKS.items():
        example = transform(worlds.trained, rng, worlds.trained.items[0], look)
        assert example.caption.endswith(f", as {look}")
        assert example.source is not None
        assert np.array_equal(example.target, redraw(example.source))


def test_that_transformations_are_judged_in_every_look_on_known_and_unknown_concepts(
    worlds: SplitWorlds,
) -> None:
    examples = held_out_examples(worlds, "transform")
    words = {worlds.catalog.words[concept] for concept in worlds.catalog.held_out}
    for look in LOOKS:
        of_look = [e.caption for e in examples if e.caption.endswith(look)]
        unknown = [c for c in of_look if any(f" {word}, as" in c for word in words)]
        assert 0 < len(unknown) < len(of_look)


def test_that_a_restyled_picture_s_caption_names_the_target_style_and_not_the_source_s(
    worlds: SplitWorlds, rng: np.random.Generator
) -> None:
    target = next(i for i in worlds.trained.items if i.style == "noto")
    example = restyle(worlds.trained, rng, target, Item(target.concept, "twemoji"))
    assert "noto" in example.caption
    assert "twemoji" not in example.caption
    assert not np.array_equal(example.target, example.conditioning)


def test_that_training_prompts_never_pair_an_item_with_its_held_out_background(
    worlds: SplitWorlds,
) -> None:
    colours = {"white", "grey", "pink", "blue", "green", "yellow", "purple", "peach"}
    catalog = worlds.catalog
    for item in items_of(worlds.trained, "text_to_image"):
        assert sum(is_unseen_prompt(catalog, item, colour) for colour in colours) == 1
    for example in make_examples(worlds.trained, "text_to_image", 200, seed=3):
        words = example.caption.replace(",", "").split()
        colour = words[words.index("background") - 1]
        concept = next(word for word in example.caption.replace(",", "").split("thing ")[1].split())
        style = next(s for s in catalog.styles if s in words)
        assert not is_unseen_prompt(catalog, Item(f"thing-{concept}", style), colour)


def test_that_the_sticker_adapter_never_sees_its_held_out_items(worlds: SplitWorlds) -> None:
    catalog = worlds.catalog
    hidden = [i for i in items_of(worlds.trained, "sticker") if is_unseen_sticker(catalog, i)]
    assert hidden
    trained = {e.caption for e in make_examples(worlds.trained, "sticker", 200, seed=1)}
    held_out = {e.caption for e in held_out_examples(worlds, "sticker")}
    assert not trained & held_out


@pytest.mark.parametrize(
    "use_case", [u for u in USE_CASES if u not in ("text_to_image", "sticker")]
)
def test_that_held_out_targets_are_not_among_the_training_targets(
    worlds: SplitWorlds, use_case: str
) -> None:
    trained = {e.target.tobytes() for e in make_examples(worlds.trained, use_case, 100, seed=7)}
    assert not trained & {e.target.tobytes() for e in held_out_examples(worlds, use_case)}


def test_that_portraits_are_of_persons_only(worlds: SplitWorlds) -> None:
    of = worlds.catalog.category_of
    assert {of[i.concept] for i in items_of(worlds.trained, "portrait")} == {"person"}
    assert items_of(worlds.held_out, "portrait")
