"""Packets of the ADB transport, device side.

Source: packages/modules/adb/protocol.txt and adb.h of the Android Open Source Project.
"""

import socket
import struct
from dataclasses import dataclass

# From this version on, neither side computes or checks the sum over the payload.
VERSION = 0x01000001
MAX_PAYLOAD = 1024 * 1024

CNXN, AUTH, OPEN, OKAY, CLSE, WRTE, STLS = (
    int.from_bytes(word, "little")
    for word in (b"CNXN", b"AUTH", b"OPEN", b"OKAY", b"CLSE", b"WRTE", b"STLS")
)
AUTH_TOKEN, AUTH_SIGNATURE, AUTH_PUBLIC_KEY = 1, 2, 3

_HEADER = struct.Struct("<6I")


class BadPacketError(Exception):
    """The other side sent something that is no ADB packet."""


@dataclass(frozen=True)
class Packet:
    """One packet: what it is, its two arguments and its payload."""

    command: int
    arg0: int
    arg1: int
    payload: bytes = b""

    def encode(self) -> bytes:
        r"""Return the packet as it goes over the wire.

        >>> Packet(OKAY, 7, 9).encode()[:12]
        b'OKAY\x07\x00\x00\x00\t\x00\x00\x00'
        """
        return encode(self.command, self.arg0, self.arg1, self.payload)


def encode(command: int, arg0: int, arg1: int, payload: bytes = b"") -> bytes:
    """Return one packet as it goes over the wire, its check sum left at 0."""
    head = _HEADER.pack(command, arg0, arg1, len(payload), 0, command ^ 0xFFFFFFFF)
    return head + payload


def read_exactly(connection: socket.socket, count: int) -> bytes:
    """Return the next `count` bytes.

    Raises:
        EOFError: The other side closed the connection before.
    """
    buffer = bytearray(count)
    view, done = memoryview(buffer), 0
    while done < count:
        got = connection.recv_into(view[done:])
        if got == 0:
            raise EOFError(f"connection closed after {done} of {count} bytes")
        done += got
    return bytes(buffer)


def read_packet(connection: socket.socket) -> Packet:
    """Return the next packet.

    Raises:
        EOFError: The connection was closed.
        BadPacketError: The bytes are no packet, or its payload is larger than we announced.
    """
    command, arg0, arg1, length, _, magic = _HEADER.unpack(read_exactly(connection, _HEADER.size))
    if magic != command ^ 0xFFFFFFFF:
        raise BadPacketError(f"magic {magic:#x} does not fit command {command:#x}")
    if length > MAX_PAYLOAD:
        raise BadPacketError(f"payload of {length} bytes, over {MAX_PAYLOAD}")
    return Packet(command, arg0, arg1, read_exactly(connection, length) if length else b"")
