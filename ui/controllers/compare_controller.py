"""Decides what the Compare panel shows."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from ui.controllers.canvas_controller import CanvasController
from ui.controllers.frame_loader import FrameLoader
from ui.controllers.map_controller import MapFn
from ui.controllers.run_words import RunWords
from ui.core_texts import core_text
from ui.models.pairs_model import RUN_ORDER, PairFilter, PairsModel
from ui.models.run_model import Pair, RunView
from ui.models.selection import Selection
from ui.models.shown_path import shown_path
from ui.models.verdict_book import VerdictBook
from ui.views.compare_view import CompareView
from ui.widgets.compare_canvas import ViewMode
from ui.widgets.frame import Frame

PREFETCH = (1, -1, 2)
MODES = tuple(ViewMode)


class CompareController(QObject):
    """Loads pairs, walks through them, and routes the panel's commands.

    Signals:
        command: A command that belongs to another controller (verdicts, copying).
        frames_shown: The two pictures on the canvas, None where one is missing.
        frames_missing: There are no pictures to show, and why.
    """

    command = Signal(str)
    frames_shown = Signal(object, object)
    frames_missing = Signal(str)

    def __init__(
        self,
        view: CompareView,
        selection: Selection,
        pairs: PairsModel,
        book: VerdictBook,
        perceptual: MapFn | None = None,
    ) -> None:
        """Wire `view` to `selection`."""
        super().__init__(view)
        self._view, self._selection, self._pairs = view, selection, pairs
        self._book = book
        self._is_swapped = False
        self._reference = -1
        self._failures: dict[Path, str] = {}
        self._words = RunWords(self)
        self._is_pair_said = False
        self.loader = FrameLoader(view.canvas.zoom, self)
        self.canvas = CanvasController(view, perceptual, self)
        self.canvas.map_wanted.connect(self._on_map_wanted)
        self.loader.loaded.connect(self._on_loaded)
        self.loader.failed.connect(self._on_failed)
        selection.run_changed.connect(self._on_run)
        selection.pair_changed.connect(self._on_pair)
        selection.filter_changed.connect(self._on_keys)
        self._wire_list()
        view.command.connect(self.run_command)
        self._on_run(selection.run)

    def _wire_list(self) -> None:
        pair_list = self._view.pair_list
        pair_list.pair_chosen.connect(self._selection.select_pair)
        pair_list.text_edited.connect(self._on_text)
        pair_list.use_case_chosen.connect(self._on_use_case)
        pair_list.target_chosen.connect(self._on_target)
        pair_list.verdict_chosen.connect(self._on_verdict_filter)
        pair_list.sort_chosen.connect(self._on_sort)
        pair_list.clear_clicked.connect(self.clear_filter)

    def shutdown(self) -> None:
        """End the threads."""
        self.loader.shutdown()
        self.canvas.shutdown()

    # ---- the run and the list ------------------------------------------------------------------

    @Slot(object)
    def _on_run(self, run: RunView | None) -> None:
        self._failures.clear()
        self._reference = -1
        self.loader.cache.clear()
        if run is not None:
            self._pairs.show(run.pairs, run.places)
        else:
            self._pairs.show(())
        self._view.show_has_run(run is not None and bool(run.pairs))
        if run is not None and not run.pairs:
            self._view.empty.show_text(
                self.tr("This run has no rows yet"),
                self.tr("It was stopped before the first image. Resume it, then read it again."),
            )
        if run is not None:
            self._view.pair_list.show_choices(run.use_cases, run.targets, run.metric_names)
            self._view.pair_list.show_tags(self._book.store.tag_counts())
            self.show_run_state()
        self._show_count()

    @Slot(str)
    def show_opening(self, name: str) -> None:
        """Say that a run is being read, while there is no other to look at."""
        if self._selection.run is None:
            text = self.tr("{0}: rows, scores and context are read from the disk.")
            self._view.empty.show_text(self.tr("Opening the run…"), text.format(name))

    @Slot(str, str)
    def show_failed(self, name: str, message: str) -> None:
        """Say that a run could not be read, while there is no other to look at."""
        if self._selection.run is None:
            title = self.tr("The run could not be opened")
            self._view.empty.show_text(title, message, self.tr("Open another run…"))

    def show_run_state(self) -> None:
        """Say how far the run is to be trusted."""
        self._is_pair_said = False
        self._words.show_with_origin(self._view.banner, self._selection.run)

    def _show_pair_state(self, path: Path | None, a: Frame | None, b: Frame | None) -> None:
        """Say what stands against comparing the pair, else what the run's state is."""
        banner = self._view.banner
        if path is not None:
            reload = partial(self.command.emit, "file.reload")
            text = self.tr("{0} cannot be read. Mend or copy the file again, then read the run.")
            banner.show_state(text.format(path.name), "bad", self.tr("Read it again"), reload)
        elif a is not None and b is not None and a.size != b.size and not self._book.is_blind:
            text = self.tr("A is {0} × {1} and B {2} × {3} pixels: shown, but never subtracted.")
            banner.show_state(text.format(*a.size, *b.size), "warn")
        else:
            if self._is_pair_said:
                self.show_run_state()
            return
        self._is_pair_said = True

    def set_filter(self, wanted: PairFilter) -> None:
        """List what `wanted` accepts; the shown pair stays if it is still listed."""
        self._pairs.set_filter(wanted)
        self._show_count()
        pair = self._selection.pair
        shown = self._pairs.shown
        if pair is not None and self._pairs.place_of(pair.key) is not None:
            self._view.pair_list.show_current(pair.key)
        elif shown:
            self._selection.select_pair(shown[0])

    @Slot(str)
    def _on_text(self, text: str) -> None:
        self.set_filter(replace(self._pairs.filter, text=text))

    @Slot(str)
    def _on_use_case(self, name: str) -> None:
        self.set_filter(replace(self._pairs.filter, use_case=name))

    @Slot(str)
    def _on_target(self, name: str) -> None:
        self.set_filter(replace(self._pairs.filter, target=name))

    @Slot(str)
    def _on_verdict_filter(self, choice: str) -> None:
        tag = choice[1:] if choice.startswith("#") else ""
        self.set_filter(replace(self._pairs.filter, verdict="" if tag else choice, tag=tag))

    @Slot(object)
    def _on_keys(self, keys: frozenset[str] | None) -> None:
        self.set_filter(replace(self._pairs.filter, keys=keys))

    @Slot(str)
    def _on_sort(self, metric: str) -> None:
        self._pairs.set_sort(metric or RUN_ORDER)
        if self._pairs.shown and metric:
            self._selection.select_pair(self._pairs.shown[0])

    @Slot()
    def clear_filter(self) -> None:
        """List every pair again."""
        self._view.pair_list.show_cleared()
        self.set_filter(PairFilter())

    def _show_count(self) -> None:
        wanted = self._pairs.filter
        limited = self.tr("samples of a KPI cell") if wanted.keys is not None else ""
        self._view.pair_list.show_count(len(self._pairs.shown), self._pairs.total, limited)

    # ---- the pair ------------------------------------------------------------------------------

    @Slot(object)
    def _on_pair(self, pair: Pair | None) -> None:
        is_of_fp32 = pair is not None and self._reference_of(pair)[0] == pair.image("reference")
        has_numbers = is_of_fp32 and not self._book.is_blind  # they compare with FP32 only
        self._view.show_pair_numbers(pair if has_numbers else None)
        if pair is None:
            self._view.canvas.show_frames(None, None)
            return
        self._view.pair_list.show_current(pair.key)
        self._show_labels(pair)
        self.loader.ask(self._wanted_paths(pair))
        self._show_frames()

    def refresh(self) -> None:
        """Show the current pair again, after what is hidden or swapped changed."""
        self._on_pair(self._selection.pair)

    @Slot()
    def _on_map_wanted(self) -> None:
        self.set_mode(ViewMode.DIFFERENCE)

    def _wanted_paths(self, pair: Pair) -> list[Path | None]:
        paths = [self._reference_of(pair)[0], pair.image("candidate")]
        if self._view.canvas.mode == ViewMode.GRID and self._selection.run is not None:
            paths += [p.image("candidate") for p in self._selection.run.candidates_of(pair)]
        place, shown = self._pairs.place_of(pair.key), self._pairs.shown
        for step in PREFETCH:
            if place is not None and 0 <= place + step < len(shown):
                near = shown[place + step]
                paths += [near.image("reference"), near.image("candidate")]
        return [path for path in paths if path not in self._failures]

    def _show_labels(self, pair: Pair) -> None:
        labels = (self._reference_of(pair)[1], pair.device_label)
        if self._book.is_blind:
            labels = (self.tr("first"), self.tr("second"))
        a, b = labels[::-1] if self._is_swapped and not self._book.is_blind else labels
        self._view.canvas.show_labels(a, b)

    def _show_frames(self) -> None:
        """Show what is loaded of the current pair, or say what is missing."""
        pair = self._selection.pair
        if pair is None:
            return
        first = self._reference_of(pair)[0]
        a, b = self.loader.get(first), self.loader.get(pair.image("candidate"))
        message = self._missing(pair, (first, a), (pair.image("candidate"), b))
        broken = [path for path in (first, pair.image("candidate")) if path in self._failures]
        self._show_pair_state(broken[0] if broken else None, a, b)
        if self._book.is_shuffled(pair) if self._book.is_blind else self._is_swapped:
            a, b = b, a
        self._view.canvas.show_frames(a, b, message)
        self._show_grid(pair)
        if not message:
            self.canvas.maps.show_pair(a, b)
            self.frames_shown.emit(a, b)
            self.canvas.pictures_changed()
        elif broken or not pair.is_ok:
            self.frames_missing.emit(message)
        self.canvas.show_zoom()

    def _missing(self, pair: Pair, *wanted: tuple[Path | None, Frame | None]) -> str:
        """Return what stands in place of the pictures, empty when both are there."""
        if not pair.is_ok:
            return self._words.failure_of(pair)
        for path, frame in wanted:
            if frame is None and path in self._failures:
                text = self.tr("{0} cannot be read: {1}")
                return text.format(shown_path(path), self._failures[path])
            if frame is None and path is not None:
                return self.tr("Loading…")
        return ""

    def _show_grid(self, pair: Pair) -> None:
        if self._view.canvas.mode != ViewMode.GRID or self._selection.run is None:
            return
        tiles: list[tuple[str, Frame]] = []
        reference = self.loader.get(pair.image("reference"))
        if reference is not None:
            tiles.append((self.tr("FP32 reference"), reference))
        for other in self._selection.run.candidates_of(pair):
            frame = self.loader.get(other.image("candidate"))
            if frame is not None:
                tiles.append((other.device_label, frame))
        self._view.canvas.show_grid(tiles)

    @Slot(object)
    def _on_loaded(self, path: Path) -> None:
        pair = self._selection.pair
        if pair is None:
            return
        own = {self._reference_of(pair)[0], pair.image("candidate")}
        if path in own:
            self._show_frames()
        elif self._view.canvas.mode == ViewMode.GRID:
            self._show_grid(pair)

    @Slot(object, str)
    def _on_failed(self, path: Path, message: str) -> None:
        self._failures[path] = core_text(message)
        self._on_loaded(path)

    # ---- commands ------------------------------------------------------------------------------

    @Slot(str)
    def run_command(self, name: str) -> None:
        """Do the command `name`, or hand it on."""
        group, _, what = name.partition(".")
        if group == "mode":
            at = MODES.index(self._view.canvas.mode)
            self.set_mode(MODES[(at + 1) % len(MODES)] if what == "next" else ViewMode(what))
        elif name == "view.swap":
            self._is_swapped = self._view.actions_by_name["view.swap"].isChecked()
            self.refresh()
        elif group in ("view", "map"):
            self.canvas.run_command(group, what)
        elif group == "pair":
            self._pair_command(what)
        else:
            self.command.emit(name)

    def set_mode(self, mode: ViewMode) -> None:
        """Share the canvas as `mode` says."""
        self._view.show_mode(mode)
        pair = self._selection.pair
        if mode == ViewMode.GRID and pair is not None:
            self.loader.ask(self._wanted_paths(pair))
            self._show_grid(pair)
        self.canvas.show_zoom()

    def _pair_command(self, what: str) -> None:
        if what in ("next", "previous", "first", "last"):
            self.walk(what)
        elif what in ("next_candidate", "previous_candidate"):
            self._step_candidate(1 if what.startswith("next") else -1)
        elif what.startswith("candidate:"):
            self._choose_candidate(int(what[-1]) - 1)
        elif what.startswith("reference:"):
            self._choose_reference(int(what[-1]) - 1)
        elif what == "worst":
            self._select_worst()
        elif what in ("next_tile", "previous_tile"):
            self.canvas.show_tile(1 if what.startswith("next") else -1)
        elif what == "find":
            self._view.pair_list.search.setFocus()
            self._view.pair_list.search.selectAll()
        elif what == "clear_filter":
            self.clear_filter()

    def walk(self, where: str) -> bool:
        """Go to the next, previous, first or last listed pair; return whether it moved."""
        shown, pair = self._pairs.shown, self._selection.pair
        if not shown:
            return False
        place = self._pairs.place_of(pair.key) if pair is not None else None
        if place is None:
            place = -1 if where == "next" else len(shown)
        wanted = {"next": place + 1, "previous": place - 1, "first": 0, "last": len(shown) - 1}[
            where
        ]
        if not 0 <= wanted < len(shown):
            return False
        self._selection.select_pair(shown[wanted])
        return True

    def _step_candidate(self, by: int) -> None:
        run, pair = self._selection.run, self._selection.pair
        if run is None or pair is None:
            return
        others = run.candidates_of(pair)
        self._selection.select_pair(others[(others.index(pair) + by) % len(others)])

    def _choose_candidate(self, place: int) -> None:
        run, pair = self._selection.run, self._selection.pair
        others = run.candidates_of(pair) if run is not None and pair is not None else ()
        if place < len(others):
            self._selection.select_pair(others[place])

    def _choose_reference(self, place: int) -> None:
        """Compare with this candidate of each input; below 0 with FP32 again."""
        self._reference = place
        self.refresh()

    def _reference_of(self, pair: Pair) -> tuple[Path | None, str]:
        """Return the picture that stands as A, and its label."""
        run = self._selection.run
        others = run.candidates_of(pair) if run is not None and self._reference >= 0 else ()
        if self._reference < len(others) and others and not self._book.is_blind:
            other = others[self._reference]
            return other.image("candidate"), other.device_label
        return pair.image("reference"), self.tr("FP32 reference")

    def _select_worst(self) -> None:
        run = self._selection.run
        if run is None or not run.metric_names:
            return
        metric = (
            self._selection.kpi if self._selection.kpi in run.metric_names else run.metric_names[0]
        )
        box = self._view.pair_list.sort_box
        box.setCurrentIndex(box.findData(metric))
        if self._pairs.shown:
            self._selection.select_pair(self._pairs.shown[0])
