"""Decides what a verdict does: record, advance, undo, vote blind."""

from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal, Slot

from ui.controllers.compare_controller import CompareController
from ui.core_texts import core_text
from ui.models.pairs_model import PairsModel
from ui.models.run_model import Pair
from ui.models.selection import Selection
from ui.models.verdict_book import VerdictBook
from ui.views.compare_view import CompareView


class VerdictController(QObject):
    """Routes the verdict commands of the Compare panel.

    Signals:
        told: One line for the status bar.
    """

    told = Signal(str)

    def __init__(
        self,
        view: CompareView,
        compare: CompareController,
        book: VerdictBook,
        selection: Selection,
        pairs: PairsModel,
    ) -> None:
        """Wire the bar of `view`."""
        super().__init__(view)
        self._view, self._bar = view, view.verdict_bar
        self._compare, self._book = compare, book
        self._selection, self._pairs = selection, pairs
        compare.command.connect(self._on_command)
        selection.pair_changed.connect(self._show)
        book.changed.connect(self._on_changed)
        book.opened.connect(self._on_opened)
        book.failed.connect(self._on_failed)
        # Queued: other panels clear the banner when they hear of the same run.
        book.unread.connect(self._on_unread, Qt.ConnectionType.QueuedConnection)
        book.newer.connect(self._on_newer, Qt.ConnectionType.QueuedConnection)
        book.kept.connect(self._on_kept)
        self._bar.note_entered.connect(self._on_note)
        self._show(selection.pair)

    @Slot(str)
    def _on_command(self, name: str) -> None:
        group, _, what = name.partition(".")
        if group != "verdict":
            return
        if what in ("accept", "reject", "unsure"):
            self.give(what)
        elif what in ("undo", "redo"):
            key = self._book.undo() if what == "undo" else self._book.redo()
            if key is not None:
                self._selection.select_key(key)
        elif what == "note":
            self._bar.note.setFocus()
        elif what == "blind":
            self.set_blind(not self._book.is_blind)

    def give(self, choice: str) -> None:
        """Record `choice` for the pair and go to the next one of the filter."""
        pair = self._selection.pair
        if pair is None or not pair.is_ok:
            return
        self._book.refresh()
        verdict = self._book.store.of(pair.key)
        if self._book.is_blind:
            shuffled = self._book.is_shuffled(pair)
            first, second = ("candidate", "reference") if shuffled else ("reference", "candidate")
            preferred = {"accept": first, "reject": second, "unsure": "none"}[choice]
            verdict = replace(verdict, blind=True, preferred=preferred)
        else:
            verdict = replace(verdict, choice=choice)
        if self._book.give(verdict) and not self._compare.walk("next"):
            self._show(pair)
            if self._book.is_blind and self._votes() == len(self._pairs.shown):
                self.set_blind(False)
            else:
                self.told.emit(self.tr("That was the last pair of the filter."))

    def set_blind(self, blind: bool) -> None:
        """Hide who is who, or reveal it with what the votes say."""
        votes = self._votes() if self._book.is_blind else 0
        self._book.set_blind(blind)
        self._view.pair_list.delegate.is_blind = blind
        self._bar.show_blind(blind)
        self._view.show_blind(blind)
        if not blind and votes:
            text, kind = self._bar.blind_statement(self._book.store.blind_result())
            self._view.banner.show_state(text, kind)
        elif not blind:
            self._compare.show_run_state()
        else:
            self._view.banner.show_state(
                self.tr("Blind mode: the sides are shuffled and have no names. Vote with A, X, U."),
                "info",
            )
        self._pairs.layoutChanged.emit()
        self._compare.refresh()
        self._show(self._selection.pair)

    def _votes(self) -> int:
        return sum(self._book.choice_of(pair.key) == "voted" for pair in self._pairs.shown)

    @Slot(object)
    def _show(self, pair: Pair | None) -> None:
        enabled = pair is not None and pair.is_ok
        verdict = self._book.store.of(pair.key) if pair is not None else None
        choice = verdict.choice if verdict is not None else ""
        if self._book.is_blind:
            choice = ""
        self._bar.show_verdict(choice, verdict.note if verdict else "", enabled=enabled)
        self._show_progress()

    def _show_progress(self) -> None:
        self._bar.show_can_undo(self._book.store.can_undo, self._book.store.can_redo)
        if self._book.is_blind:
            self._bar.show_votes(self._votes(), len(self._pairs.shown))
        else:
            self._bar.show_progress(self._book.store.counts(), self._pairs.total)

    @Slot(str)
    def _on_changed(self, key: str) -> None:
        self._pairs.verdict_changed(key)
        self._view.pair_list.show_tags(self._book.store.tag_counts())
        self._show_progress()

    @Slot()
    def _on_opened(self) -> None:
        if self._book.is_blind:
            self.set_blind(False)
        self._show_progress()

    @Slot(str)
    def _on_failed(self, message: str) -> None:
        text = self.tr("The verdict was not saved: {0}. Free the disk or the folder, then repeat.")
        self._view.banner.show_state(text.format(core_text(message)), "bad")

    @Slot(str)
    def _on_unread(self, message: str) -> None:
        text = self.tr("The verdicts of this run cannot be read: {0}. Mend or move the file.")
        self._view.banner.show_state(text.format(core_text(message)), "bad")

    @Slot(int)
    def _on_newer(self, count: int) -> None:
        text = self.tr(
            "Verdicts of a newer QUAD Studio that cannot be read here: {0}. They are kept; update "
            "to see and change them."
        )
        self._view.banner.show_state(text.format(count), "warn")

    @Slot(str)
    def _on_kept(self, _key: str) -> None:
        text = self.tr(
            "The verdict was not saved: this pair was judged in a newer QUAD Studio, and that "
            "verdict is kept. Update to change it."
        )
        self._view.banner.show_state(text, "warn")

    @Slot(str)
    def _on_note(self, text: str) -> None:
        pair = self._selection.pair
        if pair is None or not pair.is_ok:
            return
        verdict = self._book.store.of(pair.key)
        if verdict.note != text:
            self._book.give(replace(verdict, note=text))
        if self._bar.note.hasFocus():
            self._view.canvas.setFocus()
