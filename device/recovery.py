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
from device.errors import AdbError, DeviceLostError
from device.parsers import parse_mdns
from device.states import DeviceState, from_adb, state_text

CheckFn = Callable[[], None]


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

    def attempt(name: str, note: str, wait_s: float, also: Callable[[], str]) -> str:
        found = also() or serial
        back = _wait_for(server, found, wait_s, check, clock)
        steps.append(RecoveryStep(name, note, back))
        report(steps[-1])
        return found if back else ""

    def quietly(action: Callable[[], object]) -> Callable[[], str]:
        def run() -> str:
            with contextlib.suppress(AdbError):  # the wait that follows tells whether it helped
                action()
            return ""

        return run

    ladder: list[tuple[str, str, float, Callable[[], str]]] = [
        ("wait", "waited for it to come back by itself", 5.0, lambda: ""),
        (
            "reconnect", "adb reconnect for this serial", 5.0,
            quietly(lambda: server.command("reconnect", "offline", timeout_s=10)),
        ),
    ]  # fmt: skip
    if address:
        ladder.append(
            (
                "connect", f"adb connect {address}", 5.0,
                quietly(lambda: _connect_afresh(server, address)),
            )
        )  # fmt: skip
    ladder.append(
        ("mdns", "looked for it on the network", 5.0, lambda: _rediscover(server, serial))
    )
    ladder.append(("replug", "asked for it to be plugged in again", replug_s, lambda: ""))
    for name, note, wait_s, also in ladder:
        check()
        found = attempt(name, note, wait_s, also)
        if found:
            return Recovery(found, tuple(steps))
    tried = ", ".join(step.name for step in steps)
    raise DeviceLostError(
        serial, f"recovering it (tried: {tried})", state_text(DeviceState.LOST).remedy
    )


def _connect_afresh(server: AdbServer, address: str) -> None:
    """Connect again; a transport that adb still holds as offline has to go first."""
    lines = {line.serial: line.state for line in server.devices()}
    if lines.get(address) not in (None, "device"):
        server.disconnect(address)
    server.connect(address)


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


def _wait_for(
    server: AdbServer, serial: str, timeout_s: float, check: CheckFn, clock: Waiting
) -> bool:
    end = clock.monotonic() + timeout_s
    while True:
        check()
        try:
            states = {line.serial: line.state for line in server.devices()}
        except AdbError:
            states = {}
        if from_adb(states.get(serial, "absent")) is DeviceState.READY:
            return True
        if clock.monotonic() >= end:
            return False
        clock.sleep(0.25)
