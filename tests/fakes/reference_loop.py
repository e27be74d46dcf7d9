"""The denoising loop of PROTOCOL.md section 3.1 in numpy, over Python's ONNX Runtime."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnxruntime as ort

from tests.fakes.tiny_bundle import TinyBundle
from tests.fakes.tiny_graphs import RANK, slot_shapes

Feeds = dict[str, np.ndarray]


def session_of(bundle: TinyBundle, component: str) -> ort.InferenceSession:
    """Load a graph with one thread."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    path = str(bundle.graph(component))
    return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def slot_feeds(bundle: TinyBundle, adapter: str | None, strength: float = 1.0) -> Feeds:
    """Return the slot inputs for an adapter, zeros for None."""
    dtype = next(iter(bundle.adapters.values()))[bundle.slot_names[0]].dtype
    feeds = {name: np.zeros(shape, dtype) for name, shape in slot_shapes().items()}
    feeds["lora_alpha"] = np.ones(RANK, np.float32)
    if adapter is not None:
        feeds |= bundle.adapters[adapter]
    feeds["lora_alpha"] = feeds["lora_alpha"] * np.float32(strength)
    return feeds


def generate(
    bundle: TinyBundle, plan: Mapping[str, Any], inputs: Feeds, slots: Feeds
) -> tuple[np.ndarray, np.ndarray]:
    """Return (image, latents)."""
    f32 = np.float32
    text, unet = session_of(bundle, "text_encoder"), session_of(bundle, "unet")
    encode, decode = session_of(bundle, "vae_encoder"), session_of(bundle, "vae_decoder")
    prompt = text.run(None, {"input_ids": inputs["input_ids"]})[0]
    negative = text.run(None, {"input_ids": inputs["uncond_input_ids"]})[0]
    known = encode.run(None, {"image": inputs["image"]})[0]
    parts = {
        "mask": inputs["mask"],
        "masked_latents": encode.run(None, {"image": inputs["masked_image"]})[0],
    }
    noise = inputs["noise"]

    def call(x: np.ndarray, step: Mapping[str, Any], states: np.ndarray) -> np.ndarray:
        scaled = {"sample": f32(step["input_scale"]) * x, **parts}
        sample = np.concatenate([scaled[name] for name in plan["input_layout"]], axis=1)
        feeds = {"sample": sample, "timestep": np.array([step["timestep"]], f32)}
        return unet.run(None, {**feeds, "encoder_hidden_states": states, **slots})[0]

    x = f32(plan["init"]["noise"]) * noise[:1] + f32(plan["init"]["latents"]) * known
    first, history = x, []
    for step in plan["steps"]:
        out = call(x, step, prompt)
        if step["guidance"] != 1.0:
            base = call(x, step, negative)
            out = base + f32(step["guidance"]) * (out - base)
        history.append(f32(step["convert"]["x"]) * x + f32(step["convert"]["model"]) * out)
        x = f32(step["x"]) * x + f32(step["initial"]) * first
        for factor, value in zip(step["m"], history, strict=False):
            x = x + f32(factor) * value
        if step["noise"]:
            k = step["noise_index"]
            x = x + f32(step["noise"]) * noise[k : k + 1]
        if step["blend"]:
            keep = f32(step["blend"]["known"]) * known
            keep = keep + f32(step["blend"]["known_noise"]) * noise[:1]
            x = inputs["mask"] * x + (1 - inputs["mask"]) * keep
    return decode.run(None, {"latents": x})[0], x
