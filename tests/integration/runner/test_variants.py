import json

import numpy as np
import onnx
import onnxruntime as ort
import pytest

from device.cpu_variants import add_cpu_variants
from device.errors import BadRequestError, RunnerBundleError
from tests.fakes import reference_loop
from tests.fakes.runner import connect, request_for, running
from tests.fakes.tiny_bundle import make_tiny_bundle, sha256, update_manifest

# Each test starts a process or two; a busy machine needs longer than the suite's default.
pytestmark = pytest.mark.timeout(60)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    made = make_tiny_bundle(tmp_path_factory.mktemp("variants") / "b", unet_repeats=2)
    add_cpu_variants(made.path)
    return made


def unet_feeds(bundle, adapter):
    rng = np.random.default_rng(4)
    return {
        "sample": rng.standard_normal((1, 9, 8, 8)).astype(np.float32),
        "timestep": np.array([700], np.float32),
        # Within the calibrated range: "fast" does not clip.
        "encoder_hidden_states": np.tanh(rng.standard_normal((1, 77, 8))).astype(np.float32),
    } | reference_loop.slot_feeds(bundle, adapter)


def folded_reference(bundle, feeds):
    """Run the QDQ graph with its weights folded, as the variants run."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    session = ort.InferenceSession(str(bundle.graph("unet")), options)
    return session.run(None, feeds)[0]


@pytest.mark.parametrize("adapter", [None, "transform"])
def test_that_the_exact_variant_has_the_bits_of_the_qdq_graph(bundle, adapter):
    feeds = unet_feeds(bundle, adapter)
    with running(bundle, variant="exact") as process, connect(process) as session:
        assert session.hello["label"] == "CPU (NPU-exact)"
        got = session.run_graph("unet", feeds)["model_output"]
    assert got.tobytes() == folded_reference(bundle, feeds).tobytes()


def test_that_the_fast_variant_is_near_the_qdq_graph_and_says_what_it_is(bundle):
    feeds = unet_feeds(bundle, "transform")
    with running(bundle, variant="fast") as process, connect(process) as session:
        got = session.run_graph("unet", feeds)["model_output"]
        result = session.generate(request_for("transform"))
    expected = folded_reference(bundle, feeds)
    assert (result.label, result.header["variant"]) == ("CPU (fast)", "fast")
    assert np.abs(got - expected).max() < 5e-3
    assert got.tobytes() != expected.tobytes()


def test_that_variants_share_the_weights_and_keep_no_activation_site(bundle):
    graphs = bundle.manifest()["components"]["unet"]["variants"]
    ops = {
        name: [n.op_type for n in onnx.load(bundle.path / entry["graph"]).graph.node]
        for name, entry in graphs.items()
    }
    assert all("QuantizeLinear" not in names for names in ops.values())
    assert "FakeQuantize" in ops["exact"]
    assert "FakeQuantize" not in ops["fast"]


def test_that_sites_behind_data_movers_with_the_same_encoding_go(bundle):
    first = add_cpu_variants(bundle.path)
    again = add_cpu_variants(bundle.path)
    assert first == again
    exact = next(r for r in first if "exact" in r.path.name)
    assert exact.fused + exact.dropped == exact.sites


def test_that_a_float_bundle_needs_no_variants_and_runs_under_any(float_bundle):
    assert add_cpu_variants(float_bundle.path) == []
    with running(float_bundle, variant="fast") as process, connect(process) as session:
        assert session.hello["label"] == "CPU (FP32)"
        session.generate(request_for("sketch"))


def test_that_a_folder_that_is_no_bundle_is_refused(tmp_path):
    with pytest.raises(RunnerBundleError, match="not a bundle's manifest"):
        add_cpu_variants(tmp_path)
    (tmp_path / "bundle.json").write_text(json.dumps({"schema": "quad-studio/bundle/9"}))
    with pytest.raises(RunnerBundleError, match="schema is quad-studio/bundle/9"):
        add_cpu_variants(tmp_path)


def add_merged_unet(bundle, adapter):
    """Add a U-Net for one task alone: its slots are constants of the graph."""
    model = onnx.load(bundle.graph("unet"))
    tensors = bundle.adapters[adapter]
    inputs = [i for i in model.graph.input if i.name not in tensors]
    del model.graph.input[:]
    model.graph.input.extend(inputs)
    model.graph.initializer.extend(onnx.numpy_helper.from_array(v, k) for k, v in tensors.items())
    path = bundle.path / f"graphs/unet.{adapter}.onnx"
    onnx.save(model, path)

    def change(manifest):
        relative = f"graphs/{path.name}"
        component = {"graph": relative, "precision": "w8a16", "inputs": [], "outputs": []}
        manifest["components"][f"unet:{adapter}"] = component
        manifest["files"][relative] = {"sha256": sha256(path), "bytes": path.stat().st_size}

    update_manifest(bundle.path, change)


def test_that_one_graph_a_task_gives_the_images_of_the_shared_graph(tmp_path):
    bundle = make_tiny_bundle(tmp_path / "b")
    names = ("object_removal", "transform")
    for name in names:
        add_merged_unet(bundle, name)
    with running(bundle) as process, connect(process) as session:
        for name in names:
            shared = session.generate(request_for(name))
            merged = session.generate(request_for(unet=f"unet:{name}"))
            np.testing.assert_allclose(merged.image, shared.image, atol=1e-5)
            assert merged.timing_ms["switch_kind"] == "cold"
            assert merged.timing_ms["switch_ms"] >= merged.timing_ms["load_ms"] > 0
            loaded = [c for c in session.stats()["loaded"] if c.startswith("unet")]
            assert loaded == [f"unet:{name}"]
        with pytest.raises(BadRequestError, match="has no slots"):
            session.generate(request_for("sketch", unet="unet:transform"))
        with pytest.raises(BadRequestError, match="no U-Net 'vae_decoder'"):
            session.generate(request_for(unet="vae_decoder"))
