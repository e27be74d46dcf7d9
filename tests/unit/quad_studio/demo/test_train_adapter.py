"""One step of each stage that trains an adapter, on small random networks of the demo's kind."""

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from quad_studio.demo.distill_lcm import distill_lcm
from quad_studio.demo.latents import LatentPool
from quad_studio.demo.train_adapter import AdapterInput, AdapterRecipe, train_adapter
from quad_studio.demo.train_base import BaseModel
from quad_studio.demo.training_loop import Budget, LoopReport

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def base() -> BaseModel:
    from evaluation.torchvision_schemas import register

    register()
    from diffusers import UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel

    torch.manual_seed(0)
    torch.set_num_threads(1)
    unet = UNet2DConditionModel(
        sample_size=32,
        in_channels=9,
        out_channels=4,
        block_out_channels=(8, 16),
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        attention_head_dim=2,
        cross_attention_dim=16,
        norm_num_groups=4,
        use_linear_projection=True,
    )
    text = CLIPTextConfig(
        vocab_size=40,
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=77,
        bos_token_id=38,
        eos_token_id=39,
        pad_token_id=39,
    )
    return BaseModel(unet, CLIPTextModel(text).eval())


@pytest.fixture
def pool() -> LatentPool:
    rng = np.random.default_rng(0)
    latents = rng.standard_normal((2, 3, 4, 32, 32)).astype(np.float16)
    masks = rng.integers(0, 2, (3, 1, 32, 32)).astype(np.uint8)
    tokens = np.full((3, 77), 39, np.int32)
    tokens[:, 0] = 38
    return LatentPool(latents[0], latents[1], masks, tokens)


@pytest.mark.parametrize("train", [train_adapter, distill_lcm])
def test_that_only_the_adapter_moves_and_is_saved(
    base: BaseModel, pool: LatentPool, tmp_path: Path, train: Any
) -> None:
    before = copy.deepcopy(base.unet.state_dict())
    reports: list[LoopReport] = []
    given = AdapterInput(
        AdapterRecipe("try", 2, {}),
        base,
        {"task": (pool, 1.0)},
        pool.tokens[0],
        tmp_path,
        Budget(steps=1),
        batch_size=1,
    )
    adapted = train(given, report=reports.append, check=lambda: None)
    assert (reports[-1].stage, reports[-1].steps, reports[-1].fraction) == ("try", 1, 1.0)
    saved = torch.load(tmp_path / "adapter_try.pt", weights_only=True)
    assert saved["steps"] == 1
    up = [p for name, p in adapted.named_parameters() if "lora_B" in name]
    assert up
    assert all(p.abs().max() > 0 for p in up)
    assert not adapted.training
    after = base.unet.state_dict()
    assert all(torch.equal(after[name], value) for name, value in before.items())
