"""The KPIs panel: the table, and the distribution behind a cell."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHeaderView,
    QLabel,
    QMenu,
    QSplitter,
    QStackedWidget,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.commands import allow, make_actions
from ui.core_texts import core_text
from ui.icons import set_icon
from ui.models.kpi_model import KpiTableModel
from ui.models.kpi_names import KpiStyle
from ui.models.kpi_pivot import KpiCell
from ui.widgets.action_button import ActionButton
from ui.widgets.curve_plot import CurvePlot
from ui.widgets.histogram import Histogram, Spread, spread_of
from ui.widgets.kpi_delegate import KpiDelegate
from ui.widgets.parts import EmptyState, StateBanner, label, row, rule
from ui.widgets.short_box import ShortBox

NARROWEST, WIDEST, SIDES = 150, 200, 24
BOX_WIDTH = 260
SMALL_BUTTON = 36
PLOT_HEIGHT = 130
LEAST_PLOT = 60


class KpiView(QWidget):
    """Shows the KPI table; says what was clicked.

    Signals:
        pivot_chosen: What the columns are.
        baseline_chosen: The column that differences refer to, -1 for none.
        limits_changed: (only failing, only different).
        cell_chosen: (row, column) of the table.
        samples_clicked: List only the pairs behind the chosen cell.
        worst_clicked: Show the worst pair of the chosen cell.
        time_toggled: Show the values of the chosen cell over time, or how they are spread.
        command_clicked: Put the command behind the chosen cell on the clipboard.
        copy_clicked: "tsv" or "markdown".
    """

    pivot_chosen = Signal(str)
    baseline_chosen = Signal(int)
    limits_changed = Signal(bool, bool)
    cell_chosen = Signal(int, int)
    samples_clicked = Signal()
    worst_clicked = Signal()
    time_toggled = Signal(bool)
    command_clicked = Signal()
    copy_clicked = Signal(str)

    def __init__(self, model: KpiTableModel, parent: QWidget | None = None) -> None:
        """Show `model`."""
        super().__init__(parent)
        self.setObjectName("panelBody")
        self.pivot_box = ShortBox(4)
        self.pivot_box.setAccessibleName(self.tr("Columns"))
        for text, value in self._pivots():
            self.pivot_box.addItem(text, value)
        self.baseline_box = ShortBox(4)
        self.baseline_box.setAccessibleName(self.tr("Baseline"))
        self.failing_box = QCheckBox(self.tr("Only failing"))
        self.different_box = QCheckBox(self.tr("Only differences"))
        self.copy_button = QToolButton()
        self.copy_button.setText(self.tr("Copy"))
        self.copy_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.copy_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        set_icon(self.copy_button, "copy")
        self.gate_label = QLabel()
        self.banner = StateBanner()
        self.table = self._make_table(model)
        self.actions_by_name = make_actions(("kpi",), self.table)
        self.detail = self._make_detail()
        self._build()
        self._wire()

    def _pivots(self) -> list[tuple[str, str]]:
        return [
            (self.tr("Use case and device"), "target_use_case"),
            (self.tr("Device"), "target"),
            (self.tr("Use case"), "use_case"),
            (self.tr("Adapter"), "adapter"),
            (self.tr("Sampler and steps"), "sampler"),
            (self.tr("Provider"), "provider"),
            (self.tr("Graph"), "precision"),
        ]

    def _make_table(self, model: KpiTableModel) -> QTableView:
        made = QTableView()
        made.setModel(model)
        made.setItemDelegate(KpiDelegate(made))
        made.setAccessibleName(self.tr("KPI table"))
        made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        made.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        made.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        made.setShowGrid(False)
        made.horizontalHeader().setHighlightSections(False)
        alignment = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        made.horizontalHeader().setDefaultAlignment(
            alignment | Qt.AlignmentFlag(int(Qt.TextFlag.TextWordWrap))
        )
        made.verticalHeader().setHighlightSections(False)
        made.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        made.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        made.horizontalHeader().setStretchLastSection(True)
        made.verticalHeader().setMaximumWidth(230)
        made.verticalHeader().setTextElideMode(Qt.TextElideMode.ElideRight)
        made.setTabKeyNavigation(False)
        return made

    def _make_detail(self) -> QWidget:
        made = QWidget()
        made.setObjectName("plain")
        self.detail_title = label("", "heading", wrap=True)
        self.detail_text = label("", "muted", wrap=True)
        self.histogram = Histogram()
        actions = self.actions_by_name
        self.samples_button = ActionButton(actions["kpi.pairs"], self.tr("List pairs"))
        self.worst_button = ActionButton(actions["kpi.worst"], self.tr("Worst"), "worst")
        column = QVBoxLayout(made)
        column.setContentsMargins(12, 10, 12, 10)
        self.command_button = ActionButton(actions["kpi.command"], "", "terminal")
        self.time_button = ActionButton(actions["kpi.over_time"], "", "clock")
        self.time_button.setCheckable(True)
        for small in (self.time_button, self.command_button):
            small.setFixedWidth(SMALL_BUTTON)
        column.addWidget(self.detail_title)
        column.addWidget(self.detail_text)
        self.over_time = CurvePlot(self.tr("minutes"), self.tr("KPI over time"))
        self.plots = QStackedWidget()
        self.plots.addWidget(self.histogram)
        self.plots.addWidget(self.over_time)
        self.plots.setMinimumHeight(LEAST_PLOT)
        self.plots.setMaximumHeight(PLOT_HEIGHT)
        # Over the plot, which gives way in a low panel: it would else be drawn under them.
        column.addLayout(row(self.samples_button, self.worst_button, 1))
        side = QVBoxLayout()
        side.addWidget(self.time_button)
        side.addWidget(self.command_button)
        side.addStretch(1)
        plot = row(self.plots)
        plot.addLayout(side)
        column.addLayout(plot, 1)
        column.addStretch(0)
        return made

    def _build(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        line = row(
            label(self.tr("Columns"), "muted"),
            self.pivot_box,
            label(self.tr("Baseline"), "muted"),
            self.baseline_box,
            self.failing_box,
            self.different_box,
            1,
            self.gate_label,
            self.copy_button,
            margins=6,
        )
        for box in (self.pivot_box, self.baseline_box):
            box.setMaximumWidth(BOX_WIDTH)
            line.setStretchFactor(box, 3)
        column.addLayout(line)
        column.addWidget(rule())
        column.addWidget(self.banner)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self.table)
        splitter.addWidget(self.detail)
        splitter.setStretchFactor(0, 1)
        splitter.setSizes([900, self.detail.minimumSizeHint().width()])
        splitter.setCollapsible(1, False)
        column.addWidget(splitter, 1)
        self.empty = EmptyState(
            "kpis",
            self.tr("No numbers yet"),
            self.tr("The table fills from the rows and scores of the run that is open."),
        )
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pages)

    def _wire(self) -> None:
        menu, actions = QMenu(self.copy_button), self.actions_by_name
        for name in ("copy_table", "copy_markdown"):
            menu.addAction(actions[f"kpi.{name}"])
        self.copy_button.setMenu(menu)
        actions["kpi.worst"].triggered.connect(self.worst_clicked)
        actions["kpi.pairs"].triggered.connect(self.samples_clicked)
        actions["kpi.command"].triggered.connect(self.command_clicked)
        actions["kpi.over_time"].toggled.connect(self._on_time)
        actions["kpi.copy_table"].triggered.connect(self._on_copy_tsv)
        actions["kpi.copy_markdown"].triggered.connect(self._on_copy_markdown)
        actions["kpi.baseline"].triggered.connect(self._on_column_baseline)
        actions["kpi.no_baseline"].triggered.connect(self._on_no_baseline)
        for name, box in (("failing", self.failing_box), ("different", self.different_box)):
            actions[f"kpi.{name}"].toggled.connect(box.setChecked)
            box.toggled.connect(actions[f"kpi.{name}"].setChecked)
        self.pivot_box.currentIndexChanged.connect(self._on_pivot)
        self.baseline_box.currentIndexChanged.connect(self._on_baseline)
        self.failing_box.toggled.connect(self._on_limits)
        self.different_box.toggled.connect(self._on_limits)
        self.table.selectionModel().currentChanged.connect(self._on_current)
        self.table.doubleClicked.connect(self._on_double_click)

    # ---- showing -------------------------------------------------------------------------------

    def show_has_numbers(self, has_numbers: bool) -> None:
        """Show the table, or that there is none."""
        self.pages.setCurrentIndex(1 if has_numbers else 0)
        why = "" if has_numbers else self.tr("Open a run with numbers first.")
        for name in ("copy_table", "copy_markdown", "no_baseline", "failing", "different"):
            allow(self.actions_by_name[f"kpi.{name}"], why)

    def show_columns(self, columns: tuple[str, ...], baseline: int | None) -> None:
        """Offer the columns as a baseline."""
        self.baseline_box.blockSignals(True)
        self.baseline_box.clear()
        self.baseline_box.addItem(self.tr("None"), -1)
        for at, name in enumerate(columns):
            self.baseline_box.addItem(name.replace("\n", ", "), at)
        self.baseline_box.setCurrentIndex(0 if baseline is None else baseline + 1)
        self.baseline_box.blockSignals(False)
        self._fit_header(len(columns))

    def _fit_header(self, count: int) -> None:
        """Give the header room for its words: as wide as is useful, then in more lines."""
        header = self.table.horizontalHeader()
        font = QFont(header.font())
        font.setBold(True)
        metrics, height = QFontMetrics(font), 0
        for at in range(count):
            text = str(self.table.model().headerData(at, Qt.Orientation.Horizontal))
            widest = max(metrics.horizontalAdvance(line) for line in text.split("\n"))
            width = min(max(widest + SIDES, NARROWEST), WIDEST)
            self.table.setColumnWidth(at, width)
            room = QRect(0, 0, width - SIDES, 1000)
            box = metrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), text)
            height = max(height, box.height())
        header.setMinimumHeight(height + 14)

    def show_other(self, name: str) -> None:
        """Say that differences are to the run `name`, empty when they are not."""
        if name:
            self.baseline_box.blockSignals(True)
            self.baseline_box.addItem(self.tr("Run: {0}").format(name), -2)
            self.baseline_box.setCurrentIndex(self.baseline_box.count() - 1)
            self.baseline_box.blockSignals(False)

    def show_cell(
        self, style: KpiStyle | None, column: str, cell: KpiCell | None, mark: float | None
    ) -> None:
        """Show what is behind `cell`."""
        known = style is not None and cell is not None
        why = "" if known else self.tr("Choose a cell of the KPI table first.")
        for name in ("pairs", "worst", "command", "baseline"):
            allow(self.actions_by_name[f"kpi.{name}"], why)
        for made in (self.time_button, self.command_button):
            made.setVisible(style is not None and cell is not None)  # the hint has the line
        if style is None or cell is None:
            self.detail_title.setText(self.tr("Choose a cell"))
            self.detail_text.setText(self.tr("Its values, images and command appear here."))
            self.histogram.show_spread(Spread(), "")
            return
        self.detail_title.setText(f"{style.label} · {column.replace(chr(10), ', ')}")
        self.detail_title.setToolTip(self.detail_title.text())
        if cell.value is None:
            self.detail_text.setText(core_text(cell.note) or self.tr("not measured"))
        else:
            text = self.tr("{0} of {1} values: {2} {3}").format(
                core_text(cell.statistic), len(cell.samples), style.text(cell.value), style.unit
            )
            self.detail_text.setText(f"{text}\n{core_text(cell.note)}" if cell.note else text)
        values = np.array([sample.value for sample in cell.samples], dtype=float)
        axis = f"{style.label} ({style.unit})" if style.unit else style.label
        self.histogram.show_spread(spread_of([(style.label, values, "accent")]), axis, mark)

    @property
    def is_over_time(self) -> bool:
        """Return whether the cell's values are shown over time."""
        return self.actions_by_name["kpi.over_time"].isChecked()

    def show_over_time(self, style: KpiStyle, points: Sequence[tuple[float, float]]) -> None:
        """Show the values of the chosen cell as (minutes since the run began, value)."""
        title = f"{style.label} ({style.unit})" if style.unit else style.label
        self.over_time.clear()
        self.over_time.set_title(title)
        for minute, value in points:
            self.over_time.add(style.label, minute, value)

    def show_command(self, text: str) -> None:
        """Say which command the button of the chosen cell copies."""
        self.command_button.setToolTip(self.tr("Copy the command:") + f"\n{text}" if text else "")

    def select_row(self, row_number: int) -> None:
        """Mark a row without choosing a cell again."""
        selection = self.table.selectionModel()
        column = max(selection.currentIndex().column(), 0)
        index = self.table.model().index(row_number, column)
        if selection.currentIndex() != index:
            selection.setCurrentIndex(index, selection.SelectionFlag.ClearAndSelect)

    # ---- what the user did ---------------------------------------------------------------------

    def _on_pivot(self) -> None:
        self.pivot_chosen.emit(str(self.pivot_box.currentData()))

    def _on_baseline(self) -> None:
        data = self.baseline_box.currentData()
        self.baseline_chosen.emit(-1 if data is None else int(data))

    def _on_limits(self) -> None:
        self.limits_changed.emit(self.failing_box.isChecked(), self.different_box.isChecked())

    def _on_current(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid():
            self.cell_chosen.emit(current.row(), current.column())

    def _on_double_click(self, index: QModelIndex) -> None:
        self.worst_clicked.emit()

    def _on_column_baseline(self) -> None:
        self.baseline_box.setCurrentIndex(self.table.currentIndex().column() + 1)

    def _on_no_baseline(self) -> None:
        self.baseline_box.setCurrentIndex(0)

    def _on_time(self, on: bool) -> None:
        self.time_button.setChecked(on)
        self.plots.setCurrentWidget(self.over_time if on else self.histogram)
        self.time_toggled.emit(on)

    def _on_copy_tsv(self) -> None:
        self.copy_clicked.emit("tsv")

    def _on_copy_markdown(self) -> None:
        self.copy_clicked.emit("markdown")
