"""Draws a KPI cell: value, difference to the baseline, gate."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui import icons
from ui.models.kpi_model import CELL_ROLE, STYLE_ROLE, delta_text, is_nothing, value_text
from ui.models.kpi_names import KpiStyle
from ui.models.kpi_pivot import KpiCell
from ui.theme import current_theme
from ui.widgets.focus_frame import draw_current_frame

GATES = {
    "pass": ("accept", "good"),
    "warn": ("warning", "warn"),
    "fail": ("reject", "bad"),
    "not comparable": ("unsure", "muted"),
}
PAD = 8


class KpiDelegate(QStyledItemDelegate):
    """One cell of the KPI table."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return room for value and difference."""
        cell: KpiCell | None = index.data(CELL_ROLE)
        return QSize(170, 46 if cell is not None and cell.delta is not None else 30)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw the cell."""
        cell: KpiCell | None = index.data(CELL_ROLE)
        style: KpiStyle = index.data(STYLE_ROLE)
        rect: QRect = option.rect
        theme = current_theme()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(rect, theme.color("selection" if selected else "surface"))
        painter.setPen(theme.color("border"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        draw_current_frame(painter, option)
        if cell is None:
            painter.restore()
            return
        inner = rect.adjusted(PAD, 0, -PAD, 0)
        if cell.gate in GATES:
            name, token = GATES[cell.gate]
            mark = icons.pixmap(name, 16, theme.color(token))
            painter.drawPixmap(inner.right() - 15, inner.center().y() - 7, mark)
        inner.setRight(inner.right() - 22)
        main = "selection_text" if selected else ("text" if cell.value is not None else "muted")
        if cell.delta is None:
            self._value(painter, inner, cell, style, main)
        else:
            half = inner.height() // 2
            self._value(painter, inner.adjusted(0, 4, 0, -half), cell, style, main)
            self._delta(painter, inner.adjusted(0, half, 0, -4), cell, style, selected)
        painter.restore()

    def _value(
        self, painter: QPainter, box: QRect, cell: KpiCell, style: KpiStyle, token: str
    ) -> None:
        font = QFont(painter.font())
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(current_theme().color(token))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(box, flags, value_text(cell, style))
        font.setBold(False)
        painter.setFont(font)

    def _delta(
        self, painter: QPainter, box: QRect, cell: KpiCell, style: KpiStyle, selected: bool
    ) -> None:
        text = delta_text(cell, style)
        if not text:
            return
        shown = 0.0 if is_nothing(cell, style) else cell.delta or 0.0
        better = style.is_better(shown)
        token = {True: "good", False: "bad", None: "muted"}[better]
        painter.setPen(current_theme().color("selection_text" if selected else token))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(box, flags, text)
