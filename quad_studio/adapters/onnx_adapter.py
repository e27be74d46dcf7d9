"""ONNX Runtime's adapter file (flatbuffer "TORT"), written byte for byte the same every time.

ONNX Runtime's own writer keeps the tensors in a hash map, so the same adapter gives another file
each time and no hash could name it; reading goes through ONNX Runtime, the authority on the format.
Schema: microsoft/onnxruntime, onnxruntime/lora/adapter_format/adapter_schema.fbs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quad_studio.adapters.errors import AdapterPackageProblem
from quad_studio.storage import replacing

FORMAT_VERSION = 1
FILE_IDENTIFIER = b"TORT"
ALIGNMENT = 8  # the schema's force_align; a mapped file can then be bound without a copy
# Numbers of the schema's TensorDataType, the same as ONNX's.
_DATA_TYPES = {"float32": 1, "uint8": 2, "int8": 3, "uint16": 4, "int16": 5, "float16": 10}


@dataclass(frozen=True)
class OnnxAdapter:
    """What an adapter file holds.

    Attributes:
        tensors: Name -> array, in name order.
        model_version: First 28 bits of the fingerprint of the bundle it was made for.
        adapter_version: Counts the releases of one adapter.
    """

    tensors: Mapping[str, NDArray[Any]]
    model_version: int
    adapter_version: int


def model_version_of(fingerprint: str) -> int:
    """Return the fingerprint's first 28 bits, all that the format has room for.

    >>> model_version_of("1234567" + "0" * 57) == 0x1234567
    True
    """
    return int(fingerprint[:7], 16)


def write_onnx_adapter(path: Path, adapter: OnnxAdapter) -> None:
    """Write `adapter`; equal content gives equal bytes.

    Raises:
        AdapterPackageProblem: A tensor has a dtype that the format has no number for.
    """
    for name, array in adapter.tensors.items():
        if array.dtype.name not in _DATA_TYPES:
            raise AdapterPackageProblem(path, f"cannot store {name} as {array.dtype.name}")
    data = _encode(adapter)
    with replacing(path) as stream:
        stream.write(data)


def read_onnx_adapter(path: Path) -> OnnxAdapter:
    """Read an adapter file with ONNX Runtime.

    Raises:
        AdapterPackageProblem: Missing, truncated or not an adapter.
    """
    import onnxruntime

    if not path.is_file():
        raise AdapterPackageProblem(path, "does not exist")
    try:
        content = onnxruntime.AdapterFormat.read_adapter(str(path))
        # The values lie in `content`'s memory and do not keep it alive: copy them.
        values = content.get_parameters()
        tensors = {name: np.array(value.numpy()) for name, value in values.items()}
    except (RuntimeError, ValueError) as exc:
        raise AdapterPackageProblem(
            path, "is no ONNX Runtime adapter, or truncated; pack the adapter again"
        ) from exc
    return OnnxAdapter(
        tensors=dict(sorted(tensors.items())),
        model_version=int(content.get_model_version()),
        adapter_version=int(content.get_adapter_version()),
    )


def _encode(adapter: OnnxAdapter) -> bytes:
    import flatbuffers  # type: ignore[import-untyped]  # comes with onnxruntime

    total = sum(array.nbytes for array in adapter.tensors.values())
    builder = flatbuffers.Builder(total + 256 * (len(adapter.tensors) + 1))
    tables = [_table(builder, name, adapter.tensors[name]) for name in sorted(adapter.tensors)]
    builder.StartVector(4, len(tables), 4)
    for table in reversed(tables):
        builder.PrependUOffsetTRelative(table)
    parameters = builder.EndVector()
    builder.StartObject(4)
    builder.PrependInt32Slot(0, FORMAT_VERSION, 0)
    builder.PrependInt32Slot(1, adapter.adapter_version, 0)
    builder.PrependInt32Slot(2, adapter.model_version, 0)
    builder.PrependUOffsetTRelativeSlot(3, parameters, 0)
    builder.Finish(builder.EndObject(), file_identifier=FILE_IDENTIFIER)
    return bytes(builder.Output())


def _table(builder: Any, name: str, array: NDArray[Any]) -> int:
    little = array.astype(array.dtype.newbyteorder("<"), copy=False)
    data = np.ascontiguousarray(little).tobytes()
    builder.StartVector(1, len(data), ALIGNMENT)
    builder.head -= len(data)
    builder.Bytes[builder.head : builder.head + len(data)] = data
    raw = builder.EndVector()
    builder.StartVector(8, array.ndim, 8)
    for size in reversed(array.shape):
        builder.PrependInt64(int(size))
    dims = builder.EndVector()
    label = builder.CreateString(name)
    builder.StartObject(4)
    builder.PrependUOffsetTRelativeSlot(0, label, 0)
    builder.PrependUOffsetTRelativeSlot(1, dims, 0)
    builder.PrependInt32Slot(2, _DATA_TYPES[array.dtype.name], 0)
    builder.PrependUOffsetTRelativeSlot(3, raw, 0)
    return int(builder.EndObject())
