"""Decoded pictures, bounded by bytes."""

from collections import OrderedDict
from pathlib import Path

from ui.widgets.frame import Frame

BUDGET_BYTES = 512 * 1024 * 1024


class FrameCache:
    """Keeps the pictures used last; never more than its budget."""

    def __init__(self, budget_bytes: int = BUDGET_BYTES) -> None:
        """Start empty."""
        self._budget = budget_bytes
        self._frames: OrderedDict[Path, Frame] = OrderedDict()

    def get(self, path: Path) -> Frame | None:
        """Return the picture of `path` if it is kept."""
        found = self._frames.get(path)
        if found is not None:
            self._frames.move_to_end(path)
        return found

    def put(self, path: Path, frame: Frame) -> None:
        """Keep `frame`, forgetting the oldest ones over the budget."""
        self._frames[path] = frame
        self._frames.move_to_end(path)
        while self.size_bytes > self._budget and len(self._frames) > 2:
            self._frames.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        self._frames.clear()

    @property
    def size_bytes(self) -> int:
        """Return the memory in use."""
        return sum(frame.size_bytes for frame in self._frames.values())
