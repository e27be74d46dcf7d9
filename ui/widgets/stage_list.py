"""Stages with their progress, one line each."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QProgressBar, QTreeWidget, QTreeWidgetItem, QWidget

from quad_studio.wording import duration
from ui import icons
from ui.core_texts import core_text
from ui.icons import Repaints
from ui.models.stages import StageState
from ui.theme import current_theme

STATUS_ICONS = {
    "running": ("busy", "info"),
    "done": ("ok", "good"),
    "skipped": ("ok", "muted"),
    "stopped": ("stop", "warn"),
    "failed": ("error", "bad"),
}


WIDEST = 380
COUNTED = 10_000
"""Larger totals are bytes or parts of a whole."""


class StageList(QTreeWidget, Repaints):
    """Shows what is done, what runs with how much is left, and what failed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.setColumnCount(4)
        self.setHeaderLabels(
            [self.tr("Stage"), self.tr("Progress"), self.tr("Time"), self.tr("Note")]
        )
        self.setRootIsDecorated(False)
        self.setSelectionMode(QTreeWidget.SelectionMode.NoSelection)
        self.setAccessibleName(self.tr("Stages"))
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(1, 140)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        header.setMaximumSectionSize(WIDEST)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        self._items: dict[str, QTreeWidgetItem] = {}
        self._bars: dict[str, QProgressBar] = {}
        self._states: dict[str, StageState] = {}

    def reset_stages(self) -> None:
        """Forget every stage."""
        self.clear()
        self._items.clear()
        self._bars.clear()
        self._states.clear()

    def show_stage(self, state: StageState) -> None:
        """Show `state`, as a new line or in its own."""
        state = replace(state, title=core_text(state.title), note=core_text(state.note))
        item = self._items.get(state.stage)
        if item is None:
            item = QTreeWidgetItem([state.title])
            self.addTopLevelItem(item)
            bar = QProgressBar()
            bar.setAccessibleName(state.title)
            self.setItemWidget(item, 1, bar)
            self._items[state.stage], self._bars[state.stage] = item, bar
        self._states[state.stage] = state
        item.setText(0, state.title)
        item.setToolTip(0, state.title)
        self._show_icon(item, state)
        self._show_bar(self._bars[state.stage], state)
        item.setText(2, self._time(state))
        item.setText(3, state.note)
        item.setToolTip(3, state.note)
        words = {
            "running": self.tr("running"),
            "done": self.tr("done"),
            "skipped": self.tr("up to date"),
            "stopped": self.tr("stopped"),
            "failed": self.tr("failed"),
        }
        spoken = f"{state.title}: {words[state.status]}"
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, spoken)
        if state.status == "running":
            self.scrollToItem(item)

    def repaint_theme(self) -> None:
        """Draw the icons in the colours of another theme."""
        for name, state in self._states.items():
            self._show_icon(self._items[name], state)

    def _show_icon(self, item: QTreeWidgetItem, state: StageState) -> None:
        name, token = STATUS_ICONS[state.status]
        item.setIcon(0, icons.pixmap(name, 16, current_theme().color(token)))

    def _show_bar(self, bar: QProgressBar, state: StageState) -> None:
        if state.status == "running":
            bar.setRange(0, state.total)  # a total of 0 is "busy", without an end
            bar.setValue(state.done)
            bar.setFormat(_far(state))
            return
        bar.setRange(0, 1)
        bar.setValue(0 if state.status in ("failed", "stopped") else 1)
        bar.setFormat(
            {
                "done": self.tr("done"),
                "skipped": self.tr("up to date"),
                "stopped": self.tr("stopped"),
                "failed": self.tr("failed"),
            }[state.status]
        )

    def _time(self, state: StageState) -> str:
        if state.eta_s is not None and state.status == "running":
            return self.tr("{0} left").format(duration(state.eta_s))
        return duration(state.seconds) if state.seconds else ""


def _far(state: StageState) -> str:
    """Return how far a stage is, as a count or, of many small parts, as a share."""
    if not state.total:
        return ""
    if state.total < COUNTED:
        return f"{state.done} / {state.total}"
    return f"{100 * state.done // state.total} %"
