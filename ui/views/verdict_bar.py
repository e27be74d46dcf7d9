"""The bar under the canvas where a person accepts, rejects or votes."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from evaluation.verdicts import ALPHA, BlindResult
from ui.commands import allow
from ui.widgets.parts import label, restyle, row, rule, set_role, tool_button

NARROWEST = 400
MARGIN, GAP = 6, 4


class VerdictBar(QWidget):
    """Shows the verdict on the pair and how far the judging is.

    Signals:
        note_entered: The note on the pair.
    """

    note_entered = Signal(str)

    def __init__(self, actions: dict[str, QAction], parent: QWidget | None = None) -> None:
        """Use the panel's own `actions`."""
        super().__init__(parent)
        self.setObjectName("plain")
        self._actions = actions
        self._words = {name: action.text() for name, action in actions.items()}
        self.accept_button = tool_button(actions["verdict.accept"], text=True)
        self.reject_button = tool_button(actions["verdict.reject"], text=True)
        self.unsure_button = tool_button(actions["verdict.unsure"], text=True)
        self.undo_button = tool_button(actions["verdict.undo"])
        self.blind_button = tool_button(actions["verdict.blind"], text=True)
        self.note = QLineEdit()
        self.note.setPlaceholderText(self.tr("Note, #tag"))
        self.note.setAccessibleName(self.tr("Note on the pair"))
        self.note.setToolTip(self.tr("Note on the pair (Enter); words like #seam are tags"))
        self.note.setMinimumWidth(60)
        self.note.editingFinished.connect(self._on_note)
        self.progress = label("", "muted")
        line = row(
            self.accept_button,
            self.reject_button,
            self.unsure_button,
            self.undo_button,
            self.note,
            self.progress,
            self.blind_button,
            margins=MARGIN,
            spacing=GAP,
        )
        line.setStretch(4, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(rule())
        column.addLayout(line)

    def minimumSizeHint(self) -> QSize:
        """Allow a narrow panel: the buttons then show their icons alone."""
        return QSize(NARROWEST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many words as there is room for."""
        super().resizeEvent(event)
        self._show_words()

    def _show_words(self) -> None:
        """Take words away, those that are missed least first, until the rest fits."""
        style = Qt.ToolButtonStyle
        words, icon = style.ToolButtonTextBesideIcon, style.ToolButtonIconOnly
        choices = (self.accept_button, self.reject_button, self.unsure_button)
        for kept in ((*choices, self.blind_button), choices, ()):
            for made in (*choices, self.blind_button):
                made.setToolButtonStyle(words if made in kept else icon)
            if self._wanted_width() <= self.width():
                break

    def _wanted_width(self) -> int:
        buttons = (self.accept_button, self.reject_button, self.unsure_button)
        line = (*buttons, self.undo_button, self.progress, self.blind_button)
        words = sum(one.sizeHint().width() for one in line)
        return words + self.note.minimumWidth() + len(line) * GAP + 2 * MARGIN

    def show_verdict(self, choice: str, note: str, *, enabled: bool) -> None:
        """Show the verdict on the pair: accept, reject, unsure or none."""
        for name in ("accept", "reject", "unsure"):
            action = self._actions[f"verdict.{name}"]
            action.setChecked(choice == name)
            allow(action, "" if enabled else self.tr("Choose a pair with a picture first."))
        self.note.setEnabled(enabled)
        self.note.setText(note)

    def show_can_undo(self, undo: bool, redo: bool) -> None:
        """Let verdicts be taken back and given again, or say that there is none."""
        nothing = self.tr("No verdict was given since the run was opened.")
        allow(self._actions["verdict.undo"], "" if undo else nothing)
        nothing = self.tr("No verdict was taken back.")
        allow(self._actions["verdict.redo"], "" if redo else nothing)

    def show_progress(self, counts: dict[str, int], total: int) -> None:
        """Say how many of the pairs are judged, and how."""
        judged = sum(counts.values())
        words = self.tr("{0} of {1} judged: {2} accepted, {3} rejected, {4} unsure")
        text = words.format(judged, total, counts["accept"], counts["reject"], counts["unsure"])
        self.progress.setToolTip(text)
        set_role(self.progress, self.tr("{0} / {1} judged").format(judged, total), "muted")

    def show_blind(self, blind: bool) -> None:
        """Show the choices of blind mode, or the usual ones."""
        words = {
            "verdict.accept": self.tr("First is better"),
            "verdict.reject": self.tr("Second is better"),
            "verdict.unsure": self.tr("No difference"),
        }
        for name, text in words.items():
            self._actions[name].setText(text if blind else self._words[name])
        self._actions["verdict.blind"].setChecked(blind)
        self._show_words()
        restyle(self.blind_button, "blind", blind)

    def show_votes(self, votes: int, total: int) -> None:
        """Say how many pairs have a vote, and nothing about the result."""
        set_role(self.progress, self.tr("{0} / {1} voted").format(votes, total), "muted")

    def blind_statement(self, result: BlindResult) -> tuple[str, str]:
        """Return what the votes say, and whether that is good, warn or info."""
        if not result.count:
            return self.tr("No votes that prefer a side: nothing can be said."), "info"
        facts = self.tr("The reference was preferred in {0} of {1} votes, p = {2:.3f} (exact).")
        text = facts.format(result.reference, result.count, result.p_value)
        if result.p_value >= ALPHA:
            return self.tr("{0} No significant preference.").format(text), "good"
        if result.reference > result.candidate:
            return self.tr("{0} The device image is visibly worse.").format(text), "warn"
        return self.tr("{0} The device image is preferred.").format(text), "good"

    def _on_note(self) -> None:
        self.note_entered.emit(self.note.text().strip())
