"""Decides what the difference view shows: which map, which gain, which scale."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, QRect, Signal, Slot

from ui.core_texts import core_text
from ui.models.error_maps import ALL_MAPS, FAST, ErrorMap, Pixels, worst_tiles
from ui.views.compare_view import CompareView
from ui.widgets import colormap
from ui.widgets.frame import Frame
from ui.worker import Jobs

MapFn = Callable[[str, Pixels, Pixels], ErrorMap]
FULL_GAIN_HALF_STOPS = 16


class MapController(QObject):
    """Owns the error maps of the pair that is shown.

    Signals:
        map_ready: A map is shown (ErrorMap), or None when there can be none.
    """

    map_ready = Signal(object)

    def __init__(
        self, view: CompareView, perceptual: MapFn | None = None, parent: QObject | None = None
    ) -> None:
        """Compute SSIM, FLIP and LPIPS maps with `perceptual`, in a worker."""
        super().__init__(parent or view)
        self._view, self._perceptual = view, perceptual
        self.name = "absolute"
        self._gain = 8.0
        self._pair: tuple[Frame, Frame] | None = None
        self._known: dict[str, ErrorMap] = {}
        self._tiles: list[tuple[int, int, int, int]] = []
        self._tile = -1
        self._generation = 0
        self._jobs = Jobs("error maps", self)
        self._jobs.finished.connect(self._on_finished)
        self._jobs.failed.connect(self._on_failed)
        self._drawing = Jobs("map colours", self)  # no gain waits for a map that takes seconds
        self._drawing.finished.connect(self._on_drawn)
        view.map_chosen.connect(self.choose)
        view.gain_changed.connect(self.set_gain)

    @property
    def current(self) -> ErrorMap | None:
        """Return the map that is shown."""
        return self._known.get(self.name)

    def show_pair(self, a: Frame | None, b: Frame | None) -> None:
        """Compare `a` and `b`; sizes that differ give a sentence, never a resize."""
        self._generation += 1
        self._known.clear()
        self._jobs.drop_pending()
        self._tiles, self._tile = [], -1
        self._pair = (a, b) if a is not None and b is not None and a.size == b.size else None
        if self._pair is None:
            note = ""
            if a is not None and b is not None:
                note = self.tr("No difference: A is {0} × {1}, B is {2} × {3} pixels").format(
                    *a.size, *b.size
                )
            self._view.canvas.show_map(None)
            self._view.show_map_scale(None, 0, 0, note)
            self.map_ready.emit(None)
            return
        self._compute()

    @Slot(str)
    def choose(self, name: str) -> None:
        """Show the map `name`."""
        self.name = name
        self._tiles, self._tile = [], -1
        self._view.show_map_name(name)
        self._compute()

    def step(self, by: int) -> None:
        """Show the next or the previous map."""
        self.choose(ALL_MAPS[(ALL_MAPS.index(self.name) + by) % len(ALL_MAPS)])

    @Slot(float)
    def set_gain(self, gain: float) -> None:
        """Draw the map `gain` times brighter."""
        self._gain = gain
        self._draw()

    def step_gain(self, half_stops: int) -> None:
        """Change the gain by half stops."""
        now = round(2 * float(np.log2(self._gain)))
        wanted = min(max(now + half_stops, 0), FULL_GAIN_HALF_STOPS)
        self._view.show_gain(wanted)
        self.set_gain(float(2 ** (wanted / 2)))

    def normalise(self) -> None:
        """Choose the gain at which the largest error has the last colour."""
        error = self.current
        if error is not None:
            most = float(np.abs(error.values).max())
            self.set_gain(error.full_scale / most if most > 0 else 1.0)

    def next_tile(self, by: int) -> QRect | None:
        """Return the next worst tile of the map, None without a map."""
        error = self.current
        if error is None:
            return None
        if not self._tiles:
            self._tiles = worst_tiles(error.values)
        self._tile = (self._tile + by) % len(self._tiles) if self._tile >= 0 else 0
        return QRect(*self._tiles[self._tile])

    def shutdown(self) -> None:
        """End the threads."""
        self._jobs.shutdown()
        self._drawing.shutdown()

    def _compute(self) -> None:
        if self._pair is None:
            return
        if self.name in self._known:
            self._draw()
            return
        a, b = self._pair
        name, perceptual = self.name, self._perceptual
        if name in FAST:
            work = FAST[name]
            self._jobs.submit((self._generation, name), lambda: work(a.pixels, b.pixels))
        elif perceptual is not None:
            self._view.show_map_scale(None, 0, 0, self.tr("Computing the map…"))
            self._jobs.submit(
                (self._generation, name), lambda: perceptual(name, a.pixels, b.pixels)
            )
        else:
            self._fail(self.tr("This map needs the evaluation package, which is not installed."))

    @Slot(object, object)
    def _on_finished(self, key: tuple[int, str], error: ErrorMap) -> None:
        generation, name = key
        if generation == self._generation:
            self._known[name] = error
            if name == self.name:
                self._draw()

    @Slot(object, str)
    def _on_failed(self, key: tuple[int, str], message: str) -> None:
        if key == (self._generation, self.name):
            self._fail(message)

    def _fail(self, message: str) -> None:
        self._view.canvas.show_map(None)
        self._view.show_map_scale(None, 0, 0, core_text(message))

    def _draw(self) -> None:
        """Ask for the map in colours."""
        error = self.current
        if error is None:
            return
        high = error.full_scale / self._gain
        low = -high if error.colormap == "signed" else 0.0
        self._drawing.drop_pending()
        self._drawing.submit(
            (error, low, high, self._gain),
            lambda: Frame(colormap.apply(error.values, low, high, error.colormap)),
        )

    @Slot(object, object)
    def _on_drawn(self, key: tuple[ErrorMap, float, float, float], frame: Frame) -> None:
        error, low, high, gain = key
        if error is not self.current or gain != self._gain:
            return
        self._view.canvas.show_map(frame)
        self._view.show_map_scale(error, low, high, self.tr("Gain {0:.3g}").format(gain))
        self.map_ready.emit(error)
