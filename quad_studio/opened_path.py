"""What a path is that somebody opens, drops on the window or gives to --open."""

from pathlib import Path

from quad_studio.bundle import MANIFEST as BUNDLE_MANIFEST
from quad_studio.errors import InputFileProblem, UsageProblem
from quad_studio.runs import MANIFEST, RESULTS, SCORES, SUMMARY

_WANTED = "a run folder, a bundle or a project file (.toml)"


def kind_of(path: Path) -> tuple[str, Path]:
    """Return "project", "bundle" or "run", and what to open: a run is named by any of its files.

    A folder that may not be read counts as a run; opening it says why it cannot be read.
    """
    if path.suffix == ".toml":
        return "project", path
    try:
        if (path / BUNDLE_MANIFEST).is_file():
            return "bundle", path
        return "run", path.parent if path.is_file() else path
    except OSError:
        return "run", path


def check_openable(path: str) -> Path:
    """Return `path` where the window has something to show for it, even if that is damaged.

    A terminal gets the answer at once; only what is there needs the window to say what it lacks.

    Raises:
        UsageProblem: Nothing is there, or nothing that the window opens.
    """
    if not path:
        raise UsageProblem(f"--open: the path is empty; name {_WANTED}")
    given = Path(path)
    try:
        if not given.exists():
            raise InputFileProblem(
                given,
                f"no such file or folder; --open takes {_WANTED}; quad-studio runs lists the runs",
            )
        kind, opened = kind_of(given)
        if kind == "run" and not _holds_a_run(opened):
            raise InputFileProblem(
                given,
                "is neither a run folder, a bundle nor a project file (.toml); "
                f"quad-studio runs {opened} lists the runs below it",
            )
    except PermissionError:
        return given  # something may be there; the window says what cannot be read
    return given


def _holds_a_run(folder: Path) -> bool:
    """Return whether a file of a run is in `folder`; its manifest may be what was lost."""
    return any((folder / name).is_file() for name in (MANIFEST, RESULTS, SCORES, SUMMARY))
