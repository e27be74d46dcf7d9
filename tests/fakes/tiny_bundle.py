"""Write a bundle of a few nodes a graph: real formats, made-up weights, built in under a second.

With `precision="w8a16"` the activations are uint16, the weights int8 per channel and the slots
int16; with "float32" there is no Q/DQ and the slots are float32.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
from onnx import helper

from tests.fakes.tiny_graphs import (
    IMAGE,
    LATENT,
    RANK,
    TOKENS,
    VOCABULARY,
    WIDTH,
    slot_names,
    slot_shapes,
    text_encoder_graph,
    unet_graph,
    vae_decoder_graph,
    vae_encoder_graph,
)
from tests.fakes.tiny_quantization import SLOT_SCALE, quantize
from tests.fakes.use_case_inputs import SCHEDULER

ADAPTER_RANKS = {"object_removal": 2, "transform": 4, "sketch": 1}


@dataclass(frozen=True)
class TinyBundle:
    """Where the bundle is and what a test compares with."""

    path: Path
    fingerprint: str
    slot_names: tuple[str, ...]
    adapters: Mapping[str, Mapping[str, np.ndarray]]

    def manifest(self) -> dict[str, Any]:
        """Read bundle.json."""
        return json.loads((self.path / "bundle.json").read_text("utf-8"))

    def graph(self, component: str) -> Path:
        """Return a component's ONNX file."""
        return self.path / self.manifest()["components"][component]["graph"]


def make_tiny_bundle(
    directory: Path,
    *,
    precision: str = "w8a16",
    unet_in_channels: int = 9,
    adapters: Mapping[str, int] | None = None,
    unet_repeats: int = 1,
    seed: int = 7,
    name: str = "tiny",
) -> TinyBundle:
    """Write a bundle to `directory`; `unet_repeats` makes a U-Net call longer."""
    rng = np.random.default_rng(seed)
    (directory / "graphs").mkdir(parents=True, exist_ok=True)
    unet = unet_graph(rng, unet_in_channels, unet_repeats)
    graphs = {
        "text_encoder": text_encoder_graph(rng),
        "vae_encoder": vae_encoder_graph(rng),
        "vae_decoder": vae_decoder_graph(rng),
        "unet": quantize(unet, rng) if precision == "w8a16" else unet,
    }
    for component, model in graphs.items():
        onnx.checker.check_model(model, full_check=True)
        onnx.save(model, directory / "graphs" / f"{component}.onnx")
    profile = {"schema": "quad-studio/profile/1", "precision": precision, "seed": seed}
    (directory / "profile.json").write_text(canonical(profile), "utf-8")
    fingerprint = sha256_text(canonical(profile) + sha256(directory / "graphs/unet.onnx"))
    dtype = np.int16 if precision == "w8a16" else np.float32
    written = {
        adapter: write_adapter(directory, adapter, rank, dtype, fingerprint, seed)
        for adapter, rank in (adapters or ADAPTER_RANKS).items()
    }
    write_plans(directory, unet_in_channels)
    manifest = manifest_json(directory, name, precision, unet_in_channels, fingerprint, written)
    (directory / "bundle.json").write_text(json.dumps(manifest, indent=1), "utf-8")
    return TinyBundle(directory, fingerprint, slot_names(), written)


def write_adapter(
    directory: Path, name: str, rank: int, dtype: type, fingerprint: str, seed: int
) -> dict[str, np.ndarray]:
    """Write one adapter and its side-car; return its tensors."""
    adapter_seed = int(sha256_text(f"{name}{seed}")[:8], 16)
    rng = np.random.default_rng(adapter_seed)
    tensors: dict[str, np.ndarray] = {}
    for slot, shape in slot_shapes().items():
        values = np.zeros(shape, np.float32)
        used = np.s_[:, :rank] if "lora_A" in slot else np.s_[:rank, :]
        values[used] = rng.standard_normal(values[used].shape) * 0.3
        codes = (
            np.clip(np.round(values / SLOT_SCALE), -32768, 32767) if dtype is np.int16 else values
        )
        tensors[slot] = codes.astype(dtype)
    tensors["lora_alpha"] = np.ones(RANK, np.float32)
    path = directory / "adapters" / f"{name}.onnx_adapter"
    path.parent.mkdir(exist_ok=True)
    save_adapter(path, tensors, fingerprint)
    sidecar = {
        "schema": "quad-studio/adapter/1",
        "name": name,
        "fingerprint": fingerprint,
        "rank": rank,
        "use_cases": [name],
        "source": {"file": "made up", "sha256": "0" * 64},
        "sha256": sha256(path),
        "bytes": path.stat().st_size,
        "version": 1,
    }
    path.with_suffix(".json").write_text(json.dumps(sidecar, indent=1), "utf-8")
    return tensors


def save_adapter(path: Path, tensors: Mapping[str, np.ndarray], fingerprint: str) -> None:
    """Write ONNX Runtime's adapter format."""
    adapter = ort.AdapterFormat()
    adapter.set_adapter_version(1)
    adapter.set_model_version(int(fingerprint[:7], 16))
    adapter.set_parameters(
        {name: ort.OrtValue.ortvalue_from_numpy(value) for name, value in tensors.items()}
    )
    adapter.export_adapter(str(path))


def ddim_plan(
    use_case: str, num_steps: int, layout: list[str], *, guidance: float = 1.0, init: float = 0.0
) -> dict[str, Any]:
    """Return a DDIM table for v-prediction; `init` is the share of the source latents."""
    betas = np.linspace(0.00085**0.5, 0.012**0.5, 1000) ** 2
    alphas = np.cumprod(1 - betas)
    timesteps = (np.arange(num_steps) * (1000 // num_steps))[::-1] + 1
    steps = []
    for k, t in enumerate(timesteps):
        a, s = alphas[t] ** 0.5, (1 - alphas[t]) ** 0.5
        after = alphas[timesteps[k + 1]] if k + 1 < num_steps else alphas[0]
        a_next, s_next = after**0.5, (1 - after) ** 0.5
        steps.append(
            {
                "timestep": float(t),
                "input_scale": 1.0,
                "guidance": guidance,
                "convert": {"x": a, "model": -s},
                "x": s_next / s,
                "initial": 0.0,
                "m": [0.0] * k + [a_next - s_next * a / s],
                "noise": 0.0,
                "noise_index": 0,
                "blend": None,
            }
        )
    first = alphas[timesteps[0]]
    return {
        "schema": "quad-studio/sampler-plan/1",
        "use_case": use_case,
        "sampler": "ddim",
        "num_steps": num_steps,
        "guidance_scale": guidance,
        "input_layout": layout,
        "init": {"noise": float((1 - first) ** 0.5) if init else 1.0, "latents": init},
        "steps": steps,
        "needs": {
            "noise_tensors": 1,
            "vae_encoder": len(layout) > 1 or init > 0,
            "mask": "mask" in layout,
        },
    }


def write_plans(directory: Path, unet_in_channels: int) -> None:
    """Write a plan for each use case the bundle's adapters serve."""
    layout = ["sample", "mask", "masked_latents"] if unet_in_channels == 9 else ["sample"]
    plans = [
        ddim_plan("object_removal", 4, layout),
        ddim_plan("transform", 3, layout, guidance=2.0),
        ddim_plan("text_to_image", 4, layout, guidance=3.0),
    ]
    (directory / "plans").mkdir(exist_ok=True)
    for plan in plans:
        path = directory / "plans" / f"{plan['use_case']}.json"
        path.write_text(json.dumps(plan, indent=1), "utf-8")


def manifest_json(
    directory: Path,
    name: str,
    precision: str,
    unet_in_channels: int,
    fingerprint: str,
    adapters: Mapping[str, Any],
) -> dict[str, Any]:
    """Return bundle.json for what lies in `directory`."""
    dtype = "int16" if precision == "w8a16" else "float32"
    return {
        "schema": "quad-studio/bundle/1",
        "name": name,
        "fingerprint": fingerprint,
        "created_with": {"onnx": onnx.__version__, "onnxruntime": ort.__version__},
        "geometry": {
            "image_height": IMAGE,
            "image_width": IMAGE,
            "latent_channels": 4,
            "latent_height": LATENT,
            "latent_width": LATENT,
            "unet_in_channels": unet_in_channels,
            "text_tokens": TOKENS,
            "text_width": WIDTH,
            "rank": RANK,
            "prediction_type": "v_prediction",
            "vocab_size": VOCABULARY,
        },
        "scheduler": SCHEDULER,
        "components": {
            c: component_json(
                directory / "graphs" / f"{c}.onnx", precision if c == "unet" else "float32"
            )
            for c in ("text_encoder", "vae_encoder", "unet", "vae_decoder")
        },
        "slots": [
            {
                "name": slot,
                "module": slot.partition(".lora_")[0],
                "role": "A" if "lora_A" in slot else "B",
                "dtype": dtype,
                "shape": list(shape),
                "scale": SLOT_SCALE,
            }
            for slot, shape in slot_shapes().items()
        ],
        "lora_alpha": {"input": "lora_alpha", "length": RANK},
        "adapters": [adapter_entry(directory, adapter) for adapter in adapters],
        "plans": [
            {"use_case": p.stem, "file": f"plans/{p.name}"}
            for p in sorted((directory / "plans").iterdir())
        ],
        "quantization": {"weights": "int8-per-channel", "activations": "uint16", "lora": dtype},
        "files": {
            p.relative_to(directory).as_posix(): {"sha256": sha256(p), "bytes": p.stat().st_size}
            for p in sorted(directory.rglob("*"))
            if p.is_file() and p.name != "bundle.json"
        },
    }


def component_json(path: Path, precision: str) -> dict[str, Any]:
    """Describe one graph."""
    graph = onnx.load(path).graph

    def ports(infos: Any) -> list[dict[str, Any]]:
        return [
            {
                "name": i.name,
                "dtype": helper.tensor_dtype_to_np_dtype(i.type.tensor_type.elem_type).name,
                "shape": [d.dim_value for d in i.type.tensor_type.shape.dim],
            }
            for i in infos
        ]

    return {
        "graph": f"graphs/{path.name}",
        "precision": precision,
        "inputs": ports(graph.input),
        "outputs": ports(graph.output),
    }


def adapter_entry(directory: Path, name: str) -> dict[str, Any]:
    """Return an adapter's line in bundle.json."""
    sidecar = json.loads((directory / "adapters" / f"{name}.json").read_text("utf-8"))
    kept = ("name", "sha256", "bytes", "rank", "use_cases", "version")
    return {"file": f"adapters/{name}.onnx_adapter", **{key: sidecar[key] for key in kept}}


def update_manifest(bundle: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Edit bundle.json in place, for tests of what a runner refuses."""
    path = bundle / "bundle.json"
    manifest = json.loads(path.read_text("utf-8"))
    change(manifest)
    path.write_text(json.dumps(manifest, indent=1), "utf-8")


def tiny_inputs(seed: int = 0, noise_tensors: int = 1) -> dict[str, np.ndarray]:
    """Return the tensors of a generate request, drawn from `seed`."""
    rng = np.random.default_rng(seed)
    image = rng.uniform(-1, 1, (1, 3, IMAGE, IMAGE)).astype(np.float32)
    mask = np.zeros((1, 1, LATENT, LATENT), np.float32)
    mask[..., 2:6, 3:7] = 1
    hole = np.repeat(np.repeat(mask, 2, 2), 2, 3)
    return {
        "input_ids": rng.integers(0, VOCABULARY, (1, TOKENS)),
        "uncond_input_ids": np.zeros((1, TOKENS), np.int64),
        "noise": rng.standard_normal((noise_tensors, 4, LATENT, LATENT)).astype(np.float32),
        "image": image,
        "mask": mask,
        "masked_image": image * (1 - hole),
    }


def canonical(value: Any) -> str:
    """Return JSON with one spelling."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def sha256(path: Path) -> str:
    """Hash a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def sha256_text(text: str) -> str:
    """Hash a string."""
    return hashlib.sha256(text.encode()).hexdigest()
