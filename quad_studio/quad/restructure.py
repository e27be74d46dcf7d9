"""Rewrite a network so that LoRAs are inputs and an NPU likes its form; every rewrite is exact."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from quad_studio.adapters.weights import AdapterWeights
from quad_studio.cancel import CancelToken
from quad_studio.errors import StageError
from quad_studio.events import Emit, StageFinished, StageStarted, ignore

if TYPE_CHECKING:
    from quad_studio.quad.network.layers import SlottedNetwork

NAME = "restructure"
UNET_INPUTS = ("sample", "timestep", "encoder_hidden_states")


@dataclass(frozen=True)
class RestructureInput:
    """What is rewritten, and how.

    Attributes:
        network: A diffusers U-Net, or any torch module whose Linear and Conv2d layers are named
            in the adapters. It is changed in place and must not be used afterwards.
        adapters: The layers of all of them get slots; empty makes a network without slots.
        rank: Columns of the slots; None takes the largest rank of the adapters.
        attention: "unsplit", or "split" into one small attention per head.
        linear_to_conv: Compute Linear layers as 1x1 convolutions (per-channel weights on NPUs).
        input_names: Names of the network's inputs, in order; a U-Net's by default.
    """

    network: Any
    adapters: Sequence[AdapterWeights] = ()
    rank: int | None = None
    attention: str = "unsplit"
    linear_to_conv: bool = True
    input_names: Sequence[str] = UNET_INPUTS


@dataclass(frozen=True)
class RestructureOutput:
    """The rewritten network and what was done to it.

    Attributes:
        network: A SlottedNetwork; called with (inputs, slots, lora_alpha).
        rank: Columns of the slots, 0 without adapters.
        modules: Paths of the adapted layers, in slot order.
        report: Rewrite -> how many places it changed.
    """

    network: "SlottedNetwork"
    rank: int
    modules: tuple[str, ...]
    report: Mapping[str, int] = field(default_factory=dict)


def restructure(
    given: RestructureInput, *, emit: Emit = ignore, cancel: CancelToken | None = None
) -> RestructureOutput:
    """Give every adapted layer a slot, and the network the form that `given` asks for.

    Raises:
        StageError: An adapter names a layer that the network lacks or that cannot take a LoRA,
            shapes differ, or the rank is too small.
    """
    started = time.monotonic()
    emit(StageStarted(stage=NAME, title="LoRA as input"))
    if cancel is not None:
        cancel.check()
    from quad_studio.quad.network.attention import set_attention
    from quad_studio.quad.network.layers import PlainCall, SlottedNetwork

    if given.attention not in ("split", "unsplit"):
        raise StageError(NAME, f"attention must be split or unsplit, not {given.attention!r}")
    network = given.network.requires_grad_(False).eval()
    modules = adapted_modules(given.adapters)
    rank = choose_rank(given.adapters, given.rank)
    _check_shapes(network, given.adapters)
    report = {"attention": set_attention(network, split_heads=given.attention == "split")}
    report["lora_as_input"] = _add_slots(network, modules, rank, given.linear_to_conv)
    report["linear_to_conv"] = linears_to_convs(network) if given.linear_to_conv else 0
    prefix = ""
    if tuple(given.input_names) == UNET_INPUTS and hasattr(network, "time_embedding"):
        network, prefix = PlainCall(network), "unet."
    slotted = SlottedNetwork(
        network, given.input_names, [prefix + module for module in modules], rank
    )
    slotted.requires_grad_(False).eval()
    emit(
        StageFinished(
            stage=NAME,
            seconds=time.monotonic() - started,
            note=f"{len(modules)} adapted layers, rank {rank}",
        )
    )
    return RestructureOutput(slotted, rank, tuple(modules), report)


def adapted_modules(adapters: Sequence[AdapterWeights]) -> list[str]:
    """Return the layers that any adapter changes, sorted for a stable slot order."""
    return sorted({module for adapter in adapters for module in adapter.modules}, key=_natural)


def choose_rank(adapters: Sequence[AdapterWeights], asked: int | None) -> int:
    """Return the slots' rank: the one asked for, or the largest of the adapters.

    Raises:
        StageError: An adapter needs more.
    """
    needed = max((adapter.rank for adapter in adapters), default=0)
    if asked is None:
        return needed
    too_big = [f"{a.name} ({a.rank})" for a in adapters if a.rank > asked]
    if too_big:
        raise StageError(NAME, f"rank {asked} is below that of {', '.join(too_big)}; raise it")
    return asked if adapters else 0


def _natural(path: str) -> list[tuple[int, int | str]]:
    return [(0, int(part)) if part.isdigit() else (1, part) for part in path.split(".")]


def _check_shapes(network: Any, adapters: Sequence[AdapterWeights]) -> None:
    from torch import nn

    layers = dict(network.named_modules())
    problems: list[str] = []
    for adapter in adapters:
        for path, (down, up) in adapter.modules.items():
            layer = layers.get(path)
            if not isinstance(layer, nn.Linear | nn.Conv2d):
                kind = "no such layer" if layer is None else type(layer).__name__
                problems.append(f"{adapter.name}: {path}: {kind}")
                continue
            fan_in, fan_out = _fans(layer)
            if down.shape != (fan_in, up.shape[0]) or up.shape[1] != fan_out:
                problems.append(
                    f"{adapter.name}: {path}: lora_A {down.shape}, lora_B {up.shape}, "
                    f"but the layer maps {fan_in} to {fan_out}"
                )
    if problems:
        shown = "; ".join(problems[:10])
        more = f" and {len(problems) - 10} more" if len(problems) > 10 else ""
        raise StageError(NAME, f"adapters do not fit the network: {shown}{more}")


def _fans(layer: Any) -> tuple[int, int]:
    from torch import nn

    if isinstance(layer, nn.Linear):
        return layer.in_features, layer.out_features
    return layer.in_channels * layer.kernel_size[0] * layer.kernel_size[1], layer.out_channels


def _add_slots(network: Any, modules: Sequence[str], rank: int, linear_to_conv: bool) -> int:
    from torch import nn

    from quad_studio.quad.network.layers import LoraConv, LoraLinear, PointwiseConv

    for path in modules:
        layer = network.get_submodule(path)
        if isinstance(layer, nn.Linear):
            base = PointwiseConv(layer) if linear_to_conv else layer
            _replace(network, path, LoraLinear(base, *_fans(layer), rank))
        else:
            _replace(network, path, LoraConv(layer, rank))
    return len(modules)


def linears_to_convs(network: Any) -> int:
    """Replace every Linear of `network` by a 1x1 convolution; return how many there were."""
    from torch import nn

    from quad_studio.quad.network.layers import PointwiseConv

    paths = [path for path, layer in network.named_modules() if type(layer) is nn.Linear]
    for path in paths:
        _replace(network, path, PointwiseConv(network.get_submodule(path)))
    return len(paths)


def _replace(network: Any, path: str, layer: Any) -> None:
    parent, _, name = path.rpartition(".")
    layer.train(False)
    setattr(network.get_submodule(parent) if parent else network, name, layer)
