"""Draws the modes of the comparison canvas; everything is in device pixels."""

import math
from typing import Protocol

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen

from ui.theme import current_theme
from ui.widgets.frame import Frame

GAP = 6
VALUES_FROM_ZOOM = 56
MARGIN = 10


class Drawn(Protocol):
    """What is drawn: two pictures or many, how they share the canvas and where each one lies.

    Attributes:
        frame_map: The difference, as a picture of its own.
        grid: Label and picture of each tile.
        message: Shown in place of the pictures.
        split: Where the slider stands, as a fraction of the picture.
        blend: The share of B in a mix.
        nudge: Whole pixels that B is shifted by against A.
        marked: A rectangle of picture pixels to draw a frame around.
        pinned: A picture pixel to draw a frame around.
        cursor_point: Where the loupe looks, in device pixels.
    """

    frame_a: Frame | None
    frame_b: Frame | None
    frame_map: Frame | None
    grid: list[tuple[str, Frame]]
    label_a: str
    label_b: str
    message: str
    split: float
    is_split_vertical: bool
    blend: float
    is_a_held: bool
    is_loupe_held: bool
    nudge: tuple[int, int]
    marked: QRect | None
    pinned: QPoint | None
    cursor_point: QPointF

    @property
    def mode(self) -> str:
        """Return how the pictures share the canvas."""

    @property
    def shows_a_in_place(self) -> bool:
        """Return whether a one-picture mode shows A now."""

    def width(self) -> int:
        """Return the width in logical pixels."""

    def height(self) -> int:
        """Return the height in logical pixels."""

    def panes(self) -> list[QRectF]:
        """Return the panes of the mode, in device pixels."""

    def zoom(self) -> float:
        """Return device pixels per picture pixel."""

    def picture_rect(self, pane_index: int = 0) -> QRectF:
        """Return where the whole picture of a pane lies, in device pixels."""

    def pixel_at(self, point: QPointF) -> tuple[int, int] | None:
        """Return the picture pixel under `point` (device pixels), None outside."""


def tile(area: QRectF, count: int) -> list[QRectF]:
    """Return `count` panes that fill `area` in rows, as square as they go."""
    columns = count if count <= 3 else math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    width = (area.width() - GAP * (columns - 1)) / columns
    height = (area.height() - GAP * (rows - 1)) / rows
    return [
        QRectF((at % columns) * (width + GAP), (at // columns) * (height + GAP), width, height)
        for at in range(count)
    ]


def usable(pane: QRectF) -> QRectF:
    """Return the part of a pane that a fitted picture fills."""
    return pane.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)


def picture_rect(pane: QRectF, size: QSizeF, zoom: float, centre: QPointF) -> QRectF:
    """Return where the whole picture lies when `centre` (a fraction) is in the pane's middle."""
    left = pane.center().x() - centre.x() * size.width() * zoom
    top = pane.center().y() - centre.y() * size.height() * zoom
    # Whole device pixels: at 100 % a picture pixel must not straddle two screen pixels.
    return QRectF(round(left), round(top), size.width() * zoom, size.height() * zoom)


def draw(painter: QPainter, canvas: Drawn, ratio: float) -> None:
    """Draw the canvas in its mode."""
    a, b = canvas.frame_a, canvas.frame_b
    if canvas.message or (a is None and b is None):
        _message(painter, canvas, ratio)
        return
    mode = canvas.mode
    if mode == "side":
        _sides(painter, canvas, ratio)
    elif mode == "grid" and canvas.grid:
        _grid(painter, canvas, ratio)
    elif mode == "split" and a is not None and b is not None and not canvas.is_a_held:
        _split(painter, canvas, ratio)
    else:
        _single(painter, canvas, ratio)
    pixel = QRect(canvas.pinned, QSize(1, 1)) if canvas.pinned is not None else None
    for region in (canvas.marked, pixel):
        for at in range(len(canvas.panes()) if region is not None else 0):
            _mark(painter, canvas, at, region, ratio)
    if canvas.is_loupe_held:
        _loupe(painter, canvas, ratio)


def draw_frame(
    painter: QPainter, frame: Frame, pane: QRectF, rect: QRectF, zoom: float, opacity: float = 1.0
) -> None:
    """Draw `frame` over `rect`, clipped to `pane`: area average below 100 %, nearest above."""
    painter.save()
    painter.setClipRect(pane, Qt.ClipOperation.IntersectClip)
    painter.setOpacity(opacity)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    if zoom < 1:
        painter.drawImage(rect.topLeft(), frame.scaled(zoom))
    else:
        seen = pane.intersected(rect)
        if not seen.isEmpty():
            x0 = max(0, math.floor((seen.left() - rect.left()) / zoom))
            y0 = max(0, math.floor((seen.top() - rect.top()) / zoom))
            x1 = min(frame.width, math.ceil((seen.right() - rect.left()) / zoom))
            y1 = min(frame.height, math.ceil((seen.bottom() - rect.top()) / zoom))
            source = QRectF(x0, y0, x1 - x0, y1 - y0)
            target = QRectF(
                rect.left() + x0 * zoom, rect.top() + y0 * zoom, (x1 - x0) * zoom, (y1 - y0) * zoom
            )
            painter.drawImage(target, frame.image, source)
            if zoom >= VALUES_FROM_ZOOM:
                _values(painter, frame, (x0, y0, x1, y1), rect, zoom)
    painter.restore()


def _single(painter: QPainter, canvas: Drawn, ratio: float) -> None:
    """Draw one picture, or a mix, in place."""
    pane, rect, zoom = canvas.panes()[0], canvas.picture_rect(), canvas.zoom()
    a, b = canvas.frame_a, canvas.frame_b
    mode = canvas.mode
    shifted = rect.translated(canvas.nudge[0] * zoom, canvas.nudge[1] * zoom)
    if mode == "difference" and canvas.frame_map is not None and not canvas.is_a_held:
        draw_frame(painter, canvas.frame_map, pane, rect, zoom)
        pill(painter, pane, "B - A", "", "text", ratio)
        return
    if mode == "blend" and a is not None and b is not None and not canvas.is_a_held:
        draw_frame(painter, a, pane, rect, zoom)
        draw_frame(painter, b, pane, shifted, zoom, canvas.blend)
        pill(painter, pane, "A", canvas.label_a, "side_a", ratio)
        pill(painter, pane, "B", canvas.label_b, "side_b", ratio, right=True)
        return
    if a is not None and (canvas.shows_a_in_place or b is None):
        draw_frame(painter, a, pane, rect, zoom)
        pill(painter, pane, "A", canvas.label_a, "side_a", ratio)
    elif b is not None:
        draw_frame(painter, b, pane, shifted, zoom)
        pill(painter, pane, "B", canvas.label_b, "side_b", ratio)


def _split(painter: QPainter, canvas: Drawn, ratio: float) -> None:
    """Draw A before and B after the slider."""
    a, b = canvas.frame_a, canvas.frame_b
    if a is None or b is None:
        return
    pane, rect, zoom = canvas.panes()[0], canvas.picture_rect(), canvas.zoom()
    shifted = rect.translated(canvas.nudge[0] * zoom, canvas.nudge[1] * zoom)
    if canvas.is_split_vertical:
        at = min(max(rect.left() + canvas.split * rect.width(), pane.left()), pane.right())
        first = QRectF(pane.left(), pane.top(), at - pane.left(), pane.height())
        second = QRectF(at, pane.top(), pane.right() - at, pane.height())
        line = (QPointF(at, pane.top()), QPointF(at, pane.bottom()))
    else:
        at = min(max(rect.top() + canvas.split * rect.height(), pane.top()), pane.bottom())
        first = QRectF(pane.left(), pane.top(), pane.width(), at - pane.top())
        second = QRectF(pane.left(), at, pane.width(), pane.bottom() - at)
        line = (QPointF(pane.left(), at), QPointF(pane.right(), at))
    draw_frame(painter, a, first, rect, zoom)
    draw_frame(painter, b, second, shifted, zoom)
    painter.setPen(QPen(QColor(0, 0, 0, 150), 3 * ratio))
    painter.drawLine(*line)
    painter.setPen(QPen(QColor("#ffffff"), 1.4 * ratio))
    painter.drawLine(*line)
    _handle(painter, (line[0] + line[1]) / 2, canvas.is_split_vertical, ratio)
    pill(painter, pane, "A", canvas.label_a, "side_a", ratio)
    bottom = not canvas.is_split_vertical
    pill(painter, pane, "B", canvas.label_b, "side_b", ratio, right=not bottom, bottom=bottom)


def _handle(painter: QPainter, middle: QPointF, vertical: bool, ratio: float) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(middle)
    painter.rotate(0 if vertical else 90)
    painter.setPen(QPen(QColor(0, 0, 0, 160), 1.2 * ratio))
    painter.setBrush(QColor("#ffffff"))
    painter.drawEllipse(QPointF(0, 0), 12 * ratio, 12 * ratio)
    painter.setPen(QPen(QColor("#20242b"), 1.8 * ratio))
    for side in (-1, 1):
        tip = QPointF(side * 7 * ratio, 0)
        painter.drawLine(tip, QPointF(side * 3.5 * ratio, -3.5 * ratio))
        painter.drawLine(tip, QPointF(side * 3.5 * ratio, 3.5 * ratio))
    painter.restore()


def _sides(painter: QPainter, canvas: Drawn, ratio: float) -> None:
    zoom = canvas.zoom()
    sides = (
        (canvas.frame_a, "A", canvas.label_a, "side_a"),
        (canvas.frame_b, "B", canvas.label_b, "side_b"),
    )
    for at, (pane, (frame, letter, label, token)) in enumerate(
        zip(canvas.panes(), sides, strict=True)
    ):
        shown = canvas.frame_a if canvas.is_a_held else frame
        if shown is not None:
            draw_frame(painter, shown, pane, canvas.picture_rect(at), zoom)
        pill(painter, pane, letter, label, token, ratio)


def _grid(painter: QPainter, canvas: Drawn, ratio: float) -> None:
    zoom = canvas.zoom()
    for at, (pane, (label, frame)) in enumerate(zip(canvas.panes(), canvas.grid, strict=True)):
        shown = canvas.frame_a if canvas.is_a_held and canvas.frame_a is not None else frame
        draw_frame(painter, shown, pane, canvas.picture_rect(at), zoom)
        letter, token = ("A", "side_a") if at == 0 else (str(at), "side_b")
        pill(painter, pane, letter, label, token, ratio)


def pill(
    painter: QPainter,
    pane: QRectF,
    letter: str,
    label: str,
    token: str,
    ratio: float,
    *,
    right: bool = False,
    bottom: bool = False,
) -> None:
    """Draw a name in a corner of `pane`: a letter in a shape of its own, then words."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    theme = current_theme()
    font = QFont(painter.font())
    font.setPixelSize(round(12 * ratio))
    font.setBold(True)
    painter.setFont(font)
    metrics = painter.fontMetrics()
    height, pad = 24 * ratio, 8 * ratio
    badge = max(height, metrics.horizontalAdvance(letter) + 2 * pad)
    room = pane.width() - 2 * pad - badge
    text = metrics.elidedText(label, Qt.TextElideMode.ElideRight, int(max(room - 2 * pad, 0)))
    words = metrics.horizontalAdvance(text) + 2 * pad if text else 0
    width = badge + words
    left = pane.right() - width - pad if right else pane.left() + pad
    top = pane.bottom() - height - pad if bottom else pane.top() + pad
    box = QRectF(left, top, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    back = QColor(theme.color("surface"))
    back.setAlpha(235)
    painter.setBrush(back)
    painter.drawRoundedRect(box, 5 * ratio, 5 * ratio)
    painter.setBrush(theme.color(token))
    shape = QRectF(left, top, badge, height)
    radius = height / 2 if letter == "A" else 4 * ratio  # A is round, B is square: not colour alone
    painter.drawRoundedRect(shape.adjusted(2, 2, -2, -2), radius, radius)
    painter.setPen(theme.color("surface"))
    painter.drawText(shape, Qt.AlignmentFlag.AlignCenter, letter)
    painter.setPen(theme.color("text"))
    painter.drawText(
        QRectF(left + badge + pad * 0.6, top, words, height), Qt.AlignmentFlag.AlignVCenter, text
    )
    painter.restore()


def _values(
    painter: QPainter,
    frame: Frame,
    box: tuple[int, int, int, int],
    rect: QRectF,
    zoom: float,
) -> None:
    """Write each pixel's red, green and blue into it."""
    font = QFont(painter.font())
    font.setPixelSize(max(9, round(zoom / 5)))
    painter.setFont(font)
    x0, y0, x1, y1 = box
    for y in range(y0, y1):
        for x in range(x0, x1):
            red, green, blue = frame.pixels[y, x].tolist()
            dark = 0.2126 * red + 0.7152 * green + 0.0722 * blue < 140
            painter.setPen(QColor("#ffffff" if dark else "#000000"))
            cell = QRectF(rect.left() + x * zoom, rect.top() + y * zoom, zoom, zoom)
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, f"{red}\n{green}\n{blue}")


def _mark(painter: QPainter, canvas: Drawn, at: int, region: QRect | None, ratio: float) -> None:
    if region is None:
        return
    rect, zoom = canvas.picture_rect(at), canvas.zoom()
    box = QRectF(
        rect.left() + region.x() * zoom,
        rect.top() + region.y() * zoom,
        region.width() * zoom,
        region.height() * zoom,
    )
    painter.setPen(QPen(QColor(0, 0, 0, 170), 3 * ratio))
    painter.drawRect(box)
    painter.setPen(QPen(QColor("#ffd54a"), 1.4 * ratio, Qt.PenStyle.DashLine))
    painter.drawRect(box)


def _loupe(painter: QPainter, canvas: Drawn, ratio: float) -> None:
    """Draw A, B and the difference around the cursor, eight times larger than they are shown."""
    here = canvas.pixel_at(canvas.cursor_point)
    if here is None:
        return
    pictures = [("A", canvas.frame_a, "side_a"), ("B", canvas.frame_b, "side_b")]
    if canvas.frame_map is not None:
        pictures.append(("Δ", canvas.frame_map, "text"))
    side, zoom = 150 * ratio, max(8.0, 8 * canvas.zoom())
    area = QRectF(0, 0, canvas.width() * ratio, canvas.height() * ratio)
    total = side * len(pictures) + GAP * (len(pictures) - 1)
    left = min(max(canvas.cursor_point.x() - total / 2, MARGIN), area.right() - total - MARGIN)
    above = canvas.cursor_point.y() - side - 24 * ratio
    top = above if above > MARGIN else canvas.cursor_point.y() + 24 * ratio
    for at, (letter, frame, token) in enumerate(pictures):
        if frame is None:
            continue
        pane = QRectF(left + at * (side + GAP), top, side, side)
        centre = QPointF((here[0] + 0.5) / frame.width, (here[1] + 0.5) / frame.height)
        rect = picture_rect(pane, QSizeF(*frame.size), zoom, centre)
        path = QPainterPath()
        path.addRect(pane.adjusted(-2, -2, 2, 2))
        painter.fillPath(path, current_theme().color("surface"))
        draw_frame(painter, frame, pane, rect, zoom)
        painter.setPen(QPen(current_theme().color(token), 2 * ratio))
        painter.drawRect(pane)
        pill(painter, pane, letter, "", token, ratio)


def _message(painter: QPainter, canvas: Drawn, ratio: float) -> None:
    font = QFont(painter.font())
    font.setPixelSize(round(14 * ratio))
    painter.setFont(font)
    painter.setPen(current_theme().color("canvas_text"))
    area = QRectF(0, 0, canvas.width() * ratio, canvas.height() * ratio)
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(area.adjusted(30, 30, -30, -30), flags, canvas.message)
