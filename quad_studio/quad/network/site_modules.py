"""Quantizer sites as modules of the traced program: observed, simulated or exported in place."""

from collections.abc import Callable

import torch
from torch import nn

from quad_studio.quad.affine import Encoding
from quad_studio.quad.network import fake_quant

Observer = Callable[[str, torch.Tensor], None]


class QuantizerSite(nn.Module):
    """One quantizer. Without an encoding it passes its tensor through.

    Attributes:
        site: The site's name, as in the profile.
        encoding: What to round to, or None.
        observer: Called with every tensor that passes, or None.
        frozen: The tensor is a weight that already lies on the grid: skip the rounding.
    """

    scales: torch.Tensor | None

    def __init__(self, site: str) -> None:
        """Start as a pass-through."""
        super().__init__()
        self.site = site
        self.encoding: Encoding | None = None
        self.observer: Observer | None = None
        self.frozen = False
        self.register_buffer("scales", None, persistent=False)

    def set_encoding(self, encoding: Encoding | None, device: torch.device | str = "cpu") -> None:
        """Round to `encoding` from now on."""
        self.encoding, self.frozen, self.scales = encoding, False, None
        if encoding is not None and encoding.axis is not None:
            self.scales = torch.tensor(encoding.scale, dtype=torch.float32, device=device)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return `x` on the grid."""
        if self.observer is not None:
            self.observer(self.site, x.detach())
        encoding = self.encoding
        if encoding is None:
            return x
        q_min, q_max = encoding.bounds
        if torch.compiler.is_exporting():
            if self.scales is not None:
                return torch.ops.quad_studio.fake_quant_channels(
                    x, self.scales, encoding.axis, q_min, q_max, self.site
                )
            return torch.ops.quad_studio.fake_quant(
                x, encoding.scale[0], encoding.zero_point, q_min, q_max, self.site
            )
        if self.frozen:
            return x
        if self.scales is not None:
            zeros = torch.zeros_like(self.scales, dtype=torch.int32)
            return torch.fake_quantize_per_channel_affine(
                x, self.scales, zeros, encoding.axis, q_min, q_max
            )
        return fake_quant.quantize_tensor(x, encoding.scale[0], encoding.zero_point, q_min, q_max)
