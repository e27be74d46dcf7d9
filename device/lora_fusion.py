"""Fuse each layer's LoRA branch in a U-Net's CPU forms into one `quad.studio::LoraAdd`.

Operator by operator the branch costs far more than its arithmetic: its output, the rounding of it,
the sum and the rounding of that each write and read a tensor of the layer's size. The fused
operator of the native runner works in tiles that stay in the cache, takes the slots' integer codes
as they are, and calls ONNX Runtime's own product, so its bits are those of the single operators.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import onnx

DOMAIN = "quad.studio"
ROUNDINGS = ("down", "scaled", "up", "sum")


@dataclass(frozen=True)
class _Slot:
    """An input of integer codes behind its DequantizeLinear."""

    name: str
    scale: float
    dequantize: "onnx.NodeProto"


@dataclass(frozen=True)
class _Branch:
    """A branch with the nodes that its operator replaces.

    Attributes:
        roundings: The FakeQuantize of each of ROUNDINGS, None where there is none.
    """

    x: str
    base: str
    alpha: str
    down: _Slot
    up: _Slot
    roundings: "tuple[onnx.NodeProto | None, ...]"
    result: str
    replaced: "tuple[onnx.NodeProto, ...]"


def fuse_lora_branches(
    model: "onnx.ModelProto", value_of: Callable[[str], Any]
) -> "list[onnx.NodeProto]":
    """Return the model's nodes with each branch fused; the model itself stays as it is.

    Args:
        model: An exact or fast form: FakeQuantize nodes or none, no pairs.
        value_of: From a constant's name to its array, or None.
    """
    finder = _Finder(model, value_of)
    last: dict[int, _Branch] = {}  # by the node in whose place the operator stands
    gone: set[int] = set()
    for node in model.graph.node:
        branch = finder.branch_at(node)
        if branch is not None:
            last[id(branch.replaced[-1])] = branch
            gone |= {id(n) for n in branch.replaced}
    nodes = []
    for node in model.graph.node:
        if id(node) in last:
            nodes.append(_lora_add(last[id(node)]))
        elif id(node) not in gone:
            nodes.append(node)
    read = {name for node in nodes for name in node.input} | finder.outputs
    slots = {id(s.dequantize) for b in last.values() for s in (b.down, b.up)}
    return [n for n in nodes if id(n) not in slots or n.output[0] in read]


class _Finder:
    """Walks a branch backwards from its sum."""

    def __init__(self, model: "onnx.ModelProto", value_of: Callable[[str], Any]) -> None:
        self.outputs = {o.name for o in model.graph.output}
        self._value_of = value_of
        self._inputs = {i.name for i in model.graph.input}
        self._producer = {o: n for n in model.graph.node for o in n.output}
        self._readers: dict[str, list[Any]] = defaultdict(list)
        for node in model.graph.node:
            for name in node.input:
                self._readers[name].append(node)

    def branch_at(self, add: "onnx.NodeProto") -> _Branch | None:
        """Return the branch whose sum is `add`, or None."""
        if add.op_type != "Add":
            return None
        for k in (0, 1):
            found = self._branch(add, up=add.input[k], base=add.input[1 - k])
            if found is not None:
                return found
        return None

    def _branch(self, add: "onnx.NodeProto", *, up: str, base: str) -> _Branch | None:
        up_rounding, product_up = self._behind_rounding(up, "MatMul")
        if product_up is None or (up_slot := self._slot(product_up.input[1])) is None:
            return None
        scaled_rounding, scale = self._behind_rounding(product_up.input[0], "Mul")
        if scale is None:
            return None
        down_rounding, product_down = self._behind_rounding(scale.input[0], "MatMul")
        if product_down is None or (down_slot := self._slot(product_down.input[1])) is None:
            return None
        sum_rounding = self._rounding_of(add.output[0])
        roundings = (down_rounding, scaled_rounding, up_rounding, sum_rounding)
        chain = (product_down, down_rounding, scale, scaled_rounding, product_up, up_rounding, add)
        replaced = tuple(n for n in (*chain, sum_rounding) if n is not None)
        return _Branch(
            product_down.input[0],
            base,
            scale.input[1],
            down_slot,
            up_slot,
            roundings,
            replaced[-1].output[0],
            replaced,
        )

    def _behind_rounding(self, name: str, kind: str) -> tuple[Any, Any]:
        """Return the rounding that makes `name`, if any, and the node of `kind` before it.

        Each must be read by the next alone, as what is between will not be there any more.
        """
        rounding = None
        node = self._only_read_once(name)
        if node is not None and node.op_type == "FakeQuantize":
            rounding, node = node, self._only_read_once(node.input[0])
        return (rounding, node) if node is not None and node.op_type == kind else (None, None)

    def _only_read_once(self, name: str) -> "onnx.NodeProto | None":
        once = len(self._readers[name]) == 1 and name not in self.outputs
        return self._producer.get(name) if once else None

    def _rounding_of(self, name: str) -> "onnx.NodeProto | None":
        """Return the rounding that is the only reader of `name`."""
        readers = self._readers[name]
        alone = len(readers) == 1 and name not in self.outputs
        return readers[0] if alone and readers[0].op_type == "FakeQuantize" else None

    def _slot(self, name: str) -> _Slot | None:
        """Return the slot that `name` is the value of: codes on one scale, without an offset."""
        node = self._producer.get(name)
        if node is None or node.op_type != "DequantizeLinear" or node.input[0] not in self._inputs:
            return None
        scale = self._value_of(node.input[1])
        zero = self._value_of(node.input[2]) if len(node.input) > 2 else np.int16(0)
        if scale is None or zero is None or np.size(scale) != 1 or np.any(zero):
            return None
        return _Slot(node.input[0], float(np.reshape(scale, -1)[0]), node)


def _lora_add(branch: _Branch) -> "onnx.NodeProto":
    """Return the operator; a scale of 0 leaves a rounding out."""
    from onnx import helper

    encodings = [
        {a.name: helper.get_attribute_value(a) for a in node.attribute} if node else {}
        for node in branch.roundings
    ]
    return helper.make_node(
        "LoraAdd",
        [branch.x, branch.base, branch.down.name, branch.up.name, branch.alpha],
        [branch.result],
        name=f"{branch.result}/lora_add",
        domain=DOMAIN,
        a_scale=branch.down.scale,
        b_scale=branch.up.scale,
        scales=[float(e.get("scale", 0)) for e in encodings],
        lows=[int(e.get("low", 0)) for e in encodings],
        highs=[int(e.get("high", 0)) for e in encodings],
    )
