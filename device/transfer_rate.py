"""How fast a transfer goes and how long it will still take."""

import threading
import time
from collections.abc import Callable


class EtaMeter:
    """Estimates the rest of a transfer from the bytes of the last seconds."""

    def __init__(self, window_s: float = 5.0, clock: Callable[[], float] = time.monotonic) -> None:
        """Look back over `window_s` seconds."""
        self._window_s, self._clock = window_s, clock
        self._points: list[tuple[float, int]] = []
        self._lock = threading.Lock()

    def update(self, done: int, total: int) -> tuple[float | None, float | None]:
        """Take the bytes done; return bytes a second and seconds left, None until known."""
        with self._lock:
            now = self._clock()
            self._points.append((now, done))
            while len(self._points) > 2 and now - self._points[0][0] > self._window_s:
                self._points.pop(0)
            first, begun = self._points[0]
            if now - first < 0.05 or done <= begun:
                return None, None
            rate = (done - begun) / (now - first)
            return rate, max(0.0, (total - done) / rate)
