"""Small random networks and adapters for the pipeline's tests."""

import numpy as np
import pytest

from quad_studio.adapters.weights import AdapterWeights


def make_adapter(network, name, rank, endings, *, gain=1.0, seed=0, size=0.1):
    """Return a random adapter on the Linear and Conv2d layers whose paths end like `endings`."""
    import torch

    rng = np.random.default_rng(seed)
    modules = {}
    for path, layer in network.named_modules():
        if not path.endswith(endings):
            continue
        if isinstance(layer, torch.nn.Linear):
            fan_in, fan_out = layer.in_features, layer.out_features
        elif isinstance(layer, torch.nn.Conv2d):
            fan_in = layer.in_channels * layer.kernel_size[0] * layer.kernel_size[1]
            fan_out = layer.out_channels
        else:
            continue
        down = rng.standard_normal((fan_in, rank)) * size * gain
        up = rng.standard_normal((rank, fan_out)) * size / gain
        modules[path] = (down.astype(np.float32), up.astype(np.float32))
    assert modules, f"no layer ends like {endings}"
    return AdapterWeights(name, modules, rank, "made in memory", "0" * 64)


def make_unet():
    """Return a 9-channel U-Net with two levels, attention on both."""
    from evaluation.torchvision_schemas import register

    register()
    import torch
    from diffusers import UNet2DConditionModel

    torch.set_num_threads(1)
    torch.manual_seed(0)
    unet = UNet2DConditionModel(
        sample_size=8,
        in_channels=9,
        out_channels=4,
        block_out_channels=(8, 16),
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=12,
        attention_head_dim=2,
        norm_num_groups=4,
    )
    for parameter in unet.parameters():
        parameter.data.add_(torch.randn_like(parameter) * 0.02)
    return unet.eval().requires_grad_(False)


def unet_inputs(seed=1, dtype=None):
    """Return example inputs of `make_unet`."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    kind = dtype or torch.float32
    return {
        "sample": torch.randn(1, 9, 8, 8, generator=generator).to(kind),
        "timestep": torch.tensor([400.0 + seed], dtype=kind),
        "encoder_hidden_states": torch.randn(1, 5, 12, generator=generator).to(kind),
    }


@pytest.fixture(scope="session")
def adapters():
    """Two adapters of different ranks; the second also changes convolutions."""
    unet = make_unet()
    return (
        make_adapter(unet, "first", 2, ("to_q", "to_k", "to_v", "to_out.0"), seed=1),
        make_adapter(unet, "second", 3, ("to_q", "conv1", "proj_in", "conv_shortcut"), seed=2),
    )


@pytest.fixture(scope="session")
def program(adapters):
    """The traced program; tests that change weights take a clone."""
    from quad_studio.quad.restructure import RestructureInput, restructure
    from quad_studio.quad.sites import PlaceSitesInput, place_sites

    slotted = restructure(RestructureInput(make_unet(), adapters)).network
    return place_sites(PlaceSitesInput(slotted, unet_inputs())).program


@pytest.fixture(scope="session")
def feeds():
    """Calibration calls of both adapters, over the time axis."""
    import torch

    from quad_studio.quad.calibrate import Feed

    def calls(first_seed):
        made = []
        for index, timestep in enumerate((5.0, 300.0, 700.0, 990.0)):
            inputs = unet_inputs(first_seed + index) | {"timestep": torch.tensor([timestep])}
            made.append(Feed(inputs, timestep, item=f"item {index}"))
        return tuple(made)

    return {"first": calls(10), "second": calls(20)}


@pytest.fixture(scope="session")
def statistics(program, adapters, feeds):
    """Statistics of both adapters."""
    from quad_studio.quad.calibrate import CalibrateInput, calibrate

    return calibrate(CalibrateInput(program, adapters, feeds)).statistics


def sqnr_db(value, reference):
    """Return the signal to quantization noise ratio in dB."""
    value, reference = np.asarray(value, np.float64), np.asarray(reference, np.float64)
    return 10 * np.log10((reference**2).mean() / ((value - reference) ** 2).mean())
