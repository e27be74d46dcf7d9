"""Read which concepts and styles the demo model knows, and split them into trained and held-out."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True)
class IconPackage:
    """One style's icon package on npm."""

    style: str
    package: str
    version: str
    sha256: str
    licence: str


@dataclass(frozen=True, order=True)
class Item:
    """One picture of the data set: a concept drawn in a style."""

    concept: str
    style: str


@dataclass(frozen=True)
class Catalog:
    """The concepts, styles and the split between training and held-out data.

    Attributes:
        packages: One icon package a style.
        category_of: Category of every concept, trained or held out.
        trained: Concepts that training sees in at least three styles.
        text_only: Trained concepts that the model must paint from a caption alone.
        held_out: Concepts that training never sees.
        held_out_items: Trained concepts' items whose style-concept combination training never sees.
        words: Caption words of each concept.
    """

    packages: tuple[IconPackage, ...]
    category_of: dict[str, str]
    trained: tuple[str, ...]
    text_only: tuple[str, ...]
    held_out: tuple[str, ...]
    held_out_items: frozenset[Item]
    words: dict[str, str]

    @property
    def styles(self) -> tuple[str, ...]:
        """Return the style names, in a fixed order."""
        return tuple(package.style for package in self.packages)

    def training_items(self, category: str | None = None) -> list[Item]:
        """Return the items that training may use, of one category or of all."""
        return [item for item in self._items(self.trained, category) if self.may_train(item)]

    def unseen_items(self, category: str | None = None) -> list[Item]:
        """Return the items of wholly held-out concepts."""
        return self._items(self.held_out, category)

    def may_train(self, item: Item) -> bool:
        """Tell whether training may see this item."""
        return item.concept in self.trained and item not in self.held_out_items

    def _items(self, concepts: tuple[str, ...], category: str | None) -> list[Item]:
        wanted = (c for c in concepts if category is None or self.category_of[c] == category)
        return [Item(concept, style) for concept in wanted for style in self.styles]


def parse_catalog(text: str) -> Catalog:
    """Build the catalog from the text of a ``concepts.toml``."""
    data = tomllib.loads(text)
    packages = tuple(IconPackage(style=name, **entry) for name, entry in data["styles"].items())
    trained = _by_category(data["concepts"])
    held_out = _by_category(data.get("held_out", {}))
    category_of = trained | held_out
    overrides = data.get("words", {})
    combinations = data.get("held_out_combinations", {})
    held_out_items = frozenset(
        Item(c, style) for style, names in combinations.items() for c in names
    )
    return Catalog(
        packages=packages,
        category_of=category_of,
        trained=tuple(trained),
        text_only=tuple(data["text_only"]["concepts"]),
        held_out=tuple(held_out),
        held_out_items=held_out_items,
        words={c: overrides.get(c, c.replace("-", " ")) for c in category_of},
    )


def load_catalog() -> Catalog:
    """Read the catalog that ships with the program."""
    return parse_catalog(
        (resources.files("resources") / "demo" / "concepts.toml").read_text("utf-8")
    )


def _by_category(table: dict[str, list[str]]) -> dict[str, str]:
    return {concept: category for category, concepts in table.items() for concept in concepts}
