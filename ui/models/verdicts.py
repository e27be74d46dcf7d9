"""What people decided about pairs: append-only beside the run, with undo.

`verdicts.jsonl` in the run folder: one decision a line, the last one for a key wins. An undo is a
line too, so that nothing that somebody saw is ever lost.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FILE = "verdicts.jsonl"
SCHEMA = "quad-studio/verdict/1"
CHOICES = ("accept", "reject", "unsure")


@dataclass(frozen=True)
class Verdict:
    """One decision on one pair.

    Attributes:
        choice: "accept", "reject", "unsure", or "" for none.
        blind: Labels were hidden when it was given.
        preferred: In blind mode the side that was preferred: "reference", "candidate" or "".
    """

    key: str
    choice: str = ""
    note: str = ""
    blind: bool = False
    preferred: str = ""


class VerdictStore:
    """The verdicts of one run, in memory and on disk."""

    def __init__(self, folder: Path | None = None) -> None:
        """Read the verdicts of the run in `folder`."""
        self._path = folder / FILE if folder is not None else None
        self._verdicts: dict[str, Verdict] = {}
        self._undo: list[tuple[Verdict, Verdict]] = []
        self._redo: list[tuple[Verdict, Verdict]] = []
        if self._path is not None and self._path.is_file():
            self._read(self._path)

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

    def counts(self) -> dict[str, int]:
        """Return how many pairs have each decision."""
        found = dict.fromkeys(CHOICES, 0)
        for verdict in self._verdicts.values():
            if verdict.choice in found:
                found[verdict.choice] += 1
        return found

    def blind_result(self) -> "BlindResult":
        """Return how often the reference was preferred with the labels hidden."""
        votes = [v.preferred for v in self._verdicts.values() if v.blind and v.preferred]
        return BlindResult(votes.count("reference"), votes.count("candidate"))

    def _step(
        self,
        take: list[tuple[Verdict, Verdict]],
        put: list[tuple[Verdict, Verdict]],
        which: int,
    ) -> str | None:
        if not take:
            return None
        change = take.pop()
        self._write(change[which])
        put.append(change)
        return change[0].key

    def _read(self, path: Path) -> None:
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                data: Mapping[str, Any] = json.loads(line)
                names = ("key", "choice", "note", "blind", "preferred")
                verdict = Verdict(**{name: data[name] for name in names if name in data})
            except (ValueError, TypeError):
                continue  # a line that a crash cut short
            self._verdicts[verdict.key] = verdict

    def _write(self, verdict: Verdict) -> None:
        if self._path is not None:
            given = datetime.now(UTC).isoformat(timespec="seconds")
            line = {"schema": SCHEMA, **asdict(verdict), "given_at": given}
            with self._path.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._verdicts[verdict.key] = verdict


@dataclass(frozen=True)
class BlindResult:
    """How often each side was preferred with the labels hidden."""

    reference: int
    candidate: int

    @property
    def count(self) -> int:
        """Return the number of votes."""
        return self.reference + self.candidate

    @property
    def p_value(self) -> float:
        """Return the two-sided exact binomial p-value against a fair coin.

        >>> round(BlindResult(9, 1).p_value, 4)
        0.0215
        """
        n, most = self.count, max(self.reference, self.candidate)
        if n == 0:
            return 1.0
        tail = sum(math.comb(n, k) for k in range(most, n + 1)) / 2**n
        return min(1.0, 2 * tail)
