"""Decides what the Project panel shows: form and TOML are two views of one text."""

import contextlib
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, Signal, Slot
from PySide6.QtWidgets import QMessageBox

from quad_studio.errors import QuadError, SettingsProblem
from quad_studio.project_document import NEW, ProjectDocument
from ui.controllers.file_dialogs import ask_for_file, ask_for_folder, ask_for_new_file
from ui.models.shown_path import shown_path
from ui.services import BuildService, FitEstimate
from ui.views.project_view import ProjectView
from ui.worker import Jobs


class ProjectController(QObject):
    """Owns the project being edited.

    Signals:
        opened: A project file (Path) was opened or saved under a name.
        build_wanted: The project in this file (Path), saved, shall be built.
    """

    opened = Signal(object)
    build_wanted = Signal(object)

    def __init__(self, view: ProjectView, service: BuildService | None) -> None:
        """Wire `view`; estimates come from `service`."""
        super().__init__(view)
        self._view, self._service = view, service
        self.document: ProjectDocument | None = None
        self._saved_text = ""
        self.question: QMessageBox | None = None
        self._then: Callable[[], object] = self.save_edits
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(self._on_file_changed)
        self._jobs = Jobs("project", self)
        self._jobs.finished.connect(self._on_estimated)
        self._jobs.failed.connect(self._on_failed)
        view.field_edited.connect(self._on_field)
        view.adapters_edited.connect(self._on_adapters)
        view.text_edited.connect(self._on_text)
        view.open_clicked.connect(self.choose)
        view.new_clicked.connect(self.choose_new)
        view.save_clicked.connect(self.save)
        view.build_clicked.connect(self.build)
        view.estimate_clicked.connect(self.estimate)
        view.add_adapter_clicked.connect(self._choose_adapter)
        view.browse_model_clicked.connect(self._choose_model)
        self._show_can_estimate()
        view.show_project("", "", is_open=False)

    @property
    def is_idle(self) -> bool:
        """Return whether `shutdown` has nothing to wait for."""
        return not self._jobs.is_active

    def stop(self) -> None:
        """Forget what waits, without waiting for what runs; edits are kept beside the file."""
        if self.document is not None and self.is_unsaved:
            with contextlib.suppress(QuadError):  # a full disk must not keep the window
                self.document.keep_draft()
        self._jobs.stop()

    def shutdown(self) -> None:
        """End the thread."""
        self._jobs.shutdown()

    @property
    def title(self) -> str:
        """Return the project's name; where it has none, that of its folder or file."""
        if self.document is None:
            return ""
        path = self.document.path
        try:
            table = self.document.values().get("project")
        except SettingsProblem:
            table = None
        name = table.get("name") if isinstance(table, dict) else None
        return str(name or (path.parent.name if path.stem == "project" else path.stem))

    @property
    def is_unsaved(self) -> bool:
        """Return whether there are edits that are not in the file."""
        return self.document is not None and self.document.text != self._saved_text

    # ---- files ---------------------------------------------------------------------------------

    @Slot(object)
    def open(self, path: Path) -> None:
        """Open the project in `path`."""
        try:
            self._take(ProjectDocument.open(path))
        except QuadError as exc:
            self._view.empty.show_text(
                self.tr("The project could not be opened"), str(exc), self.tr("Open a project…")
            )
            self._view.show_project("", "", is_open=False)
            return
        self.opened.emit(path)
        if self.document is not None and self.document.draft is not None:
            words = self.tr("{0} has edits from a window that ended before they were saved.")
            self._view.banner.show_state(
                words.format(path.name), "warn", self.tr("Take them over"), self._take_draft
            )

    def _take_draft(self) -> None:
        if self.document is not None and self.document.draft is not None:
            self.document.text = self.document.draft
            self._show(everything=True)

    def _take(self, document: ProjectDocument, *, saved: bool = True) -> None:
        self.document = document
        self._saved_text = document.text if saved else ""
        if self._watcher.files():
            self._watcher.removePaths(self._watcher.files())
        self._watch()
        self._view.show_project(self.title, shown_path(document.path), is_open=True)
        self._show(everything=True)

    def _watch(self) -> None:
        """Watch the file; one that an editor replaced is another file, watched anew."""
        if self.document is not None and self.document.path.is_file():
            self._watcher.addPath(str(self.document.path))

    @Slot(str)
    def _on_file_changed(self, name: str) -> None:
        document = self.document
        if document is None:
            return
        self._watch()
        try:
            text = document.path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            text = None
        if text == self._saved_text:
            return
        if text is None:
            words = self.tr("{0} is gone. Save writes it again.")
            self._view.banner.show_state(
                words.format(document.path.name), "warn", self.tr("Save"), self.save
            )
            return
        words = self.tr("{0} was changed by another program. Reading it drops what is not saved.")
        self._view.banner.show_state(
            words.format(document.path.name), "warn", self.tr("Read it again"), self._read_again
        )

    def _read_again(self) -> None:
        if self.document is not None:
            self.open(self.document.path)

    @Slot()
    def choose(self) -> None:
        """Ask for a project file."""
        dialog = ask_for_file(self._view, self.tr("Open a project"), self.tr("Projects (*.toml)"))
        dialog.fileSelected.connect(self._on_chosen)

    @Slot()
    def choose_new(self) -> None:
        """Ask where a new project shall lie."""
        dialog = ask_for_new_file(self._view, self.tr("New project"), "toml")
        dialog.fileSelected.connect(self._on_new)

    @Slot(str)
    def _on_chosen(self, name: str) -> None:
        self.open(Path(name))

    @Slot(str)
    def _on_new(self, name: str) -> None:
        self._take(ProjectDocument(NEW, Path(name)), saved=False)

    @Slot()
    def save(self) -> bool:
        """Write the file; return whether it worked."""
        if self.document is None:
            return False
        try:
            self.document.save()
        except QuadError as exc:
            self._view.banner.show_state(str(exc), "bad", self.tr("Try again"), self.save)
            return False
        self._saved_text = self.document.text
        self._watch()
        self._show()
        self.opened.emit(self.document.path)
        return True

    @Slot()
    def build(self) -> None:
        """Save, then ask for a build."""
        if self.document is not None and self.save_edits():
            self.build_wanted.emit(self.document.path)

    def save_edits(self) -> bool:
        """Write what is not in the file yet; return whether the file is what is shown."""
        return not self.is_unsaved or self.save()

    def ask_to_save(self, then: Callable[[], object]) -> None:
        """Ask what shall become of edits that are not saved; `then` follows unless one stays."""
        self._then = then
        choice = QMessageBox.StandardButton
        box = QMessageBox(self._view)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Unsaved edits"))
        box.setText(self.tr("{0} has edits that are not saved.").format(self.title))
        box.setStandardButtons(choice.Save | choice.Discard | choice.Cancel)
        box.finished.connect(self._on_answer)
        box.finished.connect(box.deleteLater)
        box.open()
        self.question = box

    @Slot(int)
    def _on_answer(self, answer: int) -> None:
        self.question = None
        choice = QMessageBox.StandardButton
        if answer == choice.Discard.value and self.document is not None:
            self._saved_text = self.document.text
        elif answer != choice.Save.value or not self.save():
            return
        self._then()

    # ---- edits ---------------------------------------------------------------------------------

    @Slot(str, object)
    def _on_field(self, key: str, value: object) -> None:
        if self.document is None:
            return
        table, _, name = key.partition(".")
        try:
            self.document.set(table, name, value)
        except SettingsProblem:
            self._show()
            return
        self._view.show_text(self.document.text)
        self._show()

    @Slot(object)
    def _on_adapters(self, entries: list[dict[str, object]]) -> None:
        if self.document is None:
            return
        try:
            self.document.set_entries("adapters", list(entries))
        except SettingsProblem:
            self._show()
            return
        self._view.show_text(self.document.text)
        self._show()

    @Slot(str)
    def _on_text(self, text: str) -> None:
        if self.document is not None:
            self.document.text = text
            self._show(form=True)

    def _show(self, *, everything: bool = False, form: bool = False) -> None:
        """Show problems always; the form after an edit of the text, all after opening."""
        if self.document is None:
            return
        if everything:
            self._view.show_text(self.document.text)
        if everything or form:
            try:
                tables = self.document.values()
            except SettingsProblem:
                tables = None
            if tables is not None:
                self._show_form(tables)
        self._view.show_problems(self.document.problems(), unsaved=self.is_unsaved)

    def _show_form(self, tables: dict[str, object]) -> None:
        flat = {
            f"{table}.{key}": value
            for table, section in tables.items()
            if isinstance(section, dict)
            for key, value in section.items()
        }
        self._view.show_values(flat)
        adapters = tables.get("adapters")
        entries = adapters if isinstance(adapters, list) else []
        self._view.show_adapters([entry for entry in entries if isinstance(entry, dict)])

    # ---- choosing files ------------------------------------------------------------------------

    @Slot()
    def _choose_adapter(self) -> None:
        dialog = ask_for_file(self._view, self.tr("Add a LoRA"), self.tr("LoRAs (*.safetensors)"))
        dialog.fileSelected.connect(self.add_adapter)

    @Slot(str)
    def add_adapter(self, name: str) -> None:
        """Add the LoRA in file `name`."""
        if self.document is None:
            return
        path = Path(name)
        entries: list[dict[str, object]] = [*self._view.adapter_entries()]
        entries.append({"name": path.stem, "path": self._relative(path)})
        self._view.show_adapters(entries)
        self._on_adapters(entries)

    @Slot()
    def _choose_model(self) -> None:
        dialog = ask_for_folder(self._view, self.tr("Choose the foundation model"))
        dialog.fileSelected.connect(self.set_model)

    @Slot(str)
    def set_model(self, name: str) -> None:
        """Take the model in folder `name`."""
        if self.document is not None:
            self._on_field("model.path", self._relative(Path(name)))
            self._show(form=True)

    def _relative(self, path: Path) -> str:
        """Return `path` relative to the project, where it lies below its folder."""
        folder = self.document.path.parent.resolve() if self.document is not None else Path()
        resolved = path.resolve()
        inside = resolved.is_relative_to(folder)
        return (resolved.relative_to(folder) if inside else resolved).as_posix()

    # ---- will it fit ---------------------------------------------------------------------------

    @Slot()
    def estimate(self) -> None:
        """Ask whether the bundle will fit on the project's targets."""
        if self.document is None or self._service is None or self.document.problems():
            return
        targets = self.document.values().get("targets", {}).get("default", ["host"])
        path, service = self.document.path, self._service
        self._view.show_can_estimate(self.tr("An estimate is being made."))
        words = self.tr("Asking how much room there is: {0}…")
        self._view.banner.show_state(words.format(", ".join(targets)), "info")
        self._jobs.submit(path, lambda: service.estimate(path, targets))

    def _show_can_estimate(self) -> None:
        nothing = self.tr("This installation cannot estimate; runs can still be judged.")
        self._view.show_can_estimate("" if self._service is not None else nothing)

    @Slot(object, object)
    def _on_estimated(self, path: Path, estimates: tuple[FitEstimate, ...]) -> None:
        self._show_can_estimate()
        self._view.show_fit(estimates)
        silent = [one for one in estimates if one.fits is None]
        text = "; ".join(f"{one.target}: {one.why}" for one in silent)
        self._view.banner.show_state(text, "warn", self.tr("Ask again"), self.estimate)

    @Slot(object, str)
    def _on_failed(self, path: Path, message: str) -> None:
        self._show_can_estimate()
        self._view.banner.show_state(message, "bad", self.tr("Ask again"), self.estimate)
