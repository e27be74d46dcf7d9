import json

import numpy as np
import pytest

from quad_studio.adapters.errors import UnsupportedAdapter
from quad_studio.adapters.formats.aimet import read_aimet, to_aimet, write_aimet
from quad_studio.adapters.formats.ort_overrides import (
    load_overrides,
    read_overrides,
    write_overrides,
)
from quad_studio.adapters.formats.qairt import write_handoff
from quad_studio.adapters.formats.safetensors_twin import read_twin, write_code_twin
from quad_studio.adapters.pack import SlotSpec
from quad_studio.adapters.read import read_adapter
from quad_studio.adapters.weights import AdapterWeights
from quad_studio.errors import InputFileProblem
from quad_studio.quad.affine import Encoding

ENCODINGS = {
    "activation": Encoding("uint16", (0.25,), 100),
    "weight": Encoding("int8", (0.5, 0.125, 0.25), 0, 0),
    "norm": Encoding("uint8", (0.5,), 128),
    "m.lora_A.weight": Encoding("int16", (2.0**-12,)),
}


@pytest.mark.parametrize("version", ["1.0.0", "2.0.0"])
def test_that_aimet_files_give_the_encodings_back(tmp_path, version):
    path = tmp_path / "unet.encodings"
    write_aimet(path, ENCODINGS, parameters=["weight"], version=version, fingerprint="f" * 64)
    assert read_aimet(path, axes={"weight": 0}) == ENCODINGS
    assert json.loads(path.read_text())["producer"]["fingerprint"] == "f" * 64


def test_that_aimet_1_counts_offsets_from_the_unsigned_grid():
    table = to_aimet(ENCODINGS, ["weight"], "1.0.0")
    by_name = {e["name"]: e for k in ("activation_encodings", "param_encodings") for e in table[k]}
    # min = scale * offset for unsigned; signed symmetric 8 bit has offset -128 and is_sym
    assert by_name["activation"]["offset"] == [-100]
    assert by_name["weight"] == {
        "name": "weight", "dtype": "INT", "bw": 8, "enc_type": "PER_CHANNEL", "is_sym": True,
        "scale": [0.5, 0.125, 0.25], "offset": [-128, -128, -128],
    }  # fmt: skip
    assert by_name["m.lora_A.weight"]["offset"] == [-32768]
    assert [e["name"] for e in table["param_encodings"]] == ["weight"]


def test_that_aimet_2_says_what_quantize_linear_takes():
    entries = {e["name"]: e for e in to_aimet(ENCODINGS)["encodings"]}
    assert entries["activation"] == {
        "name": "activation", "output_dtype": "uint16", "y_scale": 0.25, "y_zero_point": 100,
    }  # fmt: skip
    assert entries["weight"]["axis"] == 0
    assert "y_zero_point" not in entries["weight"]


def test_that_lists_and_text_booleans_of_aimet_files_in_the_wild_are_read(tmp_path):
    path = tmp_path / "a.encodings"
    rows = [
        {"name": "x", "dtype": "INT", "bw": 16, "enc_type": "PER_TENSOR", "is_sym": "False",
         "scale": [0.5], "offset": [-7.0]},
        {"name": "y", "dtype": "FLOAT", "bw": 16, "enc_type": "PER_TENSOR"},
    ]  # fmt: skip
    path.write_text(json.dumps({"version": "1.0.0", "activation_encodings": rows}))
    assert read_aimet(path) == {"x": Encoding("uint16", (0.5,), 7)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no json", "is no JSON"),
        ('{"version": "0.6.1"}', r"version '0\.6\.1'"),
        ('{"version": "2.0.0", "encodings": [{"name": "x", "output_dtype": "int4", "y_scale": 1}]}',
         "entry of x"),
        ('{"version": "2.0.0", "encodings": [{"name": "x", "output_dtype": "int8", "y_scale": 0}]}',
         "not above 0"),
    ],
)  # fmt: skip
def test_that_a_file_that_is_no_encodings_file_is_refused(tmp_path, text, words):
    path = tmp_path / "a.encodings"
    path.write_text(text)
    with pytest.raises(InputFileProblem, match=words):
        read_aimet(path)


def test_that_overrides_give_the_encodings_back(tmp_path):
    path = tmp_path / "overrides.json"
    write_overrides(path, ENCODINGS, fingerprint="f" * 64)
    assert read_overrides(path) == ENCODINGS


@pytest.mark.slow
def test_that_onnx_runtimes_quantizer_takes_scale_and_zero_point_from_the_overrides(tmp_path):
    import onnx
    from onnx import TensorProto, helper, numpy_helper
    from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_static

    class OneSample(CalibrationDataReader):
        def __init__(self):
            self.rows = iter([{"activation": np.ones((1, 2, 4, 4), np.float32)}])

        def get_next(self):
            return next(self.rows, None)

    weight = np.random.default_rng(0).standard_normal((3, 2, 1, 1)).astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("Conv", ["activation", "weight"], ["y"], name="conv")],
        "g",
        [helper.make_tensor_value_info("activation", TensorProto.FLOAT, [1, 2, 4, 4])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 3, 4, 4])],
        [numpy_helper.from_array(weight, "weight")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    onnx.save(model, tmp_path / "m.onnx")
    write_overrides(
        tmp_path / "o.json", {name: ENCODINGS[name] for name in ("activation", "weight")}
    )
    quantize_static(
        tmp_path / "m.onnx",
        tmp_path / "q.onnx",
        OneSample(),
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        extra_options={"TensorQuantOverrides": load_overrides(tmp_path / "o.json")},
    )
    made = {
        i.name: numpy_helper.to_array(i) for i in onnx.load(tmp_path / "q.onnx").graph.initializer
    }
    assert (made["activation_scale"], made["activation_zero_point"]) == (0.25, 100)
    assert made["activation_zero_point"].dtype == np.uint16
    assert made["weight_scale"].tolist() == [0.5, 0.125, 0.25]


def test_that_a_twin_holds_the_codes_and_is_not_imported_as_a_lora(tmp_path):
    path = tmp_path / "style.safetensors"
    tensors = {
        "m.lora_A.weight": np.arange(8, dtype=np.int16).reshape(4, 2),
        "m.lora_B.weight": np.arange(6, dtype=np.int16).reshape(2, 3),
        "lora_alpha": np.ones(2, np.float32),
    }
    write_code_twin(path, tensors, "f" * 64, 2)
    again, metadata = read_twin(path)
    assert {name: array.tolist() for name, array in again.items()} == {
        name: array.tolist() for name, array in tensors.items()
    }
    assert again["m.lora_A.weight"].dtype == np.int16
    assert (metadata["fingerprint"], metadata["rank"]) == ("f" * 64, "2")
    with pytest.raises(UnsupportedAdapter, match="packed twin"):
        read_adapter(path)


def test_that_the_qairt_hand_off_names_every_file_it_wrote(tmp_path):
    import yaml

    slots = (
        SlotSpec("m.lora_A.weight", "m", "A", "int16", (4, 3), 2.0**-12),
        SlotSpec("m.lora_B.weight", "m", "B", "int16", (3, 5), 2.0**-12),
    )
    pair = (np.ones((4, 2), np.float32), np.ones((2, 5), np.float32))
    adapters = [AdapterWeights(name, {"m": pair}, 2, "", "") for name in ("one", "two")]
    written = write_handoff(
        tmp_path,
        model_file="unet.onnx",
        adapters=adapters,
        slots=slots,
        encodings=ENCODINGS,
        fingerprint="f" * 64,
    )
    assert all(path.is_file() for path in written)
    names = (tmp_path / "lora_weight_list.txt").read_text().split()
    assert names == ["m.lora_A.weight", "m.lora_B.weight"]
    cases = yaml.safe_load((tmp_path / "lora_config.yaml").read_text())["use_case"]
    assert [case["name"] for case in cases] == ["one", "two"]
    for case in cases:
        weights, _ = read_twin(tmp_path / case["lora_weights"])
        assert weights["m.lora_A.weight"].shape == (4, 3)
        overrides = read_aimet(tmp_path / case["quant_overrides"])
        assert overrides == {"m.lora_A.weight": ENCODINGS["m.lora_A.weight"]}
    listed = yaml.safe_load((tmp_path / "lora_adaptor_list.yaml").read_text())
    assert [entry["safetensor_path"] for entry in listed] == ["one.safetensors", "two.safetensors"]
