"""The diffusion loss: plain v-prediction, on batches from latent pools.

Min-SNR weights were tried and dropped: they all but silence the noisiest timesteps, which are the
ones where the caption decides what is painted, and concepts were not learnt.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from quad_studio.demo.latents import LatentPool
from quad_studio.demo.networks import SCHEDULER, TRAIN_TIMESTEPS

CAPTION_DROP: Final = 0.1
QUIET_BELOW: Final = 400
QUIET_SHARE: Final = 0.25


def alphas_cumprod() -> np.ndarray:
    """Return the schedule's cumulative alphas, (1000,) float64 (scaled-linear betas)."""
    start, end = SCHEDULER["beta_start"] ** 0.5, SCHEDULER["beta_end"] ** 0.5
    betas = np.linspace(start, end, TRAIN_TIMESTEPS, dtype=np.float64) ** 2
    return np.asarray(np.cumprod(1.0 - betas))


def favour_noise(uniform: np.ndarray) -> np.ndarray:
    """Map uniform numbers in [0, 1) to timesteps: a quarter below 400, the rest above.

    What a caption decides is decided at noisy timesteps; the others are learnt soon enough.
    """
    low = uniform / QUIET_SHARE * QUIET_BELOW
    high = QUIET_BELOW + (uniform - QUIET_SHARE) / (1 - QUIET_SHARE) * (
        TRAIN_TIMESTEPS - QUIET_BELOW
    )
    chosen = np.where(uniform < QUIET_SHARE, low, high).astype(np.int64)
    return np.minimum(chosen, TRAIN_TIMESTEPS - 1)


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
        timesteps = favour_noise(strata)
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
    """Compute the v-prediction loss of a batch."""

    def __init__(self, device: str) -> None:
        """Precompute the schedule's tables."""
        import torch

        cumulative = torch.from_numpy(alphas_cumprod()).to(device, torch.float32)
        self._signal = cumulative.sqrt()
        self._noise = (1 - cumulative).sqrt()

    def noisy_and_target(self, batch: Mapping[str, Any]) -> tuple[Any, Any]:
        """Return the U-Net's 9-channel input and the v target."""
        import torch

        at = batch["timesteps"]
        signal, noise = self._signal[at].view(-1, 1, 1, 1), self._noise[at].view(-1, 1, 1, 1)
        noisy = signal * batch["targets"] + noise * batch["noise"]
        velocity = signal * batch["noise"] - noise * batch["targets"]
        sample = torch.cat([noisy, batch["masks"], batch["conditionings"]], dim=1)
        return sample.contiguous(memory_format=torch.channels_last), velocity

    def __call__(self, predicted: Any, velocity: Any) -> Any:
        """Return the mean squared error."""
        return (predicted.float() - velocity).square().mean()
