"""Distil the demo model into a few-step adapter by latent consistency.

Source:
    Luo et al., "Latent Consistency Models", 2023 (arXiv 2310.04378) and "LCM-LoRA", 2023
    (arXiv 2311.05556). Boundary functions as in diffusers' LCMScheduler, so that its sampler fits.
    Deviation: the target comes from the adapter's own current weights, not from a running average,
    as in the improved consistency training of Song & Dhariwal, 2023.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from quad_studio.demo.diffusion import BatchSource, alphas_cumprod
from quad_studio.demo.networks import TRAIN_TIMESTEPS
from quad_studio.demo.train_adapter import AdapterInput, AdapterTraining, EncodedCaptions
from quad_studio.demo.training_loop import LoopReport

SOLVER_STEPS: Final = 50
GUIDANCE: Final = 2.5
SIGMA_DATA: Final = 0.5
TIMESTEP_SCALING: Final = 10.0
HUBER_C: Final = 0.01


def boundary(timesteps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return c_skip and c_out of the consistency function at those timesteps."""
    scaled = timesteps.astype(np.float64) * TIMESTEP_SCALING
    total = scaled**2 + SIGMA_DATA**2
    return SIGMA_DATA**2 / total, scaled / np.sqrt(total)


class ConsistencyLoss:
    """The distance between the consistency function at two neighbouring points of a trajectory."""

    def __init__(self, training: AdapterTraining, device: str) -> None:
        """Precompute the schedule's tables."""
        import torch

        cumulative = torch.from_numpy(alphas_cumprod())
        skip, out = boundary(np.arange(TRAIN_TIMESTEPS))
        self._training, self._device = training, device
        self._signal = cumulative.sqrt().to(device, torch.float32)
        self._noise = (1 - cumulative).sqrt().to(device, torch.float32)
        self._skip = torch.from_numpy(skip).to(device, torch.float32)
        self._out = torch.from_numpy(out).to(device, torch.float32)

    def __call__(self, batch: Any, states: Any, empty_states: Any) -> Any:
        """Return the pseudo-Huber loss of a batch; timesteps are moved onto the solver's grid."""
        import torch

        stride = TRAIN_TIMESTEPS // SOLVER_STEPS
        index = (batch["timesteps"] // stride).clamp(0, SOLVER_STEPS - 1)
        start = (index + 1) * stride - 1
        end = (start - stride).clamp_min(0)
        noisy = (
            self._at(self._signal, start) * batch["targets"]
            + self._at(self._noise, start) * batch["noise"]
        )
        extra = torch.cat([batch["masks"], batch["conditionings"]], dim=1)
        folded = self._training.folded
        folded.unfold()
        earlier = self._teacher_step(noisy, start, end, extra, states, empty_states)
        folded.fold()
        plain = self._training.plain
        with torch.no_grad():
            wanted = self._consistent(plain, earlier, end, extra, states)
        trained = states.detach().clone().requires_grad_()  # as in the compiled graph
        found = self._consistent(self._training.forward, noisy, start, extra, trained)
        distance = (found - wanted).square().sum(dim=(1, 2, 3)) / found[0].numel()
        return (torch.sqrt(distance + HUBER_C**2) - HUBER_C).mean()

    def _at(self, table: Any, timesteps: Any) -> Any:
        return table[timesteps].view(-1, 1, 1, 1)

    def _predict(self, unet: Any, noisy: Any, timesteps: Any, extra: Any, states: Any) -> Any:
        import torch

        sample = torch.cat([noisy, extra], dim=1).contiguous(memory_format=torch.channels_last)
        with torch.autocast(self._device.split(":")[0], torch.bfloat16):
            velocity = unet(sample, timesteps, states, return_dict=False)[0]
        return velocity.float()

    def _consistent(self, unet: Any, noisy: Any, timesteps: Any, extra: Any, states: Any) -> Any:
        velocity = self._predict(unet, noisy, timesteps, extra, states)
        clean = (
            self._at(self._signal, timesteps) * noisy - self._at(self._noise, timesteps) * velocity
        )
        return self._at(self._skip, timesteps) * noisy + self._at(self._out, timesteps) * clean

    def _teacher_step(
        self, noisy: Any, start: Any, end: Any, extra: Any, states: Any, empty_states: Any
    ) -> Any:
        """Take one guided DDIM step with the base model."""
        import torch

        plain = self._training.plain
        with torch.no_grad():
            velocity = self._predict(plain, noisy, start, extra, states)
            without = self._predict(plain, noisy, start, extra, empty_states)
        velocity = without + GUIDANCE * (velocity - without)
        signal, sigma = self._at(self._signal, start), self._at(self._noise, start)
        clean = signal * noisy - sigma * velocity
        noise = sigma * noisy + signal * velocity
        return self._at(self._signal, end) * clean + self._at(self._noise, end) * noise


def distill_lcm(
    given: AdapterInput, *, report: Callable[[LoopReport], None], check: Callable[[], None]
) -> Any:
    """Train the few-step adapter and return a U-Net that carries it."""
    import torch

    training = AdapterTraining(given)
    seed = 1000 * given.group.rank + training.state.steps + 200
    source = BatchSource(given.pools, given.empty_tokens, given.device, seed)
    encoded = EncodedCaptions(given.base.text_encoder, given.device)
    loss_fn = ConsistencyLoss(training, given.device)
    empty = torch.from_numpy(given.empty_tokens.astype(np.int64))[None]

    def step(factor: float) -> float:
        batch = source.draw(given.group.share(given.batch_size), caption_drop=0.0)
        states = encoded(batch["tokens"])
        loss = loss_fn(batch, states, encoded(empty).expand_as(states))
        training.update(loss, factor)
        return float(loss.detach())

    return training.run(step, report=report, check=check)
