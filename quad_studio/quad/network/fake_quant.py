"""The quantizer site as torch operators that torch.export keeps and ONNX gets as Q/DQ.

Two operators: per tensor (any dtype) and per channel (symmetric, for weights). In eager mode the
simulator calls torch's own fused kernels, which compute the same numbers and carry the
straight-through gradient; the operators here stand in the exported program.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from quad_studio.quad.affine import BOUNDS

_DTYPES = {bounds: np.dtype(name) for name, bounds in BOUNDS.items()}


@torch.library.custom_op("quad_studio::fake_quant", mutates_args=())
def fake_quant(
    x: torch.Tensor, scale: float, zero_point: int, q_min: int, q_max: int, site: str
) -> torch.Tensor:
    """Round `x` to the encoding's grid; `site` names it in the exported graph."""
    return torch.fake_quantize_per_tensor_affine(x, scale, zero_point, q_min, q_max)


@torch.library.custom_op("quad_studio::fake_quant_channels", mutates_args=())
def fake_quant_channels(
    x: torch.Tensor, scale: torch.Tensor, axis: int, q_min: int, q_max: int, site: str
) -> torch.Tensor:
    """Round `x` to a symmetric grid per channel of `axis`."""
    zeros = torch.zeros(scale.numel(), dtype=torch.int32, device=scale.device)
    return torch.fake_quantize_per_channel_affine(x, scale, zeros, axis, q_min, q_max)


@fake_quant.register_fake
def _fake_quant_shape(
    x: torch.Tensor, scale: float, zero_point: int, q_min: int, q_max: int, site: str
) -> torch.Tensor:
    return torch.empty_like(x)


@fake_quant_channels.register_fake
def _fake_quant_channels_shape(
    x: torch.Tensor, scale: torch.Tensor, axis: int, q_min: int, q_max: int, site: str
) -> torch.Tensor:
    return torch.empty_like(x)


def quantize_tensor(
    x: torch.Tensor, scale: float, zero_point: int, q_min: int, q_max: int
) -> torch.Tensor:
    """Round `x` to the grid; the gradient passes inside the range and is cut outside it."""
    if x.dtype != torch.float32:  # the fused kernel is exact in float32 only
        return torch.fake_quantize_per_tensor_affine(x.float(), scale, zero_point, q_min, q_max).to(
            x.dtype
        )
    return torch.fake_quantize_per_tensor_affine(x, scale, zero_point, q_min, q_max)


def onnx_translations() -> dict[Callable[..., Any], Callable[..., Any]]:
    """Return the translation table for torch.onnx.export."""
    import onnx
    from onnxscript import opset21 as op

    def constant(value: Any) -> Any:
        return op.Constant(value=onnx.numpy_helper.from_array(np.asarray(value)))

    def per_tensor(x: Any, scale: float, zero_point: int, q_min: int, q_max: int, site: str) -> Any:
        s = constant(np.float32(scale))
        z = constant(np.array(zero_point, _DTYPES[(q_min, q_max)]))
        return op.DequantizeLinear(op.QuantizeLinear(x, s, z), s, z)

    def per_channel(x: Any, scale: Any, axis: int, q_min: int, q_max: int, site: str) -> Any:
        z = op.CastLike(op.Mul(scale, constant(np.float32(0))), constant(np.array(0, np.int8)))
        codes = op.QuantizeLinear(x, scale, z, axis=axis)
        return op.DequantizeLinear(codes, scale, z, axis=axis)

    def group_norm(
        x: Any,
        groups: int,
        weight: Any = None,
        bias: Any = None,
        eps: float = 1e-5,
        cudnn_enabled: bool = True,
    ) -> Any:
        # NPUs have InstanceNormalization; the affine part is a Mul and an Add with own sites
        shape = op.Shape(x)
        ones = constant(np.ones(groups, np.float32))
        zeros = constant(np.zeros(groups, np.float32))
        grouped = op.Reshape(x, constant(np.array([0, groups, -1], np.int64)))
        return op.Reshape(op.InstanceNormalization(grouped, ones, zeros, epsilon=eps), shape)

    return {
        torch.ops.quad_studio.fake_quant.default: per_tensor,
        torch.ops.quad_studio.fake_quant_channels.default: per_channel,
        torch.ops.aten.group_norm.default: group_norm,
    }
