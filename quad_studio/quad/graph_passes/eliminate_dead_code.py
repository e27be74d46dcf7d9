"""Drop what no output depends on, such as LoRA paths that no adapter uses."""

from typing import Any

from quad_studio.quad.graph_passes.report import PassReport

NAME = "eliminate_dead_code"


def eliminate_dead_code(model: Any) -> tuple[Any, PassReport]:
    """Remove nodes and initializers that no output depends on; graph inputs stay."""
    import onnx_ir.passes.common

    common: Any = onnx_ir.passes.common

    def size() -> int:
        return sum(1 for _ in model.graph) + len(model.graph.initializers)

    before = size()
    common.RemoveUnusedNodesPass()(model)
    common.RemoveUnusedFunctionsPass()(model)
    common.RemoveUnusedOpsetsPass()(model)
    return model, PassReport(NAME, before - size())
