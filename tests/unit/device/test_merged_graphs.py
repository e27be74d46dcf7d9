"""Merging a LoRA into a QDQ graph: the usual way that the shared graph is compared with."""

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper, numpy_helper

from device.errors import RunnerBundleError
from device.merged_graphs import add_merged_graphs, merge_adapter

IN, OUT, RANK = 6, 5, 2
RNG = np.random.default_rng(0)
SCALES = {f"{m}.lora_{r}.weight": 0.01 for m in ("lin", "conv") for r in "AB"}


def codes():
    shapes = {"A": (IN, RANK), "B": (RANK, OUT)}
    drawn = {
        name: RNG.integers(-40, 40, shapes[name.split("lora_")[1][0]]).astype(np.int16)
        for name in SCALES
    }
    return {**drawn, "lora_alpha": np.array([1.0, 0.5], np.float32)}


def model():
    """x -> a linear and a 1x1 convolution with a LoRA branch each, named as the exporter does."""
    nodes, constants = [], []

    def constant(name, value):
        constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def weight(name, shape, axis):
        values = RNG.integers(-127, 128, shape).astype(np.int8)
        steps = RNG.uniform(0.005, 0.01, shape[axis]).astype(np.float32)
        zero = np.zeros(shape[axis], np.int8)
        parts = [constant(name, values), constant(f"{name}.s", steps), constant(f"{name}.z", zero)]
        nodes.append(helper.make_node("DequantizeLinear", parts, [f"{name}_dq"], axis=axis))
        return f"{name}_dq"

    def site(name):  # behind a Quantize in real graphs; what counts here is the name
        nodes.append(helper.make_node("Identity", [name], [f"{name}_dq"]))
        return f"{name}_dq"

    def branch(module, base, output):
        for role in "AB":
            slot = f"{module}.lora_{role}.weight"
            parts = [
                slot,
                constant(f"{slot}.s", np.float32(0.01)),
                constant(f"{slot}.z", np.int16(0)),
            ]
            nodes.append(helper.make_node("DequantizeLinear", parts, [f"{slot}_dq"]))
        down = helper.make_node("MatMul", ["x", f"{module}.lora_A.weight_dq"], [f"{module}.down"])
        scaled = helper.make_node("Mul", [f"{module}.down", "lora_alpha"], [f"{module}.scaled"])
        up = helper.make_node(
            "MatMul",
            [f"{module}.scaled", f"{module}.lora_B.weight_dq"],
            [f"{module}.lora_up:matmul"],
        )
        nodes.extend([down, scaled, up])
        lora = site(f"{module}.lora_up:matmul")
        nodes.append(helper.make_node("Add", [base, lora], [output]))

    nodes.append(helper.make_node("MatMul", ["x", weight("lin.w", (IN, OUT), 1)], ["lin.base"]))
    branch("lin", "lin.base", "lin.out")
    axes = constant("axis", np.array([3], np.int64))
    nodes.append(helper.make_node("Transpose", ["x"], ["xt"], perm=[0, 2, 1]))
    nodes.append(helper.make_node("Unsqueeze", ["xt", axes], ["image"]))
    nodes.append(helper.make_node("Conv", ["image", weight("conv.w", (OUT, IN, 1, 1), 0)], ["c"]))
    nodes.append(helper.make_node("Squeeze", ["c", axes], ["squeezed"]))
    nodes.append(helper.make_node("Transpose", ["squeezed"], ["conv.base"], perm=[0, 2, 1]))
    branch("conv", "conv.base", "conv.out")
    nodes.append(helper.make_node("Add", ["lin.out", "conv.out"], ["y"]))
    shapes = {"A": [IN, RANK], "B": [RANK, OUT]}
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 7, IN])]
    for name in SCALES:
        shape = shapes[name.split("lora_")[1][0]]
        inputs.append(helper.make_tensor_value_info(name, TensorProto.INT16, shape))
    inputs.append(helper.make_tensor_value_info("lora_alpha", TensorProto.FLOAT, [RANK]))
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 7, OUT])]
    graph = helper.make_graph(nodes, "g", inputs, outputs, initializer=constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)


def run(made, feeds):
    session = ort.InferenceSession(made.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, feeds)[0]


def test_that_a_merged_graph_computes_what_the_branch_adds():
    shared, adapter = model(), codes()
    x = RNG.standard_normal((1, 7, IN)).astype(np.float32)
    expected = run(shared, {"x": x, **adapter})
    base = run(shared, {"x": x, **adapter, "lora_alpha": np.zeros(RANK, np.float32)})
    assert merge_adapter(shared, adapter, SCALES, "lora_alpha") == 2
    onnx.checker.check_model(shared, full_check=True)
    assert [value.name for value in shared.graph.input] == ["x"]
    found = run(shared, {"x": x})
    error, change = np.abs(found - expected).max(), np.abs(expected - base).max()
    assert error < 0.1 * change  # what is left is the rounding of 8 bits


def test_that_nothing_of_the_branch_stays():
    shared = model()
    merge_adapter(shared, codes(), SCALES, "lora_alpha")
    names = {name for node in shared.graph.node for name in (*node.input, *node.output)}
    names |= {constant.name for constant in shared.graph.initializer}
    assert [name for name in names if "lora" in name] == []


def test_that_a_graph_without_branches_is_refused():
    plain = model()
    for node in plain.graph.node:
        for index, name in enumerate(node.input):
            node.input[index] = name.replace(".lora_up:matmul", ".other")
        for index, name in enumerate(node.output):
            node.output[index] = name.replace(".lora_up:matmul", ".other")
    with pytest.raises(RunnerBundleError, match="no LoRA branch"):
        merge_adapter(plain, codes(), SCALES, "lora_alpha")


def test_that_a_folder_that_is_no_bundle_is_refused(tmp_path):
    with pytest.raises(RunnerBundleError, match="not a bundle's manifest"):
        add_merged_graphs(tmp_path, ["transform"])
