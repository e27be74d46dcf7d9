"""Decide where a traced program is quantized, and put the site modules there."""

import operator
from collections import Counter
from collections.abc import Mapping
from typing import Any

import torch
from torch import fx, nn

from quad_studio.quad.network.fold_scales import fold_scales
from quad_studio.quad.network.layers import SlottedNetwork
from quad_studio.quad.network.program import SiteProgram
from quad_studio.quad.network.site_modules import QuantizerSite
from quad_studio.quad.network.trace import ATEN, MOVES, attribute, module_path, trace
from quad_studio.quad.site import Site, Slot

STRENGTH_INPUT = "lora_alpha"
SITES = "sites"
_CONTRACTIONS = {ATEN.conv2d.default: 1, ATEN.linear.default: 1, ATEN.conv_transpose2d.input: 1}
_WEIGHT_AXIS = {ATEN.conv2d.default: 0, ATEN.conv_transpose2d.input: 1}
_NORMS = {ATEN.layer_norm.default: 2}
_FIXED = {ATEN.sigmoid.default: "unit", ATEN.softmax.int: "unit", ATEN.tanh.default: "signed_unit"}
_ELEMENTWISE = {
    ATEN.add.Tensor,
    ATEN.mul.Tensor,
    ATEN.sub.Tensor,
    ATEN.div.Tensor,
    ATEN.pow.Tensor_Tensor,
}
_FUSABLE = {ATEN.relu.default, ATEN.relu_.default}


def trace_with_sites(
    network: Any,
    example: Mapping[str, Any],
    output_name: str,
    *,
    weights_only: bool = False,
    fold: bool = True,
) -> SiteProgram:
    """Trace `network` and return it with a site at every tensor that an NPU quantizes."""
    inputs = tuple(torch.as_tensor(value) for value in example.values())
    slots: list[Slot] = []
    if not isinstance(network, SlottedNetwork):
        network = SlottedNetwork(network, tuple(example), (), 0)
    names, folded = [*example], 0
    arguments: tuple[Any, ...] = (inputs,)
    if network.modules_with_slots:
        slots = slots_of(network)
        tensors = tuple(torch.zeros(slot.shape) for slot in slots)
        arguments = (inputs, tensors, torch.ones(network.rank))
        names += [*(slot.name for slot in slots), STRENGTH_INPUT]
    module = trace(network.eval(), arguments)
    if fold:
        folded = fold_scales(module)
    placer = _Placer(module, names, {slot.name: slot for slot in slots}, weights_only)
    sites = placer.place()
    return SiteProgram(
        module=module,
        sites=sites,
        input_names=tuple(example),
        slots=tuple(slots),
        rank=network.rank,
        output_name=output_name,
        example=inputs,
        folded_scales=folded,
    )


def slots_of(network: SlottedNetwork) -> list[Slot]:
    """Return the slots of `network` in the order of its arguments."""
    slots = []
    for path in network.modules_with_slots:
        layer = network.network.get_submodule(path)
        module = path.removeprefix("unet.")
        for role in ("A", "B"):
            shape = tuple(getattr(layer, f"lora_{role}").shape)
            slots.append(Slot(f"{module}.lora_{role}.weight", module, role, shape))
    return slots


class _Placer:
    def __init__(
        self, module: fx.GraphModule, names: list[str], slots: dict[str, Slot], weights_only: bool
    ) -> None:
        self.module, self.slots, self.weights_only = module, slots, weights_only
        placeholders = [node for node in module.graph.nodes if node.op == "placeholder"]
        self.inputs = dict(zip(placeholders, names, strict=True))
        self.sites: dict[str, Site] = {}
        self.counts: Counter[str] = Counter()
        self.site_of: dict[fx.Node, str] = {}  # node -> site of the tensor it carries

    def place(self) -> dict[str, Site]:
        self.module.add_module(SITES, nn.ModuleList())
        for node in list(self.module.graph.nodes):
            if node.op == "placeholder":
                self._at_input(node)
            elif node.op == "call_function" and node.target in MOVES - _FUSABLE:
                self._inherit(node)
            elif node.op == "call_function":
                self._at_operands(node)
                self._at_result(node)
        self.module.graph.lint()
        self.module.recompile()
        return self.sites

    def _inherit(self, node: fx.Node) -> None:
        source = node.args[0]
        if isinstance(source, fx.Node) and source in self.site_of:
            self.site_of[node] = self.site_of[source]

    def _at_input(self, node: fx.Node) -> None:
        name = self.inputs[node]
        shape = _shape(node)
        if name in self.slots:
            slot = self.slots[name]
            self._insert(node, Site(name, "lora", f"lora_{slot.role}", slot.module, shape))
        elif self.weights_only or not _is_float(node):
            return
        elif name == STRENGTH_INPUT:
            self._insert(node, Site(name, "input", "input", "", shape, fixed="strength"))
        else:
            fixed = "timestep" if name == "timestep" else ""
            self._insert(node, Site(name, "input", "input", "", shape, fixed=fixed))

    def _at_operands(self, node: fx.Node) -> None:
        if node.target in _CONTRACTIONS and _is_weight(node.args[1]):
            axis = _WEIGHT_AXIS.get(node.target)
            self._operand(node, node.args[1], "weight", axis)
        elif node.target is ATEN.embedding.default and _is_weight(node.args[0]):
            self._operand(node, node.args[0], "constant", None)
        elif self.weights_only:
            return
        elif node.target in _NORMS:
            weight = node.args[_NORMS[node.target]] if len(node.args) > 2 else None
            if _is_weight(weight):
                self._operand(node, weight, "norm_weight", None)
        elif node.target in (ATEN.matmul.default, ATEN.bmm.default) or node.target in _ELEMENTWISE:
            for operand in node.args[:2]:
                if _is_weight(operand):
                    self._operand(node, operand, "constant", None)

    def _operand(self, node: fx.Node, weight: Any, kind: str, axis: int | None) -> None:
        shape = tuple(attribute(self.module, str(weight.target)).shape)
        module = module_path(node)
        name = self._unique(f"{module}:{_operation(node)}.{kind}")
        site = Site(name, kind, kind, module, shape, axis)
        with self.module.graph.inserting_before(node):
            placed = self._call_site(site, weight)
        node.replace_input_with(weight, placed)
        self.site_of[placed] = name

    def _at_result(self, node: fx.Node) -> None:
        if self.weights_only or not _is_float(node) or node.target is operator.getitem:
            return
        users = list(node.users)
        fused = (
            len(users) == 1
            and users[0].target in _FUSABLE
            and node.target in {*_CONTRACTIONS, ATEN.add.Tensor, ATEN.matmul.default}
        )
        if fused:
            return
        module = module_path(node)
        reads = tuple(
            dict.fromkeys(self.site_of[n] for n in node.all_input_nodes if n in self.site_of)
        )
        operation = _operation(node)
        site = Site(
            self._unique(f"{module}:{operation}"),
            "activation",
            operation,
            module,
            _shape(node),
            fixed=_FIXED.get(node.target, ""),
            always_16_bit=_keeps_16_bits(node),
            reads=reads,
        )
        self._insert(node, site)

    def _insert(self, node: fx.Node, site: Site) -> None:
        users = list(node.users)
        with self.module.graph.inserting_after(node):
            placed = self._call_site(site, node)
        for user in users:
            user.replace_input_with(node, placed)
        self.site_of[placed] = site.name

    def _call_site(self, site: Site, source: Any) -> fx.Node:
        self.sites[site.name] = site
        index = len(self.module.get_submodule(SITES))
        self.module.get_submodule(SITES).append(QuantizerSite(site.name))
        node = self.module.graph.call_module(f"{SITES}.{index}", (source,))
        node.meta["val"] = source.meta.get("val")
        return node

    def _unique(self, name: str) -> str:
        self.counts[name] += 1
        count = self.counts[name]
        return name if count == 1 else f"{name}#{count}"


def _keeps_16_bits(node: fx.Node) -> bool:
    """Return whether `node` joins halves of different ranges, or is or feeds a sinusoid."""
    waves = (ATEN.sin.default, ATEN.cos.default)
    return (
        node.target is ATEN.cat.default
        or node.target in waves
        or any(user.target in waves for user in node.users)
    )


def _operation(node: fx.Node) -> str:
    return str(getattr(node.target, "_opname", None) or str(node.target).split(".")[1])


def _is_weight(node: Any) -> bool:
    return isinstance(node, fx.Node) and node.op == "get_attr"


def _is_float(node: fx.Node) -> bool:
    value = node.meta.get("val")
    return isinstance(value, torch.Tensor) and value.is_floating_point()


def _shape(node: fx.Node) -> tuple[int, ...]:
    value = node.meta.get("val")
    return tuple(int(size) for size in value.shape) if isinstance(value, torch.Tensor) else ()
