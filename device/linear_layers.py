"""Turn the NPU's form of a linear layer back into a matrix product, for processors.

An NPU wants a linear layer as a 1x1 convolution over channels first: transpose, convolve,
transpose. A processor moves every activation twice for that, and its product is the faster of the
two. The products' order of additions differs, so this is for the fast form only.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import onnx

CHANNELS_FIRST = [0, 2, 1]


def restore_linear_layers(
    model: "onnx.ModelProto", value_of: Callable[[str], Any]
) -> "list[onnx.NodeProto]":
    """Return the model's nodes with `Transpose, Unsqueeze, Conv 1x1, Squeeze, Transpose` replaced.

    The weight stays where it is: its reshaping is of a constant, which ONNX Runtime folds at load.

    Args:
        model: Stays as it is, but for constants that the new nodes read.
        value_of: From a constant's name to its array, or None.
    """
    finder = _Finder(model, value_of)
    products: dict[int, list[Any]] = {}  # by the node in whose place they stand
    gone: set[int] = set()
    for node in model.graph.node:
        chain = finder.chain_around(node)
        if chain is None:
            continue
        before, convolution, after = chain
        products[id(after[-1])] = _product(before[0].input[0], convolution, after[-1].output[0])
        gone |= {id(n) for n in (convolution, *after)}
    nodes = []
    for node in model.graph.node:
        if id(node) in products:
            nodes += products[id(node)]
        elif id(node) not in gone:
            nodes.append(node)
    if products:
        _add_constant(model)
    return _without_unread(nodes, finder.outputs)


class _Finder:
    """Looks for what stands around a convolution."""

    def __init__(self, model: "onnx.ModelProto", value_of: Callable[[str], Any]) -> None:
        self.outputs = {o.name for o in model.graph.output}
        self._value_of = value_of
        self._producer = {o: n for n in model.graph.node for o in n.output}
        self._readers: dict[str, list[Any]] = defaultdict(list)
        for node in model.graph.node:
            for name in node.input:
                self._readers[name].append(node)

    def chain_around(self, node: "onnx.NodeProto") -> Any:
        """Return the nodes before, the convolution, and the nodes after; None for another form."""
        if node.op_type != "Conv" or not self._is_product(node):
            return None
        widen = self._producer.get(node.input[0])
        move = self._producer.get(widen.input[0]) if widen is not None else None
        narrow = self._only_reader(node.output[0])
        back = self._only_reader(narrow.output[0]) if narrow is not None else None
        fits = (
            self._has_axis(widen, "Unsqueeze")
            and _swaps(move)
            and self._has_axis(narrow, "Squeeze")
            and _swaps(back)
        )
        return ((move, widen), node, (narrow, back)) if fits else None

    def _is_product(self, node: "onnx.NodeProto") -> bool:
        """Say whether a convolution has one tap, one group, and neither stride nor border."""
        from onnx import helper

        given = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        taps = given.get("kernel_shape")
        return (
            taps is not None
            and all(tap == 1 for tap in taps)
            and given.get("group", 1) == 1
            and all(step == 1 for step in given.get("strides", ()))
            and not any(given.get("pads", ()))
        )

    def _has_axis(self, node: "onnx.NodeProto | None", kind: str) -> bool:
        """Say whether a node adds or takes the third axis."""
        if node is None or node.op_type != kind or len(node.input) < 2:
            return False
        axes = self._value_of(node.input[1])
        return axes is not None and np.reshape(axes, -1).tolist() == [2]

    def _only_reader(self, name: str) -> "onnx.NodeProto | None":
        readers = self._readers[name]
        return readers[0] if len(readers) == 1 and name not in self.outputs else None


def _swaps(node: "onnx.NodeProto | None") -> bool:
    if node is None or node.op_type != "Transpose":
        return False
    orders = [list(a.ints) for a in node.attribute if a.name == "perm"]
    return orders == [CHANNELS_FIRST]


TAPS = "quad_studio/taps"  # the axes of a 1x1 convolution's weight that go


def _product(x: str, convolution: "onnx.NodeProto", result: str) -> list[Any]:
    """Return `x @ weight.T + bias`."""
    from onnx import helper

    weight, *bias = convolution.input[1:]
    rows, columns, product = f"{result}/rows", f"{result}/columns", f"{result}/product"
    nodes = [
        helper.make_node("Squeeze", [weight, TAPS], [rows], name=rows),
        helper.make_node("Transpose", [rows], [columns], name=columns, perm=[1, 0]),
        helper.make_node("MatMul", [x, columns], [product if bias else result], name=product),
    ]
    if bias:
        nodes.append(helper.make_node("Add", [product, bias[0]], [result], name=f"{result}/bias"))
    return nodes


def _add_constant(model: "onnx.ModelProto") -> None:
    from onnx import numpy_helper

    model.graph.initializer.append(numpy_helper.from_array(np.array([2, 3], np.int64), TAPS))


def _without_unread(nodes: list[Any], outputs: set[str]) -> list[Any]:
    """Drop what nobody reads any more: the nodes before the convolutions."""
    read = set(outputs)
    kept = []
    for node in reversed(nodes):
        if any(name in read for name in node.output):
            kept.append(node)
            read |= set(node.input)
    return kept[::-1]
