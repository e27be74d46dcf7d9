"""What the core says, in the user's language.

The core has no Qt and speaks English: so do JSON, logs, reports and the terminal. The window shows
its texts through `core_text`. The tables beside this file list them: a text with values is a
template with numbered fields, and its values are read back from what the core made of it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from PySide6.QtCore import QCoreApplication

from ui.core_texts import devices, errors, models, numbers, project, work

CONTEXT = "Core"
TEXTS: tuple[str, ...] = tuple(
    text for table in (numbers, devices, work, project, models, errors) for text in table.TEXTS
)
_FIELD = re.compile(r"\{\d+\}")
# Between a name and what is said of it, sentences, clauses, facts: the first that is there.
_JOINTS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(\S+)(: )(.*)",
        r"(.*?[.?!])( )(.*)",
        r"(.*?)(; )(.*)",
        r"(.*?)(: )(.*)",
        r"(.*?)( · )(.*)",
        r"(.*?)(, )(.*)",
    )
)
_LINES = re.compile(r"(\n\s*)")
_LONGEST = 1000
"""Letters of a line that is read; what is longer quotes a program's output."""
_NAMED = re.compile(r"(\S+): (.+)")
_PROBE = "Try again."
"""Its translation tells the languages apart."""


def core_text(text: str) -> str:
    """Return a text of the core in the user's language; what is not known stays as it is."""
    language = spoken_language()
    return text if language == _PROBE else _spoken(text, language)


def spoken_language() -> str:
    """Return what differs from language to language: what is kept of texts is kept by it."""
    return _translated(_PROBE)


def use_case_text(name: str) -> str:
    """Return a use case's name as a person writes it.

    >>> use_case_text("object_removal")
    'object removal'
    """
    return QCoreApplication.translate("UseCases", name.replace("_", " "))


def task_text(task: str) -> str:
    """Return a use case with how it was run, as tables name it.

    >>> task_text("object removal [ddim, 8 steps]")
    'object removal [ddim, 8 steps]'
    """
    name, bracket, way = task.partition(" [")
    parts = [core_text(part) for part in way.removesuffix("]").split(", ")]
    return use_case_text(name) + (f" [{', '.join(parts)}]" if bracket else "")


def fact_text(name: str) -> str:
    """Return the name of a fact, or a yes or no, in the user's language."""
    return QCoreApplication.translate("Facts", name)


def facts_text(facts: Mapping[str, str]) -> dict[str, str]:
    """Return facts with their names, and what they say, in the user's language."""
    return {fact_text(name): core_text(value) for name, value in facts.items()}


@lru_cache(maxsize=4096)
def _spoken(text: str, language: str) -> str:
    """Return `text` in `language`, which is not English."""
    if text in _fixed():
        return _translated(text)
    if "\n" in text:
        lines = _LINES.split(text)
        return "".join(_part(line, language) if line.strip() else line for line in lines)
    if len(text) > _LONGEST:
        return text
    found, named = _read_back(text), _NAMED.fullmatch(text)
    if named is not None and _known(named[2]) > (found.fixed if found is not None else 0):
        return f"{named[1]}: {_spoken(named[2], language)}"
    if found is not None:
        values = (_part(value, language) for value in found.values)
        return _translated(found.template).format(*values)
    for joint in _JOINTS:
        cut = joint.fullmatch(text)
        if cut is not None:
            first, between, rest = cut.groups()
            return _part(first, language) + between + _part(rest, language)
    return text


def _part(text: str, language: str) -> str:
    """Return a part of a text in `language`; a word by itself is a name."""
    return _spoken(text, language) if " " in text or text.endswith(".") else text


def _known(text: str) -> int:
    """Return how many letters of `text` are a text's own, 0 where it is none."""
    if text in _fixed():
        return len(text)
    found = _read_back(text)
    return found.fixed if found is not None else 0


@dataclass(frozen=True)
class _Found:
    """A template, the values that a text has for its fields, and how many letters are its own."""

    template: str
    values: tuple[str, ...]
    fixed: int


def _read_back(text: str) -> _Found | None:
    """Return the template that says most of `text`, with its values."""
    best: _Found | None = None
    for template, parts, fixed in _templates():
        if best is None or fixed > best.fixed:
            values = _values(text, parts)
            if values is not None:
                best = _Found(template, values, fixed)
    return best


def _values(text: str, parts: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return what stands between `parts` in `text`, None where they are not all there.

    >>> _values("3 of 4 rows failed", ("", " of ", " rows failed"))
    ('3', '4')
    """
    if not text.startswith(parts[0]):
        return None
    values, begin = [], len(parts[0])
    for part in parts[1:-1]:
        end = text.find(part, begin + 1)  # a value is a letter at least
        if end < 0:
            return None
        values.append(text[begin:end])
        begin = end + len(part)
    end = len(text) - len(parts[-1])
    if end <= begin or not text.endswith(parts[-1]):
        return None
    return (*values, text[begin:end])


@cache
def _fixed() -> frozenset[str]:
    return frozenset(text for text in TEXTS if not _FIELD.search(text))


@cache
def _templates() -> tuple[tuple[str, tuple[str, ...], int], ...]:
    """Return every template with its fixed parts, and how many letters they have."""
    parts = {text: tuple(_FIELD.split(text)) for text in TEXTS if text not in _fixed()}
    return tuple((text, fixed, sum(map(len, fixed))) for text, fixed in parts.items())


def _translated(text: str) -> str:
    return QCoreApplication.translate(CONTEXT, text)
