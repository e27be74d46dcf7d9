"""Layers whose LoRA matrices are tensors that the caller supplies at run time."""

from collections.abc import Sequence

import torch
from torch import nn

from quad_studio.errors import StageError


class MatMul(nn.Module):
    """``a @ b`` as a module, so that the traced operation carries a name."""

    def forward(self, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        """Return the matrix product."""
        return a @ b


class Scale(nn.Module):
    """``a * b`` as a module, so that the traced operation carries a name."""

    def forward(self, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        """Return the element-wise product."""
        return a * b


class PointwiseConv(nn.Module):
    """A Linear layer computed as a 1x1 convolution, with the Linear's own interface.

    NPUs quantize a convolution per channel and a MatMul only per tensor.
    """

    def __init__(self, linear: nn.Linear) -> None:
        """Take over the weights of `linear` without copying them."""
        super().__init__()
        self.in_features, self.out_features = linear.in_features, linear.out_features
        self.weight = nn.Parameter(linear.weight.detach()[:, :, None, None], requires_grad=False)
        self.bias = (
            None if linear.bias is None else nn.Parameter(linear.bias.detach(), requires_grad=False)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map (..., in) to (..., out)."""
        if x.dim() == 2:
            return nn.functional.conv2d(x[:, :, None, None], self.weight, self.bias).flatten(1)
        lead, tokens = x.shape[0], x.shape[1:-1]
        columns = x.reshape(lead, -1, x.shape[-1]).transpose(1, 2).unsqueeze(2)
        y = nn.functional.conv2d(columns, self.weight, self.bias)
        return y.squeeze(2).transpose(1, 2).reshape(lead, *tokens, self.out_features)


class LoraBranch(nn.Module):
    """Base of the adapted layers: holds the slot tensors until the caller binds its own.

    Attributes:
        slot_in: Rows of lora_A. slot_out: Columns of lora_B.
    """

    lora_A: nn.Parameter  # noqa: N815 -- PEFT's name, part of the file formats
    lora_B: nn.Parameter  # noqa: N815
    lora_alpha: torch.Tensor

    def __init__(self, slot_in: int, slot_out: int, rank: int) -> None:
        """Start with zeros: no adapter."""
        super().__init__()
        self.slot_in, self.slot_out = slot_in, slot_out
        self.lora_A = nn.Parameter(torch.zeros(slot_in, rank), requires_grad=False)
        self.lora_B = nn.Parameter(torch.zeros(rank, slot_out), requires_grad=False)
        self.register_buffer("lora_alpha", torch.ones(rank), persistent=False)
        self.lora_down, self.lora_scale, self.lora_up = MatMul(), Scale(), MatMul()


class LoraLinear(LoraBranch):
    """y = W x + B (alpha * (A x)) on the last axis; the base may be a Linear or a PointwiseConv."""

    def __init__(self, base: nn.Module, slot_in: int, slot_out: int, rank: int) -> None:
        """Wrap `base`."""
        super().__init__(slot_in, slot_out, rank)
        self.base = base

    def forward(self, x: torch.Tensor, *unused: float) -> torch.Tensor:
        """Map (..., in) to (..., out); diffusers hands a `scale` that nobody reads."""
        down = self.lora_scale(self.lora_down(x, self.lora_A), self.lora_alpha)
        return self.base(x) + self.lora_up(down, self.lora_B)


class LoraConv(LoraBranch):
    """A convolution with a LoRA: a k x k (strided) down, a channel-last 1x1 up."""

    def __init__(self, base: nn.Conv2d, rank: int) -> None:
        """Wrap `base`.

        Raises:
            StageError: The convolution is grouped; a LoRA on it has no single down matrix.
        """
        if base.groups != 1 or isinstance(base.padding, str) or base.padding_mode != "zeros":
            raise StageError("restructure", "a LoRA on a grouped or specially padded convolution")
        height, width = base.kernel_size
        super().__init__(base.in_channels * height * width, base.out_channels, rank)
        self.base = base

    def forward(self, x: torch.Tensor, *unused: float) -> torch.Tensor:
        """Map (N, in, H, W) to (N, out, H', W')."""
        base = self.base
        if base.kernel_size == (1, 1) and base.stride == (1, 1) and base.padding == (0, 0):
            down = self.lora_down(x.permute(0, 2, 3, 1), self.lora_A)
        else:
            rank = self.lora_A.shape[1]
            kernel = self.lora_A.t().reshape(rank, base.in_channels, *base.kernel_size)
            down = nn.functional.conv2d(
                x, kernel, None, base.stride, base.padding, base.dilation
            ).permute(0, 2, 3, 1)
        up = self.lora_up(self.lora_scale(down, self.lora_alpha), self.lora_B)
        return base(x) + up.permute(0, 3, 1, 2)


class SlottedNetwork(nn.Module):
    """A network with its LoRA matrices as arguments: the FP32 teacher and the traced model.

    Attributes:
        network: The restructured network.
        input_names: Names of the network's own inputs, in order.
        modules_with_slots: Module paths in `network`, in slot order.
        rank: Columns of every lora_A.
    """

    def __init__(
        self,
        network: nn.Module,
        input_names: Sequence[str],
        modules_with_slots: Sequence[str],
        rank: int,
    ) -> None:
        """Wrap a network whose named modules are LoraBranch layers."""
        super().__init__()
        self.network = network
        self.input_names = tuple(input_names)
        self.modules_with_slots = tuple(modules_with_slots)
        self.rank = rank

    def forward(
        self,
        inputs: tuple[torch.Tensor, ...],
        slots: tuple[torch.Tensor, ...] = (),
        lora_alpha: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Run with `slots` = (A, B, A, B, ...) in slot order; no slots means no adapter."""
        bound: dict[str, torch.Tensor] = {}
        for index, module in enumerate(self.modules_with_slots if slots else ()):
            bound[f"{module}.lora_A"] = slots[2 * index]
            bound[f"{module}.lora_B"] = slots[2 * index + 1]
            if lora_alpha is not None:
                bound[f"{module}.lora_alpha"] = lora_alpha
        return torch.func.functional_call(self.network, bound, inputs)


class PlainCall(nn.Module):
    """Calls a diffusers U-Net by position and returns its tensor."""

    def __init__(self, unet: nn.Module) -> None:
        """Wrap `unet`; its modules keep their paths below `unet.`."""
        super().__init__()
        self.unet = unet

    def forward(
        self, sample: torch.Tensor, timestep: torch.Tensor, encoder_hidden_states: torch.Tensor
    ) -> torch.Tensor:
        """Return the model output."""
        return self.unet(sample, timestep, encoder_hidden_states, return_dict=False)[0]
