"""File transfer of the virtual phone: the sync service in both its versions.

Source: packages/modules/adb/file_sync_protocol.h and SYNC.TXT of the Android Open Source Project.
"""

import contextlib
import errno
import os
import stat
import struct
from collections.abc import Callable
from pathlib import Path

from device.virtual_phone.environment import PhoneDirectory
from device.virtual_phone.faults import FaultBox
from device.virtual_phone.stream import Stream, StreamClosedError

_MAX_PATH_BYTES = 1024
_MAX_DATA_BYTES = 64 * 1024
_REQUEST = struct.Struct("<4sI")
_STAT_V1 = struct.Struct("<4sIII")
_STAT_V2 = struct.Struct("<4sIQQIIIIQqqq")
_DENT_V1 = struct.Struct("<4sIIII")
_DENT_V2 = struct.Struct("<4sIQQIIIIQqqqI")
_SEND_V2 = struct.Struct("<4sII")
_RECV_V2 = struct.Struct("<4sI")
_FLAG_DRY_RUN = 0x8000_0000


class _RefusedError(Exception):
    """The request cannot be met; the text goes to the peer."""


class SyncService:
    """Serves one sync stream until the peer quits."""

    def __init__(
        self,
        stream: Stream,
        directory: PhoneDirectory,
        faults: FaultBox,
        pushed: Callable[[int], None],
    ) -> None:
        """Serve `stream` from `directory`, under `faults`; `pushed` hears of every byte count."""
        self._stream = stream
        self._pushed = pushed
        self._directory = directory
        self._faults = faults

    def serve(self) -> None:
        """Answer requests until QUIT or the end of the stream."""
        try:
            while True:
                kind, length = _REQUEST.unpack(self._stream.read_exactly(_REQUEST.size))
                if kind == b"QUIT":
                    return
                if length > _MAX_PATH_BYTES:
                    self._fail("path too long")
                    return
                name = self._stream.read_exactly(length).decode("utf-8", "surrogateescape")
                if not self._answer(kind, name):
                    self._fail(f"unknown command {kind!r}")
                    return
        except (StreamClosedError, ConnectionError):
            return
        finally:
            self._stream.close()

    def _answer(self, kind: bytes, name: str) -> bool:
        match kind:
            case b"STAT":
                self._stat_v1(name)
            case b"STA2" | b"LST2":
                self._stream.write(self._stat_v2(kind, name))
            case b"LIST" | b"LIS2":
                self._list(name, new=kind == b"LIS2")
            case b"SEND":
                path, _, mode = name.rpartition(",")
                self._receive_file(path, int(mode) if mode.isdigit() else 0o644)
            case b"SND2":
                _, mode_bits, flags = _SEND_V2.unpack(self._stream.read_exactly(_SEND_V2.size))
                self._receive_file(name, mode_bits, dry_run=bool(flags & _FLAG_DRY_RUN))
            case b"RECV":
                self._send_file(name)
            case b"RCV2":
                self._stream.read_exactly(_RECV_V2.size)
                self._send_file(name)
            case _:
                return False
        return True

    def _fail(self, reason: str) -> None:
        text = reason.encode("utf-8", "replace")
        self._stream.write(_REQUEST.pack(b"FAIL", len(text)) + text)

    def _stat_v1(self, name: str) -> None:
        try:
            facts = self._directory.path_of(name).lstat()
            reply = (facts.st_mode, facts.st_size & 0xFFFFFFFF, int(facts.st_mtime) & 0xFFFFFFFF)
        except OSError:
            reply = (0, 0, 0)
        self._stream.write(_STAT_V1.pack(b"STAT", *reply))

    def _stat_v2(self, kind: bytes, name: str) -> bytes:
        path = self._directory.path_of(name)
        try:
            facts = path.lstat() if kind == b"LST2" else path.stat()
        except OSError as exc:
            return _STAT_V2.pack(kind, exc.errno or errno.EIO, *([0] * 10))
        return _STAT_V2.pack(kind, 0, *_stat_fields(facts))

    def _list(self, name: str, *, new: bool) -> None:
        pieces = []
        with contextlib.suppress(OSError):
            for entry in sorted(os.scandir(self._directory.path_of(name)), key=lambda e: e.name):
                facts, word = entry.stat(follow_symlinks=False), os.fsencode(entry.name)
                if new:
                    fields = _stat_fields(facts)
                    pieces.append(_DENT_V2.pack(b"DNT2", 0, *fields, len(word)) + word)
                else:
                    size, modified = facts.st_size & 0xFFFFFFFF, int(facts.st_mtime) & 0xFFFFFFFF
                    head = _DENT_V1.pack(b"DENT", facts.st_mode, size, modified, len(word))
                    pieces.append(head + word)
        empty = _DENT_V2.size if new else _DENT_V1.size
        self._stream.write(b"".join(pieces) + b"DONE" + bytes(empty - 4))

    def _receive_file(self, name: str, mode: int, *, dry_run: bool = False) -> None:
        """Write what the peer sends; on failure say so at once and drop the rest of it."""
        path = self._directory.path_of(name)
        try:
            if stat.S_ISLNK(mode):
                self._receive_link(path)
            else:
                self._receive_data(path, mode, dry_run=dry_run)
        except (OSError, _RefusedError) as exc:
            if isinstance(exc, ConnectionError | StreamClosedError):
                raise
            reason = exc.strerror if isinstance(exc, OSError) else str(exc)
            self._fail(f"couldn't write '{name}': {reason}")
            self._drop_rest()
            return
        self._stream.write(_REQUEST.pack(b"OKAY", 0))

    def _receive_data(self, path: Path, mode: int, *, dry_run: bool) -> None:
        budget = self._directory.free_bytes(self._faults.now)
        spoil = self._faults.take_corruption()
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_symlink() or path.is_file():
            budget += path.lstat().st_size
            path.unlink()
        target = Path(os.devnull) if dry_run else path
        with target.open("wb", buffering=0) as file:
            while True:
                kind, length = _REQUEST.unpack(self._stream.read_exactly(_REQUEST.size))
                if kind == b"DONE":
                    break
                if kind != b"DATA" or length > _MAX_DATA_BYTES:
                    raise _RefusedError("invalid data message")
                piece = self._stream.read_exactly(length)
                budget -= length
                if budget < 0 or self._faults.now.free_bytes == 0:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                if spoil and piece:
                    piece, spoil = bytes([piece[0] ^ 1]) + piece[1:], False
                file.write(piece)
                self._pushed(length)
        if not dry_run:
            path.chmod(0o777 & (mode or 0o644) | 0o600)
            os.utime(path, (length, length))  # DONE carries the time of modification

    def _receive_link(self, path: Path) -> None:
        kind, length = _REQUEST.unpack(self._stream.read_exactly(_REQUEST.size))
        if kind != b"DATA" or length > _MAX_PATH_BYTES:
            raise _RefusedError("invalid symbolic link message")
        goal = self._stream.read_exactly(length).decode("utf-8", "surrogateescape")
        self._stream.read_exactly(_REQUEST.size)  # DONE
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        path.symlink_to(goal)

    def _drop_rest(self) -> None:
        while True:
            kind, length = _REQUEST.unpack(self._stream.read_exactly(_REQUEST.size))
            if kind != b"DATA":
                return
            self._stream.read_exactly(length)

    def _send_file(self, name: str) -> None:
        try:
            with self._directory.path_of(name).open("rb") as file:
                while piece := file.read(_MAX_DATA_BYTES):
                    self._stream.write(_REQUEST.pack(b"DATA", len(piece)) + piece)
        except OSError as exc:
            if isinstance(exc, ConnectionError):
                raise
            self._fail(f"open_read failed: {exc.strerror}")
            return
        self._stream.write(_REQUEST.pack(b"DONE", 0))


def _stat_fields(facts: os.stat_result) -> tuple[int, ...]:
    return (
        facts.st_dev,
        facts.st_ino,
        facts.st_mode,
        facts.st_nlink,
        facts.st_uid,
        facts.st_gid,
        facts.st_size,
        int(facts.st_atime),
        int(facts.st_mtime),
        int(facts.st_ctime),
    )
