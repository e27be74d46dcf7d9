"""The Session panel: input and mask, the request, results side by side, the timeline."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from ui.models.view_state import ViewState
from ui.services import Ask, BundleChoices, TargetCard, UseCaseChoice
from ui.views.input_view import InputView
from ui.views.request_view import RequestView
from ui.views.results_view import ResultsView
from ui.widgets.compare_canvas import CompareCanvas, ViewMode
from ui.widgets.parts import EmptyState, StateBanner, button, label, row, rule
from ui.widgets.timeline import Timeline


class SessionView(QWidget):
    """Shows a task-switching session; says what was asked.

    Signals:
        run_clicked, cancel_clicked, end_clicked, save_plan_clicked, bundle_clicked,
            judge_clicked: The buttons.
        use_case_chosen: A use case by name.
    """

    run_clicked = Signal()
    cancel_clicked = Signal()
    end_clicked = Signal()
    save_plan_clicked = Signal()
    bundle_clicked = Signal()
    judge_clicked = Signal()
    use_case_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build the panel."""
        super().__init__(parent)
        self.setObjectName("panelBody")
        self.input = InputView()
        self.request = RequestView()
        self.results = ResultsView()
        self.request.use_case_chosen.connect(self.use_case_chosen)
        self.request.run_clicked.connect(self.run_clicked)
        self.request.cancel_clicked.connect(self.cancel_clicked)
        self.banner = StateBanner()
        self.timeline = Timeline()
        self.canvas = CompareCanvas(ViewState(self))
        self.canvas.set_mode(ViewMode.SPLIT)
        self.canvas.setAccessibleName(self.tr("Result: FP32 reference and device"))
        self.canvas.message = self.tr("The first result appears here.")
        self.bundle_label = label("", "heading")
        self.bundle_button = button(self.tr("Choose a bundle…"), "open")
        self.bundle_button.clicked.connect(self.bundle_clicked)
        self.judge_button = button(self.tr("Judge the results"), "compare")
        self.judge_button.setToolTip(self.tr("Score every image and open them in Judge"))
        self.judge_button.clicked.connect(self.judge_clicked)
        self.save_button = button(self.tr("Save as a plan…"), "record")
        self.save_button.clicked.connect(self.save_plan_clicked)
        self.end_button = button(self.tr("End the session"), "stop")
        self.end_button.clicked.connect(self.end_clicked)
        self._build()
        self.show_session(False, count=0)

    def _build(self) -> None:
        self.empty = EmptyState(
            "session",
            self.tr("Choose a bundle to begin"),
            self.tr(
                "A session keeps the foundation model loaded on a device while you switch from task"
                " to task. Build a bundle, or open one."
            ),
            self.tr("Choose a bundle…"),
        )
        self.empty.action_clicked.connect(self.bundle_clicked)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.canvas, 3)
        column.addWidget(rule())
        column.addWidget(self.results, 2)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        for widget in (self.input, self.request, right):
            self.splitter.addWidget(widget)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(2, 4)
        self.splitter.setSizes([430, 320, 610])
        self.content = QWidget()
        inside = QVBoxLayout(self.content)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addWidget(self.splitter, 1)
        inside.addWidget(rule())
        holder = QWidget()
        holder.setObjectName("plain")
        holder.setLayout(row(self.timeline, margins=8))
        inside.addWidget(holder)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(
            row(
                self.bundle_label,
                1,
                self.bundle_button,
                self.judge_button,
                self.save_button,
                self.end_button,
                margins=8,
            )
        )
        outer.addWidget(rule())
        outer.addWidget(self.banner)
        outer.addWidget(self.empty, 1)
        outer.addWidget(self.content, 1)
        self.content.hide()

    # ---- showing -------------------------------------------------------------------------------

    def show_choices(self, choices: BundleChoices | None) -> None:
        """Show what the bundle offers, or what to do first."""
        self.empty.setVisible(choices is None)
        self.content.setVisible(choices is not None)
        if choices is not None:
            size = f"{choices.width} × {choices.height}"
            self.bundle_label.setText(f"{choices.name} · {size}")
            self.request.show_choices(choices)

    def show_targets(self, cards: Sequence[TargetCard], checked: frozenset[str]) -> None:
        """Offer the devices."""
        self.request.show_targets(cards, checked)

    def show_use_case(self, choice: UseCaseChoice) -> None:
        """Show the inputs and defaults of a use case."""
        self.request.show_use_case(choice)
        self.input.show_needs(choice.needs)

    def show_running(self, running: bool) -> None:
        """Enable what may be clicked now."""
        self.request.show_running(running)

    def show_session(self, is_open: bool, *, count: int) -> None:
        """Enable what belongs to an open session with `count` images."""
        self.end_button.setEnabled(is_open)
        self.save_button.setEnabled(count > 0)
        self.judge_button.setEnabled(count > 0)

    def ask(self) -> Ask:
        """Return the request as it stands in the form, without pictures."""
        return self.request.ask()
