"""Distil every adapter that is not the anchor to the frozen profile, going on after a stop."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from quad_studio.adapters.weights import AdapterWeights
from quad_studio.engine.groundwork import Groundwork
from quad_studio.engine.spread_calls import spread_feeds
from quad_studio.errors import StageError
from quad_studio.events import LogLine
from quad_studio.storage import digest_of, replacing

if TYPE_CHECKING:
    from pathlib import Path

    from quad_studio.quad.calibrate import Feed
    from quad_studio.quad.network.program import SiteProgram
    from quad_studio.quad.profile import Profile

DATA_FREE, WITH_DATA = "data-free", "with-data"


@dataclass(frozen=True)
class Fitted:
    """An adapter as it goes into the bundle.

    Attributes:
        record: What bundle.json says about its distillation; empty for one that was not distilled.
    """

    adapter: AdapterWeights
    record: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Lessons:
    """What an adapter is distilled on.

    Attributes:
        feeds: The model's own trajectories, then the noised calls with a diffusion target.
        mode: What the diffusion targets rest on in fact; None without a diffusion loss.
        noised: How many of the feeds have a target.
    """

    feeds: "tuple[Feed, ...]" = field(repr=False)
    mode: str | None
    noised: int


def fit_adapters(
    ground: Groundwork, profile: "Profile", program: "SiteProgram"
) -> tuple[Fitted, ...]:
    """Return the project's adapters as they go into the bundle: all but the anchor are fitted."""
    return tuple(
        Fitted(adapter)
        if adapter.name == ground.anchor
        else fit_one(ground, profile, program, adapter)
        for adapter in ground.adapters
    )


def fit_one(
    ground: Groundwork, profile: "Profile", program: "SiteProgram", adapter: AdapterWeights
) -> Fitted:
    """Return `adapter` fitted to the profile, from the cache where nothing changed."""
    from quad_studio.quad.distill import DistillInput, DistillOptions, distill

    settings = ground.project.distillation
    key = digest_of([ground.base_key, profile.fingerprint, adapter.sha256, vars(settings)])
    path = ground.cache.path(f"distilled-{adapter.name}", key, ".npz")
    device = choose_device(settings.device)

    def produce() -> Fitted:
        lessons = lessons_for(ground, adapter)
        options = DistillOptions(
            steps=settings.steps,
            learning_rate=settings.learning_rate,
            batch_size=settings.batch_size,
            diffusion_weight=settings.diffusion_weight,
            seed=settings.seed,
            device=device,
            bf16=settings.bf16,
            gradient_checkpointing=settings.gradient_checkpointing,
        )
        given = DistillInput(
            program=program,
            profile=profile,
            adapter=adapter,
            feeds=lessons.feeds,
            statistics=ground.statistics,
            options=options,
            checkpoint=ground.cache.path(f"distilling-{adapter.name}", key, ".safetensors"),
        )
        made = distill(given, **ground.watch)
        record = {
            "mode": lessons.mode,
            "calls": len(lessons.feeds),
            "calls_with_target": lessons.noised,
            "steps": settings.steps,
            "loss_before": made.loss_before,
            "loss_rebalanced": made.loss_rebalanced,
            "loss_after": made.loss_after,
        }
        return Fitted(made.adapter, record)

    def load(file: "Path") -> Fitted:
        return load_fitted(file, adapter)

    title = f"Fit {adapter.name} to the profile"
    return ground.cache.get("distill", title, path, produce, save_fitted, load)


def choose_device(wanted: str) -> str:
    """Return "cpu" or "cuda".

    Raises:
        StageError: CUDA was asked for and is not there.
    """
    import torch

    there = torch.cuda.is_available()
    if wanted == "cuda" and not there:
        raise StageError(
            "distill", "distillation.device is cuda, but torch sees none; use auto or cpu"
        )
    return "cuda" if there and wanted != "cpu" else "cpu"


def lessons_for(ground: Groundwork, adapter: AdapterWeights) -> Lessons:
    """Return the calls that `adapter` learns from, as the project's mode says.

    With data, the diffusion loss is taken on the truth pictures of the calibration inputs. An
    adapter none of whose inputs has one is fitted data-free, with a warning. Data-free, it is
    taken on the latents that the FP32 model itself ended with.
    """
    from quad_studio.quad.trajectory import noised_feeds

    settings = ground.project.distillation
    own = spread_feeds({adapter.name: ground.feeds[adapter.name]}, settings.calls)[adapter.name]
    if not settings.diffusion_weight:
        return Lessons(own, None, 0)
    items = [encoded.item for encoded in ground.encoded[adapter.name]]
    pairs = list(zip(items, ground.final_latents[adapter.name], strict=True))
    mode = settings.mode
    if mode == WITH_DATA:
        known = [(item, item.clean_latents) for item in items if item.clean_latents is not None]
        if known:
            pairs = known
        else:
            mode = DATA_FREE
            text = (
                f"{adapter.name}: none of its {len(items)} calibration inputs names a truth "
                "picture; it is fitted data-free"
            )
            ground.emit(LogLine(message=text, level="warning"))
    noised = noised_feeds(
        [item for item, _ in pairs],
        [latents for _, latents in pairs],
        ground.loaded.scheduler,
        per_item=settings.noised_per_item,
        seed=settings.seed,
    )
    return Lessons((*own, *noised), mode, len(noised))


def save_fitted(fit: Fitted, path: "Path") -> None:
    """Write the matrices of an adapter and its record."""
    arrays: dict[str, Any] = {"record": np.array(json.dumps(dict(fit.record)))}
    for module, (down, up) in fit.adapter.modules.items():
        arrays[f"{module}.A"], arrays[f"{module}.B"] = down, up
    with replacing(path) as stream:
        np.savez(stream, **arrays)


def load_fitted(path: "Path", like: AdapterWeights) -> Fitted:
    """Return the matrices in `path` as an adapter with the other properties of `like`."""
    with np.load(path, allow_pickle=False) as arrays:
        modules = {m: (arrays[f"{m}.A"], arrays[f"{m}.B"]) for m in like.modules}
        record = json.loads(str(arrays["record"]))
    return Fitted(replace(like, modules=modules), record)
