"""The FP32 model of a session: in memory once, whatever the number of devices.

It lives in a process of its own: loading it would hold the window, and so would a model's memory
that is never given back.
"""

import threading
from typing import Any

from quad_studio.cancel import CancelToken
from quad_studio.config import Project
from quad_studio.engine.caches import cache_root
from quad_studio.workers.process import WorkerProcess

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
        self._worker = WorkerProcess()
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
            cache = cache_root() / "references"
            return self._worker.call(
                "reference", self._project.path, cache, prepared, cancel=cancel
            )
        finally:
            self._lock.release()

    def close(self) -> None:
        """End the process; a later request starts it again."""
        with self._lock:
            self._worker.close()
