"""Decides what the Devices panel shows, and when devices are asked, filled and paired."""

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from quad_studio.cancel import CancelToken
from quad_studio.events import DeviceChanged, Emit, LogLine, RunFailed, StageFinished, StageProgress
from quad_studio.wording import duration, of_target
from ui.commands import allow
from ui.controllers.file_dialogs import ask_for_folder
from ui.models.bundle_stamp import bundle_stamp
from ui.models.card_words import spoken_card
from ui.models.shown_path import shown_path
from ui.services import DeployedItem, DeviceService, TargetCard
from ui.views.devices_view import DevicesView
from ui.widgets.device_card import action_word
from ui.worker import Jobs, LongRun

if TYPE_CHECKING:
    from device.targets import Telemetry

SAMPLE_MS = 1000
CURVES_AT_ONCE = 2
STOPPED = 130
USABLE = frozenset({"ready", "busy", "cooling", "low-battery", "low-storage", "preparing"})
GONE = frozenset({"lost", "offline", "absent"})


class DevicesController(QObject):
    """Watches devices; deploys to those that are checked.

    Signals:
        cards_changed: The cards (tuple of TargetCard) as they are now.
        checked_changed: The names of the checked targets.
        deployed: A bundle (Path) lies on the checked targets.
        logged: A line and its level.
        busy_changed: One line on what is going on, empty when nothing is.
        pair_wanted: The pairing dialog shall open.
    """

    cards_changed = Signal(object)
    checked_changed = Signal(object)
    deployed = Signal(object)
    logged = Signal(str, str)
    busy_changed = Signal(str)
    pair_wanted = Signal()

    def __init__(self, view: DevicesView, service: DeviceService | None) -> None:
        """Wire `view` to `service`."""
        super().__init__(view)
        self._view, self._service = view, service
        self.cards: tuple[TargetCard, ...] = ()
        self.checked: frozenset[str] = frozenset({"host"})
        self.bundle: Path | None = None
        self._chosen = ""
        self._items: tuple[DeployedItem, ...] = ()
        self._asked: set[str] = set()
        self._first_s: float | None = None
        self._failed: dict[str, str] = {}
        self._done: list[str] = []
        self._is_cancelled = False
        self._deployed: dict[Path, float | None] = {}
        self._acting = CancelToken()
        self._watch, self._deploy = LongRun(self), LongRun(self)
        self._watch.reported.connect(self._on_watch)
        self._deploy.reported.connect(self._on_deploy)
        self._deploy.idle.connect(self._on_deploy_idle)
        self._jobs = self._queue("devices")
        self._samplers: dict[str, Jobs] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(SAMPLE_MS)
        self._timer.timeout.connect(self.sample)
        self._wire()

    def _queue(self, name: str) -> Jobs:
        jobs = Jobs(name, self)
        jobs.finished.connect(self._on_job)
        jobs.failed.connect(self._on_job_failed)
        return jobs

    def _wire(self) -> None:
        view = self._view
        view.action_clicked.connect(self.act)
        view.target_chosen.connect(self.choose)
        view.target_checked.connect(self.check)
        view.pair_clicked.connect(self.pair_wanted)
        view.deploy_clicked.connect(self.deploy)
        view.cancel_clicked.connect(self.cancel)
        view.browse_clicked.connect(self.choose_bundle)
        view.remove_clicked.connect(self.remove)
        if self._service is None:
            view.empty.show_text(
                self.tr("Devices are not available"),
                self.tr("This installation has no device engine; runs can still be judged."),
            )
            allow(view.actions_by_name["devices.pair"], self.tr("Devices are not available"))
        view.empty.action_clicked.connect(view.actions_by_name["devices.pair"].trigger)

    @property
    def is_busy(self) -> bool:
        """Return whether a deployment runs."""
        return self._deploy.is_active

    @Slot()
    def start(self) -> None:
        """Begin to watch; safe to call again."""
        service = self._service
        if service is None or self._watch.is_active:
            return

        def work(emit: Emit, cancel: CancelToken) -> None:
            service.watch(emit, cancel)  # type: ignore[arg-type]

        self._watch.start(work)
        self._timer.start()

    @property
    def is_idle(self) -> bool:
        """Return whether `shutdown` has nothing to wait for."""
        queues = (self._jobs, *self._samplers.values())
        works = self._watch.is_active or self._deploy.is_active
        return not works and not any(jobs.is_active for jobs in queues)

    def stop(self) -> None:
        """Ask everything to end, without waiting for a device that does not answer."""
        self._timer.stop()
        self._acting.cancel()
        self._watch.cancel()
        self._deploy.cancel()
        for jobs in (self._jobs, *self._samplers.values()):
            jobs.stop()

    def shutdown(self) -> None:
        """Stop watching and deploying."""
        self._acting.cancel()
        self._timer.stop()
        self._watch.shutdown()
        self._deploy.shutdown()
        for jobs in (self._jobs, *self._samplers.values()):
            jobs.shutdown()

    # ---- cards ---------------------------------------------------------------------------------

    @Slot(object)
    def _on_watch(self, event: object) -> None:
        if isinstance(event, RunFailed):
            self._view.banner.show_state(event.message, "bad", self.tr("Try again"), self.start)
            self.logged.emit(event.message, "error")
        elif isinstance(event, tuple):
            before, self.cards = self.cards, event
            if not event:
                self._view.empty.show_text(
                    self.tr("No device is here"),
                    self.tr("Plug a phone in with USB debugging on, or pair one over Wi-Fi."),
                    self.tr("Pair a phone…"),
                )
            self._say_what_went(before)
            self._view.show_cards(event, self.checked)
            if self._chosen:
                self._show_facts()
            self.cards_changed.emit(event)
            self._show_can_deploy()

    def _say_what_went(self, before: tuple[TargetCard, ...]) -> None:
        """Say which device went away, unless its deployment has said more."""
        worked = {card.name for card in before if card.state in USABLE}
        for card in self.cards:
            if card.name in worked and card.state in GONE and card.name not in self._failed:
                text = f"{card.name}: {card.cause} {card.remedy}"
                act = partial(self.act, card.name, card.action)
                action = "" if card.action in ("", "wait") else action_word(card.action)
                self._view.banner.show_state(text, "warn", action, act)
                self.logged.emit(text, "warning")

    @Slot(str, bool)
    def check(self, target: str, on: bool) -> None:
        """Let `target` take part in deployments and sessions, or not."""
        self.checked = self.checked | {target} if on else self.checked - {target}
        if target in self._view.cards:
            self._view.cards[target].show_checked(on)
        self._show_can_deploy()
        self.checked_changed.emit(self.checked)

    @Slot(str)
    def choose(self, target: str) -> None:
        """Show the details of `target`."""
        self._chosen = target
        self._show_facts()
        self._view.show_contents(())
        service = self._service
        if service is not None:
            self._jobs.submit(("contents", target), lambda: service.contents(target))

    def _show_facts(self) -> None:
        for card in [spoken_card(card) for card in self.cards if card.name == self._chosen]:
            note = {self.tr("Note"): card.note} if card.note else {}
            self._view.show_details(card.label or card.name, {**card.facts, **note})

    @Slot(str, str)
    def act(self, target: str, action: str) -> None:
        """Do a card's action."""
        service = self._service
        if service is None:
            return
        if action == "free-space":
            self.choose(target)
            self._view.tabs.setCurrentIndex(2)
            return
        self._view.banner.show_state(self.tr("Working on {0}…").format(target), "info")
        cancel = self._acting
        self._jobs.submit(("act", target), lambda: service.act(target, action, cancel))

    # ---- deploying -----------------------------------------------------------------------------

    @Slot()
    def choose_bundle(self) -> None:
        """Ask for a bundle folder."""
        dialog = ask_for_folder(self._view, self.tr("Choose a bundle"))
        dialog.fileSelected.connect(self._on_bundle_chosen)

    @Slot(str)
    def _on_bundle_chosen(self, name: str) -> None:
        self.set_bundle(Path(name))

    @Slot(object)
    def set_bundle(self, path: Path) -> None:
        """Deploy this bundle from now on."""
        self.bundle = path
        self._view.show_bundle(shown_path(path))
        if self._deployed.get(path, bundle_stamp(path)) != bundle_stamp(path):
            text = self.tr("The bundle was built again since it was deployed.")
            self._view.banner.show_state(text, "warn", self.tr("Deploy again"), self.deploy)
        self._show_can_deploy()

    def _show_can_deploy(self) -> None:
        names = {card.name for card in self.cards}
        why_not = ""
        if self.bundle is None:
            why_not = self.tr("Choose a bundle first.")
        elif not self.checked & names:
            why_not = self.tr("Check at least one device.")
        self._view.show_deploying(self._deploy.is_active, why_not=why_not)

    @Slot()
    def deploy(self) -> None:
        """Push the bundle to every checked device."""
        service, bundle = self._service, self.bundle
        names = [card.name for card in self.cards if card.name in self.checked]
        if service is None or bundle is None or not names or self._deploy.is_active:
            return

        def work(emit: Emit, cancel: CancelToken) -> None:
            service.deploy(bundle, names, emit, cancel)

        self._failed, self._done, self._is_cancelled = {}, [], False
        self._view.banner.show_state("")
        self._deploy.start(work)
        self._show_can_deploy()
        self.busy_changed.emit(self.tr("Deploying to {0}").format(", ".join(names)))

    @Slot()
    def cancel(self) -> None:
        """Stop deploying; what has arrived stays and is not sent again."""
        self._deploy.cancel()

    @Slot(object)
    def _on_deploy(self, event: object) -> None:
        match event:
            case StageProgress(stage=stage, done=done, total=total, eta_s=eta):
                card = self._view.cards.get(stage.removeprefix("deploy:"))
                if card is not None:
                    left = f" · {duration(eta)}" if eta is not None else ""
                    text = f"{done / 1e6:,.1f} / {total / 1e6:,.1f} MB{left}"
                    card.show_progress(done, total, text)
            case StageFinished(stage=stage, note=note):
                self._done.append(stage.removeprefix("deploy:"))
                self._end_progress(self._done[-1])
                self.logged.emit(f"{stage}: {note}", "info")
            case DeviceChanged(target=target, cause=cause, remedy=remedy):
                self._view.banner.show_state(
                    f"{target}: {cause} {remedy}",
                    "warn",
                    self.tr("Reconnect"),
                    partial(self.act, target, "reconnect"),
                )
                self.logged.emit(f"{target}: {cause} {remedy}", "warning")
            case RunFailed(stage=stage, message=message, exit_code=code):
                target = stage.removeprefix("deploy:")
                self._end_progress(target)
                if code == STOPPED:
                    self._is_cancelled = True
                else:
                    self._failed[target] = of_target(target, message)
                    self._view.banner.show_state("\n".join(self._failed.values()), "bad")
                    self.logged.emit(self._failed[target], "error")
            case LogLine(message=message, level=level):
                self.logged.emit(message, level)

    def _end_progress(self, target: str) -> None:
        card = self._view.cards.get(target)
        if card is not None:
            card.show_progress(0, 0, "")

    @Slot()
    def _on_deploy_idle(self) -> None:
        for name in self._view.cards:
            self._end_progress(name)
        self._show_can_deploy()
        self.busy_changed.emit("")
        self._show_outcome()
        if self._chosen:
            self.choose(self._chosen)

    def _show_outcome(self) -> None:
        """Say which devices have the bundle, and what became of the others."""
        if self._failed:
            lines = list(self._failed.values())
            if self._done:
                lines.append(self.tr("Deployed to {0}.").format(", ".join(self._done)))
            lines.append(self.tr("Deploy again to go on; files that arrived are not sent again."))
            again = self.tr("Deploy again")
            self._view.banner.show_state("\n".join(lines), "bad", again, self.deploy)
        elif self._is_cancelled:
            text = self.tr("Stopped. Files that arrived are not sent again.")
            self._view.banner.show_state(text, "warn", self.tr("Deploy the rest"), self.deploy)
        elif self.bundle is not None:
            self._deployed[self.bundle] = bundle_stamp(self.bundle)
            text = self.tr("Deployed to {0}.").format(", ".join(self._done))
            self._view.banner.show_state(text, "good")
            self.deployed.emit(self.bundle)

    @Slot(int)
    def remove(self, place: int) -> None:
        """Take an item off the chosen device."""
        service, target = self._service, self._chosen
        if service is not None and place < len(self._items):
            item = self._items[place]
            self._jobs.submit(("remove", target), lambda: service.remove(target, item))

    def stop_sampling(self) -> None:
        """Let the curves stand as they are."""
        self._timer.stop()

    # ---- telemetry -----------------------------------------------------------------------------

    @Slot()
    def sample(self) -> None:
        """Ask the first two checked devices how they are, one question at a time each."""
        service = self._service
        if service is None or not self._view.isVisible():
            return
        names = [c.name for c in self.cards if c.name in self.checked and c.state in USABLE]
        for name in names[:CURVES_AT_ONCE]:
            if name not in self._asked:
                self._asked.add(name)
                if name not in self._samplers:  # a device that does not answer delays no other
                    self._samplers[name] = self._queue(f"telemetry of {name}")
                self._samplers[name].submit(("telemetry", name), partial(service.telemetry, name))

    @Slot(object, object)
    def _on_job(self, key: tuple[str, str], result: object) -> None:
        what, target = key
        if what == "telemetry":
            self._asked.discard(target)
            now = time.monotonic()
            self._first_s = now if self._first_s is None else self._first_s
            curves = curves_of(cast("Telemetry", result))
            self._view.show_sample(target, now - self._first_s, curves)
        elif what == "contents" and isinstance(result, tuple) and target == self._chosen:
            self._items = result
            self._view.show_contents(result)
        elif what == "act":
            self._view.banner.show_state(str(result or self.tr("Done.")), "good")
        elif what == "remove":
            self.choose(target)

    @Slot(object, str)
    def _on_job_failed(self, key: tuple[str, str], message: str) -> None:
        what, target = key
        self._asked.discard(target)
        if what != "telemetry":  # a device that goes away is said on its card
            text = of_target(target, message)
            self._view.banner.show_state(text, "bad")
            self.logged.emit(text, "error")


def curves_of(sample: "Telemetry") -> dict[str, float | None]:
    """Return the value of each curve of the panel, None where the device does not tell."""
    return {
        "memory": sample.memory_available_mb,
        "cpu": sample.cpu_percent,
        "temperature": sample.temperature_celsius,
        "battery": sample.battery_percent,
    }
