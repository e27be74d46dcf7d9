"""Batches side by side: threads that each compute with their share of the cores.

A library that splits one image over all cores leaves them idle wherever a step is serial, and
makes them wait for each other on a busy machine. Whole batches have no such steps.
"""

import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")

MOST = 4


class SideBySide:
    """Runs a function over batches in threads and gives the results in order.

    The first batch runs alone, in the caller's thread: what a function loads, it loads once, and
    only then it is known whether torch is used, with how many threads, and on which device.

    Args:
        pixels: What all batches that are computed at one time may hold.
    """

    def __init__(self, pixels: int) -> None:
        self._pixels = pixels
        self._workers = 1
        self._pool: ThreadPoolExecutor | None = None

    def __enter__(self) -> "SideBySide":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    @property
    def share(self) -> int:
        """Return the pixels that one batch may hold now."""
        return self._pixels // self._workers

    def in_order(self, function: Callable[[T], R], batches: Iterator[T]) -> Iterator[R]:
        """Yield `function(batch)` of each batch, computing the next ones meanwhile."""
        pending: deque[Future[R]] = deque()
        for at, batch in enumerate(batches):
            if self._pool is None:
                yield function(batch)
                if at == 0:
                    self._start()
                continue
            pending.append(self._pool.submit(function, batch))
            if len(pending) > self._workers:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()

    def _start(self) -> None:
        """Start the threads, where there is more than one core to share."""
        torch: Any = sys.modules.get("torch")
        cores = torch.get_num_threads() if torch else (os.cpu_count() or 1)
        if cores < 2 or (torch and torch.cuda.is_available()):
            return  # on one device batches would only wait for each other
        self._workers = min(MOST, cores)
        together = threading.Barrier(self._workers)

        def begin() -> None:
            if torch:
                torch.get_num_threads()  # a thread's first question makes it take the common number
                torch.set_num_threads(cores // self._workers)
            together.wait()

        self._pool = ThreadPoolExecutor(self._workers, "score", initializer=begin)
        for started in [self._pool.submit(int) for _ in range(self._workers)]:
            started.result()
        if torch:
            torch.set_num_threads(cores)  # theirs is kept: the setting counts for its own thread
