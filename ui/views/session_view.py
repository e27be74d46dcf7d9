"""The Session panel: input and mask, the request, results side by side, the timeline."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from ui.commands import allow, make_actions
from ui.models.view_state import ViewState
from ui.services import Ask, BundleChoices, TargetCard, UseCaseChoice
from ui.views.input_view import InputView
from ui.views.request_view import RequestView
from ui.views.results_view import ResultsView
from ui.widgets.action_button import ActionButton
from ui.widgets.compare_canvas import CompareCanvas, ViewMode
from ui.widgets.parts import EmptyState, StateBanner, label, row, rule
from ui.widgets.timeline import Timeline


class SessionView(QWidget):
    """Shows a task-switching session; says what was asked.

    Signals:
        run_clicked, cancel_clicked, end_clicked, save_plan_clicked, bundle_clicked,
            judge_clicked, replay_clicked: The buttons.
        use_case_chosen: A use case by name.
    """

    run_clicked = Signal()
    cancel_clicked = Signal()
    end_clicked = Signal()
    save_plan_clicked = Signal()
    bundle_clicked = Signal()
    judge_clicked = Signal()
    replay_clicked = Signal()
    use_case_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build the panel."""
        super().__init__(parent)
        self.setObjectName("panelBody")
        self.input = InputView()
        self.actions_by_name = make_actions(("session",), self)
        actions = self.actions_by_name
        self.request = RequestView(actions)
        self.results = ResultsView()
        self.request.use_case_chosen.connect(self.use_case_chosen)
        self.banner = StateBanner()
        self.timeline = Timeline()
        self.canvas = CompareCanvas(ViewState(self))
        self.canvas.set_mode(ViewMode.SPLIT)
        self.canvas.setAccessibleName(self.tr("Result: FP32 reference and device"))
        self.canvas.message = self.tr("The first result appears here.")
        self.bundle_label = label("", "heading")
        self._buttons: dict[str, ActionButton] = {}
        for name, text, icon in (
            ("bundle", self.tr("Choose a bundle…"), "open"),
            ("judge", self.tr("Judge the results"), "compare"),
            ("save_plan", self.tr("Save as a plan…"), "record"),
            ("end", self.tr("End the session"), "stop"),
        ):
            self._buttons[name] = ActionButton(actions[f"session.{name}"], text, icon)
        actions["session.bundle"].triggered.connect(self.bundle_clicked)
        actions["session.next_use_case"].triggered.connect(self.request.choose_next)
        actions["session.previous_use_case"].triggered.connect(self.request.choose_previous)
        actions["session.picture"].triggered.connect(self.input.open_clicked)
        actions["session.run"].triggered.connect(self.run_clicked)
        actions["session.cancel"].triggered.connect(self.cancel_clicked)
        actions["session.seed"].triggered.connect(self.request.roll_seed)
        actions["session.judge"].triggered.connect(self.judge_clicked)
        actions["session.save_plan"].triggered.connect(self.save_plan_clicked)
        actions["session.replay"].triggered.connect(self.replay_clicked)
        actions["session.end"].triggered.connect(self.end_clicked)
        self._has_bundle = self._is_running = self._is_open = self._has_plan = False
        self._count = 0
        self._build()
        self.show_session(False, count=0)

    @property
    def judge_button(self) -> ActionButton:
        """Return the button that scores the results."""
        return self._buttons["judge"]

    @property
    def end_button(self) -> ActionButton:
        """Return the button that ends the session."""
        return self._buttons["end"]

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
                *self._buttons.values(),
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
        self._has_bundle = choices is not None
        self._show_possible()
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
        # What comes can take the focus of what goes only when it is possible.
        allow(self.actions_by_name["session.cancel" if running else "session.run"])
        self.request.show_running(running)
        self._is_running = running
        self._show_possible()

    def show_session(self, is_open: bool, *, count: int) -> None:
        """Enable what belongs to an open session with `count` images."""
        self._is_open, self._count = is_open, count
        self._show_possible()

    def show_plan_saved(self, plan: Path) -> None:
        """Say where the plan is and offer to replay it."""
        text = self.tr("Saved. Replay it with: quad-studio --batch {0}").format(plan)
        self.banner.show_state(text, "good", self.tr("Replay it now"), self.replay_clicked.emit)
        self._has_plan = True
        self._show_possible()

    def _show_possible(self) -> None:
        """Let every command be given that can be now, and say what the others lack."""
        no_bundle = "" if self._has_bundle else self.tr("Choose a bundle first.")
        busy = self.tr("An image is being made") if self._is_running else ""
        idle = "" if self._is_running else self.tr("Nothing is running.")
        no_image = "" if self._count else self.tr("Run a request first: there is no image yet.")
        reasons = {
            "next_use_case": no_bundle,
            "previous_use_case": no_bundle,
            "picture": no_bundle,
            "run": no_bundle or busy,
            "cancel": idle,
            "seed": no_bundle,
            "judge": no_image or busy,
            "save_plan": no_image,
            "replay": "" if self._has_plan else self.tr("Save the session as a plan first."),
            "end": "" if self._is_open else self.tr("No session is open."),
        }
        for name, why_not in reasons.items():
            allow(self.actions_by_name[f"session.{name}"], why_not)

    def ask(self) -> Ask:
        """Return the request as it stands in the form, without pictures."""
        return self.request.ask()
