"""The use cases by name: ours, and those that installed packages add."""

import logging
from functools import cache
from importlib.metadata import entry_points

from quad_studio.errors import UsageProblem
from quad_studio.use_cases import (
    object_removal,
    portrait,
    sketch_to_image,
    sticker,
    text_to_image,
    transform,
)
from quad_studio.use_cases.base import NEEDS, UseCase

ENTRY_POINTS = "quad_studio.use_cases"
BUILT_IN: tuple[UseCase, ...] = (
    object_removal.USE_CASE,
    transform.USE_CASE,
    text_to_image.USE_CASE,
    sketch_to_image.USE_CASE,
    sticker.USE_CASE,
    portrait.USE_CASE,
)
logger = logging.getLogger(__name__)


@cache
def all_use_cases() -> dict[str, UseCase]:
    """Return every use case by name; a package's broken one is logged and left out."""
    found = {case.name: case for case in BUILT_IN}
    for point in entry_points(group=ENTRY_POINTS):
        try:
            case = point.load()
        except (ImportError, AttributeError) as exc:
            logger.warning("use case %s cannot be loaded: %s", point.name, exc)
            continue
        problem = _problem(case, found)
        if problem:
            logger.warning("use case %s is left out: %s", point.name, problem)
        else:
            found[case.name] = case
    return found


def _problem(case: object, known: dict[str, UseCase]) -> str:
    """Return why what a package offers cannot be used, or ""."""
    if not isinstance(case, UseCase):
        return f"it is a {type(case).__name__}, not a UseCase"
    if case.name in known:
        return f"the name {case.name!r} is taken"
    unknown = case.needs - set(NEEDS)
    return f"it needs {', '.join(sorted(unknown))}; known are {', '.join(NEEDS)}" if unknown else ""


def use_case_names() -> tuple[str, ...]:
    """Return the names, ours first."""
    return tuple(all_use_cases())


def find_use_case(name: str) -> UseCase:
    """Return the use case called `name`.

    Raises:
        UsageProblem: There is none; those there are get listed.
    """
    case = all_use_cases().get(name)
    if case is None:
        known = ", ".join(use_case_names())
        raise UsageProblem(f"no use case {name!r}; there are: {known}")
    return case
