"""Cross the integer boundary once, at build time.

A LoRA slot becomes an integer graph input, with 1 or 2 bytes a parameter on disk and in memory,
and weights become integer initializers; only their DequantizeLinear stays in the graph.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from quad_studio.quad.graph_passes.report import PassReport, constant_of, quantize_pairs

NAME = "integer_boundary"


def integer_boundary(slot_names: frozenset[str]) -> Callable[[Any], tuple[Any, PassReport]]:
    """Return the pass for a graph whose LoRA inputs are `slot_names`."""

    def run(model: Any) -> tuple[Any, PassReport]:
        import onnx_ir as ir

        inputs = weights = 0
        for quantize, dequantize in quantize_pairs(model.graph):
            source = quantize.inputs[0]
            if source.name in slot_names:
                source.dtype = quantize.outputs[0].dtype or quantize.inputs[2].dtype
                dequantize.replace_input_with(0, source)
                model.graph.remove(quantize, safe=True)
                inputs += 1
            elif source.is_initializer():
                _store_codes(ir, model.graph, quantize, dequantize)
                weights += 1
        note = f"{inputs} integer inputs, {weights} integer initializers"
        return model, PassReport(NAME, inputs + weights, note)

    return run


def _store_codes(ir: Any, graph: Any, quantize: Any, dequantize: Any) -> None:
    """Replace a float initializer and its Quantize by the codes; the floats are let go."""
    source = quantize.inputs[0]
    scale, zero = constant_of(quantize.inputs[1]), constant_of(quantize.inputs[2])
    axis = quantize.attributes.get_int("axis", 1)
    codes = quantize_array(constant_of(source), scale, zero, axis)
    value = ir.Value(
        name=f"{source.name}.{zero.dtype}",
        type=ir.TensorType(ir.DataType.from_numpy(zero.dtype)),
        shape=ir.Shape(codes.shape),
        const_value=ir.tensor(codes),
    )
    while value.name in graph.initializers:
        value.name += "_"
    graph.register_initializer(value)
    dequantize.replace_input_with(0, value)
    graph.remove(quantize, safe=True)
    if not source.uses():
        del graph.initializers[source.name]


def quantize_array(values: Any, scale: Any, zero: Any, axis: int) -> Any:
    """Return the codes of `values` as ONNX's QuantizeLinear computes them."""
    if scale.ndim == 1:
        shape = [1] * values.ndim
        shape[axis] = len(scale)
        scale, zero_point = scale.reshape(shape), zero.reshape(shape).astype(np.int32)
    else:
        zero_point = zero.astype(np.int32)
    bounds = np.iinfo(zero.dtype)
    codes = np.rint(values / scale) + zero_point
    return np.clip(codes, bounds.min, bounds.max).astype(zero.dtype)
