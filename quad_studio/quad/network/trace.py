"""torch.export of a network, brought to the small set of operations that an NPU quantizes."""

import operator
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import fx, nn

from quad_studio.errors import StageError

ATEN = torch.ops.aten
_NO_EFFECT = {
    ATEN.dropout.default,
    ATEN.contiguous.default,
    ATEN.clone.default,
    ATEN.alias.default,
    ATEN.detach.default,
    ATEN.detach_.default,
    ATEN.lift_fresh_copy.default,
    ATEN.to.dtype,
    ATEN.to.dtype_layout,
    ATEN.to.device,
    ATEN._to_copy.default,
}
FOLDED = "_folded_"


def trace(network: nn.Module, arguments: tuple[Any, ...]) -> fx.GraphModule:
    """Return the flat program of `network`: named aten operations, constants folded.

    Args:
        network: A module in eval mode without trainable parameters.
        arguments: Example arguments; shapes become static.

    Raises:
        StageError: torch.export could not follow the network.
    """
    try:
        exported = torch.export.export(network, arguments, strict=False)
    except (RuntimeError, ValueError, TypeError) as exc:
        first = str(exc).strip().splitlines()[0] if str(exc).strip() else type(exc).__name__
        raise StageError("sites", f"torch.export could not trace the network: {first}") from exc
    module = exported.module(check_guards=False)
    _shorten_names(module)
    _drop_no_effect(module)
    for pattern, rewrite in _REWRITES.items():
        for node in list(module.graph.nodes):
            if node.op == "call_function" and node.target is pattern:
                with module.graph.inserting_before(node):
                    new = rewrite(module, node)
                if new is not None:
                    new.meta.setdefault("val", node.meta.get("val"))
                    node.replace_all_uses_with(new)
                    module.graph.erase_node(node)
    fold_constants(module)
    module.graph.eliminate_dead_code()
    module.delete_all_unused_submodules()
    module.graph.lint()
    module.recompile()
    return module


def module_path(node: fx.Node) -> str:
    """Return the path of the module that computed `node`, without the wrappers' prefixes."""
    stack = list((node.meta.get("nn_module_stack") or {}).values())
    path = str(stack[-1][0]) if stack else ""
    return ".".join(p for p in path.split(".") if p)


def _shorten_names(module: fx.GraphModule) -> None:
    """Drop the wrappers' common prefix from module paths, so that diffusers' own paths remain."""
    for node in module.graph.nodes:
        stack = node.meta.get("nn_module_stack")
        if stack:
            node.meta["nn_module_stack"] = {
                key: (strip_wrappers(str(path)), kind) for key, (path, kind) in stack.items()
            }


def strip_wrappers(path: str) -> str:
    """Return `path` below SlottedNetwork and PlainCall.

    >>> strip_wrappers("network.unet.down_blocks.0"), strip_wrappers("network.layers.1")
    ('down_blocks.0', 'layers.1')
    """
    for prefix in ("L__self___", "network", "unet"):
        if path == prefix:
            return ""
        path = path.removeprefix(prefix + ".")
    return path


def _drop_no_effect(module: fx.GraphModule) -> None:
    graph = module.graph
    for node in list(graph.nodes):
        if node.op != "call_function":
            continue
        if not node.users and node.target in (
            ATEN._assert_tensor_metadata.default,
            ATEN._assert_scalar.default,
            ATEN.sym_constrain_range_for_size.default,
        ):
            graph.erase_node(node)
            continue
        source = node.args[0] if node.args else None
        if not isinstance(source, fx.Node):
            continue
        same_type = _dtype(source) == _dtype(node)
        neutral = (
            (node.target in (ATEN.div.Tensor, ATEN.mul.Tensor) and node.args[1] in (1, 1.0))
            or (node.target is ATEN.add.Tensor and node.args[1] in (0, 0.0))
        ) and not isinstance(node.args[1], fx.Node)
        same_shape = _shape(source) == _shape(node)
        idle_move = node.target in (ATEN.expand.default, ATEN.reshape.default, ATEN.view.default)
        if same_type and (node.target in _NO_EFFECT or neutral or (idle_move and same_shape)):
            node.replace_all_uses_with(source)
            graph.erase_node(node)


def _dtype(node: fx.Node) -> Any:
    return getattr(node.meta.get("val"), "dtype", None) if node.op != "get_attr" else torch.float32


def _shape(node: fx.Node) -> Any:
    value = node.meta.get("val")
    return tuple(value.shape) if isinstance(value, torch.Tensor) else object()


def call(
    module: fx.GraphModule, like: fx.Node, target: Any, args: Sequence[Any], **kwargs: Any
) -> fx.Node:
    """Insert an operation that carries the module path and the meta value of its result."""
    node = module.graph.call_function(target, tuple(args), kwargs)
    node.meta["nn_module_stack"] = like.meta.get("nn_module_stack")
    example = [a.meta.get("val") if isinstance(a, fx.Node) else a for a in args]
    if all(not isinstance(a, fx.Node) or a.meta.get("val") is not None for a in args):
        node.meta["val"] = target(*example, **kwargs)
    return node


def add_constant(module: fx.GraphModule, value: torch.Tensor, like: fx.Node) -> fx.Node:
    """Insert a constant of the program; equal constants are never shared (NPUs reject that)."""
    index = sum(1 for name, _ in module.named_buffers() if name.startswith(FOLDED))
    name = f"{FOLDED}{index}"
    module.register_buffer(name, value.detach().clone())
    node = module.graph.get_attr(name)
    node.meta["val"] = fake_like(module, value)
    node.meta["nn_module_stack"] = like.meta.get("nn_module_stack")
    return node


def fake_like(module: fx.GraphModule, value: torch.Tensor) -> torch.Tensor:
    """Return a tensor with the shape of `value` in the fake mode that the program was traced in."""
    for node in module.graph.nodes:
        known = node.meta.get("val")
        mode = getattr(known, "fake_mode", None)
        if mode is not None:
            fake: torch.Tensor = mode.from_tensor(value, static_shapes=True)
            return fake
    return value


def attribute(module: fx.GraphModule, path: str) -> torch.Tensor:
    """Return the parameter or buffer at `path`."""
    value: Any = module
    for part in path.split("."):
        value = getattr(value, part)
    tensor: torch.Tensor = value
    return tensor


def fold_constants(module: fx.GraphModule) -> None:
    """Evaluate what does not depend on an input, weights themselves excepted."""
    graph = module.graph
    known: dict[fx.Node, Any] = {}
    for node in list(graph.nodes):
        if node.op == "get_attr":
            known[node] = attribute(module, str(node.target))
        elif node.op == "call_function" and not any(
            source not in known for source in node.all_input_nodes
        ):
            args = fx.map_arg(node.args, lambda n: known[n])
            kwargs = fx.map_arg(node.kwargs, lambda n: known[n])
            known[node] = node.target(*args, **kwargs)
    for node, value in known.items():
        if node.op != "call_function" or all(user in known for user in node.users):
            continue
        if isinstance(value, torch.Tensor):
            with graph.inserting_before(node):
                folded = add_constant(module, value, node)
            node.replace_all_uses_with(folded)


def _silu(module: fx.GraphModule, node: fx.Node) -> fx.Node:
    source = node.args[0]
    gate = call(module, node, ATEN.sigmoid.default, [source])
    return call(module, node, ATEN.mul.Tensor, [source, gate])


def _group_norm(module: fx.GraphModule, node: fx.Node) -> fx.Node:
    source, groups, weight, bias, eps = (*node.args, None, None, None, 1e-5)[:5]
    if len(node.args) < 5:
        weight = node.args[2] if len(node.args) > 2 else None
        bias = node.args[3] if len(node.args) > 3 else None
        eps = 1e-5
    normed = call(module, node, ATEN.group_norm.default, [source, groups, None, None, eps])
    if weight is None:
        return normed
    shape = [1, -1] + [1] * (normed.meta["val"].dim() - 2)
    scaled = call(module, node, ATEN.mul.Tensor, [normed, _reshaped(module, node, weight, shape)])
    if bias is None:
        return scaled
    return call(module, node, ATEN.add.Tensor, [scaled, _reshaped(module, node, bias, shape)])


def _reshaped(module: fx.GraphModule, like: fx.Node, value: Any, shape: list[int]) -> fx.Node:
    return add_constant(module, attribute(module, str(value.target)).reshape(shape), like)


def _attention(module: fx.GraphModule, node: fx.Node) -> fx.Node:
    """Spell out scaled_dot_product_attention, for networks that call it themselves."""
    arguments = dict(
        zip(["q", "k", "v", "mask", "dropout", "causal"], node.args, strict=False)
    ) | dict(node.kwargs)
    q, k, v = arguments["q"], arguments["k"], arguments["v"]
    width = q.meta["val"].shape[-1]
    scale = arguments.get("scale") or width**-0.5
    mask = arguments.get("mask", arguments.get("attn_mask"))
    flipped = call(module, node, ATEN.transpose.int, [k, -2, -1])
    scores = call(module, node, ATEN.matmul.default, [q, flipped])
    scores = call(module, node, ATEN.mul.Tensor, [scores, scale])
    if arguments.get("causal", arguments.get("is_causal", False)):
        size = scores.meta["val"].shape[-2:]
        causal = torch.zeros(tuple(size)).masked_fill(
            torch.ones(tuple(size), dtype=torch.bool).triu(1), CAUSAL_PENALTY
        )
        mask = add_constant(module, causal, node)
    if mask is not None:
        scores = _masked(module, node, scores, mask)
    weights = call(module, node, ATEN.softmax.int, [scores, -1])
    return call(module, node, ATEN.matmul.default, [weights, v])


def _masked(module: fx.GraphModule, node: fx.Node, scores: fx.Node, mask: Any) -> fx.Node:
    """Add a mask whose penalty is small enough to quantize; masks must not depend on inputs."""
    if mask.meta["val"].dtype is torch.bool:
        mask = call(module, node, ATEN.to.dtype, [mask, torch.float32])
        mask = call(module, node, ATEN.sub.Tensor, [mask, 1.0])
        mask = call(module, node, ATEN.mul.Tensor, [mask, -CAUSAL_PENALTY])
    mask = call(module, node, ATEN.clamp.default, [mask, CAUSAL_PENALTY])
    return call(module, node, ATEN.add.Tensor, [scores, mask])


CAUSAL_PENALTY = -100.0
"""Added to masked scores: exp(-100) is 0 in float32, and the range can still be quantized."""


def _baddbmm(module: fx.GraphModule, node: fx.Node) -> fx.Node:
    added, a, b = node.args
    beta, alpha = node.kwargs.get("beta", 1), node.kwargs.get("alpha", 1)
    product = call(module, node, ATEN.matmul.default, [a, b])
    if alpha != 1:
        product = call(module, node, ATEN.mul.Tensor, [product, alpha])
    if beta == 0:
        return product
    if beta != 1:
        added = call(module, node, ATEN.mul.Tensor, [added, beta])
    return call(module, node, ATEN.add.Tensor, [product, added])


_REWRITES: dict[Any, Callable[[fx.GraphModule, fx.Node], fx.Node | None]] = {
    ATEN.silu.default: _silu,
    ATEN.silu_.default: _silu,
    ATEN.group_norm.default: _group_norm,
    ATEN.scaled_dot_product_attention.default: _attention,
    ATEN.baddbmm.default: _baddbmm,
}
MOVES = {
    operator.getitem,
    ATEN.reshape.default,
    ATEN.view.default,
    ATEN.permute.default,
    ATEN.transpose.int,
    ATEN.t.default,
    ATEN.expand.default,
    ATEN.slice.Tensor,
    ATEN.select.int,
    ATEN.chunk.default,
    ATEN.split.Tensor,
    ATEN.split_with_sizes.default,
    ATEN.unsqueeze.default,
    ATEN.squeeze.dim,
    ATEN.squeeze.dims,
    ATEN.flatten.using_ints,
    ATEN.unflatten.int,
    ATEN.upsample_nearest2d.vec,
    ATEN.upsample_nearest2d.default,
    ATEN.pad.default,
    ATEN.constant_pad_nd.default,
    ATEN.max_pool2d.default,
    ATEN.relu.default,
}
"""Operations whose result keeps the encoding of what they move."""
