"""Look up codes and dequantize the few rows found, not the whole table."""

from typing import Any

from quad_studio.quad.graph_passes.report import PassReport, constant_of

NAME = "gather_codes"


def gather_codes(model: Any) -> tuple[Any, PassReport]:
    """Turn DequantizeLinear -> Gather into Gather -> DequantizeLinear; exact per tensor."""
    import onnx_ir as ir

    graph, changed = model.graph, 0
    for node in list(graph):
        if node.op_type != "Gather":
            continue
        table = node.inputs[0].producer()
        if table is None or table.op_type != "DequantizeLinear":
            continue
        scale = constant_of(table.inputs[1])
        if scale is None or scale.ndim or not table.inputs[0].is_initializer():
            continue
        result = node.outputs[0]
        readers = list(result.uses())
        node.replace_input_with(0, table.inputs[0])
        dequantize = ir.node("DequantizeLinear", [result, table.inputs[1], table.inputs[2]])
        dequantize.outputs[0].name = f"{result.name}_rows_dq"
        result.dtype = table.inputs[0].dtype
        graph.insert_after(node, dequantize)
        for reader, index in readers:
            reader.replace_input_with(index, dequantize.outputs[0])
        if not table.outputs[0].uses():
            graph.remove(table, safe=True)
        changed += 1
    return model, PassReport(NAME, changed)
