"""Bundles: damage is found before anything is deployed."""

import json

import pytest

from quad_studio import bundle as bundles
from quad_studio.errors import InputFileProblem
from tests.fakes.manifests import whole_manifest

MANIFEST = whole_manifest(
    adapters=[{"name": "one", "file": "one.bin", "sha256": "1" * 64, "bytes": 1, "rank": 8}]
)


@pytest.fixture
def path(tmp_path):
    (tmp_path / "graphs").mkdir()
    (tmp_path / "graphs/unet.onnx").write_bytes(b"graph")
    bundles.write_manifest(tmp_path, MANIFEST)
    return tmp_path


def test_that_a_bundle_knows_the_hash_and_size_of_its_files(path):
    bundle = bundles.open_bundle(path, verify=True)
    assert bundle.bytes_of("graphs/") == 5
    assert len(bundle.graph_sha256) == 64


def test_that_a_changed_file_of_the_same_size_is_found_when_verifying(path):
    (path / "graphs/unet.onnx").write_bytes(b"GRAPH")
    bundles.open_bundle(path)
    with pytest.raises(InputFileProblem, match="unet.onnx has another hash"):
        bundles.open_bundle(path, verify=True)


def test_that_a_missing_file_is_found_at_once(path):
    (path / "graphs/unet.onnx").unlink()
    with pytest.raises(InputFileProblem, match="unet.onnx is missing"):
        bundles.open_bundle(path)


def test_that_an_unknown_adapter_is_refused_with_those_there_are(path):
    with pytest.raises(InputFileProblem, match="has no adapter 'two'; it has: one"):
        bundles.open_bundle(path).adapter("two")


def test_that_a_folder_that_is_no_bundle_is_said_so(tmp_path):
    with pytest.raises(InputFileProblem, match="no such file"):
        bundles.open_bundle(tmp_path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"geometry": None}, "geometry: None is not of type 'object'"),
        ({"fingerprint": 5}, "fingerprint: 5 is not of type 'string'"),
        ({"components": {}}, "components.unet: is missing"),
        ({"slots": {"a": 1}}, "slots: .* is not of type 'array'"),
        ({"files": [1]}, "files: .* is not of type 'object'"),
        ({"adapters": [{"name": "one"}]}, "adapters.0..file: is missing"),
    ],
)
def test_that_a_damaged_manifest_names_the_key(path, change, words):
    data = json.loads((path / "bundle.json").read_text())
    (path / "bundle.json").write_text(json.dumps({**data, **change}))
    with pytest.raises(InputFileProblem, match=words):
        bundles.open_bundle(path)


@pytest.mark.parametrize("key", ["name", "geometry", "scheduler", "slots", "adapters", "files"])
def test_that_a_missing_key_of_the_manifest_is_named(path, key):
    data = json.loads((path / "bundle.json").read_text())
    del data[key]
    (path / "bundle.json").write_text(json.dumps(data))
    with pytest.raises(InputFileProblem, match=f"{key}: is missing.*build the bundle again"):
        bundles.open_bundle(path)
