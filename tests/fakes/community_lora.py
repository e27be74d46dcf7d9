"""LoRAs as other people make them: trained and written by PEFT and by diffusers, without us.

The loop is that of diffusers' `train_text_to_image_lora.py`, and so is the way the file is written;
the kohya file is made as its `train_dreambooth_lora_sdxl.py --output_kohya_format` makes it.
"""

from pathlib import Path
from typing import Any

import torch

from evaluation.torchvision_schemas import register

register()

from diffusers import DDPMScheduler, StableDiffusionPipeline, UNet2DConditionModel  # noqa: E402
from diffusers.utils import (  # noqa: E402
    convert_all_state_dict_to_peft,
    convert_state_dict_to_diffusers,
    convert_state_dict_to_kohya,
)
from peft import LoraConfig, get_peft_model  # noqa: E402
from peft.utils import get_peft_model_state_dict  # noqa: E402
from safetensors.torch import load_file, save_file  # noqa: E402

TARGETS = ["to_q", "to_k", "to_v", "to_out.0"]
CONVOLUTIONS = ["conv1", "conv2", "conv_shortcut"]


def train_with_peft(model: Path, folder: Path, *, seed: int, rank: int = 4) -> Path:
    """Train a LoRA in PEFT's wrapper and save it as PEFT does; return the folder."""
    wrapped = get_peft_model(_frozen(model), _config(rank, alpha=rank))
    _train(wrapped, wrapped.base_model.config, model, seed)
    wrapped.save_pretrained(folder)
    return folder


def train_with_diffusers(model: Path, folder: Path, *, seed: int, rank: int = 4) -> Path:
    """Train a LoRA in diffusers' own U-Net and save it as its scripts do; return the file."""
    return _train_in_diffusers(model, folder, _config(rank, alpha=rank), seed)


def _train_in_diffusers(model: Path, folder: Path, config: LoraConfig, seed: int) -> Path:
    unet = _frozen(model)
    unet.add_adapter(config)
    _train(unet, unet.config, model, seed)
    layers = convert_state_dict_to_diffusers(get_peft_model_state_dict(unet))
    StableDiffusionPipeline.save_lora_weights(folder, unet_lora_layers=layers)
    return folder / "pytorch_lora_weights.safetensors"


def train_kohya(model: Path, path: Path, *, seed: int, rank: int = 4, conv_rank: int = 2) -> Path:
    """Train one on convolutions too, as LoCon does, and write it in kohya's layout.

    The convolutions have a rank of their own (`conv_dim`); alpha is half the rank everywhere.
    """
    config = LoraConfig(
        r=rank,
        lora_alpha=rank / 2,
        init_lora_weights="gaussian",
        target_modules=[*TARGETS, *CONVOLUTIONS],
        rank_pattern=dict.fromkeys(CONVOLUTIONS, conv_rank),
        alpha_pattern=dict.fromkeys(CONVOLUTIONS, conv_rank / 2),
    )
    file = _train_in_diffusers(model, path.with_suffix(""), config, seed)
    tensors = convert_state_dict_to_kohya(convert_all_state_dict_to_peft(load_file(file)))
    # The converter writes alpha = rank whatever it was; kohya's own trainer writes the real one.
    for name in [n for n in tensors if n.endswith(".alpha")]:
        down = tensors[f"{name.removesuffix('.alpha')}.lora_down.weight"]
        tensors[name] = torch.tensor(down.shape[0] / 2)
    whole = {name: tensor.contiguous() for name, tensor in tensors.items()}
    save_file(whole, path, metadata={"ss_network_module": "networks.lora"})
    return path


def _frozen(model: Path) -> Any:
    unet = UNet2DConditionModel.from_pretrained(model / "unet")
    unet.requires_grad_(False)
    return unet


def _config(rank: int, alpha: float) -> LoraConfig:
    return LoraConfig(
        r=rank, lora_alpha=alpha, init_lora_weights="gaussian", target_modules=TARGETS
    )


def _train(network: torch.nn.Module, config: Any, model: Path, seed: int, steps: int = 4) -> None:
    """Run the usual training loop towards one random picture: noise, predict, regress, step."""
    torch.manual_seed(seed)
    scheduler = DDPMScheduler.from_pretrained(model / "scheduler")
    moving = [p for p in network.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(moving, lr=2e-2)
    size = config.sample_size
    size = (size, size) if isinstance(size, int) else tuple(size)
    clean = torch.randn(1, 4, *size)
    text = torch.randn(1, 77, config.cross_attention_dim)
    for _ in range(steps):
        noise = torch.randn_like(clean)
        timestep = torch.randint(0, scheduler.config.num_train_timesteps, (1,))
        sample = scheduler.add_noise(clean, noise, timestep)
        extra = torch.zeros(1, config.in_channels - 4, *size)
        predicted = network(torch.cat([sample, extra], 1), timestep, text, return_dict=False)[0]
        target = scheduler.get_velocity(clean, noise, timestep)
        loss = torch.nn.functional.mse_loss(predicted, target)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    assert all(torch.isfinite(p).all() for p in moving), loss.item()
