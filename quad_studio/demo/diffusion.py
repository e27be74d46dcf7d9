"""The diffusion loss: v-prediction with min-SNR weights, on batches from latent pools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from quad_studio.demo.latents import LatentPool
from quad_studio.demo.networks import SCHEDULER, TRAIN_TIMESTEPS

MIN_SNR_GAMMA: Final = 5.0
CAPTION_DROP: Final = 0.1


def alphas_cumprod() -> np.ndarray:
    """Return the schedule's cumulative alphas, (1000,) float64 (scaled-linear betas)."""
    start, end = SCHEDULER["beta_start"] ** 0.5, SCHEDULER["beta_end"] ** 0.5
    betas = np.linspace(start, end, TRAIN_TIMESTEPS, dtype=np.float64) ** 2
    return np.asarray(np.cumprod(1.0 - betas))


class BatchSource:
    """Draw batches from several pools in given proportions, as torch tensors."""

    def __init__(
        self,
        pools: Mapping[str, tuple[LatentPool, float]],
        empty_tokens: np.ndarray,
        device: str,
        seed: int,
    ) -> None:
        """Take pools with their shares; `empty_tokens` replace a dropped caption."""
        self._pools = [pool for pool, _ in pools.values()]
        shares = np.array([share for _, share in pools.values()], np.float64)
        self._shares = shares / shares.sum()
        self._empty = empty_tokens
        self._device = device
        self._rng = np.random.default_rng(seed)

    def draw(self, batch_size: int, caption_drop: float = CAPTION_DROP) -> dict[str, Any]:
        """Return targets, conditionings, masks, tokens, noise, timesteps of a batch."""
        import torch

        which = self._rng.choice(len(self._pools), batch_size, p=self._shares)
        rows = [(self._pools[w], int(self._rng.integers(len(self._pools[w])))) for w in which]
        tokens = np.stack(
            [self._empty if self._rng.uniform() < caption_drop else p.tokens[i] for p, i in rows]
        )
        # one timestep in each of batch_size equal strata: less noisy gradients
        strata = (np.arange(batch_size) + self._rng.uniform(size=batch_size)) / batch_size
        timesteps = np.minimum((strata * TRAIN_TIMESTEPS).astype(np.int64), TRAIN_TIMESTEPS - 1)
        arrays = {
            "targets": np.stack([p.targets[i] for p, i in rows]).astype(np.float32),
            "conditionings": np.stack([p.conditionings[i] for p, i in rows]).astype(np.float32),
            "masks": np.stack([p.masks[i] for p, i in rows]).astype(np.float32),
            "tokens": tokens.astype(np.int64),
            "noise": self._rng.standard_normal((batch_size, 4, 32, 32)).astype(np.float32),
            "timesteps": timesteps,
        }
        return {k: torch.from_numpy(v).to(self._device) for k, v in arrays.items()}


class DiffusionLoss:
    """Compute the weighted v-prediction loss of a batch."""

    def __init__(self, device: str) -> None:
        """Precompute the schedule's tables."""
        import torch

        cumulative = torch.from_numpy(alphas_cumprod()).to(device, torch.float32)
        self._signal = cumulative.sqrt()
        self._noise = (1 - cumulative).sqrt()
        snr = cumulative / (1 - cumulative)
        self._weight = snr.clamp_max(MIN_SNR_GAMMA) / (snr + 1)

    def noisy_and_target(self, batch: Mapping[str, Any]) -> tuple[Any, Any]:
        """Return the U-Net's 9-channel input and the v target."""
        import torch

        at = batch["timesteps"]
        signal, noise = self._signal[at].view(-1, 1, 1, 1), self._noise[at].view(-1, 1, 1, 1)
        noisy = signal * batch["targets"] + noise * batch["noise"]
        velocity = signal * batch["noise"] - noise * batch["targets"]
        sample = torch.cat([noisy, batch["masks"], batch["conditionings"]], dim=1)
        return sample.contiguous(memory_format=torch.channels_last), velocity

    def __call__(self, predicted: Any, velocity: Any, timesteps: Any) -> Any:
        """Return the scalar loss; weights are normalised to a mean of one over timesteps."""
        weight = self._weight[timesteps] / self._weight.mean()
        return (weight * (predicted.float() - velocity).square().mean(dim=(1, 2, 3))).mean()
