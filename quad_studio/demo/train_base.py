"""Train U-Net and text encoder together, on a mix of all tasks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from quad_studio.demo.diffusion import BatchSource, DiffusionLoss
from quad_studio.demo.latents import LatentPool
from quad_studio.demo.networks import build_text_encoder, build_unet
from quad_studio.demo.optimizer import HybridOptimizer, split_parameters
from quad_studio.demo.parallel import Group
from quad_studio.demo.training_loop import Budget, LoopReport, LoopState, run_loop

BATCH_SIZE: Final = 16
MATRIX_RATE: Final = 0.02
OTHER_RATE: Final = 2e-3
EMA_LIMIT: Final = 0.998
STAGE: Final = "base"
MIX: Final[dict[str, tuple[int, float]]] = {
    # task: (examples in the pool, share of the batches). The tasks of the adapters are here too,
    # in small shares: an adapter sits in the attention layers only, so the convolutions must have
    # learnt to carry a conditioning picture before.
    "text_to_image": (588, 0.34),
    "inpaint": (1500, 0.12),
    "reference": (900, 0.04),
    "object_removal": (3000, 0.18),
    "restyle": (2400, 0.16),
    "sketch_to_image": (1000, 0.08),
    "portrait": (700, 0.08),
}


@dataclass(frozen=True)
class BaseInput:
    """What the stage needs; `folder` holds its checkpoint."""

    pools: Mapping[str, tuple[LatentPool, float]]
    tokenizer: Any
    folder: Path
    budget: Budget
    device: str = "cpu"
    resume: bool = False
    compile_graph: bool = True
    group: Group = Group()
    batch_size: int = BATCH_SIZE


@dataclass(frozen=True)
class BaseModel:
    """The trained networks (running averages of their weights), in eval mode."""

    unet: Any
    text_encoder: Any


def train_base(
    given: BaseInput, *, report: Callable[[LoopReport], None], check: Callable[[], None]
) -> BaseModel:
    """Train and return the averaged networks."""
    import torch

    torch.manual_seed(0)
    given.folder.mkdir(parents=True, exist_ok=True)
    model = new_base_model(given.tokenizer, given.device)
    named = [*model.unet.named_parameters(), *model.text_encoder.named_parameters()]
    matrices, others = split_parameters(named)
    optimizer = HybridOptimizer(
        matrices, others, matrix_rate=MATRIX_RATE, other_rate=OTHER_RATE, group=given.group
    )
    trained = [parameter for _, parameter in named]
    averages = [parameter.detach().clone() for parameter in trained]
    state = LoopState()
    checkpoint = given.folder / "base.pt"
    if given.resume and checkpoint.exists():
        state = _restore(checkpoint, model, optimizer, averages)
    set_training_attention(model.unet)
    unet = torch.compile(model.unet) if given.compile_graph else model.unet
    empty = np.asarray(given.tokenizer("", padding="max_length", max_length=77).input_ids)
    seed = 1000 * given.group.rank + state.steps
    source = BatchSource(given.pools, empty, given.device, seed)
    loss_fn = DiffusionLoss(given.device)

    def step(factor: float) -> float:
        batch = source.draw(given.group.share(given.batch_size))
        loss = batch_loss(unet, model.text_encoder, loss_fn, batch, given.device)
        loss.backward()
        given.group.average_gradients(matrices + others)
        torch.nn.utils.clip_grad_norm_(others, 1.0)
        optimizer.step(factor)
        decay = min(EMA_LIMIT, (1 + state.steps) / (10 + state.steps))
        with torch.no_grad():
            torch._foreach_lerp_(averages, trained, 1 - decay)
        return float(loss.detach())

    def save(now: LoopState) -> None:
        if not given.group.leads:
            return
        part = checkpoint.with_suffix(".part")
        torch.save(
            {
                "unet": model.unet.state_dict(),
                "text_encoder": model.text_encoder.state_dict(),
                "averages": averages,
                "optimizer": optimizer.state_dict(),
                "steps": now.steps,
                "elapsed_s": now.elapsed_s,
                "loss": now.loss,
            },
            part,
        )
        part.replace(checkpoint)

    run_loop(STAGE, given.budget, state, step, save=save, report=report, check=check)
    return load_base(checkpoint, given.tokenizer, given.device)


def batch_loss(
    unet: Any, text_encoder: Any, loss_fn: DiffusionLoss, batch: Any, device: str
) -> Any:
    """Return the loss of one batch, computed in bfloat16 where that is safe."""
    import torch

    sample, velocity = loss_fn.noisy_and_target(batch)
    with torch.autocast(device.split(":")[0], torch.bfloat16):
        states = text_encoder(batch["tokens"]).last_hidden_state
        predicted = unet(sample, batch["timesteps"], states, return_dict=False)[0]
    return loss_fn(predicted, velocity)


def set_training_attention(unet: Any) -> None:
    """Use plain matrix products: the CPU's fused bfloat16 attention is very slow backwards."""
    from diffusers.models.attention_processor import AttnProcessor

    unet.set_attn_processor(AttnProcessor())


def new_base_model(tokenizer: Any, device: str) -> BaseModel:
    """Return untrained networks on the device."""
    import torch

    unet = build_unet().to(device, memory_format=torch.channels_last)
    text_encoder = build_text_encoder(
        len(tokenizer), tokenizer.bos_token_id, tokenizer.eos_token_id
    ).to(device)
    return BaseModel(unet, text_encoder)


def load_base(checkpoint: Path, tokenizer: Any, device: str) -> BaseModel:
    """Return the averaged networks of a checkpoint, in eval mode."""
    import torch

    model = new_base_model(tokenizer, device)
    saved = torch.load(checkpoint, weights_only=True, map_location=device)
    parameters = [*model.unet.parameters(), *model.text_encoder.parameters()]
    with torch.no_grad():
        for parameter, average in zip(parameters, saved["averages"], strict=True):
            parameter.copy_(average)
    model.unet.eval()
    model.text_encoder.eval()
    return model


def _restore(
    path: Path, model: BaseModel, optimizer: HybridOptimizer, averages: list[Any]
) -> LoopState:
    import torch

    saved = torch.load(path, weights_only=True)
    model.unet.load_state_dict(saved["unet"])
    model.text_encoder.load_state_dict(saved["text_encoder"])
    optimizer.load_state_dict(saved["optimizer"])
    for mine, average in zip(averages, saved["averages"], strict=True):
        mine.copy_(average)
    return LoopState(saved["steps"], saved["elapsed_s"], saved["loss"])
