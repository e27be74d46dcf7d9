import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from device.cpu_variants import write_variant
from tests.fakes.lora_layers import OPERATORS, Layer, layer_feeds, layers_model

LAYERS = [Layer(5, 12, 8, 4), Layer(1, 8, 16, 4, np.int8)]


def variant_of(model, folder, form):
    onnx.save(model, folder / "unet.onnx")
    return onnx.load(write_variant(folder / "unet.onnx", form).path)


def operators(model):
    return sorted(n.op_type for n in model.graph.node)


def run(model, feeds):
    return ReferenceEvaluator(model, new_ops=OPERATORS).run(None, feeds)


def node_named(model, name):
    return next(n for n in model.graph.node if n.name == name)


def test_that_a_branch_becomes_one_operator_with_the_same_bits(tmp_path):
    model = layers_model(LAYERS)
    exact = variant_of(model, tmp_path, "exact")
    assert operators(exact) == sorted(["FakeQuantize"] * 5 + ["LoraAdd"] * 2 + ["Identity"] * 2)
    feeds = layer_feeds(LAYERS)
    for found, expected in zip(run(exact, feeds), run(model, feeds), strict=True):
        assert expected.std() > 0
        np.testing.assert_array_equal(found, expected)


def test_that_the_fast_form_has_the_operator_without_roundings(tmp_path):
    model = layers_model(LAYERS)
    fast = variant_of(model, tmp_path, "fast")
    assert operators(fast) == ["Identity", "Identity", "LoraAdd", "LoraAdd"]
    feeds = layer_feeds(LAYERS)
    for found, expected in zip(run(fast, feeds), run(model, feeds), strict=True):
        np.testing.assert_allclose(found, expected, atol=5e-3)


def test_that_the_sum_may_have_its_branch_on_either_side(tmp_path):
    model = layers_model(LAYERS[:1])
    add = node_named(model, "0:add")
    add.input[0], add.input[1] = add.input[1], add.input[0]
    assert "LoraAdd" in operators(variant_of(model, tmp_path, "exact"))


@pytest.mark.parametrize("tensor", ["0.lora_down:matmul_dq", "0.lora_up:matmul_dq"])
def test_that_a_branch_whose_inner_tensor_is_read_elsewhere_stays(tmp_path, tensor):
    model = layers_model(LAYERS[:1])
    model.graph.node.append(helper.make_node("Relu", [tensor], ["seen"]))
    model.graph.output.append(helper.make_tensor_value_info("seen", 1, None))
    exact = variant_of(model, tmp_path, "exact")
    assert "LoraAdd" not in operators(exact)
    feeds = layer_feeds(LAYERS[:1])
    np.testing.assert_array_equal(run(exact, feeds)[0], run(model, feeds)[0])


def test_that_an_unrounded_sum_that_others_read_is_the_operators_result(tmp_path):
    model = layers_model(LAYERS[:1])
    model.graph.node.append(helper.make_node("Relu", ["0:add"], ["seen"]))
    model.graph.output.append(helper.make_tensor_value_info("seen", 1, None))
    exact = variant_of(model, tmp_path, "exact")
    assert node_named(exact, "0:add/lora_add").output[0] == "0:add"
    feeds = layer_feeds(LAYERS[:1])
    for found, expected in zip(run(exact, feeds), run(model, feeds), strict=True):
        np.testing.assert_array_equal(found, expected)


def test_that_a_slot_with_an_offset_stays_as_it_is(tmp_path):
    model = layers_model(LAYERS[:1])
    zero = next(i for i in model.graph.initializer if i.name == "0.lora_A.weight_zero")
    zero.CopyFrom(numpy_helper.from_array(np.asarray(3, np.int16), zero.name))
    exact = variant_of(model, tmp_path, "exact")
    assert "LoraAdd" not in operators(exact)


def test_that_constant_matrices_are_no_slots(tmp_path):
    model = layers_model(LAYERS[:1])
    inputs = [i for i in model.graph.input if "lora_A" not in i.name]
    codes = layer_feeds(LAYERS[:1])["0.lora_A.weight"]
    del model.graph.input[:]
    model.graph.input.extend(inputs)
    model.graph.initializer.append(numpy_helper.from_array(codes, "0.lora_A.weight"))
    assert "LoraAdd" not in operators(variant_of(model, tmp_path, "exact"))
