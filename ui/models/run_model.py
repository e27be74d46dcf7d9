"""A run as the window shows it: pairs of images, their numbers and their context."""

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from quad_studio.bundle import MANIFEST
from quad_studio.errors import InputFileProblem
from quad_studio.runs import Run, load_run
from quad_studio.storage import read_json
from ui.core_texts import core_text, use_case_text

TIMING = ("text_encoder_ms", "vae_encoder_ms", "unet_step_ms", "vae_decoder_ms", "end_to_end_ms")


@dataclass(frozen=True)
class Pair:
    """One candidate image against its reference; repeats of the same work share a pair.

    Attributes:
        root: The run folder that image paths are relative to.
        rows: The rows behind it, the first is the one that is shown.
        metrics: Quality metrics of the first scored row.
        unavailable: Metric -> why it has no value.
    """

    root: Path
    rows: tuple[Mapping[str, Any], ...]
    metrics: Mapping[str, float] = field(default_factory=dict)
    unavailable: Mapping[str, str] = field(default_factory=dict)

    @property
    def row(self) -> Mapping[str, Any]:
        """Return the row that is shown."""
        return self.rows[0]

    @property
    def key(self) -> str:
        """Return the identity of the pair: its first row's key."""
        return str(self.row["key"])

    def text(self, name: str) -> str:
        """Return the row's field `name` as text, empty when absent."""
        value = self.row.get(name)
        return "" if value is None else str(value)

    @property
    def is_ok(self) -> bool:
        """Return whether the row was measured."""
        return self.row.get("status") == "ok" and self.image("candidate") is not None

    def image(self, kind: str) -> Path | None:
        """Return the path of the image `kind`: reference, candidate, input, mask, sketch, truth."""
        name = (self.row.get("images") or {}).get(kind)
        return self.root / str(name) if name else None

    @property
    def group(self) -> tuple[str, ...]:
        """Return what candidates of one reference have in common."""
        names = ("use_case", "input_id", "seed", "sampler", "steps", "guidance", "strength")
        return tuple(self.text(name) for name in names)

    @cached_property
    def numbers(self) -> dict[str, float]:
        """Return every number of the pair: metrics, then times and memory of its first row."""
        return {**self.metrics, **row_numbers(self.row)}

    @cached_property
    def searchable(self) -> str:
        """Return everything that the filter of the list looks at."""
        names = ("input_id", "use_case", "target", "label", "adapter", "prompt", "sampler")
        return " ".join(self.text(name) for name in names).casefold()

    @property
    def title(self) -> str:
        """Return input and use case, as the list shows them."""
        return f"{self.text('input_id')} · {use_case_text(self.text('use_case'))}"

    @property
    def device_label(self) -> str:
        """Return what ran it, in words that cannot be taken for a phone when it is none."""
        return device_label(self.row)


def device_label(row: Mapping[str, Any]) -> str:
    """Return a row's device in words; whatever is no phone says so.

    >>> device_label({"label": "host CPU", "target_kind": "host"})
    'host CPU – not a phone'
    """
    label = str(row.get("label") or row.get("target") or "?")
    spoken = core_text(label)
    if row.get("target_kind") == "host":
        return f"{spoken} – {core_text('not a phone')}"
    if row.get("emulated") and "emulat" not in label and "virtual" not in label:
        return f"{spoken} – {core_text('emulated')}"
    return spoken


def row_numbers(row: Mapping[str, Any]) -> dict[str, float]:
    """Return the KPIs that one row holds by itself."""
    found: dict[str, float] = {}
    timing = row.get("timing_ms") or {}
    for name in TIMING:
        value = timing.get(name)
        if isinstance(value, Sequence) and value:
            found[name] = float(statistics.median(value))
        elif isinstance(value, int | float):
            found[name] = float(value)
    memory = row.get("memory") or {}
    if isinstance(memory.get("peak_ram_mb"), int | float):
        found["peak_ram_mb"] = float(memory["peak_ram_mb"])
    switch = row.get("switch") or {}
    if switch.get("kind") in ("cold", "warm"):
        found[f"switch_{switch['kind']}_ms"] = float(switch["ms"])
        if isinstance(memory.get("retained_mb"), int | float):
            found["retained_mb_per_switch"] = float(memory["retained_mb"])
    return found


@dataclass(frozen=True)
class RunView:
    """A run, its pairs and how they hang together.

    Attributes:
        run: What `quad_studio.runs` read.
        pairs: In the order of the rows; failed rows are pairs without a candidate.
    """

    run: Run
    pairs: tuple[Pair, ...]

    @property
    def name(self) -> str:
        """Return the run's name or its identifier."""
        return str(self.run.manifest.get("name") or self.run.run_id)

    @property
    def manifest(self) -> Mapping[str, Any]:
        """Return the run's context."""
        return self.run.manifest

    @property
    def summary(self) -> Mapping[str, Any]:
        """Return summary.json, empty before the run was summed up."""
        return self.run.summary or {}

    @cached_property
    def by_key(self) -> dict[str, Pair]:
        """Return the pair of every row key, repeats included."""
        return {str(row["key"]): pair for pair in self.pairs for row in pair.rows}

    @cached_property
    def metric_names(self) -> tuple[str, ...]:
        """Return the metrics that at least one pair has."""
        seen: dict[str, None] = {}
        for pair in self.pairs:
            seen.update(dict.fromkeys(pair.metrics))
        return tuple(seen)

    @cached_property
    def partial(self) -> tuple[int, int]:
        """Return how many of the measured pairs are scored, and how many there are."""
        measured = [pair for pair in self.pairs if pair.is_ok]
        return sum(bool(pair.metrics) for pair in measured), len(measured)

    @cached_property
    def bundle(self) -> Path | None:
        """Return the folder of the bundle that was run, None where it is not on this machine."""
        named = (self.manifest.get("bundle") or {}).get("path")
        folder = self.run.path / str(named) if named else None
        return folder if folder is not None and (folder / MANIFEST).is_file() else None

    @cached_property
    def lost(self) -> str:
        """Return what the first row that lost its device says, empty when none did."""
        errors = (pair.row.get("error") or {} for pair in self.pairs if not pair.is_ok)
        return next((str(one.get("message")) for one in errors if one.get("code") == "lost"), "")

    @cached_property
    def is_stale(self) -> bool:
        """Return whether the bundle was built again since, so that its graph is another one."""
        if self.bundle is None:
            return False
        mine = self.manifest["bundle"]
        try:
            now = read_json(self.bundle / MANIFEST, "bundle")
            return bool(now["fingerprint"] != mine["fingerprint"])
        except (KeyError, InputFileProblem):
            return False

    def over_time(self, values: Sequence[tuple[str, float]]) -> list[tuple[float, float]]:
        """Return (minutes since the first row ended, value) of rows by key, in order of time.

        Rows of which no time is known are left out.
        """
        found = [
            (self._ended[key], value)
            for key, value in values
            if key in self._ended and math.isfinite(value)
        ]
        begin = min(self._ended.values(), default=0.0)
        return sorted(((at - begin) / 60.0, value) for at, value in found)

    @cached_property
    def _ended(self) -> dict[str, float]:
        """Return when each row ended, in seconds, by key."""
        found = {}
        for row in self.run.rows:
            with suppress(ValueError):
                found[str(row["key"])] = datetime.fromisoformat(
                    str(row.get("finished_at"))
                ).timestamp()
        return found

    @cached_property
    def use_cases(self) -> tuple[str, ...]:
        """Return the use cases, in the order of the rows."""
        return tuple(dict.fromkeys(pair.text("use_case") for pair in self.pairs))

    @cached_property
    def targets(self) -> tuple[str, ...]:
        """Return the names of the targets, in the order of the rows."""
        return tuple(dict.fromkeys(pair.text("target") for pair in self.pairs))

    @property
    def target_labels(self) -> str:
        """Return what its targets are called, in words."""
        targets = self.manifest.get("targets") or ()
        return ", ".join(core_text(str(target.get("label"))) for target in targets)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Return the place of every pair by its key."""
        return {pair.key: at for at, pair in enumerate(self.pairs)}

    def candidates_of(self, pair: Pair) -> tuple[Pair, ...]:
        """Return the pairs that share the reference of `pair`, itself included, in run order."""
        return self._groups[pair.group]

    @cached_property
    def _groups(self) -> dict[tuple[str, ...], tuple[Pair, ...]]:
        groups: dict[tuple[str, ...], list[Pair]] = {}
        for pair in self.pairs:
            groups.setdefault(pair.group, []).append(pair)
        return {key: tuple(found) for key, found in groups.items()}

    def target_of(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the description of the target that ran `row`, empty when unknown."""
        for target in self.manifest.get("targets") or ():
            if target.get("name") == row.get("target"):
                return dict(target)
        return {}

    def log_lines(self) -> tuple[list[str], str]:
        """Return the run's log, and why there is none."""
        path = self.run.path / "log.txt"
        try:
            return path.read_text(encoding="utf-8", errors="replace").splitlines(), ""
        except OSError as exc:
            return [], f"{path.name}: {exc.strerror or exc}"


def read_run(path: Path) -> RunView:
    """Read the run in folder `path`.

    Raises:
        InputFileProblem: It is no run, of a newer schema, or corrupt.
    """
    return view_of(load_run(path))


def view_of(run: Run) -> RunView:
    """Return `run` as pairs, with all that a panel asks of every pair computed already.

    A run of 10,000 pairs takes some tenths of a second: called in a worker.
    """
    view = RunView(run=run, pairs=tuple(_pairs(run)))
    _ = (view.is_stale, view.partial, view.use_cases, view.targets, view.places, view.metric_names)
    _ = (view.by_key, view._groups, view.lost, [pair.searchable for pair in view.pairs])
    return view


def _pairs(run: Run) -> Iterator[Pair]:
    """Put repeats of the same work together; warm-up rows are never shown first."""
    groups: dict[tuple[object, ...], list[Mapping[str, Any]]] = {}
    for row in run.rows:
        names = ("target", "provider", "graph_sha256", "adapter", "adapter_sha256", "use_case")
        more = ("input_id", "seed", "sampler", "steps", "guidance", "strength")
        identity = tuple(str(row.get(name)) for name in (*names, *more))
        groups.setdefault(identity, []).append(row)
    for rows in groups.values():
        rows.sort(key=lambda row: (row.get("status") != "ok", bool(row.get("warmup"))))
        score = next((run.scores[row["key"]] for row in rows if row["key"] in run.scores), {})
        metrics = {k: float(v) for k, v in (score.get("metrics") or {}).items() if v is not None}
        metrics |= {k: math.inf for k in score.get("flags") or {} if k not in metrics}
        yield Pair(
            root=run.path,
            rows=tuple(rows),
            metrics=metrics,
            unavailable=dict(score.get("unavailable") or {}),
        )
