"""Learned perceptual image patch similarity (LPIPS), v0.1, AlexNet and VGG16, and its map."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from evaluation.errors import ImageShapeError
from evaluation.images import Images, check_pair
from evaluation.metrics.torch_device import choose_device, to_tensor
from evaluation.metrics.winograd import fast_convolution
from evaluation.weights import LPIPS_ALEX, LPIPS_VGG, WeightFile, numpy_pickle

Net = Literal["alex", "vgg"]
WEIGHTS: dict[Net, WeightFile] = {"alex": LPIPS_ALEX, "vgg": LPIPS_VGG}
MIN_SIDE: dict[Net, int] = {"alex": 31, "vgg": 16}
_SHIFT, _SCALE = (-0.030, -0.088, -0.188), (0.458, 0.448, 0.450)
_EPSILON = 1e-10
_ALEX: tuple[tuple[int, int, bool], ...] = (
    (4, 2, False),
    (1, 2, True),
    (1, 1, True),
    (1, 1, False),
    (1, 1, False),
)
"""Stride, padding, and whether a 3x3 max-pool of stride 2 comes first, a convolution a row."""
VGG_STAGES: tuple[int, ...] = (2, 2, 3, 3, 3)
"""Convolutions of each VGG16 stage; a 2x2 max-pool lies between stages."""


def lpips(
    reference: Images, candidate: Images, *, net: Net = "alex", device: str | None = None
) -> NDArray[np.float64]:
    """Return the LPIPS distance of each pair.

    Args:
        reference: (N, H, W, 3), sRGB in [0, 1]; scaled to [-1, 1] here, not by the caller.
        candidate: Same shape and range.
        net: Which trunk. Values of different trunks are not comparable.
        device: "cpu", "cuda", ...; None takes CUDA where there is one.

    Returns:
        (N,) float64, 0 where the two images are equal; lower is nearer.

    Raises:
        ImageShapeError, ImageRangeError: The batches cannot be compared.
        MetricUnavailableError: The weights are not installed.

    Source:
        Zhang et al., CVPR 2018, version 0.1: features of five layers, unit-normalised over
        channels, squared difference, linear head, mean over space, sum over layers.
        Checked against the `lpips` package with the same trunk.
    """
    import torch

    maps = _layer_maps(reference, candidate, net, device)
    total = torch.stack([layer.mean(dim=(1, 2)) for layer in maps]).sum(dim=0)
    return np.asarray(total.double().cpu().numpy())


def lpips_map(
    reference: Images, candidate: Images, *, net: Net = "alex", device: str | None = None
) -> NDArray[np.float32]:
    """Return (N, H, W): each layer's distances, enlarged bilinearly to the image, summed.

    This is the "spatial" form; its mean is near `lpips`, not equal to it.
    """
    import torch
    from torch.nn import functional

    size = reference.shape[1:3]
    with torch.inference_mode():
        layers = [
            functional.interpolate(layer[:, None], size=size, mode="bilinear", align_corners=False)
            for layer in _layer_maps(reference, candidate, net, device)
        ]
        return np.asarray(torch.stack(layers).sum(dim=0)[:, 0].float().cpu().numpy())


def trunk_features(batch: Any, trunk: Sequence[Any], net: Net) -> list[Any]:
    """Return the activations of the trunk's five tapped layers."""
    return _alex(batch, trunk) if net == "alex" else _vgg(batch, trunk)


@lru_cache(maxsize=4)
def load_net(net: Net, device: str) -> tuple[list[tuple[Any, Any]], list[Any]]:
    """Return the trunk's (kernel, bias) pairs and the five heads, on the device.

    Raises:
        MetricUnavailableError: The weights are not installed.
    """
    import torch

    arrays = numpy_pickle(WEIGHTS[net], metric=f"lpips_{net}")
    prefix = "AlexNet_0" if net == "alex" else "VGG16_0"
    count = sum(name.startswith(prefix) and name.endswith("kernel") for name in arrays)
    trunk = []
    for at in range(count):
        kernel = torch.from_numpy(arrays[f"{prefix}/Conv_{at}/kernel"].transpose(3, 2, 0, 1).copy())
        bias = torch.from_numpy(arrays[f"{prefix}/Conv_{at}/bias"].copy())
        kernel = kernel.to(device, memory_format=torch.channels_last)
        trunk.append((kernel, bias.to(device)))
    heads = [arrays[f"NetLinLayer_{at}/Conv_0/kernel"].reshape(-1).copy() for at in range(5)]
    return trunk, [torch.from_numpy(head).to(device) for head in heads]


@lru_cache(maxsize=1)
def _fast_alex() -> list[Any]:
    """Return AlexNet's convolutions after the first one for the CPU, prepared once."""
    return [fast_convolution(kernel, bias) for kernel, bias in load_net("alex", "cpu")[0][1:]]


def _layer_maps(reference: Images, candidate: Images, net: Net, device: str | None) -> list[Any]:
    """Return five (N, h, w) tensors of weighted feature distances."""
    import torch

    check_pair(reference, candidate, 1.0)
    if reference.shape[3] != 3 or min(reference.shape[1:3]) < MIN_SIDE[net]:
        side = MIN_SIDE[net]
        raise ImageShapeError(f"LPIPS ({net}) wants RGB images of at least {side} x {side} pixels")
    device = choose_device(device)
    trunk, heads = load_net(net, device)
    with torch.inference_mode():
        batch = to_tensor(np.concatenate([reference, candidate]), device)
        scale = torch.tensor(_SCALE, device=device).view(1, 3, 1, 1)
        shift = (1 + torch.tensor(_SHIFT, device=device).view(1, 3, 1, 1)) / scale
        batch = batch.mul(2 / scale).sub_(shift)  # (2 v - 1 - shift) / scale in two passes
        count = len(reference)
        return [
            _distance(layer[:count], layer[count:], head)
            for layer, head in zip(trunk_features(batch, trunk, net), heads, strict=True)
        ]


def _distance(first: Any, second: Any, head: Any) -> Any:
    """Return (N, h, w): the head's weighted squared distance of unit-normalised features."""
    import torch

    # Channels last: the norm and the weighted sum each read contiguous memory.
    one, other = first.permute(0, 2, 3, 1), second.permute(0, 2, 3, 1)
    one_norm = torch.linalg.vector_norm(one, dim=-1, keepdim=True).add_(_EPSILON)
    other_norm = torch.linalg.vector_norm(other, dim=-1, keepdim=True).add_(_EPSILON)
    difference = (one / one_norm).sub_(other / other_norm).square_()
    return difference @ head


def _alex(batch: Any, trunk: Sequence[Any]) -> list[Any]:
    """Run AlexNet's five convolutions, tapped after each ReLU."""
    from torch.nn import functional

    if batch.device.type == "cpu":
        return _alex_on_cpu(batch, trunk[0])
    taps = []
    for (kernel, bias), (stride, padding, pool) in zip(trunk, _ALEX, strict=True):
        if pool:
            batch = functional.max_pool2d(batch, 3, 2)
        batch = functional.relu(functional.conv2d(batch, kernel, bias, stride, padding), True)
        taps.append(batch)
    return taps


def _alex_on_cpu(batch: Any, first: tuple[Any, Any]) -> list[Any]:
    """Run the same network with fast convolutions; the first one has stride 4."""
    from torch.nn import functional

    (stride, padding, _), *others = _ALEX
    taps = [functional.relu(functional.conv2d(batch, *first, stride, padding), True)]
    for convolution, (_, _, pool) in zip(_fast_alex(), others, strict=True):
        batch = functional.max_pool2d(taps[-1], 3, 2) if pool else taps[-1]
        pixels = batch.permute(0, 2, 3, 1).contiguous()
        taps.append(convolution(pixels).relu_().permute(0, 3, 1, 2))
    return taps


def _vgg(batch: Any, trunk: Sequence[Any]) -> list[Any]:
    """Run VGG16's thirteen convolutions, tapped after the last ReLU of each stage."""
    from torch.nn import functional

    taps: list[Any] = []
    layers = iter(trunk)
    for stage, count in enumerate(VGG_STAGES):
        if stage:
            batch = functional.max_pool2d(batch, 2, 2)
        for _ in range(count):
            kernel, bias = next(layers)
            batch = functional.relu(functional.conv2d(batch, kernel, bias, padding=1), True)
        taps.append(batch)
    return taps
