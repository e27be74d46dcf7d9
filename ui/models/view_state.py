"""Where all views of a comparison look: one centre and one zoom, shared.

Each pane derives what it shows from its own size. Nothing is linked view to view, so resizing one
can never move another (pyqtgraph's axis links do: pyqtgraph issue 1348).
"""

from PySide6.QtCore import QObject, QPointF, QSizeF, Signal

ZOOM_MIN, ZOOM_MAX = 1 / 64, 128.0


class ViewState(QObject):
    """The shared (centre, zoom), and each pane's own offset while it is unlinked.

    The centre is a fraction of the image, so that it survives a pair of another size. The zoom is
    in device pixels per image pixel; None means "fit".

    Signals:
        changed: What is shown moved.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Start at fit, linked."""
        super().__init__(parent)
        self._centre = QPointF(0.5, 0.5)
        self._zoom: float | None = None
        self._linked = True
        self._offsets: dict[int, QPointF] = {}

    @property
    def is_fit(self) -> bool:
        """Return whether each pane shows the whole image."""
        return self._zoom is None

    @property
    def is_linked(self) -> bool:
        """Return whether panning one pane moves all."""
        return self._linked

    def zoom_in(self, pane: QSizeF, image: QSizeF) -> float:
        """Return the zoom of a pane of size `pane` (device pixels) that shows `image` (pixels)."""
        if self._zoom is not None:
            return self._zoom
        if image.isEmpty() or pane.isEmpty():
            return 1.0
        fit = min(pane.width() / image.width(), pane.height() / image.height())
        return float(min(max(fit, ZOOM_MIN), ZOOM_MAX))

    def centre_of(self, pane_index: int) -> QPointF:
        """Return the centre of pane `pane_index`, as a fraction of the image."""
        if self._zoom is None:
            return QPointF(0.5, 0.5)
        return self._centre + self._offsets.get(pane_index, QPointF(0, 0))

    def fit(self) -> None:
        """Show the whole image in every pane."""
        self._zoom = None
        self._centre = QPointF(0.5, 0.5)
        self.changed.emit()

    def reset(self) -> None:
        """Show the whole image and forget the panes' own offsets."""
        self._offsets.clear()
        self.fit()

    def set_linked(self, linked: bool) -> None:
        """Link or unlink; linking again keeps the offsets, so nothing jumps."""
        self._linked = linked
        self.changed.emit()

    def set_zoom(self, zoom: float, centre: QPointF | None = None) -> None:
        """Show `zoom` device pixels per image pixel around `centre`."""
        self._zoom = min(max(zoom, ZOOM_MIN), ZOOM_MAX)
        if centre is not None:
            self._centre = _inside(centre)
        self.changed.emit()

    def zoom_at(self, factor: float, point: QPointF, pane_index: int, zoom: float) -> None:
        """Zoom by `factor` so that `point` (a fraction of the image) stays where it is.

        Args:
            factor: Above 1 comes closer.
            point: What lies under the cursor.
            pane_index: The pane that the cursor is in.
            zoom: The zoom that the pane shows now.
        """
        wanted = min(max(zoom * factor, ZOOM_MIN), ZOOM_MAX)
        centre = self.centre_of(pane_index)
        kept = point + (centre - point) * (zoom / wanted)
        self._zoom = wanted
        self._centre = _inside(kept - self._offsets.get(pane_index, QPointF(0, 0)))
        self.changed.emit()

    def pan(self, by: QPointF, pane_index: int, zoom: float) -> None:
        """Move by a fraction of the image: all panes when linked, else this one only."""
        if self._zoom is None:
            self._zoom = zoom
        if self._linked:
            self._centre = _inside(self._centre + by)
        else:
            self._offsets[pane_index] = self._offsets.get(pane_index, QPointF(0, 0)) + by
        self.changed.emit()


def _inside(point: QPointF) -> QPointF:
    return QPointF(min(max(point.x(), 0.0), 1.0), min(max(point.y(), 0.0), 1.0))
