"""Decides where the tour goes."""

from PySide6.QtCore import QObject, Signal, Slot

from ui.main_window import MainWindow
from ui.views.tour_view import TourView


class TourController(QObject):
    """Walks through the workspaces, one card at a time.

    Signals:
        ended: The tour was finished or left.
    """

    ended = Signal()

    def __init__(self, window: MainWindow) -> None:
        """Show the tour in `window`."""
        super().__init__(window)
        self._window = window
        self._view: TourView | None = None
        self._at = 0

    def _steps(self) -> list[tuple[str, str, str]]:
        return [
            (
                "judge",
                self.tr("Judge what a device made"),
                self.tr(
                    "On the left are image pairs, in the middle the device's image. Hold Space to"
                    " see the FP32 reference in its place; → goes to the next pair, A accepts it."
                ),
            ),
            (
                "judge",
                self.tr("From a number to the image"),
                self.tr(
                    "Below are the KPIs. Click a cell for its distribution, double-click it for its"
                    " worst pair. Context and Log follow the pair; one button copies the command"
                    " that makes it again."
                ),
            ),
            (
                "build",
                self.tr("Build one graph for all LoRAs"),
                self.tr(
                    "A project names model, adapters and precision; the form and its TOML are the"
                    " same thing. Build shows every stage, the sensitivity of each adapter and the"
                    " anchor."
                ),
            ),
            (
                "devices",
                self.tr("Push it to a phone, real or virtual"),
                self.tr(
                    "Every device is listed, ready or not, with the cause and one thing to do."
                    " Check the ones to use, then deploy. Virtual phones start with one click."
                ),
            ),
            (
                "session",
                self.tr("Switch tasks on the device"),
                self.tr(
                    "Open a picture, paint a mask, type a prompt and run. The foundation model"
                    " stays loaded; the timeline shows what a switch costs."
                ),
            ),
            (
                "judge",
                self.tr("Everything has a key"),
                self.tr(
                    "Ctrl+Shift+P finds any command, F1 shows all keys. That was the tour; the Help"
                    " menu has it again."
                ),
            ),
        ]

    @Slot()
    def start(self) -> None:
        """Begin at the first step."""
        if self._view is None:
            self._view = TourView(self._window)
            self._view.next_clicked.connect(self.go_on)
            self._view.back_clicked.connect(self.go_back)
            self._view.ended.connect(self.end)
        self._at = 0
        self._show()

    @Slot()
    def go_on(self) -> None:
        """Show the next step, or end after the last."""
        self._at += 1
        if self._at >= len(self._steps()):
            self.end()
        else:
            self._show()

    @Slot()
    def go_back(self) -> None:
        """Show the step before."""
        self._at = max(0, self._at - 1)
        self._show()

    @Slot()
    def keep_focus(self) -> None:
        """Go on listening to the keyboard after a panel has taken it, as when a run was opened."""
        if self._view is not None and self._view.isVisible():
            self._view.next_button.setFocus()

    @Slot()
    def end(self) -> None:
        """Leave the tour."""
        if self._view is not None:
            self._view.hide()
        self.ended.emit()

    def _show(self) -> None:
        steps = self._steps()
        workspace, title, text = steps[self._at]
        self._window.show_workspace(workspace)
        if self._view is not None:
            self._view.show_step(self._at + 1, len(steps), title, text)
