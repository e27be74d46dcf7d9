"""Read and write .safetensors with nothing but numpy, every mistake named.

The format (github.com/huggingface/safetensors, README "Format"): 8 bytes little-endian header
length, a JSON header, then the tensors' bytes. Read here by hand because the library's numpy
reader has no bfloat16 and its errors do not say which file is wrong or what to do.
"""

import hashlib
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quad_studio.adapters.errors import AdapterFileProblem

MAX_HEADER_BYTES = 100_000_000  # the format's own limit
_PICKLE_SUFFIXES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")
_DTYPES: dict[str, np.dtype[Any]] = {
    "F64": np.dtype("<f8"),
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
    "BF16": np.dtype("<u2"),
    "I64": np.dtype("<i8"),
    "I32": np.dtype("<i4"),
    "I16": np.dtype("<i2"),
    "I8": np.dtype("i1"),
    "U8": np.dtype("u1"),
    "BOOL": np.dtype("?"),
}
_NAMES = {"float32": "F32", "float16": "F16", "float64": "F64", "int16": "I16", "int8": "I8"}


@dataclass(frozen=True)
class SafetensorsFile:
    """The content of one file.

    Attributes:
        tensors: Name -> array; bfloat16 and float16 arrive as float32.
        metadata: The header's `__metadata__`.
        sha256: Hash of the file's bytes.
    """

    tensors: Mapping[str, NDArray[Any]]
    metadata: Mapping[str, str]
    sha256: str


def read_safetensors(path: Path) -> SafetensorsFile:
    """Read a whole file.

    Raises:
        AdapterFileProblem: Missing, a pickle, truncated or not in the format.
    """
    refuse_pickle(path)
    try:
        data = path.read_bytes()
    except OSError as exc:
        raise AdapterFileProblem(path, f"cannot be read: {exc.strerror or exc}") from exc
    header, start = _header(path, data)
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict):
        raise AdapterFileProblem(path, "is corrupt: the metadata is no table of strings")
    body = memoryview(data)[start:]
    tensors = {name: _tensor(path, name, entry, body) for name, entry in header.items()}
    return SafetensorsFile(
        tensors=tensors,
        metadata={str(key): str(value) for key, value in metadata.items()},
        sha256=hashlib.sha256(data).hexdigest(),
    )


def refuse_pickle(path: Path) -> None:
    """Raise if the file is a pickle by name or by its first bytes: loading it runs its code."""
    advice = "is a pickle, which can run any code when loaded; convert it to .safetensors first"
    if path.suffix.lower() in _PICKLE_SUFFIXES:
        raise AdapterFileProblem(path, advice)
    try:
        with path.open("rb") as file:
            head = file.read(4)
    except OSError as exc:
        raise AdapterFileProblem(path, f"cannot be read: {exc.strerror or exc}") from exc
    # torch.save writes a zip; before torch 1.6 a bare pickle, protocol 2 or later
    if head.startswith((b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")):
        raise AdapterFileProblem(path, advice)


def _header(path: Path, data: bytes) -> tuple[dict[str, Any], int]:
    if len(data) < 8:
        raise AdapterFileProblem(path, f"is truncated: {len(data)} bytes; copy it again")
    (length,) = struct.unpack_from("<Q", data)
    if length > MAX_HEADER_BYTES:
        raise AdapterFileProblem(path, "is no safetensors file: the header length is impossible")
    if 8 + length > len(data):
        raise AdapterFileProblem(
            path, f"is truncated: the header needs {8 + length} bytes, the file has {len(data)}"
        )
    try:
        header = json.loads(data[8 : 8 + length])
    except ValueError as exc:
        raise AdapterFileProblem(path, "is corrupt: the header is no JSON; copy it again") from exc
    if not isinstance(header, dict):
        raise AdapterFileProblem(path, "is corrupt: the header is no table")
    return header, 8 + length


def _tensor(path: Path, name: str, entry: Any, body: memoryview) -> NDArray[Any]:
    try:
        kind, shape = str(entry["dtype"]), [int(size) for size in entry["shape"]]
        begin, end = (int(offset) for offset in entry["data_offsets"])
    except (KeyError, TypeError, ValueError) as exc:
        raise AdapterFileProblem(path, f"is corrupt: the header entry of {name} is wrong") from exc
    dtype = _DTYPES.get(kind)
    if dtype is None:
        raise AdapterFileProblem(
            path, f"{name} has dtype {kind}; convert the file to F32, F16 or BF16"
        )
    if begin < 0 or min(shape, default=1) < 0 or end > len(body):
        raise AdapterFileProblem(
            path, f"is truncated: {name} ends at byte {end}, {len(body)} are there; copy it again"
        )
    if end - begin != int(np.prod(shape, dtype=np.int64)) * dtype.itemsize:
        raise AdapterFileProblem(path, f"is corrupt: {name} has {end - begin} bytes for {shape}")
    flat: NDArray[Any] = np.frombuffer(body[begin:end], dtype)
    if kind == "BF16":  # the upper half of a float32
        flat = (flat.astype("<u4") << 16).view("<f4")
    elif kind == "F16":
        flat = flat.astype(np.float32)
    return flat.reshape(shape)


def write_safetensors(
    path: Path, tensors: Mapping[str, NDArray[Any]], metadata: Mapping[str, str] | None = None
) -> None:
    """Write `tensors` in name order, so that equal content gives equal bytes."""
    header: dict[str, Any] = {}
    if metadata:
        header["__metadata__"] = dict(sorted(metadata.items()))
    offset, chunks = 0, []
    for name in sorted(tensors):
        array = np.ascontiguousarray(tensors[name])
        chunks.append(array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes())
        size = len(chunks[-1])
        header[name] = {
            "dtype": _NAMES[array.dtype.name],
            "shape": list(array.shape),
            "data_offsets": [offset, offset + size],
        }
        offset += size
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # the format asks for 8-byte aligned data
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(chunks))
