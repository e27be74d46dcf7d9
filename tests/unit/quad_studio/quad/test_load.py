import json
import shutil

import pytest

from quad_studio.errors import InputFileProblem
from quad_studio.quad.load import LoadInput, load_model
from tests.fakes.tiny_diffusers import make_tiny_diffusers

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return make_tiny_diffusers(tmp_path_factory.mktemp("model"))


@pytest.fixture
def damaged(model, tmp_path):
    return shutil.copytree(model, tmp_path / "copy")


def test_that_geometry_comes_from_the_configuration(model):
    loaded = load_model(LoadInput(model))
    geometry = loaded.geometry
    assert (geometry.unet_in_channels, geometry.latent_height, geometry.image_width) == (9, 16, 32)
    assert geometry.text_tokens == 77
    assert geometry.parameters_unet == sum(p.numel() for p in loaded.unet.parameters())
    assert loaded.tokenizer_dir == model / "tokenizer"
    assert not any(p.requires_grad for p in loaded.unet.parameters())
    assert not loaded.unet.training


def test_that_a_four_channel_model_loads_the_same_way(tmp_path):
    loaded = load_model(LoadInput(make_tiny_diffusers(tmp_path, unet_in_channels=4)))
    assert loaded.geometry.unet_in_channels == 4


def test_that_a_missing_directory_is_named(tmp_path):
    with pytest.raises(InputFileProblem, match="no such file or directory"):
        load_model(LoadInput(tmp_path / "nowhere"))


def test_that_a_folder_without_a_unet_says_what_to_name(tmp_path):
    with pytest.raises(InputFileProblem, match="unet/config.json is missing"):
        load_model(LoadInput(tmp_path))


def test_that_a_pickle_is_refused(damaged):
    weights = next((damaged / "unet").glob("*.safetensors"))
    weights.rename(weights.with_suffix(".bin"))
    with pytest.raises(InputFileProblem, match="is a pickle"):
        load_model(LoadInput(damaged))


def test_that_a_truncated_file_is_refused(damaged):
    weights = next((damaged / "unet").glob("*.safetensors"))
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(InputFileProblem, match="damaged or incomplete"):
        load_model(LoadInput(damaged))


def test_that_a_configuration_for_other_weights_is_refused(damaged):
    file = damaged / "unet" / "config.json"
    config = json.loads(file.read_text())
    file.write_text(json.dumps(config | {"cross_attention_dim": 24}))
    with pytest.raises(InputFileProblem, match="do not agree"):
        load_model(LoadInput(damaged))


@pytest.mark.parametrize("name", ["model.ckpt", "model.bin"])
def test_that_a_pickled_checkpoint_is_refused_unread(tmp_path, name):
    (tmp_path / name).write_bytes(b"anything")
    with pytest.raises(InputFileProblem, match="is a pickle"):
        load_model(LoadInput(tmp_path / name))


def test_that_a_single_file_without_a_configuration_says_what_is_missing(tmp_path):
    import numpy as np
    from safetensors.numpy import save_file

    save_file({"x": np.zeros(1, np.float32)}, tmp_path / "sd.safetensors")
    with pytest.raises(InputFileProblem, match="carries no configuration"):
        load_model(LoadInput(tmp_path / "sd.safetensors"))


def test_that_a_foreign_single_file_is_refused(tmp_path, model):
    import numpy as np
    from safetensors.numpy import save_file

    save_file({"x": np.zeros(1, np.float32)}, tmp_path / "sd.safetensors")
    with pytest.raises(InputFileProblem, match="does not fit"):
        load_model(LoadInput(tmp_path / "sd.safetensors", config=model))


def test_that_a_changed_weight_changes_the_hash(model, damaged):
    first = load_model(LoadInput(damaged)).sha256
    assert first == load_model(LoadInput(model)).sha256
    file = damaged / "scheduler" / "scheduler_config.json"
    file.write_text(file.read_text() + " ")
    assert load_model(LoadInput(damaged)).sha256 != first
