"""ONNX Runtime's TensorQuantOverrides as JSON, for users of its own quantizer.

The option (`extra_options["TensorQuantOverrides"]` of quantize_static) is a Python table; its JSON
form holds names of QuantType members and plain numbers, `load_overrides` gives the table back.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from quad_studio.errors import InputFileProblem
from quad_studio.quad.affine import Encoding
from quad_studio.storage import write_json

_SCHEMA = "quad-studio/ort-overrides/1"
_TYPES = {"uint8": "QUInt8", "int8": "QInt8", "uint16": "QUInt16", "int16": "QInt16"}


def write_overrides(
    path: Path, encodings: Mapping[str, Encoding], *, fingerprint: str = ""
) -> None:
    """Write encodings for ONNX Runtime's quantizer."""
    overrides = {name: _rows(encoding) for name, encoding in encodings.items()}
    write_json(path, {"schema": _SCHEMA, "fingerprint": fingerprint, "overrides": overrides})


def read_overrides(path: Path) -> dict[str, Encoding]:
    """Return tensor name -> encoding.

    Raises:
        InputFileProblem: Not such a file.
    """
    try:
        return {name: _encoding(rows) for name, rows in _table(path).items()}
    except (KeyError, TypeError, ValueError) as exc:
        raise InputFileProblem(path, f"is damaged: {exc}; write it again") from exc


def load_overrides(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the table that `quantize_static` takes as `TensorQuantOverrides`."""
    from onnxruntime.quantization import QuantType

    result = {}
    for name, rows in _table(path).items():
        result[name] = [
            {
                **row,
                "quant_type": QuantType[row["quant_type"]],
                "scale": np.array(row["scale"], np.float32),
                "zero_point": np.array(row["zero_point"], _dtype_of(row)),
            }
            for row in rows
        ]
    return result


def _table(path: Path) -> dict[str, list[dict[str, Any]]]:
    try:
        table = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as exc:
        raise InputFileProblem(path, f"cannot be read as overrides: {exc}") from exc
    if not isinstance(table, dict) or table.get("schema") != _SCHEMA:
        raise InputFileProblem(path, f"is no file of schema {_SCHEMA}")
    rows: dict[str, list[dict[str, Any]]] = table["overrides"]
    return rows


def _rows(encoding: Encoding) -> list[dict[str, Any]]:
    base = {"quant_type": _TYPES[encoding.dtype], "zero_point": encoding.zero_point}
    axis = {} if encoding.axis is None else {"axis": encoding.axis}
    return [{**base, **axis, "scale": scale} for scale in encoding.scale]


def _dtype_of(row: Mapping[str, Any]) -> str:
    return next(dtype for dtype, name in _TYPES.items() if name == row["quant_type"])


def _encoding(rows: list[dict[str, Any]]) -> Encoding:
    axis = rows[0].get("axis")
    return Encoding(
        _dtype_of(rows[0]),
        tuple(float(row["scale"]) for row in rows),
        int(rows[0]["zero_point"]),
        None if axis is None else int(axis),
    )
