"""Which pictures training may use."""

from quad_studio.demo.catalog import Catalog, Item, load_catalog
from quad_studio.demo.inputs import SplitWorlds


def test_that_no_held_out_picture_is_in_the_training_set(worlds: SplitWorlds) -> None:
    assert not set(worlds.trained.items) & set(worlds.held_out.items)


def test_that_training_never_sees_a_held_out_concept(catalog: Catalog) -> None:
    assert not {item.concept for item in catalog.training_items()} & set(catalog.held_out)


def test_that_every_trained_concept_keeps_at_least_three_of_its_styles(catalog: Catalog) -> None:
    for concept in catalog.trained:
        kept = [s for s in catalog.styles if catalog.may_train(Item(concept, s))]
        assert len(kept) >= len(catalog.styles) - 1


def test_that_each_style_has_equally_many_held_out_combinations(catalog: Catalog) -> None:
    counts = [sum(i.style == s for i in catalog.held_out_items) for s in catalog.styles]
    assert len(set(counts)) == 1
    assert counts[0] > 0


def test_that_the_shipped_catalog_has_forty_unseen_combinations() -> None:
    shipped = load_catalog()
    assert len(shipped.held_out_items) == 40
    assert set(shipped.text_only) <= set(shipped.trained)
    assert not set(shipped.trained) & set(shipped.held_out)


def test_that_a_concept_with_a_clumsy_icon_name_has_plain_caption_words() -> None:
    assert load_catalog().words["automobile"] == "car"
    assert load_catalog().words["red-apple"] == "red apple"
