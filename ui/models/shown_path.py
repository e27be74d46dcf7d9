"""How a path is written for a person."""

from pathlib import Path


def shown_path(path: Path) -> str:
    """Return `path` as short as it can be read: below the working folder, below home, or whole.

    >>> shown_path(Path.cwd() / "out" / "demo")
    'out/demo'
    """
    whole = path.absolute()
    for folder, mark in ((Path.cwd(), ""), (Path.home(), "~/")):
        if whole != folder and whole.is_relative_to(folder):
            return mark + whole.relative_to(folder).as_posix()
    return str(whole)
