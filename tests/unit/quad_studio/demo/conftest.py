"""A tiny icon set, drawn inline: the demo's data code runs without npm."""

from collections.abc import Mapping

import numpy as np
import pytest

from quad_studio.demo.catalog import Catalog, Item, parse_catalog
from quad_studio.demo.icons import Rgba, render_svg
from quad_studio.demo.inputs import SplitWorlds, split_worlds

SHAPES = {
    "ball": '<circle cx="16" cy="16" r="12" fill="{0}"/>',
    "box": '<rect x="5" y="5" width="22" height="22" fill="{0}"/>',
    "roof": '<path d="M16 4 28 28H4Z" fill="{0}"/>',
    "bar": '<rect x="4" y="12" width="24" height="8" fill="{0}"/>',
}
COLOURS = {"fluent": "#d33", "flat": "#3a3", "noto": "#33d", "twemoji": "#dd3"}
PEOPLE = ("man", "cook", "judge")


def toml_of(concepts: list[str], held_out: list[str]) -> str:
    """Return the text of a catalog; the first half of the things is known to text-only tasks."""
    lines = []
    for style in COLOURS:
        lines += [f"[styles.{style}]", f'package = "@icons/{style}"', 'version = "1.0.0"']
        lines += ['sha256 = "00"', 'licence = "MIT"']
    people = [c for c in concepts if c in PEOPLE]
    things = [c for c in concepts if c not in PEOPLE]
    lines += ["[concepts]", f"person = {people}", f"object = {things}"]
    lines += ["[text_only]", f"concepts = {things[: len(things) // 2]}"]
    lines += ["[held_out_combinations]"]
    lines += [f"{style} = {things[index::8][:4]}" for index, style in enumerate(COLOURS)]
    hidden = [c for c in held_out if c not in PEOPLE]
    lines += [
        "[held_out]",
        f"person = {[c for c in held_out if c in PEOPLE]}",
        f"object = {hidden}",
    ]
    return "\n".join(lines)


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    things = [f"thing-{index}" for index in range(40)]
    return parse_catalog(toml_of([*things, "man", "cook"], ["judge", "thing-90", "thing-91"]))


@pytest.fixture(scope="session")
def icons(catalog: Catalog) -> Mapping[Item, Rgba]:
    shapes = list(SHAPES.values())
    pictures = {}
    for index, concept in enumerate(catalog.category_of):
        # a dot of its own place makes every concept's picture differ from all others
        dot = f'<circle cx="{3 + index % 7 * 4}" cy="{3 + index // 7 * 4}" r="2" fill="#000"/>'
        for style, colour in COLOURS.items():
            body = shapes[index % len(shapes)].format(colour) + dot
            pictures[Item(concept, style)] = render_svg(
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">{body}</svg>', 64
            )
    return pictures


@pytest.fixture(scope="session")
def worlds(catalog: Catalog, icons: Mapping[Item, Rgba]) -> SplitWorlds:
    return split_worlds(catalog, icons)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(3)
