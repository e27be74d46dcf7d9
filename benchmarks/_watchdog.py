"""Notices when the UI thread does not answer, for how long, and what it was doing."""

import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, process_time, thread_time
from types import FrameType

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer

BEAT_MS = 5
LIMIT_MS = 50.0
NOTED_MS = 25.0
"""A gap over this is listed with what the UI thread was doing."""
LATE_S, SAMPLE_S = 0.010, 0.003
MOST_CALLS = 6
ROOT = str(Path(__file__).parents[1])


@dataclass(frozen=True)
class Block:
    """One long gap.

    Attributes:
        wall_ms: By the clock; on a busy machine other programs are in it.
        cpu_ms: What the UI thread itself computed.
        process_ms: What all threads of the process computed: it bounds how long the UI thread
            waited for another thread's hold on Python's lock.
        places: Where the UI thread was, and how many samples found it there.
    """

    wall_ms: float
    cpu_ms: float
    process_ms: float
    places: Counter[str]

    def lines(self, most: int = 4) -> list[str]:
        """Return the block for a person: its times, then where the time went."""
        times = f"{self.wall_ms:.1f} ms, UI CPU {self.cpu_ms:.1f}, all CPU {self.process_ms:.1f}"
        found = self.places.most_common(most)
        return [times, *(f"  {count:>3} x {place}" for place, count in found)]


@dataclass
class Stalls:
    """How long the UI thread did not answer, in ms; each list has one entry a beat."""

    gaps: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    process: list[float] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    @property
    def worst(self) -> float:
        """Return the longest gap."""
        return max(self.gaps, default=0.0)

    @property
    def worst_cpu(self) -> float:
        """Return the most that the UI thread computed in one gap."""
        return max(self.cpu, default=0.0)

    @property
    def over_limit(self) -> int:
        """Return how many gaps were over the limit."""
        return sum(gap > LIMIT_MS for gap in self.gaps)

    @property
    def p99(self) -> float:
        """Return the 99th percentile."""
        return float(np.percentile(self.gaps, 99)) if self.gaps else 0.0

    def line(self, name: str) -> str:
        """Return one line of the table."""
        return (
            f"{name:<44} {self.worst:>9.1f} {self.p99:>8.1f} {self.over_limit:>6} "
            f"{len(self.gaps):>7} {self.worst_cpu:>8.1f} {max(self.process, default=0.0):>8.1f}"
        )


class Watchdog(QObject):
    """A timer of the main thread that notices when it is late, and a signal that looks why.

    The signal's handler runs in the main thread itself: reading the frames of another thread while
    it runs ends CPython 3.11 now and then. A long call into C is seen as it returns.
    """

    def __init__(self) -> None:
        """Begin to watch the main thread, which makes it."""
        super().__init__()
        self.stalls = Stalls()
        self._places: list[str] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_beat)
        self._before = signal.signal(signal.SIGALRM, self._on_late)
        self._last = perf_counter(), thread_time(), process_time()
        self._timer.start(BEAT_MS)
        self._expect()

    def _expect(self) -> None:
        """Look where the thread is when the next beat is late, and again every few ms."""
        signal.setitimer(signal.ITIMER_REAL, LATE_S, SAMPLE_S)

    def _on_beat(self) -> None:
        now = perf_counter(), thread_time(), process_time()
        gap, cpu, process = (1000 * (b - a) for a, b in zip(self._last, now, strict=True))
        gap = max(0.0, gap - BEAT_MS)
        self.stalls.gaps.append(gap)
        self.stalls.cpu.append(cpu)
        self.stalls.process.append(process)
        places, self._places = self._places, []
        if max(gap, cpu) > NOTED_MS:
            self.stalls.blocks.append(Block(gap, cpu, process, Counter(places)))
        self._last = now
        self._expect()

    def _on_late(self, number: int, frame: FrameType | None) -> None:
        self._places.append(_place(frame))

    def stop(self) -> Stalls:
        """End; return what was seen."""
        self._on_beat()  # what follows the last beat counts too
        self._timer.stop()
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self._before)
        return self.stalls


def _place(frame: FrameType | None) -> str:
    """Return the calls from the event handler to the innermost, of the project's own files."""
    calls: list[str] = []
    inner = frame
    while frame is not None and len(calls) < MOST_CALLS:
        code = frame.f_code
        own = code.co_filename.startswith(ROOT) and "/benchmarks/" not in code.co_filename
        if own or frame is inner:
            calls.append(f"{Path(code.co_filename).stem}:{frame.f_lineno} {code.co_name}")
        frame = frame.f_back
    return " > ".join(reversed(calls))


@contextmanager
def watched() -> Iterator[Stalls]:
    """Watch the UI thread during the block, in which the event loop has to run."""
    dog = Watchdog()
    yield dog.stalls
    dog.stop()
