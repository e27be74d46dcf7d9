"""Measure the demo model on its held-out inputs and draw its contact sheets."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image

from quad_studio.demo.backgrounds import IMAGE_PX, Picture
from quad_studio.demo.fills import biharmonic_fill, heat_fill
from quad_studio.demo.generate import DemoModel, Sampling, load_demo_model, sample_pictures
from quad_studio.demo.inputs import USE_CASES, SplitWorlds, held_out_examples
from quad_studio.demo.latents import encode_pictures
from quad_studio.demo.tasks import Example, make_examples
from quad_studio.use_cases.base import Pictures
from quad_studio.use_cases.object_removal import finish

GUTTER_PX: Final = 2
SHEET_ZOOM: Final = 2
SHEET_COLUMNS: Final = 8


@dataclass(frozen=True)
class UseCaseSetting:
    """The adapters and the sampling that a use case is evaluated with."""

    adapters: tuple[str, ...]
    sampling: Sampling


SETTINGS: Final[dict[str, UseCaseSetting]] = {
    "object_removal": UseCaseSetting(("object_removal",), Sampling(8, 2.0)),
    "object_removal_lcm": UseCaseSetting(("object_removal", "lcm"), Sampling(4, 1.0, "lcm")),
    "transform": UseCaseSetting(("transform",), Sampling(8, 1.0)),
    "text_to_image": UseCaseSetting((), Sampling(12, 3.0)),
    "sketch_to_image": UseCaseSetting(("sketch",), Sampling(8, 2.0)),
    "sticker": UseCaseSetting(("sticker",), Sampling(12, 3.0)),
    "portrait": UseCaseSetting(("portrait",), Sampling(8, 1.0)),
}


@dataclass(frozen=True)
class EvaluateInput:
    """Where the exported model is, and the pictures to judge it by."""

    folder: Path
    worlds: SplitWorlds
    device: str = "cpu"


def evaluate_demo(
    given: EvaluateInput,
    *,
    progress: Callable[[str, int, int], None],
    check: Callable[[], None],
    only: Sequence[str] = (),
) -> dict[str, Any]:
    """Sample every use case, write contact sheets and return (and save) the held-out numbers."""
    model = load_demo_model(given.folder / "model", given.device)
    names = [name for name in SETTINGS if not only or name in only]
    store = given.folder / "heldout_numbers.json"
    numbers: dict[str, Any] = json.loads(store.read_text("utf-8")) if store.exists() else {}
    if not only or "vae" in only:
        numbers["autoencoder"] = measure_autoencoder(model, given.worlds)
    for done, name in enumerate(names):
        check()
        progress(name, done, len(names))
        setting = SETTINGS[name]
        folders = [given.folder / "adapters" / adapter for adapter in setting.adapters]
        if not all((f / "pytorch_lora_weights.safetensors").exists() for f in folders):
            continue
        use_case = name if name in USE_CASES else name.rsplit("_", 1)[0]
        examples = held_out_examples(given.worlds, use_case)
        model.use_adapters(folders)
        results = sample_pictures(model, examples, setting.sampling)
        if use_case == "object_removal":  # the user's picture, as the use case finishes it
            results = [
                finish(result, Pictures(image=example.source, mask=example.mask))
                for example, result in zip(examples, results, strict=True)
            ]
        numbers[name] = measure_use_case(use_case, examples, results)
        numbers[name]["steps"] = setting.sampling.steps
        numbers[name]["guidance"] = setting.sampling.guidance
        draw_sheet(use_case, examples, results, given.folder / "contact_sheets" / f"{name}.png")
    progress("done", len(names), len(names))
    store.write_text(json.dumps(numbers, indent=2) + "\n", "utf-8")
    return numbers


def measure_autoencoder(model: DemoModel, worlds: SplitWorlds) -> dict[str, float]:
    """Return the reconstruction PSNR over held-out scenes and pictures."""
    import torch

    pictures: list[Picture] = []
    for task in ("object_removal", "restyle", "portrait"):
        for example in make_examples(worlds.held_out, task, 16, seed=9):
            pictures.extend([example.target, example.conditioning])
    latents = encode_pictures(model.vae, pictures, model.device).astype(np.float32)
    decoded = []
    with torch.no_grad():
        for start in range(0, len(pictures), 16):
            batch = torch.from_numpy(latents[start : start + 16]).to(model.device)
            image = model.vae.decode(batch / model.vae.config.scaling_factor).sample
            decoded.append(((image.clamp(-1, 1) + 1) / 2).permute(0, 2, 3, 1).cpu().numpy())
    found, wanted = np.concatenate(decoded), np.stack(pictures)
    return {
        "psnr_db": round(float(np.mean(masked_psnr_db(wanted, found, None))), 2),
        "n": len(pictures),
    }


def masked_psnr_db(truth: Any, found: Any, masks: Any | None) -> Any:
    """Return each picture's PSNR, (N,) dB, over the masked pixels or over all of them."""
    squared = np.square(np.asarray(truth, np.float64) - np.asarray(found, np.float64)).mean(axis=3)
    if masks is None:
        mse = squared.mean(axis=(1, 2))
    else:
        weight = np.asarray(masks, np.float64)
        mse = (squared * weight).sum(axis=(1, 2)) / np.maximum(weight.sum(axis=(1, 2)), 1.0)
    return 10.0 * np.log10(1.0 / np.maximum(mse, 1e-10))


def measure_use_case(
    use_case: str, examples: Sequence[Example], results: Sequence[Picture]
) -> dict[str, Any]:
    """Return a use case's numbers against the truth; removal's beside those of classic fills."""
    if use_case == "object_removal":
        return _measure_removal(examples, results)
    if any(example.truth is None for example in examples):
        return {"n": len(examples)}
    truth = np.stack([e.truth for e in examples if e.truth is not None])
    numbers: dict[str, Any] = {
        "n": len(examples),
        "model": _against(truth, np.stack(results), None),
    }
    if use_case in ("transform", "portrait"):
        sources = np.stack([e.source for e in examples if e.source is not None])
        numbers["source_unchanged"] = _against(truth, sources, None)
    return numbers


def _measure_removal(examples: Sequence[Example], results: Sequence[Picture]) -> dict[str, Any]:
    truth = np.stack([example.target for example in examples])
    masks = np.stack([example.mask for example in examples])
    inside = masks[..., None]
    fills: dict[str, Any] = {
        "model": np.stack(results),
        "heat_fill": np.stack([heat_fill(e.conditioning, e.mask) for e in examples]),
        "biharmonic_fill": np.stack([biharmonic_fill(e.conditioning, e.mask) for e in examples]),
    }
    numbers: dict[str, Any] = {"n": len(examples)}
    for name, found in fills.items():
        # outside the mask the truth is known to every method: only the painted part is judged
        numbers[name] = _against(truth, found * inside + truth * (1 - inside), masks)
    return numbers


def _against(truth: Any, found: Any, masks: Any | None) -> dict[str, float]:
    from evaluation.metrics.lpips import lpips

    found = np.clip(found, 0, 1).astype(np.float32)
    psnr = masked_psnr_db(truth, found, masks)
    distance = lpips(truth.astype(np.float32), found, net="alex", device="cpu")
    return {
        "psnr_db": round(float(psnr.mean()), 2),
        "psnr_db_median": round(float(np.median(psnr)), 2),
        "lpips_alex": round(float(distance.mean()), 4),
    }


def draw_sheet(
    use_case: str, examples: Sequence[Example], results: Sequence[Picture], path: Path
) -> None:
    """Write a contact sheet: results alone for prompts, else (given, result, truth) triples."""
    tiles: list[Picture] = []
    for example, result in zip(examples, results, strict=True):
        if use_case == "object_removal":
            scene = example.source if example.source is not None else result
            tiles += [scene, example.conditioning, result, example.target]
        elif example.source is not None:
            tiles += [example.source, result, example.target]
        else:
            tiles.append(result)
    group = max(1, len(tiles) // len(results))
    columns = {1: SHEET_COLUMNS, 3: 4 * 3, 4: 3 * 4}[group]
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(arrange(tiles, columns)).save(path, optimize=True)


def arrange(tiles: Sequence[Picture], columns: int) -> Any:
    """Return the tiles in rows on white, (H, W, 3) uint8, enlarged without smoothing."""
    cell = IMAGE_PX + GUTTER_PX
    rows = -(-len(tiles) // columns)
    sheet = np.full((rows * cell, columns * cell, 3), 255, np.uint8)
    for index, tile in enumerate(tiles):
        top, left = index // columns * cell, index % columns * cell
        sheet[top : top + IMAGE_PX, left : left + IMAGE_PX] = (np.clip(tile, 0, 1) * 255).round()
    return sheet.repeat(SHEET_ZOOM, axis=0).repeat(SHEET_ZOOM, axis=1)
