"""The request of a session: use case, prompt, adapter, sampler, seed, devices."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRandomGenerator, QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ui import icons
from ui.core_texts import use_case_text
from ui.icons import Repaints
from ui.models.card_words import spoken_card
from ui.services import Ask, BundleChoices, TargetCard, UseCaseChoice
from ui.theme import current_theme
from ui.widgets.action_button import ActionButton
from ui.widgets.device_card import STATE_LOOKS, state_word
from ui.widgets.parts import hand_over, label, pad_number, row, rule

USABLE = frozenset({"ready", "busy", "cooling", "low-battery"})
MOST_SEED = 2**31 - 1
LEAST_WIDTH = 300


class RequestView(QWidget, Repaints):
    """Shows the request form.

    Signals:
        use_case_chosen: A use case by name.
        target_checked: (target, on).
    """

    use_case_chosen = Signal(str)
    target_checked = Signal(str, bool)

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        """Build the form; its buttons give the commands `session.*` of `actions`."""
        super().__init__(parent)
        self.setObjectName("plain")
        self.use_case = self._box(self.tr("Use case"))
        self.use_case.currentIndexChanged.connect(self._on_use_case)
        self.prompt, self.negative = QLineEdit(), QLineEdit()
        self.prompt.setPlaceholderText(self.tr("what to make, in a few words"))
        self.adapter, self.sampler = self._box(self.tr("Adapter")), self._box(self.tr("Sampler"))
        self.strength, self.guidance = QDoubleSpinBox(), QDoubleSpinBox()
        self.strength.setRange(-4.0, 4.0)
        self.strength.setSingleStep(0.1)
        self.strength.setValue(1.0)
        self.guidance.setRange(0.0, 30.0)
        self.guidance.setSingleStep(0.5)
        self.steps, self.seed = QSpinBox(), QSpinBox()
        self.steps.setRange(1, 1000)
        self.seed.setRange(0, MOST_SEED)
        for box in (self.strength, self.guidance, self.steps, self.seed):
            pad_number(box)
        self.dice = ActionButton(actions["session.seed"], "", "refresh")
        self.reference = QCheckBox(self.tr("Also make the FP32 reference"))
        self.reference.setChecked(True)
        self.targets = QListWidget()
        self.targets.setAccessibleName(self.tr("Devices of the session"))
        self.targets.setMaximumHeight(190)
        self.targets.setWordWrap(True)  # what a device lacks stands at the end of its line
        self.targets.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.targets.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.targets.itemChanged.connect(self._on_target)
        self.run_button = ActionButton(actions["session.run"], self.tr("Run"), primary=True)
        self.cancel_button = ActionButton(actions["session.cancel"], self.tr("Cancel"), "stop")
        self._cards: tuple[TargetCard, ...] = ()
        self.doing = label("", "muted", wrap=True)
        self.bar = QProgressBar()
        self.bar.hide()
        self.doing.hide()
        self._build()

    def _box(self, name: str) -> QComboBox:
        made = QComboBox()
        made.setAccessibleName(name)
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        made.setMinimumContentsLength(10)
        return made

    def _build(self) -> None:
        self.form = QFormLayout()
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        seed = QHBoxLayout()
        seed.setSpacing(6)
        seed.addWidget(self.seed, 1)
        seed.addWidget(self.dice)
        for text, field in (
            (self.tr("Use case"), self.use_case),
            (self.tr("Prompt"), self.prompt),
            (self.tr("Avoid"), self.negative),
            (self.tr("Adapter"), self.adapter),
            (self.tr("Strength"), self.strength),
            (self.tr("Sampler"), self.sampler),
            (self.tr("Steps"), self.steps),
            (self.tr("Guidance"), self.guidance),
        ):
            field.setAccessibleName(text)
            self.form.addRow(text, field)
        self.seed.setAccessibleName(self.tr("Seed"))
        self.form.addRow(self.tr("Seed"), seed)
        inside = QWidget()
        inside.setObjectName("plain")
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 10, 12, 10)
        column.addLayout(self.form)
        column.addWidget(self.reference)
        column.addSpacing(6)
        column.addWidget(label(self.tr("Devices"), "heading"))
        column.addWidget(self.targets)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its fields take the focus
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        self._inside = inside
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(area, 1)
        outer.addWidget(rule())
        line = row(self.bar, self.cancel_button, self.run_button, margins=8)
        line.setStretch(0, 1)
        outer.addLayout(row(self.doing, margins=4))
        outer.addLayout(line)
        self.cancel_button.hide()

    def minimumSizeHint(self) -> QSize:
        """Ask for the form's own width: labels are longer in other languages, and it has no bar."""
        width = max(LEAST_WIDTH, self._inside.minimumSizeHint().width())
        return QSize(width, super().minimumSizeHint().height())

    # ---- showing -------------------------------------------------------------------------------

    def show_choices(self, choices: BundleChoices) -> None:
        """Offer what the bundle has."""
        self.use_case.blockSignals(True)
        self.use_case.clear()
        for one in choices.use_cases:
            self.use_case.addItem(use_case_text(one.name), one.name)
        self.use_case.blockSignals(False)
        self.adapter.clear()
        self.adapter.addItem(self.tr("none (base model)"), None)
        for name in choices.adapters:
            self.adapter.addItem(name, name)
        self.sampler.clear()
        for name in choices.samplers:
            self.sampler.addItem(name, name)

    def show_use_case(self, choice: UseCaseChoice) -> None:
        """Show the defaults of a use case."""
        self.use_case.blockSignals(True)
        self.use_case.setCurrentIndex(self.use_case.findData(choice.name))
        self.use_case.blockSignals(False)
        self.adapter.setCurrentIndex(max(self.adapter.findData(choice.adapter), 0))
        self.sampler.setCurrentIndex(max(self.sampler.findData(choice.sampler), 0))
        self.steps.setValue(choice.steps)
        self.guidance.setValue(choice.guidance)
        self.form.setRowVisible(self.prompt, "prompt" in choice.needs)
        self.form.setRowVisible(self.negative, "prompt" in choice.needs)

    def show_targets(self, cards: Sequence[TargetCard], checked: frozenset[str]) -> None:
        """List every device; one that cannot run now says why and cannot be checked."""
        self._cards = tuple(cards)
        place = self.targets.currentRow()
        self.targets.blockSignals(True)
        self.targets.clear()
        for card in map(spoken_card, cards):
            usable = card.state in USABLE
            words = card.label if usable else f"{card.label} – {state_word(card.state)}"
            item = QListWidgetItem(words)
            item.setData(Qt.ItemDataRole.UserRole, card.name)
            item.setToolTip(f"{card.name}\n{card.cause} {card.remedy}".strip())
            picture, kind = STATE_LOOKS.get(card.state, ("error", "bad"))
            color = current_theme().color(kind if kind != "none" else "muted")
            item.setIcon(icons.pixmap(picture, 16, color))
            flags = Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable
            item.setFlags(flags | Qt.ItemFlag.ItemIsEnabled if usable else flags)
            on = usable and card.name in checked
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
            self.targets.addItem(item)
        self.targets.setCurrentRow(place)
        self.targets.blockSignals(False)

    def repaint_theme(self) -> None:
        """Draw the icons of the devices in the colours of another theme."""
        if self._cards:
            self.show_targets(self._cards, frozenset(self.chosen_targets()))

    def chosen_targets(self) -> list[str]:
        """Return the checked devices."""
        items = [self.targets.item(at) for at in range(self.targets.count())]
        return [
            str(item.data(Qt.ItemDataRole.UserRole))
            for item in items
            if item.checkState() == Qt.CheckState.Checked
        ]

    def show_running(self, running: bool) -> None:
        """Enable what may be clicked now."""
        buttons = (self.run_button, self.cancel_button)
        hand_over(*buttons if running else buttons[::-1])
        self.bar.setVisible(running)
        self.doing.setVisible(running)
        if running:
            self.show_doing("")

    def show_doing(self, text: str) -> None:
        """Say what goes on whose end is not known."""
        self.doing.setText(text)
        self.bar.setRange(0, 0)
        self.bar.setFormat("")

    def show_progress(self, done: int, total: int, text: str) -> None:
        """Show how far the images are."""
        self.doing.setText("")
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.bar.setFormat(text)

    def ask(self) -> Ask:
        """Return the request, without pictures."""
        adapter = self.adapter.currentData()
        return Ask(
            use_case=str(self.use_case.currentData() or ""),
            prompt=self.prompt.text().strip(),
            negative_prompt=self.negative.text().strip(),
            adapter=str(adapter) if adapter is not None else None,
            strength=self.strength.value(),
            sampler=str(self.sampler.currentData() or ""),
            steps=self.steps.value(),
            guidance=self.guidance.value(),
            seed=self.seed.value(),
            with_reference=self.reference.isChecked(),
        )

    def _on_use_case(self) -> None:
        self.use_case_chosen.emit(str(self.use_case.currentData() or ""))

    def choose_next(self) -> None:
        """Go to the next use case, after the last one to the first."""
        self._step_use_case(1)

    def choose_previous(self) -> None:
        """Go to the previous use case."""
        self._step_use_case(-1)

    def _step_use_case(self, by: int) -> None:
        count = self.use_case.count()
        if count:
            self.use_case.setCurrentIndex((self.use_case.currentIndex() + by) % count)

    def roll_seed(self) -> None:
        """Put another seed into the form."""
        self.seed.setValue(QRandomGenerator.global_().bounded(MOST_SEED))

    def _on_target(self, item: QListWidgetItem) -> None:
        on = item.checkState() == Qt.CheckState.Checked
        self.target_checked.emit(str(item.data(Qt.ItemDataRole.UserRole)), on)
