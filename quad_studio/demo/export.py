"""Write the demo model as a diffusers directory, in half precision."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quad_studio.demo.networks import SCHEDULER
from quad_studio.demo.train_base import BaseModel


@dataclass(frozen=True)
class ExportInput:
    """What is exported; `tokenizer_folder` holds the vocabulary files."""

    vae: Any
    base: BaseModel
    tokenizer_folder: Path
    folder: Path


def export_model(given: ExportInput) -> None:
    """Write every component and ``model_index.json`` under `given.folder`."""
    import copy

    import diffusers
    import torch
    from diffusers import DDIMScheduler

    given.folder.mkdir(parents=True, exist_ok=True)
    parts = {"vae": given.vae, "unet": given.base.unet, "text_encoder": given.base.text_encoder}
    for name, module in parts.items():
        half = copy.deepcopy(module).to(torch.float16, memory_format=torch.contiguous_format)
        half.save_pretrained(given.folder / name, safe_serialization=True)
    DDIMScheduler(**SCHEDULER).save_pretrained(given.folder / "scheduler")
    _copy_tokenizer(given.tokenizer_folder, given.folder / "tokenizer")
    index = {
        "_class_name": "StableDiffusionInpaintPipeline",
        "_diffusers_version": diffusers.__version__,
        "feature_extractor": [None, None],
        "image_encoder": [None, None],
        "requires_safety_checker": False,
        "safety_checker": [None, None],
        "scheduler": ["diffusers", "DDIMScheduler"],
        "text_encoder": ["transformers", "CLIPTextModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
        "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", "AutoencoderKL"],
    }
    (given.folder / "model_index.json").write_text(json.dumps(index, indent=2) + "\n", "utf-8")


def _copy_tokenizer(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for name in ("vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json"):
        (target / name).write_bytes((source / name).read_bytes())
