"""docs/file_formats.md names every schema that the program writes or reads."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
PACKAGES = ("quad_studio", "device", "evaluation", "ui", "resources")
_SCHEMA = re.compile(r"quad-studio/([a-z][a-z-]*)/(?:\d|\{)")


def kinds_in_the_code():
    files = [
        file
        for package in PACKAGES
        for pattern in ("*.py", "*.toml")
        for file in (ROOT / package).rglob(pattern)
        if "build" not in file.relative_to(ROOT).parts[:-1]
    ]
    return {kind for file in files for kind in _SCHEMA.findall(file.read_text("utf-8"))}


def test_that_every_schema_is_in_the_document():
    text = (ROOT / "docs/file_formats.md").read_text("utf-8")
    named = set(_SCHEMA.findall(text))
    for row in re.findall(r"^\|(.*)\|$", text, flags=re.MULTILINE):
        named |= {word.strip() for word in row.split("|")[1].split(",")}
    kinds = kinds_in_the_code()
    assert len(kinds) > 25
    assert kinds - named == set()
