"""A bundle in other tools' formats, read back by this program and by ONNX Runtime's own names."""

import json

import numpy as np
import pytest

from quad_studio.adapters.formats.aimet import read_aimet
from quad_studio.adapters.formats.ort_overrides import read_overrides
from quad_studio.adapters.formats.safetensors_twin import read_twin
from quad_studio.adapters.handoff import FORMATS, HandoffInput, hand_over, stored_tensors
from quad_studio.adapters.pack import read_packed
from quad_studio.bundle import open_bundle
from quad_studio.cli import handoff as command
from quad_studio.errors import InputFileProblem, UsageProblem
from quad_studio.quad.affine import Encoding
from quad_studio.quad.profile import Profile, ProfileOptions, write_profile
from tests.fakes.tiny_bundle import make_tiny_bundle


@pytest.fixture
def bundle(tmp_path):
    """Return a tiny bundle with a real profile: its slots, an activation and a stored weight."""
    bundle = open_bundle(make_tiny_bundle(tmp_path / "b").path)
    graph = bundle.path / "graphs/unet.onnx"
    encodings = {slot["name"]: Encoding("int16", (slot["scale"],)) for slot in slots(bundle)}
    encodings["sample"] = Encoding("uint16", (0.5,), 7)
    encodings[next(iter(initializers(graph)))] = Encoding("int8", (0.25,))
    profile = Profile("transform", 4, ProfileOptions(), encodings)
    write_profile(profile, bundle.path / "profile.json")
    return bundle


def slots(bundle):
    return bundle.manifest["slots"]


def initializers(graph):
    import onnx

    return [tensor.name for tensor in onnx.load(graph).graph.initializer]


def test_that_every_format_is_written_and_says_the_same(bundle, tmp_path):
    written = hand_over(HandoffInput(bundle, tmp_path / "out"))
    assert all(path.is_file() for path in written)
    one = read_aimet(tmp_path / "out/unet.aimet-1.0.0.encodings")
    two = read_aimet(tmp_path / "out/unet.aimet-2.0.0.encodings")
    assert one == two == read_overrides(tmp_path / "out/unet.ort-overrides.json")
    assert two["sample"] == Encoding("uint16", (0.5,), 7)
    listed = (tmp_path / "out/qairt/lora_weight_list.txt").read_text().split()
    assert listed == [slot["name"] for slot in slots(bundle)]
    entry = bundle.adapter("transform")
    codes, metadata = read_twin(tmp_path / "out/safetensors/transform.safetensors")
    for name, value in read_packed(bundle.path / entry["file"])[0].tensors.items():
        np.testing.assert_array_equal(codes[name], value)
    assert metadata["fingerprint"] == bundle.fingerprint


def test_that_weights_and_activations_are_told_apart_by_the_graph(bundle, tmp_path):
    hand_over(HandoffInput(bundle, tmp_path / "out", ["aimet-1"]))
    table = json.loads((tmp_path / "out/unet.aimet-1.0.0.encodings").read_text())
    weights = {entry["name"] for entry in table["param_encodings"]}
    graph = bundle.path / "graphs/unet.onnx"
    assert len(weights) == 1
    assert weights <= set(initializers(graph))
    assert stored_tensors(graph, {"sample": None}) == set()


def test_that_one_format_is_written_alone(bundle, tmp_path):
    (path,) = hand_over(HandoffInput(bundle, tmp_path / "out", ["ort"]))
    assert [file.name for file in (tmp_path / "out").iterdir()] == [path.name]


def test_that_unknown_formats_and_edited_profiles_are_refused(bundle, tmp_path):
    with pytest.raises(UsageProblem, match="no format coreml; there are: aimet-1"):
        hand_over(HandoffInput(bundle, tmp_path / "out", ["coreml"]))
    path = bundle.path / "profile.json"
    path.write_text(path.read_text().replace('"rank": 4', '"rank": 5'))
    with pytest.raises(InputFileProblem, match="it was edited"):
        hand_over(HandoffInput(bundle, tmp_path / "out"))


def test_that_the_command_offers_every_format():
    assert set(command.FORMATS) == set(FORMATS)
