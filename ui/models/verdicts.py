"""What people decided about pairs: append-only beside the run, with undo.

`verdicts.jsonl` in the run folder: one decision a line, the last one for a key wins. An undo is a
line too, so that nothing that somebody saw is ever lost.
"""

import json
import os
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from evaluation.verdicts import (
    FILE,
    SCHEMA,
    BlindResult,
    Verdict,
    blind_result,
    counts,
    read_verdicts,
    tag_counts,
)


class NewerVerdictError(Exception):
    """A later version has decided on this pair; writing here would take the place of that.

    Attributes:
        key: The pair's key.
    """

    def __init__(self, key: str) -> None:
        """Remember which pair it is."""
        super().__init__(key)
        self.key = key


class VerdictStore:
    """The verdicts of one run, in memory and on disk."""

    def __init__(self, folder: Path | None = None) -> None:
        """Read the verdicts of the run in `folder`."""
        self._path = folder / FILE if folder is not None else None
        self._verdicts: dict[str, Verdict] = {}
        self._undo: list[tuple[Verdict, Verdict]] = []
        self._redo: list[tuple[Verdict, Verdict]] = []
        self._size = -1
        self.refresh()

    def refresh(self) -> list[str]:
        """Read what another window has written since; return the keys whose verdict is another.

        Raises:
            OSError: The file is there and cannot be read.
        """
        if self._path is None:
            return []
        try:
            size = self._path.stat().st_size
        except FileNotFoundError:
            size = 0
        if size == self._size:
            return []
        before, self._verdicts = self._verdicts, read_verdicts(self._path.parent)
        self._size = size
        keys = before.keys() | self._verdicts.keys()
        return sorted(key for key in keys if before.get(key) != self._verdicts.get(key))

    def of(self, key: str) -> Verdict:
        """Return the verdict on `key`, an empty one when there is none."""
        return self._verdicts.get(key, Verdict(key))

    def choice_of(self, key: str) -> str:
        """Return the decision on `key`, empty when there is none."""
        return self.of(key).choice

    def give(self, verdict: Verdict) -> None:
        """Record `verdict`.

        Raises:
            OSError: The run folder cannot be written; the verdict is not recorded.
            NewerVerdictError: The pair's verdict is one that only a later version can change.
        """
        before = self.of(verdict.key)
        self._write(verdict)
        self._undo.append((before, verdict))
        self._redo.clear()

    def undo(self) -> str | None:
        """Take the last verdict back and return its key, None when there is none."""
        return self._step(self._undo, self._redo, 0)

    def redo(self) -> str | None:
        """Give the verdict again that was taken back last."""
        return self._step(self._redo, self._undo, 1)

    @property
    def can_undo(self) -> bool:
        """Return whether there is a verdict to take back."""
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        """Return whether a verdict was taken back that can be given again."""
        return bool(self._redo)

    def counts(self) -> dict[str, int]:
        """Return how many pairs have each decision."""
        return counts(self._verdicts.values())

    def tag_counts(self) -> dict[str, int]:
        """Return how many pairs have each tag, the commonest first."""
        return tag_counts(self._verdicts.values())

    @property
    def newer_count(self) -> int:
        """Return how many pairs have a verdict that only a later version can read."""
        return sum(bool(verdict.newer) for verdict in self._verdicts.values())

    def blind_result(self) -> BlindResult:
        """Return how often the reference was preferred with the labels hidden."""
        return blind_result(self._verdicts.values())

    def _step(
        self,
        take: list[tuple[Verdict, Verdict]],
        put: list[tuple[Verdict, Verdict]],
        which: int,
    ) -> str | None:
        if not take:
            return None
        change = take[-1]
        try:
            self._write(change[which])  # where the disk fails, it can be tried again
        except NewerVerdictError:
            take.pop()
            raise
        put.append(take.pop())
        return change[0].key

    def _write(self, verdict: Verdict) -> None:
        if self.of(verdict.key).newer:
            raise NewerVerdictError(verdict.key)
        if self._path is not None:
            given = datetime.now(UTC).isoformat(timespec="seconds")
            fields = {name: value for name, value in asdict(verdict).items() if name != "newer"}
            line = {"schema": SCHEMA, **fields, "given_at": given}
            text = json.dumps(line, ensure_ascii=False) + "\n"
            with self._path.open("ab+") as stream:
                stream.write(_line_end(stream) + text.encode())
            self._size = self._path.stat().st_size
        self._verdicts[verdict.key] = verdict


def _line_end(stream: BinaryIO) -> bytes:
    """Return what ends a line that a crash cut short, so that the next one is not lost with it."""
    if stream.seek(0, os.SEEK_END) == 0:
        return b""
    stream.seek(-1, os.SEEK_END)
    return b"" if stream.read(1) == b"\n" else b"\n"
