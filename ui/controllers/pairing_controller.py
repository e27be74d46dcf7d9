"""Decides what the pairing dialog does."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from quad_studio.cancel import CancelToken
from quad_studio.events import Emit, RunFailed
from ui.services import DeviceService
from ui.views.pairing_dialog import PairingDialog
from ui.worker import LongRun


@dataclass(frozen=True)
class _Paired:
    target: str


class PairingController(QObject):
    """Opens the dialog, waits for the phone, tries again with a new code.

    Signals:
        paired: The name of the target that is connected now.
    """

    paired = Signal(str)

    def __init__(self, service: DeviceService | None, parent: QWidget) -> None:
        """Pair through `service`."""
        super().__init__(parent)
        self._service, self._window = service, parent
        self.dialog: PairingDialog | None = None
        self._run = LongRun(self)
        self._run.reported.connect(self._on_event)
        self._run.idle.connect(self._on_idle)
        self._next: Callable[[], None] | None = None

    @property
    def is_busy(self) -> bool:
        """Return whether it waits for a phone."""
        return self._run.is_active

    @property
    def is_idle(self) -> bool:
        """Return whether `shutdown` has nothing to wait for."""
        return not self._run.is_active

    def stop(self) -> None:
        """Wait for no phone any more; returns at once."""
        self._next = None
        self._run.cancel()

    def shutdown(self) -> None:
        """Stop waiting."""
        self._next = None
        self._run.shutdown()

    @Slot()
    def open(self) -> None:
        """Show the dialog with a fresh code."""
        if self._service is None:
            return
        self.dialog = PairingDialog(self._window)
        self.dialog.regenerate_clicked.connect(self.regenerate)
        self.dialog.code_entered.connect(self.pair_with_code)
        self.dialog.finished.connect(self._on_closed)
        self.dialog.open()
        self.regenerate()

    @Slot()
    def regenerate(self) -> None:
        """Show a new code and wait for it; the old one is worth nothing then."""
        service, dialog = self._service, self.dialog
        if service is None or dialog is None or self._waits_for(self.regenerate):
            return
        code = service.new_pairing()
        dialog.show_code(code.qr_text)
        dialog.show_state(self.tr("Waiting for the phone, up to two minutes…"), "info")

        def work(emit: Emit, cancel: CancelToken) -> None:
            emit(_Paired(service.pair_by_qr(code, cancel)))  # type: ignore[arg-type]

        self._run.start(work)

    @Slot(str, str)
    def pair_with_code(self, endpoint: str, code: str) -> None:
        """Pair by the digits that the phone shows."""
        service, dialog = self._service, self.dialog
        if service is None or dialog is None:
            return
        if self._waits_for(lambda: self.pair_with_code(endpoint, code)):
            return
        dialog.show_state(self.tr("Pairing…"), "info")

        def work(emit: Emit, cancel: CancelToken) -> None:
            emit(_Paired(service.pair_with_code(endpoint, code)))  # type: ignore[arg-type]

        self._run.start(work)

    @Slot(object)
    def _on_event(self, event: object) -> None:
        if self.dialog is None:
            return
        if isinstance(event, _Paired):
            self.dialog.show_state(self.tr("Connected: {0}").format(event.target), "good")
            self.paired.emit(event.target)
        elif isinstance(event, RunFailed) and event.exit_code != 130:
            self.dialog.show_state(event.message, "bad")

    @Slot()
    def _on_idle(self) -> None:
        wanted, self._next = self._next, None
        if wanted is not None:
            wanted()

    def _waits_for(self, wanted: Callable[[], None]) -> bool:
        """Stop what waits for a phone and do `wanted` after it; False when nothing waits."""
        if not self._run.is_active:
            return False
        self._next = wanted
        self._run.cancel()
        return True

    @Slot(int)
    def _on_closed(self, result: int) -> None:
        self._next = None
        self._run.cancel()
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None
