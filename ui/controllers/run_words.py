"""What the panels of Judge say of the run that is open: how far it is to be trusted, what to do."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from quad_studio.sessions.remedies import remedy_of
from ui.core_texts import core_text
from ui.models.repro import repro_command, resume_command, score_command
from ui.models.run_model import Pair, RunView
from ui.widgets.parts import StateBanner

LOST = 3
"""The exit code of a run that lost its device (docs/exit_codes.md)."""


@dataclass(frozen=True)
class RunState:
    """The state of a run.

    Attributes:
        name: "error", "device lost", "partial", "not comparable", "stale" or "done".
        text: What happened and what to do; empty when it is done.
        kind: How a banner shows it.
        command: What mends it, for a terminal.
    """

    name: str
    text: str = ""
    kind: str = "warn"
    command: str = ""


class RunWords(QObject):
    """Puts the state of a run into words, the same in every panel."""

    def show(self, banner: StateBanner, run: RunView | None) -> None:
        """Show the state of `run` in `banner`, with a button that copies what mends it."""
        state = self.state_of(run)
        action = self.tr("Copy the command") if state.command else ""
        banner.show_state(state.text, state.kind, action, _copying(state.command))

    def show_with_origin(self, banner: StateBanner, run: RunView | None) -> None:
        """Show the state of `run`, or where it was made if that was not here."""
        self.show(banner, run)
        if run is not None and run.manifest.get("shipped") and not self.state_of(run).text:
            text = self.tr("Shipped demo run, made on another computer; Help > Run the demo: here.")
            banner.show_state(text, "info")

    def failure_of(self, pair: Pair) -> str:
        """Return what became of a row without an image, and what to do."""
        error = pair.row.get("error") or {}
        cause = core_text(str(error.get("message") or "")) or self.tr("no image was recorded")
        text = self.tr("This row failed on {0}: {1}").format(pair.device_label, cause)
        code = str(error.get("code") or "")
        remedy = core_text(remedy_of(code))
        return f"{text}\n\n{code}: {remedy}" if remedy else text

    def state_of(self, run: RunView | None) -> RunState:
        """Return the state of `run`; the one that weighs most when there are several."""
        if run is None:
            return RunState("done")
        for judge in (self._invalid, self._lost, self._torn, self._unfinished, self._scores):
            found = judge(run)
            if found is not None:
                return found
        return self._baseline(run) or self._stale(run) or RunState("done")

    def _invalid(self, run: RunView) -> RunState | None:
        validity = run.summary.get("validity") or {}
        if validity.get("status") != "INVALID" or run.summary.get("exit_code") == LOST:
            return None
        reasons = _spoken(validity.get("reasons") or ())
        text = self.tr("This run is INVALID: {0}").format(reasons)
        return RunState("error", text, "bad", repro_command(run, None))

    def _lost(self, run: RunView) -> RunState | None:
        if run.summary.get("exit_code") != LOST and not run.lost:
            return None
        reason = run.lost or next(
            iter(run.summary.get("reasons") or ()), self.tr("a device was lost")
        )
        text = self.tr("{0}. Finished rows are kept: connect it, then resume the run.")
        shown = text.format(core_text(str(reason)).removesuffix("."))
        return RunState("device lost", shown, "bad", resume_command(run))

    def _torn(self, run: RunView) -> RunState | None:
        if not run.run.torn_lines:
            return None
        text = self.tr(
            "Damaged lines in results.jsonl: {0}. They are left out; resume the run to make"
            " them again. The other rows can be judged."
        )
        return RunState("partial", text.format(run.run.torn_lines), "warn", resume_command(run))

    def _unfinished(self, run: RunView) -> RunState | None:
        failed = len(run.pairs) - run.partial[1]
        if failed:
            text = self.tr("{0} of {1} rows failed; the rest can be judged.")
            shown = text.format(failed, len(run.pairs))
        elif run.run.summary is None:
            text = self.tr("The run was stopped after {0} rows. Resume it for the rest.")
            shown = text.format(len(run.run.rows))
        else:
            return None
        return RunState("partial", shown, "warn", resume_command(run))

    def _scores(self, run: RunView) -> RunState | None:
        scored, measured = run.partial
        if scored >= measured:
            return None
        text = self.tr("{0} of {1} pairs are scored. Numbers are missing for the rest.")
        return RunState("partial", text.format(scored, measured), "warn", score_command(run))

    def _baseline(self, run: RunView) -> RunState | None:
        reasons = (run.summary.get("baseline") or {}).get("reasons") or ()
        if not reasons:
            return None
        text = self.tr("Not comparable with its baseline: {0}")
        shown = text.format(_spoken(reasons))
        return RunState("not comparable", shown, "warn", repro_command(run, None))

    def _stale(self, run: RunView) -> RunState | None:
        if not run.is_stale:
            return None
        text = self.tr("The bundle was built again since: run the plan again for its graph.")
        return RunState("stale", text, "warn", repro_command(run, None))


def _spoken(reasons: Iterable[object]) -> str:
    return "; ".join(core_text(str(reason)) for reason in reasons)


def _copying(command: str) -> Callable[[], object]:
    return lambda: QApplication.clipboard().setText(command)
