"""Decides what the dialogs of the window do: palette, keys, settings, about, export, quitting."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QMessageBox

from quad_studio import __version__
from ui.controllers.key_controller import KeyController
from ui.main_window import MainWindow
from ui.models.selection import Selection
from ui.models.shown_path import shown_path
from ui.services import BuildService
from ui.views.command_palette import CommandPalette
from ui.views.crash_dialog import CrashDialog
from ui.views.export_dialog import ExportDialog
from ui.views.key_sheet import KeySheet
from ui.views.settings_dialog import SettingsDialog
from ui.window_state import WindowState
from ui.worker import Jobs


class HelpController(QObject):
    """Opens one dialog at a time, never a blocking one.

    Signals:
        theme_chosen: "system", "dark" or "light".
        blink_chosen: Changes a second.
        stop_wanted: The user wants to quit and stop what runs.
        wait_wanted: The user wants to quit when what runs is done.
    """

    theme_chosen = Signal(str)
    blink_chosen = Signal(float)
    stop_wanted = Signal()
    wait_wanted = Signal()

    def __init__(
        self,
        window: MainWindow,
        state: WindowState,
        selection: Selection,
        actions: Callable[[], Sequence[QAction]],
        keys: KeyController,
        service: BuildService | None,
    ) -> None:
        """Offer `actions` in the palette; change their keys by `keys`; export by `service`."""
        super().__init__(window)
        self._window, self._state, self._selection = window, state, selection
        self._actions, self._keys, self._service = actions, keys, service
        self.dialog: QDialog | None = None
        self._jobs = Jobs("reports", self)
        self._jobs.finished.connect(self._on_exported)
        self._jobs.failed.connect(self._on_export_failed)

    def shutdown(self) -> None:
        """End the thread."""
        self._jobs.shutdown()

    @Slot(str)
    def run_command(self, name: str) -> None:
        """Do a command of the groups help, file and copy that opens a dialog."""
        if name == "help.palette":
            palette = CommandPalette(self._actions(), self._window)
            palette.chosen.connect(self._on_chosen)
            self._open(palette)
        elif name == "help.keys":
            sheet = KeySheet(self._keys.book, self._window)
            self._keys.edit_in(sheet)
            self._open(sheet)
        elif name == "help.about":
            self._open(self._about())
        elif name == "file.settings":
            self._open_settings()
        elif name == "copy.export":
            self._open_export()

    def show_crash(self, report: str, *, earlier: bool = False) -> None:
        """Show a crash report."""
        self._open(CrashDialog(report, earlier=earlier, parent=self._window))

    def _open(self, dialog: QDialog) -> None:
        if self.dialog is not None:
            self.dialog.close()
        self.dialog = dialog
        dialog.finished.connect(self._on_closed)
        dialog.open()

    @Slot(int)
    def _on_closed(self, result: int) -> None:
        sender = self.sender()
        if isinstance(sender, QDialog):
            sender.deleteLater()
        if sender is self.dialog:
            self.dialog = None

    @Slot(str)
    def _on_chosen(self, name: str) -> None:
        found = next((one for one in self._actions() if one.objectName() == name), None)
        if found is not None:
            found.trigger()

    def _about(self) -> QMessageBox:
        text = self.tr(
            "QUAD Studio {0}\n\nOne quantized diffusion graph, many LoRAs: build, deploy, switch,"
            " judge. Apache-2.0."
        )
        box = QMessageBox(self._window)
        box.setWindowTitle(self.tr("About QUAD Studio"))
        box.setText(text.format(__version__))
        return box

    def _open_settings(self) -> None:
        dialog = SettingsDialog(
            self._state.text("theme", "system"),
            self._state.text("language", "system"),
            float(self._state.text("blink_hz", "2.5")),
            self._window,
        )
        dialog.theme_chosen.connect(self.theme_chosen)
        dialog.language_chosen.connect(self._on_language)
        dialog.blink_chosen.connect(self.blink_chosen)
        self._open(dialog)

    @Slot(str)
    def _on_language(self, name: str) -> None:
        self._state.set_text("language", name)

    # ---- export --------------------------------------------------------------------------------

    def _open_export(self) -> None:
        run, service = self._selection.run, self._service
        formats = service.report_formats() if service is not None else ()
        dialog = ExportDialog(run.name if run is not None else "", formats, self._window)
        dialog.export_clicked.connect(self._on_export)
        if run is None:
            dialog.show_state(self.tr("Open a run first."), "info")
        elif service is None:
            dialog.show_state(self.tr("This installation cannot write reports."), "info")
        self._open(dialog)

    @Slot(object)
    def _on_export(self, formats: list[str]) -> None:
        run, service = self._selection.run, self._service
        if run is None or service is None or not formats:
            return
        folder = run.run.path
        if isinstance(self.dialog, ExportDialog):
            self.dialog.show_state(self.tr("Writing…"), "info")
        self._jobs.submit("export", lambda: service.export_report(folder, formats))

    @Slot(object, object)
    def _on_exported(self, key: str, paths: tuple[Path, ...]) -> None:
        if isinstance(self.dialog, ExportDialog):
            names = "\n".join(map(shown_path, paths))
            self.dialog.show_state(self.tr("Written:\n{0}").format(names), "good")

    @Slot(object, str)
    def _on_export_failed(self, key: str, message: str) -> None:
        if isinstance(self.dialog, ExportDialog):
            self.dialog.show_state(message, "bad")

    # ---- quitting ------------------------------------------------------------------------------

    def ask_before_quitting(self, what: str) -> None:
        """Ask what shall become of `what`, which is going on."""
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Work is going on"))
        box.setText(self.tr("{0}. What shall happen to it?").format(what))
        role = QMessageBox.ButtonRole
        self._wait_button = box.addButton(self.tr("Finish without a window"), role.AcceptRole)
        self._stop_button = box.addButton(self.tr("Stop, keep what is done"), role.DestructiveRole)
        box.addButton(self.tr("Cancel"), role.RejectRole)
        box.buttonClicked.connect(self._on_quit_button)
        self._open(box)

    @Slot(object)
    def _on_quit_button(self, clicked: object) -> None:
        if clicked is self._stop_button:
            self.stop_wanted.emit()
        elif clicked is self._wait_button:
            self.wait_wanted.emit()
