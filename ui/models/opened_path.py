"""What a path is that somebody opens or drops on the window."""

from pathlib import Path

from quad_studio.bundle import MANIFEST


def kind_of(path: Path) -> tuple[str, Path]:
    """Return "project", "bundle" or "run", and what to open: a run is named by any of its files.

    A folder that may not be read counts as a run; opening it says why it cannot be read.
    """
    if path.suffix == ".toml":
        return "project", path
    try:
        if (path / MANIFEST).is_file():
            return "bundle", path
        return "run", path.parent if path.is_file() else path
    except OSError:
        return "run", path
