"""The Compare panel: pairs on the left, the canvas in the middle, numbers under it."""

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QSizePolicy,
    QSlider,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.command import Command
from ui.commands import COMMANDS, allow, make_action
from ui.models.error_maps import ALL_MAPS, ErrorMap
from ui.models.kpi_names import kpi_style
from ui.models.pairs_model import PairsModel
from ui.models.run_model import Pair
from ui.models.thumbnails import Thumbnails
from ui.models.view_state import ViewState
from ui.views.pair_list_view import PairListView
from ui.views.verdict_bar import VerdictBar
from ui.widgets.chip_row import ChipRow
from ui.widgets.color_bar import ColorBar
from ui.widgets.compare_canvas import CompareCanvas, ViewMode
from ui.widgets.held_keys import HeldKeys
from ui.widgets.parts import EmptyState, StateBanner, label, row, rule, tool_button

PANEL_GROUPS = ("mode", "view", "map", "pair", "verdict", "copy")
LIST_WIDTH = 332


class CompareView(QWidget):
    """Shows pairs and the canvas; says what was clicked or typed.

    Signals:
        command: The name of a command of this panel that was given.
        map_chosen: An error map by name.
        gain_changed: The gain of the error map.
        open_clicked: The button of the empty state.
    """

    command = Signal(str)
    map_chosen = Signal(str)
    gain_changed = Signal(float)
    open_clicked = Signal()

    def __init__(
        self, pairs: PairsModel, thumbnails: Thumbnails, parent: QWidget | None = None
    ) -> None:
        """Build the panel."""
        super().__init__(parent)
        self.setObjectName("panelBody")
        self._is_laid_out = False
        self._zoom_text = ""
        self.state = ViewState(self)
        self.canvas = CompareCanvas(self.state)
        self.canvas.setAccessibleName(self.tr("Comparison of reference A and candidate B"))
        self.actions_by_name = self._make_actions()
        self.pair_list = PairListView(pairs, thumbnails)
        self.banner = StateBanner()
        self.verdict_bar = VerdictBar(self.actions_by_name)
        self._build()
        self.first_focus = self.canvas  # no focus proxy: Tab would go past the list of pairs
        self.held_keys = HeldKeys(self.canvas, self)
        for watched in (self.canvas, self.pair_list.list):
            watched.installEventFilter(self.held_keys)

    # ---- building ------------------------------------------------------------------------------

    def _make_actions(self) -> dict[str, QAction]:
        made: dict[str, QAction] = {}
        modes = QActionGroup(self)
        for command in COMMANDS:
            if command.group not in PANEL_GROUPS or command.is_hold or command.is_global:
                continue
            if command.is_series:
                made |= self._make_series(command)
                continue
            action = make_action(command.name, self)
            action.triggered.connect(self._on_triggered)
            if command.group == "mode" and command.is_checkable:
                modes.addAction(action)
            if command.name in ("pair.next_candidate", "pair.previous_candidate"):
                # Tab belongs to the canvas alone; elsewhere it moves the focus as everywhere.
                action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
                self.canvas.addAction(action)
            elif command.name == "verdict.note":
                # Enter in the filter must not jump into the note.
                action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
                self.canvas.addAction(action)
            else:
                self.addAction(action)
            made[command.name] = action
        made["mode.flip"].setChecked(True)
        made["view.link"].setChecked(True)
        return made

    def _make_series(self, command: Command) -> dict[str, QAction]:
        """Return an action for each key of `command`, named with the key after a colon."""
        made = {}
        for key in command.keys:
            shown = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
            action = QAction(f"{command.words}: {shown}", self)
            action.setObjectName(f"{command.name}:{key}")
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(self._on_triggered)
            self.addAction(action)
            made[action.objectName()] = action
        return made

    def _build(self) -> None:
        self.empty = EmptyState(
            "compare",
            self.tr("No run is open"),
            self.tr(
                "A run holds the images of the FP32 reference and of each device, with every"
                " number. Open a run folder, or drop one here."
            ),
            self.tr("Open a run…"),
        )
        self.empty.action_clicked.connect(self.open_clicked)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._toolbar())
        column.addWidget(rule())
        column.addWidget(self.banner)
        column.addWidget(self.canvas, 1)
        column.addWidget(rule())
        column.addWidget(self._footer())
        column.addWidget(self.verdict_bar)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(self.pair_list)
        self.splitter.addWidget(middle)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setCollapsible(1, False)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.splitter)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pages)

    def _toolbar(self) -> QHBoxLayout:
        line = row(margins=6, spacing=2)
        self.mode_buttons = {
            mode.value: tool_button(self.actions_by_name[f"mode.{mode.value}"]) for mode in ViewMode
        }
        for made in self.mode_buttons.values():
            line.addWidget(made)
        line.addSpacing(10)
        for name in ("view.orientation", "view.swap", "view.link"):
            line.addWidget(tool_button(self.actions_by_name[name]))
        line.addSpacing(10)
        for name in ("view.zoom_out", "view.fit", "view.one_to_one", "view.zoom_in"):
            line.addWidget(tool_button(self.actions_by_name[name]))
        self.zoom_label = label("", "muted")
        self.zoom_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.zoom_label.setTextInteractionFlags(Qt.TextInteractionFlag.LinksAccessibleByMouse)
        self.zoom_label.linkActivated.connect(self.command)
        line.addWidget(self.zoom_label, 1)
        self.blend_slider = self._slider(self.tr("Share of B in the blend"), 0, 100, 50)
        self.blend_slider.valueChanged.connect(self._on_blend)
        self.blend_slider.hide()
        line.addWidget(self.blend_slider)
        self.map_box = QComboBox()
        self.map_box.setAccessibleName(self.tr("Error map"))
        self.map_box.setToolTip(self.tr("Error map of the difference view (M)"))
        titles = self._map_titles()
        for name in ALL_MAPS:
            self.map_box.addItem(titles[name], name)
        self.map_box.currentIndexChanged.connect(self._on_map)
        return line

    def _map_titles(self) -> dict[str, str]:
        return {
            "absolute": self.tr("Absolute error"),
            "signed": self.tr("Signed error"),
            "luma": self.tr("Luma error"),
            "ssim": self.tr("SSIM map"),
            "flip": self.tr("FLIP map"),
            "lpips": self.tr("LPIPS map"),
        }

    def _slider(self, name: str, low: int, high: int, value: int) -> QSlider:
        made = QSlider(Qt.Orientation.Horizontal)
        made.setRange(low, high)
        made.setValue(value)
        made.setFixedWidth(110)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.setAccessibleName(name)
        made.setToolTip(name)
        return made

    def _footer(self) -> QWidget:
        made = QWidget()
        made.setObjectName("plain")
        self.probe_label = label("", "mono")
        self.probe_label.setAccessibleName(self.tr("Pixel under the cursor"))
        self.facts = ChipRow()
        self.bar_label = label("", "muted")
        self.gain_slider = self._slider(self.tr("Gain of the error map, half stops"), 0, 16, 6)
        self.gain_slider.valueChanged.connect(self._on_gain)
        self.color_bar = ColorBar()
        self.color_bar.setMinimumWidth(150)
        self.color_bar.setMaximumWidth(260)
        self.map_strip = QWidget()
        strip = row(self.map_box, self.bar_label, self.gain_slider, self.color_bar, 1)
        strip.setStretchFactor(self.color_bar, 4)
        self.map_strip.setLayout(strip)
        self.map_strip.hide()
        column = QVBoxLayout(made)
        column.setContentsMargins(10, 6, 10, 6)
        column.setSpacing(5)
        column.addWidget(self.map_strip)
        column.addWidget(self.facts)
        column.addWidget(self.probe_label)
        return made

    # ---- showing -------------------------------------------------------------------------------

    def show_has_run(self, has_run: bool) -> None:
        """Show the pairs, or what to do first."""
        was_empty = self.pages.currentIndex() == 0
        self.pages.setCurrentIndex(1 if has_run else 0)
        self._show_possible(has_run)
        if has_run and was_empty:
            self.canvas.setFocus()

    def _show_possible(self, has_run: bool) -> None:
        why = "" if has_run else self.tr("Open a run first.")
        for name, action in self.actions_by_name.items():
            if not name.startswith("verdict."):  # these depend on the pair
                allow(action, why)
        if has_run:
            self._show_can_turn()

    def _show_can_turn(self) -> None:
        is_split = self.canvas.mode == ViewMode.SPLIT
        why = "" if is_split else self.tr("There is a line only in the split mode.")
        allow(self.actions_by_name["view.orientation"], why)

    def show_mode(self, mode: ViewMode) -> None:
        """Show the canvas in `mode` and the controls that belong to it."""
        self.actions_by_name[f"mode.{mode.value}"].setChecked(True)
        self.canvas.set_mode(mode)
        self.map_strip.setVisible(mode == ViewMode.DIFFERENCE)
        self.blend_slider.setVisible(mode == ViewMode.BLEND)
        self._show_can_turn()

    def show_pair_numbers(self, pair: Pair | None) -> None:
        """Show the metrics of `pair` as chips, and what ran it."""
        if pair is None:
            self.facts.show_facts((), "", "info")
            return
        facts = []
        for name, value in pair.metrics.items():
            style = kpi_style(name)
            facts.append(f"{style.label} {style.text(value)} {style.unit}".strip())
        kind = "warn" if pair.row.get("emulated") else "info"
        self.facts.show_facts(facts, pair.device_label, kind)

    def show_blind(self, blind: bool) -> None:
        """Disable what would tell the sides apart in blind mode."""
        for name in ("view.swap", "mode.grid"):
            why = self.tr("It would tell the sides apart: not in blind mode.") if blind else ""
            allow(self.actions_by_name[name], why)

    def show_probe(self, text: str) -> None:
        """Show the pixel inspector's line."""
        self.probe_label.setText(text)

    def show_zoom(self, text: str, shift: str = "") -> None:
        """Show scale and filter; `shift` says how B was shifted, a click on it takes that back."""
        self._zoom_text = text
        if shift:
            link = f'<a href="view.unshift">{escape(shift)}</a>'
            self.zoom_label.setText(f"{escape(text.partition(' (')[0])} · {link}")
            self.zoom_label.setToolTip(self.tr("Click to take the shift back") + f"\n{text}")
            return
        metrics, room = self.zoom_label.fontMetrics(), self.zoom_label.width()
        # Whole, short or not at all: half a number misleads.
        shown = (text, text.partition(" (")[0], "")
        self.zoom_label.setText(
            next(one for one in shown if metrics.horizontalAdvance(one) <= room)
        )
        self.zoom_label.setToolTip(text)

    def show_map_name(self, name: str) -> None:
        """Choose the map `name` without saying so."""
        self.map_box.blockSignals(True)
        self.map_box.setCurrentIndex(self.map_box.findData(name))
        self.map_box.blockSignals(False)

    def show_map_scale(self, error: ErrorMap | None, low: float, high: float, note: str) -> None:
        """Show the colour bar of `error`, or why there is no map."""
        self.color_bar.setVisible(error is not None)
        if error is not None:
            self.color_bar.show_scale(low, high, error.unit, error.colormap)
        self.bar_label.setText(note)

    def show_gain(self, half_stops: int) -> None:
        """Put the gain slider at `half_stops`."""
        self.gain_slider.blockSignals(True)
        self.gain_slider.setValue(half_stops)
        self.gain_slider.blockSignals(False)

    def showEvent(self, event: QShowEvent) -> None:
        """Give the list its width the first time; later the user's choice stands."""
        super().showEvent(event)
        if not self._is_laid_out:
            self._is_laid_out = True
            self.splitter.setSizes([LIST_WIDTH, max(self.width() - LIST_WIDTH, 300)])

    # ---- what the user did ---------------------------------------------------------------------

    def _on_triggered(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.command.emit(sender.objectName())

    def _on_map(self) -> None:
        self.map_chosen.emit(str(self.map_box.currentData()))

    def _on_gain(self, half_stops: int) -> None:
        self.gain_changed.emit(float(2 ** (half_stops / 2)))

    def _on_blend(self, percent: int) -> None:
        self.canvas.set_blend(percent / 100)
