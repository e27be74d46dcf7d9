"""The virtual phone itself: it listens for adb, keeps its state and goes wrong on demand."""

import contextlib
import logging
import secrets
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from device.chipsets import Chipset
from device.errors import VirtualPhoneError
from device.virtual_phone import adb_keys
from device.virtual_phone.environment import PhoneDirectory
from device.virtual_phone.faults import Conditions, FaultBox
from device.virtual_phone.link import Link
from device.virtual_phone.pairing import PairingRefusedError, PairingServer
from device.virtual_phone.shell_service import Processes, ShellPlace

logger = logging.getLogger(__name__)

Auth = Literal["none", "own", "ask"]
RUNNER_PROGRAM = "quad_runner"


class VirtualPhone:
    """A phone on loopback. `start` returns once adb can connect; `stop` ends all it started."""

    def __init__(self, root: Path, chipset: Chipset, *, port: int = 0, auth: Auth = "none") -> None:
        """Set up the phone in `root`.

        Args:
            root: The directory that stands for its file system; kept between starts.
            chipset: What it imitates.
            port: Where it listens on 127.0.0.1; 0 takes a free one, the same after a replug.
            auth: "none" lets every adb of this machine in, "own" the keys of this user's adb,
                "ask" those that `confirm` accepts.
        """
        self.directory = PhoneDirectory(root, chipset)
        self.faults = FaultBox()
        self.processes = Processes()
        self.place = ShellPlace(self.directory.root, self.directory.variables(), self.processes)
        self.port = port
        self._auth = auth
        self._accepted: list[RSAPublicKey] = []
        self._listener: socket.socket | None = None
        self._links: set[Link] = set()
        self._lock = threading.RLock()
        self._stopping = threading.Event()
        self._pairing: PairingServer | None = None

    # -- life --

    def start(self) -> None:
        """Begin to listen.

        Raises:
            VirtualPhoneError: The port is taken.
        """
        self._apply(self.faults.now)
        self.plug()

    def stop(self) -> None:
        """Cut every link, end every process of the phone and stop listening."""
        self._stopping.set()
        self._end_pairing()
        self._cut_off()
        self.processes.kill_all()

    def plug(self) -> None:
        """Listen again on the same port; harmless when already listening."""
        with self._lock:
            if self._listener is not None or self._stopping.is_set():
                return
            try:
                listener = socket.create_server(("127.0.0.1", self.port), backlog=16)
            except OSError as exc:
                raise VirtualPhoneError(
                    f"virtual phone: port {self.port} is taken: {exc.strerror}; use another --port"
                ) from exc
            self.port = int(listener.getsockname()[1])
            self._listener = listener
            self._apply(self.faults.change(plugged=True))
        threading.Thread(target=self._listen, args=(listener,), daemon=True).start()

    def _listen(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            link = Link(connection, self)
            with self._lock:
                self._links.add(link)
            threading.Thread(target=self._serve, args=(link,), daemon=True).start()

    def _serve(self, link: Link) -> None:
        try:
            link.run()
        finally:
            with self._lock:
                self._links.discard(link)

    def _cut_off(self) -> None:
        with self._lock:
            listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        self._cut_links()

    def _cut_links(self) -> None:
        with self._lock:
            links = list(self._links)
        for link in links:
            link.cut()

    # -- who may connect --

    def keys(self) -> list[RSAPublicKey] | None:
        """Return the hosts' keys that may connect; None lets every host in."""
        if self._auth == "none":
            return None
        own = adb_keys.own_keys() if self._auth == "own" else []
        return [*own, *self._accepted]

    def authorized(self, key: bytes) -> bool:
        """Return whether the host with this public key may connect now."""
        if self.faults.now.unauthorized:
            return False
        known = self.keys()
        if known is None:
            return True
        try:
            numbers = adb_keys.read_public_key(key).public_numbers()
        except adb_keys.BadKeyError as exc:
            logger.warning("%s", exc)
            return False
        return any(numbers == other.public_numbers() for other in known)

    def confirm(self) -> int:
        """Accept the hosts that wait, as the person at the phone would; return how many."""
        self._apply(self.faults.change(unauthorized=False))
        with self._lock:
            waiting = [link for link in self._links if link.waiting_key is not None]
        for link in waiting:
            with contextlib.suppress(adb_keys.BadKeyError):
                self._accepted.append(adb_keys.read_public_key(link.waiting_key or b""))
            link.recheck_authorization()
        return len(waiting)

    def pair(self, code: str = "") -> PairingServer:
        """Wait for a host to pair, as under "Pair device with pairing code"; return where.

        Whoever knows the code may connect from then on.

        Args:
            code: What to ask for, as after scanning a QR code; six fresh digits when not given.
        """
        self._end_pairing()
        name = f"adb-{self.directory.serial}-{secrets.token_hex(3)}"
        self._pairing = PairingServer(name, self._accept, code)
        return self._pairing

    def _accept(self, key: bytes) -> None:
        try:
            self._accepted.append(adb_keys.read_public_key(key))
        except adb_keys.BadKeyError as exc:
            raise PairingRefusedError(str(exc)) from exc

    def _end_pairing(self) -> None:
        if self._pairing is not None:
            self._pairing.close()
            self._pairing = None

    # -- what goes wrong --

    def inject(self, name: str, value: float) -> None:
        """Let the fault `name` of `faults.FAULTS` happen."""
        actions: dict[str, Callable[[], object]] = {
            "unauthorized": lambda: self._drop_with(unauthorized=True),
            "offline": lambda: self._drop_with(offline=True),
            "unplug": lambda: self._unplug_after(int(value)),
            "disk-full": lambda: self._apply(self.faults.change(free_bytes=int(value))),
            "slow-link": lambda: self.faults.change(bytes_per_second=value or None),
            "latency": lambda: self.faults.change(latency_s=value / 1000),
            "reboot": lambda: self.reboot(value),
            "hot": lambda: self._apply(self.faults.change(temperature_celsius=value)),
            "low-battery": lambda: self._apply(
                self.faults.change(battery_percent=int(value), charging=False)
            ),
            "kill-runner": lambda: self.processes.kill_named(RUNNER_PROGRAM),
            "corrupt-push": lambda: self.faults.change(corrupt_next_push=True),
        }
        actions[name]()

    def heal(self) -> None:
        """End every fault and plug the phone in again."""
        dark = self.faults.now.offline or self.faults.now.unauthorized
        self._apply(self.faults.reset())
        if dark:
            # adb does not ask again on a link that stayed unanswered.
            self._cut_links()
        self.plug()

    def pushed(self, count: int) -> None:
        """Count bytes that arrived in a pushed file; cuts all links when the fault says so."""
        if self.faults.count_pushed(count):
            self.unplug()
            raise ConnectionAbortedError("unplugged")

    def unplug(self) -> None:
        """Cut every link and stop listening, as if the cable was pulled."""
        self.faults.change(plugged=False)
        self._cut_off()

    def reboot(self, seconds: float) -> None:
        """Restart: everything ends, the phone is away, then it boots, each for `seconds`."""

        def run() -> None:
            self._apply(self.faults.change(plugged=False, boot_completed=False))
            self._cut_off()
            self.processes.kill_all()
            if self._stopping.wait(seconds):
                return
            self.plug()
            if not self._stopping.wait(seconds):
                self._apply(self.faults.change(boot_completed=True))

        threading.Thread(target=run, daemon=True).start()

    def _drop_with(self, **changes: object) -> None:
        self._apply(self.faults.change(**changes))
        self._cut_links()

    def _unplug_after(self, count: int) -> None:
        if count == 0:
            self.unplug()
        else:
            self.faults.change(unplug_after_bytes=count)

    def _apply(self, conditions: Conditions) -> None:
        self.directory.answer(conditions)
