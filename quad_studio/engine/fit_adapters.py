"""Distil every adapter that is not the anchor to the frozen profile, going on after a stop."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from quad_studio.adapters.weights import AdapterWeights
from quad_studio.storage import digest_of, replacing

if TYPE_CHECKING:
    from pathlib import Path

    from quad_studio.engine.build import Builder


def fit_adapters(builder: "Builder") -> tuple[AdapterWeights, ...]:
    """Return the project's adapters as they go into the bundle."""
    return tuple(
        adapter if adapter.name == builder.anchor else fit_one(builder, adapter)
        for adapter in builder.adapters
    )


def fit_one(builder: "Builder", adapter: AdapterWeights) -> AdapterWeights:
    """Return `adapter` fitted to the profile, from the cache where nothing changed."""
    from quad_studio.quad.distill import DistillInput, DistillOptions, distill

    settings = builder.project.distillation
    key = digest_of([builder.base_key, builder.profile.fingerprint, adapter.sha256, vars(settings)])
    path = builder.cache.path(f"distilled-{adapter.name}", key, ".npz")

    def produce() -> AdapterWeights:
        feeds = builder.feeds[adapter.name]
        if settings.mode == "data-free":  # the teacher's estimates alone, no training images
            feeds = tuple(replace(feed, target=None) for feed in feeds)
        given = DistillInput(
            program=builder.program,
            profile=builder.profile,
            adapter=adapter,
            feeds=feeds,
            statistics=builder.statistics,
            options=DistillOptions(
                steps=settings.steps,
                learning_rate=settings.learning_rate,
                batch_size=settings.batch_size,
                seed=settings.seed,
            ),
            checkpoint=builder.cache.path(f"distilling-{adapter.name}", key, ".pt"),
        )
        return distill(given, **builder.watch).adapter

    def load(file: "Path") -> AdapterWeights:
        return load_adapter(file, adapter)

    title = f"Fit {adapter.name} to the profile"
    return builder.cache.get("distill", title, path, produce, save_adapter, load)


def save_adapter(adapter: AdapterWeights, path: "Path") -> None:
    """Write the matrices of an adapter."""
    arrays: dict[str, Any] = {}
    for module, (down, up) in adapter.modules.items():
        arrays[f"{module}.A"], arrays[f"{module}.B"] = down, up
    with replacing(path) as stream:
        np.savez(stream, **arrays)


def load_adapter(path: "Path", like: AdapterWeights) -> AdapterWeights:
    """Return the matrices in `path` as an adapter with the other properties of `like`."""
    with np.load(path, allow_pickle=False) as arrays:
        modules = {m: (arrays[f"{m}.A"], arrays[f"{m}.B"]) for m in like.modules}
    return replace(like, modules=modules)
