import json

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from device.cpu_variants import add_cpu_variants, make_exact, make_fast, write_variant
from device.errors import RunnerBundleError
from tests.fakes.lora_layers import OPERATORS


def site(source, result, scale=0.1, zero=100, dtype=np.uint16):
    """Return the nodes and constants of a Quantize and its Dequantize."""
    constants = [
        numpy_helper.from_array(np.asarray(scale, np.float32), f"{result}_scale"),
        numpy_helper.from_array(np.asarray(zero, dtype), f"{result}_zero"),
    ]
    encoding = [f"{result}_scale", f"{result}_zero"]
    nodes = [
        helper.make_node("QuantizeLinear", [source, *encoding], [f"{result}_q"]),
        helper.make_node("DequantizeLinear", [f"{result}_q", *encoding], [result]),
    ]
    return nodes, constants


def model_of(*parts, outputs=("y",), output_shape=(6,)):
    """Return a model from sites and plain nodes, input x [2, 3]."""
    nodes, constants = [], [numpy_helper.from_array(np.array([6], np.int64), "six")]
    for part in parts:
        if isinstance(part, tuple):
            nodes += part[0]
            constants += part[1]
        else:
            nodes.append(part)
    ports = [helper.make_tensor_value_info(n, TensorProto.FLOAT, output_shape) for n in outputs]
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [2, 3])
    graph = helper.make_graph(nodes, "g", [x], ports, initializer=constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)


def run(model, x):
    return ReferenceEvaluator(model, new_ops=OPERATORS).run(None, {"x": x})


def copy_of(model):
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    return copy


def inputs():
    return np.random.default_rng(0).uniform(-20, 6000, (2, 3)).astype(np.float32)


def reshape(source, result):
    return helper.make_node("Reshape", [source, "six"], [result])


def test_that_a_pair_becomes_one_node_with_the_same_bits(tmp_path):
    model = model_of(site("x", "a"), reshape("a", "y"))
    exact = copy_of(model)
    assert make_exact(exact, tmp_path) == (1, 1, 0)
    assert [n.op_type for n in exact.graph.node] == ["FakeQuantize", "Reshape"]
    assert [i.name for i in exact.graph.initializer] == ["six"]
    np.testing.assert_array_equal(run(exact, inputs()), run(model, inputs()))


@pytest.mark.parametrize(("dtype", "zero"), [(np.int8, 0), (np.uint8, 7), (np.int16, -3)])
def test_that_each_code_type_has_its_own_range(tmp_path, dtype, zero):
    model = model_of(site("x", "a", zero=zero, dtype=dtype), reshape("a", "y"))
    exact = copy_of(model)
    make_exact(exact, tmp_path)
    np.testing.assert_array_equal(run(exact, inputs()), run(model, inputs()))


def test_that_a_pair_behind_a_data_mover_goes_when_the_encoding_is_the_same(tmp_path):
    relu = helper.make_node("Relu", ["b"], ["y"])
    model = model_of(site("x", "a"), reshape("a", "r"), site("r", "b"), relu)
    exact = copy_of(model)
    assert make_exact(exact, tmp_path) == (2, 1, 1)
    np.testing.assert_array_equal(run(exact, inputs()), run(model, inputs()))


def test_that_another_encoding_behind_a_data_mover_stays(tmp_path):
    relu = helper.make_node("Relu", ["b"], ["y"])
    model = model_of(site("x", "a"), reshape("a", "r"), site("r", "b", scale=0.7), relu)
    exact = copy_of(model)
    assert make_exact(exact, tmp_path) == (2, 2, 0)
    np.testing.assert_array_equal(run(exact, inputs()), run(model, inputs()))


def test_that_what_computes_breaks_the_chain(tmp_path):
    relu = helper.make_node("Relu", ["a"], ["r"])
    model = model_of(site("x", "a"), relu, site("r", "b"), reshape("b", "y"))
    assert make_exact(model, tmp_path) == (2, 2, 0)


def test_that_two_readers_of_one_quantize_share_the_result(tmp_path):
    nodes, constants = site("x", "a")
    second = helper.make_node("DequantizeLinear", ["a_q", "a_scale", "a_zero"], ["a2"])
    add = helper.make_node("Add", ["a", "a2"], ["sum"])
    model = model_of(([*nodes, second], constants), add, reshape("sum", "y"))
    exact = copy_of(model)
    assert make_exact(exact, tmp_path) == (1, 1, 0)
    np.testing.assert_array_equal(run(exact, inputs()), run(model, inputs()))


def test_that_a_site_at_a_graph_output_keeps_the_outputs_name(tmp_path):
    model = model_of(reshape("x", "r"), site("r", "y"))
    exact, fast = copy_of(model), copy_of(model)
    make_exact(exact, tmp_path)
    make_fast(fast, tmp_path)
    np.testing.assert_array_equal(run(exact, inputs()), run(model, inputs()))
    np.testing.assert_array_equal(run(fast, inputs())[0], inputs().reshape(-1))


def test_that_a_quantize_whose_codes_are_used_stays(tmp_path):
    nodes, constants = site("x", "a")
    model = model_of((nodes, constants), reshape("a", "y"))
    port = helper.make_tensor_value_info("codes", TensorProto.UINT16, [2, 3])
    model.graph.node.append(helper.make_node("Identity", ["a_q"], ["codes"]))
    model.graph.output.append(port)
    assert make_exact(model, tmp_path) == (0, 0, 0)


def test_that_the_fast_form_keeps_weights_and_drops_sites(tmp_path):
    weight = numpy_helper.from_array(np.ones((3, 3), np.int8), "w")
    nodes, constants = site("w", "unused", dtype=np.int8, zero=0)
    back = helper.make_node("DequantizeLinear", ["w", *nodes[1].input[1:]], ["w_real"])
    product = helper.make_node("MatMul", ["a", "w_real"], ["p"])
    model = model_of(
        ([back], [weight, *constants]), site("x", "a"), product, site("p", "b"), reshape("b", "y")
    )
    fast = copy_of(model)
    assert make_fast(fast, tmp_path) == (2, 0, 2)
    assert [n.op_type for n in fast.graph.node] == ["DequantizeLinear", "MatMul", "Reshape"]
    assert "w" in [i.name for i in fast.graph.initializer]
    expected = (inputs() @ np.full((3, 3), np.float32(0.1))).reshape(-1)
    np.testing.assert_allclose(run(fast, inputs())[0], expected, rtol=1e-6)


def test_that_a_variant_refers_to_the_graphs_own_external_data(tmp_path):
    weight = numpy_helper.from_array(np.ones((64, 64), np.float32), "big")
    use = helper.make_node("ReduceSum", ["big"], ["total"], keepdims=0)
    add = helper.make_node("Add", ["a", "total"], ["s"])
    model = model_of(([use], [weight]), site("x", "a"), add, reshape("s", "y"))
    graph = tmp_path / "unet.onnx"
    onnx.save_model(
        model, graph, save_as_external_data=True, location="unet.onnx.data", size_threshold=1024
    )
    report = write_variant(graph, "exact")
    assert report.path.name == "unet.cpu_exact.onnx"
    assert report.path.stat().st_size < 4000
    np.testing.assert_array_equal(
        run(onnx.load(report.path), inputs()), run(onnx.load(graph), inputs())
    )


def test_that_only_quantized_unets_get_variants_and_the_files_are_listed(tmp_path):
    (tmp_path / "graphs").mkdir()
    for name in ("unet", "unet_fp32", "vae_decoder"):
        onnx.save(model_of(site("x", "a"), reshape("a", "y")), tmp_path / f"graphs/{name}.onnx")
    manifest = {
        "schema": "quad-studio/bundle/1",
        "components": {
            "unet": {"graph": "graphs/unet.onnx", "precision": "w8a16"},
            "unet_fp32": {"graph": "graphs/unet_fp32.onnx", "precision": "float32"},
            "vae_decoder": {"graph": "graphs/vae_decoder.onnx", "precision": "w8a16"},
        },
        "files": {},
    }
    (tmp_path / "bundle.json").write_text(json.dumps(manifest))
    add_cpu_variants(tmp_path)
    after = json.loads((tmp_path / "bundle.json").read_text())
    assert sorted(after["files"]) == ["graphs/unet.cpu_exact.onnx", "graphs/unet.cpu_fast.onnx"]
    assert after["components"]["unet"]["variants"]["fast"] == {"graph": "graphs/unet.cpu_fast.onnx"}
    assert "variants" not in after["components"]["vae_decoder"]


def test_that_a_file_that_is_no_graph_is_named(tmp_path):
    path = tmp_path / "unet.onnx"
    path.write_bytes(b"\xff\xffnothing")
    with pytest.raises(RunnerBundleError, match=r"unet\.onnx: not an ONNX graph"):
        write_variant(path, "exact")
