"""Decides what the Statistics panel shows: the region, or the whole picture."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, QRect, Slot
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from ui.controllers.compare_controller import CompareController
from ui.core_texts import core_text
from ui.models.error_maps import (
    LUMA,
    ErrorMap,
    Pixels,
    RegionStatistics,
    region_statistics,
)
from ui.models.run_model import Pair
from ui.models.selection import Selection
from ui.views.compare_view import CompareView
from ui.views.statistics_view import StatisticsView
from ui.widgets.frame import Frame
from ui.widgets.histogram import Spread, spread_of
from ui.worker import Jobs

MOST_PIXELS = 1_000_000  # a 4K picture is thinned out; the statistics stay exact


@dataclass(frozen=True)
class _Numbers:
    """What the panel shows: statistics of A, B and their difference, levels and errors."""

    statistics: tuple[RegionStatistics, ...]
    levels: Spread
    errors: Spread


class StatisticsController(QObject):
    """Follows the pictures on the canvas and the region drawn on it."""

    def __init__(
        self,
        view: StatisticsView,
        compare_view: CompareView,
        compare: CompareController,
        selection: Selection,
    ) -> None:
        """Wire `view` to the canvas."""
        super().__init__(view)
        self._view, self._canvas = view, compare_view.canvas
        self._compare, self._selection = compare, selection
        self._region: QRect | None = None
        self._frames: tuple[Frame | None, Frame | None] = (None, None)
        self._why = ""
        self._asked = 0
        self._jobs = Jobs("statistics", self)
        self._jobs.finished.connect(self._on_numbers)
        compare.frames_shown.connect(self._on_frames)
        compare.frames_missing.connect(self._on_missing)
        selection.pair_changed.connect(self._on_pair)
        compare.canvas.maps.map_ready.connect(self._on_map)
        self._canvas.region_chosen.connect(self._on_region)
        view.whole_clicked.connect(self.forget_region)
        view.copy_clicked.connect(self.copy_crops)
        self._show()

    @Slot(object, object)
    def _on_frames(self, a: Frame | None, b: Frame | None) -> None:
        self._frames = (a, b)
        if self._region is not None:
            self._canvas.mark(self._region)
        self._show()

    @Slot(str)
    def _on_missing(self, why: str) -> None:
        self._frames, self._why = (None, None), why
        self._show()

    @Slot(object)
    def _on_pair(self, pair: Pair | None) -> None:
        if pair is None:
            self._on_missing("")

    @Slot(object)
    def _on_map(self, error: ErrorMap | None) -> None:
        self._show()

    @Slot(QRect)
    def _on_region(self, region: QRect) -> None:
        self._region = region
        self._show()

    @Slot()
    def forget_region(self) -> None:
        """Show the whole picture again."""
        self._region = None
        self._canvas.mark(None)
        self._show()

    def shutdown(self) -> None:
        """End the thread."""
        self._jobs.shutdown()

    def _show(self) -> None:
        """Ask for the numbers; for a 4K picture they take most of a second."""
        self._asked += 1
        self._jobs.drop_pending()
        a, b = (self._cut(frame) for frame in self._frames)
        if a is None or b is None or a.shape != b.shape:
            self._show_nothing()
            return
        self._view.show_computing()
        self._view.show_title(self._title(), is_region=self._region is not None)
        error = self._compare.canvas.maps.current
        values = _cut(error.values, self._region) if error is not None else None
        self._jobs.submit((self._asked, error), lambda: _measure(a, b, values))

    @Slot(object, object)
    def _on_numbers(self, key: tuple[int, ErrorMap | None], numbers: _Numbers) -> None:
        asked, error = key
        if asked != self._asked:
            return
        axis = ""
        if error is not None:
            name, unit = core_text(error.name), core_text(error.unit)
            axis = f"{name} ({unit})" if unit else name
        self._view.show_statistics(numbers.statistics)
        self._view.show_histograms(numbers.levels, numbers.errors, axis)

    def _show_nothing(self) -> None:
        """Say why there are no numbers: without two pictures of one size there are none."""
        a, b = self._frames
        if a is not None and b is not None and a.size != b.size:
            text = self.tr(
                "A is {0} × {1}, B is {2} × {3} pixels. Their levels cannot be subtracted."
            )
            shown = self.tr("A and B are not comparable"), text.format(*a.size, *b.size)
        elif self._selection.pair is None:
            text = self.tr(
                "Choose a pair: means, deviations and histograms of its pictures appear."
            )
            shown = self.tr("No pair is chosen"), text
        else:
            shown = self.tr("No picture"), self._why
        self._view.show_nothing(*shown)

    def _title(self) -> str:
        if self._region is None:
            return self.tr("Whole picture, 8-bit levels")
        r = self._region
        return self.tr("Region {0} × {1} at ({2}, {3}), 8-bit levels").format(
            r.width(), r.height(), r.x(), r.y()
        )

    def _cut(self, frame: Frame | None) -> Pixels | None:
        return _cut(frame.pixels, self._region) if frame is not None else None

    @Slot()
    def copy_crops(self) -> None:
        """Put the region of the reference and of every candidate on the clipboard, at 1:1."""
        run, pair = self._selection.run, self._selection.pair
        if run is None or pair is None or self._region is None:
            return
        paths = [pair.image("reference")]
        paths += [other.image("candidate") for other in run.candidates_of(pair)]
        frames = [frame for frame in map(self._compare.loader.get, paths) if frame is not None]
        crops = [frame.image.copy(self._region) for frame in frames]
        QApplication.clipboard().setImage(_side_by_side(crops))


def _cut(values: np.ndarray, region: QRect | None) -> np.ndarray:
    if region is None:
        return values
    return values[region.top() : region.bottom() + 1, region.left() : region.right() + 1]


def _measure(a: Pixels, b: Pixels, error: np.ndarray | None) -> _Numbers:
    delta = b.astype(np.int16) - a.astype(np.int16)
    return _Numbers(
        statistics=tuple(region_statistics(values) for values in (a, b, delta)),
        levels=spread_of([("A", _luma(a), "side_a"), ("B", _luma(b), "side_b")]),
        errors=spread_of([("error", error.reshape(-1), "accent")] if error is not None else []),
    )


def _luma(pixels: Pixels) -> np.ndarray:
    step = max(1, round((pixels.shape[0] * pixels.shape[1] / MOST_PIXELS) ** 0.5))
    return (pixels[::step, ::step].astype(np.float32) @ LUMA).reshape(-1)


def _side_by_side(crops: list[QImage], gap: int = 4) -> QImage:
    width = sum(crop.width() for crop in crops) + gap * (len(crops) - 1)
    height = max((crop.height() for crop in crops), default=1)
    made = QImage(max(width, 1), height, QImage.Format.Format_RGB32)
    made.fill(0xFFFFFF)
    painter = QPainter(made)
    left = 0
    for crop in crops:
        painter.drawImage(left, 0, crop)
        left += crop.width() + gap
    painter.end()
    return made
