"""The run folder that an interactive session fills, so that it is judged like any other run."""

import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from quad_studio.batch import score
from quad_studio.bundle import Bundle
from quad_studio.cancel import CancelToken
from quad_studio.config import DEFAULT_METRICS, Plan, Project
from quad_studio.engine.judge import judge_run
from quad_studio.engine.manifest import manifest_of
from quad_studio.engine.run_log import RunLog
from quad_studio.errors import UsageProblem
from quad_studio.events import Emit, RowFinished, ignore
from quad_studio.runs import MANIFEST, RunWriter
from quad_studio.sessions.rows import ExecutedRow
from quad_studio.storage import write_json


class SessionRun:
    """Records what the devices of one session make; safe to use from several threads.

    Nothing is written before the first row, so that a session without a result leaves nothing.

    Args:
        root: Folder in which the run gets a folder of its own.
        bundle: What the devices run.
        project: What the bundle was built from, if that is known here.
    """

    def __init__(self, root: Path, bundle: Bundle, project: Project | None) -> None:
        stamp = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"
        self.folder = root / f"session-{bundle.name}-{stamp[:-3]}"
        self.bundle = bundle
        self._lock = threading.Lock()
        self._targets: dict[str, Any] = {}
        self._names: dict[str, str] = {}
        self._repeats: dict[tuple[str, str], int] = {}
        self._count = 0
        plan = Plan(path=self.folder / "session", name=f"session {bundle.name}", tasks=())
        self._manifest = manifest_of(plan, project, bundle, {}, 0, {})

    def name_of(self, digest: str) -> str:
        """Return a short name for the request with this digest, the same on every device."""
        with self._lock:
            return self._names.setdefault(digest, f"ask-{len(self._names) + 1:03d}")

    def repeat_of(self, target: str, digest: str) -> int:
        """Return how often `target` was asked this before."""
        with self._lock:
            count = self._repeats.get((target, digest), 0)
            self._repeats[target, digest] = count + 1
            return count

    def add(self, executed: ExecutedRow, target: Any, started: Mapping[str, float]) -> None:
        """Put a row with its pictures on the disk.

        Args:
            executed: The row.
            target: The open target that ran it.
            started: KPIs of the runner's start.

        Raises:
            StageError: The disk is full or the folder cannot be written.
        """
        executed.row["session"] = dict(started)
        with self._lock:
            described = target.describe()
            is_new = described.name not in self._targets
            self._targets[described.name] = described.to_json()
            manifest = {**self._manifest, "targets": list(self._targets.values())}
            with RunWriter(self.folder, manifest) as writer:
                if is_new:
                    complete = {"schema": "quad-studio/run/1", **manifest}
                    write_json(self.folder / MANIFEST, complete)
                executed.write(self.folder, keep_latents=True)
                writer.append(executed.row)
            self._count += 1
            with RunLog(self.folder, ignore) as log:
                log(RowFinished(row=executed.row, done=self._count, total=self._count))

    def judge(self, judge: "JudgeFn", *, emit: Emit, cancel: CancelToken) -> Path:
        """Score what there is, sum it up and return the run's folder.

        Args:
            judge: `judge_folder`, here or in another process.
            emit: Told of progress.
            cancel: Polled between rows.

        Raises:
            UsageProblem: Nothing was recorded yet.
        """
        if not (self.folder / MANIFEST).is_file():
            raise UsageProblem("nothing was recorded yet; make an image first")
        with self._lock:
            judge(self.folder, emit=emit, cancel=cancel)
        return self.folder


class JudgeFn(Protocol):
    """Scores the run in a folder and sums it up."""

    def __call__(self, folder: Path, *, emit: Emit, cancel: CancelToken) -> None:
        """Judge the run in `folder`."""


def judge_folder(folder: Path, *, emit: Emit, cancel: CancelToken) -> None:
    """Score the rows of the session's run in `folder` and sum them up."""
    with RunLog(folder, emit) as log:
        score(folder, DEFAULT_METRICS, emit=log, cancel=cancel)
        judge_run(folder)
