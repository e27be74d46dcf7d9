"""Mixed precision: measure how much each layer suffers from 8-bit activations, choose the rest.

The 8-bit program has convert sites wherever a tensor crosses between 8 and 16 bits, as an NPU has
Convert operations there; simulator and graph share them.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from quad_studio.adapters.weights import AdapterWeights
from quad_studio.cancel import CancelToken
from quad_studio.errors import StageError
from quad_studio.events import Emit, Measured, StageFinished, StageProgress, StageStarted, ignore
from quad_studio.quad.calibrate import Feed
from quad_studio.quad.divergence import divergence
from quad_studio.quad.profile import ProfileInput, ProfileOptions, build_profile
from quad_studio.quad.regions import Regions, find_units, select_regions
from quad_studio.quad.slots import pad_to_slots
from quad_studio.quad.statistics import Statistics

if TYPE_CHECKING:
    from quad_studio.quad.network.program import SiteProgram

NAME = "choose_precision"


@dataclass(frozen=True)
class LayerSensitivityInput:
    """What is measured.

    Attributes:
        program: The traced program without converts.
        statistics, adapters, anchor, options: As for `build_profile`; 16-bit everywhere.
        feeds: Adapter name -> a few calls; every layer is tried on each of them.
        divergence: Name of the divergence.
    """

    program: "SiteProgram" = field(repr=False)
    statistics: Statistics = field(repr=False)
    adapters: Sequence[AdapterWeights]
    anchor: str
    feeds: Mapping[str, Sequence[Feed]] = field(repr=False)
    options: ProfileOptions = ProfileOptions()
    divergence: str = "jensen-shannon"


@dataclass(frozen=True)
class LayerSensitivityOutput:
    """Divergence added by each layer at 8 bits, least sensitive first."""

    scores: Mapping[str, float]

    @property
    def order(self) -> tuple[str, ...]:
        """Return the layers, least sensitive first."""
        return tuple(self.scores)


@dataclass(frozen=True)
class PrecisionInput:
    """How much shall be at 8 bits.

    Attributes:
        program: The traced program without converts.
        order: Layers, least sensitive first.
        fraction: Share of the U-Net's activation tensors at 8 bits, 0 to 1.
        options: Profile options to extend.
    """

    program: "SiteProgram" = field(repr=False)
    order: Sequence[str]
    fraction: float
    options: ProfileOptions = ProfileOptions()


@dataclass(frozen=True)
class PrecisionOutput:
    """The program with converts, the options for its profile and what was chosen."""

    program: "SiteProgram" = field(repr=False)
    options: ProfileOptions
    regions: Regions


def measure_layers(
    given: LayerSensitivityInput, *, emit: Emit = ignore, cancel: CancelToken | None = None
) -> LayerSensitivityOutput:
    """Put one layer after the other at 8 bits and see how far the output moves."""
    import torch

    started = time.monotonic()
    units = find_units(given.program.sites)
    emit(StageStarted(stage=NAME, title=f"Sensitivity of {len(units)} layers"))
    by_name = {adapter.name: adapter for adapter in given.adapters}
    calls = []
    with torch.no_grad():
        given.program.set_encodings(None)
        for name, feeds in given.feeds.items():
            slots = pad_to_slots(by_name[name], given.program.slots) if name else None
            for feed in feeds:
                calls.append((feed, slots, given.program.run(feed.inputs, slots).numpy()))
        wide = _encodings(given, given.options)
        narrow = _encodings(
            given, replace(given.options, int8_sites=tuple(s for u in units for s in u.sites))
        )
        scores: dict[str, float] = {}
        for done, unit in enumerate(units, start=1):
            if cancel is not None:
                cancel.check()
            given.program.set_encodings(wide | {site: narrow[site] for site in unit.sites})
            scores[unit.name] = float(
                np.mean(
                    [
                        divergence(
                            given.divergence, ref, given.program.run(feed.inputs, slots).numpy()
                        )
                        for feed, slots, ref in calls
                    ]
                )
            )
            rest = (time.monotonic() - started) / done * (len(units) - done)
            emit(StageProgress(stage=NAME, done=done, total=len(units), eta_s=rest))
        given.program.set_encodings(None)
    ordered = dict(sorted(scores.items(), key=lambda pair: pair[1]))
    emit(Measured(stage=NAME, name="layer_sensitivity", values=ordered))
    emit(StageFinished(stage=NAME, seconds=time.monotonic() - started))
    return LayerSensitivityOutput(ordered)


def _encodings(given: LayerSensitivityInput, options: ProfileOptions) -> dict:  # type: ignore[type-arg]
    profile = build_profile(
        ProfileInput(given.program, given.statistics, given.adapters, given.anchor, options)
    ).profile
    return dict(profile.encodings)


def choose_precision(
    given: PrecisionInput, *, emit: Emit = ignore, cancel: CancelToken | None = None
) -> PrecisionOutput:
    """Put the least sensitive layers at 8 bits and insert converts at the borders.

    Raises:
        StageError: The fraction is outside 0 to 1.
    """
    from quad_studio.quad.network.converts import with_converts

    if not 0.0 <= given.fraction <= 1.0:
        raise StageError(NAME, f"the INT8 fraction must be between 0 and 1, not {given.fraction}")
    units = find_units(given.program.sites)
    unknown = set(given.order) ^ {unit.name for unit in units}
    if unknown:
        raise StageError(NAME, f"the order is for another network: {sorted(unknown)[:3]}")
    regions = select_regions(units, given.order, given.fraction)
    options = replace(given.options, int8_sites=regions.int8_sites, int8_slots=regions.int8_slots)
    program = (
        with_converts(given.program, frozenset(regions.int8_sites))
        if regions.int8_sites
        else given.program
    )
    emit(
        StageFinished(
            stage=NAME, seconds=0.0, note=f"{regions.site_fraction:.0%} of activations at INT8"
        )
    )
    return PrecisionOutput(program, options, regions)
