"""Loads the pictures of a pair off the GUI thread, and those of its neighbours ahead of time."""

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from ui.models.frames import FrameCache
from ui.widgets.frame import Frame, load_pixels
from ui.worker import Jobs


class FrameLoader(QObject):
    """Gives decoded pictures; a picture that is kept costs nothing.

    Signals:
        loaded: The picture of this path is in the cache now.
        failed: The path and why it could not be read.
    """

    loaded = Signal(object)
    failed = Signal(object, str)

    def __init__(self, zoom: Callable[[], float], parent: QObject | None = None) -> None:
        """Scale each picture to what `zoom` says while it is loaded."""
        super().__init__(parent)
        self.cache = FrameCache()
        self._zoom = zoom
        self._asked: set[Path] = set()
        self._jobs = Jobs("pictures", self)
        self._jobs.finished.connect(self._on_finished)
        self._jobs.failed.connect(self._on_failed)

    def get(self, path: Path | None) -> Frame | None:
        """Return the picture of `path` if it is there already."""
        return self.cache.get(path) if path is not None else None

    def ask(self, paths: Iterable[Path | None]) -> None:
        """Load `paths` in this order, forgetting what was asked for before and not begun."""
        self._jobs.drop_pending()
        self._asked.clear()
        for path in paths:
            if path is not None and self.cache.get(path) is None and path not in self._asked:
                self._asked.add(path)
                self._jobs.submit(path, self._job(path))

    def shutdown(self) -> None:
        """End the thread."""
        self._jobs.shutdown()

    def _job(self, path: Path) -> Callable[[], Frame]:
        zoom = self._zoom()

        def load() -> Frame:
            frame = Frame(load_pixels(path))
            if zoom < 1:
                frame.scaled(zoom)
            return frame

        return load

    @Slot(object, object)
    def _on_finished(self, path: Path, frame: Frame) -> None:
        self._asked.discard(path)
        self.cache.put(path, frame)
        self.loaded.emit(path)

    @Slot(object, str)
    def _on_failed(self, path: Path, message: str) -> None:
        self._asked.discard(path)
        self.failed.emit(path, message)
