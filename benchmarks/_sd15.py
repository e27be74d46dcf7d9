"""SD 1.5-inpainting's geometry by its public configuration, without memory for weights."""

from typing import Any

ATTENTION = ("to_q", "to_k", "to_v", "to_out.0")


def meta_unet() -> Any:
    """Return the U-Net on torch's meta device: shapes, no values."""
    import torch

    from evaluation.torchvision_schemas import register

    register()
    from diffusers import UNet2DConditionModel

    with torch.device("meta"):
        return UNet2DConditionModel(
            sample_size=64,
            in_channels=9,
            out_channels=4,
            block_out_channels=(320, 640, 1280, 1280),
            layers_per_block=2,
            down_block_types=("CrossAttnDownBlock2D",) * 3 + ("DownBlock2D",),
            up_block_types=("UpBlock2D",) + ("CrossAttnUpBlock2D",) * 3,
            cross_attention_dim=768,
            attention_head_dim=8,
        )


def meta_vae_and_text_encoder() -> tuple[Any, Any]:
    """Return both on the meta device."""
    import torch

    from evaluation.torchvision_schemas import register

    register()
    from diffusers import AutoencoderKL
    from transformers import CLIPTextConfig, CLIPTextModel

    with torch.device("meta"):
        vae = AutoencoderKL(
            down_block_types=("DownEncoderBlock2D",) * 4,
            up_block_types=("UpDecoderBlock2D",) * 4,
            block_out_channels=(128, 256, 512, 512),
            layers_per_block=2,
            latent_channels=4,
        )
        text = CLIPTextModel(
            CLIPTextConfig(
                hidden_size=768,
                intermediate_size=3072,
                num_hidden_layers=12,
                num_attention_heads=12,
                vocab_size=49408,
                projection_dim=768,
            )
        )
    return vae, text
