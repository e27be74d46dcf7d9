"""The Devices panel: cards, deployment, what is on a device, live curves."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QGridLayout,
    QLineEdit,
    QScrollArea,
    QSplitter,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ui.commands import allow, make_actions, move_keys
from ui.services import DeployedItem, TargetCard
from ui.widgets.action_button import ActionButton
from ui.widgets.curve_plot import CurvePlot
from ui.widgets.device_card import DeviceCard
from ui.widgets.parts import EmptyState, StateBanner, hand_over, label, row, rule

CURVES = ("memory", "cpu", "temperature", "battery")


class DevicesView(QWidget):
    """Shows every device in every state; none is hidden because it is not ready.

    Signals:
        action_clicked: (target, action) of a card.
        target_chosen: Show the details of this target.
        target_checked: (target, on).
        pair_clicked, deploy_clicked, cancel_clicked, browse_clicked: The buttons.
        remove_clicked: The place of an item on the chosen target.
        device_actions_changed: `device_actions` may return others than before.
    """

    action_clicked = Signal(str, str)
    target_chosen = Signal(str)
    target_checked = Signal(str, bool)
    pair_clicked = Signal()
    deploy_clicked = Signal()
    cancel_clicked = Signal()
    browse_clicked = Signal()
    remove_clicked = Signal(int)
    device_actions_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build the panel."""
        super().__init__(parent)
        self.setObjectName("panelBody")
        self.cards: dict[str, DeviceCard] = {}
        self._order: list[str] = []
        self.banner = StateBanner()
        self.actions_by_name = make_actions(("devices",), self)
        actions = self.actions_by_name
        actions["devices.pair"].triggered.connect(self.pair_clicked)
        actions["devices.bundle"].triggered.connect(self.browse_clicked)
        actions["devices.deploy"].triggered.connect(self.deploy_clicked)
        actions["devices.cancel"].triggered.connect(self.cancel_clicked)
        actions["devices.remove"].triggered.connect(self._on_remove)
        self.pair_button = ActionButton(actions["devices.pair"], self.tr("Pair a phone…"), "pair")
        self.bundle = QLineEdit()
        self.bundle.setReadOnly(True)
        self.bundle.setPlaceholderText(self.tr("No bundle chosen"))
        self.bundle.setAccessibleName(self.tr("Bundle to deploy"))
        self.browse_button = ActionButton(actions["devices.bundle"], self.tr("Choose…"), "open")
        deploy = actions["devices.deploy"]
        self.deploy_button = ActionButton(deploy, self.tr("Deploy"), primary=True)
        self.cancel_button = ActionButton(actions["devices.cancel"], self.tr("Cancel"), "stop")
        self.facts = QTreeWidget()
        self.contents = QTreeWidget()
        self.plots = self._make_plots()
        self._build()
        self.show_deploying(False, why_not=self.tr("Choose a bundle first."))
        self.show_contents(())

    def _make_plots(self) -> dict[str, CurvePlot]:
        seconds = self.tr("seconds")
        titles = {
            "memory": self.tr("Free memory (MB)"),
            "cpu": self.tr("CPU (%)"),
            "temperature": self.tr("Temperature (°C)"),
            "battery": self.tr("Battery (%)"),
        }
        return {name: CurvePlot(seconds, titles[name]) for name in CURVES}

    def _build(self) -> None:
        self.empty = EmptyState(
            "phone",
            self.tr("Looking for devices"),
            self.tr("Plug a phone in with USB debugging on, pair one, or start a virtual phone."),
        )
        self._list = QVBoxLayout()
        self._list.setContentsMargins(10, 10, 10, 10)
        self._list.setSpacing(8)
        self._list.addWidget(self.empty)
        self._list.addStretch(1)
        holder = QWidget()
        holder.setObjectName("plain")
        holder.setLayout(self._list)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumWidth(380)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its cards take the focus
        area.setWidget(holder)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(area)
        splitter.addWidget(self._details())
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([460, 700])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        line = row(
            self.pair_button,
            1,
            label(self.tr("Bundle"), "muted"),
            self.bundle,
            self.browse_button,
            self.cancel_button,
            self.deploy_button,
            margins=8,
        )
        line.setStretchFactor(self.bundle, 3)
        column.addLayout(line)
        column.addWidget(rule())
        column.addWidget(self.banner)
        column.addWidget(splitter, 1)

    def _details(self) -> QWidget:
        self.facts.setHeaderLabels([self.tr("Fact"), ""])
        self.facts.setRootIsDecorated(False)
        self.facts.setAccessibleName(self.tr("Facts of the device"))
        self.contents.setHeaderLabels(
            [self.tr("On the device"), self.tr("Kind"), self.tr("Size"), self.tr("Fingerprint")]
        )
        self.contents.setRootIsDecorated(False)
        self.contents.setAccessibleName(self.tr("What is on the device"))
        remove = self.actions_by_name["devices.remove"]
        self.remove_button = ActionButton(remove, self.tr("Remove from the device"), "clear")
        move_keys(remove, self, self.contents)
        self.contents.itemSelectionChanged.connect(self._show_can_remove)
        contents = QWidget()
        contents.setObjectName("plain")
        inside = QVBoxLayout(contents)
        inside.setContentsMargins(0, 0, 0, 8)
        inside.addWidget(self.contents)
        inside.addLayout(row(self.remove_button, 1, margins=0))
        curves = QWidget()
        curves.setObjectName("plain")
        grid = QGridLayout(curves)
        grid.setContentsMargins(12, 10, 12, 10)
        for at, name in enumerate(CURVES):
            grid.addWidget(self.plots[name], at // 2, at % 2)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(self.tr("Details of the device"))
        self.tabs.addTab(curves, self.tr("Live"))
        self.tabs.addTab(self.facts, self.tr("Facts"))
        self.tabs.addTab(contents, self.tr("What is on it"))
        self.detail_title = label(self.tr("Choose a device for its details"), "heading")
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row(self.detail_title, 1, margins=10))
        column.addWidget(self.tabs, 1)
        return page

    # ---- showing -------------------------------------------------------------------------------

    def show_cards(self, cards: Sequence[TargetCard], checked: frozenset[str]) -> None:
        """Show `cards` in their order; cards that stay keep their place and their focus."""
        names = [card.name for card in cards]
        for gone in [name for name in self.cards if name not in names]:
            old = self.cards.pop(gone)
            self._list.removeWidget(old)
            old.deleteLater()
        for at, card in enumerate(cards):
            shown = self.cards.get(card.name)
            if shown is None:
                shown = DeviceCard()
                shown.action_clicked.connect(self.action_clicked)
                shown.clicked.connect(self.target_chosen)
                shown.checked.connect(self.target_checked)
                self.cards[card.name] = shown
                self._list.insertWidget(at + 1, shown)
            shown.show_card(card)
            shown.show_checked(card.name in checked)
        self.empty.setVisible(not cards)
        if names != self._order:
            self._order = names
            self._order_by_tab()
        self.device_actions_changed.emit()

    def _order_by_tab(self) -> None:
        """Let Tab go through the cards from the top, after the buttons and before the details."""
        before: QWidget = self.deploy_button
        for card in (self.cards[name] for name in self._order):
            for part in (card.check, card.details, card.action):
                QWidget.setTabOrder(before, part)
                before = part

    def device_actions(self) -> list[QAction]:
        """Return what can be done with each device, in the order of the cards."""
        cards = [self.cards[name] for name in self._order]
        return [action for card in cards for action in card.possible_actions()]

    def show_bundle(self, text: str) -> None:
        """Name the bundle that would be deployed."""
        self.bundle.setText(text)
        self.bundle.setToolTip(text)

    def show_deploying(self, running: bool, *, why_not: str) -> None:
        """Enable what may be clicked now; `why_not` says why no deployment can start."""
        busy = self.tr("A bundle is being deployed") if running else ""
        buttons = (self.deploy_button, self.cancel_button)
        # What comes can take the focus of what goes only when it is possible.
        coming = "cancel" if running else "deploy"
        allow(self.actions_by_name[f"devices.{coming}"], "" if running else why_not)
        hand_over(*buttons if running else buttons[::-1])
        allow(self.actions_by_name["devices.deploy"], busy or why_not)
        allow(self.actions_by_name["devices.bundle"], busy)
        idle = "" if running else self.tr("Nothing is running.")
        allow(self.actions_by_name["devices.cancel"], idle)

    def show_details(self, title: str, facts: Mapping[str, str]) -> None:
        """Show what is known of the chosen device."""
        self.detail_title.setText(title)
        self.facts.clear()
        for name, value in facts.items():
            item = QTreeWidgetItem([name, value])
            item.setToolTip(1, value)
            self.facts.addTopLevelItem(item)
        self.facts.resizeColumnToContents(0)

    def show_contents(self, items: Sequence[DeployedItem]) -> None:
        """Show what lies on the chosen device."""
        self.contents.clear()
        for item in items:
            size = f"{item.size_bytes / 1e6:,.1f} MB"
            line = QTreeWidgetItem([item.name, item.kind, size, item.fingerprint])
            self.contents.addTopLevelItem(line)
        for column in range(3):
            self.contents.resizeColumnToContents(column)
        self._show_can_remove()

    def show_sample(self, target: str, at_s: float, values: Mapping[str, float | None]) -> None:
        """Let the curves of `target` go on."""
        for name, value in values.items():
            self.plots[name].know(target)
            if value is not None:
                self.plots[name].add(target, at_s, value)
            else:
                self.plots[name].show_nothing(self.tr("{0} does not tell").format(target))

    def clear_curves(self) -> None:
        """Forget every curve."""
        for plot in self.plots.values():
            plot.clear()

    def _show_can_remove(self) -> None:
        chosen = bool(self.contents.selectedItems())
        why = self.tr("Choose an item of a device's contents first.")
        allow(self.actions_by_name["devices.remove"], "" if chosen else why)

    def _on_remove(self) -> None:
        item = self.contents.currentItem()
        if item is not None:
            self.remove_clicked.emit(self.contents.indexOfTopLevelItem(item))
