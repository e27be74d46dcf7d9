"""The Pipeline panel: stages, sensitivity, distillation, distributions, lint."""

from collections.abc import Mapping, Sequence

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHeaderView,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ui import icons
from ui.commands import allow, make_actions
from ui.core_texts import core_text
from ui.icons import Repaints
from ui.services import Distribution, LintFinding
from ui.theme import current_theme
from ui.widgets.action_button import ActionButton
from ui.widgets.bar_plot import Bar, BarPlot
from ui.widgets.curve_plot import CurvePlot
from ui.widgets.distribution_plot import DistributionPlot
from ui.widgets.parts import EmptyState, StateBanner, label, row, rule
from ui.widgets.stage_list import StageList
from ui.widgets.wrap_delegate import WrapDelegate

LEVELS = {"error": ("error", "bad"), "warning": ("warning", "warn"), "note": ("info", "info")}


class PipelineView(QWidget, Repaints):
    """Shows a build or a plan as it runs, and what came out.

    Signals:
        build_clicked, plan_clicked, cancel_clicked: The buttons.
        lint_clicked: Check for the chipset of this name.
        finding_chosen: A finding of the list, by its place.
        distribution_chosen: A distribution of the list, by its place.
    """

    build_clicked = Signal()
    plan_clicked = Signal()
    cancel_clicked = Signal()
    lint_clicked = Signal(str)
    finding_chosen = Signal(int)
    distribution_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build the panel."""
        super().__init__(parent)
        self.setObjectName("panelBody")
        self.title = label("", "heading")
        self.actions_by_name = make_actions(("build",), self)
        actions = self.actions_by_name
        self.build_button = ActionButton(actions["build.start"], self.tr("Build"), primary=True)
        self.plan_button = ActionButton(actions["build.plan"], self.tr("Run a plan…"), "play")
        self.cancel_button = ActionButton(actions["build.cancel"], self.tr("Cancel"), "stop")
        actions["build.start"].triggered.connect(self.build_clicked)
        actions["build.plan"].triggered.connect(self.plan_clicked)
        actions["build.cancel"].triggered.connect(self.cancel_clicked)
        actions["build.lint"].triggered.connect(self._on_lint)
        self._why_no_build = self._why_no_plan = ""
        self._is_running = False
        self.banner = StateBanner()
        self.stages = StageList()
        self.empty = EmptyState(
            "pipeline",
            self.tr("Nothing has run yet"),
            self.tr(
                "Open a project and build it: load, restructure, calibrate, score, profile, fit,"
                " export. What is up to date is skipped; a stopped build goes on where it was."
            ),
        )
        self.bars = BarPlot(self.tr("anchor"))
        self.coverage = BarPlot(self.tr("least noise"))
        self.losses = CurvePlot(self.tr("step"), self.tr("Distillation loss"))
        self.spread = DistributionPlot()
        self.spread_list = QComboBox()
        self.chipset_box = QComboBox()
        self.findings = QTreeWidget()
        self.node = QTreeWidget()
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(self.tr("What the build measured"))
        self._build()
        self.show_running(False)

    def _build(self) -> None:
        self.top = QStackedWidget()
        self.top.addWidget(self.empty)
        self.top.addWidget(self.stages)
        self.tabs.addTab(self._sensitivity_page(), self.tr("Sensitivity"))
        self.tabs.addTab(self._page(self.losses), self.tr("Distillation"))
        self.tabs.addTab(self._spread_page(), self.tr("Distributions"))
        self.tabs.addTab(self._lint_page(), self.tr("Lint"))
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(self.top)
        splitter.addWidget(self.tabs)
        splitter.setSizes([270, 370])
        splitter.setCollapsible(0, False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(
            row(self.title, 1, self.plan_button, self.cancel_button, self.build_button, margins=8)
        )
        column.addWidget(rule())
        column.addWidget(self.banner)
        column.addWidget(splitter, 1)

    def _page(self, *widgets: QWidget) -> QWidget:
        page = QWidget()
        page.setObjectName("plain")
        column = QVBoxLayout(page)
        column.setContentsMargins(12, 10, 12, 10)
        for widget in widgets:
            column.addWidget(widget)
        return page

    def _sensitivity_page(self) -> QWidget:
        self.anchor_label = label("", "muted", wrap=True)
        self.coverage_title = label(self.tr("At the tie: noise that each would leave"), "heading")
        self.coverage_title.setToolTip(
            self.tr("Modelled noise of the adapter that fares worst under the ranges of each")
        )
        self.coverage_label = label("", "muted", wrap=True)
        self.bars.setAccessibleName(self.tr("Quantization sensitivity of each adapter"))
        self.coverage.setAccessibleName(self.tr("Noise that each tied adapter would leave"))
        page = self._page(
            label(self.tr("Quantization sensitivity (QSS), with 95 % intervals"), "heading"),
            self.bars,
            self.anchor_label,
            self.coverage_title,
            self.coverage,
            self.coverage_label,
        )
        self.show_coverage((), "")
        layout = page.layout()
        if isinstance(layout, QVBoxLayout):
            layout.addStretch(1)
        return page

    def _spread_page(self) -> QWidget:
        self.spread_list.setAccessibleName(self.tr("Site"))
        self.spread_list.currentIndexChanged.connect(self.distribution_chosen)
        return self._page(self.spread_list, self.spread)

    def _lint_page(self) -> QWidget:
        self.chipset_box.setAccessibleName(self.tr("Chipset"))
        lint = self.actions_by_name["build.lint"]
        self.lint_button = ActionButton(lint, self.tr("Check the graphs"), "lint")
        self.lint_label = label("", "muted")
        self.findings.setHeaderLabels([self.tr("Finding"), self.tr("Graph"), self.tr("Node")])
        self.findings.setRootIsDecorated(False)
        self.findings.setAccessibleName(self.tr("Lint findings"))
        header = self.findings.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(1, 100)
        header.resizeSection(2, 150)
        self.findings.itemSelectionChanged.connect(self._on_finding)
        self.node.setHeaderHidden(True)
        self.node.setColumnCount(2)
        self.node.setItemDelegateForColumn(1, WrapDelegate(self.node))
        self.node.setRootIsDecorated(False)
        self.node.setAccessibleName(self.tr("Node of the finding"))
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self.findings)
        splitter.addWidget(self.node)
        splitter.setSizes([520, 340])
        page = self._page(splitter)
        layout = page.layout()
        if isinstance(layout, QVBoxLayout):
            layout.insertLayout(0, row(self.chipset_box, self.lint_button, self.lint_label, 1))
        return page

    # ---- showing -------------------------------------------------------------------------------

    def show_title(self, text: str) -> None:
        """Name what is built or run."""
        self.title.setText(text)

    def show_available(self, build: bool, lint: bool, *, plan: bool = True) -> None:
        """Enable what has what it needs, and say what the rest lacks."""
        nothing = self.tr("Building is not available")
        self._why_no_plan = "" if plan else nothing
        self._why_no_build = "" if build else self.tr("Open a project first.") if plan else nothing
        hint = "" if lint else self.tr("Build a bundle first.")
        allow(self.actions_by_name["build.lint"], hint)
        self.lint_label.setText(hint)
        self._show_possible()

    def show_running(self, running: bool) -> None:
        """Enable what may be clicked now."""
        self._is_running = running
        allow(self.actions_by_name["build.cancel"])
        had_focus = self.cancel_button.hasFocus()
        if running and self.build_button.hasFocus():
            self.cancel_button.setFocus()
        self.build_button.setVisible(not running)
        self._show_possible()
        if had_focus and not running:
            self.build_button.setFocus()
        if running:
            self.top.setCurrentIndex(1)

    def _show_possible(self) -> None:
        busy = self.tr("A build or a plan is running") if self._is_running else ""
        allow(self.actions_by_name["build.start"], busy or self._why_no_build)
        allow(self.actions_by_name["build.plan"], busy or self._why_no_plan)
        idle = "" if self._is_running else self.tr("Nothing is running.")
        allow(self.actions_by_name["build.cancel"], idle)

    def show_anchor(self, bars: Sequence[Bar], reason: str) -> None:
        """Show the scores and why the anchor was chosen."""
        self.bars.show_bars(bars)
        self.anchor_label.setText(reason)

    def show_coverage(self, bars: Sequence[Bar], reason: str) -> None:
        """Show how tied adapters cover the others; without bars there was no tie."""
        self.coverage.show_bars(bars)
        self.coverage_label.setText(reason)
        for part in (self.coverage_title, self.coverage, self.coverage_label):
            part.setVisible(bool(bars))

    def show_distributions(self, names: Sequence[str]) -> None:
        """Offer distributions by name."""
        self.spread_list.blockSignals(True)
        self.spread_list.clear()
        self.spread_list.addItems(list(names))
        self.spread_list.blockSignals(False)
        self.spread_list.setVisible(bool(names))

    def show_distribution(self, one: Distribution | None) -> None:
        """Show one distribution before and after quantization."""
        if one is None:
            self.spread.show_distribution(None, None, None, "")
            return
        self.spread.show_distribution(
            np.asarray(one.edges), np.asarray(one.before), np.asarray(one.after), one.unit
        )

    def show_chipsets(self, names: Sequence[str]) -> None:
        """Offer the chipsets."""
        self.chipset_box.clear()
        self.chipset_box.addItems(list(names))

    def show_findings(self, findings: Sequence[LintFinding]) -> None:
        """List the findings."""
        self.findings.clear()
        self.node.clear()
        for one in findings:
            message, remedy = core_text(one.message), core_text(one.remedy)
            item = QTreeWidgetItem([message, one.component, one.node])
            item.setData(0, Qt.ItemDataRole.UserRole, one.level)
            item.setToolTip(0, f"{one.rule}: {message}\n{remedy}".strip())
            item.setToolTip(2, one.node)
            self.findings.addTopLevelItem(item)
        self._show_level_icons()
        errors = sum(one.level == "error" for one in findings)
        if findings:
            text = self.tr("{0} findings, {1} of them errors").format(len(findings), errors)
        else:
            text = self.tr("Nothing to complain about.")
        self.lint_label.setText(text)

    def repaint_theme(self) -> None:
        """Draw the icons in the colours of another theme."""
        self._show_level_icons()

    def _show_level_icons(self) -> None:
        for at in range(self.findings.topLevelItemCount()):
            item = self.findings.topLevelItem(at)
            if item is not None:
                level = str(item.data(0, Qt.ItemDataRole.UserRole))
                name, token = LEVELS.get(level, LEVELS["note"])
                item.setIcon(0, icons.pixmap(name, 16, current_theme().color(token)))

    def show_node(self, facts: Mapping[str, str]) -> None:
        """Show what the graph says about a finding's node."""
        self.node.clear()
        for name, value in facts.items():
            item = QTreeWidgetItem([name, value])
            item.setToolTip(1, value)
            self.node.addTopLevelItem(item)
        self.node.resizeColumnToContents(0)

    def _on_lint(self) -> None:
        self.tabs.setCurrentIndex(self.tabs.count() - 1)
        self.lint_clicked.emit(self.chipset_box.currentText())

    def _on_finding(self) -> None:
        items = self.findings.selectedItems()
        if items:
            self.finding_chosen.emit(self.findings.indexOfTopLevelItem(items[0]))
