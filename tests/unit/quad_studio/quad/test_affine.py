import numpy as np
import pytest

from quad_studio.errors import StageError
from quad_studio.quad.affine import (
    BOUNDS,
    Encoding,
    asymmetric,
    dequantize_eq7,
    offset_eq5,
    quantize_eq6,
    scale_eq4,
    symmetric,
)


@pytest.mark.parametrize("dtype", list(BOUNDS))
def test_that_the_ends_of_the_range_meet_the_ends_of_the_codes(dtype):
    q_min, q_max = BOUNDS[dtype]
    scale = scale_eq4(-1.0, 3.0, q_min, q_max)
    offset = offset_eq5(-1.0, scale, q_min)
    codes = quantize_eq6(np.array([-1.0, 3.0]), scale, offset, q_min, q_max)
    assert codes.tolist() == [q_min, q_max]


def test_that_rounding_moves_a_value_by_half_a_step_at_most():
    scale = scale_eq4(-1.0, 3.0, 0, 255)
    offset = offset_eq5(-1.0, scale, 0)
    values = np.linspace(-1.0, 3.0, 10_001)
    back = dequantize_eq7(quantize_eq6(values, scale, offset, 0, 255), scale, offset)
    assert np.abs(back - values).max() <= scale * 0.5001 + scale  # z itself is rounded once
    inside = (values > -1 + scale) & (values < 3 - scale)
    assert np.abs(back - values)[inside].max() <= scale * 0.5001


def test_that_the_zero_point_of_onnx_is_minus_the_offset_of_the_paper():
    encoding = asymmetric(-1.0, 3.0, "uint8")
    assert encoding.zero_point == -offset_eq5(-1.0, encoding.scale[0], 0)


@pytest.mark.parametrize(("low", "high"), [(-2.0, -1.0), (1.0, 2.0), (0.0, 0.0), (-1e-9, 1e-9)])
def test_that_zero_is_exact_in_every_range(low, high):
    encoding = asymmetric(low, high, "uint16")
    assert encoding.dequantize(encoding.quantize(np.zeros(1))).item() == 0.0


def test_that_a_channel_keeps_its_own_step():
    encoding = symmetric([1.27, 12.7], "int8", axis=0)
    codes = encoding.quantize(np.array([[1.27], [1.27]]))
    assert codes.tolist() == [[127], [13]]


def test_that_codes_match_onnx_runtime():
    import onnx
    import onnxruntime as ort
    from onnx import TensorProto, helper, numpy_helper

    encoding = asymmetric(-0.7, 2.3, "uint16")
    graph = helper.make_graph(
        [helper.make_node("QuantizeLinear", ["x", "s", "z"], ["y"])],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [4096])],
        [helper.make_tensor_value_info("y", TensorProto.UINT16, [4096])],
        [
            numpy_helper.from_array(np.float32(encoding.scale[0]), "s"),
            numpy_helper.from_array(np.uint16(encoding.zero_point), "z"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    onnx.checker.check_model(model)
    values = np.random.default_rng(0).normal(0.5, 1.5, 4096).astype(np.float32)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    theirs = session.run(None, {"x": values})[0].astype(np.int64)
    assert np.abs(theirs - encoding.quantize(values)).max() == 0


def test_that_a_range_that_is_not_finite_is_refused():
    with pytest.raises(StageError, match="not finite"):
        asymmetric(float("-inf"), 1.0, "uint8")


@pytest.mark.parametrize(
    "bad",
    [
        {"dtype": "int3", "scale": 1.0, "zero_point": 0},
        {"dtype": "int8", "scale": -1.0, "zero_point": 0},
    ],
)
def test_that_an_unknown_form_is_refused(bad):
    with pytest.raises(ValueError, match="no encoding"):
        Encoding.from_json(bad)
