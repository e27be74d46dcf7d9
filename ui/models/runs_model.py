"""The list of runs on disk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from quad_studio.runs import Run

Index = QModelIndex | QPersistentModelIndex
ENTRY_ROLE = int(Qt.ItemDataRole.UserRole)


@dataclass(frozen=True)
class RunEntry:
    """What the list shows of one run, read from its folder.

    Attributes:
        validity: "VALID", "INVALID", or "" before the run was summed up.
        exit_code: Of the summary, None before.
    """

    path: Path
    name: str
    run_id: str
    created_at: str
    rows: int
    failed: int
    targets: tuple[str, ...]
    tags: tuple[str, ...]
    validity: str
    exit_code: int | None
    context: Mapping[str, Any]

    @property
    def searchable(self) -> str:
        """Return everything that a search looks at."""
        parts = (self.name, self.run_id, self.created_at, *self.targets, *self.tags, str(self.path))
        return " ".join(parts).casefold()


def entry_of(run: Run) -> RunEntry:
    """Return the list entry of `run`."""
    summary = run.summary or {}
    code = summary.get("exit_code")
    return RunEntry(
        path=run.path,
        name=str(run.manifest.get("name") or run.path.name),
        run_id=run.run_id,
        created_at=str(run.manifest.get("created_at") or ""),
        rows=len(run.rows),
        failed=sum(row.get("status") != "ok" for row in run.rows),
        targets=tuple(str(t.get("name")) for t in run.manifest.get("targets") or ()),
        tags=tuple(map(str, run.manifest.get("tags") or ())),
        validity=str((summary.get("validity") or {}).get("status") or ""),
        exit_code=int(code) if code is not None else None,
        context=_context(run),
    )


def _context(run: Run) -> dict[str, Any]:
    bundle = run.manifest.get("bundle") or {}
    return {
        "graph": bundle.get("graph_sha256"),
        "fingerprint": bundle.get("fingerprint"),
        "targets": tuple(sorted(str(t.get("name")) for t in run.manifest.get("targets") or ())),
        "use cases": tuple(sorted({str(row.get("use_case")) for row in run.rows})),
        "inputs": tuple(sorted({str(row.get("input_id")) for row in run.rows})),
        "samplers": tuple(sorted({f"{row.get('sampler')} {row.get('steps')}" for row in run.rows})),
    }


class RunsModel(QAbstractListModel):
    """Runs, newest first, limited by a search."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._all: Sequence[RunEntry] = ()
        self._shown: list[RunEntry] = []
        self._search = ""

    @property
    def total(self) -> int:
        """Return how many runs there are without the search."""
        return len(self._all)

    def show(self, entries: Sequence[RunEntry]) -> None:
        """List `entries`."""
        self._all = entries
        self._rebuild()

    def search(self, text: str) -> None:
        """List only what has every word of `text`."""
        self._search = text.casefold()
        self._rebuild()

    def entry(self, row: int) -> RunEntry:
        """Return the run of `row`."""
        return self._shown[row]

    def row_of(self, path: Path) -> int | None:
        """Return the row that shows the run in `path`."""
        return next((at for at, entry in enumerate(self._shown) if entry.path == path), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 -- Qt's signature
        """Return how many runs are listed."""
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the entry or its name."""
        if not index.isValid():
            return None
        entry = self._shown[index.row()]
        if role == ENTRY_ROLE:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return str(entry.path)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            parts = (entry.name, entry.created_at, f"{entry.rows} rows", entry.validity)
            return ", ".join(part for part in (*parts, *entry.tags) if part)
        return None

    def _rebuild(self) -> None:
        self.beginResetModel()
        words = self._search.split()
        self._shown = [e for e in self._all if all(word in e.searchable for word in words)]
        self.endResetModel()


_DIFFERENCES = {
    "use cases": "use cases differ",
    "inputs": "inputs differ",
    "samplers": "samplers differ",
}


def differences(first: RunEntry, second: RunEntry) -> list[str]:
    """Return why two runs are not comparable one to one; empty when they are.

    Runs of two graphs are what one compares, so a different graph is no reason; different work is.
    """
    found = []
    for name, words in _DIFFERENCES.items():
        mine, theirs = set(first.context[name]), set(second.context[name])
        if mine != theirs:
            only = sorted(mine ^ theirs)
            shown = ", ".join(only[:3]) + (", …" if len(only) > 3 else "")
            found.append(f"{words} ({shown})")
    return found
