"""Round numbers for axes, and the frame that our small plots share."""

import math
from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from ui.theme import current_theme


def nice_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return round values between `low` and `high`.

    >>> nice_ticks(0.0, 9.3)
    [0.0, 2.0, 4.0, 6.0, 8.0]
    """
    span = high - low
    if span <= 0 or not math.isfinite(span):
        return [low]
    raw = span / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)]


def tick_texts(ticks: Sequence[float]) -> list[str]:
    """Return the ticks as text, all with the digits that tell them apart.

    >>> tick_texts([21200.0, 21400.0]), tick_texts([0.5, 0.75]), tick_texts([2e-05, 4e-05])
    (['21,200', '21,400'], ['0.50', '0.75'], ['2e-05', '4e-05'])
    """
    step = min((b - a for a, b in pairwise(ticks)), default=abs(ticks[0]) if ticks else 1.0)
    most = max((abs(value) for value in ticks), default=0.0)
    if 0 < most < 1e-3 or most >= 1e7:
        return [f"{value:.4g}" for value in ticks]
    digits = 0
    while digits < 6 and abs(step * 10**digits - round(step * 10**digits)) > 1e-6:
        digits += 1
    return [f"{value + 0.0:,.{digits}f}" for value in ticks]


def draw_frame(
    painter: QPainter,
    plot: QRectF,
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    x_title: str,
    y_title: str,
) -> None:
    """Draw grid, tick labels and titles around `plot`."""
    theme, line = current_theme(), painter.fontMetrics().height()
    ticks = nice_ticks(*y_range, most=4)
    for value, text in zip(ticks, tick_texts(ticks), strict=True):
        y = plot.bottom() - (value - y_range[0]) / (y_range[1] - y_range[0]) * plot.height()
        painter.setPen(theme.color("border"))
        painter.drawLine(int(plot.left()), int(y), int(plot.right()), int(y))
        painter.setPen(theme.color("muted"))
        box = QRectF(0, y - line / 2, plot.left() - 6, line)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight, text)
    ticks = nice_ticks(*x_range, most=5)
    for value, text in zip(ticks, tick_texts(ticks), strict=True):
        x = plot.left() + (value - x_range[0]) / max(x_range[1] - x_range[0], 1e-12) * plot.width()
        box = QRectF(x - 40, plot.bottom() + 3, 80, line)
        painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, text)
    painter.setPen(theme.color("border_strong"))
    painter.drawLine(plot.bottomLeft(), plot.bottomRight())
    painter.setPen(theme.color("muted"))
    below = QRectF(plot.left(), plot.bottom() + 3 + line, plot.width(), line)
    painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, x_title)
    above = QRectF(0, 0, plot.right(), line)
    painter.drawText(above, Qt.AlignmentFlag.AlignLeft, y_title)


def room_for_ticks(painter: QPainter, y_range: tuple[float, float]) -> int:
    """Return how wide the labels of the upright axis are, in pixels."""
    metrics = painter.fontMetrics()
    texts = tick_texts(nice_ticks(*y_range, most=4))
    return max((metrics.horizontalAdvance(text) for text in texts), default=0) + 8
