"""Give every tensor an encoding: what is only moved keeps the encoding of what it was.

Without this, a Transpose between a DequantizeLinear and its reader is a float operation, which
an NPU without floats cannot take. Rounding a value to the grid that it lies on changes nothing.
"""

from typing import Any

from quad_studio.quad.graph_passes.report import PassReport

NAME = "propagate_encodings"
MOVES = frozenset(
    {
        "Reshape",
        "Transpose",
        "Unsqueeze",
        "Squeeze",
        "Flatten",
        "Slice",
        "Split",
        "Expand",
        "Resize",
        "Identity",
        "Pad",
        "MaxPool",
        "Gather",
    }
)


def propagate_encodings(model: Any) -> tuple[Any, PassReport]:
    """Put Q/DQ with the source's encoding after every operation that only moves numbers."""
    import onnx_ir as ir

    graph = model.graph
    outputs = set(graph.outputs)
    taken = {value.name for node in graph for value in node.outputs}
    changed = 0
    for node in list(graph):
        if node.op_type not in MOVES or not node.inputs or _nearest(node) is False:
            continue
        source = node.inputs[0].producer() if node.inputs[0] is not None else None
        if source is None or source.op_type != "DequantizeLinear":
            continue
        for result in node.outputs:
            if result in outputs or not result.uses():
                continue
            if all(user.op_type == "QuantizeLinear" for user in result.consumers()):
                continue
            _requantize(ir, graph, node, result, source, taken)
            changed += 1
    changed += _backward(ir, graph, taken)
    return model, PassReport(NAME, changed)


def _nearest(node: Any) -> bool:
    """Return False for a Resize that computes new values."""
    return node.op_type != "Resize" or node.attributes.get_string("mode", "nearest") == "nearest"


def _requantize(
    ir: Any, graph: Any, node: Any, result: Any, source: Any, taken: set[str | None]
) -> None:
    users = list(result.uses())
    scale, zero = source.inputs[1], source.inputs[2]
    # A moved tensor that a convert site reads bears that site's name, whose Q/DQ are there.
    stem = str(result.name)
    while f"{stem}_q" in taken:
        stem += "_moved"
    taken |= {f"{stem}_q", f"{stem}_dq"}
    quantize = ir.node("QuantizeLinear", [result, scale, zero], name=f"{stem}_q")
    dequantize = ir.node("DequantizeLinear", [quantize.outputs[0], scale, zero], name=f"{stem}_dq")
    quantize.outputs[0].name, dequantize.outputs[0].name = f"{stem}_q", f"{stem}_dq"
    graph.insert_after(node, [quantize, dequantize])
    for user, index in users:
        user.replace_input_with(index, dequantize.outputs[0])


def _backward(ir: Any, graph: Any, taken: set[str | None]) -> int:
    """Quantize what a move reads when only the moved result has an encoding (norms)."""
    changed = 0
    for node in list(graph):
        if node.op_type not in MOVES or _nearest(node) is False or len(node.outputs) != 1:
            continue
        producer = node.inputs[0].producer() if node.inputs[0] is not None else None
        readers = node.outputs[0].consumers()
        if producer is None or producer.op_type == "DequantizeLinear" or len(readers) != 1:
            continue
        if readers[0].op_type != "QuantizeLinear" or len(node.inputs[0].uses()) != 1:
            continue
        _requantize(ir, graph, producer, node.inputs[0], readers[0], taken)
        changed += 1
    return changed
