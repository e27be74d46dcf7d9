"""What can be removed from an output folder."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from quad_studio.engine.baselines import list_baselines
from quad_studio.errors import UsageProblem
from quad_studio.runs import LOCK, list_runs, take_lock
from quad_studio.storage import storage_error


@dataclass(frozen=True, kw_only=True)
class Removable:
    """A folder that nothing needs any more."""

    path: Path
    size_bytes: int
    why: str


def removable(root: Path, *, keep: int, cache: bool) -> list[Removable]:
    """Return old runs below `root`, and with `cache` the reference cache, biggest first."""
    kept = {str(Path(entry["path"])) for entry in list_baselines(Path("baselines.json")).values()}
    candidates = [
        run
        for run in list_runs(root)
        if not run.manifest.get("tags") and str(run.path) not in kept and not in_use(run.path)
    ]
    found = [
        Removable(path=r.path, size_bytes=size_of(r.path), why="old run") for r in candidates[keep:]
    ]
    if cache:
        from quad_studio.engine.caches import cache_root

        folder = cache_root()
        if folder.is_dir():
            found.append(Removable(path=folder, size_bytes=size_of(folder), why="cache"))
    return sorted(found, key=lambda entry: entry.size_bytes, reverse=True)


def in_use(run: Path) -> bool:
    """Return whether a process records into the run."""
    if not (run / LOCK).is_file():
        return False
    try:
        take_lock(run / LOCK).close()
    except UsageProblem:
        return True
    return False


def size_of(path: Path) -> int:
    """Return the bytes of the files below `path`."""
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def remove(entries: Sequence[Removable]) -> None:
    """Remove the folders."""
    for entry in entries:
        try:
            shutil.rmtree(entry.path)
        except OSError as exc:
            raise storage_error(entry.path, exc) from exc
