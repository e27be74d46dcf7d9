"""Store the scalars of element-wise operations as codes, which an all-integer NPU requires."""

from typing import Any

import numpy as np

from quad_studio.quad.affine import asymmetric
from quad_studio.quad.graph_passes.report import PassReport, constant_of

NAME = "quantize_scalars"
_ELEMENTWISE = frozenset({"Mul", "Add", "Sub", "Div"})


def quantize_scalars(model: Any) -> tuple[Any, PassReport]:
    """Give float scalars next to quantized tensors an encoding that holds them exactly."""
    import onnx_ir as ir

    graph, changed = model.graph, 0
    for node in list(graph):
        if node.op_type not in _ELEMENTWISE:
            continue
        dtype = _dtype_beside(node)
        for index, value in enumerate(node.inputs):
            constant = constant_of(value)
            if dtype is None or constant is None or constant.size != 1:
                continue
            number = float(constant.reshape(()))
            if not number or constant.dtype != np.float32:
                continue
            _attach(ir, graph, node, index, constant, dtype)
            changed += 1
    return model, PassReport(NAME, changed)


def _dtype_beside(node: Any) -> str | None:
    for value in node.inputs:
        producer = value.producer() if value is not None else None
        if producer is not None and producer.op_type == "DequantizeLinear":
            zero = constant_of(producer.inputs[2])
            if zero is not None and zero.dtype in (np.uint8, np.uint16):
                return str(zero.dtype)
    return None


def _attach(ir: Any, graph: Any, node: Any, index: int, constant: Any, dtype: str) -> None:
    number = float(constant.reshape(()))
    encoding = asymmetric(min(number, 0.0), max(number, 0.0), dtype)
    # all of the range is the number itself: its code is an end of the dtype
    exact = np.float32(abs(number) / np.iinfo(dtype).max)
    code = np.iinfo(dtype).max if number > 0 else 0
    zero = 0 if number > 0 else np.iinfo(dtype).max
    del encoding
    stem = f"{node.name or node.op_type}_scalar{index}"
    arrays = {
        f"{stem}": np.full(constant.shape, code, dtype),
        f"{stem}_scale": exact,
        f"{stem}_zero": np.asarray(zero, dtype),
    }
    values = []
    for name, array in arrays.items():
        tensor = ir.tensor(np.asarray(array))
        value = ir.Value(
            name=name, type=ir.TensorType(tensor.dtype), shape=tensor.shape, const_value=tensor
        )
        graph.register_initializer(value)
        values.append(value)
    dequantize = ir.node("DequantizeLinear", values)
    dequantize.outputs[0].name = f"{stem}_dq"
    graph.insert_before(node, dequantize)
    node.replace_input_with(index, dequantize.outputs[0])
