"""The frame around what has the keyboard, for widgets that draw themselves."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from ui.theme import current_theme

WIDTH = 2.0


def draw_focus_frame(painter: QPainter, widget: QWidget) -> None:
    """Draw a frame at the inside of `widget`, if it has the focus; in its own coordinates."""
    if widget.hasFocus():
        painter.setPen(QPen(current_theme().color("accent"), WIDTH))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        half = WIDTH / 2
        painter.drawRect(QRectF(widget.rect()).adjusted(half, half, -half, -half))
