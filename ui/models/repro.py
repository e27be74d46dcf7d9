"""The command that makes a run again, and what of it a pair or a KPI cell is."""

import shlex
from collections.abc import Sequence

from ui.models.run_model import Pair, RunView

MOST_KEYS = 20


def repro_command(run: RunView, pair: Pair | None) -> str:
    """Return the shell command that makes the run again, with the pair named in a comment."""
    path = run.run.path / "repro.txt"
    if path.is_file():
        command = path.read_text(encoding="utf-8", errors="replace").strip()
    else:
        command = resume_command(run).strip()
    if pair is None:
        return f"{command}\n"
    names = ("input_id", "use_case", "target", "adapter", "sampler", "steps", "seed")
    facts = " ".join(f"{name}={pair.text(name)}" for name in names if pair.text(name))
    return f"{command}\n# row {pair.key}: {facts}\n"


def resume_command(run: RunView) -> str:
    """Return the shell command that makes the rows that the run lacks."""
    return f"{_batch(run)} --resume\n"


def score_command(run: RunView) -> str:
    """Return the shell command that scores the pairs that have no numbers yet."""
    return f"{_batch(run)} --only score\n"


def _batch(run: RunView) -> str:
    plan = str((run.manifest.get("plan") or {}).get("path") or "PLAN.toml")
    return f"quad-studio --batch {shlex.quote(plan)} --run-dir {shlex.quote(str(run.run.path))}"


def cell_command(run: RunView, kpi: str, column: str, keys: Sequence[str]) -> str:
    """Return the command that makes the run again, with the rows behind a KPI in comments."""
    shown = " ".join(keys[:MOST_KEYS])
    more = f" and {len(keys) - MOST_KEYS} more" if len(keys) > MOST_KEYS else ""
    where = " ".join(column.split())
    return f"{repro_command(run, None)}# {kpi} of {where}\n# {len(keys)} rows: {shown}{more}\n"
