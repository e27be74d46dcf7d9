"""Who runs which row: leases of a plan's rows to phones, each row recorded once.

The rows of a target lie in stretches of neighbours. A phone works through a stretch of its own,
so that it switches adapters no more often than one phone alone would; a phone without work takes
a free stretch, else the back half of the longest one. What a lost phone had goes back.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Lease:
    """A row that a phone is to run.

    Attributes:
        target: The plan's target that the row belongs to.
        row: Its index in the plan.
        phone: Who has it.
        number: Differs for every lease of a book, so that late answers are told apart.
    """

    target: str
    row: int
    phone: str
    number: int


@dataclass
class _Work:
    """The rows of one target."""

    free: list[deque[int]]
    taken: dict[str, deque[int]] = field(default_factory=dict)
    left: int = 0


class LeaseBook:
    """Gives rows out and takes results back.

    Args:
        rows: Indices of the rows to be run, in the plan's order, by target.
        most_losses: A row that is lost more often than this is given up: it may be what brings
            the phones down.
    """

    def __init__(self, rows: Mapping[str, Sequence[int]], *, most_losses: int) -> None:
        self._work = {
            target: _Work(free=[deque(indices)] if indices else [], left=len(indices))
            for target, indices in rows.items()
        }
        self._most_losses = most_losses
        self._out: dict[int, Lease] = {}
        self._losses: dict[tuple[str, int], int] = {}
        self._given_up: list[tuple[str, int]] = []
        self._next_number = 0

    def next(self, phone: str, target: str) -> Lease | None:
        """Lease the next row of `target` to `phone`; None where there is none to give."""
        work = self._work[target]
        own = work.taken.setdefault(phone, deque())
        if not own:
            own = work.taken[phone] = self._stretch(work)
        if not own:
            return None
        lease = Lease(target, own.popleft(), phone, self._next_number)
        self._next_number += 1
        self._out[lease.number] = lease
        return lease

    def done(self, lease: Lease) -> bool:
        """Take the result of a lease; False means: too late, do not record it."""
        if self._out.pop(lease.number, None) is None:
            return False
        self._work[lease.target].left -= 1
        return True

    def lost(self, lease: Lease) -> bool:
        """Take a lease back whose result will not come; False if the row is given up.

        The row goes to whoever is free next, so that it does not bring one phone down again and
        again.
        """
        if self._out.pop(lease.number, None) is None:
            return True
        if not self._blame(lease):
            return False
        self._work[lease.target].free.append(deque([lease.row]))
        return True

    def phone_lost(self, phone: str) -> list[Lease]:
        """Take back all that `phone` had; return the leases that were out."""
        out = [lease for lease in self._out.values() if lease.phone == phone]
        back: dict[str, list[int]] = {}
        for place, lease in enumerate(out):
            del self._out[lease.number]
            # The first one was being run; the others only waited behind it.
            if place or self._blame(lease):
                back.setdefault(lease.target, []).append(lease.row)
        for target, work in self._work.items():
            stretch = deque([*back.get(target, ()), *work.taken.pop(phone, ())])
            if stretch:
                work.free.insert(0, stretch)
        return out

    def _blame(self, lease: Lease) -> bool:
        """Count a loss against a row; False: it was one too many, the row is given up."""
        name = (lease.target, lease.row)
        self._losses[name] = self._losses.get(name, 0) + 1
        if self._losses[name] <= self._most_losses:
            return True
        self._given_up.append(name)
        self._work[lease.target].left -= 1
        return False

    def give_up(self, target: str) -> list[int]:
        """Drop what is left of a target that no phone serves; return the rows."""
        work = self._work[target]
        gone = [row for stretch in (*work.free, *work.taken.values()) for row in stretch]
        running = [lease for lease in self._out.values() if lease.target == target]
        for lease in running:
            del self._out[lease.number]
        gone = sorted([*gone, *(lease.row for lease in running)])
        self._given_up += [(target, row) for row in gone]
        work.free, work.taken, work.left = [], {}, 0
        return gone

    @property
    def given_up(self) -> tuple[tuple[str, int], ...]:
        """Return (target, row) of what will not be recorded."""
        return tuple(self._given_up)

    def left(self, target: str) -> int:
        """Return how many rows of `target` are neither recorded nor given up."""
        return self._work[target].left

    @property
    def finished(self) -> bool:
        """Return whether nothing is left to be run or waited for."""
        return not any(work.left for work in self._work.values())

    def _stretch(self, work: _Work) -> deque[int]:
        """Return rows for a phone that has none."""
        if work.free:
            return work.free.pop(0)
        longest = max(work.taken.values(), key=len, default=deque[int]())
        kept = (len(longest) + 1) // 2
        return deque([longest.pop() for _ in range(len(longest) - kept)][::-1])
