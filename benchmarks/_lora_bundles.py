"""Bundles of one U-Net each, with slots of a given rank or without the LoRA branch."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from device.cpu_variants import add_cpu_variants
from device.merged_graphs import merge_adapter

GRAPH = "graphs/unet.onnx"
KEPT = ("schema", "fingerprint", "geometry", "lora_alpha")


def write_bundle(source: Path, folder: Path, rank: int) -> Path:
    """Write a bundle with `source`'s U-Net at another rank; 0 takes the branches out.

    Without branches the layers' own graph is what stays: weights, sites and all else are the same.
    """
    import onnx

    manifest = json.loads((source / "bundle.json").read_text("utf-8"))
    component = dict(manifest["components"]["unet"])
    graph = source / component["graph"]
    place = folder / GRAPH
    place.parent.mkdir(parents=True)
    model = onnx.load(graph, load_external_data=rank == 0)
    if rank:
        set_rank(model, rank)
        data = graph.with_name(f"{graph.name}.data")
        if data.is_file():  # copied: onnx refuses to read files with two hard links
            shutil.copyfile(data, place.with_name(data.name))
        onnx.save_model(model, place)
    else:
        codes, scales = empty_adapter(model)
        merge_adapter(model, codes, scales, "lora_alpha")
        onnx.save_model(
            model, place, save_as_external_data=True, location=f"{place.name}.data",
            size_threshold=1024,
        )  # fmt: skip
    written = {key: manifest[key] for key in KEPT} | {
        "components": {"unet": {**component, "graph": GRAPH}},
        "slots": [_slot_at(slot, rank) for slot in manifest["slots"]] if rank else [],
        "adapters": [],
        "plans": [],
        "files": {GRAPH: {"bytes": place.stat().st_size}},
    }
    written["geometry"] = {**manifest["geometry"], "rank": rank or 1}
    written["lora_alpha"] = {**manifest["lora_alpha"], "length": rank or 1}
    (folder / "bundle.json").write_text(json.dumps(written), "utf-8")
    add_cpu_variants(folder)
    return folder


def set_rank(model: Any, rank: int) -> None:
    """Give the slots another rank: their inputs' shapes are the only place that says it."""
    for value in model.graph.input:
        dims = value.type.tensor_type.shape.dim
        if value.name.endswith(".lora_A.weight"):
            dims[1].dim_value = rank
        elif value.name.endswith(".lora_B.weight") or value.name == "lora_alpha":
            dims[0].dim_value = rank
    del model.graph.value_info[:]


def empty_adapter(model: Any) -> tuple[dict[str, Any], dict[str, float]]:
    """Return an adapter of zeros, so that merging only takes the branch out."""
    codes: dict[str, Any] = {"lora_alpha": np.zeros(1, np.float32)}
    for value in model.graph.input:
        if ".lora_" not in value.name:
            continue
        rows, columns = (dim.dim_value for dim in value.type.tensor_type.shape.dim)
        is_down = value.name.endswith(".lora_A.weight")
        codes[value.name] = np.zeros((rows, 1) if is_down else (1, columns), np.float32)
    return codes, {name: 1.0 for name in codes if name != "lora_alpha"}


def feeds_of(graph: Path) -> dict[str, Any]:
    """Return random inputs of a U-Net's shapes; slots hold small codes."""
    import onnx

    model = onnx.load(graph, load_external_data=False)
    rng = np.random.default_rng(0)
    feeds: dict[str, Any] = {}
    for value in model.graph.input:
        tensor = value.type.tensor_type
        shape = [dim.dim_value for dim in tensor.shape.dim]
        dtype = onnx.helper.tensor_dtype_to_np_dtype(tensor.elem_type)
        if dtype == np.float32:
            feeds[value.name] = rng.standard_normal(shape).astype(dtype)
        else:
            feeds[value.name] = rng.integers(-100, 100, shape).astype(dtype)
    return feeds


def _slot_at(slot: dict[str, Any], rank: int) -> dict[str, Any]:
    rows, columns = slot["shape"]
    return {**slot, "shape": [rows, rank] if slot["role"] == "A" else [rank, columns]}
