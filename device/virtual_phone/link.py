"""One connection of an adb server to the virtual phone."""

import contextlib
import logging
import secrets
import socket
import struct
import threading
from collections.abc import Callable
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from device.virtual_phone import adb_keys, packets
from device.virtual_phone.environment import PhoneDirectory
from device.virtual_phone.faults import FaultBox
from device.virtual_phone.packets import Packet
from device.virtual_phone.shell_service import ShellPlace, parse_service, serve_shell
from device.virtual_phone.socket_service import KINDS, connect_service, serve_socket
from device.virtual_phone.stream import INITIAL_WINDOW_BYTES, Stream, StreamClosedError
from device.virtual_phone.sync_service import SyncService

logger = logging.getLogger(__name__)

_FEATURES = (
    "shell_v2", "cmd", "stat_v2", "ls_v2", "fixed_push_mkdir", "sendrecv_v2", "delayed_ack",
)  # fmt: skip


class Phone(Protocol):
    """What a link needs of the phone."""

    directory: PhoneDirectory
    faults: FaultBox
    place: ShellPlace

    def keys(self) -> list[RSAPublicKey] | None:
        """Return the hosts' keys that may connect; None lets every host in."""

    def authorized(self, key: bytes) -> bool:
        """Return whether the person at the phone accepts the host's public key."""

    def pushed(self, count: int) -> None:
        """Count bytes that arrived in a pushed file; may cut all links."""

    def reboot(self, seconds: float) -> None:
        """Restart the phone."""


class Link:
    """Reads packets and hands them to streams, until the connection ends."""

    def __init__(self, connection: socket.socket, phone: Phone) -> None:
        """Serve `connection` for `phone`; call `run` in a thread of its own."""
        self._connection = connection
        self._phone = phone
        self._sending = threading.Lock()
        self._streams: dict[int, Stream] = {}
        self._table = threading.Lock()
        self._next_id = 1
        self._max_payload = packets.MAX_PAYLOAD
        self._delayed_ack = False
        self._token = b""
        self.waiting_key: bytes | None = None
        self.online = False

    def run(self) -> None:
        """Serve until the peer goes away or the link is cut."""
        try:
            while True:
                packet = packets.read_packet(self._connection)
                self._phone.faults.pace(len(packet.payload))
                self._take(packet)
        except (EOFError, OSError, packets.BadPacketError) as exc:
            logger.info("link ended: %s", exc)
        finally:
            self.cut()

    def cut(self) -> None:
        """Close the connection and end every stream; callable from any thread."""
        self.online = False
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()
        with self._table:
            streams = list(self._streams.values())
            self._streams.clear()
        for stream in streams:
            stream.end()

    def recheck_authorization(self) -> None:
        """Let a host in that waits for the confirmation, if the phone allows it now."""
        if self.waiting_key is not None and self._phone.authorized(self.waiting_key):
            self.waiting_key = None
            self._connect()

    # -- packets --

    def _send(self, command: int, arg0: int, arg1: int, payload: bytes = b"") -> None:
        self._phone.faults.pace(len(payload))
        with self._sending:
            self._connection.sendall(packets.encode(command, arg0, arg1, payload))

    def _take(self, packet: Packet) -> None:
        match packet.command:
            case packets.CNXN:
                self._hello(packet)
            case packets.AUTH:
                self._authenticate(packet)
            case packets.OPEN if self.online:
                self._open(packet)
            case packets.WRTE | packets.OKAY | packets.CLSE if self.online:
                self._to_stream(packet)
            case _:
                logger.info("ignored packet %#x", packet.command)

    def _hello(self, packet: Packet) -> None:
        if self._phone.faults.now.offline:
            return
        self._max_payload = min(packets.MAX_PAYLOAD, packet.arg1)
        self._delayed_ack = b"delayed_ack" in packet.payload
        if self._phone.keys() is None and not self._phone.faults.now.unauthorized:
            self._connect()
        else:
            self._challenge()

    def _challenge(self) -> None:
        self._token = secrets.token_bytes(adb_keys.TOKEN_BYTES)
        self._send(packets.AUTH, packets.AUTH_TOKEN, 0, self._token)

    def _authenticate(self, packet: Packet) -> None:
        """Take a signature of our token, or the public key of a host that we do not know."""
        if packet.arg0 == packets.AUTH_SIGNATURE:
            known = self._phone.keys() or []
            if not self._phone.faults.now.unauthorized and any(
                adb_keys.signed_by(key, self._token, packet.payload) for key in known
            ):
                self._connect()
            else:
                self._challenge()
        elif packet.arg0 == packets.AUTH_PUBLIC_KEY:
            self.waiting_key = packet.payload
            self.recheck_authorization()

    def _connect(self) -> None:
        phone = self._phone.directory.chipset.phone
        banner = (
            f"device::ro.product.name={phone.product};ro.product.model={phone.model};"
            f"ro.product.device={phone.device};features={','.join(_FEATURES)}"
        )
        self.online = True
        self._send(packets.CNXN, packets.VERSION, packets.MAX_PAYLOAD, banner.encode())

    # -- streams --

    def _open(self, packet: Packet) -> None:
        remote_id, window = packet.arg0, packet.arg1
        service = packet.payload.rstrip(b"\0").decode("utf-8", "surrogateescape")
        counting = self._delayed_ack and window > 0
        with self._table:
            local_id, self._next_id = self._next_id, self._next_id + 1

        def okay(count: int | None) -> None:
            self._quietly(packets.OKAY, local_id, remote_id, _pack_count(count))

        stream = Stream(
            send_write=lambda data: self._send(packets.WRTE, local_id, remote_id, data),
            send_okay=okay,
            send_close=lambda: self._quietly(packets.CLSE, local_id, remote_id),
            max_payload=self._max_payload,
            window=window if counting else None,
        )
        serve = self._service(service)
        if serve is None:
            self._quietly(packets.CLSE, 0, remote_id)
            return
        with self._table:
            self._streams[local_id] = stream

        opened = threading.Event()

        def accept() -> None:
            opened.set()
            okay(INITIAL_WINDOW_BYTES if counting else None)

        def run() -> None:
            try:
                serve(stream, accept)
            except (OSError, StreamClosedError) as exc:
                logger.info("%s: %s", service, exc)
            finally:
                if not opened.is_set():  # a stream that never opened is closed by the id 0
                    self._quietly(packets.CLSE, 0, remote_id)
                    stream.end()
                stream.close()
                with self._table:
                    self._streams.pop(local_id, None)

        threading.Thread(target=run, name=f"adb {service[:40]}", daemon=True).start()

    def _quietly(self, command: int, arg0: int, arg1: int, payload: bytes = b"") -> None:
        with contextlib.suppress(OSError):
            self._send(command, arg0, arg1, payload)

    def _to_stream(self, packet: Packet) -> None:
        with self._table:
            stream = self._streams.get(packet.arg1)
        if stream is None:
            if packet.command == packets.WRTE:
                self._quietly(packets.CLSE, 0, packet.arg0)
        elif packet.command == packets.WRTE:
            stream.feed(packet.payload)
        elif packet.command == packets.OKAY:
            stream.acknowledge(_unpack_count(packet.payload))
        else:
            stream.end()

    def _service(self, service: str) -> "Callable[[Stream, Callable[[], None]], None] | None":
        """Return what serves `service`; it calls its second argument once the stream is open."""
        phone, kind = self._phone, service.partition(":")[0].partition(",")[0]

        def shell(stream: Stream, opened: Callable[[], None]) -> None:
            opened()
            request = parse_service(phone.directory.command_line(service))
            serve_shell(stream, request, phone.place)

        def sync(stream: Stream, opened: Callable[[], None]) -> None:
            opened()
            SyncService(stream, phone.directory, phone.faults, phone.pushed).serve()

        def forward(stream: Stream, opened: Callable[[], None]) -> None:
            connection = connect_service(service, phone.directory)
            opened()
            serve_socket(stream, connection)

        def say(text: str, then: Callable[[], None] = lambda: None) -> object:
            def answer(stream: Stream, opened: Callable[[], None]) -> None:
                opened()
                stream.write(text.encode())
                stream.close()
                then()

            return answer

        services: dict[str, object] = {"shell": shell, "exec": shell, "sync": sync}
        services.update(dict.fromkeys(KINDS, forward))
        services["root"] = say("adbd cannot run as root in production builds\n")
        services["reboot"] = say("", lambda: phone.reboot(2.0))
        return services.get(kind)  # type: ignore[return-value]


def _pack_count(count: int | None) -> bytes:
    return b"" if count is None else struct.pack("<I", count)


def _unpack_count(payload: bytes) -> int | None:
    return struct.unpack("<I", payload)[0] if len(payload) == 4 else None
