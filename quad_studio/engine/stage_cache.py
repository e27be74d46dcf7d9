"""Skips what is up to date: each stage's result is kept under the hash of what went into it."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from quad_studio.errors import InputFileProblem
from quad_studio.events import Emit, StageFinished, StageStarted
from quad_studio.storage import digest_of, read_json, sha256_of_file, write_json

T = TypeVar("T")


class StageCache:
    """A folder of stage results.

    Args:
        folder: Where results are kept.
        emit: Told when a stage starts, ends or is skipped.
        force: Forget what is there.
    """

    def __init__(self, folder: Path, emit: Emit, *, force: bool = False) -> None:
        self.folder, self._emit, self._force = folder, emit, force
        self._fresh: set[Path] = set()

    def path(self, name: str, key: str, suffix: str = "") -> Path:
        """Return where the result of stage `name` with inputs `key` is kept."""
        return self.folder / f"{name}-{key[:20]}{suffix}"

    def get(
        self,
        stage: str,
        title: str,
        path: Path,
        produce: Callable[[], T],
        save: Callable[[T, Path], None],
        load: Callable[[Path], T],
    ) -> T:
        """Return the stage's result, loaded where it is up to date and produced otherwise."""
        if path.exists() and (not self._force or path in self._fresh):
            try:
                found = load(path)
            except InputFileProblem:
                path.unlink()  # left half-written by a crash: produce it again
            else:
                if path not in self._fresh:
                    self._emit(StageFinished(stage=stage, seconds=0.0, skipped=True))
                return found
        self._emit(StageStarted(stage=stage, title=title))
        start = time.monotonic()
        made = produce()
        save(made, path)
        self._fresh.add(path)
        self._emit(StageFinished(stage=stage, seconds=time.monotonic() - start))
        return made

    def get_json(
        self, stage: str, title: str, path: Path, produce: Callable[[], dict[str, Any]]
    ) -> dict[str, Any]:
        """Return a stage's result that is a JSON object."""

        def save(value: dict[str, Any], file: Path) -> None:
            write_json(file, {"schema": "quad-studio/stage/1", **value})

        return self.get(stage, title, path, produce, save, lambda file: read_json(file, "stage"))


class FileHashes:
    """SHA-256 of big files, remembered by size and time of change."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, list[Any]] = {}
        if path.is_file():
            try:
                self._known = read_json(path, "file-hashes")["files"]
            except InputFileProblem:
                path.unlink()

    def of(self, path: Path) -> str:
        """Return one hash for a file, or for all files in a folder with their names."""
        files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
        names = [
            file.name if path.is_file() else file.relative_to(path).as_posix() for file in files
        ]
        return digest_of([[name, self._one(f)] for name, f in zip(names, files, strict=True)])

    def save(self) -> None:
        """Write what was learned."""
        write_json(self._path, {"schema": "quad-studio/file-hashes/1", "files": self._known})

    def _one(self, file: Path) -> str:
        status = file.stat()
        seen = self._known.get(str(file.resolve()))
        if seen and seen[:2] == [status.st_size, status.st_mtime_ns]:
            return str(seen[2])
        digest = sha256_of_file(file)
        self._known[str(file.resolve())] = [status.st_size, status.st_mtime_ns, digest]
        return digest
