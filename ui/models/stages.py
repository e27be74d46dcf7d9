"""What is known of the stages of a build or a plan, from its events."""

from dataclasses import dataclass, replace

from quad_studio.events import Event, RowFinished, StageFinished, StageProgress, StageStarted


@dataclass(frozen=True)
class StageState:
    """One stage.

    Attributes:
        status: "running", "done", "skipped", "stopped" or "failed".
        eta_s: Estimated rest, None when unknown.
    """

    stage: str
    title: str = ""
    status: str = "running"
    done: int = 0
    total: int = 0
    eta_s: float | None = None
    seconds: float | None = None
    note: str = ""


class Stages:
    """The stages in the order in which they began."""

    def __init__(self) -> None:
        """Start empty."""
        self._stages: dict[str, StageState] = {}

    @property
    def all(self) -> tuple[StageState, ...]:
        """Return every stage."""
        return tuple(self._stages.values())

    def take(self, event: Event) -> StageState | None:
        """Return the stage that `event` changed, None for other events."""
        match event:
            case StageStarted(stage=stage, title=title):
                changed = replace(self._of(stage), title=title or stage, status="running")
            case StageProgress(stage=stage, done=done, total=total, note=note, eta_s=eta):
                changed = replace(
                    self._of(stage), done=done, total=total, note=note, eta_s=eta, status="running"
                )
            case StageFinished(stage=stage, seconds=seconds, skipped=skipped, note=note):
                status = "skipped" if skipped else "done"
                changed = replace(
                    self._of(stage), seconds=seconds, status=status, note=note, eta_s=None
                )
            case RowFinished(done=done, total=total):
                changed = replace(self._of("run"), done=done, total=total)
            case _:
                return None
        self._stages[changed.stage] = changed
        return changed

    def end_running(self, status: str) -> tuple[StageState, ...]:
        """Mark every running stage as "failed" or "stopped", after the run ended; return those."""
        failed = [replace(s, status=status, eta_s=None) for s in self.all if s.status == "running"]
        self._stages.update({stage.stage: stage for stage in failed})
        return tuple(failed)

    def _of(self, stage: str) -> StageState:
        return self._stages.get(stage, StageState(stage, stage))
