"""The window with everything behind it; the only place that wires views and controllers."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, QTimer, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from quad_studio.demo_run import demo_plan
from quad_studio.opened_path import kind_of
from ui.commands import allow
from ui.controllers.command_controller import CommandController
from ui.controllers.compare_controller import CompareController
from ui.controllers.context_controller import ContextController
from ui.controllers.devices_controller import DevicesController
from ui.controllers.farewell import Farewell
from ui.controllers.help_controller import HelpController
from ui.controllers.key_controller import KeyController
from ui.controllers.kpi_controller import KpiController
from ui.controllers.pairing_controller import PairingController
from ui.controllers.pipeline_controller import PipelineController
from ui.controllers.project_controller import ProjectController
from ui.controllers.runs_controller import RunsController
from ui.controllers.session_controller import SessionController
from ui.controllers.statistics_controller import StatisticsController
from ui.controllers.tour_controller import TourController
from ui.controllers.verdict_controller import VerdictController
from ui.main_window import MainWindow
from ui.models.kpi_model import KpiTableModel
from ui.models.pairs_model import PairsModel
from ui.models.run_model import RunView
from ui.models.runs_model import RunsModel
from ui.models.selection import Selection
from ui.models.shown_path import shown_path
from ui.models.thumbnails import Thumbnails
from ui.models.verdict_book import VerdictBook
from ui.perceptual import perceptual_map
from ui.services import Services
from ui.theme import ThemeSwitch
from ui.theme_change import ThemeChange
from ui.views.compare_view import CompareView
from ui.views.context_view import ContextView
from ui.views.devices_view import DevicesView
from ui.views.kpi_view import KpiView
from ui.views.log_view import LogView
from ui.views.pipeline_view import PipelineView
from ui.views.project_view import ProjectView
from ui.views.runs_view import RunsView
from ui.views.session_view import SessionView
from ui.views.statistics_view import StatisticsView
from ui.warm_up import WarmUp
from ui.window_state import WindowState
from ui.worker import favour_ui_thread


class Studio(QObject):
    """The window with everything behind it."""

    def __init__(
        self,
        app: QApplication,
        *,
        root: Path,
        settings: QSettings | None = None,
        services: Services | None = None,
    ) -> None:
        """Build the window; runs are looked for below `root`."""
        super().__init__(app)
        favour_ui_thread()
        self.state = WindowState(settings)
        self.theme = ThemeSwitch(app, self.state.text("theme", "system"))
        self.selection = Selection(self)
        self.book = VerdictBook(self.selection, self)
        self.window = MainWindow(self.state)
        self._is_ending = self._is_waiting = False
        self._build_judge(root)
        self._build_work(services or Services())
        self._work = (self.session, self.pipeline, self.devices, self.pairing, self.project)
        self.farewell = Farewell(self._work, self)
        self.farewell.over.connect(self._on_all_ended)
        self._build_help(services or Services())
        self.window.command.connect(self.run_command)
        self.window.closing.connect(self._on_closing)
        self.window.dropped.connect(self.open_path)
        self.window.recent_chosen.connect(self.open_path)
        self.selection.run_changed.connect(self._on_run)
        self._on_run(None)
        self.theme.choose(self.state.text("theme", "system"))
        # What is made so far has this theme's colours.
        self.theme.changed.connect(self.window.repaint_theme)
        self.theme_change = ThemeChange(self.theme, self.window)
        self.warm_up = WarmUp(self.window, self)

    def _build_judge(self, root: Path) -> None:
        window = self.window
        self.thumbnails = Thumbnails(self)
        self.pairs = PairsModel(self.book.choice_of, self.book.tags_of)
        self.compare_view = CompareView(self.pairs, self.thumbnails)
        self.kpi_model = KpiTableModel()
        self.kpi_view = KpiView(self.kpi_model)
        self.runs_model = RunsModel()
        self.runs_view = RunsView(self.runs_model)
        views = ContextView(), LogView(), StatisticsView()
        self.context_view, self.log_view, self.statistics_view = views
        for name, title, view in (
            ("runs", self.tr("Runs"), self.runs_view),
            ("compare", self.tr("Compare"), self.compare_view),
            ("context", self.tr("Context"), self.context_view),
            ("statistics", self.tr("Statistics"), self.statistics_view),
            ("log", self.tr("Log"), self.log_view),
            ("kpis", self.tr("KPIs"), self.kpi_view),
        ):
            window.add_panel(name, title, view)
        self.compare = CompareController(
            self.compare_view, self.selection, self.pairs, self.book, perceptual_map
        )
        self.verdicts = VerdictController(
            self.compare_view, self.compare, self.book, self.selection, self.pairs
        )
        self.statistics = StatisticsController(
            self.statistics_view, self.compare_view, self.compare, self.selection
        )
        self.verdicts.told.connect(self.window.show_status)
        self.kpis = KpiController(self.kpi_view, self.kpi_model, self.selection, self.book)
        self.runs = RunsController(self.runs_view, self.runs_model, self.selection, root)
        self.context = ContextController(self.context_view, self.log_view, self.selection)
        self.compare.command.connect(self.run_command)
        self.runs.chosen.connect(self.open_path)
        self.runs.opening.connect(self.compare.show_opening)
        self.runs.failed.connect(self.compare.show_failed)
        self.runs.compared.connect(self.kpis.compare_with)
        self.compare_view.open_clicked.connect(self.runs.choose)
        self.runs_view.open_clicked.connect(self.runs.choose)

    def _build_work(self, services: Services) -> None:
        window = self.window
        self.project_view, self.pipeline_view = ProjectView(), PipelineView()
        self.devices_view, self.session_view = DevicesView(), SessionView()
        for name, title, view in (
            ("project", self.tr("Project"), self.project_view),
            ("pipeline", self.tr("Pipeline"), self.pipeline_view),
            ("devices", self.tr("Devices"), self.devices_view),
            ("session", self.tr("Session"), self.session_view),
        ):
            window.add_panel(name, title, view)
        self.project = ProjectController(self.project_view, services.build)
        self.pipeline = PipelineController(self.pipeline_view, services.build)
        self.devices = DevicesController(self.devices_view, services.devices)
        self.pairing = PairingController(services.devices, window)
        self.session = SessionController(self.session_view, services.sessions)
        self.project.opened.connect(self._on_project)
        self.project.build_wanted.connect(self.pipeline.build_project)
        self.pipeline.save_first = self.project.save_edits
        self.pipeline.bundle_built.connect(self.devices.set_bundle)
        self.pipeline.bundle_built.connect(self.session.set_bundle)
        self.pipeline.run_finished.connect(self._on_run_finished)
        self.pipeline.command.connect(self.run_command)
        self.devices.cards_changed.connect(self.session.show_cards)
        self.devices.checked_changed.connect(self.session.set_checked)
        self.session.target_checked.connect(self.devices.check)
        self.session.run_ready.connect(self._on_run_finished)
        self.session.replay_wanted.connect(self._on_replay)
        self.devices.pair_wanted.connect(self.pairing.open)
        for worker in (self.pipeline, self.devices, self.session):
            worker.logged.connect(self.log_view.append)
            worker.busy_changed.connect(self._on_busy_changed)

    def _build_help(self, services: Services) -> None:
        self.commands = CommandController(
            self.window, self._panels_with_commands(), self.devices_view
        )
        actions = self.commands.all_actions
        self.keys = KeyController(self.state, actions, self)
        self.help = HelpController(
            self.window, self.state, self.selection, actions, self.keys, services.build
        )
        self.tour = TourController(self.window)
        self.tour.ended.connect(self._on_tour_ended)
        self.runs.opened.connect(self.tour.keep_focus)
        self.help.theme_chosen.connect(self.choose_theme)
        self.help.blink_chosen.connect(self.choose_blink)
        self.help.stop_wanted.connect(self._on_stop_wanted)
        self.help.wait_wanted.connect(self._on_wait_wanted)
        self.choose_blink(float(self.state.text("blink_hz", "2.5")))

    def _panels_with_commands(self) -> list[dict[str, QAction]]:
        views = (
            self.project_view,
            self.pipeline_view,
            self.devices_view,
            self.session_view,
            self.session_view.input,
            self.compare_view,
            self.runs_view,
            self.kpi_view,
            self.statistics_view,
        )
        return [view.actions_by_name for view in views]

    @property
    def _simple(self) -> dict[str, Callable[[], object]]:
        """Return the commands that are one call."""
        return {
            "file.open_project": self.project.choose,
            "file.open_run": self.runs.choose,
            "file.reload": self.runs.reload,
            "file.quit": self.window.close,
            "window.theme": self.switch_theme,
            "help.tour": self.tour.start,
            "help.demo": self.run_demo,
            "copy.view": self.compare.canvas.copy_view,
            "copy.repro": self.context.copy_repro,
        }

    def show(self, workspace: str = "judge") -> None:
        """Show the window in `workspace`."""
        self.state.restore_geometry(self.window)
        self.window.show_workspace(workspace)
        self.window.show()
        self.runs.refresh()
        # After the first paint: what it loads would take its time from the window.
        QTimer.singleShot(0, self.devices.start)

    # ---- commands ------------------------------------------------------------------------------

    @Slot(str)
    def run_command(self, name: str) -> None:
        """Do a command that is not one panel's own."""
        if name in self._simple:
            self._simple[name]()
        elif name.startswith("help.") or name in ("file.settings", "copy.export"):
            self.help.run_command(name)
        else:
            self.window.run_command(name)

    @Slot(object)
    @Slot(str)
    def open_path(self, where: Path | str) -> None:
        """Open a run folder, or the run that a file belongs to."""
        kind, path = kind_of(Path(where))
        self.window.show_workspace({"project": "build", "bundle": "session", "run": "judge"}[kind])
        if kind == "project":
            self.project.open(path)
        elif kind == "bundle":
            self.open_bundle(path)
        else:
            self.runs.open(path)

    def run_demo(self) -> None:
        """Run the demo's plan on this computer; its run is opened when it is complete."""
        self.window.show_workspace("build")
        self.project.open(demo_plan().with_name("project.toml"))
        self.pipeline.run_plan(str(demo_plan()))

    def open_bundle(self, path: Path) -> None:
        """Work with the bundle in `path`: check it, deploy it, run sessions with it."""
        self.pipeline.set_bundle(path)
        self.devices.set_bundle(path)
        self.session.set_bundle(path)

    def switch_theme(self) -> None:
        """Change between light and dark."""
        self.choose_theme("light" if self.theme.current.name == "dark" else "dark")

    @Slot(str)
    def choose_theme(self, name: str) -> None:
        """Show the theme `name` now and at the next start."""
        self.theme_change.start(name)
        self.state.set_text("theme", name)

    @Slot(float)
    def choose_blink(self, changes_a_second: float) -> None:
        """Blink at this rate now and at the next start."""
        self.compare_view.canvas.set_blink_interval(round(1000 / changes_a_second))
        self.state.set_text("blink_hz", f"{changes_a_second:g}")

    @Slot(object)
    def _on_project(self, path: Path) -> None:
        self.state.add_recent("project", path)
        self.pipeline.set_project(path, self.project.title)
        self._show_recent()

    @Slot(object)
    def _on_run_finished(self, path: Path) -> None:
        self.runs.refresh()
        self.open_path(path)

    @Slot(str)
    def _on_replay(self, plan: str) -> None:
        self.window.show_workspace("build")
        self.pipeline.run_plan(plan)

    def _show_recent(self) -> None:
        paths = [*self.state.recent("project"), *self.state.recent("run")]
        self.window.show_recent([(shown_path(path), path) for path in paths])

    # ---- what happened -------------------------------------------------------------------------

    @Slot(object)
    def _on_run(self, run: RunView | None) -> None:
        why = self.tr("Open a run first.") if run is None else ""
        for name in ("file.reload", "copy.export"):
            allow(self.window.actions_by_name[name], why)
        if run is None:
            self.window.show_run_name("", self.tr("No run is open"))
            return
        self.state.add_recent("run", run.run.path)
        count = len(run.run.rows)
        rows = self.tr("1 row") if count == 1 else self.tr("{0} rows").format(count)
        detail = f"{run.name} · {rows} · {run.target_labels}"
        self.window.show_run_name(run.name, detail)
        self._show_recent()
        if run.bundle is not None and self.devices.bundle is None:
            self.devices.set_bundle(run.bundle)
            self.session.set_bundle(run.bundle)

    # ---- the end -------------------------------------------------------------------------------

    def stop(self) -> None:
        """Save the window's state and ask everything to end at the same time, without waiting."""
        self._is_ending = True
        self.farewell.give_up()
        if self.window.isVisible():
            self.window.remember()
            self.window.hide()
        self.farewell.ask()

    def end(self) -> None:
        """End without a question, and wait; what is done is kept. Safe to call again."""
        self.stop()
        self.shutdown()

    @property
    def busy_with(self) -> str:
        """Return what is going on that quitting would stop, empty when nothing is."""
        if self.pipeline.is_busy:
            return self.tr("A build or a plan is running")
        if self.devices.is_busy:
            return self.tr("A bundle is being deployed")
        return self.tr("An image is being made") if self.session.is_busy else ""

    @Slot()
    def _on_closing(self) -> None:
        if self.project.is_unsaved and not self._is_ending:
            self.window.veto_close()
            self.project.ask_to_save(self.window.close)
            return
        if self.busy_with and not self._is_ending:
            self.window.veto_close()
            self.help.ask_before_quitting(self.busy_with)
            return
        self._is_ending = True
        if self.farewell.is_over:
            self.shutdown()
            return
        self.window.veto_close()
        self.window.remember()
        self.window.hide()
        self.farewell.start()

    @Slot()
    def _on_all_ended(self) -> None:
        """Close the window, hidden since it was asked to, and leave the event loop with it."""
        self.window.close()
        QApplication.quit()

    @Slot()
    def _on_stop_wanted(self) -> None:
        self._is_ending = True
        self.window.close()

    @Slot()
    def _on_wait_wanted(self) -> None:
        self._is_waiting = True
        self.window.hide()
        self._on_busy_changed("")

    @Slot(str)
    def _on_busy_changed(self, words: str) -> None:
        self.window.show_status(words)
        if self._is_waiting and not self.busy_with:
            self.window.close()
            QApplication.quit()

    @Slot()
    def _on_tour_ended(self) -> None:
        self.state.set_text("tour_seen", "yes")
        self.compare_view.canvas.setFocus()

    def shutdown(self) -> None:
        """End every thread."""
        own = (self.theme_change, self.warm_up, self.context, self.help)
        judge = (self.compare, self.statistics, self.runs, self.kpis, self.thumbnails)
        for busy in (*own, *self._work, *judge):
            busy.shutdown()
