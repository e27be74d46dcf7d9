"""The float graphs of the tiny bundle: a few nodes each, with made-up weights.

The U-Net has two slots (a query and a value projection), so adapters, strengths and rank
concatenation do something.
"""

from typing import Any

import numpy as np
import onnx
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


def slot_names() -> tuple[str, ...]:
    """Return the names of the slot inputs, in the order of the graph."""
    return tuple(f"{m}.lora_{role}.weight" for m in (QUERY, VALUE) for role in "AB")


def slot_shapes() -> dict[str, tuple[int, int]]:
    """Return the shape of each slot input."""
    return {
        n: ((WIDTH if VALUE in n else HIDDEN), RANK) if "lora_A" in n else (RANK, HIDDEN)
        for n in slot_names()
    }


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
