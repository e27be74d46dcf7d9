"""The graphs beside the U-Net, with the interfaces of the bundle."""

from typing import Any

import torch
from torch import nn


class TextEncoderGraph(nn.Module):
    """input_ids [1, T] -> encoder_hidden_states [1, T, D]."""

    def __init__(self, text_encoder: Any) -> None:
        """Wrap a CLIPTextModel."""
        super().__init__()
        self.network = text_encoder

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        """Return the last hidden state, after the final norm."""
        return self.network(input_ids, return_dict=False)[0]


class VaeEncoderGraph(nn.Module):
    """image [1, 3, H, W] in [-1, 1] -> the scaled mean of the latent distribution."""

    def __init__(self, vae: Any) -> None:
        """Wrap an AutoencoderKL."""
        super().__init__()
        self.network = vae
        self.scale = float(vae.config.scaling_factor)
        self.shift = float(getattr(vae.config, "shift_factor", None) or 0.0)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """Return (mean - shift) * scale."""
        moments = self.network.encoder(image)
        if self.network.quant_conv is not None:
            moments = self.network.quant_conv(moments)
        mean = moments.chunk(2, dim=1)[0]
        return (mean - self.shift if self.shift else mean) * self.scale


class VaeDecoderGraph(nn.Module):
    """Scaled latents [1, C, h, w] -> image [1, 3, H, W], about [-1, 1], not clamped."""

    def __init__(self, vae: Any) -> None:
        """Wrap an AutoencoderKL."""
        super().__init__()
        self.network = vae
        self.scale = float(vae.config.scaling_factor)
        self.shift = float(getattr(vae.config, "shift_factor", None) or 0.0)

    def forward(self, latents: torch.Tensor) -> torch.Tensor:
        """Undo the scaling, decode."""
        z = latents * (1.0 / self.scale)
        if self.shift:
            z = z + self.shift
        if self.network.post_quant_conv is not None:
            z = self.network.post_quant_conv(z)
        return self.network.decoder(z)
