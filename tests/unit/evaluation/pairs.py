"""The image pairs that the published check values were computed on."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import skimage.data

CHECK_VALUES = Path(__file__).parents[2] / "data" / "evaluation" / "metric_check_values.json"


def check_values() -> dict[str, Any]:
    return json.loads(CHECK_VALUES.read_text(encoding="utf-8"))


def chelsea() -> tuple[np.ndarray, np.ndarray]:
    """Return (1, 300, 451, 3) float32 in [0, 1]: a photo of a cat, and the same with noise."""
    rng = np.random.default_rng(0)
    clean = skimage.data.chelsea()
    noisy = np.clip(clean + rng.normal(0, 15, clean.shape), 0, 255).round().astype(np.uint8)
    return clean[None].astype(np.float32) / 255, noisy[None].astype(np.float32) / 255


def camera() -> tuple[np.ndarray, np.ndarray]:
    """Return (1, 512, 512, 1) uint8: the camera man, and the same with noise."""
    random = np.random.RandomState(5)
    clean = skimage.data.camera()
    noisy = np.clip(clean + 20.0 * random.randn(*clean.shape), 0, 255).astype(clean.dtype)
    return clean[None, :, :, None], noisy[None, :, :, None]


def astronaut_and_coffee() -> tuple[np.ndarray, np.ndarray]:
    """Return two different photos, (1, 256, 256, 3) float32 in [0, 1]."""
    first = skimage.data.astronaut()[100:356, 100:356]
    second = skimage.data.coffee()[100:356, 100:356]
    return first[None].astype(np.float32) / 255, second[None].astype(np.float32) / 255
