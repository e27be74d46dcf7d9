"""Trace a network once and put a quantizer site wherever an NPU would quantize.

The result, a `SiteProgram`, is calibrated, simulated, distilled and exported: one program.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from quad_studio.cancel import CancelToken
from quad_studio.events import Emit, StageFinished, StageStarted, ignore

if TYPE_CHECKING:
    from quad_studio.quad.network.program import SiteProgram

NAME = "sites"

KINDS = ("activation", "weight", "norm_weight", "constant", "lora", "input", "convert")


@dataclass(frozen=True)
class Site:
    """One place where a tensor becomes integers.

    Attributes:
        name: `<module path>:<operation>`, unique; a slot's site is named as its graph input.
        kind: One of `KINDS`.
        operation: The operation whose result is quantized, or what the tensor is.
        module: Path of the module it belongs to; "" for graph inputs.
        shape: Shape of the tensor.
        axis: Channel axis where the weights may be quantized per channel.
        fixed: Name of a range that no calibration may change: "unit" ([0, 1)), "signed_unit",
            "timestep" (whole steps are exact), "strength" (1.0 is exact), or "".
        always_16_bit: Never put at 8 bits: skip concatenations, whose halves differ in range,
            and the sinusoids of the timestep.
        operand_of: For converts: the site whose tensor is converted.
        reads: For activations: the sites whose tensors the operation reads.
    """

    name: str
    kind: str
    operation: str
    module: str
    shape: tuple[int, ...]
    axis: int | None = None
    fixed: str = ""
    always_16_bit: bool = False
    operand_of: str = ""
    reads: tuple[str, ...] = ()

    @property
    def elements(self) -> int:
        """Return how many numbers the tensor has."""
        count = 1
        for size in self.shape:
            count *= size
        return count


@dataclass(frozen=True)
class Slot:
    """One LoRA matrix that is a graph input."""

    name: str
    module: str
    role: str
    shape: tuple[int, int]


@dataclass(frozen=True)
class PlaceSitesInput:
    """What is traced.

    Attributes:
        network: A SlottedNetwork, or any torch module when `input_names` names its inputs.
        example: Input name -> example array or tensor, in the order of the inputs.
        output_name: Name of the graph's output.
        weights_only: Quantize weights and leave activations in float.
        fold_scales: Fold scalar factors into the weights beside them.
    """

    network: Any
    example: Mapping[str, Any]
    output_name: str = "model_output"
    weights_only: bool = False
    fold_scales: bool = True


@dataclass(frozen=True)
class PlaceSitesOutput:
    """The traced program and its sites, in the order of execution."""

    program: "SiteProgram"
    sites: tuple[Site, ...] = field(default=())


def place_sites(
    given: PlaceSitesInput, *, emit: Emit = ignore, cancel: CancelToken | None = None
) -> PlaceSitesOutput:
    """Trace the network and insert its quantizer sites.

    Raises:
        StageError: The network cannot be traced.
    """
    from quad_studio.quad.network.placement import trace_with_sites

    started = time.monotonic()
    emit(StageStarted(stage=NAME, title="Trace the network, place quantizer sites"))
    if cancel is not None:
        cancel.check()
    program = trace_with_sites(
        given.network,
        given.example,
        given.output_name,
        weights_only=given.weights_only,
        fold=given.fold_scales,
    )
    emit(
        StageFinished(
            stage=NAME,
            seconds=time.monotonic() - started,
            note=f"{len(program.sites)} sites, {program.folded_scales} scales folded",
        )
    )
    return PlaceSitesOutput(program=program, sites=tuple(program.sites.values()))
