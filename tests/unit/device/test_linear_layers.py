import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from device.cpu_variants import write_variant

TOKENS, WIDTH, OUT = 5, 6, 4


def layer_model(*, kernel=1, bias=True, axis=2, order=(0, 2, 1), group=1):
    """Return a linear layer as the exporter writes it for NPUs: x [1, T, in] -> y [1, T, out]."""
    rng = np.random.default_rng(0)
    shape = (OUT, WIDTH // group, kernel, kernel)
    constants = {
        "codes": rng.integers(-127, 128, shape).astype(np.int8),
        "scales": rng.uniform(0.01, 0.02, OUT).astype(np.float32),
        "zeros": np.zeros(OUT, np.int8),
        "bias": rng.standard_normal(OUT).astype(np.float32),
        "axis": np.array([axis], np.int64),
    }
    inputs = ["wide", "weight", "bias"][: 3 if bias else 2]
    pads = [kernel // 2] * 4
    nodes = [
        helper.make_node("DequantizeLinear", ["codes", "scales", "zeros"], ["weight"], axis=0),
        helper.make_node("Transpose", ["x"], ["channels"], perm=order),
        helper.make_node("Unsqueeze", ["channels", "axis"], ["wide"]),
        helper.make_node(
            "Conv", inputs, ["made"], kernel_shape=[kernel, kernel], pads=pads, group=group
        ),
        helper.make_node("Squeeze", ["made", "axis"], ["narrow"]),
        helper.make_node("Transpose", ["narrow"], ["y"], perm=order),
    ]
    ports = [helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in ("x", "y")]
    graph = helper.make_graph(
        nodes,
        "g",
        ports[:1],
        ports[1:],
        initializer=[numpy_helper.from_array(v, k) for k, v in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)


def fast_form(model, folder):
    onnx.save(model, folder / "unet.onnx")
    return onnx.load(write_variant(folder / "unet.onnx", "fast").path)


def operators(model):
    return [n.op_type for n in model.graph.node]


def run(model, shape=(1, TOKENS, WIDTH)):
    x = np.random.default_rng(1).standard_normal(shape).astype(np.float32)
    return ReferenceEvaluator(model).run(None, {"x": x})


@pytest.mark.parametrize("bias", [True, False])
def test_that_a_linear_layer_is_a_product_again(tmp_path, bias):
    model = layer_model(bias=bias)
    fast = fast_form(model, tmp_path)
    expected = ["DequantizeLinear", "Squeeze", "Transpose", "MatMul"]
    assert operators(fast) == expected + ["Add"] * bias
    np.testing.assert_allclose(run(fast)[0], run(model)[0], rtol=1e-5, atol=1e-5)


def test_that_the_weights_stay_the_ones_of_the_graph(tmp_path):
    model = layer_model()
    kept = {i.name: i.raw_data for i in fast_form(model, tmp_path).graph.initializer}
    assert kept["codes"] == next(i for i in model.graph.initializer if i.name == "codes").raw_data


def test_that_what_is_read_before_the_convolution_stays(tmp_path):
    model = layer_model()
    model.graph.output.append(helper.make_tensor_value_info("channels", 1, None))
    fast = fast_form(model, tmp_path)
    assert operators(fast).count("Conv") == 0
    for found, expected in zip(run(fast), run(model), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("tensor", ["made", "narrow"])
def test_that_a_layer_whose_inner_tensor_is_read_elsewhere_stays(tmp_path, tensor):
    model = layer_model()
    model.graph.output.append(helper.make_tensor_value_info(tensor, 1, None))
    assert "Conv" in operators(fast_form(model, tmp_path))


@pytest.mark.parametrize("settings", [{"kernel": 3}, {"axis": 3}, {"group": 2}])
def test_that_another_convolution_stays(tmp_path, settings):
    assert "Conv" in operators(fast_form(layer_model(**settings), tmp_path))


def test_that_another_order_of_axes_stays(tmp_path):
    assert "Conv" in operators(fast_form(layer_model(order=(0, 1, 2)), tmp_path))


def test_that_the_exact_form_keeps_its_convolutions(tmp_path):
    onnx.save(layer_model(), tmp_path / "unet.onnx")
    exact = onnx.load(write_variant(tmp_path / "unet.onnx", "exact").path)
    assert "Conv" in operators(exact)
