"""Sample the demo model with diffusers, many pictures at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from quad_studio.demo.backgrounds import Picture
from quad_studio.demo.latents import encode_pictures, shrink_mask, tokenize
from quad_studio.demo.tasks import Example

SAMPLE_BATCH: Final = 8


@dataclass(frozen=True)
class Sampling:
    """How pictures are sampled: DDIM, or LCM for the few-step adapter."""

    steps: int
    guidance: float
    sampler: str = "ddim"


@dataclass(frozen=True)
class DemoModel:
    """The demo model as diffusers loads it from its directory, in float32 and eval mode."""

    vae: Any
    unet: Any
    text_encoder: Any
    tokenizer: Any
    scheduler_config: dict[str, Any]
    device: str

    def use_adapters(self, folders: Sequence[Path]) -> None:
        """Load these adapters instead of any other, all at full strength."""
        from diffusers import StableDiffusionPipeline

        if getattr(self.unet, "peft_config", None):
            self.unet.delete_adapters(list(self.unet.peft_config))
        for folder in folders:
            state, _ = StableDiffusionPipeline.lora_state_dict(folder)
            self.unet.load_lora_adapter(state, prefix="unet", adapter_name=folder.name)
        if folders:
            self.unet.set_adapters([folder.name for folder in folders])


def load_demo_model(folder: Path, device: str = "cpu") -> DemoModel:
    """Load the exported model."""
    import torch
    from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
    from transformers import CLIPTextModel, CLIPTokenizer

    half = {"torch_dtype": torch.float32}
    return DemoModel(
        vae=AutoencoderKL.from_pretrained(folder / "vae", **half).to(device).eval(),
        unet=UNet2DConditionModel.from_pretrained(folder / "unet", **half).to(device).eval(),
        text_encoder=CLIPTextModel.from_pretrained(folder / "text_encoder", dtype=torch.float32)
        .to(device)
        .eval(),
        tokenizer=CLIPTokenizer.from_pretrained(folder / "tokenizer"),
        scheduler_config=dict(DDIMScheduler.load_config(folder / "scheduler")),
        device=device,
    )


def sample_pictures(
    model: DemoModel, examples: Sequence[Example], sampling: Sampling, *, seed: int = 1000
) -> list[Picture]:
    """Return one picture an example; the noise of example i depends on `seed` + i alone."""
    pictures: list[Picture] = []
    for start in range(0, len(examples), SAMPLE_BATCH):
        chunk = examples[start : start + SAMPLE_BATCH]
        pictures.extend(_sample_chunk(model, chunk, sampling, seed + start))
    return pictures


def _sample_chunk(
    model: DemoModel, examples: Sequence[Example], sampling: Sampling, seed: int
) -> list[Picture]:
    import torch

    scheduler = _scheduler(model, sampling)
    device = model.device
    with torch.no_grad():
        extra = _extra_channels(model, examples)
        states = _text_states(model, [example.caption for example in examples])
        empty = _text_states(model, [""] * len(examples)) if sampling.guidance != 1.0 else None
        generators = [torch.Generator().manual_seed(seed + i) for i in range(len(examples))]
        noise = [torch.randn(4, 32, 32, generator=generator) for generator in generators]
        latents = torch.stack(noise).to(device) * scheduler.init_noise_sigma
        step_options = {"generator": generators[0]} if sampling.sampler == "lcm" else {}
        for timestep in scheduler.timesteps:
            sample = torch.cat([scheduler.scale_model_input(latents, timestep), extra], dim=1)
            predicted = model.unet(sample, timestep, states).sample
            if empty is not None:
                without = model.unet(sample, timestep, empty).sample
                predicted = without + sampling.guidance * (predicted - without)
            latents = scheduler.step(predicted, timestep, latents, **step_options).prev_sample
        decoded = model.vae.decode(latents / model.vae.config.scaling_factor).sample
    images = ((decoded.clamp(-1, 1) + 1) / 2).permute(0, 2, 3, 1).cpu().numpy()
    return [np.ascontiguousarray(image, np.float32) for image in images]


def _scheduler(model: DemoModel, sampling: Sampling) -> Any:
    from diffusers import DDIMScheduler, LCMScheduler

    kind = LCMScheduler if sampling.sampler == "lcm" else DDIMScheduler
    scheduler = kind.from_config(model.scheduler_config)
    scheduler.set_timesteps(sampling.steps, device=model.device)
    return scheduler


def _extra_channels(model: DemoModel, examples: Sequence[Example]) -> Any:
    import torch

    conditioning = encode_pictures(model.vae, [e.conditioning for e in examples], model.device)
    masks = np.stack([shrink_mask(e.mask)[None] for e in examples])
    both = np.concatenate([masks.astype(np.float32), conditioning.astype(np.float32)], axis=1)
    return torch.from_numpy(both).to(model.device)


def _text_states(model: DemoModel, prompts: Sequence[str]) -> Any:
    import torch

    tokens = torch.from_numpy(tokenize(model.tokenizer, prompts).astype(np.int64))
    return model.text_encoder(tokens.to(model.device)).last_hidden_state
