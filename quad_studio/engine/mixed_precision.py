"""Mixed precision of a build: which layers take 8-bit activations, by measured sensitivity."""

from typing import TYPE_CHECKING, Any

from quad_studio.config import Quantization
from quad_studio.engine.groundwork import Groundwork
from quad_studio.engine.spread_calls import spread_feeds
from quad_studio.events import Measured
from quad_studio.storage import digest_of

if TYPE_CHECKING:
    from quad_studio.quad.choose_precision import PrecisionOutput
    from quad_studio.quad.regions import Regions

CALLS_PER_ADAPTER = 2


def choose_for_build(ground: Groundwork) -> "PrecisionOutput":
    """Return the program that is shipped and the options of its profile.

    Without a share at 8 bits that is the calibrated program itself, and nothing is measured.
    """
    from quad_studio.quad.choose_precision import (
        PrecisionInput,
        PrecisionOutput,
        choose_precision,
    )
    from quad_studio.quad.regions import select_regions

    percent = ground.project.quantization.int8_activation_percent
    if not percent:
        return PrecisionOutput(ground.program, ground.profile_options, select_regions((), (), 0))
    given = PrecisionInput(
        program=ground.program,
        order=layer_order(ground),
        fraction=percent / 100,
        options=ground.profile_options,
    )
    chosen = choose_precision(given, **ground.watch)
    ground.emit(
        Measured(stage="choose_precision", name="int8_percent", values=shares(chosen.regions))
    )
    return chosen


def layer_order(ground: Groundwork) -> tuple[str, ...]:
    """Return the layers, least sensitive first, measured once for these inputs."""
    from quad_studio.quad.choose_precision import LayerSensitivityInput, measure_layers

    divergence = ground.project.quantization.divergence

    def produce() -> dict[str, Any]:
        given = LayerSensitivityInput(
            program=ground.program,
            statistics=ground.profile_statistics,
            adapters=ground.adapters,
            anchor=ground.anchor,
            feeds=spread_feeds(ground.feeds, CALLS_PER_ADAPTER),
            options=ground.profile_options,
            divergence=divergence,
        )
        return {"scores": dict(measure_layers(given, **ground.watch).scores)}

    key = digest_of([ground.base_key, ground.anchor, divergence, vars(ground.profile_options)])
    path = ground.cache.path("layers", key, ".json")
    found = ground.cache.get_json("layers", "Score the layers", path, produce)
    scores: dict[str, float] = found["scores"]
    return tuple(sorted(scores, key=lambda name: (scores[name], name)))


def shares(regions: Any) -> dict[str, float]:
    """Return what is at 8 bits in percent, counted in each of the ways that are in use."""
    return {
        "activation_tensors": 100 * regions.site_fraction,
        "activation_elements": 100 * regions.element_fraction,
        "parameters_of_layers": 100 * regions.parameter_fraction,
    }


def precision_entries(quantization: Quantization, regions: "Regions") -> dict[str, Any]:
    """Return the entries of bundle.json's "quantization" about mixed precision.

    `int8_activation_fraction` is what came out, which differs from what was asked for by up to
    half a layer: layers change width whole.
    """
    if quantization.activations == "uint8":
        return {"int8_activation_fraction": 1.0, "int8_parameter_fraction": 1.0, "int8_layers": []}
    return {
        "int8_activation_fraction": regions.site_fraction,
        "int8_element_fraction": regions.element_fraction,
        "int8_parameter_fraction": regions.parameter_fraction,
        "int8_layers": list(regions.units),
        "int8_slots": list(regions.int8_slots),
    }
