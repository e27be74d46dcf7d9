"""The frame around what has the keyboard, for widgets and rows that draw themselves."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QWidget

from ui.theme import current_theme

WIDTH = 2.0


def draw_focus_frame(painter: QPainter, widget: QWidget) -> None:
    """Draw a frame at the inside of `widget`, if it has the focus; in its own coordinates."""
    if widget.hasFocus():
        painter.setPen(QPen(current_theme().color("accent"), WIDTH))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        half = WIDTH / 2
        painter.drawRect(QRectF(widget.rect()).adjusted(half, half, -half, -half))


def draw_current_frame(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """Draw a frame at the inside of a row or cell, if it is the one that the keyboard is at."""
    if option.state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QPen(current_theme().color("accent"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(option.rect.adjusted(1, 1, -2, -2))
