import json

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper

from quad_studio.adapters.errors import AdapterMismatch, AdapterPackageProblem
from quad_studio.adapters.onnx_adapter import OnnxAdapter, read_onnx_adapter, write_onnx_adapter
from quad_studio.adapters.pack import (
    SlotSpec,
    check_packed,
    concatenate,
    encode,
    pack_adapter,
    read_packed,
    slots_of,
    strengths,
    unpack,
)
from quad_studio.adapters.weights import AdapterWeights

FINGERPRINT = "abcdef1" + "0" * 57
RANK, INNER, OUT = 4, 6, 5


def slots(dtype="int16", scale=2.0**-12):
    return tuple(
        SlotSpec(f"{module}.lora_{role}.weight", module, role, dtype, shape, scale)
        for module in ("conv_in", "mid.to_q")
        for role, shape in (("A", (INNER, RANK)), ("B", (RANK, OUT)))
    )


def adapter(rank=2, modules=("mid.to_q",), name="style", spread=1.0, seed=0):
    rng = np.random.default_rng(seed)
    pairs = {
        module: (
            (rng.standard_normal((INNER, rank)) * spread).astype(np.float32),
            (rng.standard_normal((rank, OUT)) * spread).astype(np.float32),
        )
        for module in modules
    }
    return AdapterWeights(name, pairs, rank, "folder/style.safetensors", "0" * 64)


def pack(tmp_path, given=None, **changes):
    return pack_adapter(
        given or adapter(), slots(), folder=tmp_path, fingerprint=FINGERPRINT, **changes
    )


def test_that_codes_are_what_quantize_linear_of_onnx_gives():
    given = adapter(spread=4.0)
    node = helper.make_node("QuantizeLinear", ["x", "s", "z"], ["y"])
    graph = helper.make_graph(
        [node],
        "q",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [INNER, 2])],
        [helper.make_tensor_value_info("y", TensorProto.INT16, [INNER, 2])],
        [
            helper.make_tensor("s", TensorProto.FLOAT, [], [2.0**-12]),
            helper.make_tensor("z", TensorProto.INT16, [], [0]),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    found = encode(given, slots())
    expected = session.run(None, {"x": given.modules["mid.to_q"][0]})[0]
    np.testing.assert_array_equal(found.codes["mid.to_q.lora_A.weight"][:, :2], expected)
    assert found.saturated > 0, "4 sigma of 4.0 is outside +-8"
    assert found.parameters == 2 * (INNER + OUT)


def test_that_padding_and_layers_without_a_lora_are_zero_codes():
    codes = encode(adapter(), slots()).codes
    assert not codes["mid.to_q.lora_A.weight"][:, 2:].any()
    assert not codes["mid.to_q.lora_B.weight"][2:].any()
    assert not codes["conv_in.lora_A.weight"].any()
    assert {array.dtype.name for array in codes.values()} == {"int16"}


def test_that_stock_onnx_runtime_switches_the_adapter(tmp_path):
    """The graph's optional inputs take the adapter through RunOptions, as any ORT user would."""
    nodes = [
        helper.make_node("DequantizeLinear", ["mid.to_q.lora_A.weight", "s"], ["a"]),
        helper.make_node("MatMul", ["x", "a"], ["down"]),
        helper.make_node("Mul", ["down", "lora_alpha"], ["scaled"]),
        helper.make_node("DequantizeLinear", ["mid.to_q.lora_B.weight", "s"], ["b"]),
        helper.make_node("MatMul", ["scaled", "b"], ["y"]),
    ]
    kinds = {slot.name: (TensorProto.INT16, slot.shape) for slot in slots()}
    kinds["lora_alpha"] = (TensorProto.FLOAT, (RANK,))
    inputs = [helper.make_tensor_value_info(n, kind, dims) for n, (kind, dims) in kinds.items()]
    zeros = [
        helper.make_tensor(n, kind, dims, np.zeros(dims).flatten().astype(int).tolist())
        for n, (kind, dims) in kinds.items()
    ]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, INNER]), *inputs],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, OUT])],
        [helper.make_tensor("s", TensorProto.FLOAT, [], [2.0**-12]), *zeros],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    onnx.checker.check_model(model)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    given = adapter()
    loaded = ort.LoraAdapter()
    loaded.Load(str(pack(tmp_path, given, strength=0.5).path))
    options = ort.RunOptions()
    options.add_active_adapter(loaded)
    x = np.linspace(-1, 1, INNER, dtype=np.float32)[None]
    down, up = given.modules["mid.to_q"]
    with_adapter = session.run(None, {"x": x}, options)[0]
    np.testing.assert_allclose(with_adapter, 0.5 * (x @ down) @ up, atol=2e-3)
    assert not session.run(None, {"x": x})[0].any()


def test_that_the_same_adapter_gives_the_same_bytes(tmp_path):
    first = pack(tmp_path / "1").sidecar["sha256"]
    assert pack(tmp_path / "2").sidecar["sha256"] == first
    assert pack(tmp_path / "3", adapter(seed=1)).sidecar["sha256"] != first


def test_that_tensor_data_is_aligned_for_binding_from_a_mapped_file(tmp_path):
    array = np.frombuffer(b"QUADQUADQUAD", np.int8).reshape(3, 4)
    for name in ("n", "nm", "nme", "name"):
        write_onnx_adapter(tmp_path / "a.onnx_adapter", OnnxAdapter({name: array}, 1, 1))
        assert (tmp_path / "a.onnx_adapter").read_bytes().index(b"QUADQUADQUAD") % 8 == 0


def test_that_onnx_runtimes_own_writer_and_ours_hold_the_same(tmp_path):
    path, theirs = pack(tmp_path).path, tmp_path / "theirs.onnx_adapter"
    content = read_onnx_adapter(path)
    writer = ort.AdapterFormat()
    writer.set_adapter_version(content.adapter_version)
    writer.set_model_version(content.model_version)
    values = {n: ort.OrtValue.ortvalue_from_numpy(a) for n, a in content.tensors.items()}
    writer.set_parameters(values)
    writer.export_adapter(str(theirs))
    again = read_onnx_adapter(theirs)
    assert (again.model_version, again.adapter_version) == (0xABCDEF1, 1)
    assert list(again.tensors) == list(content.tensors)
    for name, array in content.tensors.items():
        np.testing.assert_array_equal(again.tensors[name], array)
        assert again.tensors[name].dtype == array.dtype


def test_that_what_was_read_outlives_the_reader(tmp_path):
    """ONNX Runtime frees the file's memory with its reader; a view would turn to garbage."""
    path = pack(tmp_path, adapter(rank=4, modules=("mid.to_q", "conv_in"))).path
    content = read_onnx_adapter(path)
    assert content.tensors["lora_alpha"].tolist() == [1.0] * RANK
    assert all(array.flags.owndata for array in content.tensors.values())


def test_that_the_side_car_names_the_source_without_its_folder(tmp_path):
    packed = pack(tmp_path / "adapters", use_cases=["sticker"], version=3)
    assert packed.sidecar == json.loads((tmp_path / "adapters" / "style.json").read_text())
    assert packed.sidecar["source"] == {"file": "style.safetensors", "sha256": "0" * 64}
    entry = packed.bundle_entry(tmp_path)
    assert entry["file"] == "adapters/style.onnx_adapter"
    assert (entry["rank"], entry["version"], entry["use_cases"]) == (2, 3, ["sticker"])


def test_that_unpacking_gives_the_matrices_within_half_a_code(tmp_path):
    given = adapter()
    again = unpack(pack(tmp_path, given).path, slots())
    assert (again.name, again.rank, list(again.modules)) == ("style", 2, ["mid.to_q"])
    for expected, seen in zip(given.modules["mid.to_q"], again.modules["mid.to_q"], strict=True):
        assert np.abs(expected - seen).max() <= 2.0**-13


def test_that_two_adapters_share_the_slots_with_their_own_strengths():
    first, second = adapter(rank=2), adapter(rank=1, seed=5)
    codes = [encode(first, slots()).codes, encode(second, slots()).codes]
    both = concatenate([(codes[0], 2, 1.0), (codes[1], 1, 0.25)], slots())
    assert both["lora_alpha"].tolist() == [1.0, 1.0, 0.25, 0.0]
    a, b = both["mid.to_q.lora_A.weight"] * 2.0**-12, both["mid.to_q.lora_B.weight"] * 2.0**-12
    seen = (a * both["lora_alpha"]) @ b
    expected = sum(
        strength * given.modules["mid.to_q"][0] @ given.modules["mid.to_q"][1]
        for given, strength in ((first, 1.0), (second, 0.25))
    )
    np.testing.assert_allclose(seen, expected, atol=2e-3)


def test_that_adapters_too_large_together_are_refused():
    codes = encode(adapter(rank=3), slots()).codes
    with pytest.raises(AdapterPackageProblem, match="need rank 6 together, the graph has 4"):
        concatenate([(codes, 3, 1.0), (codes, 3, 1.0)], slots())


def test_that_modules_without_a_slot_and_ranks_above_the_graphs_are_listed():
    given = adapter(rank=6, modules=("mid.to_q", "up.to_v"))
    with pytest.raises(AdapterMismatch) as caught:
        encode(given, slots())
    assert caught.value.unused == ("up.to_v",)
    assert caught.value.misshaped == ("mid.to_q (rank 6, the graph has 4)",)


def test_that_an_adapter_of_another_bundle_is_refused(tmp_path):
    path = pack(tmp_path).path
    content, sidecar = read_packed(path)
    check_packed(path, content, sidecar, slots(), FINGERPRINT)
    with pytest.raises(AdapterPackageProblem, match="was made for bundle abcdef1"):
        check_packed(path, content, sidecar, slots(), "1" * 64)
    with pytest.raises(AdapterPackageProblem, match="other tensors than the graph"):
        check_packed(path, content, sidecar, slots("int8"), FINGERPRINT)


def test_that_a_changed_or_truncated_file_is_refused(tmp_path):
    path = pack(tmp_path).path
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(AdapterPackageProblem, match="truncated"):
        read_packed(path)
    changed = bytearray(data)
    changed[-200] ^= 1
    path.write_bytes(bytes(changed))
    with pytest.raises(AdapterPackageProblem):
        read_packed(path)


def test_that_slots_are_read_from_a_bundles_list():
    row = {"name": "m.lora_A.weight", "module": "m", "role": "A", "dtype": "int8",
           "shape": [6, 4], "scale": 0.5}  # fmt: skip
    assert slots_of([row]) == (SlotSpec("m.lora_A.weight", "m", "A", "int8", (6, 4), 0.5),)
    assert slots_of([row])[0].rank == 4


def test_that_the_default_strength_is_one_in_the_adapters_columns():
    assert strengths(3, 4).tolist() == [1.0, 1.0, 1.0, 0.0]


@pytest.mark.parametrize("name", ["../style", "a/b", "", ".hidden", "a b"])
def test_that_a_name_that_is_no_file_name_is_refused(tmp_path, name):
    with pytest.raises(AdapterPackageProblem, match="no file name"):
        pack(tmp_path / "adapters", adapter(name=name))
    assert not list(tmp_path.rglob("*.onnx_adapter"))
