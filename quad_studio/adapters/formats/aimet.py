"""AIMET's encodings files, versions 1.0.0 and 2.0.0, out and in.

Specification: quic/aimet, Docs "quantization_encoding_specification". In 1.0.0 the offset counts
from the unsigned grid: minus the zero point, and 2**(bw-1) less where the codes are signed, which
`is_sym` marks. 2.0.0 follows ONNX's QuantizeLinear and keeps the axis, which 1.0.0 does not.
"""

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from quad_studio.errors import InputFileProblem
from quad_studio.quad.affine import BOUNDS, Encoding
from quad_studio.storage import write_json

VERSIONS = ("1.0.0", "2.0.0")
_LISTS = ("encodings", "activation_encodings", "param_encodings")


def write_aimet(
    path: Path,
    encodings: Mapping[str, Encoding],
    *,
    parameters: Collection[str] = (),
    version: str = "2.0.0",
    fingerprint: str = "",
) -> None:
    """Write an encodings file.

    Args:
        path: Usually `<model>.encodings`.
        encodings: Tensor name -> encoding.
        parameters: Which names are weights; 1.0.0 lists them apart from activations.
        version: One of `VERSIONS`.
        fingerprint: The profile's, written as `producer.fingerprint`.
    """
    write_json(path, to_aimet(encodings, parameters, version, fingerprint))


def to_aimet(
    encodings: Mapping[str, Encoding],
    parameters: Collection[str] = (),
    version: str = "2.0.0",
    fingerprint: str = "",
) -> dict[str, Any]:
    """Return the JSON of an encodings file.

    Raises:
        ValueError: `version` is not one of `VERSIONS`.
    """
    if version not in VERSIONS:
        raise ValueError(f"AIMET encodings version {version!r}; known: {', '.join(VERSIONS)}")
    head = {"version": version, "producer": {"name": "quad-studio", "fingerprint": fingerprint}}
    if version == "2.0.0":
        return {**head, "encodings": [_entry_2(n, e) for n, e in encodings.items()]}
    weights = set(parameters)
    return {
        **head,
        "activation_encodings": [_entry_1(n, e) for n, e in encodings.items() if n not in weights],
        "param_encodings": [_entry_1(n, e) for n, e in encodings.items() if n in weights],
        "excluded_layers": [],
        "quantizer_args": {"is_symmetric": True, "per_channel_quantization": True, "dtype": "int"},
    }


def read_aimet(path: Path, axes: Mapping[str, int] | None = None) -> dict[str, Encoding]:
    """Return tensor name -> encoding of a 1.0.0 or 2.0.0 file.

    Float entries are left out: those tensors are not quantized.

    Args:
        path: The file.
        axes: Channel axis of per-channel tensors, which 1.0.0 does not store; 0 where absent.

    Raises:
        InputFileProblem: No JSON, another version, or an entry this reader cannot express.
    """
    try:
        table = json.loads(path.read_text("utf-8"))
    except OSError as exc:
        raise InputFileProblem(path, f"cannot be read: {exc.strerror or exc}") from exc
    except ValueError as exc:
        raise InputFileProblem(path, "is no JSON, so no encodings file") from exc
    version = table.get("version") if isinstance(table, dict) else None
    if version not in VERSIONS:
        raise InputFileProblem(
            path, f"has encodings version {version!r}; export it as {' or '.join(VERSIONS)}"
        )
    result: dict[str, Encoding] = {}
    for entry in (entry for key in _LISTS for entry in table.get(key, ())):
        try:
            encoding = _parse_2(entry) if version == "2.0.0" else _parse_1(entry, axes or {})
        except (KeyError, TypeError, ValueError, IndexError) as exc:
            name = entry.get("name", "?") if isinstance(entry, dict) else "?"
            raise InputFileProblem(path, f"the entry of {name} cannot be read: {exc}") from exc
        if encoding is not None:
            result[str(entry["name"])] = encoding
    return result


def _bits(dtype: str) -> int:
    return 8 if dtype.endswith("8") else 16


def _entry_2(name: str, encoding: Encoding) -> dict[str, Any]:
    single = encoding.axis is None
    entry: dict[str, Any] = {"name": name, "output_dtype": encoding.dtype}
    entry["y_scale"] = encoding.scale[0] if single else list(encoding.scale)
    if encoding.zero_point:
        count = len(encoding.scale)
        entry["y_zero_point"] = encoding.zero_point if single else [encoding.zero_point] * count
    if not single:
        entry["axis"] = encoding.axis
    return entry


def _entry_1(name: str, encoding: Encoding) -> dict[str, Any]:
    low, _ = encoding.bounds
    return {
        "name": name,
        "dtype": "INT",
        "bw": _bits(encoding.dtype),
        "enc_type": "PER_TENSOR" if encoding.axis is None else "PER_CHANNEL",
        "is_sym": low < 0,
        "scale": list(encoding.scale),
        "offset": [low - encoding.zero_point] * len(encoding.scale),
    }


def _parse_2(entry: Mapping[str, Any]) -> Encoding | None:
    if "output_dtype" not in entry:
        return None
    if "block_size" in entry or "per_block_int_scale" in entry:
        raise ValueError("block-wise encodings are not supported")
    scale, points = entry["y_scale"], entry.get("y_zero_point") or 0
    values = scale if isinstance(scale, list) else [scale]
    return _encoding(str(entry["output_dtype"]), values, points, entry.get("axis"))


def _parse_1(entry: Mapping[str, Any], axes: Mapping[str, int]) -> Encoding | None:
    if str(entry["dtype"]).upper() == "FLOAT":
        return None
    kind = entry.get("enc_type", "PER_TENSOR")
    if kind not in ("PER_TENSOR", "PER_CHANNEL"):
        raise ValueError(f"{kind} encodings are not supported")
    signed = str(entry["is_sym"]).lower() == "true"  # files in the wild hold the string too
    bits = int(entry["bw"])
    low = -(2 ** (bits - 1)) if signed else 0
    points = [low - int(offset) for offset in entry["offset"]]
    axis = axes.get(str(entry["name"]), 0) if kind == "PER_CHANNEL" else None
    return _encoding(f"{'' if signed else 'u'}int{bits}", entry["scale"], points, axis)


def _encoding(dtype: str, scales: Any, points: Any, axis: int | None) -> Encoding:
    zero_points = {int(p) for p in (points if isinstance(points, list) else [points])}
    if dtype not in BOUNDS:
        raise ValueError(f"dtype {dtype} is not one of {', '.join(BOUNDS)}")
    if len(zero_points) != 1:
        raise ValueError("zero points differ between channels, one is needed")
    values = tuple(float(scale) for scale in scales)
    if not values or min(values) <= 0:
        raise ValueError("a scale is not above 0")
    return Encoding(dtype, values, zero_points.pop(), None if axis is None else int(axis))
