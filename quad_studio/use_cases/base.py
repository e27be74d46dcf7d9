"""What a use case is, and the frame (model geometry) it works in.

A use case is data and two small functions, so that a third party can add one:

    # in the other package's pyproject.toml
    [project.entry-points."quad_studio.use_cases"]
    colourize = "their_package.colourize:USE_CASE"
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quad_studio.bundle import Bundle
from quad_studio.errors import UsageProblem
from quad_studio.use_cases.item import InputItem

Picture = NDArray[np.float32]
"""(H, W, 3) in [0, 1], or (H, W, 4) with straight alpha."""

Tensor = NDArray[Any]
NEEDS = ("image", "mask", "sketch", "prompt")
INPAINTING_LAYOUT = ("sample", "mask", "masked_latents")
PLAIN_LAYOUT = ("sample",)


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What a use case must know of the model or bundle.

    Attributes:
        scheduler: Configuration of the noise schedule, with diffusers' keys.
        tokenizer: Directory with vocab.json and merges.txt.
        adapters: Rank of each adapter by name.
        rank: Columns of the LoRA slots; adapters used at once share them.
        defaults: Sampler, steps and guidance by use case, where the bundle says so.
        plans: Directory with solved sampler tables (OLSS), if there is one.
    """

    image_height: int
    image_width: int
    latent_channels: int
    latent_height: int
    latent_width: int
    unet_in_channels: int
    text_tokens: int = 77
    scheduler: Mapping[str, Any]
    tokenizer: Path
    adapters: Mapping[str, int] = field(default_factory=dict)
    rank: int | None = None
    defaults: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    plans: Path | None = None

    @classmethod
    def of_manifest(cls, path: Path, manifest: Mapping[str, Any]) -> "Frame":
        """Return the frame of a bundle directory and its bundle.json."""
        geometry = manifest["geometry"]
        return cls.of_geometry(
            geometry,
            manifest["scheduler"],
            path / "tokenizer",
            adapters={entry["name"]: int(entry["rank"]) for entry in manifest["adapters"]},
            rank=int(geometry["rank"]),
            defaults={entry["use_case"]: entry for entry in manifest.get("plans", ())},
            plans=path / "plans",
        )

    @classmethod
    def of_bundle(cls, bundle: Bundle) -> "Frame":
        """Return the frame of a bundle."""
        return cls.of_manifest(bundle.path, bundle.manifest)

    @classmethod
    def of_geometry(
        cls,
        geometry: Mapping[str, Any],
        scheduler: Mapping[str, Any],
        tokenizer: Path,
        **more: Any,
    ) -> "Frame":
        """Return the frame of a model; `geometry` is as in bundle.json."""
        return cls(
            image_height=int(geometry["image_height"]),
            image_width=int(geometry["image_width"]),
            latent_channels=int(geometry["latent_channels"]),
            latent_height=int(geometry["latent_height"]),
            latent_width=int(geometry["latent_width"]),
            unet_in_channels=int(geometry["unet_in_channels"]),
            text_tokens=int(geometry["text_tokens"]),
            scheduler=scheduler,
            tokenizer=tokenizer,
            **more,
        )

    @property
    def inpaints(self) -> bool:
        """Return whether the U-Net takes mask and masked latents on its input channels."""
        return self.unet_in_channels == 2 * self.latent_channels + 1

    def check_channels(self) -> None:
        """Raise UsageProblem for a U-Net that no use case can feed."""
        if not self.inpaints and self.unet_in_channels != self.latent_channels:
            plain, inpainting = self.latent_channels, 2 * self.latent_channels + 1
            raise UsageProblem(
                f"the U-Net takes {self.unet_in_channels} channels; use cases know {plain} "
                f"(text to image) and {inpainting} (inpainting)"
            )


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """An item's pictures at the model's size; None where the item has none.

    Attributes:
        mask: (H, W), 1 in the region to change, 0 elsewhere.
    """

    image: Picture | None = None
    mask: NDArray[np.float32] | None = None
    sketch: Picture | None = None
    truth: Picture | None = None


@dataclass(frozen=True, kw_only=True)
class Route:
    """How a use case is done with a given U-Net.

    Attributes:
        input_layout: What is concatenated as the U-Net's input.
        blends: The unmasked region is kept after each step (4-channel inpainting).
        from_image: The start is the noised input image (image-to-image), not pure noise.
    """

    input_layout: tuple[str, ...] = PLAIN_LAYOUT
    blends: bool = False
    from_image: bool = False


@dataclass(frozen=True, kw_only=True)
class Conditioning:
    """The tensors that a use case adds to prompt and noise; None where it needs none.

    Attributes:
        image: (1, 3, H, W) in [-1, 1]; its latents start image-to-image and are kept by a blend.
        mask: (1, 1, h, w), 1 in the region to change.
        masked_image: (1, 3, H, W) in [-1, 1]; its latents are input channels.
    """

    image: Tensor | None = None
    mask: Tensor | None = None
    masked_image: Tensor | None = None


def keep(picture: Picture, given: Pictures) -> Picture:
    """Return the picture as it is: the finish of most use cases."""
    return picture


def no_problem(item: InputItem, pictures: Pictures) -> list[str]:
    """Find nothing: the check of use cases without further rules."""
    return []


@dataclass(frozen=True, kw_only=True)
class UseCase:
    """What a user wants done.

    Attributes:
        name: As in plans and input sets.
        title: For people.
        summary: One sentence for people.
        adapter: The adapter it is made for; None for the base model.
        needs: What an item must bring, of `NEEDS`.
        source: The picture that conditions it: "image", "sketch", or None for prompt only.
        masked: Only the masked region is to change.
        from_source: With an inpainting U-Net, an edit strength may ask for a start from the source.
        edit_strength: With a 4-channel U-Net: how far the result may move from the source.
        check: Returns what is wrong with an item, beyond missing parts.
        finish: Post-processing of the picture that the model made, with the pictures that went
            in; may add alpha. Metrics are taken before it.
    """

    name: str
    title: str
    summary: str
    adapter: str | None
    needs: frozenset[str]
    source: str | None = None
    masked: bool = False
    from_source: bool = False
    sampler: str = "ddim"
    steps: int = 8
    guidance: float = 1.0
    edit_strength: float = 0.75
    check: Callable[[InputItem, Pictures], list[str]] = no_problem
    finish: Callable[[Picture, Pictures], Picture] = keep

    def route(self, frame: Frame) -> Route:
        """Return how to do it with this U-Net.

        Raises:
            UsageProblem: The U-Net has an unknown number of input channels.
        """
        frame.check_channels()
        if frame.inpaints:
            return Route(input_layout=INPAINTING_LAYOUT)
        return Route(blends=self.masked, from_image=self.source is not None and not self.masked)
