"""Train one LoRA adapter on the frozen demo model, with PEFT through diffusers' own LoRA code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from quad_studio.demo.diffusion import BatchSource, DiffusionLoss
from quad_studio.demo.folded_adapter import FoldedAdapter
from quad_studio.demo.latents import LatentPool
from quad_studio.demo.parallel import Group
from quad_studio.demo.train_base import BaseModel, set_training_attention
from quad_studio.demo.training_loop import Budget, LoopReport, LoopState, StepFn, run_loop

LEARNING_RATE: Final = 3e-3
BATCH_SIZE: Final = 8
ATTENTION: Final = (
    "to_q", "to_k", "to_v", "to_out.0", "ff.net.0.proj", "ff.net.2", "proj_in", "proj_out",
)  # fmt: skip


@dataclass(frozen=True)
class AdapterRecipe:
    """How one adapter is trained.

    Attributes:
        name: Its folder's name.
        rank: Of every LoRA pair.
        mix: Examples in the pool and share of the batches, for each task.
        caption_drop: Part of the captions that is dropped, for guidance.
        targets: The layers that carry it, by the ends of their names.
    """

    name: str
    rank: int
    mix: Mapping[str, tuple[int, float]]
    caption_drop: float = 0.1
    targets: tuple[str, ...] = ATTENTION


RECIPES: Final[dict[str, AdapterRecipe]] = {
    recipe.name: recipe
    for recipe in (
        AdapterRecipe("object_removal", 8, {"object_removal": (3000, 1.0)}),
        AdapterRecipe("transform", 8, {"transform": (2400, 1.0)}, targets=(*ATTENTION, "conv_in")),
        AdapterRecipe("sketch", 8, {"sketch_to_image": (1000, 1.0)}),
        AdapterRecipe("sticker", 4, {"sticker": (76, 1.0)}),
        AdapterRecipe("portrait", 8, {"portrait": (700, 1.0)}),
        AdapterRecipe(
            "lcm",
            8,
            {"text_to_image": (588, 0.4), "object_removal": (3000, 0.4), "restyle": (2400, 0.2)},
        ),
    )
}


@dataclass(frozen=True)
class AdapterInput:
    """What the stage needs; `folder` holds its checkpoint.

    `forward` is the base U-Net compiled; the same one serves every adapter.
    """

    recipe: AdapterRecipe
    base: BaseModel
    pools: Mapping[str, tuple[LatentPool, float]]
    empty_tokens: np.ndarray
    folder: Path
    budget: Budget
    device: str = "cpu"
    resume: bool = False
    forward: Any = None
    group: Group = Group()
    batch_size: int = BATCH_SIZE


class AdapterTraining:
    """An adapter in training, its optimizer and its checkpoint.

    Attributes:
        adapted: A copy of the U-Net with the PEFT adapter, for saving.
        folded: The same adapter, folded into the plain U-Net that computes.
        plain: The plain U-Net, for computing without gradients.
        forward: The plain U-Net as it was compiled for the base model.
    """

    def __init__(self, given: AdapterInput) -> None:
        """Add the adapter to a copy of the U-Net and restore a checkpoint where asked."""
        import copy

        import torch

        torch.manual_seed(0)
        self.plain = given.base.unet.train()
        set_training_attention(self.plain)
        self.forward = given.forward if given.forward is not None else self.plain
        self.adapted = add_adapter(copy.deepcopy(self.plain), given.recipe)
        self.folded = FoldedAdapter(self.plain, self.adapted)
        self.trained = self.folded.parameters()
        self.optimizer = torch.optim.AdamW(
            self.trained, LEARNING_RATE, betas=(0.9, 0.99), weight_decay=0.0
        )
        self.state = LoopState()
        self._given = given
        self._checkpoint = given.folder / f"adapter_{given.recipe.name}.pt"
        if given.resume and self._checkpoint.exists():
            saved = torch.load(self._checkpoint, weights_only=True)
            with torch.no_grad():
                for mine, weight in zip(self.trained, saved["lora"], strict=True):
                    mine.copy_(weight)
            self.optimizer.load_state_dict(saved["optimizer"])
            self.state = LoopState(saved["steps"], saved["elapsed_s"], saved["loss"])

    def run(
        self, step: StepFn, *, report: Callable[[LoopReport], None], check: Callable[[], None]
    ) -> Any:
        """Train until the budget is used up; return the U-Net that carries the adapter."""
        run_loop(
            self._given.recipe.name,
            self._given.budget,
            self.state,
            step,
            save=self.save,
            report=report,
            check=check,
        )
        self.folded.unfold()
        return self.adapted.eval()

    def update(self, loss: Any, factor: float) -> None:
        """Take one optimizer step."""
        import torch

        loss.backward()
        self.folded.collect_gradients()
        self._given.group.average_gradients(self.trained)
        torch.nn.utils.clip_grad_norm_(self.trained, 1.0)
        for group in self.optimizer.param_groups:
            group["lr"] = LEARNING_RATE * factor
        self.optimizer.step()
        self.optimizer.zero_grad()

    def save(self, now: LoopState) -> None:
        """Write the checkpoint."""
        import torch

        if not self._given.group.leads:
            return
        part = self._checkpoint.with_suffix(".part")
        torch.save(
            {
                "lora": [p.detach() for p in self.trained],
                "optimizer": self.optimizer.state_dict(),
                "steps": now.steps,
                "elapsed_s": now.elapsed_s,
                "loss": now.loss,
            },
            part,
        )
        part.replace(self._checkpoint)


def add_adapter(unet: Any, recipe: AdapterRecipe) -> Any:
    """Freeze the U-Net and add a new, trainable adapter to it."""
    from peft import LoraConfig

    unet.requires_grad_(False)
    unet.add_adapter(
        LoraConfig(r=recipe.rank, lora_alpha=recipe.rank, target_modules=list(recipe.targets))
    )
    return unet.train()


def restore_adapter(unet: Any, recipe: AdapterRecipe, checkpoint: Path) -> Any:
    """Return a copy of the U-Net with the adapter of a checkpoint."""
    import copy

    import torch

    adapted = add_adapter(copy.deepcopy(unet), recipe)
    mine = FoldedAdapter(unet, adapted).parameters()
    saved = torch.load(checkpoint, weights_only=True)["lora"]
    with torch.no_grad():
        for matrix, weight in zip(mine, saved, strict=True):
            matrix.copy_(weight)
    return adapted


def adapter_state(unet: Any) -> dict[str, Any]:
    """Return the adapter's tensors under PEFT's names, in half precision.

    All under PEFT's: `convert_state_dict_to_diffusers` renames the attention layers only, and
    diffusers' loader, which judges a file by its first key, then drops them without an error.
    """
    import torch
    from peft.utils import get_peft_model_state_dict

    state = get_peft_model_state_dict(unet)
    return {
        name: tensor.detach().to("cpu", torch.float16).contiguous()
        for name, tensor in state.items()
    }


def save_adapter(unet: Any, folder: Path) -> None:
    """Write ``pytorch_lora_weights.safetensors`` through diffusers' own code."""
    from diffusers import StableDiffusionPipeline

    folder.mkdir(parents=True, exist_ok=True)
    StableDiffusionPipeline.save_lora_weights(
        folder, unet_lora_layers=adapter_state(unet), safe_serialization=True
    )


class EncodedCaptions:
    """The frozen text encoder's states, computed once a caption."""

    def __init__(self, text_encoder: Any, device: str) -> None:
        """Start empty."""
        self._text_encoder = text_encoder
        self._device = device
        self._states: dict[bytes, Any] = {}

    def __call__(self, tokens: Any) -> Any:
        """Return the states (N, 77, width) of token ids (N, 77)."""
        import torch

        keys = [row.cpu().numpy().tobytes() for row in tokens]
        missing = {key: index for index, key in enumerate(keys) if key not in self._states}
        if missing:
            rows = tokens[list(missing.values())]
            with torch.no_grad():
                states = self._text_encoder(rows.to(self._device)).last_hidden_state
            self._states.update(zip(missing, states, strict=True))
        return torch.stack([self._states[key] for key in keys])


def train_adapter(
    given: AdapterInput, *, report: Callable[[LoopReport], None], check: Callable[[], None]
) -> Any:
    """Train the adapter by the diffusion loss and return a U-Net that carries it."""
    import torch

    training = AdapterTraining(given)
    seed = 1000 * given.group.rank + training.state.steps + 100
    source = BatchSource(given.pools, given.empty_tokens, given.device, seed)
    loss_fn = DiffusionLoss(given.device)
    encoded = EncodedCaptions(given.base.text_encoder, given.device)

    def step(factor: float) -> float:
        batch = source.draw(given.group.share(given.batch_size), given.recipe.caption_drop)
        sample, velocity = loss_fn.noisy_and_target(batch)
        states = encoded(batch["tokens"]).requires_grad_()  # as in the graph compiled for the base
        training.folded.fold()
        with torch.autocast(given.device.split(":")[0], torch.bfloat16):
            predicted = training.forward(sample, batch["timesteps"], states, return_dict=False)[0]
        loss = loss_fn(predicted, velocity)
        training.update(loss, factor)
        return float(loss.detach())

    return training.run(step, report=report, check=check)
