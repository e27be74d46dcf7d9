"""Bundles: damage is found before anything is deployed."""

import pytest

from quad_studio import bundle as bundles
from quad_studio.errors import InputFileProblem

MANIFEST = {
    "name": "n",
    "fingerprint": "0" * 64,
    "components": {"unet": {"graph": "graphs/unet.onnx"}},
    "adapters": [{"name": "one"}],
}


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
