"""What a batch run is asked and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quad_studio.config import Plan


@dataclass(frozen=True, kw_only=True)
class PlanRequest:
    """A plan and how it is to be run (the options of `--batch`)."""

    plan: Plan
    run_dir: Path | None = None
    resume: bool = False
    fresh: bool = False
    targets: tuple[str, ...] = ()
    only: str | None = None
    bundle: Path | None = None
    limit: int | None = None
    dry_run: bool = False
    gates: Path | None = None
    baseline: str | None = None
    strict: bool = False
    formats: tuple[str, ...] = ()
    infra_retries: int = 2
    cluster: str | None = None


@dataclass(frozen=True, kw_only=True)
class PlanResult:
    """How a plan ended.

    Attributes:
        exit_code: DESIGN section 9.
        run_dir: The run folder.
        summary: summary.json, or what the stage that was asked for had to say.
        text: The KPI table and where the files are, for a person.
    """

    exit_code: int
    run_dir: Path
    summary: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
