"""What people decided about image pairs: lines of verdicts.jsonl, the last one for a key wins.

The window writes them; gates, tables and reports read them here, so that what a person saw counts
in CI as it does in the window.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = "verdicts.jsonl"
_KIND, _VERSION = "quad-studio/verdict", 1
SCHEMA = f"{_KIND}/{_VERSION}"
CHOICES = ("accept", "reject", "unsure")
ALPHA = 0.05
_COUNTED = {"accepted_percent": "accept", "rejected_percent": "reject"}
TAG = re.compile(r"(?<!\S)#(\w[\w-]*)")


@dataclass(frozen=True)
class Verdict:
    """One decision on one pair.

    Attributes:
        key: The row's key.
        choice: "accept", "reject", "unsure", or "" for none.
        note: May be empty. Words that begin with # are tags.
        blind: Labels were hidden when it was given.
        preferred: In blind mode the side that was preferred: "reference", "candidate", "none" for
            no difference, "" where there was no vote.
        newer: The schema of a later version that wrote it, "" for one that is read here. What was
            decided is not known then: nothing else is set, and an earlier decision does not stand.
    """

    key: str
    choice: str = ""
    note: str = ""
    blind: bool = False
    preferred: str = ""
    newer: str = ""

    @property
    def tags(self) -> tuple[str, ...]:
        """Return the tags of the note, each once, in small letters.

        >>> Verdict("a", note="halo at the ear #Seam, see #seam and #too-dark").tags
        ('seam', 'too-dark')
        """
        return tuple(dict.fromkeys(tag.casefold() for tag in TAG.findall(self.note)))


@dataclass(frozen=True)
class BlindResult:
    """How often each side was preferred with the labels hidden."""

    reference: int
    candidate: int
    neither: int = 0

    @property
    def count(self) -> int:
        """Return the number of votes for a side."""
        return self.reference + self.candidate

    @property
    def p_value(self) -> float:
        """Return the two-sided exact binomial p-value against a fair coin (sign test).

        >>> round(BlindResult(9, 1).p_value, 4)
        0.0215
        """
        n, most = self.count, max(self.reference, self.candidate)
        if n == 0:
            return 1.0
        tail = sum(math.comb(n, k) for k in range(most, n + 1)) / 2**n
        return min(1.0, 2 * tail)

    @property
    def text(self) -> str:
        """Return the result in a sentence; it claims nothing that the votes do not show."""
        votes = f"FP32 {self.reference}, device {self.candidate}, no difference {self.neither}"
        if self.p_value >= ALPHA:
            return f"{votes}: no preference is shown (p = {self.p_value:.2g})"
        winner = "FP32" if self.reference > self.candidate else "the device"
        return f"{votes}: {winner} is preferred (p = {self.p_value:.2g})"


def read_verdicts(run_dir: Path) -> dict[str, Verdict]:
    """Return the verdicts in a run folder by row key; lines that a crash cut short are left out.

    Raises:
        OSError: The file is there and cannot be read.
    """
    try:
        lines = (run_dir / FILE).read_bytes().splitlines()
    except FileNotFoundError:
        return {}
    found: dict[str, Verdict] = {}
    for line in lines:
        verdict = _verdict(line)
        if verdict is not None:
            found[verdict.key] = verdict
    return found


def blind_result(verdicts: Iterable[Verdict]) -> BlindResult:
    """Count the votes that were given with the labels hidden."""
    votes = [verdict.preferred for verdict in verdicts if verdict.blind]
    return BlindResult(votes.count("reference"), votes.count("candidate"), votes.count("none"))


def counts(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """Return how many pairs have each decision."""
    found = dict.fromkeys(CHOICES, 0)
    for verdict in verdicts:
        if verdict.choice in found:
            found[verdict.choice] += 1
    return found


def tag_counts(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """Return how many pairs have each tag, the commonest first, equal ones by their letters."""
    found = Counter(tag for verdict in verdicts for tag in verdict.tags)
    return dict(sorted(found.items(), key=lambda entry: (-entry[1], entry[0])))


def newer_note(verdicts: Iterable[Verdict]) -> str:
    """Return what to say of decisions that a later version wrote, "" where there are none."""
    count = sum(bool(verdict.newer) for verdict in verdicts)
    if not count:
        return ""
    head = "1 verdict was" if count == 1 else f"{count} verdicts were"
    return f"{head} given in a newer QUAD Studio and cannot be read; update this one"


def was_judged(verdicts: Iterable[Verdict]) -> bool:
    """Return whether a decision or vote stands: one that was taken back does not."""
    return any(verdict.choice or verdict.preferred for verdict in verdicts)


def value_of(verdict: Verdict, kpi: str) -> float | None:
    """Return what a verdict adds to a KPI of verdicts, in percent; None where it says nothing.

    An unsure pair is judged, but neither accepted nor rejected. A blind vote for neither side
    counts half for each.

    >>> value_of(Verdict("a", "unsure"), "accepted_percent")
    0.0
    >>> value_of(Verdict("a", blind=True, preferred="none"), "reference_preferred_percent")
    50.0
    """
    if kpi == "reference_preferred_percent":
        votes = {"reference": 100.0, "none": 50.0, "candidate": 0.0}
        return votes.get(verdict.preferred) if verdict.blind else None
    if verdict.choice not in CHOICES:
        return None
    return 100.0 if verdict.choice == _COUNTED[kpi] else 0.0


def _verdict(line: bytes) -> Verdict | None:
    """Return the verdict of one line, None where it is torn or of another kind.

    What a later version means by its fields is not known; only its key is taken.
    """
    try:
        data: Any = json.loads(line)
    except ValueError:
        return None
    if not isinstance(data, Mapping) or not isinstance(data.get("key"), str):
        return None
    kind, _, version = str(data.get("schema")).rpartition("/")
    if kind != _KIND or not version.isdecimal() or int(version) < 1:
        return None
    if int(version) > _VERSION:
        return Verdict(data["key"], newer=str(data["schema"]))
    texts = [data.get(name, "") for name in ("choice", "note", "preferred")]
    if not all(isinstance(text, str) for text in texts):
        return None
    choice, note, preferred = texts
    return Verdict(data["key"], choice, note, bool(data.get("blind", False)), preferred)
