"""Give every reader its own copy of an initializer; NPUs reject biases that two layers share."""

from typing import Any

from quad_studio.quad.graph_passes.report import PassReport

NAME = "unshare_initializers"
_SHARABLE = frozenset(
    {
        "QuantizeLinear",
        "DequantizeLinear",
        "Reshape",
        "Slice",
        "Split",
        "Unsqueeze",
        "Squeeze",
        "Expand",
        "Resize",
    }
)


def unshare_initializers(model: Any) -> tuple[Any, PassReport]:
    """Copy initializers that several operations read; encodings and shapes may stay shared."""
    import onnx_ir as ir

    graph, changed = model.graph, 0
    for value in list(graph.initializers.values()):
        uses = [
            (node, index)
            for node, index in value.uses()
            if node.op_type not in _SHARABLE or (node.op_type == "DequantizeLinear" and not index)
        ]
        for number, (node, index) in enumerate(uses[1:], start=1):
            copy = ir.Value(
                name=f"{value.name}.copy{number}",
                type=value.type,
                shape=value.shape,
                const_value=value.const_value,
            )
            graph.register_initializer(copy)
            node.replace_input_with(index, copy)
            changed += 1
    return model, PassReport(NAME, changed)
