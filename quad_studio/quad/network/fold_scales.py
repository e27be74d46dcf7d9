"""Fold scalar factors into the weights beside them: one operation less, the same function."""

from typing import Any

import torch
from torch import fx

from quad_studio.quad.network.trace import ATEN, MOVES, add_constant, attribute

_LAYERS = (ATEN.conv2d.default, ATEN.linear.default)
_LINEAR_MOVES = MOVES - {ATEN.relu.default, ATEN.max_pool2d.default}


def fold_scales(module: fx.GraphModule) -> int:
    """Fold every `x * constant` into a convolution before or behind it; return how many.

    Through a product of two matrices the factor goes into the layer that made one of them, which
    is how attention's 1 / sqrt(width) vanishes into an unadapted query or key layer. The weights
    are copied, never changed: the traced network may still be in use.
    """
    module.graph.eliminate_dead_code()
    folded = 0
    for node in list(module.graph.nodes):
        factor = _factor(node)
        if factor is None:
            continue
        source = node.args[0]
        layer = _maker(source)
        if layer is not None:
            _scale(module, layer, factor, bias=True)
        elif readers := _readers(node):
            for reader in readers:
                _scale(module, reader, factor, bias=False)
        else:
            continue
        node.replace_all_uses_with(source)
        module.graph.erase_node(node)
        folded += 1
    return folded


def _factor(node: fx.Node) -> float | None:
    if node.op != "call_function" or len(node.args) < 2 or isinstance(node.args[1], fx.Node):
        return None
    if not isinstance(node.args[0], fx.Node) or not isinstance(node.args[1], int | float):
        return None
    value = float(node.args[1])
    if node.target is ATEN.mul.Tensor:
        return value
    return 1.0 / value if node.target is ATEN.div.Tensor and value else None


def _maker(node: Any) -> fx.Node | None:
    """Return the layer whose result `node` moves or multiplies, if nobody else reads it."""
    while isinstance(node, fx.Node) and len(node.users) == 1:
        if node.target in _LAYERS and _own_weight(node):
            return node
        if node.target in (ATEN.matmul.default, ATEN.bmm.default):
            return _maker(node.args[0]) or _maker(node.args[1])
        if node.target not in _LINEAR_MOVES:
            return None
        node = node.args[0]
    return None


def _readers(node: fx.Node) -> list[fx.Node]:
    """Return the layers that read `node`, if nothing else does."""
    users = list(node.users)
    fit = all(u.target in _LAYERS and u.args[0] is node and _own_weight(u) for u in users)
    return users if fit else []


def _own_weight(node: fx.Node) -> bool:
    weight = node.args[1]
    return isinstance(weight, fx.Node) and weight.op == "get_attr"


def _scale(module: fx.GraphModule, layer: fx.Node, factor: float, *, bias: bool) -> None:
    with torch.no_grad(), module.graph.inserting_before(layer):
        arguments = list(layer.args)
        for index in (1, 2) if bias else (1,):
            if len(arguments) > index and isinstance(arguments[index], fx.Node):
                value = attribute(module, str(arguments[index].target)) * factor
                arguments[index] = add_constant(module, value, layer)
        layer.args = tuple(arguments)
