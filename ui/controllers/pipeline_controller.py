"""Decides what the Pipeline panel shows, and when builds and plans run."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from quad_studio.cancel import CancelToken
from quad_studio.events import (
    AnchorChosen,
    DeviceChanged,
    Emit,
    LogLine,
    Measured,
    RunFailed,
    StageFinished,
    StageStarted,
)
from quad_studio.wording import describe, duration
from ui.controllers.file_dialogs import ask_for_file
from ui.core_texts import core_text
from ui.models.shown_path import shown_path
from ui.models.stages import Stages
from ui.services import AnchorFacts, BuildService, Distribution, LintFinding
from ui.views.pipeline_view import PipelineView
from ui.widgets.bar_plot import Bar
from ui.worker import Jobs, LongRun


@dataclass(frozen=True)
class _Came:
    """What a run gave: a bundle or a run folder."""

    kind: str
    path: Path


class PipelineController(QObject):
    """Owns the one long run of the window that builds or runs a plan.

    Signals:
        bundle_built: A bundle (Path) is ready.
        run_finished: A plan's run folder (Path) is complete.
        command: A command of the window that is the next thing to do.
        logged: A line and its level.
        busy_changed: One line on what is going on, empty when nothing is.
    """

    bundle_built = Signal(object)
    run_finished = Signal(object)
    command = Signal(str)
    logged = Signal(str, str)
    busy_changed = Signal(str)

    def __init__(self, view: PipelineView, service: BuildService | None) -> None:
        """Wire `view` to `service`."""
        super().__init__(view)
        self._view, self._service = view, service
        self._project: Path | None = None
        self._title = ""
        self.bundle: Path | None = None
        self._stages = Stages()
        self._bars: dict[str, Bar] = {}
        self._anchor = self._reason = ""
        self._findings: tuple[LintFinding, ...] = ()
        self._spreads: tuple[Distribution, ...] = ()
        self._began = 0.0
        self._again: Callable[[], None] = self.build
        self._built = ("", "")
        self._failed = ""
        self.save_first: Callable[[], bool] = lambda: True  # a build reads the file, not the form
        self._run = LongRun(self)
        self._run.reported.connect(self._on_event)
        self._run.idle.connect(self._on_idle)
        self._jobs = Jobs("checks", self)
        self._jobs.finished.connect(self._on_job)
        self._jobs.failed.connect(self._on_job_failed)
        view.build_clicked.connect(self.build)
        view.plan_clicked.connect(self.choose_plan)
        view.cancel_clicked.connect(self.cancel)
        view.lint_clicked.connect(self.lint)
        view.finding_chosen.connect(self._on_finding)
        view.distribution_chosen.connect(self._on_distribution)
        view.show_chipsets(service.chipsets() if service is not None else ())
        self._show_available()

    @property
    def is_busy(self) -> bool:
        """Return whether a build or a plan runs."""
        return self._run.is_active

    @property
    def is_idle(self) -> bool:
        """Return whether `shutdown` has nothing to wait for."""
        return not (self._run.is_active or self._jobs.is_active)

    def stop(self) -> None:
        """Ask everything to end, without waiting for it."""
        self._run.cancel()
        self._jobs.stop()

    def shutdown(self) -> None:
        """Stop what runs; what is measured is on disk already."""
        self._run.shutdown()
        self._jobs.shutdown()

    # ---- what may run --------------------------------------------------------------------------

    @Slot(object)
    def set_project(self, path: Path, title: str = "") -> None:
        """Build this project from now on."""
        if title or path != self._project:
            self._title = title or (path.stem if path.stem != "project" else path.parent.name)
            self._view.show_title(self._title)
        self._project = path
        self._show_available()
        self._show_stale()

    def _show_stale(self) -> None:
        """Say that the project is another one than the bundle was built from."""
        project, text = self._built
        if project != str(self._project) or self._run.is_active or text == self._text():
            return
        words = self.tr("The project was changed since its bundle was built.")
        self._view.banner.show_state(words, "warn", self.tr("Build again"), self.build)

    def _text(self) -> str:
        try:
            return self._project.read_text(encoding="utf-8") if self._project is not None else ""
        except OSError:
            return ""

    @Slot(object)
    def set_bundle(self, path: Path) -> None:
        """Check this bundle from now on."""
        self.bundle = path
        self._show_available()
        if self._service is not None:
            service = self._service
            self._jobs.submit("anchor", lambda: service.anchor_of(path))
            self._jobs.submit("distributions", lambda: service.distributions(path))

    def _show_available(self) -> None:
        build = self._service is not None and self._project is not None
        lint = self._service is not None and self.bundle is not None
        self._view.show_available(build, lint, plan=self._service is not None)
        if self._service is None:
            self._view.empty.show_text(
                self.tr("Building is not available"),
                self.tr("This installation has no build engine; runs can still be judged."),
            )

    @Slot()
    def build(self) -> None:
        """Build the project; stages that are up to date are skipped."""
        service, project = self._service, self._project
        if service is None or project is None or not self.save_first():
            return

        def work(emit: Emit, cancel: CancelToken) -> None:
            path = service.build(project, emit, cancel)
            emit(_Came("bundle", path))  # type: ignore[arg-type]

        self._again, self._built = self.build, (str(project), self._text())
        self._start(work, self.tr("Building {0}").format(self._title))

    @Slot(object)
    def build_project(self, path: Path) -> None:
        """Build the project in `path`."""
        self.set_project(path)
        self.build()

    @Slot()
    def choose_plan(self) -> None:
        """Ask for a plan file."""
        dialog = ask_for_file(self._view, self.tr("Run a plan"), self.tr("Plans (*.toml)"))
        dialog.fileSelected.connect(self.run_plan)

    @Slot(str)
    def run_plan(self, name: str) -> None:
        """Run the plan in file `name`."""
        service, plan = self._service, Path(name)
        if service is None:
            return

        def work(emit: Emit, cancel: CancelToken) -> None:
            emit(_Came("run", service.run_plan(plan, emit, cancel)))  # type: ignore[arg-type]

        self._again = partial(self.run_plan, name)
        self._start(work, self.tr("Running {0}").format(plan.stem))

    def _start(self, work: object, words: str) -> None:
        if self._run.is_active:
            return
        self._stages, self._bars = Stages(), {}
        self._anchor = self._reason = self._failed = ""
        self._began = time.monotonic()
        self._view.stages.reset_stages()
        self._view.losses.clear()
        self._view.show_coverage((), "")
        self._view.banner.show_state("")
        self._view.show_running(True)
        self.busy_changed.emit(words)
        self._run.start(work)  # type: ignore[arg-type]

    @Slot()
    def cancel(self) -> None:
        """Stop after the current piece of work; a later build goes on from there."""
        if not self._run.is_active:
            return
        self._view.banner.show_state(self.tr("Stopping…"), "info")
        self._run.cancel()

    # ---- what happens --------------------------------------------------------------------------

    @Slot(object)
    def _on_event(self, event: object) -> None:
        match event:
            case Measured():
                self._on_measured(event)
            case RunFailed(message=message, exit_code=130):
                self._failed = message
            case RunFailed(message=message):
                self._failed = message
                self.logged.emit(message, "error")
            case AnchorChosen(anchor=anchor, reason=reason):
                self._anchor = anchor
                self._show_bars(reason)
                self.logged.emit(describe(event), "info")
            case LogLine(message=message, level=level):
                self.logged.emit(message, level)
            case DeviceChanged(target=target, state=state, cause=cause, remedy=remedy):
                text = f"{target}: {state}. {cause} {remedy}".strip()
                self._view.banner.show_state(text, "warn")
                self.logged.emit(text, "warning")
            case _Came():
                self._on_came(event)
            case _:
                self._on_stage(event)

    def _on_stage(self, event: object) -> None:
        state = self._stages.take(event)  # type: ignore[arg-type]
        if state is None:
            return
        self._view.stages.show_stage(state)
        match event:
            case StageFinished(stage="sensitivity", note=note) if note:
                self._show_bars(note)
            case StageStarted(title=title):
                self.busy_changed.emit(core_text(title))

    def _on_measured(self, event: Measured) -> None:
        if event.name.startswith("loss/") and event.step is not None:
            for value in event.values.values():
                self._view.losses.add(event.name.removeprefix("loss/"), event.step, value)
        elif event.stage == "sensitivity" and event.name == "qss":
            for name, value in event.values.items():
                self._bars.setdefault(name, Bar(name, value))
            self._show_bars("")
        elif event.stage == "sensitivity" and "mean" in event.values:
            values = event.values
            bar = Bar(event.name, values["mean"], values.get("ci_low"), values.get("ci_high"))
            self._bars[event.name] = bar
            self._show_bars("")

    def _show_bars(self, reason: str) -> None:
        bars = [replace(b, is_marked=b.name == self._anchor) for b in self._bars.values()]
        self._reason = core_text(reason) or self._reason
        parts = [self.tr("Anchor: {0}").format(self._anchor)] if self._anchor else []
        text = ". ".join([*parts, self._reason] if self._reason else parts)
        self._view.show_anchor(bars, text)

    def _show_anchor(self, facts: AnchorFacts) -> None:
        """Show what is known of the bundle's anchor, also where this window did not build it."""
        self._anchor = facts.anchor or self._anchor
        self._bars = {name: Bar(name, *score) for name, score in facts.scores.items()} or self._bars
        self._show_bars(facts.reason)
        bars = [Bar(n, noise, is_marked=n == facts.single) for n, noise in facts.coverage.items()]
        reason = facts.single_reason if facts.single_reason != facts.reason else ""
        self._view.show_coverage(bars, core_text(reason))

    def _on_came(self, came: _Came) -> None:
        seconds, path = time.monotonic() - self._began, shown_path(came.path)
        took = duration(seconds)
        if came.kind == "bundle":
            text = self.tr("The bundle is ready after {0}: {1}").format(took, path)
            if seconds < 1:  # nothing had to be built
                text = self.tr("The bundle is ready: {0}").format(path)
            self._view.banner.show_state(
                text,
                "good",
                self.tr("To the devices"),
                partial(self.command.emit, "go.devices"),
            )
            self.set_bundle(came.path)
            self.bundle_built.emit(came.path)
        else:
            self._view.banner.show_state(
                self.tr("The run is complete after {0}: {1}").format(took, path),
                "good",
            )
            self.run_finished.emit(came.path)

    @Slot()
    def _on_idle(self) -> None:
        status = "stopped" if self._failed == "Stopped." else "failed"
        for state in self._stages.end_running(status):
            self._view.stages.show_stage(state)
        if self._failed == "Stopped.":
            text = self.tr("Stopped. What is done is kept; start again to go on.")
            self._view.banner.show_state(text, "warn", self.tr("Go on"), self._again)
        elif self._failed:
            again = self.tr("Try again")
            self._view.banner.show_state(self._failed, "bad", again, self._again)
        self._view.show_running(False)
        self._show_available()
        self.busy_changed.emit("")

    # ---- lint and distributions ----------------------------------------------------------------

    @Slot(str)
    def lint(self, chipset: str) -> None:
        """Check the bundle's graphs against the rules of `chipset`."""
        service, bundle = self._service, self.bundle
        if service is None or bundle is None:
            return
        self._view.lint_label.setText(self.tr("Checking…"))
        self._jobs.submit("lint", lambda: service.lint(bundle, chipset))

    @Slot(int)
    def _on_finding(self, place: int) -> None:
        service, bundle = self._service, self.bundle
        if service is not None and bundle is not None and place < len(self._findings):
            finding = self._findings[place]
            self._view.show_node(self._words_of(finding))
            self._jobs.submit(finding, lambda: service.describe_node(bundle, finding))

    def _words_of(self, finding: LintFinding) -> dict[str, str]:
        """Return what is wrong, where, and what to do."""
        words = {
            self.tr("Finding"): core_text(finding.message),
            self.tr("What to do"): core_text(finding.remedy),
            self.tr("Rule"): finding.rule,
            self.tr("Node"): finding.node,
        }
        return {name: text for name, text in words.items() if text}

    @Slot(int)
    def _on_distribution(self, place: int) -> None:
        known = 0 <= place < len(self._spreads)
        self._view.show_distribution(self._spreads[place] if known else None)

    @Slot(object, object)
    def _on_job(self, key: object, result: object) -> None:
        if key == "lint" and isinstance(result, tuple):
            self._findings = result
            self._view.show_findings(result)
        elif isinstance(result, AnchorFacts):
            self._show_anchor(result)
        elif key == "distributions" and isinstance(result, tuple):
            self._spreads = result
            self._view.show_distributions([one.name for one in result])
            self._on_distribution(0)
        elif isinstance(key, LintFinding) and isinstance(result, dict):
            self._view.show_node({**self._words_of(key), **result})

    @Slot(object, str)
    def _on_job_failed(self, key: object, message: str) -> None:
        if key == "lint":
            self._view.lint_label.setText(core_text(message))
        self.logged.emit(message, "error")
