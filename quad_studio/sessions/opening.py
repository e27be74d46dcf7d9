"""Open a session on a target: connect, deploy what is missing, start the runner."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quad_studio.bundle import Bundle, open_bundle
from quad_studio.cancel import CancelToken
from quad_studio.events import Emit, StageFinished, StageProgress, StageStarted
from quad_studio.sessions.session import Session


@dataclass(frozen=True, kw_only=True)
class OpenSession:
    """A session with what it holds open."""

    bundle: Bundle
    target: Any
    runner: Any
    session: Session

    def close(self) -> None:
        """End the runner and let go of the target."""
        try:
            self.runner.close()
        finally:
            self.target.close()


def open_session(
    path: Path, target_name: str, *, emit: Emit, cancel: CancelToken, **options: Any
) -> OpenSession:
    """Return a session on `target_name` with the bundle in `path`.

    Args:
        path: The bundle's folder on this machine.
        target_name: As `device.open_target.open_target` takes it.
        emit: Told of the deployment.
        cancel: Stops the deployment.
        options: Further fields of `device.targets.SessionRequest`.
    """
    from device.open_target import open_target
    from device.targets import SessionRequest

    bundle = open_bundle(path)
    target = open_target(target_name)
    try:
        stage = f"deploy {target_name}"
        emit(StageStarted(stage=stage, title=bundle.name))

        def progress(what: str, done: int, total: int) -> None:
            emit(StageProgress(stage=stage, done=done, total=total, note=what))

        report = target.deploy(bundle.path, progress=progress, check=cancel.check)
        emit(StageFinished(stage=stage, seconds=report.seconds))
        emit(StageStarted(stage="runner", title=f"start on {target_name}"))
        runner = target.open_session(SessionRequest(bundle=bundle.path, **options))
    except BaseException:
        target.close()
        raise
    return OpenSession(
        bundle=bundle,
        target=target,
        runner=runner,
        session=Session(runner, bundle, target.describe()),
    )
