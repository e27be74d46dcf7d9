"""Decides what Context and Log show of the selection, and what the repro command is."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from quad_studio.sessions.remedies import remedy_of
from ui.controllers.run_words import RunWords
from ui.core_texts import core_text, fact_text, use_case_text
from ui.models.kpi_names import kpi_style
from ui.models.repro import repro_command
from ui.models.run_model import Pair, RunView, row_numbers
from ui.models.selection import Selection
from ui.models.shown_path import shown_path
from ui.views.context_view import ContextView, Section
from ui.views.log_view import MOST_LINES, LogView

MOST_MARKED = 200
UNITS = {"mb": "MB", "ms": "ms", "s": "s", "percent": "%", "celsius": "°C", "bytes": "bytes"}

A_FRAME_MS = 16
"""The pictures are painted before what is known of them: both in one turn would be seen late."""


class ContextController(QObject):
    """Follows the selection; copies the repro command."""

    def __init__(self, context: ContextView, log: LogView, selection: Selection) -> None:
        """Wire both panels to `selection`."""
        super().__init__(context)
        self._context, self._log, self._selection = context, log, selection
        self._lines: list[str] = []
        # The pictures first: what is known of a pair follows in a turn of the event loop of its
        # own, and only once where pairs go by faster than they are shown.
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._show_context)
        self._words = RunWords(self)
        selection.run_changed.connect(self._on_run)
        selection.pair_changed.connect(self._on_pair)
        context.copy_repro_clicked.connect(self.copy_repro)
        self._on_run(selection.run)
        self._show_context()

    def shutdown(self) -> None:
        """Show nothing any more."""
        self._later.stop()

    @Slot(object)
    def _on_run(self, run: RunView | None) -> None:
        self._words.show(self._context.banner, run)
        self._lines, problem = run.log_lines() if run is not None else ([], "")
        self._log.show_lines(self._lines)
        if problem:
            text = self.tr("The log of this run cannot be shown: {0}. Its rows do not need it.")
            self._log.banner.show_state(text.format(core_text(problem)), "info")
        elif len(self._lines) > MOST_LINES:
            text = self.tr("Only the newest {0:,} of {1:,} lines are shown; the file has them all.")
            self._log.banner.show_state(text.format(MOST_LINES, len(self._lines)), "info")
        elif self._words.state_of(run).name == "device lost":
            self._words.show(self._log.banner, run)
        else:
            self._log.banner.show_state("")

    @Slot(object)
    def _on_pair(self, pair: Pair | None) -> None:
        self._later.start(A_FRAME_MS)

    @Slot()
    def _show_context(self) -> None:
        run, pair = self._selection.run, self._selection.pair
        self._context.show_note("")
        if run is None:
            self._context.show_sections(())
            return
        sections: list[Section] = []
        if pair is not None:
            sections += self._pair_sections(run, pair)
            self._log.mark_lines(self._lines_of(pair))
        self._context.show_sections([*sections, *self._run_sections(run)])

    def _lines_of(self, pair: Pair) -> list[int]:
        keys = [str(row["key"]) for row in pair.rows]
        words = [*keys, *(key[:8] for key in keys), pair.text("input_id")]
        found = [at for at, line in enumerate(self._lines) if any(word in line for word in words)]
        return found[:MOST_MARKED]

    def _pair_sections(self, run: RunView, pair: Pair) -> list[Section]:
        row, target = pair.row, run.target_of(pair.row)
        numbers = [
            (kpi_style(name).label, f"{kpi_style(name).text(value)} {kpi_style(name).unit}".strip())
            for name, value in pair.metrics.items()
        ]
        numbers += [
            (kpi_style(name).label, core_text(reason)) for name, reason in pair.unavailable.items()
        ]
        times = [
            (kpi_style(name).label, f"{kpi_style(name).text(value)} {kpi_style(name).unit}")
            for name, value in row_numbers(row).items()
        ]
        adapters = ", ".join(
            f"{one.get('name')} × {one.get('strength')}" for one in row.get("adapters") or ()
        )
        if not numbers and pair.is_ok:
            numbers = [(self.tr("Scores"), self.tr("not scored yet"))]
        error = row.get("error") or {}
        made: list[Section] = [
            (
                self.tr("Error"),
                _lines(
                    (self.tr("What happened"), core_text(str(error.get("message") or ""))),
                    (self.tr("Code"), str(error.get("code") or "")),
                    (self.tr("What to do"), core_text(remedy_of(str(error.get("code") or "")))),
                ),
            ),
            (
                self.tr("Pair"),
                _lines(
                    (self.tr("Input"), pair.text("input_id")),
                    (self.tr("Use case"), use_case_text(pair.text("use_case"))),
                    (self.tr("Prompt"), pair.text("prompt")),
                    (self.tr("Seed"), pair.text("seed")),
                    (self.tr("Sampler"), _sampler(pair)),
                    (self.tr("Guidance"), pair.text("guidance")),
                    (self.tr("Adapter"), adapters or self.tr("none: the base model")),
                    (self.tr("Adapter SHA-256"), pair.text("adapter_sha256")),
                    (self.tr("Repeats"), str(len(pair.rows))),
                    (self.tr("Row key"), pair.key),
                ),
            ),
            (self.tr("Quality"), numbers),
            (
                self.tr("Device"),
                _lines(
                    (self.tr("Device"), pair.device_label),
                    (self.tr("Target"), pair.text("target")),
                    (self.tr("Provider"), pair.text("provider")),
                    (self.tr("Model"), str(target.get("model") or "")),
                    (self.tr("SoC"), str(target.get("soc") or "")),
                    (self.tr("Build"), str(target.get("os_build") or "")),
                    (self.tr("Note"), core_text(str(target.get("note") or ""))),
                ),
            ),
            (self.tr("Time and memory"), times),
            (self.tr("Telemetry"), _flat(row.get("telemetry") or {})),
        ]
        return [section for section in made if section[1]]

    def _run_sections(self, run: RunView) -> list[Section]:
        manifest = run.manifest
        bundle: Mapping[str, Any] = manifest.get("bundle") or {}
        made: list[Section] = [
            (
                self.tr("Run"),
                _lines(
                    (self.tr("Name"), run.name),
                    (self.tr("Identifier"), run.run.run_id),
                    (self.tr("Made"), str(manifest.get("created_at") or "")),
                    (self.tr("Folder"), shown_path(run.run.path)),
                    (self.tr("Tags"), ", ".join(map(str, manifest.get("tags") or ()))),
                ),
            ),
            (
                self.tr("Graph"),
                _lines(
                    (self.tr("Bundle"), str(bundle.get("name") or bundle.get("path") or "")),
                    (self.tr("Fingerprint"), str(bundle.get("fingerprint") or "")),
                    (self.tr("U-Net SHA-256"), str(bundle.get("graph_sha256") or "")),
                    *_flat(bundle.get("quantization") or {}),
                ),
            ),
            (self.tr("Reference"), _flat(manifest.get("reference") or {})),
            (self.tr("Versions"), _flat(manifest.get("versions") or {})),
            (self.tr("Host"), _flat(manifest.get("host") or {})),
        ]
        return [section for section in made if section[1]]

    @Slot()
    def copy_repro(self) -> None:
        """Put the command that makes this pair again on the clipboard."""
        run = self._selection.run
        if run is None:
            return
        QApplication.clipboard().setText(repro_command(run, self._selection.pair))
        self._context.show_note(self.tr("Copied."))


def _sampler(pair: Pair) -> str:
    return f"{pair.text('sampler')}, {core_text(pair.text('steps') + ' steps')}"


def _lines(*lines: tuple[str, str]) -> list[tuple[str, str]]:
    return [line for line in lines if line[1]]


def _flat(values: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    """Return a mapping as lines; None is left out."""
    found = []
    for name, value in values.items():
        if value is None or isinstance(value, dict | list):
            continue
        if isinstance(value, bool):
            value = fact_text("yes" if value else "no")
        found.append(
            (fact_name(str(name)), f"{value:.5g}" if isinstance(value, float) else _spoken(value))
        )
    return found


def _spoken(value: object) -> str:
    """Return a value of the core as text; a word by itself is a name."""
    text = str(value)
    return core_text(text) if " " in text else text


def fact_name(name: str) -> str:
    """Return the name of a fact as a person writes it, the unit in brackets.

    >>> fact_name("memory_available_mb"), fact_name("onnxruntime"), fact_name("cpu_percent")
    ('memory available (MB)', 'onnxruntime', 'cpu (%)')
    """
    stem, _, last = name.rpartition("_")
    unit = UNITS.get(last) if stem else None
    words = fact_text((stem if unit else name).replace("_", " "))
    return f"{words} ({unit})" if unit else words
