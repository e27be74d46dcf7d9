"""Export the text encoder and the two halves of the VAE, in floats or quantized."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quad_studio.cancel import CancelToken
from quad_studio.errors import StageError
from quad_studio.events import Emit, ignore
from quad_studio.quad.affine import Encoding
from quad_studio.quad.calibrate import CalibrateInput, Feed, calibrate
from quad_studio.quad.export import ExportInput, ExportOutput, export_network
from quad_studio.quad.load import LoadOutput
from quad_studio.quad.profile import ProfileInput, ProfileOptions, build_profile
from quad_studio.quad.sites import PlaceSitesInput, place_sites

NAME = "components"
KINDS = ("text_encoder", "vae_encoder", "vae_decoder")
PRECISIONS = ("float32", "w8", "w8a16")
_OUTPUTS = {
    "text_encoder": "encoder_hidden_states",
    "vae_encoder": "latents",
    "vae_decoder": "image",
}


@dataclass(frozen=True)
class ComponentInput:
    """What is exported.

    Attributes:
        kind: One of `KINDS`.
        loaded: The model; its part is changed in place.
        path: The .onnx file to write.
        precision: "float32", "w8" (INT8 weights, float activations) or "w8a16".
        feeds: Calibration inputs for "w8a16": Feed({"image" | "latents" | "input_ids": array}).
        options: How ranges become encodings.
        linear_to_conv: As for the U-Net; wanted by NPUs for "w8a16".
    """

    kind: str
    loaded: LoadOutput = field(repr=False)
    path: Path
    precision: str = "float32"
    feeds: Sequence[Feed] = ()
    options: ProfileOptions = ProfileOptions()
    linear_to_conv: bool = True


@dataclass(frozen=True)
class ComponentOutput:
    """The written graph and its encodings."""

    kind: str
    precision: str
    export: ExportOutput
    encodings: Mapping[str, Encoding] = field(repr=False)


def export_component(
    given: ComponentInput, *, emit: Emit = ignore, cancel: CancelToken | None = None
) -> ComponentOutput:
    """Trace, calibrate where asked, and write one component.

    Raises:
        StageError: Unknown kind or precision, a missing part, or no calibration inputs.
    """
    if given.kind not in KINDS or given.precision not in PRECISIONS:
        raise StageError(NAME, f"no component {given.kind!r} at precision {given.precision!r}")
    network, example = component_network(given)
    program = place_sites(
        PlaceSitesInput(
            network, example, _OUTPUTS[given.kind], weights_only=given.precision == "w8"
        ),
        emit=emit,
        cancel=cancel,
    ).program
    encodings: Mapping[str, Encoding] = {}
    if given.precision == "w8a16" and not given.feeds:
        raise StageError(NAME, f"{given.kind} at w8a16 needs calibration inputs")
    if given.precision != "float32":
        feeds = given.feeds if given.precision == "w8a16" else [Feed(example)]
        statistics = calibrate(
            CalibrateInput(program, (), {"": feeds}), emit=emit, cancel=cancel
        ).statistics
        encodings = build_profile(
            ProfileInput(program, statistics, (), "", given.options), emit=emit, cancel=cancel
        ).profile.encodings
    export = export_network(ExportInput(program, encodings, given.path), emit=emit, cancel=cancel)
    return ComponentOutput(given.kind, given.precision, export, encodings)


def component_network(given: ComponentInput) -> tuple[Any, dict[str, Any]]:
    """Return the component as a module with the bundle's interface, and an example input.

    Raises:
        StageError: The model has no such part.
    """
    import torch

    from quad_studio.quad.network import components
    from quad_studio.quad.network.attention import set_attention
    from quad_studio.quad.restructure import linears_to_convs

    geometry, loaded = given.loaded.geometry, given.loaded
    part = loaded.text_encoder if given.kind == "text_encoder" else loaded.vae
    if part is None:
        raise StageError(NAME, f"the model has no {given.kind}")
    set_attention(part, split_heads=False)
    if given.linear_to_conv and given.precision == "w8a16":
        linears_to_convs(part)
    if given.kind == "text_encoder":
        ids = torch.zeros(1, geometry.text_tokens, dtype=torch.int64)
        return components.TextEncoderGraph(part).eval(), {"input_ids": ids}
    if given.kind == "vae_encoder":
        image = torch.zeros(1, 3, geometry.image_height, geometry.image_width)
        return components.VaeEncoderGraph(part).eval(), {"image": image}
    latents = torch.zeros(
        1, geometry.latent_channels, geometry.latent_height, geometry.latent_width
    )
    return components.VaeDecoderGraph(part).eval(), {"latents": latents}
