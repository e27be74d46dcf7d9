"""Draws one pair of the list: two thumbnails, title, device, metrics, verdict."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui import icons
from ui.core_texts import core_text
from ui.models.pairs_model import PAIR_ROLE, VERDICT_ROLE, metrics_line
from ui.models.run_model import Pair
from ui.theme import Theme, current_theme
from ui.widgets.focus_frame import draw_current_frame
from ui.widgets.text_rows import TextRow, draw_text_rows

THUMB = 46
KEPT = 400  # thumbnails in their size: more than any list shows at once
PAD = 8
VERDICT_ICONS = {
    "accept": ("accept", "good"),
    "reject": ("reject", "bad"),
    "unsure": ("unsure", "warn"),
    "voted": ("ok", "muted"),
}


class PairDelegate(QStyledItemDelegate):
    """One row of the pair list; hides labels and numbers in blind mode."""

    def __init__(
        self, thumbnail: Callable[[Path | None], QPixmap | None], parent: QObject | None = None
    ) -> None:
        """Take pictures from `thumbnail`."""
        super().__init__(parent)
        self._thumbnail = thumbnail
        self._fitted: dict[tuple[int, float], QPixmap] = {}
        self.is_blind = False

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return a row high enough for a thumbnail."""
        line = option.fontMetrics.height()
        return QSize(260, line + 2 * PAD if self.is_blind else THUMB + 2 * PAD)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw the row."""
        pair: Pair = index.data(PAIR_ROLE)
        theme = current_theme()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        rect: QRect = option.rect
        painter.save()
        painter.setClipRect(rect)
        painter.fillRect(rect, theme.color("selection" if selected else "surface"))
        left = rect.left() + PAD
        # In blind mode a thumbnail would tell which side is which.
        kinds = () if self.is_blind else ("reference", "candidate")
        for kind in kinds:
            self._picture(painter, QRect(left, rect.top() + PAD, THUMB, THUMB), pair, kind, theme)
            left += THUMB + 4
        verdict = str(index.data(VERDICT_ROLE) or "")
        right = rect.right() - PAD - (22 if verdict else 0)
        lines = QRect(left + 6, rect.top() + PAD, right - left - 6, rect.height() - 2 * PAD)
        self._text(painter, lines, pair, theme, selected)
        if verdict in VERDICT_ICONS:
            name, token = VERDICT_ICONS[verdict]
            mark = icons.pixmap(name, 20, theme.color(token))
            painter.drawPixmap(rect.right() - PAD - 20, rect.top() + PAD, mark)
        painter.setPen(theme.color("border"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        draw_current_frame(painter, option)
        painter.restore()

    def _picture(self, painter: QPainter, box: QRect, pair: Pair, kind: str, theme: Theme) -> None:
        painter.fillRect(box, theme.color("canvas"))
        path = pair.image(kind)
        picture = self._thumbnail(path)
        if picture is not None:
            small = self._fit(picture, painter.device().devicePixelRatioF())
            size = small.deviceIndependentSize().toSize()
            painter.drawPixmap(box.center() - QRect(QPoint(), size).center(), small)
        elif path is None:
            painter.drawPixmap(
                box.center().x() - 11,
                box.center().y() - 11,
                icons.pixmap("error", 24, theme.color("bad")),
            )

    def _fit(self, picture: QPixmap, ratio: float) -> QPixmap:
        """Return `picture` in the size of a thumbnail on a screen of `ratio`, made once."""
        key = picture.cacheKey(), ratio
        found = self._fitted.get(key)
        if found is None:
            if len(self._fitted) >= KEPT:
                self._fitted.clear()
            found = self._fitted[key] = picture.scaled(
                QSize(THUMB, THUMB) * ratio,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            found.setDevicePixelRatio(ratio)
        return found

    def _text(
        self, painter: QPainter, box: QRect, pair: Pair, theme: Theme, selected: bool
    ) -> None:
        main = theme.color("selection_text" if selected else "text")
        quiet = main if selected else theme.color("muted")
        if self.is_blind:
            rows = [TextRow(pair.text("input_id"), main, bold=True)]
        else:
            failed = pair.row.get("error") or {}
            numbers = (
                metrics_line(pair.metrics)
                or core_text(str(failed.get("message", "")))
                or self.tr("not scored")
            )
            color = quiet if pair.is_ok else theme.color("bad")
            rows = [
                TextRow(pair.title, main, bold=True),
                # The end of a device's label says that it is no phone.
                TextRow(pair.device_label, quiet, elide=Qt.TextElideMode.ElideMiddle),
                TextRow(numbers, color),
            ]
        draw_text_rows(painter, box, rows)
