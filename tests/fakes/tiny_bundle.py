"""Write a bundle of a few nodes a graph: real formats, made-up weights, built in under a second.

The U-Net has two slots (a query and a value projection), so adapters, strengths and rank
concatenation do something. With `precision="w8a16"` the activations are uint16, the weights int8
per channel and the slots int16; with "float32" there is no Q/DQ and the slots are float32.
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
from onnx import TensorProto, helper, numpy_helper

OPSET = 21
VOCABULARY = 32
TOKENS = 77
WIDTH = 8
HIDDEN = 8
RANK = 4
LATENT = 8
IMAGE = 16
QUERY, VALUE = "mid_block.attn.to_q", "mid_block.attn.to_v"
ADAPTER_RANKS = {"object_removal": 2, "transform": 4, "sketch": 1}
SLOT_SCALE = 2.0**-14


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


def slot_names() -> tuple[str, ...]:
    """Return the names of the slot inputs, in the order of the graph."""
    return tuple(f"{m}.lora_{role}.weight" for m in (QUERY, VALUE) for role in "AB")


def slot_shapes() -> dict[str, tuple[int, int]]:
    """Return the shape of each slot input."""
    return {
        n: ((WIDTH if VALUE in n else HIDDEN), RANK) if "lora_A" in n else (RANK, HIDDEN)
        for n in slot_names()
    }


# ---- graphs ---------------------------------------------------------------------------------


class GraphBuilder:
    """Collects nodes and initializers, so that a graph reads top down."""

    def __init__(self, name: str, rng: np.random.Generator) -> None:
        """Start empty."""
        self.name, self.rng = name, rng
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def weight(self, name: str, *shape: int, scale: float | None = None) -> str:
        """Add a random initializer; it is named *.weight, which marks it for int8."""
        fan_in = int(np.prod(shape[1:])) if len(shape) > 2 else shape[0]
        values = self.rng.standard_normal(shape) * (scale or fan_in**-0.5)
        return self.constant(name, values.astype(np.float32))

    def constant(self, name: str, value: np.ndarray) -> str:
        """Add an initializer."""
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def add(self, op: str, inputs: list[str], output: str, **attributes: Any) -> str:
        """Add a node with one output."""
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output

    def model(self, inputs: dict[str, Any], outputs: dict[str, Any]) -> onnx.ModelProto:
        """Return the model; inputs and outputs map names to (dtype, shape)."""
        infos = [
            [helper.make_tensor_value_info(n, *t) for n, t in side.items()]
            for side in (inputs, outputs)
        ]
        graph = helper.make_graph(self.nodes, self.name, *infos, initializer=self.constants)
        opset = [helper.make_opsetid("", OPSET)]
        return helper.make_model(graph, opset_imports=opset, ir_version=10)


FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64


def text_encoder_graph(rng: np.random.Generator) -> onnx.ModelProto:
    """Tokens -> embedding + position -> tanh."""
    g = GraphBuilder("text_encoder", rng)
    g.weight("tokens.weight", VOCABULARY, WIDTH, scale=1.0)
    g.weight("positions.weight", 1, TOKENS, WIDTH, scale=0.3)
    g.add("Gather", ["tokens.weight", "input_ids"], "embedded", axis=0)
    g.add("Add", ["embedded", "positions.weight"], "placed")
    g.add("Tanh", ["placed"], "encoder_hidden_states")
    return g.model(
        {"input_ids": (INT64, [1, TOKENS])}, {"encoder_hidden_states": (FLOAT, [1, TOKENS, WIDTH])}
    )


def vae_encoder_graph(rng: np.random.Generator) -> onnx.ModelProto:
    """One strided convolution."""
    g = GraphBuilder("vae_encoder", rng)
    g.weight("conv.weight", 4, 3, 2, 2)
    g.add("Conv", ["image", "conv.weight"], "latents", strides=[2, 2], kernel_shape=[2, 2])
    return g.model(
        {"image": (FLOAT, [1, 3, IMAGE, IMAGE])}, {"latents": (FLOAT, [1, 4, LATENT, LATENT])}
    )


def vae_decoder_graph(rng: np.random.Generator) -> onnx.ModelProto:
    """One transposed convolution and tanh."""
    g = GraphBuilder("vae_decoder", rng)
    g.weight("conv.weight", 4, 3, 2, 2)
    g.add("ConvTranspose", ["latents", "conv.weight"], "up", strides=[2, 2], kernel_shape=[2, 2])
    g.add("Tanh", ["up"], "image")
    return g.model(
        {"latents": (FLOAT, [1, 4, LATENT, LATENT])}, {"image": (FLOAT, [1, 3, IMAGE, IMAGE])}
    )


def unet_graph(rng: np.random.Generator, in_channels: int, repeats: int = 1) -> onnx.ModelProto:
    """conv -> time -> cross attention with two slots -> (conv, SiLU) * repeats -> conv."""
    g = GraphBuilder("unet", rng)
    pixels = LATENT * LATENT
    g.weight("conv_in.weight", HIDDEN, in_channels, 3, 3)
    g.add("Conv", ["sample", "conv_in.weight"], "hidden", pads=[1] * 4, kernel_shape=[3, 3])
    g.constant("per_thousand", np.float32(0.001))
    g.add("Mul", ["timestep", "per_thousand"], "time_fraction")
    g.weight("time.weight", 1, HIDDEN, 1, 1, scale=0.5)
    g.add("Mul", ["time_fraction", "time.weight"], "time_embedding")
    g.add("Add", ["hidden", "time_embedding"], "timed")
    g.constant("to_tokens", np.array([1, HIDDEN, pixels], np.int64))
    g.constant("to_image", np.array([1, HIDDEN, LATENT, LATENT], np.int64))
    g.add("Reshape", ["timed", "to_tokens"], "flat")
    g.add("Transpose", ["flat"], "pixels", perm=[0, 2, 1])
    adapted_linear(g, QUERY, "pixels", HIDDEN, "query")
    g.weight("to_k.weight", WIDTH, HIDDEN)
    g.add("MatMul", ["encoder_hidden_states", "to_k.weight"], "key")
    adapted_linear(g, VALUE, "encoder_hidden_states", WIDTH, "value")
    g.add("Transpose", ["key"], "key_transposed", perm=[0, 2, 1])
    g.add("MatMul", ["query", "key_transposed"], "scores")
    g.add("Softmax", ["scores"], "attention", axis=-1)
    g.add("MatMul", ["attention", "value"], "attended")
    g.add("Add", ["attended", "pixels"], "mixed")
    g.add("Transpose", ["mixed"], "mixed_flat", perm=[0, 2, 1])
    last = g.add("Reshape", ["mixed_flat", "to_image"], "features")
    for k in range(repeats):
        g.weight(f"block.{k}.weight", HIDDEN, HIDDEN, 3, 3)
        size = {"pads": [1] * 4, "kernel_shape": [3, 3]}
        g.add("Conv", [last, f"block.{k}.weight"], f"block_{k}", **size)
        g.add("Sigmoid", [f"block_{k}"], f"gate_{k}")
        last = g.add("Mul", [f"block_{k}", f"gate_{k}"], f"silu_{k}")
    g.weight("conv_out.weight", 4, HIDDEN, 3, 3)
    g.add("Conv", [last, "conv_out.weight"], "model_output", pads=[1] * 4, kernel_shape=[3, 3])
    inputs = {
        "sample": (FLOAT, [1, in_channels, LATENT, LATENT]),
        "timestep": (FLOAT, [1]),
        "encoder_hidden_states": (FLOAT, [1, TOKENS, WIDTH]),
        **{n: (FLOAT, list(shape)) for n, shape in slot_shapes().items()},
        "lora_alpha": (FLOAT, [RANK]),
    }
    return g.model(inputs, {"model_output": (FLOAT, [1, 4, LATENT, LATENT])})


def adapted_linear(g: GraphBuilder, module: str, source: str, width: int, output: str) -> None:
    """Output = source W + ((source A) * alpha) B."""
    g.weight(f"{module}.weight", width, HIDDEN)
    g.add("MatMul", [source, f"{module}.weight"], f"{output}_base")
    g.add("MatMul", [source, f"{module}.lora_A.weight"], f"{output}_down")
    g.add("Mul", [f"{output}_down", "lora_alpha"], f"{output}_scaled")
    g.add("MatMul", [f"{output}_scaled", f"{module}.lora_B.weight"], f"{output}_up")
    g.add("Add", [f"{output}_base", f"{output}_up"], output)


# ---- quantization ---------------------------------------------------------------------------


def quantize(model: onnx.ModelProto, rng: np.random.Generator) -> onnx.ModelProto:
    """Return the W8A16 form: int8 weights, uint16 activations, int16 slots."""
    ranges = observe(model, rng)
    graph = model.graph
    renamed: dict[str, str] = {}
    head: list[onnx.NodeProto] = []
    body: list[onnx.NodeProto] = []
    constants = [c for c in graph.initializer if not is_weight(c)]
    for constant in (c for c in graph.initializer if is_weight(c)):
        values = numpy_helper.to_array(constant)
        axis = 0 if values.ndim == 4 and values.shape[0] > 1 else 1
        scale = np.abs(values).max(tuple(i for i in range(values.ndim) if i != axis)) / 127
        shape = [-1 if i == axis else 1 for i in range(values.ndim)]
        codes = np.clip(np.round(values / scale.reshape(shape)), -127, 127).astype(np.int8)
        add_dequantize(head, constants, constant.name, codes, scale, np.zeros_like(scale), axis)
        renamed[constant.name] = f"{constant.name}_dq"
    for info in graph.input:
        if ".lora_" in info.name:
            info.type.tensor_type.elem_type = TensorProto.INT16
            add_dequantize(head, constants, info.name, None, np.float32(SLOT_SCALE), np.int16(0))
            renamed[info.name] = f"{info.name}_dq"
        elif info.name in ranges:
            add_site(head, constants, info.name, ranges[info.name])
            renamed[info.name] = f"{info.name}_dq"
    for node in graph.node:
        for k, used in enumerate(node.input):
            node.input[k] = renamed.get(used, used)
        body.append(node)
        output = node.output[0]
        if output == "model_output":
            node.output[0] = "model_output_raw"
            add_site(body, constants, "model_output_raw", ranges[output], result=output)
        elif output in ranges:
            add_site(body, constants, output, ranges[output])
            renamed[output] = f"{output}_dq"
    made = helper.make_graph(
        [*head, *body], graph.name, list(graph.input), list(graph.output), initializer=constants
    )
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)


def is_weight(constant: onnx.TensorProto) -> bool:
    """Tell weights from shapes and scalars."""
    return constant.name.endswith(".weight") and constant.name != "time.weight"


def add_site(nodes: list, constants: list, name: str, limits: tuple, *, result: str = "") -> None:
    """Append a uint16 QuantizeLinear and its DequantizeLinear."""
    low, high = min(limits[0], 0.0), max(limits[1], 0.0, limits[0] + 1e-4)
    scale = np.float32((high - low) / 65535)
    zero = np.uint16(np.clip(round(-low / float(scale)), 0, 65535))
    constants.append(numpy_helper.from_array(np.asarray(scale), f"{name}_scale"))
    constants.append(numpy_helper.from_array(np.asarray(zero), f"{name}_zero"))
    parameters = [f"{name}_scale", f"{name}_zero"]
    nodes.append(helper.make_node("QuantizeLinear", [name, *parameters], [f"{name}_q"]))
    output = result or f"{name}_dq"
    nodes.append(helper.make_node("DequantizeLinear", [f"{name}_q", *parameters], [output]))


def add_dequantize(
    nodes: list, constants: list, name: str, codes: Any, scale: Any, zero: Any, axis: int = 0
) -> None:
    """Append a DequantizeLinear of an initializer or of an integer input."""
    if codes is not None:
        constants.append(numpy_helper.from_array(codes, name))
        zero = np.asarray(zero, codes.dtype)
    constants.append(numpy_helper.from_array(np.asarray(scale, np.float32), f"{name}_scale"))
    constants.append(numpy_helper.from_array(np.asarray(zero), f"{name}_zero"))
    inputs = [name, f"{name}_scale", f"{name}_zero"]
    nodes.append(helper.make_node("DequantizeLinear", inputs, [f"{name}_dq"], axis=axis))


def observe(model: onnx.ModelProto, rng: np.random.Generator) -> dict[str, tuple[float, float]]:
    """Return the range of each float tensor over a few random inputs."""
    probe = onnx.ModelProto()
    probe.CopyFrom(model)
    named = {o.name for o in probe.graph.output}
    for node in probe.graph.node:
        if node.output[0] not in named:
            probe.graph.output.append(helper.make_empty_tensor_value_info(node.output[0]))
    session = ort.InferenceSession(probe.SerializeToString(), providers=["CPUExecutionProvider"])
    ranges: dict[str, tuple[float, float]] = {}
    for timestep in (1.0, 500.0, 999.0):
        feeds = {
            i.name: (rng.standard_normal(i.shape) * (0.3 if ".lora_" in i.name else 1.2)).astype(
                np.float32
            )
            for i in session.get_inputs()
        }
        feeds |= {"timestep": np.array([timestep], np.float32)}
        feeds |= {"lora_alpha": np.full(RANK, 1.5, np.float32)}
        seen = dict(
            zip([o.name for o in session.get_outputs()], session.run(None, feeds), strict=True)
        )
        for name, value in {**feeds, **seen}.items():
            if ".lora_" in name or name in ("timestep", "time_fraction") or value.dtype != "f4":
                continue
            low, high = ranges.get(name, (0.0, 0.0))
            ranges[name] = (min(low, float(value.min())), max(high, float(value.max())))
    return ranges


# ---- adapters, plans, manifest --------------------------------------------------------------


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
        "scheduler": {
            "num_train_timesteps": 1000,
            "beta_start": 0.00085,
            "beta_end": 0.012,
            "beta_schedule": "scaled_linear",
            "prediction_type": "v_prediction",
            "steps_offset": 1,
            "set_alpha_to_one": False,
            "timestep_spacing": "leading",
        },
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
