"""A diffusers model directory with random weights, small enough for a unit test.

32x32 pixels, latents of 16x16, a U-Net of 4 or 9 input channels with attention on both levels.
"""

import json
from pathlib import Path

from tests.fakes.use_case_inputs import SCHEDULER, write_tokenizer

IMAGE, LATENT, WIDTH = 32, 16, 16


def make_tiny_diffusers(folder: Path, *, unet_in_channels: int = 9, seed: int = 3) -> Path:
    """Write the model directory."""
    import torch

    from evaluation.torchvision_schemas import register

    register()
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    unet = UNet2DConditionModel(
        sample_size=LATENT,
        in_channels=unet_in_channels,
        out_channels=4,
        block_out_channels=(8, 16),
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=WIDTH,
        attention_head_dim=4,
        norm_num_groups=4,
    )
    vae = AutoencoderKL(
        down_block_types=("DownEncoderBlock2D", "DownEncoderBlock2D"),
        up_block_types=("UpDecoderBlock2D", "UpDecoderBlock2D"),
        block_out_channels=(8, 8),
        latent_channels=4,
        norm_num_groups=4,
        sample_size=IMAGE,
        scaling_factor=0.5,
    )
    tokenizer = write_tokenizer(folder / "tokenizer")
    words = json.loads((tokenizer / "vocab.json").read_text("utf-8"))
    text = CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(words),
            hidden_size=WIDTH,
            intermediate_size=32,
            num_hidden_layers=1,
            num_attention_heads=2,
            max_position_embeddings=77,
            bos_token_id=words["<|startoftext|>"],
            eos_token_id=words["<|endoftext|>"],
            pad_token_id=words["<|endoftext|>"],
        )
    )
    unet.save_pretrained(folder / "unet")
    vae.save_pretrained(folder / "vae")
    text.save_pretrained(folder / "text_encoder")
    (folder / "scheduler").mkdir(exist_ok=True)
    config = {"_class_name": "DDIMScheduler", **SCHEDULER, "clip_sample": False}
    (folder / "scheduler" / "scheduler_config.json").write_text(json.dumps(config), "utf-8")
    index = {
        "_class_name": "StableDiffusionPipeline",
        "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", "AutoencoderKL"],
        "text_encoder": ["transformers", "CLIPTextModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
        "scheduler": ["diffusers", "DDIMScheduler"],
    }
    (folder / "model_index.json").write_text(json.dumps(index), "utf-8")
    return folder


def make_tiny_lora(
    model: Path, folder: Path, *, rank: int = 2, seed: int = 5, layout: str = "diffusers"
) -> Path:
    """Write a LoRA on q and v of every attention, in diffusers' or PEFT's layout."""
    import torch
    from diffusers import StableDiffusionPipeline, UNet2DConditionModel
    from peft import LoraConfig, get_peft_model
    from peft.utils import get_peft_model_state_dict

    unet = UNet2DConditionModel.from_pretrained(model / "unet")
    config = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=["to_q", "to_v"])
    torch.manual_seed(seed)
    if layout == "peft":
        adapted = get_peft_model(unet, config)
        _randomize(adapted)
        adapted.save_pretrained(folder)
        return folder
    unet.add_adapter(config)
    _randomize(unet)
    StableDiffusionPipeline.save_lora_weights(
        folder,
        unet_lora_layers=get_peft_model_state_dict(unet),
        unet_lora_adapter_metadata=config.to_dict(),
    )
    return folder


def _randomize(network) -> None:
    """Give every LoRA matrix a value; B starts at zero otherwise and nothing would change."""
    import torch

    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if "lora_" in name:
                parameter.normal_(0.0, 0.3)
