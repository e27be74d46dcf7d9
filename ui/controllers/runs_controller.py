"""Finds runs on disk and opens them, off the GUI thread."""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QInputDialog

from quad_studio.demo_run import demo_run_place, unpack_demo_run
from quad_studio.runs import list_runs, load_run, updated_manifest
from ui.collector import many_objects
from ui.controllers.file_dialogs import ask_for_folder
from ui.core_texts import core_text
from ui.models.run_model import RunView, view_of
from ui.models.runs_model import RunEntry, RunsModel, differences, entry_of
from ui.models.selection import Selection
from ui.models.shown_path import shown_path
from ui.views.runs_view import RunsView
from ui.worker import Jobs

GONE_MS = 1500
"""What nobody looks at is freed when the new run is painted and its table is computed."""
ROWS_AT_ONCE = 20


@dataclass(frozen=True)
class _OpenedRun:
    """What the worker read: the run and its line of the list."""

    view: RunView
    entry: RunEntry


def _read(path: Path) -> _OpenedRun:
    # What the panels ask of a KPI next: loaded here, or the UI thread would wait for it.
    import ui.models.kpi_building  # noqa: F401

    if path == demo_run_place().resolve():  # as a recent run too it is what this version ships
        unpack_demo_run(path)
    with many_objects():
        run = load_run(path)
        return _OpenedRun(view_of(run), entry_of(run))


def _let_go(before: list[RunView]) -> None:
    """Free the runs in `before`, of which this is the last holder, a few rows at a time.

    The rows of 10,000 pairs, freed in one go, keep Python's lock for 30 ms.
    """
    while before:
        _free(before.pop())


def _free(run: RunView) -> None:
    parts: list[list[Any]] = [list(run.pairs), list(run.run.rows), list(run.run.scores.values())]
    parts += [list(kept.items()) for kept in vars(run).values() if isinstance(kept, dict)]
    del run
    for part in parts:
        while part:
            del part[-ROWS_AT_ONCE:]


class RunsController(QObject):
    """Owns the list of runs.

    Signals:
        chosen: The folder (Path) of a run that shall be opened was chosen in a dialog.
        opening: A run (its folder's name) is being read.
        opened: A run (RunView) was read and is selected.
        failed: A run could not be read: its path and one line that says why.
        compared: Two runs (RunEntry) shall be compared, with the reasons against it.
    """

    chosen = Signal(object)
    opening = Signal(str)
    opened = Signal(object)
    failed = Signal(str, str)
    compared = Signal(object, object, object)

    def __init__(self, view: RunsView, model: RunsModel, selection: Selection, root: Path) -> None:
        """Look for runs below `root`."""
        super().__init__(view)
        self._view, self._model, self._selection, self._root = view, model, selection, root
        self._wanted: Path | None = None
        self._tagged: Path | None = None
        self._extra: dict[Path, RunEntry] = {}
        self._jobs = Jobs("runs", self)
        self._gone: list[RunView] = []
        self._gone_timer = QTimer(self, singleShot=True, interval=GONE_MS)
        self._gone_timer.timeout.connect(self._on_gone)
        self._jobs.finished.connect(self._on_finished)
        self._jobs.failed.connect(self._on_failed)
        view.run_chosen.connect(self.open)
        view.compare_chosen.connect(self.compare_with)
        view.folder_chosen.connect(self._show_folder)
        view.tag_chosen.connect(self.choose_tags)
        view.search_edited.connect(self._on_search)
        view.refresh_clicked.connect(self.refresh)
        view.show_count(0, root)

    def shutdown(self) -> None:
        """End the thread."""
        self._gone_timer.stop()
        self._jobs.shutdown()

    @Slot()
    def _on_gone(self) -> None:
        gone, self._gone = self._gone, []
        self._jobs.submit("gone", functools.partial(_let_go, gone))

    @Slot()
    def refresh(self) -> None:
        """Look for runs again."""
        root = self._root
        if not self._model.total:
            self._view.empty.show_text(
                self.tr("Looking for runs…"), self.tr("Below {0}").format(shown_path(root))
            )
        self._jobs.submit("list", lambda: [entry_of(run) for run in list_runs(root)])

    @Slot()
    def choose(self) -> None:
        """Ask for a run folder."""
        dialog = ask_for_folder(self._view.window(), self.tr("Open a run folder"))
        dialog.fileSelected.connect(self._on_chosen)

    @Slot(str)
    def _on_chosen(self, name: str) -> None:
        self.chosen.emit(Path(name))

    @Slot(object)
    def open(self, path: Path) -> None:
        """Read the run in `path` and select it."""
        self._wanted = path.resolve()
        wanted = self._wanted
        self._view.banner.show_state(self.tr("Reading {0}…").format(wanted.name), "info")
        self.opening.emit(wanted.name)
        self._jobs.submit(("open", wanted), lambda: _read(wanted))

    def open_demo(self, folder: Path) -> None:
        """Unpack the demo run into `folder`, if it is not there, and select it."""
        self._wanted = folder.resolve()
        wanted = self._wanted
        self._jobs.submit(("open", wanted), lambda: _read(unpack_demo_run(wanted)))

    def reload(self) -> None:
        """Read the open run again."""
        if self._selection.run is not None:
            self.open(self._selection.run.run.path)

    @Slot(object)
    def compare_with(self, path: Path) -> None:
        """Compare the open run with the one in `path`."""
        run = self._selection.run
        place = self._model.row_of(path)
        if run is None or place is None:
            return
        mine, other = entry_of(run.run), self._model.entry(place)
        reasons = differences(mine, other)
        if reasons:
            text = self.tr("Not comparable one to one: {0}").format(
                "; ".join(map(core_text, reasons))
            )
            self._view.banner.show_state(text, "warn")
        else:
            text = self.tr("Comparable: same use cases, inputs and samplers.")
            self._view.banner.show_state(text, "good")
        self.compared.emit(mine, other, reasons)

    @Slot(object)
    def choose_tags(self, path: Path) -> None:
        """Ask for the tags of the run in `path`."""
        place = self._model.row_of(path)
        if place is None:
            return
        self._tagged = path
        dialog = QInputDialog(self._view)
        dialog.setWindowTitle(self.tr("Tags"))
        dialog.setLabelText(self.tr("Tags, separated by commas"))
        dialog.setTextValue(", ".join(self._model.entry(place).tags))
        dialog.textValueSelected.connect(self._on_tags)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def _on_tags(self, text: str) -> None:
        if self._tagged is not None:
            self.set_tags(self._tagged, [one.strip() for one in text.split(",") if one.strip()])

    def set_tags(self, path: Path, tags: list[str]) -> None:
        """Write the tags of the run in `path` into its manifest."""

        def write() -> list[RunEntry]:
            with updated_manifest(path) as manifest:
                manifest["tags"] = tags
            self._extra.pop(path, None)
            return [entry_of(run) for run in list_runs(self._root)]

        self._jobs.submit("list", write)

    @Slot(object)
    def _show_folder(self, path: Path) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    @Slot(str)
    def _on_search(self, text: str) -> None:
        self._model.search(text)
        self._show_count()

    @Slot(object, object)
    def _on_finished(self, key: object, result: object) -> None:
        if key == "list" and isinstance(result, list):
            self._show_entries(result)
        elif isinstance(result, _OpenedRun) and result.view.run.path == self._wanted:
            view = result.view
            if self._selection.run is not None:
                self._gone.append(self._selection.run)
            self._view.banner.show_state("")
            self._selection.select_run(view)
            self._gone_timer.start()
            self._extra[view.run.path] = result.entry
            self._view.banner.show_state("")
            self._show_entries([self._model.entry(at) for at in range(self._model.rowCount())])
            self.opened.emit(view)

    def _show_entries(self, entries: list[RunEntry]) -> None:
        by_path = {entry.path: entry for entry in entries} | self._extra
        newest = sorted(by_path.values(), key=lambda entry: entry.created_at, reverse=True)
        self._model.show(newest)
        self._show_count()
        run = self._selection.run
        self._view.show_current(run.run.path if run is not None else None)

    @Slot(object, str)
    def _on_failed(self, key: object, message: str) -> None:
        path = str(key[1]) if isinstance(key, tuple) else str(self._root)
        message = message.replace(path, shown_path(Path(path)))
        again = self.refresh if path == str(self._root) else self._open_again
        if isinstance(key, tuple):
            advice = self.tr("Nothing was changed. Restore the file from a copy, or open another.")
            message = f"{message}\n{advice}"
        self._view.banner.show_state(message, "bad", self.tr("Try again"), again)
        self._show_count()
        self.failed.emit(path, message)

    def _open_again(self) -> None:
        if self._wanted is not None:
            self.open(self._wanted)

    def _show_count(self) -> None:
        """Show the list; without one say whether nothing is there or nothing fits the search."""
        empty = self._view.empty
        if self._model.total:
            empty.show_text(
                self.tr("No run fits the search"), self.tr("Every word must occur in a run.")
            )
        else:
            text = self.tr("Runs appear after a plan or a session; Help > Run the demo makes one.")
            empty.show_text(self.tr("No runs here yet"), text)
        self._view.show_count(self._model.rowCount(), self._root)
