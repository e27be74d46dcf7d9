"""Which exit status stands when several apply (DESIGN section 9)."""

from collections.abc import Iterable

PRECEDENCE = (2, 5, 3, 4, 1, 0)


def worst(codes: Iterable[int]) -> int:
    """Return the least trustworthy of `codes`.

    >>> worst([0, 1, 3]), worst([4, 1]), worst([])
    (3, 4, 0)
    """
    seen = set(codes)
    return next((code for code in PRECEDENCE if code in seen), max(seen, default=0))
