"""Compiling for Qualcomm; the tests marked qnn run the real compiler and the HTP emulator."""

import json
import shutil
import subprocess
import sys

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper

from device.errors import ToolchainError
from device.toolchains.qualcomm import HtpJob, context_files, find_soc, is_installed, run_job
from quad_studio.bundle import open_bundle, write_manifest
from quad_studio.cancel import CancelToken
from quad_studio.errors import Cancelled, StageError
from quad_studio.quad.compile_qualcomm import (
    CompileInput,
    check_wrapper,
    compile_for_qualcomm,
    write_lora_wrapper,
)
from quad_studio.quad.verify import VerifyInput, verify
from quad_studio.quad.verify_inputs import BASE, make_calls
from quad_studio.quad.verify_layers import sqnr_db
from tests.fakes.tiny_bundle import make_tiny_bundle

qnn = [
    pytest.mark.qnn,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not is_installed(), reason="onnxruntime-qnn is not installed"),
]
INPUTS = {
    "sample": (TensorProto.FLOAT, [1, 4]),
    "m.lora_A.weight": (TensorProto.INT16, [4, 2]),
    "lora_alpha": (TensorProto.FLOAT, [2]),
}


def save_wrapper(path, inputs=INPUTS, op="EPContext"):
    infos = [helper.make_tensor_value_info(name, *kind) for name, kind in inputs.items()]
    domain = "com.microsoft" if op == "EPContext" else ""
    node = helper.make_node(op, list(inputs), ["y"], domain=domain)
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 4])
    graph = helper.make_graph([node], "g", infos, [output])
    onnx.save(helper.make_model(graph, ir_version=10), path)
    return path


def test_that_a_wrapper_with_every_input_is_accepted_and_its_lora_inputs_are_named(tmp_path):
    graph = save_wrapper(tmp_path / "unet.onnx", op="Concat")
    wrapper = save_wrapper(tmp_path / "unet_ctx.onnx")
    assert check_wrapper(wrapper, graph) == ["m.lora_A.weight", "lora_alpha"]


def test_that_a_wrapper_that_lost_an_input_is_refused(tmp_path):
    graph = save_wrapper(tmp_path / "unet.onnx", op="Concat")
    fewer = {name: kind for name, kind in INPUTS.items() if "lora_A" not in name}
    with pytest.raises(StageError, match=r"lost 1 inputs: m\.lora_A\.weight"):
        check_wrapper(save_wrapper(tmp_path / "unet_ctx.onnx", fewer), graph)


def test_that_a_node_that_is_not_compiled_is_refused(tmp_path):
    graph = save_wrapper(tmp_path / "unet.onnx", op="Concat")
    with pytest.raises(StageError, match="1 nodes are not compiled: Concat"):
        check_wrapper(graph, graph)


def test_that_the_second_wrapper_has_zero_defaults_for_lora_inputs_only(tmp_path):
    wrapper = save_wrapper(tmp_path / "unet_ctx.onnx")
    model = onnx.load(write_lora_wrapper(wrapper, tmp_path / "unet_lora_ctx.onnx"))
    defaults = {i.name: onnx.numpy_helper.to_array(i) for i in model.graph.initializer}
    assert set(defaults) == {"m.lora_A.weight", "lora_alpha"}
    assert defaults["m.lora_A.weight"].dtype == np.int16
    assert not any(value.any() for value in defaults.values())
    assert [value.name for value in model.graph.input] == list(INPUTS)


def test_that_an_unknown_soc_lists_the_known_ones():
    with pytest.raises(ToolchainError, match=r"SM8550.*SM8750"):
        find_soc("SM1")


def test_that_the_context_binary_lies_beside_its_wrapper(tmp_path):
    names = [path.name for path in context_files(tmp_path / "unet_ctx.onnx")]
    assert names == ["unet_ctx.onnx", "unet_ctx_qnn.bin"]


def test_that_a_bundle_without_the_component_is_a_stage_error(tmp_path):
    bundle = write_manifest(tmp_path, {"name": "b", "components": {}, "slots": [], "adapters": []})
    with pytest.raises(StageError, match="has no unet"):
        compile_for_qualcomm(CompileInput(bundle, "SM8750"))


# --- with the real compiler ------------------------------------------------------------------


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """Compile a tiny bundle for the S25's SoC, once."""
    path = make_tiny_bundle(tmp_path_factory.mktemp("qnn") / "b").path
    return compile_for_qualcomm(CompileInput(open_bundle(path), "sm8750"))


class TestCompiled:
    """What the real compiler makes of a small U-Net with two adapted layers."""

    pytestmark = qnn

    def test_that_nothing_stays_off_the_npu_and_the_bundle_lists_every_file(self, compiled):
        record = compiled.record
        assert record["nodes_off_npu"] == []
        assert record["nodes_on_npu"] > 50
        assert (record["soc"], record["htp_arch"], record["lora_inputs"]) == ("SM8750", 79, 5)
        bundle = open_bundle(compiled.bundle.path, verify=True)
        assert "contexts/SM8750/unet_ctx_qnn.bin" in bundle.manifest["files"]
        assert bundle.manifest["contexts"]["SM8750"]["unet"] == record
        written = json.loads((compiled.binary.parent / "context.json").read_text())
        assert written["components"]["unet"] == record
        assert not (compiled.binary.parent / ".part").exists()

    def test_that_stock_lora_adapters_switch_the_compiled_graph(self, compiled, tmp_path):
        """A plain ONNX Runtime user: LoraAdapter, RunOptions, no code of ours."""
        bundle = compiled.bundle
        calls = {name: make_calls(bundle, [name], 1)[0] for name in ("transform", "sketch", BASE)}
        shared = {"sample", "timestep", "encoder_hidden_states"}
        np.savez(tmp_path / "in.npz", **{n: calls[BASE].feeds[n] for n in shared})
        script = (
            "import sys, numpy as np, onnxruntime as ort, onnxruntime_qnn as q\n"
            "ort.register_execution_provider_library('QNNExecutionProvider',"
            " q.get_library_path())\n"
            "o = ort.SessionOptions()\n"
            "o.add_session_config_entry('session.disable_cpu_ep_fallback', '1')\n"
            "d = [d for d in ort.get_ep_devices() if d.ep_name == 'QNNExecutionProvider']\n"
            "o.add_provider_for_devices(d, {'backend_path': q.get_qnn_htp_path(),"
            " 'htp_arch': '79', 'soc_model': '69', 'offload_graph_io_quantization': '0'})\n"
            "s = ort.InferenceSession(sys.argv[1], o)\n"
            "feeds = dict(np.load(sys.argv[2]))\n"
            "results = {'base': s.run(None, feeds)[0]}\n"
            "for path in sys.argv[4:]:\n"
            "    a = ort.LoraAdapter(); a.Load(path)\n"
            "    r = ort.RunOptions(); r.add_active_adapter(a)\n"
            "    results[path] = s.run(None, feeds, r)[0]\n"
            "np.savez(sys.argv[3], **results)\n"
        )
        files = [str(bundle.path / bundle.adapter(n)["file"]) for n in ("transform", "sketch")]
        out = tmp_path / "out.npz"
        subprocess.run(
            [sys.executable, "-c", script, compiled.lora_wrapper, tmp_path / "in.npz", out, *files],
            check=True,
            capture_output=True,
            timeout=100,
        )
        graph = bundle.path / bundle.manifest["components"]["unet"]["graph"]
        cpu = ort.InferenceSession(str(graph), providers=["CPUExecutionProvider"])
        with np.load(out) as seen:
            for name, key in (("transform", files[0]), ("sketch", files[1]), (BASE, "base")):
                feeds = {**calls[name].feeds, **{n: calls[BASE].feeds[n] for n in shared}}
                assert sqnr_db(cpu.run(None, feeds)[0], seen[key]) > 30
            assert sqnr_db(seen["base"], seen[files[0]]) < 25, "the adapter changes the output"

    def test_that_verify_runs_on_the_context_without_compiling_again(self, compiled):
        report = verify(
            VerifyInput(compiled.bundle, backend="htp-emulator", adapters=["transform"])
        )
        assert report.compiled
        assert report.findings == ()
        assert report.rows[0].npu_cpu_sqnr_db > 30
        assert report.npu.nodes_off_npu == ()
        assert "never a phone" in report.to_json()["label"]

    def test_that_verify_measures_layers_and_none_departs(self, compiled):
        given = VerifyInput(
            compiled.bundle, backend="htp-emulator", adapters=["transform"], layers=True
        )
        report = verify(given)
        assert report.departure is None
        assert len(report.layers) > 20
        assert min(layer.sqnr_db for layer in report.layers) > 25

    def test_that_a_context_of_another_graph_is_not_used(self, compiled, tmp_path):
        folder = tmp_path / "b"
        shutil.copytree(compiled.bundle.path, folder)
        manifest = json.loads((folder / "bundle.json").read_text())
        manifest["contexts"]["SM8750"]["unet"]["graph_sha256"] = "0" * 64
        manifest.pop("schema")
        bundle = write_manifest(folder, manifest)
        given = VerifyInput(bundle, backend="htp-emulator", adapters=["transform"])
        assert not verify(given).compiled

    def test_that_int16_lora_is_refused_on_v69_with_the_rule_and_the_nodes(self, tmp_path):
        bundle = open_bundle(make_tiny_bundle(tmp_path / "b").path)
        with pytest.raises(StageError, match=r"stay off the NPU.*lint says.*int16") as caught:
            compile_for_qualcomm(CompileInput(bundle, "SM8450", optimization=0))
        assert "MatMul" in str(caught.value)
        assert not (tmp_path / "b" / "contexts" / "SM8450" / "unet_ctx.onnx").exists()

    @pytest.mark.parametrize("soc", ["SM8550", "SM8650", "SM8850"])
    def test_that_other_socs_from_v73_on_take_16_bit_lora(self, soc, tmp_path):
        bundle = open_bundle(make_tiny_bundle(tmp_path / "b").path)
        made = compile_for_qualcomm(CompileInput(bundle, soc, optimization=0))
        assert made.record["nodes_off_npu"] == []
        assert made.binary.parent.name == soc

    def test_that_a_file_that_is_no_graph_is_a_toolchain_error(self, tmp_path):
        path = tmp_path / "unet.onnx"
        path.write_bytes(b"not a graph")
        with pytest.raises(ToolchainError, match=r"unet\.onnx for SM8750"):
            run_job(HtpJob(path, find_soc("SM8750")))

    def test_that_cancelling_ends_the_child(self, tmp_path):
        path = make_tiny_bundle(tmp_path / "b").graph("unet")
        token = CancelToken()
        token.cancel()
        with pytest.raises(Cancelled):
            run_job(HtpJob(path, find_soc("SM8750")), check=token.check)
