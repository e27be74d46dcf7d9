"""Push files over adb's sync protocol: large chunks, progress, cancel, and the phone's reason.

The server relays what we send and waits for the phone's acknowledgements, so its buffers bound
what is under way: progress counts a byte once that many more have been taken after it.

Source: packages/modules/adb/SYNC.TXT of the Android Open Source Project.
"""

import select
import socket
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from device.adb import AdbPhone, send_request
from device.callbacks import CheckFn
from device.errors import AdbError, AdbTimeoutError, DeviceLostError, DeviceStorageError, PushError

CHUNK_BYTES = 64 * 1024
_CHUNKS_PER_WRITE = 16
_HEAD = struct.Struct("<4sI")
_STRIDE = _HEAD.size + CHUNK_BYTES
# Our socket's buffer, the server's and one packet of the transport.
IN_FLIGHT_BYTES = 5 * 1024 * 1024
_POLL_S = 0.25
STALL_S = 60.0

BytesFn = Callable[[int], None]


class SyncPusher:
    """One sync connection to a phone; pushes one file after the other."""

    def __init__(self, phone: AdbPhone, *, stall_s: float = STALL_S) -> None:
        """Open the connection.

        Raises:
            AdbError: The phone cannot be used.
        """
        self._phone, self._stall_s = phone, stall_s
        self._remote, self._size = "", 0
        try:
            self._socket = phone.server.open_socket(f"host:transport:{phone.serial}", 10)
        except OSError as exc:
            raise DeviceLostError(phone.serial, "opening a transfer", str(exc)) from exc
        except AdbError as exc:
            raise phone.refusal("opening a transfer", str(exc)) from exc
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * 1024 * 1024)
            send_request(self._socket, "sync:")
        except OSError as exc:
            self._socket.close()
            raise DeviceLostError(phone.serial, "opening a transfer", str(exc)) from exc
        except AdbError as exc:
            self._socket.close()
            raise phone.refusal("opening a transfer", str(exc)) from exc
        self._socket.settimeout(_POLL_S)

    def __enter__(self) -> "SyncPusher":
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection; what is under way is dropped."""
        self._socket.close()

    def push(
        self,
        local: Path,
        remote: str,
        *,
        mode: int = 0o644,
        acknowledged: BytesFn = lambda count: None,
        check: CheckFn = lambda: None,
    ) -> int:
        """Write `local` to `remote` and return its size in bytes.

        Args:
            local: The file.
            remote: Absolute path on the phone; its directory is made.
            mode: Permission bits.
            acknowledged: Hears how many bytes of this file have arrived.
            check: Called several times a second; raises to cancel, and the phone keeps a part.

        Raises:
            DeviceStorageError: The phone is full.
            PushError: The phone refused the file.
            DeviceLostError, AdbTimeoutError: The link broke or stalled.
        """
        size = self._size = local.stat().st_size
        self._remote = remote
        doing = f"pushing {local.name}"
        try:
            word = f"{remote},{0o100000 | mode}".encode()
            self._send(_HEAD.pack(b"SEND", len(word)) + word, check)
            with local.open("rb", buffering=0) as file:
                self._send_data(file, acknowledged, check)
            modified = int(local.stat().st_mtime) & 0xFFFFFFFF
            self._send(_HEAD.pack(b"DONE", modified), check)
            self._read_verdict(check)
        except TimeoutError as exc:
            raise AdbTimeoutError(
                f"{self._phone.serial}: {doing}: nothing moved for {self._stall_s:g} s"
            ) from exc
        except OSError as exc:
            raise DeviceLostError(self._phone.serial, doing, str(exc)) from exc
        acknowledged(size)
        return size

    def _send_data(self, file: BinaryIO, acknowledged: BytesFn, check: CheckFn) -> None:
        buffer = bytearray(_CHUNKS_PER_WRITE * _STRIDE)
        view, sent = memoryview(buffer), 0
        while True:
            used = 0
            for _ in range(_CHUNKS_PER_WRITE):
                begin = used + _HEAD.size
                count = file.readinto(view[begin : begin + CHUNK_BYTES])  # type: ignore[attr-defined]
                if not count:
                    break
                _HEAD.pack_into(buffer, used, b"DATA", count)
                used = begin + count
                sent += count
            if not used:
                return
            self._send(view[:used], check)
            acknowledged(max(0, sent - IN_FLIGHT_BYTES))

    def _send(self, data: "bytes | memoryview", check: CheckFn) -> None:
        """Send all of `data`; an early word from the phone is a refusal."""
        view, last = memoryview(data), time.monotonic()
        while view:
            check()
            if select.select([self._socket], [], [], 0)[0]:
                self._read_verdict(check)
            try:
                view = view[self._socket.send(view) :]
                last = time.monotonic()
            except TimeoutError:
                if time.monotonic() - last > self._stall_s:
                    raise

    def _read_verdict(self, check: CheckFn) -> None:
        status, length = _HEAD.unpack(self._read(_HEAD.size, check))
        if status == b"OKAY":
            return
        said = self._read(length, check).decode("utf-8", "replace") if status == b"FAIL" else ""
        if "No space left" in said:
            raise DeviceStorageError(self._phone.serial, self._size)
        raise PushError(f"{self._phone.serial}: {self._remote}: {said or f'unexpected {status!r}'}")

    def _read(self, count: int, check: CheckFn) -> bytes:
        data, last = b"", time.monotonic()
        while len(data) < count:
            check()
            try:
                piece = self._socket.recv(count - len(data))
            except TimeoutError:
                if time.monotonic() - last > self._stall_s:
                    raise
                continue
            if not piece:
                raise ConnectionError("the link was closed")
            data, last = data + piece, time.monotonic()
        return data
