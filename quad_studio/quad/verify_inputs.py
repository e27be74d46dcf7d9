"""Inputs for checking a bundle's U-Net: like those of a denoising run, made from a seed alone."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quad_studio.adapters.onnx_adapter import OnnxAdapter
from quad_studio.adapters.pack import (
    ALPHA,
    SlotSpec,
    check_packed,
    read_packed,
    slots_of,
    strengths,
)
from quad_studio.bundle import Bundle
from quad_studio.errors import InputFileProblem

BASE = "(base)"
Array = NDArray[Any]


@dataclass(frozen=True)
class Call:
    """One U-Net call to be made everywhere.

    Attributes:
        adapter: Name, or BASE for the model without an adapter.
        timestep: Of the scheduler, in [0, 999].
        feeds: Every input of the quantized graph, the integer slots included.
    """

    adapter: str
    timestep: float
    feeds: Mapping[str, Array]


def adapter_tensors(bundle: Bundle, name: str) -> dict[str, Array]:
    """Return slot codes and lora_alpha of adapter `name`, checked against the bundle.

    Raises:
        InputFileProblem: The file is corrupt or was made for another bundle.
    """
    slots = slots_of(bundle.manifest["slots"])
    if name == BASE:
        return base_tensors(slots)
    entry = bundle.adapter(name)
    path = bundle.path / str(entry["file"])
    content: OnnxAdapter
    content, sidecar = read_packed(path)
    check_packed(path, content, sidecar, slots, bundle.fingerprint)
    return dict(content.tensors)


def base_tensors(slots: Sequence[SlotSpec]) -> dict[str, Array]:
    """Return the inputs that leave the base model as it is."""
    zeros: dict[str, Array] = {slot.name: np.zeros(slot.shape, slot.dtype) for slot in slots}
    if slots:
        zeros[ALPHA] = strengths(0, max(slot.rank for slot in slots))
    return zeros


def make_calls(bundle: Bundle, adapters: Sequence[str], calls: int, seed: int = 0) -> list[Call]:
    """Return `calls` calls an adapter, spread over the timesteps from noisy to clean.

    Each is a picture (a gradient with shapes, through the bundle's own VAE encoder), noised to
    its timestep as in training, with a random prompt through the bundle's own text encoder.
    """
    rng = np.random.default_rng(seed)
    kept = signal_levels(bundle.manifest["scheduler"])
    last = len(kept) - 1
    spread = np.linspace(0.95, 0.15, calls) if calls > 1 else np.array([0.6])
    made = []
    for name in adapters:
        tensors = adapter_tensors(bundle, name)
        for fraction in spread:
            step = int(last * fraction)
            feeds = _conditions(bundle, rng, float(kept[step]))
            feeds["timestep"] = np.array([step], np.float32)
            made.append(Call(name, float(step), {**feeds, **tensors}))
    return made


def signal_levels(scheduler: Mapping[str, Any]) -> NDArray[np.float64]:
    """Return the cumulative product of alphas of a diffusers scheduler configuration.

    Source: Ho et al., "Denoising Diffusion Probabilistic Models", 2020, section 2.
    """
    count, schedule = int(scheduler["num_train_timesteps"]), str(scheduler["beta_schedule"])
    first, final = float(scheduler["beta_start"]), float(scheduler["beta_end"])
    if schedule == "scaled_linear":
        betas = np.linspace(first**0.5, final**0.5, count) ** 2
    elif schedule == "linear":
        betas = np.linspace(first, final, count)
    else:  # squaredcos_cap_v2: Nichol & Dhariwal, 2021, Eq. 17
        time = np.arange(count + 1) / count
        level = np.cos((time + 0.008) / 1.008 * np.pi / 2) ** 2
        betas = np.clip(1 - level[1:] / level[:-1], 0, 0.999)
    return np.asarray(np.cumprod(1 - betas))


def picture(height: int, width: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return a [1, 3, H, W] picture in [-1, 1]: a colour gradient with three discs."""
    rows, columns = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    slope = rng.uniform(-1, 1, (3, 2, 1, 1))
    image = slope[:, 0] * (rows - 0.5) + slope[:, 1] * (columns - 0.5)
    for _ in range(3):
        y, x, radius = rng.uniform(0.2, 0.8), rng.uniform(0.2, 0.8), rng.uniform(0.08, 0.25)
        disc = (rows - y) ** 2 + (columns - x) ** 2 < radius**2
        image = np.where(disc, rng.uniform(-1, 1, (3, 1, 1)), image)
    return image[None].astype(np.float32).clip(-1, 1)


def _conditions(bundle: Bundle, rng: np.random.Generator, kept: float) -> dict[str, Array]:
    geometry = bundle.geometry
    image = picture(int(geometry["image_height"]), int(geometry["image_width"]), rng)
    latents = _run(bundle, "vae_encoder", {"image": image})
    noise = rng.standard_normal(latents.shape)
    sample = np.sqrt(kept) * latents + np.sqrt(1 - kept) * noise
    if int(geometry["unet_in_channels"]) > latents.shape[1]:
        hole = np.zeros((1, 1, *latents.shape[2:]))
        height, width = latents.shape[2:]
        hole[..., height // 4 : height // 2, width // 4 : width // 2] = 1
        zoom = (image.shape[2] // height, image.shape[3] // width)
        masked = image * (1 - np.kron(hole, np.ones((1, 1, *zoom))))
        behind = _run(bundle, "vae_encoder", {"image": masked.astype(np.float32)})
        sample = np.concatenate([sample, hole, behind], axis=1)
    tokens = _tokens(bundle, rng)
    text = _run(bundle, "text_encoder", {"input_ids": tokens})
    return {"sample": sample.astype(np.float32), "encoder_hidden_states": text}


def _tokens(bundle: Bundle, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return start, a few random words, end and padding, as CLIP's tokenizer would."""
    length = int(bundle.geometry["text_tokens"])
    count = int(bundle.geometry.get("vocab_size") or 2)
    start, end = count - 2, count - 1
    vocabulary = bundle.path / "tokenizer" / "vocab.json"
    if vocabulary.is_file():
        table = json.loads(vocabulary.read_text("utf-8"))
        start = int(table.get("<|startoftext|>", start))
        end = int(table.get("<|endoftext|>", end))
    words = rng.integers(0, max(min(start, end), 1), 6)
    ids = np.full((1, length), end, np.int64)
    ids[0, :8] = [start, *words, end]
    return ids


def _run(bundle: Bundle, component: str, feeds: Mapping[str, Array]) -> Array:
    entry = bundle.manifest["components"].get(component)
    if entry is None:
        raise InputFileProblem(bundle.path, f"has no {component}, which makes the test inputs")
    value: Array = cpu_session(bundle.path / entry["graph"]).run(None, dict(feeds))[0]
    return value


def cpu_session(path: Path) -> Any:
    """Return a session on ONNX Runtime's CPU provider.

    Raises:
        InputFileProblem: ONNX Runtime cannot load the graph.
    """
    import onnxruntime

    from device.toolchains.qualcomm import runtime_errors

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except runtime_errors() as exc:
        first = (str(exc).strip().splitlines() or ["unknown"])[0][:300]
        raise InputFileProblem(path, f"cannot be loaded: {first}") from exc
