"""A small random U-Net of diffusers, in float64, and the shapes of its layers."""

from functools import cache
from typing import Any


def _imports() -> tuple[Any, Any]:
    import torch

    from evaluation.torchvision_schemas import register

    register()
    torch.set_num_threads(1)
    from diffusers import UNet2DConditionModel

    return torch, UNet2DConditionModel


@cache
def weights() -> dict[str, Any]:
    return {name: value.clone() for name, value in _fresh().state_dict().items()}


def _fresh() -> Any:
    torch, model = _imports()
    torch.manual_seed(0)
    return (
        model(
            sample_size=8,
            in_channels=4,
            out_channels=4,
            block_out_channels=(8, 16),
            layers_per_block=1,
            down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
            up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
            cross_attention_dim=8,
            attention_head_dim=4,
            norm_num_groups=4,
        )
        .double()
        .eval()
        .requires_grad_(False)
    )


def build() -> Any:
    """Return the U-Net; the same weights every time."""
    unet = _fresh()
    unet.load_state_dict(weights())
    return unet


def run(unet: Any) -> Any:
    """Return the prediction on one fixed input, as a numpy array."""
    torch, _ = _imports()
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(1, 4, 8, 8, generator=generator, dtype=torch.float64)
    text = torch.randn(1, 5, 8, generator=generator, dtype=torch.float64)
    return unet(x, torch.tensor([500.0]), text).sample.detach().numpy()


def shapes(unet: Any) -> dict[str, tuple[int, ...]]:
    """Return module path -> weight shape of every linear and convolution layer."""
    torch, _ = _imports()
    kinds = (torch.nn.Linear, torch.nn.Conv2d)
    return {
        name: tuple(module.weight.shape)
        for name, module in unet.named_modules()
        if isinstance(module, kinds)
    }


def merged(unet: Any, adapter: Any) -> Any:
    """Return `unet` with an adapter's differences added to its weights, the plain way."""
    torch, _ = _imports()
    from quad_studio.adapters.weights import delta

    for module in adapter.modules:
        weight = unet.get_submodule(module).weight
        weight.data += torch.from_numpy(delta(adapter, module)).double().reshape(weight.shape)
    return unet


def add_lora(unet: Any, **config: Any) -> Any:
    """Add a PEFT LoRA with random matrices to `unet`."""
    torch, _ = _imports()
    from peft import LoraConfig

    unet.add_adapter(LoraConfig(init_lora_weights=False, **config))
    generator = torch.Generator().manual_seed(2)
    for name, parameter in unet.named_parameters():
        if "lora_" in name:
            values = torch.randn(parameter.shape, generator=generator) * 0.3
            parameter.data = values.to(parameter.dtype)
    return unet


def lora_state(unet: Any) -> dict[str, Any]:
    """Return PEFT's state dict of the LoRA, float32."""
    from peft import get_peft_model_state_dict

    return {key: value.float() for key, value in get_peft_model_state_dict(unet).items()}
