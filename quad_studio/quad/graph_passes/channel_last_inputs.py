"""Take image-shaped inputs channel-last, as NPUs keep them in memory."""

from collections.abc import Callable
from typing import Any

from quad_studio.quad.graph_passes.report import PassReport

NAME = "channel_last_inputs"


def channel_last_inputs(names: frozenset[str]) -> Callable[[Any], tuple[Any, PassReport]]:
    """Return the pass that changes inputs `names` from (N, C, H, W) to (N, H, W, C)."""

    def run(model: Any) -> tuple[Any, PassReport]:
        import onnx_ir as ir

        changed = 0
        for value in model.graph.inputs:
            if value.name not in names or value.shape is None or len(value.shape) != 4:
                continue
            readers = list(value.uses())
            n, c, h, w = (int(size) for size in value.shape)
            back = ir.node("Transpose", [value], {"perm": [0, 3, 1, 2]})
            back.outputs[0].name = f"{value.name}_nchw"
            back.outputs[0].dtype = value.dtype
            first = next(iter(model.graph))
            model.graph.insert_before(first, back)
            for reader, index in readers:
                reader.replace_input_with(index, back.outputs[0])
            value.shape = ir.Shape((n, h, w, c))
            changed += 1
        return model, PassReport(NAME, changed)

    return run
