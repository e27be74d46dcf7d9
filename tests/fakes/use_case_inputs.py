"""A tiny tokenizer, a frame and an input set on disk, for tests that need no model."""

import json
from pathlib import Path

import numpy as np
from PIL import Image

from quad_studio.use_cases.base import Frame

WORDS = ("red", "cat", "in", "noto", "style", "dog", "a", "flat")
SCHEDULER = {
    "num_train_timesteps": 1000,
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "prediction_type": "v_prediction",
    "steps_offset": 1,
    "set_alpha_to_one": False,
    "timestep_spacing": "leading",
}


def write_tokenizer(folder: Path) -> Path:
    """Write vocab.json and merges.txt that know `WORDS` and every byte."""
    from tokenizers import pre_tokenizers

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = [*alphabet, *(f"{letter}</w>" for letter in alphabet)]
    merges: list[str] = []
    for word in WORDS:
        parts = [*word[:-1], f"{word[-1]}</w>"]
        while len(parts) > 1:
            merges.append(f"{parts[0]} {parts[1]}")
            parts = ["".join(parts[:2]), *parts[2:]]
            words.append(parts[0])
    ids = {word: index for index, word in enumerate(dict.fromkeys(words))}
    ids["<|startoftext|>"] = len(ids)
    ids["<|endoftext|>"] = len(ids)
    folder.mkdir(parents=True, exist_ok=True)
    unique = list(dict.fromkeys(merges))
    (folder / "vocab.json").write_text(json.dumps(ids), "utf-8")
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *unique]) + "\n", "utf-8")
    return folder


def make_frame(folder: Path, *, unet_in_channels: int = 9, **more) -> Frame:
    """Return a frame of 32x32 pixels and 16x16 latents with a tokenizer of its own."""
    return Frame(
        image_height=32,
        image_width=32,
        latent_channels=4,
        latent_height=16,
        latent_width=16,
        unet_in_channels=unet_in_channels,
        scheduler=SCHEDULER,
        tokenizer=write_tokenizer(folder / "tokenizer"),
        **more,
    )


def write_picture(path: Path, size: int = 32, *, seed: int = 0) -> Path:
    """Write a random RGB picture."""
    pixels = np.random.default_rng(seed).integers(0, 256, (size, size, 3), dtype=np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
    return path


def write_mask(path: Path, size: int = 32) -> Path:
    """Write a mask whose middle quarter is white."""
    pixels = np.zeros((size, size), np.uint8)
    pixels[size // 4 : 3 * size // 4, size // 4 : 3 * size // 4] = 255
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
    return path


def write_input_set(folder: Path, count: int = 3) -> Path:
    """Write an input set with image, mask and sketch for each of `count` items."""
    lines = []
    for index in range(count):
        name = f"in-{index}"
        write_picture(folder / "img" / f"{name}.png", seed=index)
        write_picture(folder / "img" / f"{name}_sketch.png", seed=100 + index)
        write_mask(folder / "img" / f"{name}_mask.png")
        lines.append(
            {
                "id": name,
                "image": f"img/{name}.png",
                "mask": f"img/{name}_mask.png",
                "sketch": f"img/{name}_sketch.png",
                "prompt": "a red cat in noto style",
                "seed": 10 + index,
                "split": "heldout" if index else "calibration",
            }
        )
    path = folder / "inputs.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path
