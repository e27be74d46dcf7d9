import numpy as np
import pytest

from quad_studio.quad.graph_passes.channel_last_inputs import channel_last_inputs
from quad_studio.quad.graph_passes.eliminate_dead_code import eliminate_dead_code
from quad_studio.quad.graph_passes.fold_constants import fold_constants
from quad_studio.quad.graph_passes.fuse_activations import fuse_activations
from quad_studio.quad.graph_passes.gather_codes import gather_codes
from quad_studio.quad.graph_passes.integer_boundary import integer_boundary
from quad_studio.quad.graph_passes.propagate_encodings import propagate_encodings
from quad_studio.quad.graph_passes.quantize_scalars import quantize_scalars
from quad_studio.quad.graph_passes.unshare_initializers import unshare_initializers

pytestmark = pytest.mark.timeout(120)


def model_of(text, **initializers):
    """Return an onnx_ir model of ONNX's text form; initializers are float32 or typed arrays."""
    import onnx
    import onnx_ir as ir

    model = onnx.parser.parse_model(f'<ir_version: 10, opset_import: ["" : 21]> {text}')
    model.graph.initializer.extend(
        onnx.numpy_helper.from_array(np.asarray(value), name)
        for name, value in initializers.items()
    )
    return ir.from_proto(model)


def kinds(model):
    return [node.op_type for node in model.graph]


def run(model, **feeds):
    import onnx_ir as ir
    import onnxruntime as ort

    session = ort.InferenceSession(
        ir.to_proto(model).SerializeToString(), providers=["CPUExecutionProvider"]
    )
    return session.run(None, feeds)[0]


Q = {"s": np.float32(0.1), "z": np.uint8(0)}


def test_that_a_lora_input_takes_codes():
    model = model_of(
        "g (float[2,2] lora) => (float[2,2] y)"
        "{ q = QuantizeLinear(lora, s, z) d = DequantizeLinear(q, s, z) y = Relu(d) }",
        s=np.float32(0.5),
        z=np.int16(0),
    )
    codes = np.array([[1, -2], [3, 4]], np.int16)
    before = run(model, lora=codes.astype(np.float32) * 0.5)
    model, report = integer_boundary(frozenset({"lora"}))(model)
    assert kinds(model) == ["DequantizeLinear", "Relu"]
    assert report.changed == 1
    assert np.array_equal(run(model, lora=codes), before)


def test_that_a_weight_becomes_codes_per_channel():
    weight = np.random.default_rng(0).standard_normal((3, 4)).astype(np.float32)
    scale = (np.abs(weight).max(axis=1) / 127).astype(np.float32)
    model = model_of(
        "g (float[4,2] x) => (float[3,2] y)"
        "{ q = QuantizeLinear<axis = 0>(w, s, z) d = DequantizeLinear<axis = 0>(q, s, z)"
        " y = MatMul(d, x) }",
        w=weight,
        s=scale,
        z=np.zeros(3, np.int8),
    )
    x = np.ones((4, 2), np.float32)
    before = run(model, x=x)
    model, _ = integer_boundary(frozenset())(model)
    assert kinds(model) == ["DequantizeLinear", "MatMul"]
    assert "w" not in model.graph.initializers
    assert np.array_equal(run(model, x=x), before)


def test_that_what_is_moved_keeps_its_encoding_exactly():
    model = model_of(
        "g (float[2,3] x) => (float[3,2] y)"
        "{ q = QuantizeLinear(x, s, z) d = DequantizeLinear(q, s, z)"
        " t = Transpose<perm = [1, 0]>(d) y = Sigmoid(t) }",
        **Q,
    )
    x = np.random.default_rng(0).uniform(0, 20, (2, 3)).astype(np.float32)
    before = run(model, x=x)
    model, report = propagate_encodings(model)
    assert kinds(model) == [
        "QuantizeLinear",
        "DequantizeLinear",
        "Transpose",
        "QuantizeLinear",
        "DequantizeLinear",
        "Sigmoid",
    ]
    assert report.changed == 1
    assert np.array_equal(run(model, x=x), before)


def test_that_a_moved_tensor_with_a_convert_behind_it_gets_names_of_its_own():
    """In mixed precision the convert's site names what it reads, so `t_q` is there already."""
    model = model_of(
        "g (float[2,3] x) => (float[3,2] y)"
        "{ q = QuantizeLinear(x, s, z) d = DequantizeLinear(q, s, z)"
        " t = Transpose<perm = [1, 0]>(d)"
        " t_q = QuantizeLinear(t, wide, z) t_dq = DequantizeLinear(t_q, wide, z)"
        " a = Sigmoid(t_dq) b = Sigmoid(t) y = Add(a, b) }",
        wide=np.float32(0.5),
        **Q,
    )
    x = np.random.default_rng(0).uniform(0, 20, (2, 3)).astype(np.float32)
    before = run(model, x=x)
    model, report = propagate_encodings(model)
    assert report.changed == 1
    names = [value.name for node in model.graph for value in node.outputs]
    assert len(names) == len(set(names))
    assert np.array_equal(run(model, x=x), before)


def test_that_an_interpolating_resize_is_not_taken_for_a_move():
    model = model_of(
        "g (float[1,1,2,2] x) => (float[1,1,4,4] y)"
        "{ q = QuantizeLinear(x, s, z) d = DequantizeLinear(q, s, z)"
        ' r = Resize<mode = "linear">(d, , k) y = Sigmoid(r) }',
        k=np.array([1, 1, 2, 2], np.float32),
        **Q,
    )
    assert propagate_encodings(model)[1].changed == 0


@pytest.mark.parametrize("scalar", [0.125, -3.0])
def test_that_scalars_get_an_encoding_that_holds_them(scalar):
    model = model_of(
        "g (float[4] x) => (float[4] y)"
        "{ q = QuantizeLinear(x, s, z) d = DequantizeLinear(q, s, z) y = Mul(d, c) }",
        c=np.float32(scalar),
        **Q,
    )
    x = np.array([0.0, 1.0, 2.0, 20.0], np.float32)
    before = run(model, x=x)
    model, report = quantize_scalars(model)
    assert report.changed == 1
    assert np.allclose(run(model, x=x), before, rtol=1e-6)


def test_that_a_relu_before_a_clamping_quantizer_goes():
    text = (
        "g (float[4] x) => (float[4] y)"
        "{ r = Relu(x) q = QuantizeLinear(r, s, z) y = DequantizeLinear(q, s, z) }"
    )
    x = np.array([-1.0, 0.04, 0.06, 99.0], np.float32)
    before = run(model_of(text, **Q), x=x)
    model, report = fuse_activations(model_of(text, **Q))
    assert kinds(model) == ["QuantizeLinear", "DequantizeLinear"]
    assert report.changed == 1
    assert np.array_equal(run(model, x=x), before)


def test_that_a_relu_stays_where_the_encoding_holds_negative_values():
    model = model_of(
        "g (float[4] x) => (float[4] y)"
        "{ r = Relu(x) q = QuantizeLinear(r, s, z) y = DequantizeLinear(q, s, z) }",
        s=np.float32(0.1),
        z=np.uint8(5),
    )
    assert fuse_activations(model)[1].changed == 0


def test_that_constants_are_folded_and_encodings_are_not():
    model = model_of(
        "g (float[2] x) => (float[2] y)"
        "{ c = Add(a, a) q = QuantizeLinear(c, s, z) d = DequantizeLinear(q, s, z) y = Mul(x, d) }",
        a=np.array([1.0, 2.0], np.float32),
        **Q,
    )
    model, report = fold_constants(model)
    assert kinds(model) == ["QuantizeLinear", "DequantizeLinear", "Mul"]
    assert report.changed == 1


def test_that_unused_branches_and_their_weights_go():
    model = model_of(
        "g (float[2] x, float[2] lora) => (float[2] y) { dead = Mul(lora, a) y = Relu(x) }",
        a=np.ones(2, np.float32),
    )
    model, report = eliminate_dead_code(model)
    assert kinds(model) == ["Relu"]
    assert "a" not in model.graph.initializers
    assert [value.name for value in model.graph.inputs] == ["x", "lora"]
    assert report.changed == 2


def test_that_two_layers_do_not_share_a_bias():
    model = model_of(
        "g (float[2] x) => (float[2] y) { t = Add(x, b) y = Add(t, b) }",
        b=np.ones(2, np.float32),
    )
    model, report = unshare_initializers(model)
    assert report.changed == 1
    assert len({node.inputs[1].name for node in model.graph}) == 2
    assert run(model, x=np.zeros(2, np.float32)).tolist() == [2.0, 2.0]


def test_that_a_lookup_dequantizes_only_what_it_found():
    model = model_of(
        "g (int64[2] i) => (float[2,2] y) { d = DequantizeLinear(w, s, z) y = Gather(d, i) }",
        w=np.arange(6, dtype=np.uint8).reshape(3, 2),
        **Q,
    )
    i = np.array([2, 0])
    before = run(model, i=i)
    graph_output = model.graph.outputs[0]
    assert graph_output.name == "y"
    model = model_of(
        "g (int64[2] i) => (float[2,2] y)"
        "{ d = DequantizeLinear(w, s, z) g = Gather(d, i) y = Relu(g) }",
        w=np.arange(6, dtype=np.uint8).reshape(3, 2),
        **Q,
    )
    model, report = gather_codes(model)
    assert kinds(model) == ["Gather", "DequantizeLinear", "Relu"]
    assert report.changed == 1
    assert np.array_equal(run(model, i=i), before)


def test_that_a_channel_last_input_gives_the_same_output():
    text = "g (float[1,2,3,4] x) => (float[1,2,3,4] y) { y = Relu(x) }"
    x = np.random.default_rng(0).standard_normal((1, 2, 3, 4)).astype(np.float32)
    before = run(model_of(text), x=x)
    model, report = channel_last_inputs(frozenset({"x"}))(model_of(text))
    assert report.changed == 1
    assert np.array_equal(run(model, x=np.ascontiguousarray(x.transpose(0, 2, 3, 1))), before)
