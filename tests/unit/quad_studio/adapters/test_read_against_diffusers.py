"""Scaling of every layout, held to the forward pass of diffusers and PEFT themselves."""

import numpy as np
import pytest

from quad_studio.adapters.read import match, read_adapter
from tests.unit.quad_studio.adapters import tiny_unet

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]

ATTENTION = ["to_q", "to_k", "to_v", "to_out.0"]
WITH_CONVOLUTIONS = [*ATTENTION, "proj_in", "conv1", "conv_shortcut", "time_emb_proj", "conv_in"]


def assert_same_prediction(adapter, expected):
    unet = tiny_unet.build()
    match(adapter, tiny_unet.shapes(unet))
    base = tiny_unet.run(unet)
    seen = tiny_unet.run(tiny_unet.merged(unet, adapter))
    assert np.abs(expected - base).max() > 1e-2, "the adapter changes the output"
    assert np.abs(expected - seen).max() < 1e-5 * np.abs(expected).max()


@pytest.mark.parametrize("targets", [ATTENTION, WITH_CONVOLUTIONS], ids=["attention", "conv"])
@pytest.mark.parametrize("rslora", [False, True])
def test_that_a_diffusers_file_with_metadata_gives_the_prediction_of_diffusers(
    tmp_path, targets, rslora
):
    unet = tiny_unet.add_lora(
        tiny_unet.build(),
        r=4,
        lora_alpha=6,
        target_modules=targets,
        use_rslora=rslora,
        rank_pattern={"to_k": 2},
        alpha_pattern={"to_v": 3},
    )
    expected = tiny_unet.run(unet)
    unet.save_lora_adapter(tmp_path)
    adapter = read_adapter(tmp_path)
    assert adapter.rank == 4
    assert_same_prediction(adapter, expected)


def test_that_a_pipeline_file_without_metadata_has_scale_one_as_diffusers_reads_it(tmp_path):
    from diffusers import StableDiffusionPipeline

    state = tiny_unet.lora_state(
        tiny_unet.add_lora(tiny_unet.build(), r=4, lora_alpha=4, target_modules=ATTENTION)
    )
    StableDiffusionPipeline.save_lora_weights(tmp_path, unet_lora_layers=state)
    unet = tiny_unet.build()
    unet.load_lora_adapter(tmp_path / "pytorch_lora_weights.safetensors", prefix="unet")
    assert_same_prediction(read_adapter(tmp_path), tiny_unet.run(unet))


@pytest.mark.parametrize("rslora", [False, True])
def test_that_a_peft_folder_gives_the_prediction_of_peft(tmp_path, rslora):
    from peft import LoraConfig, get_peft_model

    config = LoraConfig(
        r=4,
        lora_alpha=8,
        target_modules=WITH_CONVOLUTIONS,
        use_rslora=rslora,
        init_lora_weights=False,
        alpha_pattern={"attn2.to_q": 2},
    )
    wrapped = get_peft_model(tiny_unet.build(), config)
    expected = tiny_unet.run(wrapped)
    wrapped.save_pretrained(tmp_path)
    assert_same_prediction(read_adapter(tmp_path), expected)


@pytest.mark.parametrize("with_alpha", [False, True])
def test_that_a_kohya_file_gives_the_prediction_of_diffusers(tmp_path, with_alpha):
    import torch
    from diffusers import StableDiffusionPipeline
    from safetensors.torch import save_file

    state = tiny_unet.lora_state(
        tiny_unet.add_lora(tiny_unet.build(), r=4, lora_alpha=4, target_modules=ATTENTION)
    )
    kohya = {}
    for key, value in state.items():
        module, role = key.rsplit(".lora_", 1)
        flat = "lora_unet_" + module.replace(".", "_")
        kohya[f"{flat}.lora_{'down' if role.startswith('A') else 'up'}.weight"] = value.contiguous()
        if with_alpha:
            kohya[f"{flat}.alpha"] = torch.tensor(1.5)
    path = tmp_path / "style.safetensors"
    save_file(kohya, path)

    converted, alphas = StableDiffusionPipeline.lora_state_dict(str(path))
    unet = tiny_unet.build()
    unet.load_lora_adapter(converted, network_alphas=alphas or None, prefix="unet")
    adapter = read_adapter(path)
    assert adapter.name == "style"
    assert_same_prediction(adapter, tiny_unet.run(unet))


def test_that_kohya_convolutions_resolve_to_every_layer_of_the_unet(tmp_path):
    import torch
    from safetensors.torch import save_file

    unet = tiny_unet.build()
    kohya = {}
    for name, (out, inner, *kernel) in tiny_unet.shapes(unet).items():
        flat = "lora_unet_" + name.replace(".", "_")
        unit = [1] * len(kernel)
        kohya[f"{flat}.lora_down.weight"] = torch.randn(3, inner, *kernel) * 0.1
        kohya[f"{flat}.lora_up.weight"] = torch.randn(out, 3, *unit) * 0.1
        kohya[f"{flat}.alpha"] = torch.tensor(1.0)
    path = tmp_path / "locon.safetensors"
    save_file(kohya, path)
    adapter = read_adapter(path)
    match(adapter, tiny_unet.shapes(unet), required=tiny_unet.shapes(unet))
    assert adapter.kernels["conv_in"] == (3, 3)
    # The forward pass of a LoCon, written out: conv with the down kernel, then the 1x1 up kernel.
    x = torch.randn(1, 4, 8, 8)
    down = kohya["lora_unet_conv_in.lora_down.weight"]
    up = kohya["lora_unet_conv_in.lora_up.weight"]
    expected = torch.conv2d(torch.conv2d(x, down, padding=1), up) / 3
    merged = tiny_unet.merged(tiny_unet.build(), adapter).conv_in.weight - unet.conv_in.weight
    seen = torch.conv2d(x.double(), merged, padding=1)
    assert (seen - expected).abs().max() < 1e-6
