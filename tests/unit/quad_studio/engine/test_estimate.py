"""Sizes that follow from numbers of parameters, read from the headers alone."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from quad_studio.config import AdapterEntry, Project, Quantization
from quad_studio.engine.estimate import estimate_sizes, parameters_in

PARTS = {"unet": 1000, "vae": 200, "text_encoder": 30}
PREFIXES = ("model.diffusion_model.", "first_stage_model.", "cond_stage_model.")


@pytest.fixture
def project(tmp_path):
    for part, count in PARTS.items():
        (tmp_path / "model" / part).mkdir(parents=True)
        save_file({"w": np.zeros(count, np.float32)}, tmp_path / "model" / part / "x.safetensors")
    save_file({"lora": np.zeros((4, 5), np.float32)}, tmp_path / "lora.safetensors")
    return Project(
        path=tmp_path / "project.toml",
        name="p",
        model_path=tmp_path / "model",
        adapters=(AdapterEntry(name="a", path=tmp_path / "lora.safetensors"),),
        quantization=Quantization(components=("unet",)),
    )


def test_that_quantized_parts_take_a_byte_a_weight_and_others_four(project):
    assert estimate_sizes(project).rom_bytes == 1000 + 4 * 200 + 4 * 30 + 2 * 20


def test_that_a_single_file_is_counted_part_by_part(project, tmp_path):
    single = tmp_path / "all.safetensors"
    counts = zip(PREFIXES, PARTS.values(), strict=True)
    save_file({f"{p}w": np.zeros(n, np.float32) for p, n in counts}, single)
    assert parameters_in(single, PREFIXES[0]) == 1000
    assert parameters_in(single) == 1230
    same = estimate_sizes(replace(project, model_path=Path(single)))
    assert same.rom_bytes == estimate_sizes(project).rom_bytes
