"""Trace a network once and put a quantizer site wherever an NPU would quantize.

The result, a `SiteProgram`, is calibrated, simulated, distilled and exported: one program.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from quad_studio.cancel import CancelToken
from quad_studio.events import Emit, StageFinished, StageStarted, ignore
from quad_studio.quad.site import Site

if TYPE_CHECKING:
    from quad_studio.quad.network.program import SiteProgram

NAME = "sites"


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
