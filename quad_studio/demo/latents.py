"""Encode examples once, so that training never waits for the autoencoder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quad_studio.demo.tasks import Example
from quad_studio.demo.vae_data import to_model_range

ENCODE_BATCH: Final = 32


@dataclass(frozen=True)
class LatentPool:
    """Encoded examples of one task.

    Attributes:
        targets, conditionings: (N, 4, 32, 32) float16, scaled to unit variance.
        masks: (N, 1, 32, 32) uint8.
        tokens: (N, 77) int32.
    """

    targets: NDArray[np.float16]
    conditionings: NDArray[np.float16]
    masks: NDArray[np.uint8]
    tokens: NDArray[np.int32]

    def __len__(self) -> int:
        """Return the number of examples."""
        return len(self.targets)


def encode_pictures(
    vae: Any, pictures: Sequence[NDArray[np.float32]], device: str, *, fast: bool = False
) -> NDArray[np.float16]:
    """Return the scaled posterior means (N, 4, 32, 32) of pictures (H, W, 3) in [0, 1].

    With `fast` the encoder computes in bfloat16: good enough for training examples.
    """
    import torch

    parts = []
    for start in range(0, len(pictures), ENCODE_BATCH):
        batch = torch.from_numpy(to_model_range(pictures[start : start + ENCODE_BATCH])).to(device)
        with (
            torch.no_grad(),
            torch.autocast(device.split(":")[0], torch.bfloat16, enabled=fast),
        ):
            mean = vae.encode(batch).latent_dist.mean.float() * vae.config.scaling_factor
        parts.append(mean.to("cpu", torch.float16).numpy())
    return np.concatenate(parts)


def shrink_mask(mask: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return the mask at latent size, by nearest neighbour as diffusers does."""
    return mask[::2, ::2].astype(np.uint8)


def tokenize(tokenizer: Any, captions: Sequence[str]) -> NDArray[np.int32]:
    """Return token ids (N, 77), padded."""
    given = tokenizer(list(captions), padding="max_length", max_length=77, truncation=True)
    return np.asarray(given.input_ids, np.int32)


def build_pool(
    name: str,
    key: str,
    examples: Callable[[], list[Example]],
    vae: Any,
    tokenizer: Any,
    folder: Path,
    device: str,
) -> LatentPool:
    """Encode the examples, or read the pool that an earlier run made.

    It is made again when the encoder's weights or `key`, which stands for the examples, changed.
    """
    digest = f"{_digest(vae)}-{key}"
    store = folder / f"pool_{name}.npz"
    if store.exists():
        with np.load(store) as saved:
            if str(saved["digest"]) == digest:
                return LatentPool(saved["t"], saved["c"], saved["m"], saved["k"])
    made = examples()
    unique: dict[bytes, int] = {}
    pictures: list[Any] = []
    index: list[int] = []
    for example in made:
        for picture in (example.target, example.conditioning):
            content = picture.tobytes()
            if content not in unique:
                unique[content] = len(pictures)
                pictures.append(picture)
            index.append(unique[content])
    latents = encode_pictures(vae, pictures, device, fast=True)[np.asarray(index)]
    pool = LatentPool(
        targets=latents[0::2],
        conditionings=latents[1::2],
        masks=np.stack([shrink_mask(e.mask)[None] for e in made]),
        tokens=tokenize(tokenizer, [e.caption for e in made]),
    )
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(
        store, digest=digest, t=pool.targets, c=pool.conditionings, m=pool.masks, k=pool.tokens
    )
    return pool


def _digest(vae: Any) -> str:
    """Hash the encoder's weights: latents of another encoder are useless."""
    state = {k: v for k, v in vae.state_dict().items() if k.startswith(("encoder", "quant_conv"))}
    sha = hashlib.sha256(str(vae.config.scaling_factor).encode())
    for key in sorted(state):
        sha.update(state[key].detach().cpu().float().numpy().tobytes())
    return sha.hexdigest()
