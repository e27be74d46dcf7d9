"""Runs on disk: one folder each; results.jsonl is the only source of truth (DESIGN section 10)."""

import contextlib
import json
import os
import socket
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import IO, Any

from device.file_lock import lock_file
from evaluation.record_shapes import shape_problem
from quad_studio.errors import InputFileProblem, UsageProblem
from quad_studio.storage import (
    check_schema,
    read_json,
    remove_partial_files,
    storage_error,
    write_json,
)

MANIFEST, RESULTS, SCORES, SUMMARY = (
    "manifest.json",
    "results.jsonl",
    "scores.jsonl",
    "summary.json",
)
LOCK = ".lock"
_PICTURES = ("images", "latents")  # written by who holds the lock, and by no one else


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run as read from its folder.

    Attributes:
        path: The folder.
        manifest: The run's context.
        rows: Every row of results.jsonl, oldest first; a row that was repeated stands once, the
            last one wins.
        scores: Metrics by row key.
        summary: summary.json, or None before the run was summed up.
        torn_lines: Lines of results.jsonl that a crash cut short.
    """

    path: Path
    manifest: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]
    scores: Mapping[str, Mapping[str, Any]]
    summary: Mapping[str, Any] | None
    torn_lines: int = 0

    @property
    def run_id(self) -> str:
        """Return the run's identifier."""
        return str(self.manifest["run_id"])


def now() -> str:
    """Return the time in UTC as ISO 8601, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def is_run(path: Path) -> bool:
    """Return whether the folder `path` holds a run."""
    return (path / MANIFEST).is_file()


def load_run(path: Path) -> Run:
    """Read the run in folder `path`.

    Raises:
        InputFileProblem: It is no run, of a newer schema, or corrupt.
    """
    if not path.is_dir():
        raise InputFileProblem(path, "no such run folder")
    if not (path / MANIFEST).is_file():
        raise InputFileProblem(path, f"is not a run folder: it has no {MANIFEST}")
    manifest = read_json(path / MANIFEST, "run")
    check_shape(path / MANIFEST, manifest, "run")
    rows, torn = read_lines(path / RESULTS, "row")
    scores, _ = read_lines(path / SCORES, "score")
    summary = _read_summary(path / SUMMARY)
    by_key: dict[str, dict[str, Any]] = {}
    for row in rows:
        by_key.pop(row["key"], None)  # a repeated row stands where it was repeated
        by_key[row["key"]] = row
    return Run(
        path=path.resolve(),
        manifest=manifest,
        rows=tuple(by_key.values()),
        scores={score["key"]: score for score in scores},
        summary=summary,
        torn_lines=torn,
    )


def _read_summary(path: Path) -> dict[str, Any] | None:
    """Return summary.json, None where there is none."""
    if not path.is_file():
        return None
    try:
        summary = read_json(path, "summary")
        check_shape(path, summary, "summary")
    except InputFileProblem as exc:
        if "newer" in exc.problem:
            raise
        advice = "it is computed from the rows: delete it and run quad-studio check"
        raise InputFileProblem(path, f"{exc.problem}; {advice}") from exc
    return summary


def check_shape(path: Path, data: Mapping[str, Any], kind: str, line: int | None = None) -> None:
    """Raise InputFileProblem where a value is of another type than it must be."""
    problem = shape_problem(kind, data)
    if problem is not None:
        where = "" if line is None else f"line {line}: "
        raise InputFileProblem(path, f"is damaged: {where}{problem}")


def read_lines(path: Path, kind: str) -> tuple[list[dict[str, Any]], int]:
    """Return the JSON objects of a JSONL file and how many lines a crash cut short.

    Raises:
        InputFileProblem: A line is of a newer schema, or lines in the middle are no JSON.
    """
    if not path.exists():
        return [], 0
    found: list[dict[str, Any]] = []
    torn: list[int] = []
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as exc:
        raise InputFileProblem(path, f"cannot be read: {exc.strerror or exc}") from exc
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            if not isinstance(data, dict) or "key" not in data:
                raise ValueError("no row")
        except ValueError:
            torn.append(number)
            continue
        check_schema(path, data, kind)
        check_shape(path, data, kind, number)
        found.append(data)
    if len(torn) > max(3, len(found)):
        raise InputFileProblem(path, f"is corrupt: {len(torn)} lines are no {kind}s")
    return found, len(torn)


class RunWriter:
    """Appends to a run folder; holds its lock. Use as a context manager.

    Args:
        path: The folder; made if absent.
        manifest: The run's context, written when the folder is new.
    """

    def __init__(self, path: Path, manifest: Mapping[str, Any]) -> None:
        self.path = path
        self._manifest = manifest
        self._results: FileIO | None = None
        self._lock: IO[str] | None = None

    def __enter__(self) -> "RunWriter":
        """Take the lock and open results.jsonl for appending.

        Raises:
            UsageProblem: Another process is writing to this run.
            StageError: The folder cannot be written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            was_killed = (self.path / LOCK).exists()  # one that ends in order removes it
            self._lock = take_lock(self.path / LOCK)
            if not (self.path / MANIFEST).is_file():
                write_json(self.path / MANIFEST, {"schema": "quad-studio/run/1", **self._manifest})
            self._results = (self.path / RESULTS).open("ab", buffering=0)
            self._end_torn_line()
            for folder in _PICTURES if was_killed else ():
                remove_partial_files(self.path / folder)
        except OSError as exc:
            raise storage_error(self.path, exc) from exc
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file and release the lock."""
        if self._results:
            self._results.close()
        if self._lock:
            self._lock.close()
            (self.path / LOCK).unlink(missing_ok=True)

    def append(self, row: Mapping[str, Any]) -> None:
        """Write one row and wait until it is on the disk."""
        if self._results is None:
            raise RuntimeError("RunWriter is used outside its with block")
        start = self._results.seek(0, os.SEEK_END)
        rest = memoryview(json.dumps(row, ensure_ascii=False).encode() + b"\n")
        try:
            while rest:  # the file has no buffer: nothing is left to be written at its close
                rest = rest[self._results.write(rest) :]
            os.fsync(self._results.fileno())
        except OSError as exc:
            with contextlib.suppress(OSError):
                self._results.truncate(start)  # no half row
            raise storage_error(self.path / RESULTS, exc) from exc

    def write_scores(self, scores: Iterable[Mapping[str, Any]]) -> None:
        """Replace scores.jsonl, which can always be computed again."""
        from quad_studio.storage import write_text

        lines = (json.dumps(score, ensure_ascii=False, allow_nan=False) for score in scores)
        write_text(self.path / SCORES, "".join(f"{line}\n" for line in lines))

    def _end_torn_line(self) -> None:
        """End a line that a crash cut short, so that the next row starts on its own."""
        if self._results is None:
            return
        size = self._results.seek(0, os.SEEK_END)
        if size:
            with (self.path / RESULTS).open("rb") as stream:
                stream.seek(-1, os.SEEK_END)
                if stream.read(1) != b"\n":
                    self._results.write(b"\n")


def take_lock(path: Path) -> IO[str]:
    """Lock `path` for this process and return the open file that holds the lock.

    Raises:
        UsageProblem: Another process holds it; the message says which.
    """
    stream = path.open("a+", encoding="utf-8")
    try:
        lock_file(stream)
    except OSError as exc:
        stream.seek(0)
        owner = stream.read().strip() or "another process"
        stream.close()
        raise UsageProblem(f"{path.parent}: in use by {owner}; wait for it or stop it") from exc
    stream.seek(0)
    stream.truncate()
    stream.write(f"process {os.getpid()} on {socket.gethostname()} since {now()}")
    stream.flush()
    return stream


def list_runs(root: Path) -> list[Run]:
    """Return the runs below `root`, newest first; folders that are no run are left out."""
    found = []
    for manifest in sorted(root.glob(f"**/{MANIFEST}")) if root.is_dir() else ():
        try:
            found.append(load_run(manifest.parent))
        except InputFileProblem:
            continue
    return sorted(found, key=lambda run: str(run.manifest.get("created_at", "")), reverse=True)


@contextmanager
def updated_manifest(path: Path) -> Iterator[dict[str, Any]]:
    """Let the block change the manifest of run `path`, then write it."""
    manifest = read_json(path / MANIFEST, "run")
    yield manifest
    write_json(path / MANIFEST, manifest)
