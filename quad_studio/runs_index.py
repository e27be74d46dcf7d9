"""An SQLite index of runs, so that listing hundreds does not read them all.

The folders are the truth; the index can be thrown away and is rebuilt from them.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from quad_studio.errors import InputFileProblem
from quad_studio.runs import MANIFEST, RESULTS, SUMMARY, Run, load_run

_VERSION = 1
_CREATE = "CREATE TABLE IF NOT EXISTS runs (path TEXT PRIMARY KEY, stamp TEXT, entry TEXT)"


def describe(run: Run) -> dict[str, Any]:
    """Return what a list shows of one run."""
    summary = run.summary or {}
    return {
        "run_id": run.run_id,
        "name": run.manifest.get("name", ""),
        "created_at": run.manifest.get("created_at", ""),
        "targets": [target["name"] for target in run.manifest.get("targets", ())],
        "rows": len(run.rows),
        "expected_rows": run.manifest.get("expected_rows"),
        "failed": sum(1 for row in run.rows if row.get("status", "ok") != "ok"),
        "validity": summary.get("validity", {}).get("status", "not summed up"),
        "exit_code": summary.get("exit_code"),
        "fingerprint": run.manifest.get("bundle", {}).get("fingerprint", ""),
        "tags": list(run.manifest.get("tags", ())),
        "path": str(run.path),
    }


def find_runs(root: Path, index: Path, *, text: str = "", tag: str = "") -> list[dict[str, Any]]:
    """Return the runs below `root`, newest first.

    Args:
        root: Folder with run folders at any depth.
        index: The index file; made or rebuilt when needed.
        text: Only runs whose name, id, path, targets or tags hold this.
        tag: Only runs with this tag.
    """
    entries = refresh(root, index)
    wanted = text.casefold()
    found = [
        entry
        for entry in entries
        if (not tag or tag in entry["tags"])
        and (not wanted or wanted in json.dumps(entry, ensure_ascii=False).casefold())
    ]
    return sorted(found, key=lambda entry: str(entry["created_at"]), reverse=True)


def refresh(root: Path, index: Path) -> list[dict[str, Any]]:
    """Bring the index up to date with the folders below `root`; return their entries."""
    entries = []
    with _opened(index) as database:
        known = {
            path: (stamp, entry) for path, stamp, entry in database.execute("SELECT * FROM runs")
        }
        for manifest in sorted(root.glob(f"**/{MANIFEST}")) if root.is_dir() else ():
            folder = manifest.parent.resolve()
            stamp = _stamp(folder)
            stored = known.get(str(folder))
            if stored and stored[0] == stamp:
                entries.append(json.loads(stored[1]))
                continue
            try:
                entry = describe(load_run(folder))
            except InputFileProblem:
                continue
            database.execute(
                "INSERT OR REPLACE INTO runs VALUES (?, ?, ?)",
                (str(folder), stamp, json.dumps(entry)),
            )
            entries.append(entry)
        gone = [path for path in known if not (Path(path) / MANIFEST).is_file()]
        database.executemany("DELETE FROM runs WHERE path = ?", [(path,) for path in gone])
        database.commit()
    return entries


def _stamp(folder: Path) -> str:
    """Return a text that changes when the run does."""
    parts = []
    for name in (MANIFEST, RESULTS, SUMMARY):
        file = folder / name
        if file.is_file():
            status = file.stat()
            parts.append(f"{status.st_size}:{status.st_mtime_ns}")
        else:
            parts.append("-")
    return " ".join(parts)


@contextmanager
def _opened(index: Path) -> Iterator[sqlite3.Connection]:
    """Open the index; one that is corrupt or of another version is made anew."""
    index.parent.mkdir(parents=True, exist_ok=True)
    try:
        database = _connect(index)
    except sqlite3.DatabaseError:
        index.unlink(missing_ok=True)
        database = _connect(index)
    with closing(database):
        yield database


def _connect(index: Path) -> sqlite3.Connection:
    """Return a connection to an index of this version."""
    database = sqlite3.connect(index, timeout=10)
    try:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version not in (0, _VERSION):
            raise sqlite3.DatabaseError("an index of another version")
        database.execute(_CREATE)
        database.execute(f"PRAGMA user_version = {_VERSION}")
    except sqlite3.DatabaseError:
        database.close()
        raise
    return database
