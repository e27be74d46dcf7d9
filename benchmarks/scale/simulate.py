"""Simulate a run of many phones, pair by pair, with the lease book that real runs use.

The model in `model` knows averages; here rows take different times, queue for processors, for the
network and for the driving machine, and phones and hosts are lost and come back.
"""

import heapq
import random
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from benchmarks.scale.model import HOUR_S, Lab, PairCosts, cycle_s
from quad_studio.cluster.leases import Lease, LeaseBook

TARGET = "phones"


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """What is simulated.

    Attributes:
        pairs: Rows of the plan.
        spread: Standard deviation of a row's time, as a share of it (log-normal).
        phone_hours_between_losses: Of one phone; None: phones are never lost.
        host_hours_between_losses: Of one host.
        away_s: How long what was lost stays away.
        seed: Of every draw.
    """

    costs: PairCosts
    lab: Lab
    pairs: int
    spread: float = 0.15
    phone_hours_between_losses: float | None = None
    host_hours_between_losses: float | None = None
    away_s: float = 120.0
    seed: int = 0


@dataclass
class Outcome:
    """What came of it.

    Attributes:
        recorded: How often each row was recorded.
        busy: Share of the time that each resource was busy.
        steady_per_hour: Rate of scored pairs between the first and the last tenth, without start
            and tail.
    """

    seconds: float = 0.0
    recorded: dict[int, int] = field(default_factory=dict)
    losses: int = 0
    repeated: int = 0
    busy: dict[str, float] = field(default_factory=dict)
    steady_per_hour: float = 0.0

    @property
    def pairs_per_hour(self) -> float:
        """Return the rate of the whole run."""
        return HOUR_S * len(self.recorded) / self.seconds if self.seconds else 0.0


class Server:
    """Something that serves `places` jobs at a time, first come, first served."""

    def __init__(self, places: int) -> None:
        self._free, self._places = places, places
        self._waiting: deque[tuple[float, Any]] = deque()
        self.busy_s = 0.0

    def enter(self, seconds: float, job: Any) -> list[tuple[float, Any]]:
        """Return the jobs that start now with the seconds they take."""
        self._waiting.append((seconds, job))
        return self._start()

    def leave(self) -> list[tuple[float, Any]]:
        """A job is done; return those that start now."""
        self._free += 1
        return self._start()

    def _start(self) -> list[tuple[float, Any]]:
        started = []
        while self._free and self._waiting:
            self._free -= 1
            seconds, job = self._waiting.popleft()
            self.busy_s += seconds / self._places
            started.append((seconds, job))
        return started


class Simulation:
    """One run: events in the order of their time."""

    def __init__(self, scenario: Scenario) -> None:
        lab, costs = scenario.lab, scenario.costs
        self._scenario = scenario
        self._dice = random.Random(scenario.seed)
        self._book = LeaseBook({TARGET: range(scenario.pairs)}, most_losses=10**9)
        self._events: list[tuple[float, int, str, Any]] = []
        self._count = 0
        self._now = 0.0
        self._up: dict[int, int] = {}
        self._idle: set[int] = set()
        cores = lab.hosts * lab.cores_per_host
        self._servers = {
            "network": (Server(1), costs.network_bytes / lab.network_bytes_per_s),
            "processors": (Server(cores), costs.cpu_s - costs.host_cpu_s),
            "driver": (Server(1), costs.driver_s + costs.disk_bytes / lab.disk_bytes_per_s),
        }
        self._path = ("network", "driver", "processors")
        self._times: list[float] = []
        self.outcome = Outcome()

    def run(self) -> Outcome:
        """Run until every row is recorded and scored."""
        for phone in range(self._scenario.lab.phones):
            self._up[phone] = 0
            self._at(0.0, "ready", phone)
        self._plan_losses()
        scored = 0
        while scored < self._scenario.pairs:
            self._now, _, what, subject = heapq.heappop(self._events)
            if what in self._servers:
                scored += self._served(what, subject)
            else:
                getattr(self, f"_on_{what}")(subject)
        out = self.outcome
        out.seconds = self._now
        out.busy = {name: server.busy_s / self._now for name, (server, _) in self._servers.items()}
        tenth = len(self._times) // 10
        if tenth:
            span = self._times[-tenth] - self._times[tenth]
            out.steady_per_hour = HOUR_S * (len(self._times) - 2 * tenth) / span
        return out

    def _at(self, seconds: float, what: str, subject: Any) -> None:
        self._count += 1
        heapq.heappush(self._events, (self._now + seconds, self._count, what, subject))

    def _on_ready(self, phone: int) -> None:
        """A phone asks for a row."""
        lease = self._book.next(self._name(phone), TARGET)
        if lease is None:
            self._idle.add(phone)
            return
        sigma = self._scenario.spread
        factor = self._dice.lognormvariate(-sigma * sigma / 2, sigma)
        seconds = cycle_s(self._scenario.costs, self._scenario.lab) * factor
        self._at(seconds, "answered", (phone, self._up[phone], lease))

    def _on_answered(self, what: tuple[int, int, Lease]) -> None:
        """A phone is done with a row, unless it was lost meanwhile."""
        phone, life, lease = what
        if self._up.get(phone) != life:
            self.outcome.repeated += 1
            return
        self._enter("network", lease)
        self._on_ready(phone)

    def _on_lost(self, phones: tuple[int, ...]) -> None:
        """Phones are lost together: one alone, or a host's."""
        for phone in phones:
            if phone not in self._up:
                continue
            self.outcome.losses += 1
            self._book.phone_lost(self._name(phone))
            life = self._up.pop(phone)
            self._idle.discard(phone)
            self._at(self._scenario.away_s, "back", (phone, life + 1))
        for phone in sorted(self._idle):  # what was taken back may go to those without work
            self._idle.discard(phone)
            self._on_ready(phone)

    def _on_back(self, what: tuple[int, int]) -> None:
        phone, life = what
        self._up[phone] = life
        self._on_ready(phone)

    def _enter(self, name: str, lease: Lease) -> None:
        server, seconds = self._servers[name]
        for taking, job in server.enter(seconds, lease):
            self._at(taking, name, job)

    def _served(self, name: str, lease: Lease) -> int:
        """Pass a row on to the next resource; return 1 when it is through."""
        for taking, job in self._servers[name][0].leave():
            self._at(taking, name, job)
        if name == "driver":
            if self._book.done(lease):
                rows = self.outcome.recorded
                rows[lease.row] = rows.get(lease.row, 0) + 1
            else:
                return 0
        place = self._path.index(name) + 1
        if place == len(self._path):
            self._times.append(self._now)
            return 1
        self._enter(self._path[place], lease)
        return 0

    def _name(self, phone: int) -> str:
        return f"{phone}.{self._up[phone]}"

    def _plan_losses(self) -> None:
        """Draw when phones and hosts are lost, well beyond the end of the run."""
        lab, given = self._scenario.lab, self._scenario
        per_phone = given.pairs / lab.phones * cycle_s(given.costs, lab)
        horizon = 20 * per_phone + 10 * given.away_s
        groups = [((phone,), given.phone_hours_between_losses) for phone in range(lab.phones)]
        for host in range(lab.hosts):
            first = host * lab.phones_per_host
            members = tuple(range(first, min(first + lab.phones_per_host, lab.phones)))
            groups.append((members, given.host_hours_between_losses))
        for members, hours in groups:
            moment = 0.0
            while hours is not None:
                moment += self._dice.expovariate(1 / (hours * HOUR_S))
                if moment > horizon:
                    break
                self._at(moment, "lost", members)


def simulate(scenario: Scenario) -> Outcome:
    """Return what a simulated run gives."""
    return Simulation(scenario).run()
