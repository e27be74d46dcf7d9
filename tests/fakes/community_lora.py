"""LoRAs as other people make them: trained with PEFT's own API, or in kohya's layout."""

from pathlib import Path

import torch

from evaluation.torchvision_schemas import register

register()

from diffusers import DDPMScheduler, UNet2DConditionModel  # noqa: E402
from peft import LoraConfig, get_peft_model  # noqa: E402
from safetensors.torch import save_file  # noqa: E402

TARGETS = ["to_q", "to_k", "to_v", "to_out.0"]


def train_with_peft(model: Path, folder: Path, *, seed: int, rank: int = 4, steps: int = 6) -> Path:
    """Train a LoRA towards one random picture and save it as PEFT does; return the folder."""
    wrapped = _train(model, seed=seed, rank=rank, steps=steps)
    wrapped.save_pretrained(folder)
    return folder


def train_kohya(model: Path, path: Path, *, seed: int, rank: int = 4, steps: int = 6) -> Path:
    """Train another and write it with kohya's key names and `.alpha` tensors."""
    from peft.utils import get_peft_model_state_dict

    wrapped = _train(model, seed=seed, rank=rank, steps=steps)
    tensors = {}
    for key, value in get_peft_model_state_dict(wrapped).items():
        module, _, role = key.removeprefix("base_model.model.").partition(".lora_")
        name = f"lora_unet_{module.replace('.', '_')}"
        direction = "down" if role.startswith("A") else "up"
        tensors[f"{name}.lora_{direction}.weight"] = value.detach().clone().contiguous()
        tensors[f"{name}.alpha"] = torch.tensor(rank / 2)
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path, metadata={"ss_network_module": "networks.lora"})
    return path


def _train(model: Path, *, seed: int, rank: int, steps: int) -> torch.nn.Module:
    """Run the usual training loop of a LoRA script: noise, predict, regress, step."""
    torch.manual_seed(seed)
    unet = UNet2DConditionModel.from_pretrained(model / "unet")
    unet.requires_grad_(False)
    config = LoraConfig(
        r=rank, lora_alpha=rank, init_lora_weights="gaussian", target_modules=TARGETS
    )
    wrapped = get_peft_model(unet, config)
    scheduler = DDPMScheduler.from_pretrained(model / "scheduler")
    moving = [p for p in wrapped.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(moving, lr=2e-2)
    size = unet.config.sample_size
    size = (size, size) if isinstance(size, int) else tuple(size)
    channels = unet.config.in_channels
    clean = torch.randn(1, 4, *size)
    text = torch.randn(1, 77, unet.config.cross_attention_dim)
    losses = []
    for _ in range(steps):
        noise = torch.randn_like(clean)
        timestep = torch.randint(0, scheduler.config.num_train_timesteps, (1,))
        sample = scheduler.add_noise(clean, noise, timestep)
        extra = torch.zeros(1, channels - 4, *size)
        predicted = wrapped(torch.cat([sample, extra], 1), timestep, text, return_dict=False)[0]
        loss = torch.nn.functional.mse_loss(
            predicted, scheduler.get_velocity(clean, noise, timestep)
        )
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    assert all(torch.isfinite(p).all() for p in moving), losses
    return wrapped
