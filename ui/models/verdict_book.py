"""The verdicts of the run that is open, with the signals that panels need."""

import random
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from evaluation.verdicts import Verdict
from ui.models.run_model import Pair, RunView
from ui.models.selection import Selection
from ui.models.verdicts import NewerVerdictError, VerdictStore


class VerdictBook(QObject):
    """Follows the selected run; says which verdict changed.

    Signals:
        changed: The verdict on this key.
        opened: Another run's verdicts are here.
        failed: A verdict could not be written, and why.
        unread: The verdicts of the run that was opened cannot be read, and why.
        newer: So many verdicts of the run that was opened can only be read by a later version.
        kept: The verdict on this key is a later version's; it was not changed.
    """

    changed = Signal(str)
    opened = Signal()
    failed = Signal(str)
    unread = Signal(str)
    newer = Signal(int)
    kept = Signal(str)

    def __init__(self, selection: Selection, parent: QObject | None = None) -> None:
        """Follow `selection`; must be made before whatever shows verdicts."""
        super().__init__(parent)
        self.store = VerdictStore()
        self._problem = ""
        self.is_blind = False
        self._salt = ""
        selection.run_changed.connect(self._on_run)

    def choice_of(self, key: str) -> str:
        """Return the mark of `key`: its choice, or in blind mode that a vote was given."""
        verdict = self.store.of(key)
        if self.is_blind:
            return "voted" if verdict.blind and verdict.preferred else ""
        return verdict.choice

    def tags_of(self, key: str) -> tuple[str, ...]:
        """Return the tags of the note on `key`."""
        return self.store.of(key).tags

    def set_blind(self, blind: bool) -> None:
        """Hide or show who is who; every start shuffles the sides anew."""
        self.is_blind = blind
        self._salt = str(random.random()) if blind else ""

    def is_shuffled(self, pair: Pair) -> bool:
        """Return whether blind mode shows the candidate first."""
        return self.is_blind and random.Random(self._salt + pair.key).random() < 0.5

    def refresh(self) -> None:
        """Take over what another window has decided on this run since."""
        try:
            changed = self.store.refresh()
        except OSError:
            return  # giving a verdict will say it
        for key in changed:
            self.changed.emit(key)

    def give(self, verdict: Verdict) -> bool:
        """Record `verdict`; return whether it was written."""
        self.refresh()
        try:
            if self._problem:  # what cannot be read must not be written over
                raise OSError(self._problem)
            self.store.give(verdict)
        except OSError as exc:
            self.failed.emit(str(exc))
            return False
        except NewerVerdictError as exc:
            self.kept.emit(exc.key)
            return False
        self.changed.emit(verdict.key)
        return True

    def undo(self) -> str | None:
        """Take the last verdict back and return its key."""
        return self._stepped(self.store.undo)

    def redo(self) -> str | None:
        """Give the last undone verdict again and return its key."""
        return self._stepped(self.store.redo)

    def _stepped(self, step: Callable[[], str | None]) -> str | None:
        self.refresh()
        try:
            key = step()
        except OSError as exc:
            self.failed.emit(str(exc))
            return None
        except NewerVerdictError as exc:
            self.kept.emit(exc.key)
            return None
        if key is not None:
            self.changed.emit(key)
        return key

    @Slot(object)
    def _on_run(self, run: RunView | None) -> None:
        self._problem = ""
        try:
            self.store = VerdictStore(run.run.path if run is not None else None)
        except OSError as exc:
            self.store, self._problem = VerdictStore(), str(exc)
        self.opened.emit()
        if self._problem:
            self.unread.emit(self._problem)
        elif self.store.newer_count:
            self.newer.emit(self.store.newer_count)
