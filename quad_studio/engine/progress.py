"""Progress of lower layers, plain callables, as events with an estimate of the rest."""

import time
from collections.abc import Callable

from quad_studio.events import Emit, StageProgress


def eta_progress(stage: str, emit: Emit) -> Callable[[str, int, int], None]:
    """Return a progress callable that emits `StageProgress` with the time that is left."""
    start = time.monotonic()

    def progress(what: str, done: int, total: int) -> None:
        spent = time.monotonic() - start
        eta = spent / done * (total - done) if done else None
        emit(StageProgress(stage=stage, done=done, total=total, note=what, eta_s=eta))

    return progress
