"""The phones of a Ray cluster: one actor each, on the host that announced it."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from quad_studio.cluster.answers import PhoneFault, PhoneOpened, PhoneSetup
from quad_studio.cluster.collect import Answered, Gone, Ready, Refused, Report
from quad_studio.cluster.leases import Lease
from quad_studio.cluster.parcels import Fetch, PackedItem
from quad_studio.cluster.phone_worker import PhoneWorker
from quad_studio.cluster.places import RESOURCE_PREFIX, phones_in
from quad_studio.errors import QuadError, StageError
from quad_studio.sessions.order import PlannedRow

_CLOSE_S = 10.0
_LOOK_S = 1.0
ReferenceOf = Callable[[PlannedRow], Any]


@dataclass
class _Phone:
    """One actor and what it is asked."""

    target: str
    actor: Any


@dataclass(frozen=True)
class _Asked:
    """What a reference to a result stands for; `lease` is None for the opening of a phone."""

    phone: str
    lease: Lease | None = None


@dataclass
class _Books:
    phones: dict[str, _Phone] = field(default_factory=dict)
    asked: dict[Any, _Asked] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)
    generations: dict[str, int] = field(default_factory=dict)


class RayPool:
    """Phones of a Ray cluster.

    Args:
        setups: What each target's workers are given.
        fetch: How they get files.
        reference_of: Returns the reference of a row as an object that Ray resolves, or None.
        most_restarts: How often a phone whose worker died on a host that lives is started again.
    """

    def __init__(
        self,
        setups: Mapping[str, PhoneSetup],
        fetch: Fetch,
        reference_of: ReferenceOf,
        *,
        most_restarts: int = 2,
    ) -> None:
        self._setups, self._fetch = dict(setups), fetch
        self._reference_of, self._most_restarts = reference_of, most_restarts
        self._books = _Books()
        self._looked = -_LOOK_S

    def poll(self, timeout_s: float) -> Sequence[Report]:
        """Look for phones that joined, then wait for answers."""
        import ray

        if time.monotonic() - self._looked >= _LOOK_S:
            self._welcome()
            self._looked = time.monotonic()
        waiting = list(self._books.asked)
        if not waiting:
            time.sleep(timeout_s)
            return []
        ready, _ = ray.wait(waiting, num_returns=1, timeout=timeout_s)
        if ready:  # take what else is there already
            ready, _ = ray.wait(waiting, num_returns=len(waiting), timeout=0)
        return [report for ref in ready for report in self._reports(ref)]

    def submit(self, lease: Lease, planned: PlannedRow, provider: str | None) -> None:
        """Ask a phone for a row; Ray holds the call back until its reference is there."""
        phone = self._books.phones[lease.phone]
        packed = PackedItem.of(planned.item)
        ref = phone.actor.run_row.remote(planned, packed, self._reference_of(planned), provider)
        self._books.asked[ref] = _Asked(lease.phone, lease)

    def reopen(self, phone: str) -> None:
        """Ask a phone to open again."""
        known = self._books.phones.get(phone)
        if known is not None:
            self._books.asked[known.actor.open.remote()] = _Asked(phone)

    def drop(self, phone: str) -> None:
        """End a phone's worker for good."""
        self._books.dropped.add(phone)
        self._end(phone)

    def hopeful(self, target: str) -> bool:
        """Return whether a phone of the target is open or being opened."""
        return any(phone.target == target for phone in self._books.phones.values())

    def announced(self) -> dict[str, int]:
        """Return how many phones of each target the living hosts announce."""
        found: dict[str, int] = {}
        for node in _living_nodes():
            for target, count in phones_in(node["Resources"]).items():
                found[target] = found.get(target, 0) + count
        return found

    def close(self) -> None:
        """End all sessions in good order, then the workers."""
        import ray

        phones = self._books.phones
        closing = [phone.actor.close.remote() for phone in phones.values()]
        if closing:
            ray.wait(closing, num_returns=len(closing), timeout=_CLOSE_S)
        for name in list(phones):
            self._end(name)

    def _welcome(self) -> None:
        """Start a worker for every phone that is announced and has none."""
        for node in _living_nodes():
            for target, count in phones_in(node["Resources"]).items():
                if target not in self._setups:
                    continue
                for number in range(count):
                    name = f"{target}@{node['NodeName']}/{node['NodeID'][:6]}.{number}"
                    if name not in self._books.phones and name not in self._books.dropped:
                        self._start(name, target, node["NodeID"])

    def _start(self, name: str, target: str, node: str) -> None:
        import ray
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        generation = self._books.generations.get(name, 0)
        self._books.generations[name] = generation + 1
        if generation > self._most_restarts:
            self._books.dropped.add(name)
            return
        made = ray.remote(PhoneWorker).options(
            num_cpus=0,
            resources={RESOURCE_PREFIX + target: 1},
            scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=False),
            max_restarts=0,
        )
        actor = made.remote(self._setups[target], self._fetch)
        self._books.phones[name] = _Phone(target, actor)
        self._books.asked[actor.open.remote()] = _Asked(name)

    def _end(self, phone: str) -> None:
        """Kill a worker and forget what it was asked."""
        import ray

        known = self._books.phones.pop(phone, None)
        if known is not None:
            ray.kill(known.actor)
        for ref in [ref for ref, asked in self._books.asked.items() if asked.phone == phone]:
            del self._books.asked[ref]

    def _reports(self, ref: Any) -> list[Report]:
        """Return what one answer means."""
        import ray
        from ray.exceptions import GetTimeoutError, RayActorError, RayError, RayTaskError

        asked = self._books.asked.pop(ref, None)
        if asked is None or asked.phone not in self._books.phones:
            return []
        phone = self._books.phones[asked.phone]
        try:
            result = ray.get(ref, timeout=_CLOSE_S)
        except RayActorError as exc:
            self._end(asked.phone)
            return [Gone(asked.phone, phone.target, _first_line(exc))]
        except RayTaskError as exc:
            raise own_error(exc) from exc
        except GetTimeoutError as exc:
            return self._lost_answer(asked, phone, _first_line(exc))
        except RayError as exc:  # the result or the reference went down with its host
            return self._lost_answer(asked, phone, _first_line(exc))
        if isinstance(result, PhoneOpened):
            return [Ready(asked.phone, result)]
        if asked.lease is None:
            return [Refused(asked.phone, phone.target, result)]
        return [Answered(asked.lease, result)]

    def _lost_answer(self, asked: _Asked, phone: _Phone, why: str) -> list[Report]:
        """Return what an answer that got lost on its way means: the row is run again."""
        fault = PhoneFault(message=f"the answer was lost: {why}")
        if asked.lease is None:
            return [Refused(asked.phone, phone.target, fault)]
        return [Answered(asked.lease, fault)]


def _living_nodes() -> list[dict[str, Any]]:
    import ray

    return [node for node in ray.nodes() if node["Alive"]]


def own_error(exc: Any) -> QuadError:
    """Return the error that a worker raised, as if it had been raised here."""
    cause = getattr(exc, "cause", None)
    if isinstance(cause, QuadError):
        return cause
    return StageError("cluster", f"a worker failed: {cause or _first_line(exc)!r}")


def _first_line(exc: BaseException) -> str:
    lines = [line.strip() for line in str(exc).splitlines() if line.strip()]
    return lines[0] if lines else type(exc).__name__
