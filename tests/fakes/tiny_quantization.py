"""The W8A16 form of a tiny graph: int8 weights per channel, uint16 activations, int16 slots."""

from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

from tests.fakes.tiny_graphs import OPSET, RANK

SLOT_SCALE = 2.0**-14


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
