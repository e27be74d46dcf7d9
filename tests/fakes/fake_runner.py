"""A runner in this process: executes plans on a toy model and says what a real one says."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from device.errors import UnknownAdapterError
from device.targets import GenerateResult, TargetDescription
from quad_studio.bundle import Bundle
from quad_studio.samplers.execute import Conditions, run_plan
from quad_studio.samplers.plan import SamplerPlan
from tests.fakes.use_case_inputs import SCHEDULER, write_tokenizer

RANKS = {"object_removal": 4, "transform": 4, "lcm": 4}
HOST = TargetDescription(name="host", kind="host", label="this machine")


def make_bundle(folder: Path, *, ranks: Mapping[str, int] = RANKS, rank: int = 8) -> Bundle:
    """Return a bundle that has a manifest and a tokenizer but no graphs."""
    write_tokenizer(folder / "tokenizer")
    manifest = {
        "name": "toy",
        "fingerprint": "f" * 64,
        "geometry": {
            "image_height": 32,
            "image_width": 32,
            "latent_channels": 4,
            "latent_height": 16,
            "latent_width": 16,
            "unet_in_channels": 9,
            "text_tokens": 77,
            "rank": rank,
        },
        "scheduler": SCHEDULER,
        "components": {"unet": {"graph": "graphs/unet.onnx"}},
        "adapters": [
            {
                "name": name,
                "file": f"adapters/{name}.onnx_adapter",
                "sha256": hashlib.sha256(name.encode()).hexdigest(),
                "bytes": 1,
                "rank": size,
            }
            for name, size in ranks.items()
        ],
        "slots": [],
        "plans": [],
        "files": {"graphs/unet.onnx": {"sha256": "a" * 64, "bytes": 1}},
    }
    return Bundle(path=folder, manifest=manifest)


class FakeRunner:
    """Keeps a cache and an active adapter; `fail` errors are raised by the next requests.

    None lets a request through.
    """

    def __init__(self, bundle: Bundle, *, drift: float = 0.0, swap: bool = False) -> None:
        self._hashes = {entry["name"]: entry["sha256"] for entry in bundle.adapters}
        self._drift, self._swap = drift, swap
        self.hello = {"provider": "cpu", "graphs": {"unet": {"sha256": "a" * 64}}}
        self.requests, self.preloaded, self.fail = [], [], []
        self._cache, self._active, self.closed = set(), (), False

    def generate(self, request, *, progress=None, check=None):
        self.requests.append(request)
        error = self.fail.pop(0) if self.fail else None
        if error is not None:
            raise error
        used = tuple((use.name, use.strength) for use in request.adapters)
        for name, _ in used:
            if name not in self._hashes:
                raise UnknownAdapterError(f"no adapter {name}")
        kind = "none" if used == self._active else "warm"
        if any(name not in self._cache for name, _ in used):
            kind = "cold"
        self._cache.update(name for name, _ in used)
        self._active = used
        image = self._draw(request, used, progress, check)
        self_hash = dict(self._hashes)
        if self._swap:
            self_hash = dict.fromkeys(self_hash, "0" * 64)
        calls = sum(2 if step["guidance"] != 1 else 1 for step in request.plan["steps"])
        return GenerateResult(
            image=image,
            latents=request.noise[:1],
            timing_ms={
                "unet_step_ms": [2.0] * calls,
                "end_to_end_ms": 0.01,
                "queue_ms": 0.0,
                "switch_ms": 0.5,
                "switch_kind": kind,
            },
            memory={"vm_hwm_kb": 2048, "vm_rss_kb": 1024, "pss_kb": None, "retained_kb": 0},
            adapters=tuple(
                {"name": name, "strength": value, "sha256": self_hash[name]} for name, value in used
            ),
            provider="cpu",
            label="CPU (QDQ)",
            graph_sha256="a" * 64,
            seed=request.seed,
            header={},
        )

    def _draw(self, request, used, progress, check):
        """Execute the plan on a model that the prompt and the adapters push around."""
        push = sum(
            value * int(self._hashes[name][:4], 16) / 65535 for name, value in used
        ) + self._drift * len(self.requests)
        word = float(request.input_ids.sum() % 97) / 97
        plan = SamplerPlan.from_json(request.plan)
        masked = request.masked_image[:, :1, ::2, ::2].repeat(4, 1)

        def on_step(index, _x):
            if check:
                check()
            if progress:
                progress("step", index + 1, plan.num_steps)

        latents = run_plan(
            plan,
            lambda x, t, u: np.tanh(x[:, :4] + push + word + t / 1000),
            request.noise,
            Conditions(mask=request.mask, masked_latents=masked),
            dtype=np.float32,
            on_step=on_step,
        )
        return np.ascontiguousarray(latents[:, :3].repeat(2, 2).repeat(2, 3), dtype=np.float32)

    def preload(self, adapter):
        self.preloaded.append(adapter)
        cached = adapter in self._cache
        self._cache.add(adapter)
        return {"cached": True, "was_cached": cached, "bytes": 1_000_000, "load_ms": 0.5}

    def evict(self, adapter):
        self._cache.discard(adapter)
        return {"freed_bytes": 1}

    def reload_adapters(self):
        return {"added": [], "replaced": [], "removed": []}

    def stats(self):
        """Return what PROTOCOL.md says of `stats`, with sizes of 1 MB an adapter."""
        names = sorted(self._cache)
        return {
            "cache": {
                "budget_bytes": 512_000_000,
                "bytes": 1_000_000 * len(names),
                "entries": [{"name": name, "bytes": 1_000_000, "pinned": False} for name in names],
            },
            "memory": {"vm_rss_kb": 90_000, "vm_hwm_kb": 110_500},
            "switches": {"cold": 1, "warm": 0},
            "requests": {"done": 3, "failed": 0, "cancelled": 0, "queued": 0, "running": 0},
        }

    def run_graph(self, component, feeds, *, adapter=None, alpha=None):
        raise NotImplementedError

    def cancel(self):
        self.closed = False

    def close(self):
        self.closed = True
