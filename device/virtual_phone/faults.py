"""What goes wrong with a virtual phone on demand, and what it is like at the moment."""

import threading
import time
from dataclasses import dataclass, replace

# name -> (what it does, the value it takes or "")
FAULTS: dict[str, tuple[str, str]] = {
    "unauthorized": ("ask for a confirmation that nobody gives", ""),
    "offline": ("accept connections and never answer", ""),
    "unplug": ("cut the link and stop listening, after a number of bytes if given", "bytes"),
    "disk-full": ("leave only so many bytes free", "bytes"),
    "slow-link": ("let only so many bytes a second through", "bytes per second"),
    "latency": ("delay every packet", "milliseconds"),
    "reboot": ("drop everything, be away, then boot for as long again", "seconds"),
    "hot": ("report a skin temperature and the thermal status that fits", "degrees Celsius"),
    "low-battery": ("report a battery level", "percent"),
    "kill-runner": ("kill every runner that runs on the phone", ""),
    "corrupt-push": ("flip one bit of the next pushed file", ""),
}
_DEFAULTS: dict[str, float] = {
    "unplug": 0, "disk-full": 0, "slow-link": 1_000_000, "latency": 50, "reboot": 2, "hot": 46,
    "low-battery": 4,
}  # fmt: skip


class BadFaultError(ValueError):
    """The name or the value of a fault is not one of ours."""


def parse_fault(text: str) -> tuple[str, float]:
    """Read ``NAME`` or ``NAME=VALUE``.

    >>> parse_fault("low-battery=7")
    ('low-battery', 7.0)
    >>> parse_fault("unplug")
    ('unplug', 0)

    Raises:
        BadFaultError: No such fault, or a value that is no number.
    """
    name, _, value = text.strip().partition("=")
    if name not in FAULTS:
        raise BadFaultError(f"no fault {name!r}; there are: {', '.join(FAULTS)}")
    try:
        number = float(value) if value else _DEFAULTS.get(name, 0)
    except ValueError as exc:
        raise BadFaultError(f"{name}: {value!r} is not a number ({FAULTS[name][1]})") from exc
    if number < 0 or number != number:
        raise BadFaultError(f"{name}: {value!r} must be 0 or more ({FAULTS[name][1]})")
    return name, number


@dataclass(frozen=True)
class Conditions:
    """The phone's state that faults change."""

    unauthorized: bool = False
    offline: bool = False
    plugged: bool = True
    unplug_after_bytes: int | None = None
    free_bytes: int | None = None
    bytes_per_second: float | None = None
    latency_s: float = 0.0
    temperature_celsius: float = 31.0
    battery_percent: int = 82
    charging: bool = True
    boot_completed: bool = True
    corrupt_next_push: bool = False


class FaultBox:
    """The conditions, shared by all threads of a phone."""

    def __init__(self) -> None:
        """Start with a healthy phone."""
        self._lock = threading.Lock()
        self._now = Conditions()
        self._pushed_bytes_left: int | None = None
        self._link_free_at = 0.0

    @property
    def now(self) -> Conditions:
        """Return the conditions at this moment."""
        with self._lock:
            return self._now

    def change(self, **changes: object) -> Conditions:
        """Replace some conditions; return what holds then."""
        with self._lock:
            self._now = replace(self._now, **changes)  # type: ignore[arg-type]
            if "unplug_after_bytes" in changes:
                self._pushed_bytes_left = self._now.unplug_after_bytes
            return self._now

    def reset(self) -> Conditions:
        """Return to a healthy phone; whether it is plugged in or booting stays."""
        with self._lock:
            self._now = Conditions(
                plugged=self._now.plugged, boot_completed=self._now.boot_completed
            )
            self._pushed_bytes_left = None
            return self._now

    def take_corruption(self) -> bool:
        """Return whether this push is the one to spoil; only one is."""
        with self._lock:
            wanted = self._now.corrupt_next_push
            self._now = replace(self._now, corrupt_next_push=False)
            return wanted

    def count_pushed(self, count: int) -> bool:
        """Count pushed bytes; return True once the link is to be cut."""
        with self._lock:
            if self._pushed_bytes_left is None:
                return False
            self._pushed_bytes_left -= count
            if self._pushed_bytes_left > 0:
                return False
            self._pushed_bytes_left = None
            self._now = replace(self._now, unplug_after_bytes=None)
            return True

    def pace(self, count: int) -> None:
        """Sleep as long as a slow link needs for a packet of `count` bytes."""
        with self._lock:
            rate, latency = self._now.bytes_per_second, self._now.latency_s
            if not rate and not latency:
                return
            now = time.monotonic()
            begin = max(now, self._link_free_at)
            self._link_free_at = begin + (count / rate if rate else 0.0)
            wait = self._link_free_at - now + latency
        time.sleep(wait)


def thermal_status(celsius: float) -> int:
    """Return Android's thermal status (0 none to 6 shutdown) for a skin temperature.

    The thresholds are made up, in the order and about the places where phones have them.

    >>> [thermal_status(t) for t in (31, 39, 46, 60)]
    [0, 1, 3, 6]
    """
    return sum(celsius >= limit for limit in (38.0, 41.0, 45.0, 49.0, 53.0, 57.0))
