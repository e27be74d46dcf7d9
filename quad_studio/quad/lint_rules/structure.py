"""Rules about the graph's size, shapes and constants."""

from collections.abc import Iterator, Mapping
from typing import Any

from quad_studio.quad.lint_rules.graph_view import QUANTIZERS, GraphView, label

Hit = tuple[str, dict[str, Any]]
_FREE = QUANTIZERS | {"Constant", "Identity"}


def small_feature_map(view: GraphView, limits: Mapping[str, Any]) -> Iterator[Hit]:
    """Find the convolution with the smallest two-dimensional feature map, if it is too small."""
    smallest: tuple[int, str, tuple[int, ...]] | None = None
    for node in view.of_type("Conv"):
        shape = view.shape(node.output[0])
        # A row or a single pixel is a token list or the time embedding, not a feature map.
        if shape is None or len(shape) != 4 or min(shape[2:]) == 1:
            continue
        if smallest is None or min(shape[2:]) < smallest[0]:
            smallest = (min(shape[2:]), label(node), shape)
    if smallest and smallest[0] < int(limits["smallest_feature_map"]):
        yield smallest[1], {"height": smallest[2][2], "width": smallest[2][3], **_plain(limits)}


def token_count(view: GraphView, limits: Mapping[str, Any]) -> Iterator[Hit]:
    """Find a number of text tokens that was not seen to run right."""
    if "encoder_hidden_states" not in view.inputs:
        return
    tokens = view.input_shape("encoder_hidden_states")[1]
    if tokens not in limits["token_counts"]:
        known = " or ".join(str(count) for count in limits["token_counts"])
        yield "encoder_hidden_states", {"tokens": tokens, "known": known}


def operation_count(view: GraphView, limits: Mapping[str, Any]) -> Iterator[Hit]:
    """Count what becomes an operation on the device, against the compiler's limit."""
    most = int(limits.get("max_operations") or 0)
    count = sum(node.op_type not in _FREE for node in view.nodes)
    if most and count > most:
        yield "graph", {"count": count, "most": most}


def dynamic_shape(view: GraphView, limits: Mapping[str, Any]) -> Iterator[Hit]:
    """Find inputs without a fixed shape."""
    for name in view.inputs:
        shape = view.input_shape(name)
        if any(size is None for size in shape):
            yield name, {"shape": ["?" if size is None else size for size in shape]}


def control_flow(view: GraphView, limits: Mapping[str, Any]) -> Iterator[Hit]:
    """Find nodes with a subgraph."""
    for node in view.of_type("If", "Loop", "Scan"):
        yield label(node), {"op": node.op_type}


def shared_initializer(view: GraphView, limits: Mapping[str, Any]) -> Iterator[Hit]:
    """Find stored codes that several nodes dequantize with different scales."""
    users: dict[str, list[Any]] = {}
    for node in view.of_type("DequantizeLinear"):
        if node.input[0] in view.initializers:
            users.setdefault(node.input[0], []).append(node)
    for name, nodes in users.items():
        scales = {view.content_key(node.input[1]) for node in nodes}
        if len(scales) > 1:
            yield label(nodes[1]), {"tensor": name, "count": len(nodes), "first": label(nodes[0])}


def unsupported_operator(view: GraphView, limits: Mapping[str, Any]) -> Iterator[Hit]:
    """Find operators that the vendor's provider has no translation for."""
    known = set(limits["operators"]) | _FREE
    seen = set()
    for node in view.nodes:
        if node.op_type not in known and node.op_type not in seen:
            seen.add(node.op_type)
            count = sum(other.op_type == node.op_type for other in view.nodes)
            yield label(node), {"op": node.op_type, "count": count}


def _plain(limits: Mapping[str, Any]) -> dict[str, Any]:
    return {"smallest": limits["smallest_feature_map"]}
