"""The stages of a build together, on a random model of a few thousand parameters."""

import json
from dataclasses import replace

import onnx
import pytest

from quad_studio.cancel import CancelToken
from quad_studio.config import load_project
from quad_studio.engine.build import BuildRequest, build_bundle
from quad_studio.errors import Cancelled
from quad_studio.events import LogLine, StageFinished, StageProgress
from quad_studio.quad.verify import VerifyInput, verify
from tests.fakes.tiny_diffusers import make_tiny_diffusers, make_tiny_lora
from tests.fakes.use_case_inputs import write_input_set

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

PROJECT = """schema = "quad-studio/project/1"
[project]
name = "tiny"
[model]
path = "model"
[[adapters]]
name = "transform"
path = "one"
use_cases = ["transform"]
[[adapters]]
name = "sketch"
path = "two"
use_cases = ["sketch_to_image"]
[[use_cases]]
name = "transform"
adapter = "transform"
steps = 2
guidance = 1.0
inputs = "inputs/inputs.jsonl"
[[use_cases]]
name = "sketch_to_image"
adapter = "sketch"
steps = 2
guidance = 1.0
inputs = "plain/inputs.jsonl"
[quantization]
anchor = "transform"
components = ["unet"]
int8_activation_percent = 40
[distillation]
enabled = true
steps = 3
mode = "with-data"
[calibration]
samples_per_adapter = 1
steps = 2
"""


def write_project(folder):
    """Write a project; only the inputs of `transform` and of `sketch` know the right answer."""
    model = make_tiny_diffusers(folder / "model")
    make_tiny_lora(model, folder / "one", layout="peft", seed=1)
    make_tiny_lora(model, folder / "two", layout="peft", seed=2, rank=3)
    for name in ("inputs", "plain"):
        path = write_input_set(folder / name)
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        for line in lines:
            line["truth"] = line["image"]
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    (folder / "project.toml").write_text(PROJECT)
    return folder / "project.toml"


def build(project, output):
    events = []
    bundle = build_bundle(
        BuildRequest(project=project, output=output), emit=events.append, cancel=CancelToken()
    )
    return bundle, events


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return load_project(write_project(tmp_path_factory.mktemp("project")))


@pytest.fixture(scope="module")
def built(project):
    return build(project, project.path.parent / "out" / "bundle")[0]


def test_that_the_float_graph_lies_beside_and_verify_holds_the_quantized_one_against_it(built):
    entry = built.manifest["reference"]["unet_fp32"]
    assert entry["graph"] == "reference/unet_fp32.onnx"
    dtypes = {i["dtype"] for i in entry["inputs"] if ".lora_" in i["name"]}
    assert dtypes == {"float32"}
    assert "unet_fp32" not in built.manifest["components"]
    report = verify(VerifyInput(built, adapters=["sketch"]))
    assert report.rows[0].cpu_fp32_psnr_db > 15


def test_that_the_share_asked_for_is_at_8_bits_in_the_graph_and_in_the_slots(built):
    quantization = built.manifest["quantization"]
    assert quantization["int8_activation_fraction"] == pytest.approx(0.4, abs=0.05)
    assert 0 < quantization["int8_parameter_fraction"] < 1
    small = set(quantization["int8_slots"])
    for slot in built.manifest["slots"]:
        assert slot["dtype"] == ("int8" if slot["module"] in small else "int16"), slot["name"]
    assert 0 < len(small) < len({slot["module"] for slot in built.manifest["slots"]})
    graph = onnx.load(built.path / "graphs/unet.onnx").graph
    kinds = {i.name: i.type.tensor_type.elem_type for i in graph.input if ".lora_" in i.name}
    for module in small:
        assert kinds[f"{module}.lora_A.weight"] == onnx.TensorProto.INT8


def test_that_the_adapter_that_is_not_the_anchor_was_distilled_on_truth(built):
    record = built.manifest["quantization"]["distillation"]
    assert list(record) == ["sketch"]
    assert record["sketch"]["mode"] == "with-data"
    assert record["sketch"]["calls_with_target"] == 2
    assert record["sketch"]["loss_after"] <= record["sketch"]["loss_before"]


def test_that_every_stage_is_skipped_when_nothing_changed(built, project):
    again, events = build(project, project.path.parent / "out" / "bundle")
    assert again.fingerprint == built.fingerprint
    assert [(e.stage, e.skipped) for e in events if isinstance(e, StageFinished)] == [
        ("build", True)
    ]


def test_that_leaving_the_float_graph_out_changes_nothing_else(built, project):
    plain = replace(project, export=replace(project.export, unet_fp32=False))
    other, events = build(plain, project.path.parent / "out" / "bundle")
    assert "reference" not in other.manifest
    assert not (other.path / "reference").exists()
    assert other.fingerprint == built.fingerprint
    skipped = {e.stage for e in events if isinstance(e, StageFinished) and e.skipped}
    assert {"calibrate", "layers", "distill", "export"} <= skipped


def test_that_a_build_killed_while_it_distils_goes_on_to_the_same_adapters(built, project):
    output = project.path.parent / "again" / "bundle"
    cancel, events = CancelToken(), []

    def stop_at_the_second_step(event):
        events.append(event)
        if isinstance(event, StageProgress) and event.stage == "distill" and event.done == 2:
            cancel.cancel()

    request = BuildRequest(project=project, output=output)
    with pytest.raises(Cancelled):
        build_bundle(request, emit=stop_at_the_second_step, cancel=cancel)
    assert not output.exists()
    resumed, events = build(project, output)
    assert any("goes on at step 2" in e.message for e in events if isinstance(e, LogLine))
    for name in ("transform", "sketch"):
        file = resumed.adapter(name)["file"]
        assert (resumed.path / file).read_bytes() == (built.path / file).read_bytes()
