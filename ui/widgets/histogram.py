"""A small histogram with labelled axes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import current_theme

BINS = 24
MANY = 100  # values; fewer of them can have few levels by chance
SAMPLE = 4096  # values that are looked at for levels: a 4K picture has eight million
Series = tuple[str, NDArray[np.generic], str]


@dataclass(frozen=True)
class Spread:
    """How often values fall into each of the bins from `low` to `high`.

    Attributes:
        low: The least value.
        high: The greatest value.
        pad: How far the first bin begins before `low`, and the last ends behind `high`.
        counts: Colour token and counts of every series that has values.
    """

    low: float = 0.0
    high: float = 1.0
    pad: float = 0.0
    counts: tuple[tuple[str, NDArray[np.int64]], ...] = ()


def spread_of(series: Sequence[Series]) -> Spread:
    """Count `series` (name, values, colour token) over common bins; for any thread.

    >>> spread_of([("a", np.array([0.0, 1.0, np.nan]), "accent")]).counts[0][1].sum()
    np.int64(2)
    """
    finite = [(token, values[np.isfinite(values)]) for _, values, token in series]
    known = [(token, values) for token, values in finite if values.size]
    if not known:
        return Spread()
    low = min(float(values.min()) for _, values in known)
    high = max(float(values.max()) for _, values in known)
    if high <= low:
        high, low = low + 0.5, low - 0.5
    bins, pad = _bins_of([values for _, values in known], low, high)
    edges = (low - pad, high + pad)
    counts = tuple(
        (token, np.histogram(values, bins=bins, range=edges)[0]) for token, values in known
    )
    return Spread(low, high, pad, counts)


def _bins_of(series: Sequence[NDArray[np.generic]], low: float, high: float) -> tuple[int, float]:
    """Return how many bins there shall be, and how far the outer ones reach beyond the values.

    Values that lie on a few levels get a bin a level: other bins would stay empty between them.
    """
    if sum(values.size for values in series) < MANY:
        return BINS, 0.0
    levels = [np.array([low, high])]
    levels += [values[:: max(1, values.size // SAMPLE)].astype(float) for values in series]
    steps = np.diff(np.unique(np.round(np.concatenate(levels), 3)))
    gap = float(steps.min()) if steps.size else 0.0
    count = round((high - low) / gap) + 1 if gap else BINS + 1
    return (count, (high - low) / (count - 1) / 2) if 1 < count <= BINS else (BINS, 0.0)


class Histogram(QWidget):
    """Shows how values are spread, one colour a series, with the value of one sample marked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.spread = Spread()
        self._axis = ""
        self._mark: float | None = None
        self._log = False
        self.show_spread(Spread(), "")

    def sizeHint(self) -> QSize:
        """Ask for a flat box."""
        return QSize(180, 120)

    def show_spread(
        self, spread: Spread, axis: str, mark: float | None = None, *, log: bool = False
    ) -> None:
        """Show `spread` over the axis `axis`; `mark` is one value."""
        self.spread = spread
        self._axis, self._mark, self._log = axis, mark, log
        title = self.tr("Histogram of {0}").format(axis) if axis else self.tr("Histogram")
        self.setAccessibleName(title)
        self._describe()
        self.update()

    def _describe(self) -> None:
        """Tell a screen reader the range, how many values there are, and which is marked."""
        if not self.spread.counts:
            self.setAccessibleDescription(self.tr("no values"))
            return
        total = sum(int(counts.sum()) for _, counts in self.spread.counts)
        text = self.tr("{0} values from {1:.4g} to {2:.4g}").format(
            total, self.spread.low, self.spread.high
        )
        if self._mark is not None:
            text += self.tr("; marked: {0:.4g}").format(self._mark)
        self.setAccessibleDescription(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw bars or steps, the axis and its end values."""
        painter = QPainter(self)
        theme = current_theme()
        line = self.fontMetrics().height()
        plot = QRectF(4, 4, self.width() - 8, self.height() - 2 * line - 8)
        painter.setPen(theme.color("border"))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())
        painter.setPen(theme.color("muted"))
        below = QRectF(4, plot.bottom() + 2, plot.width(), line)
        title = QRectF(4, plot.bottom() + 2 + line, plot.width(), line)
        painter.drawText(title, Qt.AlignmentFlag.AlignHCenter, self._axis)
        low, high = self.spread.low, self.spread.high
        if not self.spread.counts:
            painter.drawText(plot, Qt.AlignmentFlag.AlignCenter, self.tr("no values"))
            painter.end()
            return
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, f"{low:.4g}")
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, f"{high:.4g}")
        for token, counts in self.spread.counts:
            self._bars(painter, plot, counts, theme.color(token))
        if self._mark is not None and low <= self._mark <= high:
            pad = self.spread.pad
            share = (self._mark - low + pad) / (high - low + 2 * pad)
            x = plot.left() + share * plot.width()
            painter.setPen(QPen(theme.color("warn"), 2))
            painter.drawLine(int(x), int(plot.top()), int(x), int(plot.bottom()))
        painter.end()

    def _bars(
        self, painter: QPainter, plot: QRectF, counts: NDArray[np.int64], color: QColor
    ) -> None:
        heights = np.log1p(counts) if self._log else counts.astype(float)
        top = float(heights.max()) or 1.0
        fill = QColor(color)
        fill.setAlpha(110 if len(self.spread.counts) > 1 else 190)
        step = plot.width() / len(counts)
        for at, height in enumerate(heights):
            size = plot.height() * float(height) / top
            box = QRectF(plot.left() + at * step + 0.5, plot.bottom() - size, step - 1, size)
            painter.fillRect(box, fill)
