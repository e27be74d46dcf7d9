"""Runs that are not in order, made of one that is, for the pictures."""

import json
from pathlib import Path
from typing import Any

from PIL import Image

from ui.models.run_model import read_run
from ui.photographer import PHONE
from ui.scenes import KILLED, LOST


def edit_json(path: Path, **changes: Any) -> None:
    """Change keys of a JSON file."""
    data = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(data | changes), encoding="utf-8")


def cut_lines(path: Path, share: float) -> None:
    """Keep the first share of a file's lines."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[: round(len(lines) * share)]), encoding="utf-8")


def unscored(run: Path) -> None:
    """Take scores away, as where scoring was stopped."""
    cut_lines(run / "scores.jsonl", 0.6)


def unfinished(run: Path) -> None:
    """Take rows and the summary away, as where the run was stopped."""
    cut_lines(run / "results.jsonl", 0.4)
    for name in ("summary.json", "scores.jsonl"):
        (run / name).unlink()


def stale(run: Path) -> None:
    """Let the run's bundle have been built again."""
    bundle = run / "bundle-of-today"
    bundle.mkdir()
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))["bundle"]
    made = {"schema": "quad-studio/bundle/1", "fingerprint": "0" * 16}
    (bundle / "bundle.json").write_text(json.dumps(made), encoding="utf-8")
    edit_json(run / "manifest.json", bundle=manifest | {"path": bundle.name})


def without_baseline(run: Path) -> None:
    """Let the baseline be of other work."""
    reasons = ["steps: 8 against 4", "inputs: 14 shared of 16 and 20"]
    edit_json(
        run / "summary.json", baseline={"comparable": False, "reasons": reasons, "remarks": []}
    )


def invalid(run: Path) -> None:
    """Let the evidence break a rule."""
    reasons = ["adb:R5CX20ABCDE: thermal status reached 4, the limit is 2"]
    edit_json(
        run / "summary.json",
        validity={"status": "INVALID", "reasons": reasons, "warnings": []},
        exit_code=4,
    )


def lost(run: Path) -> None:
    """Let a device have been lost half way."""
    cut_lines(run / "results.jsonl", 0.5)
    reasons = [f"{PHONE.name}: {LOST}"]
    edit_json(run / "summary.json", exit_code=3, reasons=reasons)


def fail_first_pair(run: Path, code: str, message: str) -> None:
    """Let the rows of the first pair have failed."""
    path = run / "results.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    first = (rows[0]["target"], rows[0]["input_id"], rows[0]["sampler"])
    for row in rows:
        if (row["target"], row["input_id"], row["sampler"]) == first:
            row |= {"status": "error", "error": {"code": code, "message": message}, "images": {}}
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def row_failed(run: Path) -> None:
    """Let the first pair have failed."""
    fail_first_pair(run, "out_of_memory", KILLED)


def row_lost(run: Path) -> None:
    """Let the first pair have lost its device."""
    fail_first_pair(run, "lost", f"{PHONE.name}: {LOST}")


def unreadable(run: Path) -> None:
    """Cut a picture short."""
    path = read_run(run).pairs[0].image("candidate")
    if path is not None:
        path.write_bytes(path.read_bytes()[:200])


def smaller(run: Path) -> None:
    """Let one picture have another size."""
    path = read_run(run).pairs[0].image("candidate")
    if path is not None:
        with Image.open(path) as picture:
            picture.resize((48, 48)).save(path)


def broken(run: Path) -> None:
    """Cut the manifest short."""
    (run / "manifest.json").write_text('{"schema": "quad-st', encoding="utf-8")


def long_log(run: Path) -> None:
    """Let the log be longer than the panel shows."""
    path = run / "log.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines * (20_500 // len(lines) + 1)), encoding="utf-8")
