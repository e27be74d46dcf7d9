"""Embed precomputed constants, so that nothing is computed twice at run time."""

from typing import Any

from quad_studio.quad.graph_passes.report import PassReport

NAME = "fold_constants"
_KEPT = {"QuantizeLinear", "DequantizeLinear"}


def fold_constants(model: Any) -> tuple[Any, PassReport]:
    """Evaluate nodes whose inputs are constants, encodings excepted; lift constants out."""
    import onnx_ir.passes.common as common
    from onnxscript.optimizer import _constant_folding as folding  # the only folder of onnx_ir

    before = sum(1 for _ in model.graph)
    constants = sum(1 for node in model.graph if node.op_type == "Constant")
    folder = folding.FoldConstantsPass(
        shape_inference=False,
        input_size_limit=1 << 16,
        output_size_limit=1 << 22,
        should_fold=lambda node: False if node.op_type in _KEPT else None,
    )
    folder(model)
    common.LiftConstantsToInitializersPass(lift_all_constants=True, size_limit=0)(model)
    common.IdentityEliminationPass()(model)
    common.RemoveUnusedNodesPass()(model)
    after = sum(1 for _ in model.graph)
    return model, PassReport(NAME, max(0, before - after - constants), f"{constants} lifted")
