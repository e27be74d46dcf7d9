"""What the Session panel says of itself: stale, not comparable, failed, and what to do."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject

from ui.services import SessionResult
from ui.views.session_view import SessionView


class SessionWords(QObject):
    """Fills the panel's banner."""

    def __init__(
        self, view: SessionView, run: Callable[[], object], end: Callable[[], object]
    ) -> None:
        """Offer `run` and `end` where they help."""
        super().__init__(view)
        self._view, self._banner, self._run, self._end = view, view.banner, run, end

    def show_outdated(self) -> None:
        """Say that the runner holds an earlier build."""
        text = self.tr("The bundle was built again; this session still runs the earlier one.")
        self._banner.show_state(text, "warn", self.tr("End the session"), self._end)

    def show_doing(self, stage: str, target: str) -> str:
        """Say what is done before the steps of an image can be counted, and return the words."""
        known = {
            "deploy": self.tr("The bundle is sent to {0}, or checked there…"),
            "runner": self.tr("The runner starts on {0}…"),
            "reference": self.tr("The FP32 reference is made…"),
        }
        words = known.get(stage.partition(" ")[0], "").format(target)
        self._view.request.show_doing(words)
        return words

    def show_failed(self, failed: Mapping[str, str]) -> None:
        """Say what happened on each device."""
        text = "\n".join(failed.values())
        self._banner.show_state(text, "bad", self.tr("Run again"), self._run)

    def show_stopped(self) -> None:
        """Say that the user stopped it."""
        text = self.tr("Stopped. Finished images are kept.")
        self._banner.show_state(text, "info", self.tr("Run again"), self._run)

    def show_unreferenced(self, result: SessionResult) -> None:
        """Say that `result` has nothing to be compared with, where it has not."""
        if result.reference is None:
            text = self.tr("Made without its FP32 reference: there is nothing to compare it with.")
            action = self.tr("Run again with it")
            self._banner.show_state(text, "warn", action, self._run_with_reference)

    def check_shown(self) -> None:
        """Say so of the result that is shown, where nothing weightier is said."""
        shown = self._view.results.list.currentIndex()
        if shown.isValid() and not self._banner.kind:
            self.show_unreferenced(self._view.results.model.result(shown.row()))

    def _run_with_reference(self) -> None:
        self._view.request.reference.setChecked(True)
        self._run()
