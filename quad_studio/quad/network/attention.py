"""Attention as the matrix products that an NPU runs, whole or head by head."""

from typing import Any

import torch
from torch import nn

from quad_studio.errors import StageError


class ExplicitAttention(nn.Module):
    """An attention processor for diffusers' Attention that spells out every operation.

    Attributes:
        split_heads: One small attention per head instead of one batched product.
    """

    def __init__(self, *, split_heads: bool) -> None:
        """Choose the form; both compute the same numbers."""
        super().__init__()
        self.split_heads = split_heads

    def __call__(
        self,
        attn: Any,
        hidden_states: torch.Tensor,
        encoder_hidden_states: torch.Tensor | None = None,
        attention_mask: torch.Tensor | None = None,
        temb: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Return what the layer adds, with its residual and rescaling where it has them."""
        if attention_mask is not None or attn.spatial_norm is not None:
            raise StageError("restructure", "masked or spatially normed attention has no NPU form")
        residual, shape = hidden_states, hidden_states.shape
        if len(shape) == 4:
            hidden_states = hidden_states.flatten(2).transpose(1, 2)
        if attn.group_norm is not None:
            hidden_states = attn.group_norm(hidden_states.transpose(1, 2)).transpose(1, 2)
        context = hidden_states if encoder_hidden_states is None else encoder_hidden_states
        if encoder_hidden_states is not None and attn.norm_cross:
            context = attn.norm_encoder_hidden_states(context)
        query, key, value = attn.to_q(hidden_states), attn.to_k(context), attn.to_v(context)
        mixed = (self._by_head if self.split_heads else _batched)(
            query, key, value, attn.heads, attn.scale
        )
        mixed = attn.to_out[0](mixed)
        if len(shape) == 4:
            mixed = mixed.transpose(1, 2).reshape(shape)
        if attn.residual_connection:
            mixed = mixed + residual
        return mixed if attn.rescale_output_factor == 1 else mixed / attn.rescale_output_factor

    def _by_head(
        self,
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        heads: int,
        scale: float,
    ) -> torch.Tensor:
        parts = [
            ((q @ k.transpose(1, 2)) * scale).softmax(-1) @ v
            for q, k, v in zip(
                query.chunk(heads, -1), key.chunk(heads, -1), value.chunk(heads, -1), strict=True
            )
        ]
        return torch.cat(parts, -1)


def _batched(
    query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, heads: int, scale: float
) -> torch.Tensor:
    def heads_first(x: torch.Tensor) -> torch.Tensor:
        return x.reshape(x.shape[0], x.shape[1], heads, -1).transpose(1, 2)

    q, k, v = heads_first(query), heads_first(key), heads_first(value)
    weights = ((q @ k.transpose(2, 3)) * scale).softmax(-1)
    return (weights @ v).transpose(1, 2).reshape(query.shape[0], query.shape[1], -1)


def set_attention(network: nn.Module, *, split_heads: bool) -> int:
    """Give every diffusers Attention of `network` the explicit form; return how many there were."""
    changed = 0
    for module in network.modules():
        if hasattr(module, "set_processor") and hasattr(module, "to_q"):
            module.set_processor(ExplicitAttention(split_heads=split_heads))
            changed += 1
    return changed
