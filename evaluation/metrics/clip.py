"""Metrics on CLIP features: image similarity, directional similarity, CLIP score.

The model is a directory in transformers' layout (config.json, model.safetensors, tokenizer files),
named by QUAD_CLIP_MODEL. Any model of that layout may stand in; every score carries its name and
the hash of its weights, and scores of different models are never compared.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation.errors import MetricUnavailableError
from evaluation.images import Images
from evaluation.metrics.torch_device import choose_device, to_tensor

ENVIRONMENT = "QUAD_CLIP_MODEL"
_MEAN = (0.48145466, 0.4578275, 0.40821073)
_STD = (0.26862954, 0.26130258, 0.27577711)
_WEIGHTS = "model.safetensors"
Vectors = NDArray[np.float64]


def missing_because() -> str | None:
    """Return why there is no CLIP, or None."""
    named = os.environ.get(ENVIRONMENT)
    if not named:
        return (
            f"no CLIP model is named: set {ENVIRONMENT} to a directory in transformers' layout"
            " (config.json, model.safetensors, tokenizer files)"
        )
    folder = Path(named)
    for name in ("config.json", _WEIGHTS):
        if not (folder / name).is_file():
            return f"{folder} ({ENVIRONMENT}) has no {name}"
    try:
        kind = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("model_type")
    except ValueError:
        return f"{folder / 'config.json'} is not JSON"
    return None if kind == "clip" else f"{folder} is a {kind} model, not a CLIP model"


def context(convention: str) -> dict[str, Any]:
    """Return what a score on CLIP features depends on."""
    folder = Path(os.environ[ENVIRONMENT])
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    weights = folder / _WEIGHTS
    return {
        "convention": convention,
        "model": str(config.get("_name_or_path") or folder.name),
        "weights_sha256": _sha256(str(weights), weights.stat().st_mtime_ns),
    }


def image_similarity(one: Vectors, other: Vectors) -> Vectors:
    """Return the cosine of each pair of feature vectors, (N,); NaN where one is zero.

    >>> e1, e2, e3 = np.eye(3)[:, None]
    >>> image_similarity(e1, e2).tolist(), image_similarity(e1, e1).tolist()
    ([0.0], [1.0])
    """
    norms = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(norms > 0, (one * other).sum(axis=1) / norms, np.nan))


def directional_similarity(start: Vectors, end: Vectors, other: Vectors) -> Vectors:
    """Return the cosine of the directions start -> end and start -> other, of unit vectors.

    >>> e1, e2, e3 = np.eye(3)[:, None]
    >>> directional_similarity(e1, e2, e3).round(12).tolist()
    [0.5]
    """
    return image_similarity(end - start, other - start)


def clip_image(reference: Images, candidate: Images) -> Vectors:
    """Return cos(E(reference), E(candidate)) of each pair, (N,)."""
    return image_similarity(image_features(reference), image_features(candidate))


def clip_directional(batch: Any) -> Vectors:
    """Return cos(E(candidate) - E(source), E(reference) - E(source)), (N,); NaN without a source.

    InstructPix2Pix's directional similarity with the FP32 edit as the direction to follow.
    """
    reference, candidate = image_features(batch.reference), image_features(batch.candidate)
    values = np.full(len(reference), np.nan)
    for at, source in enumerate(batch.sources):
        if source is not None:
            start = image_features(source[None])
            pair = reference[at : at + 1], candidate[at : at + 1]
            values[at] = directional_similarity(start, *pair)[0]
    return values


def clip_directional_text(batch: Any) -> Vectors:
    """Return cos(E(candidate) - E(source), T(prompt) - T(source prompt)), (N,).

    NaN where the row has no source image or no description of it.

    Source: Brooks et al., InstructPix2Pix, CVPR 2023; features are unit vectors before the
    difference.
    """
    candidate = image_features(batch.candidate)
    values = np.full(len(candidate), np.nan)
    for at, (source, before) in enumerate(zip(batch.sources, batch.source_prompts, strict=True)):
        if source is None or not before or not batch.prompts[at]:
            continue
        moved = candidate[at : at + 1] - image_features(source[None])
        asked = text_features([batch.prompts[at]]) - text_features([before])
        values[at] = image_similarity(moved, asked)[0]
    return values


def clip_score(batch: Any) -> Vectors:
    """Return 100 max(cos(E(candidate), T(prompt)), 0), (N,); NaN without a prompt.

    Source: Hessel et al., EMNLP 2021, with torchmetrics' scale of 100 and no caption prefix.
    """
    return np.asarray(100 * np.maximum(_prompt_cosine(batch.candidate, batch.prompts), 0))


def clip_score_change(batch: Any) -> Vectors:
    """Return |cos(E(candidate), T(prompt)) - cos(E(reference), T(prompt))|, (N,)."""
    candidate = _prompt_cosine(batch.candidate, batch.prompts)
    return np.abs(candidate - _prompt_cosine(batch.reference, batch.prompts))


def image_features(images: Images, *, device: str | None = None) -> Vectors:
    """Return unit image vectors, (N, D).

    The shorter side is resized to the model's size (bicubic, antialiased), the centre cropped.

    Raises:
        MetricUnavailableError: There is no CLIP model.
    """
    import torch
    from torch.nn import functional

    device = choose_device(device)
    model, _ = _load(device)
    size = int(model.config.vision_config.image_size)
    with torch.inference_mode():
        batch = to_tensor(images, device)
        height, width = batch.shape[2:]
        scale = size / min(height, width)
        wanted = (max(size, round(height * scale)), max(size, round(width * scale)))
        batch = functional.interpolate(
            batch, wanted, mode="bicubic", align_corners=False, antialias=True
        ).clamp(0, 1)
        top, left = (wanted[0] - size) // 2, (wanted[1] - size) // 2
        batch = batch[:, :, top : top + size, left : left + size]
        mean = torch.tensor(_MEAN, device=device).view(1, 3, 1, 1)
        deviation = torch.tensor(_STD, device=device).view(1, 3, 1, 1)
        pooled = model.vision_model(pixel_values=(batch - mean) / deviation).pooler_output
        return _unit(model.visual_projection(pooled))


def text_features(texts: Sequence[str], *, device: str | None = None) -> Vectors:
    """Return unit text vectors, (N, D).

    Raises:
        MetricUnavailableError: There is no CLIP model.
    """
    import torch

    device = choose_device(device)
    model, tokenizer = _load(device)
    tokens: Mapping[str, Any] = tokenizer(
        list(texts), padding=True, truncation=True, max_length=77, return_tensors="pt"
    )
    with torch.inference_mode():
        pooled = model.text_model(
            input_ids=tokens["input_ids"].to(device),
            attention_mask=tokens["attention_mask"].to(device),
        ).pooler_output
        return _unit(model.text_projection(pooled))


def _prompt_cosine(images: Images, prompts: Sequence[str]) -> Vectors:
    """Return the cosine of each image and its prompt; NaN for an empty prompt."""
    values = np.full(len(images), np.nan)
    at = [index for index, prompt in enumerate(prompts) if prompt.strip()]
    if at:
        texts = text_features([prompts[index] for index in at])
        values[at] = image_similarity(image_features(images[at]), texts)
    return values


def _unit(vectors: Any) -> Vectors:
    found = vectors.double().cpu().numpy()
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True))


def _load(device: str) -> tuple[Any, Any]:
    because = missing_because()
    if because is not None:
        raise MetricUnavailableError("clip", because)
    folder = os.environ[ENVIRONMENT]
    return _load_from(folder, (Path(folder) / _WEIGHTS).stat().st_mtime_ns, device)


@lru_cache(maxsize=2)
def _load_from(folder: str, modified_ns: int, device: str) -> tuple[Any, Any]:
    """Load a model; its time is only the cache's key."""
    from evaluation.torchvision_schemas import register

    register()
    from transformers import AutoTokenizer, CLIPModel

    try:
        model = CLIPModel.from_pretrained(folder, local_files_only=True, use_safetensors=True)
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, KeyError) as exc:
        because = f"{folder} cannot be loaded ({str(exc).splitlines()[0]})"
        raise MetricUnavailableError("clip", because) from exc
    return model.eval().to(device), tokenizer


@lru_cache(maxsize=4)
def _sha256(path: str, modified_ns: int) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
