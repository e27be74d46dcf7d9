"""Pair a phone over Wi-Fi: by a QR code that it scans, or by a six-digit code that it shows."""

import re
import secrets
import string
import time
from collections.abc import Callable
from dataclasses import dataclass

from device.adb import AdbServer
from device.errors import AdbServerError, PairingError, PairingInputError
from device.parsers import MdnsService, parse_mdns
from device.recovery import Waiting

PAIRING_KIND = "_adb-tls-pairing._tcp"
CONNECT_KIND = "_adb-tls-connect._tcp"
TIMEOUT_S = 120.0
_LETTERS = string.ascii_letters + string.digits


@dataclass(frozen=True)
class PairingOffer:
    """What the QR code carries: the name that the phone will announce, and the password."""

    name: str
    password: str

    @classmethod
    def fresh(cls) -> "PairingOffer":
        """Return a new offer that nobody can guess."""
        return cls(f"quad-studio-{_word(6)}", _word(12))

    @property
    def qr_text(self) -> str:
        """Return the text of the QR code.

        >>> PairingOffer("studio", "secret").qr_text
        'WIFI:T:ADB;S:studio;P:secret;;'
        """
        return f"WIFI:T:ADB;S:{self.name};P:{self.password};;"


def _word(count: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(count))


def pair_with_code(server: AdbServer, endpoint: str, code: str) -> str:
    """Pair with the phone whose screen shows `endpoint` and a six-digit `code`; return its name.

    Raises:
        PairingInputError: No such code or address.
        PairingError: adb could not pair.
    """
    if not re.fullmatch(r"\d{6}", code):
        raise PairingInputError("the pairing code is the six digits that the phone shows")
    if not re.fullmatch(r".+:\d{1,5}", endpoint):
        raise PairingInputError(
            f"{endpoint}: write HOST:PORT as shown under 'Pair device with pairing code'; "
            "it is not the port of the connection"
        )
    return _pair(server, endpoint, code)


def pair_by_qr(
    server: AdbServer,
    offer: PairingOffer,
    *,
    check: Callable[[], None],
    timeout_s: float = TIMEOUT_S,
    clock: Waiting = time,
) -> str:
    """Wait until a phone has scanned `offer`, pair, connect and return the serial.

    Raises:
        PairingError: No phone in time, or adb could not pair or connect.
    """
    end = clock.monotonic() + timeout_s
    wanted = _wait_service(server, PAIRING_KIND, offer.name, end, check, clock)
    if wanted is None:
        raise PairingError(
            f"no phone scanned the code within {timeout_s:.0f} s. On the phone: Developer options, "
            "Wireless debugging, Pair device with QR code; it must be in the same network."
        )
    name = _pair(server, wanted.address, offer.password)
    host = wanted.address.rpartition(":")[0]
    ready = _wait_service(server, CONNECT_KIND, name or host, end, check, clock, host)
    if ready is None:
        raise PairingError(
            f"paired with {name or host}, but it does not announce its connection. Read HOST:PORT "
            "under 'Wireless debugging' on the phone: quad-studio pair --connect HOST:PORT"
        )
    server.connect(ready.address)
    return ready.address


def _pair(server: AdbServer, endpoint: str, secret: str) -> str:
    server.ensure()
    done = server.call([*server.argv, "pair", endpoint, secret], 30, f"pair {endpoint}")
    said = " ".join((done.stdout + " " + done.stderr).split())
    found = re.search(r"Successfully paired to \S+(?: \[guid=([^\]]+)\])?", said)
    if found is None:
        raise PairingError(f"adb pair {endpoint}: {said or 'no answer'}. {_hint(said)}")
    return found[1] or ""


def _hint(said: str) -> str:
    """Return what to do about an answer of `adb pair`.

    adb 36 words a wrong code and an address where nobody waits alike, as a broken line.
    """
    if re.search("protocol fault|[Ww]rong password", said):
        return (
            "The phone did not take the code, or none waits at this address. Both change each "
            "time: read them again under 'Pair device with pairing code', whose port is not that "
            "of the connection."
        )
    return "Is the code still on the screen? It changes each time."


def _wait_service(
    server: AdbServer,
    kind: str,
    name: str,
    end: float,
    check: Callable[[], None],
    clock: Waiting,
    host: str = "",
) -> MdnsService | None:
    while True:
        check()
        try:
            services = parse_mdns(server.command("mdns", "services", timeout_s=10))
        except AdbServerError as exc:
            raise PairingError(f"this adb server finds no phones by mDNS: {exc}") from exc
        for service in services:
            same_host = bool(host) and service.address.rpartition(":")[0] == host
            if service.kind == kind and (service.name == name or same_host):
                return service
        if clock.monotonic() >= end:
            return None
        clock.sleep(0.5)
