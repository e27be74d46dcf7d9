"""Check that the same request gives the same bytes before any metric is believed."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from evaluation.evidence import Evidence, Json

IDENTITY = (
    "target",
    "provider",
    "graph_sha256",
    "adapter_sha256",
    "use_case",
    "input_id",
    "seed",
    "steps",
    "sampler",
    "guidance",
    "strength",
)
"""Rows that agree in these keys asked for the same picture."""


def nondeterministic_groups(evidence: Evidence) -> list[str]:
    """Return one line for each target whose repeats gave different images.

    Without the run folder, or without repeats, nothing can be said and nothing is returned.
    """
    if evidence.root is None:
        return []
    different: dict[str, tuple[int, int]] = {}
    for rows in _repeats(evidence.measured):
        target = str(rows[0].get("target"))
        hashes = {
            _sha256(evidence.root / str(row["images"]["candidate"]))
            for row in rows
            if (row.get("images") or {}).get("candidate")
        }
        wrong, total = different.get(target, (0, 0))
        different[target] = (wrong + (len(hashes - {None}) > 1), total + 1)
    return [
        f"{target}: not deterministic, {wrong} of {total} repeated requests gave different images"
        for target, (wrong, total) in different.items()
        if wrong
    ]


def _repeats(rows: Sequence[Json]) -> list[list[Json]]:
    """Return the groups of two or more rows that asked for the same picture."""
    groups: dict[tuple[str, ...], list[Json]] = {}
    for row in rows:
        groups.setdefault(tuple(str(row.get(key)) for key in IDENTITY), []).append(row)
    return [group for group in groups.values() if len(group) > 1]


def _sha256(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
