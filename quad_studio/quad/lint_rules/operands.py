"""Rules about what goes into a MatMul or a LayerNormalization."""

from collections.abc import Iterator, Mapping
from typing import Any

from quad_studio.quad.lint_rules.graph_view import GraphView, label

Hit = tuple[str, dict[str, Any]]


def uint16_lora(view: GraphView, limits: Mapping[str, Any]) -> Iterator[Hit]:
    """Find LoRA matrices that arrive as uint16 at a MatMul."""
    for node in view.of_type("MatMul"):
        codes = view.codes(node.input[1])
        if codes and codes.dtype == "uint16" and view.operand_is_lora(codes):
            yield label(node), {"input": codes.graph_input}


def uint16_dynamic_operand(view: GraphView, limits: Mapping[str, Any]) -> Iterator[Hit]:
    """Find MatMuls of two activations whose second one is uint16."""
    for node in view.of_type("MatMul"):
        codes = view.codes(node.input[1])
        dynamic = codes and not codes.constant and not view.operand_is_lora(codes)
        if codes and dynamic and codes.dtype == "uint16":
            yield label(node), {}


def per_channel_matmul(view: GraphView, limits: Mapping[str, Any]) -> Iterator[Hit]:
    """Find MatMul weights with a scale per channel."""
    for node in view.of_type("MatMul", "Gemm"):
        codes = view.codes(node.input[1])
        if codes and codes.constant and codes.channels > 1:
            yield label(node), {"channels": codes.channels}


def lora_in_8bit_region(view: GraphView, limits: Mapping[str, Any]) -> Iterator[Hit]:
    """Find 16-bit LoRA matrices that meet 8-bit activations."""
    for node in view.of_type("MatMul", "Conv"):
        weight, activation = view.codes(node.input[1]), view.codes(node.input[0])
        if weight is None or activation is None or not view.operand_is_lora(weight):
            continue
        if weight.dtype.endswith("16") and activation.dtype.endswith("8"):
            values = {"input": weight.graph_input, "lora": weight.dtype}
            yield label(node), {**values, "activation": activation.dtype}


def layernorm_int8(view: GraphView, limits: Mapping[str, Any]) -> Iterator[Hit]:
    """Find LayerNormalization weights in symmetric int8."""
    for node in view.of_type("LayerNormalization"):
        codes = view.codes(node.input[1]) if len(node.input) > 1 else None
        if codes and codes.constant and codes.dtype == "int8" and not codes.zero_point:
            yield label(node), {}
