"""Each rule has a small graph that keeps it and one that breaks it."""

import argparse
import json

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from device.errors import ChipsetError
from quad_studio.bundle import open_bundle, write_manifest
from quad_studio.cli import lint as lint_command
from quad_studio.errors import InputFileProblem
from quad_studio.quad.lint import (
    NpuTarget,
    failing,
    lint_bundle,
    lint_graph,
    load_graph,
    npu_target,
    rules,
)
from quad_studio.quad.lint_rules.graph_view import GraphView, SlotRow
from tests.fakes.manifests import whole_manifest

V79 = NpuTarget("v79", "qualcomm", {"name": "v79", "int16_lora": True}, emulated=True)
RANK, CHANNELS = 4, 8
TYPES = {
    "float32": TensorProto.FLOAT,
    "int8": TensorProto.INT8,
    "uint8": TensorProto.UINT8,
    "int16": TensorProto.INT16,
    "uint16": TensorProto.UINT16,
}


class Builder:
    """Collects nodes, inputs and constants of a small graph."""

    def __init__(self):
        self.nodes, self.inputs, self.constants = [], [], []

    def input(self, name, shape, dtype="float32"):
        self.inputs.append(helper.make_tensor_value_info(name, TYPES[dtype], shape))
        return name

    def constant(self, name, value):
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def node(self, op, inputs, output, **attributes):
        self.nodes.append(
            helper.make_node(op, inputs, [output], name=f"{op}_{output}", **attributes)
        )
        return output

    def parameters(self, name, dtype, zero_point=0, channels=1):
        shape = () if channels == 1 else (channels,)
        return [
            self.constant(f"{name}_scale", np.full(shape, 0.01, np.float32)),
            self.constant(f"{name}_zero", np.full(shape, zero_point, dtype)),
        ]

    def dequantize(self, codes, dtype, zero_point=0, channels=1):
        pair = self.parameters(codes, dtype, zero_point, channels)
        return self.node("DequantizeLinear", [codes, *pair], f"{codes}_value", axis=0)

    def site(self, value, dtype="uint16", zero_point=7):
        pair = self.parameters(value, dtype, zero_point)
        codes = self.node("QuantizeLinear", [value, *pair], f"{value}_codes")
        return self.node("DequantizeLinear", [codes, *pair], f"{value}_site")

    def model(self, output):
        value = helper.make_tensor_value_info(output, TensorProto.FLOAT, ("any",))
        graph = helper.make_graph(self.nodes, "g", self.inputs, [value], self.constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)


def lora_graph(
    dtype="int16", activation="uint16", up_rank=RANK, optional=False, alpha=RANK, down_shape=None
):
    """x -> MatMul lora_A -> Mul lora_alpha -> MatMul lora_B, as in an exported U-Net."""
    b = Builder()
    b.input("encoder_hidden_states", (1, 77, CHANNELS))
    shapes = {"A": down_shape or (CHANNELS, RANK), "B": (up_rank, CHANNELS)}
    values = {}
    for role, shape in shapes.items():
        name = b.input(f"m.to_q.lora_{role}.weight", shape, dtype)
        if optional:
            b.constant(name, np.zeros(shape, dtype))
        values[role] = b.dequantize(name, dtype)
    b.input("lora_alpha", (alpha,))
    x = b.site("encoder_hidden_states", activation)
    down = b.site(b.node("MatMul", [x, values["A"]], "down"), activation)
    scaled = b.site(b.node("Mul", [down, "lora_alpha"], "scaled"), activation)
    b.node("MatMul", [scaled, values["B"]], "up")
    return b.model("up")


def conv_graph(size=32, share=False, scales=(0.01, 0.02)):
    """Two 3x3 convolutions with int8 weights, on one stored weight when `share`."""
    b = Builder()
    value = b.input("sample", (1, CHANNELS, size, size))
    for index, scale in enumerate(scales):
        name = "w" if share else f"w{index}"
        if index == 0 or not share:
            b.constant(name, np.ones((CHANNELS, CHANNELS, 3, 3), np.int8))
        pair = [b.constant(f"s{index}", np.float32(scale)), b.constant(f"z{index}", np.int8(0))]
        weights = b.node("DequantizeLinear", [name, *pair], f"w{index}_value")
        value = b.node("Conv", [b.site(value), weights], f"conv{index}", pads=[1, 1, 1, 1])
    return b.model(value)


def matmul_weight_graph(channels):
    b = Builder()
    x = b.site(b.input("x", (1, CHANNELS)))
    weight = b.constant("weight", np.ones((CHANNELS, CHANNELS), np.int8))
    b.node("MatMul", [x, b.dequantize(weight, "int8", channels=channels)], "y")
    return b.model("y")


def attention_graph(dtype):
    b = Builder()
    query = b.site(b.input("q", (1, 77, CHANNELS)))
    key = b.site(b.input("k", (1, 77, CHANNELS)), dtype, 0)
    turned = b.node("Transpose", [key], "turned", perm=[0, 2, 1])
    b.node("MatMul", [query, turned], "scores")
    return b.model("scores")


def layernorm_graph(dtype, zero_point):
    b = Builder()
    x = b.site(b.input("x", (1, 4, CHANNELS)))
    weight = b.constant("gamma", np.ones(CHANNELS, dtype))
    scale = b.dequantize(weight, dtype, zero_point)
    b.node("LayerNormalization", [x, scale], "y")
    return b.model("y")


def text_graph(tokens):
    b = Builder()
    b.node("Relu", [b.input("encoder_hidden_states", (1, tokens, CHANNELS))], "y")
    return b.model("y")


def chain_graph(length, op="Relu", shape=(1, 4)):
    b = Builder()
    value = b.input("x", shape)
    for index in range(length):
        value = b.node(op, [value], f"v{index}")
    return b.model(value)


def branch_graph():
    b = Builder()
    b.input("x", (1, 4))
    b.constant("condition", np.array(True))
    made = helper.make_tensor_value_info("z", TensorProto.FLOAT, (1, 4))
    branch = helper.make_graph([helper.make_node("Relu", ["x"], ["z"])], "then", [], [made])
    b.node("If", ["condition"], "y", then_branch=branch, else_branch=branch)
    return b.model("y")


def found(model, target=V79, component="unet", slots=()):
    return lint_graph(GraphView(model, component, slots), target)


def ids(model, target=V79, **options):
    return {finding.rule for finding in found(model, target, **options)}


def qualcomm(**npu):
    return NpuTarget("q", "qualcomm", npu, emulated=True)


MEDIATEK = NpuTarget("m", "mediatek", {"max_operations": 10, "int16_lora": True})
SLOTS = (
    SlotRow("m.to_q.lora_A.weight", "m.to_q", "A", "int16", (CHANNELS, RANK)),
    SlotRow("m.to_q.lora_B.weight", "m.to_q", "B", "int16", (RANK, CHANNELS)),
)
# rule -> (graph that breaks it, graph that keeps it, target)
CASES = {
    "uint16-lora": (lora_graph("uint16"), lora_graph("int16"), V79),
    "uint16-dynamic-matmul": (attention_graph("uint16"), attention_graph("int16"), V79),
    "per-channel-matmul-weight": (matmul_weight_graph(CHANNELS), matmul_weight_graph(1), V79),
    "int16-lora": (lora_graph("int16"), lora_graph("int8"), qualcomm(int16_lora=False, name="v69")),
    "layernorm-int8-symmetric": (layernorm_graph("int8", 0), layernorm_graph("uint8", 128), V79),
    "lora-dtype-in-8bit-region": (lora_graph("int16", "uint8"), lora_graph("int8", "uint8"), V79),
    "small-feature-map": (conv_graph(8), conv_graph(16), V79),
    "token-count": (text_graph(16), text_graph(32), V79),
    "dropped-lora-input": (lora_graph(optional=True), lora_graph(), V79),
    "rank-mismatch": (lora_graph(up_rank=RANK + 1), lora_graph(), V79),
    "operation-count": (chain_graph(11), chain_graph(10), MEDIATEK),
    "dynamic-shape": (chain_graph(1, shape=("n", 4)), chain_graph(1), V79),
    "control-flow": (branch_graph(), chain_graph(1), V79),
    "shared-initializer": (conv_graph(share=True), conv_graph(), V79),
    "unsupported-operator": (chain_graph(2, "Erf"), chain_graph(2, "Gelu"), V79),
}


def test_that_every_rule_of_the_table_has_a_graph_here():
    assert set(CASES) == {rule.id for rule in rules()}


@pytest.mark.parametrize("rule", CASES)
def test_that_a_graph_that_breaks_the_rule_is_found_and_one_that_keeps_it_is_not(rule):
    broken, good, target = CASES[rule]
    onnx.checker.check_model(broken)
    findings = [finding for finding in found(broken, target) if finding.rule == rule]
    assert findings, "the rule sees nothing"
    for finding in findings:
        assert finding.node
        assert "{" not in finding.message + finding.remedy
    assert rule not in ids(good, target)


def test_that_a_good_lora_graph_has_no_findings():
    assert found(lora_graph(), slots=SLOTS) == []


def test_that_a_float_lora_input_with_its_quantize_inside_is_seen_as_a_slot():
    b = Builder()
    x = b.site(b.input("x", (1, CHANNELS)))
    b.input("m.to_q.lora_A.weight", (CHANNELS, RANK))
    b.node("MatMul", [x, b.site("m.to_q.lora_A.weight", "uint16")], "y")
    assert "uint16-lora" in ids(b.model("y"))


def test_that_a_slot_listed_in_the_bundle_but_not_an_input_is_found():
    model = chain_graph(1)
    names = {finding.node for finding in found(model, slots=SLOTS)}
    assert names == {slot.name for slot in SLOTS}


def test_that_a_slot_of_another_shape_than_listed_is_found():
    listed = tuple(
        SlotRow(slot.name, slot.module, slot.role, slot.dtype, (16, 16)) for slot in SLOTS
    )
    findings = [f for f in found(lora_graph(), slots=listed) if f.rule == "rank-mismatch"]
    assert len(findings) == 2
    assert "[8, 4]" in findings[0].message


def test_that_lora_alpha_of_another_length_is_a_rank_mismatch():
    findings = [f for f in found(lora_graph(alpha=RANK + 2)) if f.rule == "rank-mismatch"]
    assert [finding.node for finding in findings] == ["lora_alpha"]


def test_that_token_rows_and_the_time_embedding_are_no_feature_maps():
    b = Builder()
    for name, shape in {"row": (1, CHANNELS, 1, 77), "pixel": (1, CHANNELS, 1, 1)}.items():
        b.constant(f"w_{name}", np.ones((CHANNELS, CHANNELS, 1, 1), np.float32))
        b.node("Conv", [b.input(name, shape), f"w_{name}"], f"y_{name}")
    assert "small-feature-map" not in ids(b.model("y_row"))


def test_that_emulator_rules_are_silent_where_there_is_no_emulator():
    target = NpuTarget("phone", "qualcomm", {"int16_lora": True}, emulated=False)
    assert ids(conv_graph(8), target) == set()


def test_that_a_weight_may_be_shared_with_one_and_the_same_scale():
    assert "shared-initializer" not in ids(conv_graph(share=True, scales=(0.01, 0.01)))


@pytest.mark.parametrize(("soc", "takes"), [("SM8450", False), ("sm8550", True), ("SM8750", True)])
def test_that_16_bit_lora_needs_hexagon_v73(soc, takes):
    assert ("int16-lora" not in ids(lora_graph(), npu_target(soc))) == takes


@pytest.mark.parametrize("name", ["s25-qualcomm", "s25-lsi", "tab-s11-mediatek"])
def test_that_presets_are_known_and_take_a_good_graph(name):
    assert found(lora_graph(), npu_target(name), slots=SLOTS) == []


def test_that_an_unknown_chipset_lists_the_known_ones():
    with pytest.raises(ChipsetError, match="s25-qualcomm"):
        npu_target("s99")


def bundle(tmp_path, model, precision="w8a16"):
    (tmp_path / "graphs").mkdir()
    onnx.save(model, tmp_path / "graphs" / "unet.onnx")
    rows = [
        {"name": s.name, "module": s.module, "role": s.role, "dtype": s.dtype,
         "shape": list(s.shape), "scale": 0.01}
        for s in SLOTS
    ]  # fmt: skip
    components = {"unet": {"graph": "graphs/unet.onnx", "precision": precision}}
    write_manifest(tmp_path, whole_manifest(slots=rows, components=components))
    return tmp_path


def run(capsys, path, chipset="s25-qualcomm", as_json=True):
    args = argparse.Namespace(bundle=path, chipset=chipset, json=as_json)
    status = lint_command.execute(args)
    return status, capsys.readouterr().out


def test_that_the_command_prints_json_and_exits_1_with_findings(tmp_path, capsys):
    status, out = run(capsys, bundle(tmp_path, lora_graph("uint16")))
    table = json.loads(out)
    assert status == 1
    assert {finding["rule"] for finding in table["findings"]} >= {"uint16-lora"}
    assert table["chipset"] == "s25-qualcomm"


def test_that_the_command_exits_0_when_there_are_only_notes(tmp_path, capsys):
    status, out = run(capsys, bundle(tmp_path, lora_graph()), as_json=False)
    assert status == 0
    assert "0 errors, 0 warnings, 0 notes" in out


def test_that_notes_do_not_fail():
    findings = found(matmul_weight_graph(CHANNELS))
    assert [finding.level for finding in findings] == ["note"]
    assert failing(findings) == []


def test_that_errors_come_first(tmp_path):
    model = lora_graph("uint16", down_shape=(CHANNELS, RANK))
    for value in model.graph.input:
        if value.name == "encoder_hidden_states":
            value.type.tensor_type.shape.dim[1].dim_value = 16
    levels = [f.level for f in lint_bundle(open_bundle(bundle(tmp_path, model)), V79)]
    assert levels == sorted(levels, key=["error", "warning", "note"].index)
    assert set(levels) == {"error", "warning"}


def test_that_a_file_that_is_no_graph_is_refused(tmp_path):
    path = tmp_path / "unet.onnx"
    for content in (b"", b"not a graph at all, by far"):
        path.write_bytes(content)
        with pytest.raises(InputFileProblem, match=r"empty graph|no ONNX"):
            load_graph(path)
