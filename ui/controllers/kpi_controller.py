"""Decides what the KPI table shows and what a cell moves."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from quad_studio.cancel import CancelToken
from quad_studio.runs import load_run
from ui.collector import many_objects
from ui.controllers.run_words import RunWords
from ui.core_texts import core_text
from ui.models.kpi_model import KpiTableModel, as_markdown, as_tsv
from ui.models.kpi_names import KpiStyle, kpi_style
from ui.models.kpi_pivot import KpiCell, KpiGrid, against, renewed, with_baseline
from ui.models.repro import cell_command
from ui.models.run_model import Pair, RunView, view_of
from ui.models.runs_model import RunEntry
from ui.models.selection import Selection
from ui.models.verdict_book import VerdictBook
from ui.views.kpi_view import KpiView
from ui.worker import Jobs

VERDICT_PAUSE_MS = 800
"""Somebody who judges a pair a second waits for no table; it follows in the pauses."""

BEGIN_MS = 150
"""The pictures of a run that was just opened come first; they want Python's lock too."""


class KpiController(QObject):
    """Builds the pivot of the selected run and connects its cells with the pairs."""

    def __init__(
        self, view: KpiView, model: KpiTableModel, selection: Selection, book: VerdictBook
    ) -> None:
        """Wire `view` to `selection` and to the verdicts in `book`."""
        super().__init__(view)
        self._view, self._model, self._selection = view, model, selection
        self._pivot = "target_use_case"
        self._baseline: int | None = None
        self._grid: KpiGrid | None = None
        self._other: tuple[RunEntry, KpiGrid] | None = None
        self._other_entry: RunEntry | None = None
        self._cancel = CancelToken()
        self._begin = QTimer(self)
        self._begin.setSingleShot(True)
        self._begin.setInterval(BEGIN_MS)
        self._begin.timeout.connect(self._on_begin)
        self._jobs = Jobs("KPIs", self)
        self._jobs.finished.connect(self._on_built)
        self._jobs.failed.connect(self._on_failed)
        self._words = RunWords(self)
        self._limits = (False, False)
        self._cell: tuple[int, int] | None = None
        view.pivot_chosen.connect(self._on_pivot)
        view.baseline_chosen.connect(self._on_baseline)
        view.limits_changed.connect(self._on_limits)
        view.cell_chosen.connect(self._on_cell)
        view.samples_clicked.connect(self._on_samples)
        view.worst_clicked.connect(self._on_worst)
        view.time_toggled.connect(self._on_time)
        view.command_clicked.connect(self._on_command)
        view.copy_clicked.connect(self._on_copy)
        view.empty.action_clicked.connect(self._build)
        selection.run_changed.connect(self._on_run)
        selection.pair_changed.connect(self._on_pair)
        self._verdict_timer = QTimer(self, singleShot=True, interval=VERDICT_PAUSE_MS)
        self._verdict_timer.timeout.connect(self._renew_verdicts)
        book.changed.connect(self._on_verdict)
        self._on_run(selection.run)

    @property
    def grid(self) -> KpiGrid | None:
        """Return the table that is shown."""
        return self._model.grid

    def shutdown(self) -> None:
        """End the thread, without waiting for a table that nobody will see."""
        self._verdict_timer.stop()
        self._begin.stop()
        self._cancel.cancel()
        self._jobs.shutdown()

    @Slot(object)
    def _on_run(self, run: RunView | None) -> None:
        self._baseline = None
        self._other = self._other_entry = None
        self._build()

    @Slot(object, object, object)
    def compare_with(self, mine: RunEntry, other: RunEntry, reasons: list[str]) -> None:
        """Show differences to the run `other`, where nothing speaks against it."""
        self._other = None
        self._other_entry = other if not reasons else None
        if reasons:
            text = self.tr("No differences to {0}: {1}").format(
                other.name, "; ".join(map(core_text, reasons))
            )
            self._view.banner.show_state(text, "warn")
        self._build_other()
        self._show()

    def _build_other(self) -> None:
        entry, pivot = self._other_entry, self._pivot
        if entry is not None:
            path, cancel = entry.path, self._cancel
            self._jobs.submit(
                ("other", path, pivot),
                lambda: _build_other(path, pivot, cancel),
            )

    @Slot(str)
    def _on_pivot(self, pivot: str) -> None:
        self._pivot, self._baseline = pivot, None
        self._other = None
        self._build()

    @Slot(int)
    def _on_baseline(self, column: int) -> None:
        self._baseline = column if column >= 0 else None
        self._other = self._other_entry = None
        self._show()

    @Slot(bool, bool)
    def _on_limits(self, only_failing: bool, only_different: bool) -> None:
        self._limits = (only_failing, only_different)
        self._show()

    def _build(self) -> None:
        """Compute the table in the worker, soon: its intervals are bootstrapped."""
        run = self._selection.run
        self._cancel.cancel()
        self._cancel = CancelToken()
        self._jobs.drop_pending()
        self._begin.stop()
        self._grid = None
        if run is None:
            self._show()
            return
        self._view.empty.show_text(
            self.tr("Computing the table…"), self.tr("Intervals are computed from all rows.")
        )
        self._view.show_has_numbers(False)
        self._begin.start()

    @Slot()
    def _on_begin(self) -> None:
        run, pivot, cancel = self._selection.run, self._pivot, self._cancel
        if run is not None:
            self._jobs.submit((run.run.path, pivot), lambda: _build_grid(run, pivot, cancel))
            self._build_other()

    @Slot(str)
    def _on_verdict(self, key: str) -> None:
        self._verdict_timer.start()

    @Slot()
    def _renew_verdicts(self) -> None:
        """Compute what people decided again; every other number stays."""
        run, pivot, cancel = self._selection.run, self._pivot, self._cancel
        if run is not None and self._grid is not None:
            key = ("verdicts", run.run.path, pivot)
            self._jobs.submit(key, lambda: _build_grid(run, pivot, cancel, ("verdict",)))

    @Slot(object, object)
    def _on_built(self, key: tuple[object, ...], grid: KpiGrid) -> None:
        entry = self._other_entry
        if entry is not None and key == ("other", entry.path, self._pivot):
            self._other = (entry, grid)
            self._show()
            return
        run = self._selection.run
        if run is not None and key == ("verdicts", run.run.path, self._pivot):
            if self._grid is not None:
                self._grid = renewed(self._grid, grid, "verdict")
                self._show_again()
            return
        if run is not None and key == (run.run.path, self._pivot):
            self._grid = grid
            self._show()
            self._show_banner(run)

    @Slot(object, str)
    def _on_failed(self, key: object, message: str) -> None:
        self._view.banner.show_state(message, "bad", self.tr("Try again"), self._build)
        title = self.tr("The table could not be computed")
        self._view.empty.show_text(title, message, self.tr("Try again"))

    def _show(self) -> None:
        grid = self._grid
        if grid is not None and self._other is not None:
            grid = against(grid, self._other[1])
        elif grid is not None:
            grid = with_baseline(grid, self._baseline)
        failing, different = self._limits
        self._cell = None
        self._model.show(grid, only_failing=failing, only_different=different)
        if grid is None or not grid.styles:
            self._view.empty.show_text(
                self.tr("No numbers yet"),
                self.tr("The table fills from the rows and scores of the run that is open."),
            )
        self._view.show_has_numbers(grid is not None and bool(grid.styles))
        self._view.show_columns(grid.columns if grid is not None else (), self._baseline)
        self._view.show_other(self._other[0].name if self._other is not None else "")
        self._view.show_cell(None, "", None, None)

    def _show_again(self) -> None:
        """Show the table with the chosen cell still chosen, if its KPI is still there."""
        cell = self._cell
        name = self._model.style_at(cell[0]).name if cell is not None else ""
        self._show()
        row = self._model.row_of(name)
        if cell is not None and row is not None:
            self._cell = (row, cell[1])
            self._view.select_row(row)
            self._show_cell()

    def _show_banner(self, run: RunView | None) -> None:
        gates = run.summary.get("gates") if run is not None else None
        failed = _labels(gates or (), "fail")
        open_ones = _labels(gates or (), "invalid")
        if failed:
            text = self.tr("Gates failed: {0}").format(failed)
            self._view.banner.show_state(text, "bad")
        elif open_ones:
            text = self.tr("Gates without enough evidence: {0}").format(open_ones)
            self._view.banner.show_state(text, "warn")
        else:
            self._words.show(self._view.banner, run)

    @Slot(int, int)
    def _on_cell(self, row: int, column: int) -> None:
        self._cell = (row, column)
        self._show_cell()
        self._selection.select_kpi(self._model.style_at(row).name)

    def _show_cell(self) -> None:
        grid, cell = self._model.grid, self._chosen()
        if grid is None or cell is None or self._cell is None:
            return
        style = self._model.style_at(self._cell[0])
        pair = self._selection.pair
        mark = pair.numbers.get(style.name) if pair is not None else None
        self._view.show_cell(style, grid.columns[self._cell[1]], cell, mark)
        self._view.show_command(self._command())
        self._show_over_time(style, cell)

    @Slot(bool)
    def _on_time(self, on: bool) -> None:
        self._show_cell()

    def _show_over_time(self, style: KpiStyle, cell: KpiCell) -> None:
        run = self._selection.run
        if run is not None and self._view.is_over_time:
            keys = [(sample.key, sample.value) for sample in cell.samples]
            self._view.show_over_time(style, run.over_time(keys))

    def _command(self) -> str:
        """Return the command that makes the numbers of the chosen cell again."""
        grid, cell, run = self._model.grid, self._chosen(), self._selection.run
        if grid is None or cell is None or run is None or self._cell is None:
            return ""
        name, column = self._model.style_at(self._cell[0]).name, grid.columns[self._cell[1]]
        return cell_command(run, name, column, [sample.key for sample in cell.samples])

    @Slot()
    def _on_command(self) -> None:
        QApplication.clipboard().setText(self._command())

    def _chosen(self) -> KpiCell | None:
        return self._model.cell_at(*self._cell) if self._cell is not None else None

    @Slot(object)
    def _on_pair(self, pair: Pair | None) -> None:
        self._show_cell()

    @Slot()
    def _on_samples(self) -> None:
        cell = self._chosen()
        if cell is not None and cell.samples:
            self._selection.limit_to(frozenset(sample.key for sample in cell.samples))

    @Slot()
    def _on_worst(self) -> None:
        cell = self._chosen()
        if cell is None or not cell.samples or self._cell is None:
            return
        style = self._model.style_at(self._cell[0])
        finite = [s for s in cell.samples if math.isfinite(s.value)] or list(cell.samples)
        choose = min if style.better == "higher" else max
        self._selection.select_key(choose(finite, key=lambda sample: sample.value).key)

    @Slot(str)
    def _on_copy(self, form: str) -> None:
        grid = self._model.grid
        if grid is not None:
            text = as_markdown(grid) if form == "markdown" else as_tsv(grid)
            QApplication.clipboard().setText(text)


def _build_other(path: Path, pivot: str, cancel: CancelToken) -> KpiGrid:
    """Return the table of another run."""
    with many_objects():
        return _build_grid(view_of(load_run(path)), pivot, cancel)


def _build_grid(
    run: RunView, pivot: str, cancel: CancelToken, groups: Sequence[str] = ()
) -> KpiGrid:
    """Return the table; what it takes is loaded here, in the worker."""
    from ui.models.kpi_building import build_grid

    with many_objects():
        return build_grid(run, pivot, groups=groups, check=cancel.check)


def _labels(gates: Sequence[Mapping[str, Any]], status: str) -> str:
    """Return the names of the KPIs whose gates have `status`."""
    names = {kpi_style(str(gate["metric"])).label for gate in gates if gate["status"] == status}
    return ", ".join(sorted(names))
