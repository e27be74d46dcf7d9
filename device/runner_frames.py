"""Frames of the runner's protocol, apart from any socket: device/runner/PROTOCOL.md section 1."""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from device.errors import RunnerProtocolError
from device.targets import Tensor

MAGIC = b"QSF1"
PREAMBLE = struct.Struct("<4sIQ")
MAX_HEADER_BYTES = 1 << 22
"""A table of 1,000 steps, the most that a plan may have, takes 2.2 MB."""
MAX_PAYLOAD_BYTES = 1 << 32
ALIGNMENT = 8


@dataclass(frozen=True)
class Frame:
    """One message: its JSON header and the tensors of its payload."""

    header: dict[str, Any]
    tensors: dict[str, Tensor]


def encode_frame(header: Mapping[str, Any], tensors: Mapping[str, Tensor] | None = None) -> bytes:
    r"""Return the bytes of a frame.

    >>> encode_frame({"type": "stats", "id": "7"})[:8]
    b'QSF1\x19\x00\x00\x00'
    """
    table: list[dict[str, Any]] = []
    pieces: list[bytes] = []
    offset = 0
    for name, value in (tensors or {}).items():
        array = np.asarray(value)
        array = array.astype(array.dtype.newbyteorder("<"), copy=False)
        described = {"name": name, "dtype": array.dtype.name, "shape": list(array.shape)}
        table.append({**described, "offset": offset, "bytes": array.nbytes})
        padding = -array.nbytes % ALIGNMENT
        pieces += [array.tobytes(), bytes(padding)]
        offset += array.nbytes + padding
    full = {**header, "tensors": table} if table else dict(header)
    text = json.dumps(full, separators=(",", ":")).encode()
    return b"".join([PREAMBLE.pack(MAGIC, len(text), offset), text, *pieces])


class FrameReader:
    """Cuts a byte stream into frames; keeps what is not a whole frame yet."""

    def __init__(self) -> None:
        """Start with an empty stream."""
        self._bytes = bytearray()

    def feed(self, data: bytes) -> None:
        """Take bytes that arrived."""
        self._bytes += data

    def take(self) -> Frame | None:
        """Return the oldest whole frame, or None.

        Raises:
            RunnerProtocolError: The stream is not the protocol.
        """
        if len(self._bytes) < PREAMBLE.size:
            return None
        magic, header_bytes, payload_bytes = PREAMBLE.unpack_from(self._bytes)
        if magic != MAGIC or header_bytes > MAX_HEADER_BYTES or payload_bytes > MAX_PAYLOAD_BYTES:
            raise RunnerProtocolError("what answers is not a runner, or the stream is out of step")
        start = PREAMBLE.size + header_bytes
        end = start + payload_bytes
        if len(self._bytes) < end:
            return None
        text, payload = bytes(self._bytes[PREAMBLE.size : start]), bytes(self._bytes[start:end])
        del self._bytes[:end]
        return _decode(text, payload)


def _decode(text: bytes, payload: bytes) -> Frame:
    try:
        header = json.loads(text)
        if not isinstance(header, dict):
            raise RunnerProtocolError("an answer's header is not an object")
        tensors = {}
        for entry in header.get("tensors") or []:
            start, size = int(entry["offset"]), int(entry["bytes"])
            if start < 0 or size < 0 or start + size > len(payload):
                raise RunnerProtocolError("a tensor reaches beyond its payload")
            values = np.frombuffer(payload[start : start + size], np.dtype(entry["dtype"]))
            # frombuffer is read-only; callers own what they get.
            tensors[str(entry["name"])] = values.reshape(tuple(entry["shape"])).copy()
    except (KeyError, TypeError, ValueError, RecursionError) as exc:
        raise RunnerProtocolError(f"an answer that cannot be read: {exc}") from exc
    return Frame(header, tensors)
