"""What a person sees who gives `build` the wrong files."""

import shutil

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from tests.end_to_end.conftest import ROOT, quad_studio

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

DEMO = ROOT / "resources/demo"
LORA = DEMO / "adapters/transform/pytorch_lora_weights.safetensors"


@pytest.fixture
def build(tmp_path):
    """Return a function that builds a project with one adapter and returns the process."""

    def run(adapter, model=DEMO / "model"):
        inputs = DEMO / "inputs/transform/inputs.jsonl"
        project = tmp_path / "project.toml"
        project.write_text(
            'schema = "quad-studio/project/1"\n[project]\nname = "x"\n'
            f'[model]\npath = "{model}"\n'
            f'[[adapters]]\nname = "a"\npath = "{adapter}"\nuse_cases = ["transform"]\n'
            f'[[use_cases]]\nname = "transform"\nadapter = "a"\ninputs = "{inputs}"\n'
        )
        return quad_studio("build", project, "-o", tmp_path / "bundle")

    return run


def fails(done, *words):
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


def test_that_a_missing_model_is_named(build, tmp_path):
    fails(build(LORA, model=tmp_path / "nowhere"), "nowhere", "does not exist")


def test_that_a_lora_for_another_model_is_refused_with_its_keys(build, tmp_path):
    tensors = load_file(LORA)
    renamed = {name.replace("mid_block", "middle_block"): t for name, t in tensors.items()}
    path = tmp_path / "other.safetensors"
    save_file(renamed, path)
    fails(build(path), "other.safetensors", "middle_block")


def test_that_a_lora_of_another_size_is_refused_with_both_sizes(build, tmp_path):
    tensors = load_file(LORA)
    wide = {
        name: np.repeat(t, 2, axis=1) if ".lora_A." in name or ".down." in name else t
        for name, t in tensors.items()
    }
    path = tmp_path / "wide.safetensors"
    save_file({name: np.ascontiguousarray(t) for name, t in wide.items()}, path)
    fails(build(path), "wide.safetensors", "the layer")


def test_that_a_corrupt_file_is_said_to_be_corrupt(build, tmp_path):
    path = tmp_path / "cut.safetensors"
    path.write_bytes(LORA.read_bytes()[:2000])
    fails(build(path), "cut.safetensors")


def test_that_a_pickle_is_refused_without_being_opened(build, tmp_path):
    path = tmp_path / "lora.bin"
    path.write_bytes(b"\x80\x04cos\nsystem\n(S'touch opened'\ntR.")
    fails(build(path), "lora.bin", "safetensors")


def test_that_a_model_with_a_truncated_part_is_refused(build, tmp_path):
    model = tmp_path / "model"
    shutil.copytree(DEMO / "model", model)
    weights = next((model / "unet").glob("*.safetensors"))
    weights.write_bytes(weights.read_bytes()[:5000])
    fails(build(LORA, model=model), "unet")
