"""A QDQ graph of layers with a LoRA branch, in the form that the exporter writes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper
from onnx.reference.op_run import OpRun


class FakeQuantize(OpRun):
    """The native runner's operator, in NumPy."""

    op_domain = "quad.studio"

    def _run(self, x: Any, scale: float, low: int, high: int) -> Any:
        step = np.float32(scale)
        return (np.clip(np.rint(x / step), low, high) * step,)


class LoraAdd(OpRun):
    """The native runner's operator, in NumPy."""

    op_domain = "quad.studio"

    def _run(
        self, x: Any, base: Any, a: Any, b: Any, alpha: Any, *, a_scale: float, b_scale: float,
        scales: Any, lows: Any, highs: Any,
    ) -> Any:  # fmt: skip
        def rounded(value: Any, place: int) -> Any:
            if scales[place] == 0:
                return value
            step = np.float32(scales[place])
            return np.clip(np.rint(value / step), lows[place], highs[place]) * step

        down = rounded(x @ (a.astype(np.float32) * np.float32(a_scale)), 0)
        up = rounded(down * alpha, 1) @ (b.astype(np.float32) * np.float32(b_scale))
        return (rounded(base + rounded(up, 2), 3),)


OPERATORS = [FakeQuantize, LoraAdd]


@dataclass(frozen=True)
class Layer:
    """A layer's sizes; slots hold INT16 codes, or INT8."""

    tokens: int
    width: int
    out: int
    rank: int
    codes: Any = np.int16


def layers_model(layers: list[Layer]) -> ModelProto:
    """Return the graph; layer k has inputs x{k}, base{k}, k.lora_A.weight and k.lora_B.weight.

    All layers share `lora_alpha`, so they must have one rank. Outputs are y{k}.
    """
    made = _Builder()
    made.input("lora_alpha", np.float32, [layers[0].rank])
    alpha = made.site("lora_alpha", 1e-4)
    for k, layer in enumerate(layers):
        _add_layer(made, k, layer, alpha)
    return made.model()


def layer_feeds(layers: list[Layer]) -> dict[str, Any]:
    """Return inputs that use the code ranges well."""
    rng = np.random.default_rng(3)
    feeds = {"lora_alpha": rng.uniform(0.5, 1.5, layers[0].rank).astype(np.float32)}
    for k, layer in enumerate(layers):
        spread = np.iinfo(layer.codes).max / 4
        x, base = (1, layer.tokens, layer.width), (1, layer.tokens, layer.out)
        a = rng.standard_normal((layer.width, layer.rank)) * spread
        b = rng.standard_normal((layer.rank, layer.out)) * spread
        feeds |= {
            f"x{k}": rng.standard_normal(x).astype(np.float32),
            f"base{k}": rng.standard_normal(base).astype(np.float32),
            f"{k}.lora_A.weight": np.rint(a).clip(-spread * 3, spread * 3).astype(layer.codes),
            f"{k}.lora_B.weight": np.rint(b).clip(-spread * 3, spread * 3).astype(layer.codes),
        }
    return feeds


def _add_layer(made: "_Builder", k: int, layer: Layer, alpha: str) -> None:
    unit = 1 / float(np.iinfo(layer.codes).max)
    made.input(f"x{k}", np.float32, [1, layer.tokens, layer.width])
    made.input(f"base{k}", np.float32, [1, layer.tokens, layer.out])
    made.input(f"{k}.lora_A.weight", layer.codes, [layer.width, layer.rank])
    made.input(f"{k}.lora_B.weight", layer.codes, [layer.rank, layer.out])
    a = made.slot(f"{k}.lora_A.weight", unit, layer.codes)
    b = made.slot(f"{k}.lora_B.weight", unit, layer.codes)
    x, base = made.site(f"x{k}", 2e-4), made.site(f"base{k}", 2e-4)
    reach = float(np.sqrt(layer.width)) * 1e-4
    down = made.site(made.node("MatMul", [x, a], f"{k}.lora_down:matmul"), reach)
    scaled = made.site(made.node("Mul", [down, alpha], f"{k}.lora_scale:mul"), 1.5 * reach)
    up = made.site(made.node("MatMul", [scaled, b], f"{k}.lora_up:matmul"), 2 * reach)
    total = made.site(made.node("Add", [base, up], f"{k}:add"), 2 * reach)
    made.node("Identity", [total], f"y{k}")
    made.output(f"y{k}", [1, layer.tokens, layer.out])


class _Builder:
    """Collects nodes, constants and ports."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._inputs: list[Any] = []
        self._outputs: list[Any] = []

    def input(self, name: str, dtype: Any, shape: list[int]) -> None:
        kind = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
        self._inputs.append(helper.make_tensor_value_info(name, kind, shape))

    def output(self, name: str, shape: list[int]) -> None:
        self._outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    def node(self, kind: str, inputs: list[str], output: str) -> str:
        self._nodes.append(helper.make_node(kind, inputs, [output], name=output))
        return output

    def slot(self, name: str, scale: float, dtype: Any) -> str:
        return self.node("DequantizeLinear", self._encoding(name, scale, 0, dtype), f"{name}_dq")

    def site(self, name: str, scale: float) -> str:
        encoding = self._encoding(name, scale, 32768, np.uint16)
        codes = self.node("QuantizeLinear", encoding, f"{name}_q")
        return self.node("DequantizeLinear", [codes, *encoding[1:]], f"{name}_dq")

    def model(self) -> ModelProto:
        graph = helper.make_graph(
            self._nodes, "layers", self._inputs, self._outputs, initializer=self._constants
        )
        opset = helper.make_opsetid("", 21)
        return helper.make_model(graph, opset_imports=[opset], ir_version=10)

    def _encoding(self, name: str, scale: float, zero: int, dtype: Any) -> list[str]:
        self._constants.append(numpy_helper.from_array(np.float32(scale), f"{name}_scale"))
        self._constants.append(numpy_helper.from_array(np.asarray(zero, dtype), f"{name}_zero"))
        return [name, f"{name}_scale", f"{name}_zero"]
