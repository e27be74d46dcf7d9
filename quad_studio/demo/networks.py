"""Build the networks of the demo model; their geometry must not change between versions."""

from __future__ import annotations

from typing import Any, Final

TEXT_WIDTH: Final = 128
TEXT_LAYERS: Final = 2
LATENT_PX: Final = 32
TRAIN_TIMESTEPS: Final = 1000

# trailing, and an end without noise: few steps then start from pure noise and end in a clean
# picture (Lin et al., "Common Diffusion Noise Schedules and Sample Steps are Flawed", 2023); with
# "leading" a grain stays on plain areas
SCHEDULER: Final[dict[str, Any]] = {
    "num_train_timesteps": TRAIN_TIMESTEPS,
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "prediction_type": "v_prediction",
    "clip_sample": False,
    "set_alpha_to_one": True,
    "steps_offset": 1,
    "timestep_spacing": "trailing",
}


def build_unet() -> Any:
    """Return a new 9-channel U-Net: latents, mask, masked-image latents; levels of 32 and 16."""
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel(
        sample_size=LATENT_PX,
        in_channels=9,
        out_channels=4,
        block_out_channels=(64, 128),
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        attention_head_dim=(1, 2),  # SD 1.5 configs name the head COUNT so: 64 channels a head
        cross_attention_dim=TEXT_WIDTH,
        norm_num_groups=16,
        use_linear_projection=True,
    )


def build_text_encoder(vocabulary_size: int, start_token: int, end_token: int) -> Any:
    """Return a new CLIP text encoder of 77 positions."""
    from transformers import CLIPTextConfig, CLIPTextModel

    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=vocabulary_size,
            hidden_size=TEXT_WIDTH,
            intermediate_size=4 * TEXT_WIDTH,
            num_hidden_layers=TEXT_LAYERS,
            num_attention_heads=2,
            max_position_embeddings=77,
            hidden_act="quick_gelu",
            bos_token_id=start_token,
            eos_token_id=end_token,
            pad_token_id=end_token,
            projection_dim=TEXT_WIDTH,
        )
    )
