"""Build the demo model stage by stage: fetch, render, train, export, evaluate."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from quad_studio.demo.captions import every_caption
from quad_studio.demo.catalog import Catalog, load_catalog
from quad_studio.demo.errors import DemoStageError
from quad_studio.demo.inputs import USE_CASES, SplitWorlds, split_worlds, write_input_set
from quad_studio.demo.latents import LatentPool, build_pool
from quad_studio.demo.parallel import Group
from quad_studio.demo.tasks import make_examples
from quad_studio.demo.training_loop import Budget, LoopReport

DEFAULT_STEPS: Final[dict[str, int]] = {
    "vae": 1200, "decoder": 1200, "base": 12000, "object_removal": 1500, "transform": 2000,
    "sketch": 1500, "sticker": 600, "portrait": 1000, "lcm": 1000,
}  # fmt: skip
POOL_SEED: Final = 7


@dataclass(frozen=True)
class TrainSettings:
    """What the user chose.

    Attributes:
        work: Where downloads, latents and checkpoints are kept between runs.
        out: Where the finished model, adapters, inputs and contact sheets go. A model that is there
            stands in for checkpoints that the work folder lacks, so that adapters can be trained
            on the shipped model.
        steps: Instead of every stage's own number of steps.
    """

    work: Path
    out: Path
    steps: int | None = None
    resume: bool = False
    device: str = "cpu"
    compile_graph: bool = False
    group: Group = field(default_factory=Group)

    def budget(self, stage: str) -> Budget:
        """Return how long a stage trains."""
        return Budget(steps=self.steps if self.steps is not None else DEFAULT_STEPS[stage])


class DemoTraining:
    """Run stages; what an earlier stage made is read from the work folder."""

    def __init__(
        self,
        settings: TrainSettings,
        *,
        report: Callable[[LoopReport], None],
        progress: Callable[[str, int, int], None],
        check: Callable[[], None],
    ) -> None:
        """Fetch and render the icons unless they are there."""
        from evaluation.torchvision_schemas import register
        from quad_studio.demo.icons import render_catalog

        register()
        self._settings = settings
        self._base: tuple[Any, Any] | None = None
        self._shipped: Any = None
        self._report, self._progress, self._check = report, progress, check
        settings.work.mkdir(parents=True, exist_ok=True)
        self.catalog: Catalog = load_catalog()
        progress("render", 0, 1)
        with settings.group.leader_first():
            icons = render_catalog(self.catalog, settings.work / "cache")
        progress("render", 1, 1)
        self.worlds: SplitWorlds = split_worlds(self.catalog, icons)

    def run(self, stage: str) -> None:
        """Run one stage."""
        if stage in ("vae", "decoder"):
            self._train_autoencoder(stage)
        elif stage == "base":
            self._train_base()
        elif stage == "export":
            self._export()
        elif stage == "evaluate":
            self._evaluate()
        else:
            self._train_adapter(stage)

    def tokenizer(self) -> Any:
        """Return the demo model's tokenizer, made on first use."""
        from transformers import CLIPTokenizer

        from quad_studio.demo.vocabulary import write_vocabulary

        if (exported := self._exported("base")) is not None:
            return (
                exported.tokenizer
            )  # the base knows its own words only, whatever captions say now
        folder = self._settings.work / "tokenizer"
        if not (folder / "vocab.json").exists():
            write_vocabulary(every_caption(self.catalog), folder)
        return CLIPTokenizer.from_pretrained(folder)

    def _exported(self, stage: str) -> Any:
        """Return the finished model of the out folder, or None where this run has a checkpoint."""
        from quad_studio.demo.generate import load_demo_model

        folder = self._settings.out / "model"
        if (self._settings.work / f"{stage}.pt").exists() or not folder.is_dir():
            return None
        if self._shipped is None:
            self._shipped = load_demo_model(folder, self._settings.device)
        return self._shipped

    def vae(self) -> Any:
        """Return the trained autoencoder, scaling factor set, or say that it is missing."""
        from quad_studio.demo.train_vae import load_vae, measure_scaling_factor

        if (exported := self._exported("vae")) is not None:
            return exported.vae
        vae = load_vae(self._settings.work, self._settings.device)
        store = self._settings.work / "scaling_factor.json"
        if not store.exists():
            factor = measure_scaling_factor(
                vae, self.worlds.trained.icons, self.worlds.trained.items, self._settings.device
            )
            store.write_text(json.dumps(factor), "utf-8")
        vae.register_to_config(scaling_factor=json.loads(store.read_text("utf-8")))
        return vae

    def base(self) -> Any:
        """Return the trained U-Net and text encoder, or say that they are missing."""
        import torch

        from quad_studio.demo.train_base import BaseModel, load_base

        if (exported := self._exported("base")) is not None:
            unet = exported.unet.to(memory_format=torch.channels_last)
            return BaseModel(unet, exported.text_encoder)
        return load_base(self._checkpoint("base"), self.tokenizer(), self._settings.device)

    def _shared_base(self) -> tuple[Any, Any]:
        """Return the base model and its U-Net, compiled at most once for all adapters."""
        import torch

        from quad_studio.demo.train_base import set_training_attention

        if self._base is None:
            base = self.base()
            base.unet.train()
            set_training_attention(base.unet)
            compiled = torch.compile(base.unet) if self._settings.compile_graph else base.unet
            self._base = (base, compiled)
        return self._base

    def pools(self, mix: Mapping[str, tuple[int, float]]) -> dict[str, tuple[LatentPool, float]]:
        """Return the encoded training examples of a mix of tasks, with their shares."""
        settings = self._settings
        with settings.group.leader_first():
            tokenizer, vae = self.tokenizer(), self.vae()
        key = hashlib.sha256(repr(self.worlds.trained.items).encode()).hexdigest()[:16]
        key += hashlib.sha256(repr(self.catalog.text_only).encode()).hexdigest()[:16]
        pools = {}
        for done, (task, (count, share)) in enumerate(mix.items()):
            self._check()
            self._progress("encode", done, len(mix))

            def examples(task: str = task, count: int = count) -> list[Any]:
                return make_examples(self.worlds.trained, task, count, POOL_SEED)

            with settings.group.leader_first():
                pool = build_pool(
                    task, f"{key}-{count}", examples, vae, tokenizer, settings.work, settings.device
                )
            pools[task] = (pool, share)
        return pools

    def empty_tokens(self) -> np.ndarray:
        """Return the token ids of the empty caption, (77,)."""
        tokenizer = self.tokenizer()
        return np.asarray(tokenizer("", padding="max_length", max_length=77).input_ids)

    def _checkpoint(self, stage: str) -> Path:
        path = self._settings.work / f"{stage}.pt"
        if not path.exists():
            raise DemoStageError(
                stage,
                f"not trained yet (no {path}); run `quad-studio demo train --stage {stage}`",
            )
        return path

    def _train_autoencoder(self, stage: str) -> None:
        from quad_studio.demo.train_vae import VaeInput, train_vae

        settings = self._settings
        given = VaeInput(
            icons=self.worlds.trained.icons,
            items=self.worlds.trained.items,
            folder=settings.work,
            budget=settings.budget(stage),
            device=settings.device,
            resume=settings.resume,
            compile_graph=settings.compile_graph,
            group=settings.group,
            decoder_only=stage == "decoder",
        )
        train_vae(given, report=self._report, check=self._check)

    def _train_base(self) -> None:
        from quad_studio.demo.train_base import MIX, BaseInput, train_base

        settings = self._settings
        given = BaseInput(
            pools=self.pools(MIX),
            tokenizer=self.tokenizer(),
            folder=settings.work,
            budget=settings.budget("base"),
            device=settings.device,
            resume=settings.resume,
            compile_graph=settings.compile_graph,
            group=settings.group,
        )
        train_base(given, report=self._report, check=self._check)

    def _train_adapter(self, name: str) -> None:
        from quad_studio.demo.distill_lcm import distill_lcm
        from quad_studio.demo.train_adapter import RECIPES, AdapterInput, train_adapter

        settings, recipe = self._settings, RECIPES[name]
        base, forward = self._shared_base()
        given = AdapterInput(
            recipe=recipe,
            base=base,
            forward=forward,
            pools=self.pools(recipe.mix),
            empty_tokens=self.empty_tokens(),
            folder=settings.work,
            budget=settings.budget(name),
            device=settings.device,
            resume=settings.resume,
            group=settings.group,
        )
        train = distill_lcm if name == "lcm" else train_adapter
        train(given, report=self._report, check=self._check)

    def _export(self) -> None:
        from quad_studio.demo.export import ExportInput, export_model
        from quad_studio.demo.train_adapter import RECIPES, restore_adapter, save_adapter

        settings, base = self._settings, self.base()
        if self._exported("base") is None:  # else it is there already
            export_model(
                ExportInput(self.vae(), base, settings.work / "tokenizer", settings.out / "model")
            )
        for done, recipe in enumerate(RECIPES.values()):
            self._check()
            self._progress("export", done, len(RECIPES))
            checkpoint = settings.work / f"adapter_{recipe.name}.pt"
            if checkpoint.exists():
                save_adapter(
                    restore_adapter(base.unet, recipe, checkpoint),
                    settings.out / "adapters" / recipe.name,
                )
        for use_case in USE_CASES:
            write_input_set(self.worlds, use_case, settings.out / "inputs")
        self._progress("export", len(RECIPES), len(RECIPES))

    def _evaluate(self) -> None:
        from quad_studio.demo.evaluate import EvaluateInput, evaluate_demo
        from quad_studio.demo.model_card import update_records, write_model_card

        given = EvaluateInput(self._settings.out, self.worlds, self._settings.device)
        evaluate_demo(given, progress=self._progress, check=self._check)
        records = update_records(self._settings.work, self._settings.out)
        write_model_card(self._settings.out, self.catalog, records)
