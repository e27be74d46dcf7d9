"""The traced program with its quantizer sites: simulator, calibration subject and export source."""

import copy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import fx

from quad_studio.quad.affine import Encoding
from quad_studio.quad.network.site_modules import Observer, QuantizerSite
from quad_studio.quad.site import Site, Slot


@dataclass
class SiteProgram:
    """A flat program whose quantizer sites can be observed, switched on and exported.

    Attributes:
        module: The graph; called with the inputs, the slots and the strengths, in order.
        sites: Site name -> what and where it is, in the order of execution.
        input_names: The network's own inputs.
        slots: The LoRA matrices that are inputs, in order.
        rank: Columns of a lora_A slot; 0 without slots.
        output_name: Name of the output.
        example: Example inputs, as traced.
        folded_scales: Scalar factors that were folded into weights when it was traced.
    """

    module: fx.GraphModule
    sites: dict[str, Site]
    input_names: tuple[str, ...]
    slots: tuple[Slot, ...]
    rank: int
    output_name: str
    example: tuple[torch.Tensor, ...]
    folded_scales: int = 0

    @property
    def argument_names(self) -> tuple[str, ...]:
        """Return the names of all graph inputs, in order."""
        strength = ("lora_alpha",) if self.slots else ()
        return (*self.input_names, *(slot.name for slot in self.slots), *strength)

    def site_modules(self) -> Iterator[QuantizerSite]:
        """Iterate over the sites' modules."""
        for module in self.module.modules():
            if isinstance(module, QuantizerSite):
                yield module

    def arguments(
        self,
        inputs: Mapping[str, Any],
        slots: Mapping[str, Any] | None = None,
        lora_alpha: Any = None,
    ) -> tuple[Any, ...]:
        """Return the arguments for `module`; missing slots are zero, missing strengths one."""
        device = self.device
        own = tuple(_tensor(inputs[name], device) for name in self.input_names)
        if not self.slots:
            return (own,)
        given = slots or {}
        matrices = tuple(
            _tensor(given[slot.name], device)
            if slot.name in given
            else torch.zeros(slot.shape, device=device)
            for slot in self.slots
        )
        alpha = torch.ones(self.rank) if lora_alpha is None else lora_alpha
        return (own, matrices, _tensor(alpha, device))

    @property
    def device(self) -> torch.device:
        """Return where the weights are."""
        for parameter in self.module.parameters():
            return parameter.device
        return torch.device("cpu")

    def run(
        self,
        inputs: Mapping[str, Any],
        slots: Mapping[str, Any] | None = None,
        lora_alpha: Any = None,
    ) -> torch.Tensor:
        """Return the output; quantized at every site that has an encoding."""
        output: torch.Tensor = self.module(*self.arguments(inputs, slots, lora_alpha))
        return output

    def set_encodings(self, encodings: Mapping[str, Encoding] | None) -> None:
        """Quantize at the sites named, pass through at all others; None switches all off."""
        for module in self.site_modules():
            module.set_encoding((encodings or {}).get(module.site), self.device)

    @contextmanager
    def observed(self, observer: Observer) -> Iterator[None]:
        """Call `observer(site, tensor)` at every site while the block runs."""
        modules = list(self.site_modules())
        for module in modules:
            module.observer = observer
        try:
            yield
        finally:
            for module in modules:
                module.observer = None

    def weights(self) -> Iterator[tuple[Site, torch.Tensor]]:
        """Iterate over weight, norm-weight and constant sites with their tensors."""
        for module, owner, name in self._weight_owners():
            yield self.sites[module.site], getattr(owner, name)

    def sites_beyond_adapters(self) -> frozenset[str]:
        """Return the sites whose tensors no adapter changes: nothing of a slot flows into them."""
        placeholders = [node for node in self.module.graph.nodes if node.op == "placeholder"]
        reached = set(placeholders[len(self.input_names) :])
        beyond = set()
        for node in self.module.graph.nodes:
            if any(source in reached for source in node.all_input_nodes):
                reached.add(node)
            elif node.op == "call_module":
                module = self.module.get_submodule(str(node.target))
                if isinstance(module, QuantizerSite):
                    beyond.add(module.site)
        return frozenset(beyond)

    def _weight_owners(self) -> Iterator[tuple[QuantizerSite, torch.nn.Module, str]]:
        for node in self.module.graph.nodes:
            source = node.args[0] if node.op == "call_module" and node.args else None
            if isinstance(source, fx.Node) and source.op == "get_attr":
                path, _, name = str(source.target).rpartition(".")
                site = self.module.get_submodule(str(node.target))
                assert isinstance(site, QuantizerSite)
                yield site, self.module.get_submodule(path) if path else self.module, name

    def freeze_weights(self) -> None:
        """Put the weights on their grids once, so that steps skip their rounding."""
        with torch.no_grad():
            for site, owner, name in self._weight_owners():
                if site.encoding is None or site.frozen:
                    continue
                value = getattr(owner, name)
                rounded = site(value)
                value.copy_(rounded)
                site.frozen = True

    def clone(self) -> "SiteProgram":
        """Return a copy with its own weights and sites."""
        return SiteProgram(
            copy.deepcopy(self.module),
            dict(self.sites),
            self.input_names,
            self.slots,
            self.rank,
            self.output_name,
            self.example,
            self.folded_scales,
        )


def _tensor(value: Any, device: torch.device) -> torch.Tensor:
    return torch.as_tensor(value).to(device)
