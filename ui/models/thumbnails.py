"""Thumbnails, made off the GUI thread and kept in a bounded cache."""

from collections import OrderedDict
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage, QPixmap

from ui.widgets.frame import load_pixels, to_qimage
from ui.worker import Jobs

SIDE = 112
KEPT = 1200


class Thumbnails(QObject):
    """Gives the small picture of a file, at once when known, later otherwise.

    Signals:
        ready: The thumbnail of this path (str) is there now.
    """

    ready = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._known: OrderedDict[Path, QPixmap] = OrderedDict()
        self._asked: set[Path] = set()
        self._jobs = Jobs("thumbnails", self)
        self._jobs.finished.connect(self._on_finished)
        self._jobs.failed.connect(self._on_failed)

    def get(self, path: Path | None) -> QPixmap | None:
        """Return the thumbnail of `path`, or None and ask for it."""
        if path is None:
            return None
        found = self._known.get(path)
        if found is not None:
            self._known.move_to_end(path)
            return found
        if path not in self._asked:
            self._asked.add(path)
            self._jobs.submit(path, lambda: _small(path))
        return None

    def forget_pending(self) -> None:
        """Drop what is not made yet, after a jump elsewhere in the list."""
        self._jobs.drop_pending()
        self._asked.clear()

    def shutdown(self) -> None:
        """End the thread."""
        self._jobs.shutdown()

    @Slot(object, object)
    def _on_finished(self, path: Path, image: QImage) -> None:
        self._asked.discard(path)
        self._known[path] = QPixmap.fromImage(image)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        self.ready.emit(str(path))

    @Slot(object, str)
    def _on_failed(self, path: Path, message: str) -> None:
        # Stays in `_asked`: a broken file is not read again with every repaint.
        self.ready.emit(str(path))


def _small(path: Path) -> QImage:
    """Return the picture of `path` within SIDE x SIDE; pixel art is not blurred up."""
    from PIL import Image  # here: it costs a part of the start-up time

    pixels = load_pixels(path)
    picture = Image.fromarray(pixels)
    factor = SIDE / max(picture.size)
    size = max(1, round(picture.width * factor)), max(1, round(picture.height * factor))
    how = Image.Resampling.BOX if factor < 1 else Image.Resampling.BICUBIC
    return to_qimage(np.asarray(picture.resize(size, how)))
