"""What a run folder holds, as the tables, gates and reports read it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evaluation.errors import RunFolderError
from evaluation.record_shapes import shape_problem
from evaluation.verdicts import Verdict, read_verdicts

Json = Mapping[str, Any]
_SUPPORTED = {"run": 1, "row": 1, "score": 1, "summary": 1}


@dataclass(frozen=True)
class Evidence:
    """One run.

    Attributes:
        manifest: The context.
        rows: Rows of results.jsonl; where a key comes twice, the later one.
        scores: Scores of rows, by key.
        set_scores: Scores of whole sets (FID, KID).
        root: The folder, None where the run is in memory only.
        torn_lines: Lines that a crash cut short, left out.
        verdicts: What people decided about pairs, by row key.
    """

    manifest: Json
    rows: Sequence[Json]
    scores: Mapping[str, Json]
    set_scores: Sequence[Json] = ()
    root: Path | None = None
    torn_lines: int = 0
    summary: Json = field(default_factory=dict)
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)

    @property
    def run_id(self) -> str:
        """Return the run's id."""
        return str(self.manifest.get("run_id", ""))

    @property
    def succeeded(self) -> list[Json]:
        """Return the rows that did not fail, warm-ups included: a switch may happen in one."""
        return [row for row in self.rows if row.get("status", "ok") == "ok"]

    @property
    def measured(self) -> list[Json]:
        """Return the rows that count: no warm-up, no failure."""
        return [row for row in self.succeeded if not row.get("warmup")]


def gather(
    manifest: Json, rows: Sequence[Json], scores: Iterable[Json] | Mapping[str, Json], **extra: Any
) -> Evidence:
    """Return the evidence of a run that is in memory."""
    listed = list(scores.values() if isinstance(scores, Mapping) else scores)
    return Evidence(
        manifest,
        rows,
        {str(score["key"]): score for score in listed if "set" not in score},
        [score for score in listed if "set" in score],
        **extra,
    )


def baseline_of(data: "Evidence | Json | None") -> Evidence | None:
    """Return a baseline given as evidence, or as {"manifest", "rows", "scores", "path"?}."""
    if data is None or isinstance(data, Evidence):
        return data
    root = Path(data["path"]) if data.get("path") else None
    verdicts = verdicts_of(root) if root is not None else {}
    return gather(data["manifest"], data["rows"], data["scores"], root=root, verdicts=verdicts)


def read_evidence(run_dir: Path) -> Evidence:
    """Read a run folder.

    Raises:
        RunFolderError: It is missing, no run folder, corrupt, or of a newer schema.
    """
    manifest_path = run_dir / "manifest.json"
    if not manifest_path.is_file():
        raise RunFolderError(run_dir, "not a run folder: it has no manifest.json")
    manifest = _read_json(manifest_path, "run")
    rows, torn = _read_lines(run_dir / "results.jsonl", "row")
    scores, torn_scores = _read_lines(run_dir / "scores.jsonl", "score")
    summary_path = run_dir / "summary.json"
    summary = _read_json(summary_path, "summary") if summary_path.is_file() else {}
    by_key: dict[str, dict[str, Any]] = {}
    for row in rows:
        by_key.pop(str(row["key"]), None)  # a repeated row stands where it was repeated
        by_key[str(row["key"])] = row
    return gather(
        manifest,
        list(by_key.values()),
        scores,
        root=run_dir,
        torn_lines=torn + torn_scores,
        summary=summary,
        verdicts=verdicts_of(run_dir),
    )


def verdicts_of(run_dir: Path) -> dict[str, Verdict]:
    """Return what people decided about the pairs of a run.

    Raises:
        RunFolderError: The file is there and cannot be read.
    """
    try:
        return read_verdicts(run_dir)
    except OSError as exc:
        raise RunFolderError(run_dir, f"its verdicts cannot be read ({exc})") from exc


def _read_json(path: Path, kind: str) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise RunFolderError(path, f"cannot be read ({exc})") from exc
    if not isinstance(data, dict):
        raise RunFolderError(path, "is not a JSON object")
    _check_schema(path, data, kind)
    _check_shape(path, data, kind)
    return data


def _read_lines(path: Path, kind: str) -> tuple[list[dict[str, Any]], int]:
    """Return the objects of a JSONL file, and how many lines are torn."""
    if not path.exists():
        return [], 0
    try:
        lines = path.read_bytes().splitlines()
    except OSError as exc:
        raise RunFolderError(path, f"cannot be read ({exc.strerror or exc})") from exc
    found: list[dict[str, Any]] = []
    torn = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
        except ValueError:
            torn += 1
            continue
        if not isinstance(data, dict) or "key" not in data:
            torn += 1
            continue
        _check_schema(path, data, kind)
        _check_shape(path, data, kind, number)
        found.append(data)
    return found, torn


def _check_shape(path: Path, data: Json, kind: str, line: int | None = None) -> None:
    """Refuse a file, or a line of it, whose values are of other types than they must be."""
    problem = shape_problem(kind, data)
    if problem is not None:
        where = "" if line is None else f"line {line}: "
        raise RunFolderError(path, f"is damaged: {where}{problem}")


def _check_schema(path: Path, data: Json, kind: str) -> None:
    """Refuse a file of another kind, or written by a newer version."""
    schema = str(data.get("schema", ""))
    name, _, version = schema.rpartition("/")
    if name != f"quad-studio/{kind}" or not version.isdigit():
        raise RunFolderError(path, f'schema is "{schema}", want "quad-studio/{kind}/..."')
    if int(version) < 1:
        raise RunFolderError(path, f"has schema {schema}, which no version wrote")
    if int(version) > _SUPPORTED[kind]:
        problem = f"was written by a newer QUAD Studio (schema {schema}); update this one"
        raise RunFolderError(path, problem)
