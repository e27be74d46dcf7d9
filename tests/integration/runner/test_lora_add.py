"""The fused LoRA branch in the runner against ONNX Runtime on the QDQ graph, bit by bit."""

import numpy as np
import onnx
import onnxruntime as ort
import pytest

from device.cpu_variants import write_variant
from tests.fakes.lora_layers import Layer, layer_feeds, layers_model
from tests.fakes.runner import connect, running
from tests.fakes.tiny_bundle import make_tiny_bundle, sha256, update_manifest

pytestmark = pytest.mark.timeout(60)

# At 320 outputs a tile of the product has 204 rows: one row over one or two tiles, whole tiles,
# less than one. A single row is a time embedding's; 77 are a text's.
LAYERS = [
    Layer(1, 128, 64, 16),
    Layer(77, 96, 48, 16),
    Layer(205, 64, 320, 16),
    Layer(409, 64, 320, 16),
    Layer(1024, 320, 320, 16),
    Layer(16, 1280, 1280, 16),
    Layer(300, 64, 96, 16, np.int8),
]
RANKS = [Layer(256, 128, 128, 1)], [Layer(256, 128, 128, 64)]


def add_component(bundle, layers, form):
    """Put the layers' graph into a bundle as a component of its own; return the QDQ graph."""
    graph = bundle.path / "graphs" / f"layers{layers[0].rank}.onnx"
    onnx.save(layers_model(layers), graph)
    variant = write_variant(graph, form).path
    used = {n.op_type for n in onnx.load(variant).graph.node}
    assert "LoraAdd" in used
    assert not used & {"MatMul", "DequantizeLinear"}

    def change(manifest):
        relative = f"graphs/{variant.name}"
        component = {"graph": relative, "precision": "w8a16", "inputs": [], "outputs": []}
        manifest["components"]["layers"] = component
        entry = {"sha256": sha256(variant), "bytes": variant.stat().st_size}
        manifest["files"][relative] = entry

    update_manifest(bundle.path, change)
    return graph


def operator_by_operator(graph, feeds):
    """Run the QDQ graph's own operators in ONNX Runtime."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    session = ort.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    names = [port.name for port in session.get_outputs()]
    return dict(zip(names, session.run(names, feeds), strict=True))


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("layers", [LAYERS, *RANKS], ids=["sizes", "rank 1", "rank 64"])
def test_that_the_fused_branch_has_the_bits_of_its_operators(tmp_path, layers, threads):
    bundle = make_tiny_bundle(tmp_path / "b")
    graph, feeds = add_component(bundle, layers, "exact"), layer_feeds(layers)
    with running(bundle, threads=threads) as process, connect(process) as session:
        got = [session.run_graph("layers", feeds) for _ in range(2)]
    expected = operator_by_operator(graph, feeds)
    for name, values in expected.items():
        assert values.std() > 0.1
        assert [g[name].tobytes() == values.tobytes() for g in got] == [True, True], name


def test_that_the_fast_branch_is_the_sum_without_roundings(tmp_path):
    bundle = make_tiny_bundle(tmp_path / "b")
    add_component(bundle, LAYERS, "fast")
    feeds = layer_feeds(LAYERS)
    with running(bundle, threads=1) as process, connect(process) as session:
        got = session.run_graph("layers", feeds)
    for k, layer in enumerate(LAYERS):
        unit = np.float64(1 / np.iinfo(layer.codes).max)
        a, b = (feeds[f"{k}.lora_{m}.weight"] * unit for m in "AB")
        expected = feeds[f"base{k}"] + (feeds[f"x{k}"] @ a * feeds["lora_alpha"]) @ b
        np.testing.assert_allclose(got[f"y{k}"], expected, rtol=1e-4, atol=1e-4)
