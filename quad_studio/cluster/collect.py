"""Drive a run on a pool of phones: give rows out, record results, go round what is lost."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from quad_studio.cancel import CancelToken
from quad_studio.cluster.answers import PackedRow, PhoneFault, PhoneOpened
from quad_studio.cluster.leases import Lease, LeaseBook
from quad_studio.errors import DeviceProblem
from quad_studio.events import DeviceChanged, Emit, RowFinished, StageProgress
from quad_studio.runs import RunWriter
from quad_studio.sessions.order import PlannedRow

POLL_S = 0.5
AHEAD = 2


@dataclass(frozen=True)
class Ready:
    """A phone can take rows."""

    phone: str
    opened: PhoneOpened


@dataclass(frozen=True)
class Refused:
    """A phone could not be opened."""

    phone: str
    target: str
    fault: PhoneFault


@dataclass(frozen=True)
class Answered:
    """The answer to a lease."""

    lease: Lease
    result: PackedRow | PhoneFault


@dataclass(frozen=True)
class Gone:
    """A phone's worker ended: its host is lost, or the process was killed."""

    phone: str
    target: str
    cause: str


Report = Ready | Refused | Answered | Gone


class Pool(Protocol):
    """The phones of a cluster, as the collector sees them."""

    def poll(self, timeout_s: float) -> Sequence[Report]:
        """Wait for news, at most so long; also look for phones that joined."""

    def submit(self, lease: Lease, planned: PlannedRow, provider: str | None) -> None:
        """Let the lease's phone run a row; the answer comes from `poll`."""

    def reopen(self, phone: str) -> None:
        """Try to open a phone again that was refused."""

    def drop(self, phone: str) -> None:
        """Have nothing to do with a phone any more."""

    def hopeful(self, target: str) -> bool:
        """Return whether a phone of the target is open or being opened."""

    def announced(self) -> Mapping[str, int]:
        """Return how many phones of each target the hosts announce."""


@dataclass(frozen=True, kw_only=True)
class ClusterRequest:
    """What is to be recorded.

    Attributes:
        targets: The plan's targets.
        rows: The planned rows, the same for every target.
        key_of: Returns a row's key on a target.
        providers_of: Returns the provider of every row on a target, by the row's index, in the
            order in which the rows are to be run; default: the plan's order and the phone's own.
        recorded: Keys of rows that a former try recorded well.
        infra_retries: How often a row or a phone in a row may be lost.
        patience_s: How long a target may be without a phone.
    """

    targets: Sequence[str]
    rows: Sequence[PlannedRow]
    key_of: Callable[[str, PlannedRow], str]
    recorded: frozenset[str]
    providers_of: Callable[[Any], Mapping[int, str | None]] | None = None
    infra_retries: int = 2
    patience_s: float = 60.0


@dataclass
class ClusterOutcome:
    """What came of it.

    Attributes:
        codes: Exit statuses of what failed.
        reasons: What failed, one line each.
        phones: Every phone that recorded rows, with how many.
    """

    codes: list[int] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    phones: dict[str, int] = field(default_factory=dict)


class ClusterCollector:
    """Records every row once, on whatever phones there are.

    Args:
        given: What is to be recorded.
        pool: The phones.
        emit: Told of rows and phones.
        cancel: Polled all the time.
        clock: Seconds, for the patience.
    """

    def __init__(
        self,
        given: ClusterRequest,
        pool: Pool,
        *,
        emit: Emit,
        cancel: CancelToken,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._given, self._pool = given, pool
        self._emit, self._cancel, self._clock = emit, cancel, clock
        self._rows = {row.index: row for row in given.rows}
        self._missing = {
            target: [
                row.index for row in given.rows if given.key_of(target, row) not in given.recorded
            ]
            for target in given.targets
        }
        self._providers: dict[str, Mapping[int, str | None]] = {}
        self._book = LeaseBook(self._missing, most_losses=given.infra_retries)
        self._total = len(given.rows) * len(given.targets)
        self._done = self._total - sum(map(len, self._missing.values()))
        self._opened: dict[str, PhoneOpened] = {}
        self._seen: dict[str, PhoneOpened] = {}
        self._running: dict[str, int] = {}
        self._strikes: dict[str, int] = {}
        self._without_since: dict[str, float] = {}
        self.outcome = ClusterOutcome()

    def wait_for_phones(self) -> dict[str, Any]:
        """Return the description of each target, once a phone of each is there.

        Raises:
            DeviceProblem: No host serves one of the targets, or its phones do not open.
        """
        start = self._clock()
        faults: dict[str, str] = {}
        while True:
            self._cancel.check()
            described = {o.description.name: o.description for o in self._opened.values()}
            waiting = [target for target in self._given.targets if target not in described]
            if not waiting:
                return self._settle({target: described[target] for target in self._given.targets})
            hopeless = [target for target in waiting if not self._pool.hopeful(target)]
            if hopeless and self._clock() - start > self._given.patience_s:
                raise DeviceProblem(self._nobody(hopeless[0], faults.get(hopeless[0])))
            for report in self._pool.poll(POLL_S):
                if isinstance(report, Refused):
                    faults[report.target] = report.fault.message
                self._take(report, None)

    def _settle(self, described: dict[str, Any]) -> dict[str, Any]:
        """Put the rows into the order that suits the phones, now that they are known."""
        if self._given.providers_of is not None:
            self._providers = {
                target: self._given.providers_of(found) for target, found in described.items()
            }
            missing = {target: set(rows) for target, rows in self._missing.items()}
            self._missing = {
                target: [row for row in providers if row in missing[target]]
                for target, providers in self._providers.items()
            }
            self._book = LeaseBook(self._missing, most_losses=self._given.infra_retries)
        return described

    def run(self, writer: RunWriter) -> ClusterOutcome:
        """Record what is missing; a target that no phone serves does not stop the others."""
        self._emit(StageProgress(stage="run", done=self._done, total=self._total))
        while not self._book.finished:
            self._cancel.check()
            self._hand_out()
            for report in self._pool.poll(POLL_S):
                self._take(report, writer)
            self._lose_patience()
        for target, row in self._book.given_up:
            self._note(3, f"{target}: row {row} was not recorded: every phone that ran it was lost")
        return self.outcome

    @property
    def phones(self) -> dict[str, dict[str, Any]]:
        """Return what each phone is that was there, for the manifest."""
        return {
            phone: {
                "target": opened.description.name,
                "opens": opened.opens,
                "host": opened.host,
                "deploy_seconds": round(opened.deploy_seconds, 3),
                "bytes_sent": opened.bytes_sent,
            }
            for phone, opened in self._seen.items()
        }

    def _hand_out(self) -> None:
        """Keep every phone busy; a second row waits at it while the first one runs."""
        peers = Counter(str(opened.description.name) for opened in self._opened.values())
        ahead = {
            target: AHEAD if self._book.left(target) > AHEAD * count else 1
            for target, count in peers.items()
        }
        for phone, opened in self._opened.items():
            target = str(opened.description.name)
            while self._running.get(phone, 0) < ahead[target]:
                lease = self._book.next(phone, target)
                if lease is None:
                    break
                self._running[phone] = self._running.get(phone, 0) + 1
                provider = self._providers.get(target, {}).get(lease.row)
                self._pool.submit(lease, self._rows[lease.row], provider)

    def _take(self, report: Report, writer: RunWriter | None) -> None:
        """Act on one piece of news."""
        match report:
            case Ready(phone, opened):
                self._opened[phone] = self._seen[phone] = opened
                self._running.setdefault(phone, 0)
                note = f"{opened.bytes_sent / 1e6:.1f} MB sent in {opened.deploy_seconds:.1f} s"
                self._emit(DeviceChanged(target=phone, state="ready", cause=note))
            case Refused(phone, _, fault):
                self._strike(phone, fault)
                if phone in self._strikes:
                    self._pool.reopen(phone)
            case Answered(lease, PackedRow() as packed) if writer is not None:
                self._running[lease.phone] = self._running.get(lease.phone, 1) - 1
                self._strikes.pop(lease.phone, None)
                if self._book.done(lease):
                    self._record(lease, packed, writer)
            case Answered(lease, PhoneFault() as fault):
                self._running[lease.phone] = self._running.get(lease.phone, 1) - 1
                self._book.lost(lease)
                self._strike(lease.phone, fault)
            case Gone(phone, _, cause):
                self._forget(phone)
                self._emit(
                    DeviceChanged(
                        target=phone, state="lost", cause=cause, remedy="others take its rows"
                    )
                )

    def _record(self, lease: Lease, packed: PackedRow, writer: RunWriter) -> None:
        """Put a row on the disk before anything else happens."""
        packed.write(writer.path)
        writer.append(packed.row)
        self._done += 1
        phones = self.outcome.phones
        phones[lease.phone] = phones.get(lease.phone, 0) + 1
        self._emit(RowFinished(row=packed.row, done=self._done, total=self._total))

    def _strike(self, phone: str, fault: PhoneFault) -> None:
        """Count a loss of a phone; after too many in a row it gets nothing more."""
        strikes = self._strikes[phone] = self._strikes.get(phone, 0) + 1
        retries = self._given.infra_retries
        if fault.lasting or strikes > retries:
            self._strikes.pop(phone)
            self._forget(phone)
            self._pool.drop(phone)
            self._emit(DeviceChanged(target=phone, state="failed", cause=fault.message))
            return
        again = f"trying again ({strikes} of {retries})"
        self._emit(DeviceChanged(target=phone, state="lost", cause=fault.message, remedy=again))

    def _forget(self, phone: str) -> None:
        """Take back what a phone had."""
        self._book.phone_lost(phone)
        self._opened.pop(phone, None)
        self._running.pop(phone, None)

    def _lose_patience(self) -> None:
        """Give a target up that has been without a phone for too long."""
        now = self._clock()
        for target in self._given.targets:
            if not self._book.left(target) or self._pool.hopeful(target):
                self._without_since.pop(target, None)
                continue
            since = self._without_since.setdefault(target, now)
            if now - since >= self._given.patience_s:
                rows = self._book.give_up(target)
                self._note(3, f"{self._nobody(target, None)}; {len(rows)} rows are missing")

    def _nobody(self, target: str, fault: str | None) -> str:
        """Say that no phone serves a target."""
        if fault:
            return f"{target}: no phone of the cluster opens: {fault}"
        there = ", ".join(f"{n} x {name}" for name, n in sorted(self._pool.announced().items()))
        return (
            f"{target}: no host of the cluster lends such a phone (announced: {there or 'none'}); "
            'start one: ray start --resources "$(quad-studio cluster announce --phone '
            f'{target})"'
        )

    def _note(self, code: int, reason: str) -> None:
        if reason not in self.outcome.reasons:
            self.outcome.codes.append(code)
            self.outcome.reasons.append(reason)
