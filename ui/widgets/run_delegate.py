"""Draws one run of the list."""

from datetime import datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui import icons
from ui.models.runs_model import ENTRY_ROLE, RunEntry
from ui.theme import current_theme
from ui.widgets.focus_frame import draw_current_frame
from ui.widgets.text_rows import TextRow, draw_text_rows

PAD = 8


LOST = 3
"""The exit code of a run that lost its device (docs/exit_codes.md)."""


class RunDelegate(QStyledItemDelegate):
    """Name, time, devices, and whether the evidence is valid."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return room for three lines."""
        line = option.fontMetrics.height()
        return QSize(200, 3 * line + 2 * PAD + 4)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw the row."""
        entry: RunEntry = index.data(ENTRY_ROLE)
        rect: QRect = option.rect
        theme = current_theme()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(rect, theme.color("selection" if selected else "surface"))
        name, token = self._mark(entry)
        painter.drawPixmap(
            rect.left() + PAD, rect.top() + PAD, icons.pixmap(name, 20, theme.color(token))
        )
        box = rect.adjusted(PAD + 28, PAD, -PAD, -PAD)
        quiet = theme.color("selection_text" if selected else "muted")
        main = theme.color("selection_text" if selected else "text")
        rows = (
            TextRow(entry.name, main, bold=True),
            TextRow(self._when(entry), quiet),
            TextRow(self._what(entry), quiet),
        )
        draw_text_rows(painter, box, rows)
        painter.setPen(theme.color("border"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        draw_current_frame(painter, option)
        painter.restore()

    def _mark(self, entry: RunEntry) -> tuple[str, str]:
        if entry.validity == "INVALID":
            return "warning", "bad"
        if entry.exit_code == 0:
            return "accept", "good"
        if entry.exit_code:
            return "reject", "bad"
        return "clock", "muted"

    def _when(self, entry: RunEntry) -> str:
        try:
            made = datetime.fromisoformat(entry.created_at).astimezone()
        except ValueError:
            return entry.created_at
        return " · ".join([made.strftime("%Y-%m-%d %H:%M"), *entry.tags])

    def _what(self, entry: RunEntry) -> str:
        one, more = self.tr("1 row"), self.tr("{0} rows")
        rows = one if entry.rows == 1 else more.format(entry.rows)
        if entry.failed:
            rows += self.tr(", {0} failed").format(entry.failed)
        if entry.exit_code is None:
            rows += self.tr(", not finished")
        elif entry.exit_code == LOST:
            rows += self.tr(", a device was lost")
        return f"{rows} · {', '.join(entry.targets)}"
