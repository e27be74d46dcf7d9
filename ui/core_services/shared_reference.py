"""The FP32 model of a session: in memory once, whatever the number of devices."""

import threading
from typing import Any

from quad_studio.cancel import CancelToken
from quad_studio.config import Project
from quad_studio.engine.caches import cache_root

_POLL_S = 0.1


class SharedReference:
    """Makes FP32 references for the devices of one session, one after another.

    A second device that asks for the same picture gets it from the cache. Safe to use from several
    threads.

    Args:
        project: What the bundle was built from; None where that is not on this machine.
    """

    def __init__(self, project: Project | None) -> None:
        self._project = project
        self._runner: Any = None
        self._lock = threading.Lock()

    def run(self, prepared: Any, cancel: CancelToken) -> Any:
        """Return the FP32 result of a prepared request, None where the model is not known.

        Raises:
            Cancelled: Also while another device has its turn.
        """
        if self._project is None:
            return None
        while not self._lock.acquire(timeout=_POLL_S):
            cancel.check()
        try:
            return self._loaded(self._project).run([prepared], check=cancel.check)[0]
        finally:
            self._lock.release()

    def close(self) -> None:
        """Let go of the model's memory."""
        with self._lock:
            if self._runner is not None:
                self._runner.__exit__(None, None, None)
                self._runner = None

    def _loaded(self, project: Project) -> Any:
        from quad_studio.engine.references import reference_model
        from quad_studio.reference.runner import ReferenceRunner

        if self._runner is None:
            runner = ReferenceRunner(reference_model(project), cache=cache_root() / "references")
            self._runner = runner.__enter__()
        return self._runner
