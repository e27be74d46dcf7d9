"""Run references: group, look up, compute what is missing, store."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from device.callbacks import CheckFn, ProgressFn
from quad_studio.reference.components import Components, ReferenceModel
from quad_studio.reference.denoise import Guided, Latents, denoise
from quad_studio.reference.store import ReferenceResult, ReferenceStore
from quad_studio.storage import digest_of
from quad_studio.use_cases.prepare import Prepared

_LIBRARIES = ("torch", "diffusers", "transformers", "peft")
_BATCH_TOLERANCE = 1e-4
"""Largest difference of final latents at which a batch counts as equal to its single runs."""


def _ignore(what: str, done: int, total: int) -> None:
    """Drop the progress."""


def _go_on() -> None:
    """Do not stop."""


class ReferenceRunner:
    """Computes FP32 results with diffusers; the model is loaded when the cache first misses.

    Args:
        model: The FP32 model and its LoRAs.
        cache: Directory of cached results.
        device: A torch device.
        batch: Results computed at once. 1 gives bit-equal results whatever is asked together;
            a larger batch is used only while it agrees with a single run to 1e-4.
    """

    def __init__(
        self, model: ReferenceModel, cache: Path, *, device: str = "cpu", batch: int = 1
    ) -> None:
        self._model, self._device, self._batch = model, device, batch
        self._store = ReferenceStore(cache)
        self._components: Components | None = None
        self._model_hash: str | None = None
        self._largest_batch, self._batch_checked = batch, batch == 1

    def __enter__(self) -> "ReferenceRunner":
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the model's memory."""
        self._components = None

    def key(self, ready: Prepared, *, check: CheckFn = _go_on) -> str:
        """Return the hash of all that the result depends on.

        Raises:
            InputFileProblem: The model or a LoRA is missing.
        """
        if self._model_hash is None:
            self._model_hash = self._store.hash_files(self._model.files(), check)
        adapters = [
            [self._store.hash_files(self._model.adapter_files(name), check), strength]
            for name, strength in ready.settings.adapters
        ]
        return digest_of(
            {
                "model": self._model_hash,
                "adapters": adapters,
                "prepared": ready.digest(),
                "scheduler": ready.scheduler,
                "settings": [ready.settings.steps, ready.settings.eta],
                "versions": _versions(),
                "device": self._device,
                "batch": self._largest_batch,
            }
        )

    def run(
        self,
        jobs: Sequence[Prepared],
        *,
        progress: ProgressFn = _ignore,
        check: CheckFn = _go_on,
    ) -> list[ReferenceResult]:
        """Return one result for each job, in their order.

        Jobs are computed adapter by adapter; each result is stored as soon as it is there, so a
        cancelled run goes on where it stopped. `progress` counts jobs.

        Raises:
            InputFileProblem: The model or a LoRA is missing or does not load.
        """
        keys = [self.key(job, check=check) for job in jobs]
        found: dict[str, ReferenceResult] = {}
        missing: dict[str, Prepared] = {}
        for key, job in zip(keys, jobs, strict=True):
            if key in found or key in missing:
                continue
            stored = self._store.read(key)
            if stored is None:
                missing[key] = job
            else:
                found[key] = stored
        total = len(found) + len(missing)
        progress("reference", len(found), total)
        for group in self._groups(missing):
            for result in self._compute_checked(group, check):
                self._store.write(result)
                found[result.key] = result
                progress("reference", len(found), total)
        return [found[key] for key in keys]

    def guided_model(
        self, jobs: Sequence[Prepared]
    ) -> Callable[[NDArray[Any], float], NDArray[Any]]:
        """Return the FP32 U-Net as a NumPy function of (N, C, h, w) latents and a timestep.

        Prompts, guidance, extra channels and adapters are those of the jobs, which must agree in
        adapters and guidance; the i-th sample belongs to the i-th job.
        """
        import torch

        parts, guidance = self._activated(jobs), jobs[0].settings.guidance
        with torch.inference_mode():
            guided = self._guided(parts, jobs)

        def call(latents: NDArray[Any], timestep: float) -> NDArray[Any]:
            with torch.inference_mode():
                return _array(guided(self._tensor(latents), timestep, guidance))

        return call

    def decode(self, latents: NDArray[Any]) -> NDArray[np.float32]:
        """Return (N, 3, H, W), about [-1, 1], of scaled latents (N, C, h, w)."""
        import torch

        if self._components is None:
            self._components = Components(self._model, self._device)
        with torch.inference_mode():
            return _array(_decode(self._components, self._tensor(latents)))

    def check_determinism(self, ready: Prepared, *, check: CheckFn = _go_on) -> bool:
        """Return whether computing a result twice gives equal bits; the cache is not asked."""
        key = self.key(ready, check=check)
        first, second = (self._compute([(key, ready)], check)[0] for _ in range(2))
        return bool(
            np.array_equal(first.image, second.image)
            and np.array_equal(first.latents, second.latents)
        )

    def describe(self) -> dict[str, Any]:
        """Return what a run's manifest says about its references."""
        hashes = {
            name: self._store.hash_files(self._model.adapter_files(name))
            for name in self._model.adapters
        }
        return {
            "by": "diffusers",
            "dtype": "float32",
            "device": self._device,
            "batch": self._batch,
            "model_sha256": self._model_hash or self._store.hash_files(self._model.files()),
            "adapters_sha256": hashes,
            "versions": _versions(),
        }

    def _groups(self, missing: dict[str, Prepared]) -> Iterator[list[tuple[str, Prepared]]]:
        """Yield batches: same adapters, settings and plan, adapter by adapter."""
        order = sorted(missing.items(), key=lambda pair: _batch_name(pair[1]))
        batch: list[tuple[str, Prepared]] = []
        for key, job in order:
            full = len(batch) == self._batch
            if batch and (full or _batch_name(batch[0][1]) != _batch_name(job)):
                yield batch
                batch = []
            batch.append((key, job))
        if batch:
            yield batch

    def _compute_checked(
        self, group: list[tuple[str, Prepared]], check: CheckFn
    ) -> Iterator[ReferenceResult]:
        """Compute a batch; the first one is held against its single run."""
        if len(group) > 1 and not self._batch_checked:
            together = self._compute(group, check)
            alone = self._compute(group[:1], check)[0]
            self._batch_checked = True
            if np.abs(together[0].latents - alone.latents).max() <= _BATCH_TOLERANCE:
                yield from together
                return
            self._batch = 1
        if self._batch == 1:
            for pair in group:
                yield self._compute([pair], check)[0]
        else:
            yield from self._compute(group, check)

    def _compute(
        self, group: Sequence[tuple[str, Prepared]], check: CheckFn
    ) -> list[ReferenceResult]:
        """Run the model on jobs that share adapters and plan."""
        import torch

        started = time.perf_counter()
        jobs = [job for _, job in group]
        parts = self._activated(jobs)
        with torch.inference_mode():
            latents = self._latents(parts, jobs)
            first, final = denoise(jobs[0], self._guided(parts, jobs), latents, check)
            image = _decode(parts, final)
        seconds = (time.perf_counter() - started) / len(group)
        return [
            ReferenceResult(
                key=key,
                image=_array(image[index : index + 1]),
                latents=_array(final[index : index + 1]),
                initial_latents=_array(first[index : index + 1]),
                seconds=seconds,
            )
            for index, (key, _) in enumerate(group)
        ]

    def _activated(self, jobs: Sequence[Prepared]) -> Components:
        """Return the model, loaded, with the jobs' adapters active."""
        if self._components is None:
            self._components = Components(self._model, self._device)
        self._components.activate(jobs[0].settings.adapters)
        return self._components

    def _guided(self, parts: Components, jobs: Sequence[Prepared]) -> Guided:
        """Encode the prompts and, for an inpainting U-Net, its extra channels."""
        negative = [job.uncond_input_ids for job in jobs]
        given = [ids for ids in negative if ids is not None]
        return Guided(
            unet=parts.unet,
            conditional=self._encode_text(parts, [job.input_ids for job in jobs]),
            unconditional=self._encode_text(parts, given) if given else None,
            extra=self._extra_channels(parts, jobs),
        )

    def _latents(self, parts: Components, jobs: Sequence[Prepared]) -> Latents:
        """Stack noise, encode source images, and take the mask of a blend."""
        noise = self._tensor(np.stack([job.noise for job in jobs], axis=1))
        if jobs[0].conditioning.image is None:
            return Latents(noise=noise)
        blends = any(step.blend is not None for step in jobs[0].plan.steps)
        return Latents(
            noise=noise,
            source=self._encode_images(parts, [job.conditioning.image for job in jobs]),
            mask=self._stack([job.conditioning.mask for job in jobs]) if blends else None,
        )

    def _extra_channels(self, parts: Components, jobs: Sequence[Prepared]) -> Any:
        """Return mask and masked latents, as the plan's layout has them."""
        import torch

        pieces = {
            "mask": lambda: self._stack([job.conditioning.mask for job in jobs]),
            "masked_latents": lambda: self._encode_images(
                parts, [job.conditioning.masked_image for job in jobs]
            ),
        }
        chosen = [pieces[name]() for name in jobs[0].plan.input_layout[1:]]
        return torch.cat(chosen, dim=1) if chosen else None

    def _encode_text(self, parts: Components, ids: Sequence[Any]) -> Any:
        """Return the last hidden states."""
        return parts.text_encoder(self._stack(ids), return_dict=False)[0]

    def _encode_images(self, parts: Components, images: Sequence[Any]) -> Any:
        """Return the mean of the encoder's distribution, shifted and scaled."""
        mean = parts.vae.encode(self._stack(images)).latent_dist.mode()
        return (mean - _shift(parts.vae)) * parts.vae.config.scaling_factor

    def _stack(self, arrays: Sequence[Any]) -> Any:
        """Return (N, ...) on the device of arrays (1, ...)."""
        return self._tensor(np.concatenate(list(arrays)))

    def _tensor(self, array: NDArray[Any]) -> Any:
        """Return a tensor on the device."""
        import torch

        return torch.from_numpy(np.array(array)).to(self._device)


def _decode(parts: Components, latents: Any) -> Any:
    """Return the pictures of scaled latents."""
    scaled = latents / parts.vae.config.scaling_factor + _shift(parts.vae)
    return parts.vae.decode(scaled, return_dict=False)[0]


def _shift(vae: Any) -> float:
    """Return the VAE's shift, 0 where it has none."""
    return float(getattr(vae.config, "shift_factor", None) or 0.0)


def _array(tensor: Any) -> NDArray[np.float32]:
    """Return a float32 array in main memory."""
    return np.ascontiguousarray(tensor.float().cpu().numpy())


def _batch_name(ready: Prepared) -> str:
    """Return equal names for jobs that can be computed together."""
    settings = replace(ready.settings, use_case="")
    plan = {**ready.plan.to_json(), "use_case": ""}
    has_image = ready.conditioning.image is not None
    return f"{settings.adapters}|{digest_of([repr(settings), plan, ready.scheduler, has_image])}"


def _versions() -> dict[str, str]:
    """Return the versions of the libraries that compute."""
    return {name: version(name) for name in _LIBRARIES}
