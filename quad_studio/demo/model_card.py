"""Write the model card from what was measured and from the checkpoints' own records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from quad_studio.demo.catalog import Catalog

TEMPLATE = "model_card.md.in"
RECORD = "training_record.json"
NO_NUMBER = "-"


@dataclass(frozen=True)
class TrainingRecord:
    """Steps and wall-clock seconds of one stage."""

    stage: str
    steps: int
    elapsed_s: float


def update_records(work: Path, folder: Path) -> list[TrainingRecord]:
    """Return how the model's parts were trained, and keep it beside the model.

    A stage that left a checkpoint in `work` replaces its earlier record; the other parts of the
    model, and so their records, are those of an earlier training.
    """
    import torch

    store = folder / RECORD
    known = json.loads(store.read_text("utf-8")) if store.exists() else {}
    for path in sorted(work.glob("*.pt"), key=lambda p: p.stat().st_mtime):
        saved = torch.load(path, weights_only=True)
        name = path.stem.removeprefix("adapter_")
        known[name] = {"steps": int(saved["steps"]), "seconds": round(float(saved["elapsed_s"]))}
    store.write_text(json.dumps(known, indent=2) + "\n", "utf-8")
    return [TrainingRecord(name, r["steps"], r["seconds"]) for name, r in known.items()]


def write_model_card(folder: Path, catalog: Catalog, records: list[TrainingRecord]) -> Path:
    """Write ``MODEL_CARD.md`` into the model's folder and return its path.

    The held-out numbers come from ``heldout_numbers.json`` there; the prose from the template
    beside it.
    """
    numbers = json.loads((folder / "heldout_numbers.json").read_text("utf-8"))
    template = Template((folder / TEMPLATE).read_text("utf-8"))
    text = template.substitute(
        styles=_style_table(catalog),
        concepts=len(catalog.trained),
        text_only=len(catalog.text_only),
        held_out=len(catalog.held_out),
        combinations=len(catalog.held_out_items),
        training=_training_table(records),
        autoencoder_psnr=numbers.get("autoencoder", {}).get("psnr_db", NO_NUMBER),
        removal=_removal_table(numbers),
        conditioned=_conditioned_table(numbers),
        text=_text_table(numbers),
    )
    target = folder / "MODEL_CARD.md"
    target.write_text(text, "utf-8")
    return target


def _table(head: list[str], rows: list[list[Any]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines)


def _style_table(catalog: Catalog) -> str:
    rows = [[p.style, f"`{p.package}` {p.version}", p.licence] for p in catalog.packages]
    return _table(["style", "npm package", "licence"], rows)


def _training_table(records: list[TrainingRecord]) -> str:
    rows = [[r.stage, r.steps, f"{r.elapsed_s / 60:.1f}"] for r in records]
    total = sum(r.elapsed_s for r in records) / 60
    return _table(["stage", "steps", "minutes"], [*rows, ["all", "", f"{total:.1f}"]])


def _removal_table(numbers: Mapping[str, Any]) -> str:
    rows = []
    for entry, label in (("object_removal", "model"), ("object_removal_lcm", "model, with lcm")):
        found = numbers.get(entry)
        if found:
            rows.append(_numbers_row(f"{label}, {found['steps']} steps", found["model"]))
    if "object_removal" in numbers:
        rows.append(_numbers_row("heat diffusion fill", numbers["object_removal"]["heat_fill"]))
        rows.append(_numbers_row("biharmonic fill", numbers["object_removal"]["biharmonic_fill"]))
    return _table(["method", "PSNR inside the mask (dB)", "median", "LPIPS (alex)"], rows)


def _conditioned_table(numbers: Mapping[str, Any]) -> str:
    rows = []
    for entry in ("transform", "sketch_to_image", "portrait"):
        if entry not in numbers:
            continue
        rows.append(_numbers_row(f"{entry}: model", numbers[entry]["model"]))
        if "source_unchanged" in numbers[entry]:
            rows.append(
                _numbers_row(f"{entry}: source as it is", numbers[entry]["source_unchanged"])
            )
    return _table(["use case", "PSNR (dB)", "median", "LPIPS (alex)"], rows)


def _text_table(numbers: Mapping[str, Any]) -> str:
    rows = [
        [entry, numbers[entry]["n"], numbers[entry]["steps"], numbers[entry]["guidance"]]
        for entry in ("text_to_image", "sticker")
        if entry in numbers
    ]
    return _table(["use case", "held-out prompts", "steps", "guidance"], rows)


def _numbers_row(label: str, found: Mapping[str, float]) -> list[Any]:
    return [label, found["psnr_db"], found["psnr_db_median"], found["lpips_alex"]]
