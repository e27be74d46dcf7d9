"""Decides what the Session panel shows, and runs one worker a device."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from quad_studio.events import LogLine, RunFailed, StageProgress, StageStarted
from quad_studio.wording import of_target
from ui.controllers.file_dialogs import ask_for_file, ask_for_folder
from ui.controllers.session_lane import SessionLane
from ui.controllers.session_request import missing_input
from ui.controllers.session_scoring import SessionScoring
from ui.controllers.session_words import SessionWords
from ui.models.run_model import device_label
from ui.models.shown_path import shown_path
from ui.services import Ask, BundleChoices, SessionResult, SessionService, TargetCard
from ui.views.session_view import SessionView
from ui.widgets.device_card import NO_DEVICE
from ui.widgets.fit_picture import fit_picture
from ui.widgets.frame import Frame, load_pixels
from ui.widgets.timeline import entry_of
from ui.worker import Jobs

GONE = ("lost", "offline", "absent", "stopped")


class SessionController(QObject):
    """Keeps a runner a device open while the user goes from task to task.

    Signals:
        logged: A line and its level.
        busy_changed: One line on what is going on, empty when nothing is.
        target_checked: (target, on): the user chose devices here.
        plan_saved: The path of a plan that replays the session.
        replay_wanted: The file name of a plan that shall be run.
        run_ready: The run folder (Path) of what the session made, scored.
    """

    logged = Signal(str, str)
    busy_changed = Signal(str)
    target_checked = Signal(str, bool)
    plan_saved = Signal(object)
    replay_wanted = Signal(str)
    run_ready = Signal(object)

    def __init__(self, view: SessionView, service: SessionService | None) -> None:
        """Wire `view` to `service`."""
        super().__init__(view)
        self._view, self._service = view, service
        self.choices: BundleChoices | None = None
        self._lanes: dict[str, SessionLane] = {}
        self._asks: list[tuple[str, Ask]] = []
        self._steps: dict[str, tuple[int, int]] = {}
        self._failed: dict[str, str] = {}
        self._is_refused = False
        self._cards: tuple[TargetCard, ...] = ()
        self._checked: frozenset[str] = frozenset({"host"})
        self._wanted_bundle: Path | None = None
        self._plan: Path | None = None
        self._words = SessionWords(view, self.run, self.end)
        self._jobs = Jobs("session", self)
        self._jobs.finished.connect(self._on_job)
        self._jobs.failed.connect(self._on_job_failed)
        self._judging = SessionScoring(view, service, self)
        self._judging.run_ready.connect(self.run_ready)
        self._judging.logged.connect(self.logged)
        self._judging.idle.connect(self._on_idle)
        view.judge_clicked.connect(self.judge)
        view.run_clicked.connect(self.run)
        view.cancel_clicked.connect(self.cancel)
        view.end_clicked.connect(self.end)
        view.save_plan_clicked.connect(self.choose_plan_folder)
        view.replay_clicked.connect(self._replay)
        view.bundle_clicked.connect(self.choose_bundle)
        view.use_case_chosen.connect(self.choose_use_case)
        view.request.target_checked.connect(self._on_target_checked)
        view.input.open_clicked.connect(self.choose_image)
        view.input.image_dropped.connect(self.open_image)
        view.results.result_chosen.connect(self._on_result_chosen)
        if service is None:
            view.empty.show_text(
                self.tr("Sessions are not available"),
                self.tr("This installation has no runner; runs can still be judged."),
            )

    @property
    def is_busy(self) -> bool:
        """Return whether an image is being made or scored."""
        lanes = self._lanes.values()
        return self._judging.is_active or any(lane.run.is_active for lane in lanes)

    @property
    def is_idle(self) -> bool:
        """Return whether `shutdown` has nothing to wait for."""
        lanes = self._lanes.values()
        return not (self.is_busy or self._jobs.is_active or any(lane.handle for lane in lanes))

    def stop(self) -> None:
        """Ask everything to end, each device in its own thread, without waiting for one."""
        self._judging.cancel()
        self._jobs.stop()
        for lane in self._lanes.values():
            lane.leave()

    def shutdown(self) -> None:
        """Stop what runs and end every runner."""
        self._judging.shutdown()
        for lane in self._lanes.values():
            lane.run.shutdown()
            handle, lane.handle = lane.handle, None
            if handle is not None:
                handle.close()
        self._lanes.clear()
        self._jobs.shutdown()

    # ---- what is asked -------------------------------------------------------------------------

    @Slot()
    def choose_bundle(self) -> None:
        """Ask for a bundle folder."""
        dialog = ask_for_folder(self._view, self.tr("Choose a bundle"))
        dialog.fileSelected.connect(self.set_bundle)

    @Slot(object)
    @Slot(str)
    def set_bundle(self, where: Path | str) -> None:
        """Work with this bundle from now on."""
        service, path = self._service, Path(where)
        self._wanted_bundle = path
        if any(lane.is_outdated(path) for lane in self._lanes.values()):
            self._words.show_outdated()
        elif self.choices is None and service is not None:
            self._view.empty.show_text(self.tr("Reading the bundle…"), shown_path(path))
        if service is not None:
            self._jobs.submit("choices", lambda: service.choices(path))

    @Slot(str)
    def choose_use_case(self, name: str) -> None:
        """Show the inputs and defaults of the use case `name`."""
        if self.choices is None:
            return
        found = next((one for one in self.choices.use_cases if one.name == name), None)
        if found is not None:
            self._view.show_use_case(found)

    @Slot(object)
    def show_cards(self, cards: tuple[TargetCard, ...]) -> None:
        """Offer these devices, keeping what is checked."""
        self._cards = tuple(card for card in cards if card.state not in NO_DEVICE)
        self._view.show_targets(self._cards, self._checked)
        for card in cards:
            lane = self._lanes.get(card.name)
            if lane is not None and card.state in GONE and not lane.run.is_active:
                self._let_go(lane, failed=True)  # its runner went too: the next image starts one

    @Slot(object)
    def set_checked(self, targets: frozenset[str]) -> None:
        """Use these devices; they are checked in the Devices panel too."""
        if targets != self._checked:
            self._checked = targets
            self._view.show_targets(self._cards, targets)

    @Slot(str, bool)
    def _on_target_checked(self, target: str, on: bool) -> None:
        self._checked = self._checked | {target} if on else self._checked - {target}
        self.target_checked.emit(target, on)

    @Slot()
    def choose_image(self) -> None:
        """Ask for a picture."""
        dialog = ask_for_file(
            self._view,
            self.tr("Open a picture"),
            self.tr("Pictures (*.png *.jpg *.jpeg *.webp *.bmp)"),
        )
        dialog.fileSelected.connect(self.open_image)

    @Slot(str)
    def open_image(self, name: str) -> None:
        """Take the picture in file `name`, fitted to the bundle's size."""
        choices = self.choices
        if choices is None:
            self._view.banner.show_state(self.tr("Choose a bundle first."), "info")
            return
        size = (choices.width, choices.height)
        self._jobs.submit("image", lambda: fit_picture(load_pixels(Path(name)), size))

    def _ask(self) -> Ask | None:
        """Return the complete request, or say what is missing."""
        choices, ask = self.choices, self._view.ask()
        known = choices.use_cases if choices is not None else ()
        use_case = next((one for one in known if one.name == ask.use_case), None)
        if use_case is None:
            return None
        needs, view = use_case.needs, self._view.input
        missing = missing_input(needs, ask, view)
        self._view.banner.show_state(missing, "info")
        if missing:
            return None
        return replace(
            ask,
            image=view.picture.pixels if needs & {"image", "mask"} else None,
            mask=view.picture.layer() if "mask" in needs else None,
            sketch=view.sketch.sketch() if "sketch" in needs else None,
        )

    # ---- running -------------------------------------------------------------------------------

    @Slot()
    def run(self) -> None:
        """Make one image on every checked device, at the same time."""
        ask, targets = self._ask(), self._view.request.chosen_targets()
        if ask is None or self._service is None or self.choices is None or self.is_busy:
            return
        if not targets:
            self._view.banner.show_state(self.tr("Check at least one device."), "info")
            return
        self._steps.clear()
        self._failed.clear()
        self._view.show_running(True)
        self.busy_changed.emit(self.tr("Running on {0}").format(", ".join(targets)))
        for target in targets:
            lane = self._lane(target)
            lane.make(self._service, self.choices.path, ask)
        self._view.show_session(True, count=len(self._asks))

    def _lane(self, target: str) -> SessionLane:
        lane = self._lanes.get(target)
        if lane is None:
            lane = self._lanes[target] = SessionLane(target, self)
            lane.reported.connect(self._on_event)
            lane.idle.connect(self._on_idle)
        return lane

    @Slot()
    def cancel(self) -> None:
        """Stop within one step."""
        self._judging.cancel()
        for lane in self._lanes.values():
            lane.run.cancel()

    @Slot()
    def end(self) -> None:
        """End every runner; the results stay."""
        self.cancel()
        for lane in self._lanes.values():
            if not lane.run.is_active:
                self._let_go(lane, failed=False)
        self._view.show_session(False, count=len(self._asks))

    def _let_go(self, lane: SessionLane, *, failed: bool) -> None:
        """End the lane's runner, off the UI thread: a device that is lost takes its time."""
        if lane.handle is not None:
            handle, lane.handle = lane.handle, None
            self._jobs.submit("close", handle.drop if failed else handle.close)

    @Slot(str, object)
    def _on_event(self, target: str, event: object) -> None:
        match event:
            case SessionResult():
                self._on_result(event)
            case StageProgress(stage="unet", done=done, total=total):
                self._steps[target] = (done, total)
                done_all = sum(pair[0] for pair in self._steps.values())
                total_all = sum(pair[1] for pair in self._steps.values())
                words = self.tr("step {0} of {1}").format(done_all, total_all)
                self._view.request.show_progress(done_all, total_all, words)
            case StageProgress():
                pass  # the deployment's: short, or told in the Devices panel
            case StageStarted(stage=stage):
                if not self._steps:
                    self.busy_changed.emit(self._words.show_doing(stage, target))
            case RunFailed(exit_code=130):
                self._words.show_stopped()
            case RunFailed(message=message):
                self._let_go(self._lanes[target], failed=True)  # the next image: a new runner
                self._steps.pop(target, None)
                self._show_failure(target, message)
            case LogLine(message=message, level="error"):
                self._show_failure(target, message)
            case LogLine(message=message, level=level):
                self.logged.emit(f"{target}: {message}", level)

    def _show_failure(self, target: str, message: str) -> None:
        """Say what happened on one device, beside what happened on others."""
        self._failed[target] = of_target(target, message)
        self._words.show_failed(self._failed)
        self.logged.emit(self._failed[target], "error")

    def _on_result(self, result: SessionResult) -> None:
        self._asks.append((result.target, result.ask))
        self._view.results.model.add(result)
        self._view.results.show_newest()
        self._view.timeline.add(entry_of(result.row))
        self._view.show_session(True, count=len(self._asks))

    @Slot(int)
    def _on_result_chosen(self, place: int) -> None:
        result, canvas = self._view.results.model.result(place), self._view.canvas
        reference = Frame(result.reference) if result.reference is not None else None
        canvas.show_frames(reference, Frame(result.image))
        canvas.show_labels(self.tr("FP32 reference"), device_label(result.row))
        if not self.is_busy:
            self._words.show_unreferenced(result)

    @Slot()
    def _on_idle(self) -> None:
        if not self.is_busy:
            self._words.check_shown()
            self._view.show_running(False)
            self.busy_changed.emit("")

    @Slot()
    def judge(self) -> None:
        """Score what was made so far and hand it over as a run."""
        if self._service is not None and not self.is_busy:
            self._view.show_running(True)
            self.busy_changed.emit(self.tr("Scoring the images…"))
            self._judging.start()

    # ---- recording -----------------------------------------------------------------------------

    @Slot()
    def choose_plan_folder(self) -> None:
        """Ask where the sequence shall be saved as a plan."""
        dialog = ask_for_folder(self._view, self.tr("Save the sequence as a plan"))
        dialog.fileSelected.connect(self.save_plan)

    @Slot(str)
    def save_plan(self, name: str) -> None:
        """Write the sequence of the first device as a plan below folder `name`."""
        service, choices = self._service, self.choices
        if service is None or choices is None or not self._asks:
            return
        target = self._asks[0][0]
        asks = [ask for where, ask in self._asks if where == target]
        self._jobs.submit("plan", lambda: service.save_plan(Path(name), choices.path, target, asks))

    # ---- short jobs ----------------------------------------------------------------------------

    @Slot(object, object)
    def _on_job(self, key: str, result: object) -> None:
        if key == "choices" and isinstance(result, BundleChoices):
            self._take_choices(result)
        elif key == "image":
            self._view.input.tabs.setCurrentIndex(0)
            self._view.input.picture.show_picture(result)  # type: ignore[arg-type]
        elif key == "plan" and isinstance(result, Path):
            self._view.show_plan_saved(result)
            self._plan = result
            self.plan_saved.emit(result)

    @Slot()
    def _replay(self) -> None:
        if self._plan is not None:
            self.replay_wanted.emit(str(self._plan))

    def _take_choices(self, choices: BundleChoices) -> None:
        # One that was built again and offers the same leaves what was typed and drawn.
        if choices.path != self._wanted_bundle:
            return
        if self._is_refused:
            self._is_refused = False
            self._view.banner.show_state("")  # what was wrong with another bundle
        if choices == self.choices:
            return
        if self.choices is not None and self.choices.path != choices.path:
            self.end()
        self.choices = choices
        self._view.show_choices(choices)
        blank = np.full((choices.height, choices.width, 3), 255, np.uint8)
        self._view.input.sketch.show_picture(blank, is_sketch=True)
        if choices.use_cases:
            self._view.show_use_case(choices.use_cases[0])

    @Slot(object, str)
    def _on_job_failed(self, key: str, message: str) -> None:
        if key == "choices":
            self._is_refused = True
            title = self.tr("The bundle cannot be read")
            self._view.empty.show_text(title, message, self.tr("Choose a bundle…"))
        self._view.banner.show_state(message, "bad")
        self.logged.emit(message, "error")
