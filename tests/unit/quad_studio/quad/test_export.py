import numpy as np
import pytest

from quad_studio.errors import StageError
from quad_studio.quad.export import ExportInput, export_network
from quad_studio.quad.profile import ProfileInput, ProfileOptions, build_profile
from quad_studio.quad.slots import encode_adapter, pad_to_slots
from tests.unit.quad_studio.quad.conftest import sqnr_db

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def profile(program, statistics, adapters):
    return build_profile(ProfileInput(program, statistics, adapters, "unified")).profile


@pytest.fixture(scope="module")
def exported(program, profile, tmp_path_factory):
    path = tmp_path_factory.mktemp("graph") / "unet.onnx"
    return export_network(ExportInput(program, profile.encodings, path))


@pytest.fixture(scope="module")
def session(exported):
    import onnxruntime as ort

    return ort.InferenceSession(str(exported.path), providers=["CPUExecutionProvider"])


def run(session, feed, tensors):
    inputs = {name: np.asarray(value) for name, value in feed.inputs.items()}
    return session.run(None, inputs | tensors)[0]


@pytest.mark.parametrize("which", [0, 1])
def test_that_simulator_and_onnx_runtime_agree(session, program, profile, adapters, feeds, which):
    adapter = adapters[which]
    feed = feeds[adapter.name][1]
    program.set_encodings(profile.encodings)
    simulated = program.run(feed.inputs, pad_to_slots(adapter, program.slots)).numpy()
    seen = run(session, feed, encode_adapter(adapter, profile))
    assert sqnr_db(seen, simulated) > 50


def test_that_zero_codes_are_the_base_model(session, program, profile, feeds):
    feed = feeds["first"][0]
    program.set_encodings(profile.encodings)
    simulated = program.run(feed.inputs).numpy()
    zeros = {s["name"]: np.zeros(s["shape"], s["dtype"]) for s in profile.slot_table()}
    seen = run(session, feed, zeros | {"lora_alpha": np.ones(profile.rank, np.float32)})
    assert sqnr_db(seen, simulated) > 50


def test_that_strength_zero_equals_no_adapter(session, profile, adapters, feeds):
    feed = feeds["first"][0]
    codes = encode_adapter(adapters[0], profile)
    off = run(session, feed, codes | {"lora_alpha": np.zeros(profile.rank, np.float32)})
    zeros = {name: np.zeros_like(value) for name, value in codes.items()}
    none = run(session, feed, zeros | {"lora_alpha": np.ones(profile.rank, np.float32)})
    assert np.array_equal(off, none)


def test_that_slots_are_required_integer_inputs(exported, profile):
    described = {i["name"]: i for i in exported.inputs}
    for slot in profile.slot_table():
        assert described[slot["name"]]["dtype"] == "int16"
        assert described[slot["name"]]["shape"] == slot["shape"]
    assert described["lora_alpha"] == {"name": "lora_alpha", "dtype": "float32", "shape": [3]}
    assert described["timestep"] == {"name": "timestep", "dtype": "float32", "shape": [1]}


def test_that_weights_are_stored_as_bytes(exported, program):
    import onnx

    model = onnx.load(str(exported.path), load_external_data=False)
    weights = sum(s.elements for s in program.sites.values() if s.kind == "weight")
    stored = {
        init.name: init
        for init in model.graph.initializer
        if init.data_type == onnx.TensorProto.INT8
    }
    counts = sum(int(np.prod(init.dims)) for name, init in stored.items() if len(init.dims) > 1)
    assert counts == weights
    floats = [
        i
        for i in model.graph.initializer
        if i.data_type == 1 and len(i.dims) > 1 and np.prod(i.dims) > 64
    ]
    assert not floats


def test_that_every_operation_between_sites_reads_and_writes_codes(exported):
    import onnx

    graph = onnx.load(str(exported.path), load_external_data=False).graph
    made_by = {out: node for node in graph.node for out in node.output}
    readers: dict[str, list[str]] = {}
    for node in graph.node:
        for name in node.input:
            readers.setdefault(name, []).append(node.op_type)
    floating = []
    for node in graph.node:
        if node.op_type in ("QuantizeLinear", "DequantizeLinear"):
            continue
        first = made_by.get(node.input[0])
        if first is None or first.op_type != "DequantizeLinear":
            floating.append((node.op_type, node.name, "reads"))
        if any(set(readers[out]) != {"QuantizeLinear"} for out in node.output if out in readers):
            floating.append((node.op_type, node.name, "writes"))
    assert floating == []


def test_that_the_passes_report_what_they_changed(exported):
    changed = {report.name: report for report in exported.passes}
    assert changed["fold_constants"].changed > 0
    assert changed["propagate_encodings"].changed > 0
    assert "integer inputs" in changed["integer_boundary"].note


def test_that_an_unknown_pass_is_refused(program, tmp_path):
    given = ExportInput(program, {}, tmp_path / "x.onnx", skip_passes=("fold_everything",))
    with pytest.raises(StageError, match="fold_everything"):
        export_network(given)


def test_that_a_float_graph_equals_the_network(program, adapters, feeds, tmp_path):
    import onnxruntime as ort

    out = export_network(ExportInput(program, {}, tmp_path / "unet_fp32.onnx"))
    session = ort.InferenceSession(str(out.path), providers=["CPUExecutionProvider"])
    feed, padded = feeds["second"][2], pad_to_slots(adapters[1], program.slots)
    program.set_encodings(None)
    expected = program.run(feed.inputs, padded).numpy()
    seen = run(session, feed, padded | {"lora_alpha": np.ones(program.rank, np.float32)})
    assert np.abs(seen - expected).max() < 1e-4


@pytest.mark.parametrize(("lora", "dtype"), [("int8", "int8")])
def test_that_int8_slots_take_int8_codes(program, statistics, adapters, tmp_path, lora, dtype):
    options = ProfileOptions(lora=lora)
    profile = build_profile(ProfileInput(program, statistics, adapters, "unified", options)).profile
    codes = encode_adapter(adapters[0], profile)
    assert {v.dtype.name for k, v in codes.items() if k != "lora_alpha"} == {dtype}
