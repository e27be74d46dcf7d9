"""Train the autoencoder: 64x64 RGB to 32x32x4 latents of unit variance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from quad_studio.demo.catalog import Item
from quad_studio.demo.errors import DemoStageError
from quad_studio.demo.icons import Rgba
from quad_studio.demo.parallel import Group
from quad_studio.demo.training_loop import Budget, LoopReport, LoopState, run_loop
from quad_studio.demo.vae_data import picture_batches
from quad_studio.demo.warm_start import LOG_VARIANCE, start_as_resampler

BATCH_SIZE: Final = 16
LEARNING_RATE: Final = 1e-3
LATENT_CHANNELS: Final = 4
LATENT_NOISE: Final = 0.03
PULL_WEIGHT: Final = 1e-4
EDGE_WEIGHT: Final = 0.5
STAGE: Final = "vae"


@dataclass(frozen=True)
class VaeInput:
    """What the stage needs; `folder` holds its checkpoint.

    With `decoder_only` the encoder stays as it is: latents that were made with it stay valid.
    """

    icons: Mapping[Item, Rgba]
    items: Sequence[Item]
    folder: Path
    budget: Budget
    device: str = "cpu"
    resume: bool = False
    compile_graph: bool = True
    group: Group = Group()
    decoder_only: bool = False


def build_vae() -> Any:
    """Return a new autoencoder of the demo model's geometry."""
    from diffusers import AutoencoderKL

    return AutoencoderKL(
        in_channels=3,
        out_channels=3,
        down_block_types=("DownEncoderBlock2D", "DownEncoderBlock2D"),
        up_block_types=("UpDecoderBlock2D", "UpDecoderBlock2D"),
        block_out_channels=(32, 64),
        layers_per_block=1,
        latent_channels=4,
        norm_num_groups=8,
        sample_size=64,
        force_upcast=False,
        mid_block_add_attention=False,
    )


def train_vae(
    given: VaeInput, *, report: Callable[[LoopReport], None], check: Callable[[], None]
) -> Any:
    """Train the autoencoder and return it in eval mode; its scaling factor is not set yet."""
    import torch

    torch.manual_seed(0)
    given.folder.mkdir(parents=True, exist_ok=True)
    stage = "decoder" if given.decoder_only else STAGE
    checkpoint = given.folder / f"{stage}.pt"
    vae = start_as_resampler(build_vae()).to(given.device, memory_format=torch.channels_last)
    if given.decoder_only:
        vae.load_state_dict(load_vae(given.folder, given.device).state_dict())
        vae.encoder.requires_grad_(False)
        vae.quant_conv.requires_grad_(False)
    weights = [parameter for parameter in vae.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(weights, LEARNING_RATE, betas=(0.9, 0.99), weight_decay=1e-3)
    state = LoopState()
    if given.resume and checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        vae.load_state_dict(saved["model"])
        if saved["optimizer"] is not None:
            optimizer.load_state_dict(saved["optimizer"])
        state = LoopState(saved["steps"], saved["elapsed_s"], saved["loss"])
    reconstruct = _reconstruction(vae, given.device)
    if given.compile_graph:
        reconstruct = torch.compile(reconstruct)
    share, seed = given.group.share(BATCH_SIZE), 1000 * given.group.rank + state.steps
    batches = picture_batches(given.icons, given.items, share, seed)

    def step(factor: float) -> float:
        images = torch.from_numpy(next(batches)).to(given.device, memory_format=torch.channels_last)
        noise = torch.randn(len(images), LATENT_CHANNELS, 32, 32, device=given.device)
        decoded, latents = reconstruct(images, noise)
        loss = _loss(decoded, images, latents)
        loss.backward()
        given.group.average_gradients(weights)
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        for group in optimizer.param_groups:
            group["lr"] = LEARNING_RATE * factor
        optimizer.step()
        optimizer.zero_grad()
        return float(loss.detach())

    def save(now: LoopState) -> None:
        if not given.group.leads:
            return
        part = checkpoint.with_suffix(".part")
        torch.save(
            {
                "model": vae.state_dict(),
                "optimizer": optimizer.state_dict(),
                "steps": now.steps,
                "elapsed_s": now.elapsed_s,
                "loss": now.loss,
            },
            part,
        )
        part.replace(checkpoint)

    run_loop(stage, given.budget, state, step, save=save, report=report, check=check)
    fix_posterior(vae)
    return vae.eval()


def load_vae(folder: Path, device: str) -> Any:
    """Return the autoencoder of the latest checkpoint, in eval mode.

    A ``decoder.pt`` is a ``vae.pt`` whose decoder was trained further.

    Raises:
        DemoStageError: There is no checkpoint.
    """
    import torch

    found = [path for name in ("decoder", "vae") if (path := folder / f"{name}.pt").exists()]
    if not found:
        raise DemoStageError(
            STAGE,
            f"not trained yet (no {folder / 'vae.pt'}); run `quad-studio demo train --stage vae`",
        )
    vae = build_vae()
    vae.load_state_dict(torch.load(found[0], weights_only=True)["model"])
    fix_posterior(vae)
    return vae.to(device).eval()


def _reconstruction(vae: Any, device: str) -> Callable[[Any, Any], tuple[Any, Any]]:
    """Return a function from pictures and noise to decoded pictures and latents."""
    import torch

    def reconstruct(images: Any, noise: Any) -> tuple[Any, Any]:
        with torch.autocast(device.split(":")[0], torch.bfloat16):
            latents = vae.quant_conv(vae.encoder(images))[:, :LATENT_CHANNELS].float()
            decoded = vae.decode(latents + LATENT_NOISE * noise, return_dict=False)[0]
        return decoded.float(), latents

    return reconstruct


def _loss(decoded: Any, images: Any, latents: Any) -> Any:
    """Return L1, L1 of the gradients (edges stay sharp) and a pull of the latents to zero."""
    error = decoded - images
    edges = error.diff(dim=2).abs().mean() + error.diff(dim=3).abs().mean()
    return error.abs().mean() + EDGE_WEIGHT * edges + PULL_WEIGHT * latents.square().mean()


def fix_posterior(vae: Any) -> None:
    """Give the posterior a negligible constant variance, so that sampling it returns its mean."""
    import torch

    with torch.no_grad():
        vae.quant_conv.weight[LATENT_CHANNELS:].zero_()
        vae.quant_conv.bias[LATENT_CHANNELS:].fill_(LOG_VARIANCE)


def measure_scaling_factor(
    vae: Any, icons: Mapping[Item, Rgba], items: Sequence[Item], device: str
) -> float:
    """Return the factor that gives the latents of training pictures unit variance."""
    import torch

    batches = picture_batches(icons, items, 64, seed=99)
    with torch.no_grad():
        latents = [
            vae.encode(torch.from_numpy(next(batches)).to(device)).latent_dist.mean
            for _ in range(4)
        ]
    return round(float(1.0 / torch.cat(latents).std()), 5)


def reconstruction_psnr_db(vae: Any, pictures: np.ndarray, device: str) -> float:
    """Return the mean PSNR over pictures (N, 3, H, W) in [-1, 1], encoded and decoded again."""
    import torch

    with torch.no_grad():
        images = torch.from_numpy(pictures).to(device)
        decoded = vae.decode(vae.encode(images).latent_dist.mean).sample.clamp(-1, 1)
    mse = (decoded - images).square().mean(dim=(1, 2, 3)).clamp_min(1e-12)
    return float((10 * torch.log10(4.0 / mse)).mean())
