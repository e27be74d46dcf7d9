"""Bring a lost device back: one step after the other, from gentle to asking a person.

The server is never restarted here: other programs use it, and a run may be active on another
phone. That is offered to the person as the last step.
"""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from device.adb import AdbServer
from device.callbacks import CheckFn
from device.errors import AdbError, DeviceLostError
from device.parsers import parse_mdns
from device.states import DeviceState, from_adb, state_text

_RETRY_S = 2.0


@dataclass(frozen=True)
class RecoveryStep:
    """One step that was tried: its name, what it did, whether the device is back."""

    name: str
    note: str
    recovered: bool


@dataclass(frozen=True)
class Recovery:
    """How it ended: the serial under which the device is back, and every step."""

    serial: str
    steps: tuple[RecoveryStep, ...]


class Waiting(Protocol):
    """Time, so that tests need none."""

    def monotonic(self) -> float:
        """Return seconds."""

    def sleep(self, seconds: float, /) -> None:
        """Wait."""


def recover(
    server: AdbServer,
    serial: str,
    *,
    report: Callable[[RecoveryStep], None],
    check: CheckFn,
    endpoint: str = "",
    replug_s: float = 60.0,
    clock: Waiting = time,
) -> Recovery:
    """Try to bring `serial` back and return the serial it came back under.

    Args:
        server: The adb server.
        serial: What adb called the device.
        report: Hears of every step.
        check: Raises to stop waiting.
        endpoint: ``HOST:PORT`` to connect to; by default the serial where it is one.
        replug_s: How long to wait for a person to plug it in again.
        clock: Replaced in tests.

    Raises:
        DeviceLostError: No step helped.
    """
    address = endpoint or (serial if ":" in serial and "._adb" not in serial else "")
    steps: list[RecoveryStep] = []
    for rung in _ladder(server, serial, address, replug_s):
        check()
        found = _climb(server, serial, rung, check, clock)
        steps.append(RecoveryStep(rung.name, rung.note, bool(found)))
        report(steps[-1])
        if found:
            return Recovery(found, tuple(steps))
    tried = ", ".join(step.name for step in steps)
    raise DeviceLostError(
        serial, f"recovering it (tried: {tried})", state_text(DeviceState.LOST).remedy
    )


@dataclass(frozen=True)
class _Rung:
    """One step: what to do, again every two seconds, and how long to wait for its effect.

    `action` returns the serial that it connected, or "".
    """

    name: str
    note: str
    wait_s: float
    action: Callable[[], str]


def _ladder(server: AdbServer, serial: str, address: str, replug_s: float) -> list[_Rung]:
    def connect() -> str:
        return _connect_afresh(server, address) if address else ""

    def reconnect() -> str:
        server.command("-s", serial, "reconnect", timeout_s=10)
        return ""

    rungs = [_Rung("wait", "waited for it to come back by itself", 5.0, lambda: "")]
    if not address:  # it would take a network device off adb's list, and adb retries those itself
        rungs.append(_Rung("reconnect", "adb reconnect for this serial", 5.0, reconnect))
    else:
        rungs.append(_Rung("connect", f"adb connect {address}", 5.0, connect))
    rungs.append(
        _Rung("mdns", "looked for it on the network", 5.0, lambda: _rediscover(server, serial))
    )
    rungs.append(_Rung("replug", "asked for it to be plugged in again", replug_s, connect))
    return rungs


def _climb(server: AdbServer, serial: str, rung: _Rung, check: CheckFn, clock: Waiting) -> str:
    """Do one step until it helps or its time is over; return the serial that is back, or ""."""
    end, again, names = clock.monotonic() + rung.wait_s, clock.monotonic(), {serial}
    while True:
        check()
        if clock.monotonic() >= again:
            with contextlib.suppress(AdbError):  # whether it helped is seen below
                names.add(rung.action() or serial)
            again = clock.monotonic() + _RETRY_S
        with contextlib.suppress(AdbError):
            for line in server.devices():
                if line.serial in names and from_adb(line.state) is DeviceState.READY:
                    return line.serial
        if clock.monotonic() >= end:
            return ""
        clock.sleep(0.25)


def _connect_afresh(server: AdbServer, address: str) -> str:
    """Connect again; a transport that adb still holds as offline has to go first."""
    lines = {line.serial: line.state for line in server.devices()}
    if lines.get(address) not in (None, "device"):
        server.disconnect(address)
    server.connect(address)
    return address


def _rediscover(server: AdbServer, serial: str) -> str:
    """Connect to the paired device that mDNS shows under this serial; return its serial."""
    hardware = serial.removeprefix("adb-").partition("._adb")[0]
    if ":" in hardware:
        return ""
    try:
        services = parse_mdns(server.command("mdns", "services", timeout_s=10))
        for service in services:
            if service.kind.startswith("_adb-tls-connect") and hardware in service.name:
                server.connect(service.address)
                return service.address
    except AdbError:
        return ""
    return ""
