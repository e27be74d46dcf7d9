import argparse
import json
import struct
import tomllib

import numpy as np
import pytest

from quad_studio.adapters.errors import AdapterMismatch
from quad_studio.adapters.install import add_to_project, install_in_bundle, unet_shapes
from quad_studio.adapters.pack import read_packed
from quad_studio.adapters.safetensors_file import write_safetensors
from quad_studio.adapters.weights import AdapterWeights
from quad_studio.bundle import changed_files, open_bundle, write_manifest
from quad_studio.cli import import_lora
from quad_studio.errors import InputFileProblem, UsageProblem
from tests.fakes.manifests import whole_manifest

MODULE = "mid_block.to_q"
FINGERPRINT = "1234567" + "0" * 57


def make_bundle(folder):
    rows = [
        {"name": f"{MODULE}.lora_{role}.weight", "module": MODULE, "role": role, "dtype": "int16",
         "shape": shape, "scale": 2.0**-14}
        for role, shape in (("A", [6, 4]), ("B", [4, 5]))
    ]  # fmt: skip
    folder.mkdir()
    return write_manifest(
        folder,
        whole_manifest(name="b", fingerprint=FINGERPRINT, slots=rows),
    )


def make_adapter(name="style", module=MODULE, spread=0.1):
    rng = np.random.default_rng(0)
    pair = (
        (rng.standard_normal((6, 2)) * spread).astype(np.float32),
        (rng.standard_normal((2, 5)) * spread).astype(np.float32),
    )
    return AdapterWeights(name, {module: pair}, 2, "style.safetensors", "0" * 64)


def write_lora(path, module=MODULE, spread=0.1):
    down, up = make_adapter(spread=spread).modules[MODULE]
    tensors = {f"unet.{module}.lora_A.weight": down.T, f"unet.{module}.lora_B.weight": up.T}
    write_safetensors(path, tensors)
    return path


def command(*words):
    parser = argparse.ArgumentParser()
    import_lora.add_to(parser.add_subparsers())
    args = parser.parse_args(["import", *map(str, words)])
    return args.execute(args)


def test_that_an_adapter_in_a_bundle_is_listed_hashed_and_fingerprinted(tmp_path):
    bundle = make_bundle(tmp_path / "b")
    done = install_in_bundle(make_adapter(), bundle, ["sticker"])
    again = open_bundle(bundle.path, verify=True)
    entry = again.adapter("style")
    assert (entry["rank"], entry["version"], entry["use_cases"]) == (2, 1, ["sticker"])
    assert not changed_files(again, hashes=True)
    assert "adapters/style.onnx_adapter" in again.manifest["files"]
    content, _ = read_packed(bundle.path / entry["file"])
    assert content.model_version == 0x1234567
    assert not done.replaced


def test_that_importing_again_counts_the_version_up_and_keeps_the_use_cases(tmp_path):
    bundle = make_bundle(tmp_path / "b")
    first = install_in_bundle(make_adapter(), bundle, ["sticker"])
    second = install_in_bundle(make_adapter(spread=0.2), first.bundle)
    assert second.replaced
    entry = open_bundle(bundle.path).adapter("style")
    assert (entry["version"], entry["use_cases"]) == (2, ["sticker"])
    assert len(second.bundle.adapters) == 1


def test_that_a_lora_for_another_model_leaves_the_bundle_as_it_is(tmp_path):
    bundle = make_bundle(tmp_path / "b")
    with pytest.raises(AdapterMismatch, match=r"up\.to_v"):
        install_in_bundle(make_adapter(module="up.to_v"), bundle)
    assert not open_bundle(bundle.path).adapters


def test_that_the_command_imports_into_a_bundle(tmp_path, capsys):
    bundle = make_bundle(tmp_path / "b")
    lora = write_lora(tmp_path / "anime.safetensors")
    assert command(lora, "--bundle", bundle.path, "--use-case", "sticker", "--json") == 0
    out = json.loads(capsys.readouterr().out)
    assert (out["name"], out["rank"], out["layers"], out["version"]) == ("anime", 2, 1, 1)
    assert out["outside_profile"] == 0
    assert open_bundle(bundle.path).adapter("anime")["use_cases"] == ["sticker"]


def test_that_a_lora_outside_the_profiles_range_is_mentioned(tmp_path, capsys):
    bundle = make_bundle(tmp_path / "b")
    lora = write_lora(tmp_path / "loud.safetensors", spread=5.0)
    command(lora, "--bundle", bundle.path)
    assert "outside what the bundle's profile can hold" in capsys.readouterr().err


PROJECT = """\
# my project
[project]
name = "p"

[[adapters]]
name = "old"   # stays
path = "old.safetensors"
"""


def test_that_a_project_gets_a_table_and_keeps_its_comments(tmp_path):
    project = tmp_path / "project.toml"
    project.write_text(PROJECT)
    lora = write_lora(tmp_path / "style.safetensors")
    add_to_project(make_adapter(), lora, project, ["sticker"])
    text = project.read_text()
    assert "# my project" in text
    assert "# stays" in text
    assert tomllib.loads(text)["adapters"][1] == {
        "name": "style", "path": "style.safetensors", "use_cases": ["sticker"],
    }  # fmt: skip


def test_that_a_name_that_the_project_has_is_refused(tmp_path):
    project = tmp_path / "project.toml"
    project.write_text(PROJECT)
    with pytest.raises(UsageProblem, match="--name"):
        add_to_project(make_adapter("old"), tmp_path / "x.safetensors", project)
    assert project.read_text() == PROJECT


def test_that_a_model_is_checked_by_the_header_of_its_unet_alone(tmp_path, capsys):
    folder = tmp_path / "model" / "unet"
    folder.mkdir(parents=True)
    shapes = {f"{MODULE}.weight": [5, 6], "conv_in.weight": [8, 4, 3, 3], "norm.weight": [8]}
    header = {k: {"dtype": "F16", "shape": s, "data_offsets": [0, 0]} for k, s in shapes.items()}
    raw = json.dumps(header).encode()
    file = folder / "diffusion_pytorch_model.safetensors"
    file.write_bytes(struct.pack("<Q", len(raw)) + raw)
    assert unet_shapes(tmp_path / "model") == {MODULE: (5, 6), "conv_in": (8, 4, 3, 3)}
    lora = write_lora(tmp_path / "style.safetensors")
    assert command(lora, "--model", tmp_path / "model") == 0
    other = write_lora(tmp_path / "other.safetensors", module="conv_in")
    with pytest.raises(AdapterMismatch, match="1 mis-shaped: conv_in"):
        command(other, "--model", tmp_path / "model")


def test_that_a_folder_without_a_unet_is_refused(tmp_path):
    with pytest.raises(InputFileProblem, match="unet"):
        unet_shapes(tmp_path)
