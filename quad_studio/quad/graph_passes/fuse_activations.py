"""Fuse an activation into the operation before it where the encoding already clamps."""

from typing import Any

import numpy as np

from quad_studio.quad.graph_passes.report import PassReport, constant_of

NAME = "fuse_activations"


def fuse_activations(model: Any) -> tuple[Any, PassReport]:
    """Remove a Relu whose result is quantized with zero as the smallest code.

    QuantizeLinear clips there by itself, so Conv -> Relu -> Q becomes Conv -> Q, exactly.
    """
    graph, changed = model.graph, 0
    for node in list(graph):
        if node.op_type != "Relu":
            continue
        readers = node.outputs[0].consumers()
        if len(readers) != 1 or readers[0].op_type != "QuantizeLinear":
            continue
        zero = constant_of(readers[0].inputs[2])
        if zero is None or zero.ndim or int(zero) != np.iinfo(zero.dtype).min:
            continue
        readers[0].replace_input_with(0, node.inputs[0])
        graph.remove(node, safe=True)
        changed += 1
    return model, PassReport(NAME, changed)
