"""Affine quantization after Eq. 4 to 7 of the QUAD paper, and the encodings made of it.

Source: "QUAD: Quantization with Unified Adaptive Distillation", arXiv 2603.29535, section 3.3.
The paper's Eq. 5 defines ``z = round(T_min / s) - q_min``, which is minus the zero point of ONNX;
its Eq. 6 as printed subtracts z before dividing by s and would map a whole tensor to ``q_max``.
Read so that Eq. 4, 5 and 7 hold together: ``q = clip(round(T / s) - z)`` and ``T ~ s (q + z)``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quad_studio.errors import StageError

MINIMUM_SPAN = 1e-4
"""Smallest range of a tensor; narrower ones underflow the multipliers of NPUs."""

BOUNDS: Mapping[str, tuple[int, int]] = {
    "uint8": (0, 255),
    "int8": (-128, 127),
    "uint16": (0, 65535),
    "int16": (-32768, 32767),
}
"""Quantized dtype -> (q_min, q_max)."""


def scale_eq4(t_min: float, t_max: float, q_min: int, q_max: int) -> float:
    """Return the scale of Eq. 4: the width of one quantization step.

    >>> scale_eq4(-1.0, 1.0, -128, 127) == 2.0 / 255
    True
    """
    return (t_max - t_min) / (q_max - q_min)


def offset_eq5(t_min: float, scale: float, q_min: int) -> int:
    """Return the offset z of Eq. 5; ONNX's zero point is ``-z``.

    >>> offset_eq5(-1.0, 4.0 / 255, 0)
    -64
    """
    return int(np.rint(t_min / scale)) - q_min


def quantize_eq6(
    values: NDArray[Any], scale: float, offset: int, q_min: int, q_max: int
) -> NDArray[np.int32]:
    """Return the integer codes of Eq. 6, with the reading of the module's docstring.

    >>> quantize_eq6(np.array([-1.0, 0.0, 3.0]), 4.0 / 255, -64, 0, 255).tolist()
    [0, 64, 255]
    """
    codes = np.rint(np.asarray(values, np.float64) / scale) - offset
    return np.clip(codes, q_min, q_max).astype(np.int32)


def dequantize_eq7(codes: NDArray[Any], scale: float, offset: int) -> NDArray[np.float64]:
    """Return the values that codes stand for, Eq. 7.

    >>> dequantize_eq7(np.array([0, 64, 255]), 4.0 / 255, -64).round(2).tolist()
    [-1.0, 0.0, 3.0]
    """
    return np.asarray(scale * (np.asarray(codes, np.float64) + offset))


@dataclass(frozen=True)
class Encoding:
    """How one tensor is stored as integers.

    Attributes:
        dtype: A key of `BOUNDS`.
        scale: One value per tensor, or one per channel of `axis`; all are float32 values.
        zero_point: ONNX's zero point (minus the paper's z); 0 for symmetric encodings.
        axis: Channel axis, or None for per tensor.
    """

    dtype: str
    scale: tuple[float, ...]
    zero_point: int = 0
    axis: int | None = None

    @property
    def bounds(self) -> tuple[int, int]:
        """Return (q_min, q_max)."""
        return BOUNDS[self.dtype]

    @property
    def range(self) -> tuple[float, float]:
        """Return the smallest and largest value that the widest channel can hold."""
        low, high = self.bounds
        widest = max(self.scale)
        return (low - self.zero_point) * widest, (high - self.zero_point) * widest

    def quantize(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return the codes of `values` in the encoding's own dtype (Eq. 6).

        >>> Encoding("int8", (0.5,)).quantize(np.array([-1.0, 0.2, 99.0], np.float32))
        array([ -2,   0, 127], dtype=int8)
        """
        low, high = self.bounds
        codes = np.rint(np.asarray(values, np.float32) / self._scales(np.ndim(values)))
        return np.clip(codes + self.zero_point, low, high).astype(self.dtype)

    def dequantize(self, codes: NDArray[Any]) -> NDArray[np.float32]:
        """Return the float32 values of `codes` (Eq. 7), as ONNX's DequantizeLinear computes them.

        >>> Encoding("int8", (0.5,)).dequantize(np.array([-2, 127], np.int8)).tolist()
        [-1.0, 63.5]
        """
        centred = np.asarray(codes, np.int32) - self.zero_point
        return centred.astype(np.float32) * self._scales(np.ndim(codes))

    def _scales(self, dimensions: int) -> NDArray[np.float32]:
        scales = np.asarray(self.scale, np.float32)
        if self.axis is None:
            return scales.reshape(())
        shape = [1] * dimensions
        shape[self.axis] = len(self.scale)
        return scales.reshape(shape)

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form."""
        scale = list(self.scale) if self.axis is not None else self.scale[0]
        return {
            "dtype": self.dtype,
            "scale": scale,
            "zero_point": self.zero_point,
            **({} if self.axis is None else {"axis": self.axis}),
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "Encoding":
        """Return the encoding of a JSON form.

        >>> Encoding.from_json({"dtype": "int8", "scale": 0.5, "zero_point": 0})
        Encoding(dtype='int8', scale=(0.5,), zero_point=0, axis=None)

        Raises:
            KeyError, ValueError, TypeError: The form is not one of ours.
        """
        scale = data["scale"]
        values = tuple(float(s) for s in (scale if isinstance(scale, list) else [scale]))
        if data["dtype"] not in BOUNDS or not values or min(values) <= 0:
            raise ValueError(f"no encoding: dtype {data['dtype']!r}, scale {scale!r}")
        axis = data.get("axis")
        return Encoding(
            str(data["dtype"]), values, int(data["zero_point"]), None if axis is None else int(axis)
        )


def asymmetric(t_min: float, t_max: float, dtype: str) -> Encoding:
    """Return the encoding of the range [t_min, t_max], widened so that it holds 0 exactly.

    >>> asymmetric(-1.0, 3.0, "uint8")
    Encoding(dtype='uint8', scale=(0.01568627543747425,), zero_point=64, axis=None)
    """
    _check_finite(t_min, t_max)
    q_min, q_max = BOUNDS[dtype]
    low, high = min(t_min, 0.0), max(t_max, 0.0)
    high = max(high, low + MINIMUM_SPAN)
    scale = float(np.float32(scale_eq4(low, high, q_min, q_max)))
    zero_point = -offset_eq5(low, scale, q_min)
    return Encoding(dtype, (scale,), int(np.clip(zero_point, q_min, q_max)))


def symmetric(magnitude: float | Sequence[float], dtype: str, axis: int | None = None) -> Encoding:
    """Return the signed encoding of [-magnitude, magnitude]; one magnitude per channel with `axis`.

    >>> symmetric(127.0, "int8").scale
    (1.0,)
    """
    magnitudes = np.atleast_1d(np.asarray(magnitude, np.float64))
    _check_finite(float(magnitudes.min()), float(magnitudes.max()))
    q_max = BOUNDS[dtype][1]
    floor = MINIMUM_SPAN / 2
    scales = np.asarray(np.maximum(magnitudes, floor) / q_max, np.float32)
    return Encoding(dtype, tuple(float(s) for s in scales), 0, axis)


def _check_finite(low: float, high: float) -> None:
    if not (np.isfinite(low) and np.isfinite(high)):
        raise StageError("profile", f"a tensor's range is not finite: [{low}, {high}]")
