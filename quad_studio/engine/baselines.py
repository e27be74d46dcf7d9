"""Named baselines: a JSON file from name to run folder."""

from pathlib import Path
from typing import Any

from quad_studio.errors import UsageProblem
from quad_studio.runs import load_run, now
from quad_studio.storage import read_json, write_json


def list_baselines(file: Path) -> dict[str, Any]:
    """Return the entries by name; empty when there is no file."""
    if not file.is_file():
        return {}
    entries: dict[str, Any] = read_json(file, "baselines")["baselines"]
    return entries


def set_baseline(file: Path, name: str, run_path: Path) -> None:
    """Let `name` stand for the run in `run_path`, which must have been summed up."""
    run = load_run(run_path)
    if run.summary is None:
        raise UsageProblem(
            f"{run_path}: was never summed up; quad-studio --batch --only check first"
        )
    entries = list_baselines(file)
    entries[name] = {"path": str(run.path), "run_id": run.run_id, "set_at": now()}
    write_json(file, {"schema": "quad-studio/baselines/1", "baselines": entries})


def remove_baseline(file: Path, name: str) -> None:
    """Forget `name`; the run stays."""
    entries = list_baselines(file)
    if name not in entries:
        known = ", ".join(sorted(entries)) or "none"
        raise UsageProblem(f"no baseline {name!r} in {file}; there are: {known}")
    del entries[name]
    write_json(file, {"schema": "quad-studio/baselines/1", "baselines": entries})


def find_baseline(text: str, file: Path = Path("baselines.json")) -> Path:
    """Return the run folder that `text` names: a folder, or a name in `file`."""
    if Path(text).is_dir():
        return Path(text)
    entries = list_baselines(file)
    if text in entries:
        return Path(entries[text]["path"])
    known = ", ".join(sorted(entries)) or "none"
    raise UsageProblem(f"baseline {text!r} is neither a run folder nor a name in {file} ({known})")
