"""Read input sets: JSON lines with the pictures beside them (docs/file_formats.md).

A set is read whole and every problem is reported at once, by line.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quad_studio.errors import InputFileProblem, SettingsProblem, UsageProblem
from quad_studio.schemas import problems_of
from quad_studio.storage import sha256_of_file
from quad_studio.use_cases.item import InputItem
from quad_studio.use_cases.registry import find_use_case

ALL_SPLITS = "all"
_PICTURES = ("image", "mask", "sketch", "truth")
_MOST_PROBLEMS = 50


@dataclass(frozen=True, kw_only=True)
class InputSet:
    """The inputs of one file, in its order."""

    path: Path
    items: tuple[InputItem, ...]
    sha256: str

    def select(self, split: str = "heldout", limit: int | None = None) -> tuple[InputItem, ...]:
        """Return the first `limit` items of a split; "all" takes every split.

        Raises:
            UsageProblem: The set has no item of that split; those it has get listed.
        """
        chosen = [item for item in self.items if split in (ALL_SPLITS, item.split)]
        if not chosen:
            known = ", ".join(sorted({item.split for item in self.items}))
            raise UsageProblem(f"{self.path}: has no input of split {split!r}; it has: {known}")
        return tuple(chosen[:limit])


def load_input_set(path: Path, *, use_case: str | None = None, lenient: bool = False) -> InputSet:
    """Read an input set; with `use_case`, also check that every item brings what it needs.

    A missing seed is the line number, so that inputs without seeds still differ.

    Args:
        path: The file.
        use_case: What the items are for.
        lenient: Keep items whose parts are missing or unreadable: `prepare` refuses each when it
            comes to it. Lines that break the format are problems all the same.

    Raises:
        InputFileProblem: The file cannot be read.
        SettingsProblem: With every problem found, each with its line.
    """
    needs = find_use_case(use_case).needs if use_case is not None else frozenset[str]()
    problems: list[str] = []
    items: dict[str, InputItem] = {}
    for number, line in _lines(path):
        found, item = _read_line(line, number, path.parent)
        if item is not None and not lenient:
            found += _item_problems(item, needs)
        problems += [f"line {number}: {problem}" for problem in found]
        if item is None:
            continue
        if item.id in items:
            problems.append(f"line {number}: id {item.id!r} is used twice")
        items[item.id] = item
    if not items and not problems:
        problems.append("has no inputs")
    if problems:
        raise SettingsProblem(path, _shortened(problems))
    return InputSet(path=path.resolve(), items=tuple(items.values()), sha256=sha256_of_file(path))


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not blank, with their numbers."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError as exc:
        raise InputFileProblem(path, "no such input set") from exc
    except (OSError, UnicodeDecodeError) as exc:
        raise InputFileProblem(path, f"cannot be read: {exc}") from exc
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield number, line


def _read_line(line: str, number: int, folder: Path) -> tuple[list[str], InputItem | None]:
    """Return the problems of one line's form and, if there are none, its item."""
    try:
        data = json.loads(line)
    except ValueError as exc:
        return [f"is not JSON: {exc}"], None
    problems = problems_of(data, "input")
    if problems:
        return problems, None
    return [], _item(data, number, folder)


def _item_problems(item: InputItem, needs: Iterable[str]) -> list[str]:
    """Return what an item lacks, and its pictures that cannot be read."""
    missing = [f"{need}: is missing; the use case needs it" for need in needs if not item.has(need)]
    missing += [
        f"{name}: {problem}"
        for name in _PICTURES
        if (picture := getattr(item, name)) and (problem := _picture_problem(picture))
    ]
    return sorted(missing)


def _item(data: Mapping[str, Any], number: int, folder: Path) -> InputItem:
    """Return the item of a line that passed the schema."""
    pictures = {
        name: (folder / data[name]).resolve() if data.get(name) else None for name in _PICTURES
    }
    return InputItem(
        id=data["id"],
        prompt=data.get("prompt", ""),
        negative_prompt=data.get("negative_prompt", ""),
        source_prompt=data.get("source_prompt"),
        seed=data.get("seed", number),
        split=data.get("split", "heldout"),
        tags=tuple(data.get("tags", ())),
        **pictures,
    )


def _picture_problem(path: Path) -> str:
    """Return why the picture cannot be used, or ""; only its header is read."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as picture:
            width, height = picture.size
    except FileNotFoundError:
        return f"{path.name} does not exist"
    except (UnidentifiedImageError, OSError, SyntaxError) as exc:
        return f"{path.name} is no picture that can be read ({type(exc).__name__})"
    except Image.DecompressionBombError:
        return f"{path.name} is too large"
    return "" if min(width, height) >= 8 else f"{path.name} is only {width}x{height}"


def _shortened(problems: list[str]) -> list[str]:
    """Keep a list that a person can read."""
    if len(problems) <= _MOST_PROBLEMS:
        return problems
    return [*problems[:_MOST_PROBLEMS], f"and {len(problems) - _MOST_PROBLEMS} more"]
