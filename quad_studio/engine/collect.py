"""Run a plan's rows on targets and record them; what is done stays done."""

import itertools
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from quad_studio.bundle import Bundle
from quad_studio.cancel import CancelToken
from quad_studio.config import RunOptions
from quad_studio.engine.emulated_rows import choose_emulated, emulator_budget
from quad_studio.engine.further_rows import FurtherRows
from quad_studio.errors import Cancelled, UsageProblem
from quad_studio.events import DeviceChanged, Emit, LogLine, RowFinished, StageProgress
from quad_studio.runs import RunWriter

RETRY_WAIT_S = 3.0


@dataclass(frozen=True, kw_only=True)
class CollectRequest:
    """What is to be recorded.

    Attributes:
        bundle: What runs.
        options: Provider, threads, policy ... of the sessions.
        targets: Open targets by name.
        rows: The planned rows, the same for every target.
        references: FP32 results by planned row index.
        recorded: Keys of rows that a former try recorded well.
        infra_retries: How often a lost target is tried again.
        spent_s: Seconds that each target's recorded rows took, by target.
        times_ms: End-to-end times of the rows that are recorded, by key.
    """

    bundle: Bundle
    options: RunOptions
    targets: Mapping[str, Any]
    rows: Sequence[Any]
    references: Mapping[int, Any]
    recorded: frozenset[str]
    infra_retries: int
    spent_s: Mapping[str, float] = field(default_factory=dict)
    times_ms: Mapping[str, float] = field(default_factory=dict)


@dataclass
class CollectOutcome:
    """What came of it: exit statuses of the targets that failed, with the reasons."""

    codes: list[int] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


class Collector:
    """Runs the rows on every target, several targets side by side."""

    def __init__(
        self, given: CollectRequest, writer: RunWriter, *, emit: Emit, cancel: CancelToken
    ) -> None:
        self._given, self._writer = given, writer
        self._emit, self._cancel = emit, cancel
        self._lock = threading.Lock()
        self._missing = {name: len(given.rows) for name in given.targets}
        self._total = len(given.rows) * len(given.targets)
        self._recorded = set(given.recorded)
        self._descriptions: dict[str, Any] = {}
        self._spent_s = dict(given.spent_s)
        self._times_ms = dict(given.times_ms)

    @property
    def _done(self) -> int:
        """Return how many rows need not be run any more."""
        return self._total - sum(self._missing.values())

    def run(self) -> CollectOutcome:
        """Record every row that is not there yet; a target that fails does not stop the others."""
        outcome = CollectOutcome()
        names = list(self._given.targets)
        with ThreadPoolExecutor(max_workers=max(1, len(names))) as pool:
            futures = {name: pool.submit(self._run_target, name) for name in names}
            for name, future in futures.items():
                error = future.exception()
                if isinstance(error, Cancelled):
                    raise error
                if error is not None and not hasattr(error, "exit_code"):
                    raise error
                if error is not None:
                    outcome.codes.append(int(getattr(error, "exit_code", 5)))
                    outcome.reasons.append(f"{name}: {error}")
        return outcome

    def _run_target(self, name: str) -> None:
        """Run the rows of one target, starting over after a loss a few times."""
        from device.errors import DeviceError

        for attempt in range(self._given.infra_retries + 1):
            try:
                self._one_try(name)
                return
            except DeviceError as exc:
                if exc.exit_code != 3 or attempt == self._given.infra_retries:
                    self._emit(DeviceChanged(target=name, state="failed", cause=str(exc)))
                    raise
                self._emit(
                    DeviceChanged(
                        target=name,
                        state="lost",
                        cause=str(exc),
                        remedy=f"trying again ({attempt + 1} of {self._given.infra_retries})",
                    )
                )
                if self._cancel.wait(RETRY_WAIT_S):
                    self._cancel.check()

    def _one_try(self, name: str) -> None:
        """Run what is missing on one target: first what is emulated, then the rest."""
        target, described = self._given.targets[name], self._describe(name)
        missing = [row for row in self._given.rows if not self._is_recorded(row, described.name)]
        with self._lock:
            self._missing[name] = len(missing)
        provider, emulated = self._given.options.provider, frozenset[int]()
        budget = emulator_budget(self._given.options, described)
        if budget is not None:
            emulated = self._choose_emulated(budget)
            on_emulator = [row for row in missing if row.index in emulated]
            if on_emulator and not self._emulate(target, described, on_emulator):
                emulated = frozenset()
            provider = "cpu" if provider == "qnn" else provider
        rest = [row for row in missing if row.index not in emulated]
        more = self._further_rows(described.name, emulated)
        self._one_session(target, described, rest, provider, more=more)

    def _describe(self, name: str) -> Any:
        """Return a target's description, asked for once: later the target may be away."""
        if name not in self._descriptions:
            self._descriptions[name] = self._given.targets[name].describe()
        return self._descriptions[name]

    def _is_recorded(self, row: Any, target: str) -> bool:
        return row.key(self._given.bundle, target) in self._recorded

    def _further_rows(self, name: str, emulated: frozenset[int]) -> Iterator[Any]:
        """Yield rows for certain times, then, in a sustained run, all rows for as long as asked.

        The rows are looked at when the planned ones are done. One that failed would fail again,
        in no time, for as long as there is time.
        """
        options, bundle = self._given.options, self._given.bundle
        good = [row for row in self._given.rows if self._is_recorded(row, name)]

        def further(rows: Sequence[Any], minutes: float | None) -> FurtherRows:
            return FurtherRows(
                rows=[row for row in rows if not row.warmup],
                planned=len(self._given.rows),
                key_of=lambda row: str(row.key(bundle, name)),
                time_of=self._times_ms.get,
                is_over=lambda: (
                    minutes is not None and self._spent_s.get(name, 0.0) >= 60.0 * minutes
                ),
            )

        if options.interval_percent is not None:
            measured = [row for row in good if row.index not in emulated]
            wanted = further(measured, options.budget_minutes)
            yield from wanted.until_certain(options.interval_percent / 100)
        if options.duration_minutes is not None:
            yield from further(good, options.duration_minutes).without_end()

    def _choose_emulated(self, budget: int) -> frozenset[int]:
        """Return the rows that the emulator runs, and say what becomes of the others."""
        from quad_studio.sessions.order import PlannedRow
        from quad_studio.use_cases.base import Frame
        from quad_studio.use_cases.prepare import prepare

        if not budget:
            return frozenset()
        frame = Frame.of_bundle(self._given.bundle)

        def calls_of(row: PlannedRow) -> int:
            try:
                return prepare(row.settings, row.item, frame).plan.unet_calls
            except UsageProblem:  # becomes a row with an error, on the CPU
                return 0

        chosen = choose_emulated(self._given.rows, budget, calls_of)
        self._emit(
            LogLine(
                message=f"HTP emulator: {len(chosen)} of {len(self._given.rows)} rows (at most "
                f"{budget} U-Net calls, run.emulator_max_calls); the rest on the CPU"
            )
        )
        return chosen

    def _emulate(self, target: Any, described: Any, rows: Sequence[Any]) -> bool:
        """Run rows on the emulator; return False where it refuses and nobody asked for it."""
        from device.errors import RunnerStartError

        try:
            self._one_session(target, described, rows, "qnn")
        except RunnerStartError as exc:
            if self._given.options.provider == "qnn":
                raise
            text = f"the HTP emulator refused, its rows run on the CPU: {exc}"
            self._emit(LogLine(message=text, level="warning"))
            return False
        return True

    def _one_session(
        self,
        target: Any,
        described: Any,
        rows: Sequence[Any],
        provider: str | None,
        *,
        more: Iterable[Any] = (),
    ) -> None:
        """Open a session and run the rows, then those that `more` has."""
        from quad_studio.sessions.session import Session

        coming = itertools.chain(rows, more)
        first = next(coming, None)
        if first is None:
            return
        options = replace(self._given.options, provider=provider)
        runner = target.open_session(session_request(self._given.bundle, options))
        try:
            session = Session(runner, self._given.bundle, described)
            started = session_kpis(runner.hello)
            session.preload(rows)
            for row in itertools.chain([first], coming):
                self._cancel.check()
                self._one_row(session, row, target, started)
        finally:
            runner.close()

    def _one_row(
        self, session: Any, planned: Any, target: Any, started: Mapping[str, float]
    ) -> None:
        """Run one row and put it on the disk before anything else happens."""
        from quad_studio.sessions.rows import ExecutedRow, execute_task

        def on_step(what: str, done: int, total: int) -> None:
            note = f"{planned.settings.use_case} {planned.item.id}"
            self._emit(StageProgress(stage="run", done=self._done, total=self._total, note=note))

        executed = execute_task(
            session,
            planned,
            reference=self._given.references.get(planned.index),
            telemetry=target.telemetry,
            check=self._cancel.check,
            progress=on_step,
        )
        executed.row["session"] = dict(started)
        if planned.index >= len(self._given.rows):
            # Made again for its time only: pictures of thousands of equal images say nothing.
            executed = ExecutedRow(row={**executed.row, "images": {}, "sustained": True})
        done = self._record(session.target.name, executed)
        self._emit(RowFinished(row=executed.row, done=done, total=self._total))

    def _record(self, name: str, executed: Any) -> int:
        """Put a row on the disk and count it; return how many rows there are."""
        row = executed.row
        with self._lock:
            executed.write(self._writer.path, keep_latents=True)
            self._writer.append(row)
            if row.get("sustained"):
                self._total += 1
            else:
                self._missing[name] -= 1
            self._spent_s[name] = self._spent_s.get(name, 0.0) + seconds_of(row)
            if row["status"] == "ok":
                self._recorded.add(row["key"])
                self._times_ms |= times_by_key([row])
            return self._done


def seconds_of(row: Mapping[str, Any]) -> float:
    """Return how long a row took, from its two times."""
    if not row.get("started_at") or not row.get("finished_at"):
        return 0.0
    begin, end = (datetime.fromisoformat(row[key]) for key in ("started_at", "finished_at"))
    return (end - begin).total_seconds()


def seconds_by_target(rows: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Return how long the rows of each target took together."""
    spent: dict[str, float] = {}
    for row in rows:
        spent[row["target"]] = spent.get(row["target"], 0.0) + seconds_of(row)
    return spent


def times_by_key(rows: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Return the end-to-end times, in ms, of rows that have one, by key."""
    found = ((row["key"], (row.get("timing_ms") or {}).get("end_to_end_ms")) for row in rows)
    return {str(key): float(ms) for key, ms in found if ms is not None}


def session_kpis(hello: Mapping[str, Any]) -> dict[str, float]:
    """Return what a runner tells of its start, under the KPIs' names."""
    found = {"init_ms": (hello.get("init_ms") or {}).get("total")}
    found["nodes_off_npu"] = hello.get("nodes_off_npu")
    return {name: float(value) for name, value in found.items() if value is not None}


def session_request(bundle: Bundle, options: RunOptions) -> Any:
    """Return how a target should start its runner."""
    from device.targets import SessionRequest

    settings: dict[str, Any] = {"bundle": bundle.path, "provider": options.provider}
    settings["threads"] = options.threads
    settings["policy"] = options.policy
    if options.variant:
        settings["variant"] = options.variant
    return SessionRequest(**settings)
