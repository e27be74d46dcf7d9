"""Turn a project's calibration inputs into what the FP32 U-Net is run on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from quad_studio.config import AdapterEntry, Project
from quad_studio.errors import SettingsProblem
from quad_studio.use_cases.base import Frame
from quad_studio.use_cases.prepare import Prepared

SPLIT = "calibration"


@dataclass(frozen=True, kw_only=True)
class EncodedItem:
    """One calibration input after the FP32 text and image encoders.

    Attributes:
        item: What `record_trajectories` takes.
        input_ids: (1, T) tokens, which calibrate the text encoder.
        images: (1, 3, H, W) pictures in [-1, 1], which calibrate the image encoder.
        latents: (1, C, h, w) scaled latents, which calibrate the image decoder.
    """

    item: Any
    input_ids: Any
    images: tuple[Any, ...]
    latents: tuple[Any, ...]


def prepare_adapter(project: Project, entry: AdapterEntry, frame: Frame) -> list[Prepared]:
    """Return the calibration inputs of an adapter, prepared for its use case.

    Raises:
        SettingsProblem: The adapter has no use case, or the use case no calibration inputs.
    """
    from quad_studio.inputs import load_input_set
    from quad_studio.use_cases.prepare import prepare, settle

    index = [adapter.name for adapter in project.adapters].index(entry.name)
    use_case = entry.calibration_use_case or (entry.use_cases[0] if entry.use_cases else None)
    settings = project.use_case(use_case) if use_case else None
    if use_case is None or settings is None or settings.inputs is None:
        raise SettingsProblem(
            project.path,
            [
                f"adapters[{index}].use_cases: {entry.name} needs a use case whose [[use_cases]] "
                "table names inputs; they calibrate it"
            ],
        )
    items = load_input_set(settings.inputs, use_case=use_case).select(
        split=SPLIT, limit=project.calibration.samples_per_adapter
    )
    if not items:
        raise SettingsProblem(
            project.path,
            [f"use_cases.{use_case}.inputs: {settings.inputs} has no input of split {SPLIT!r}"],
        )
    chosen = settle(
        use_case,
        frame,
        adapter=entry.name,
        # OLSS tables are solved on the finished graph; what the U-Net sees is DDIM's kind.
        sampler="ddim" if settings.sampler == "olss" else settings.sampler,
        steps=settings.steps,
        guidance=settings.guidance,
    )
    return [prepare(chosen, item, frame) for item in items]


def encode_items(loaded: Any, prepared: Sequence[Prepared]) -> list[EncodedItem]:
    """Run the FP32 encoders on prepared inputs."""
    return [encode_item(loaded, one) for one in prepared]


def encode_item(loaded: Any, prepared: Prepared) -> EncodedItem:
    """Return one prepared input as the U-Net sees it."""
    import torch

    from quad_studio.quad.trajectory import CalibrationItem

    with torch.no_grad():
        hidden = loaded.text_encoder(torch.from_numpy(np.asarray(prepared.input_ids)))[0]
        masked = _encode(loaded, prepared.masked_image)
        known = _encode(loaded, prepared.image)
        truth = _encode(loaded, truth_of(prepared))
        conditioning = None
        if masked is not None and prepared.mask is not None:
            mask = torch.from_numpy(np.array(prepared.mask, np.float32))
            conditioning = torch.cat([mask, masked], dim=1)
    pictures = [prepared.masked_image, prepared.image]
    item = CalibrationItem(
        encoder_hidden_states=hidden,
        conditioning=conditioning,
        noise=torch.from_numpy(np.asarray(prepared.noise[:1], np.float32)),
        clean_latents=truth,
        item_id=prepared.item.id,
    )
    return EncodedItem(
        item=item,
        input_ids=np.asarray(prepared.input_ids),
        images=tuple(np.asarray(p, np.float32) for p in pictures if p is not None),
        latents=tuple(x.numpy() for x in (masked, known) if x is not None),
    )


def truth_of(prepared: Prepared) -> Any:
    """Return the known right answer as the image encoder takes it, or None."""
    from quad_studio.use_cases.conditioning import to_tensor

    truth = prepared.pictures.truth
    return None if truth is None else to_tensor(truth)


def _encode(loaded: Any, image: Any) -> Any:
    """Return the scaled mean of the image encoder's distribution, as the device's graph does."""
    import torch

    if image is None:
        return None
    config = loaded.vae.config
    shift = float(getattr(config, "shift_factor", None) or 0.0)
    mean = loaded.vae.encode(torch.from_numpy(np.array(image, np.float32))).latent_dist.mean
    return (mean - shift) * float(config.scaling_factor)


def tokenizer_dir(loaded: Any, model: Path) -> Path:
    """Return the folder with the tokenizer's files; beside a single file where it has none."""
    if loaded.tokenizer_dir:
        return Path(loaded.tokenizer_dir)
    return (model if model.is_dir() else model.parent) / "tokenizer"


def unet_example(geometry: Any) -> dict[str, Any]:
    """Return inputs of the U-Net's shapes, with which it is traced."""
    import torch

    size = (geometry.latent_height, geometry.latent_width)
    text = (1, geometry.text_tokens, geometry.text_width)
    return {
        "sample": torch.randn(1, geometry.unet_in_channels, *size),
        "timestep": torch.tensor([500.0]),
        "encoder_hidden_states": torch.randn(text),
    }


def adaptable_shapes(unet: Any) -> dict[str, tuple[int, ...]]:
    """Return the weight shape of every layer that a LoRA may adapt, by module path."""
    import torch

    kinds = (torch.nn.Linear, torch.nn.Conv2d)
    return {
        name: tuple(module.weight.shape)
        for name, module in unet.named_modules()
        if isinstance(module, kinds)
    }
