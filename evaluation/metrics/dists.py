"""Deep image structure and texture similarity (DISTS)."""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation.errors import ImageShapeError
from evaluation.images import Images, check_pair
from evaluation.metrics.lpips import VGG_STAGES, load_net
from evaluation.metrics.torch_device import choose_device, to_tensor
from evaluation.weights import DISTS_HEADS, require

MIN_SIDE = 16
IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_C1 = _C2 = 1e-6


def dists(
    reference: Images, candidate: Images, *, device: str | None = None
) -> NDArray[np.float64]:
    """Return the DISTS distance of each pair, on the images' own size.

    Args:
        reference: (N, H, W, 3), sRGB in [0, 1].
        candidate: Same shape and range.
        device: "cpu", "cuda", ...; None takes CUDA where there is one.

    Returns:
        (N,) float64, 0 where the two images are equal.

    Raises:
        ImageShapeError, ImageRangeError: The batches cannot be compared.
        MetricUnavailableError: The weights are not installed.

    Source:
        Ding, Ma, Wang & Simoncelli, IEEE TPAMI 44(5), 2020: VGG16 with L2 pooling; weighted
        similarity of the means and of the covariances of six layers. Checked against torchmetrics.
    """
    import torch

    check_pair(reference, candidate, 1.0)
    if reference.shape[3] != 3 or min(reference.shape[1:3]) < MIN_SIDE:
        raise ImageShapeError(f"DISTS wants RGB images of at least {MIN_SIDE} x {MIN_SIDE} pixels")
    device = choose_device(device)
    alpha, beta = _heads(device)
    with torch.inference_mode():
        first = _features(to_tensor(reference, device), device)
        second = _features(to_tensor(candidate, device), device)
        similar: Any = torch.zeros(len(reference), device=device)
        start = 0
        for one, other in zip(first, second, strict=True):
            stop = start + one.shape[1]
            similar += _similarity(one, other, alpha[start:stop], beta[start:stop])
            start = stop
        return np.asarray((1 - similar).double().cpu().numpy())


def _similarity(one: Any, other: Any, alpha: Any, beta: Any) -> Any:
    """Return (N,): the weighted similarity of one layer's means and covariances."""
    mean_one, mean_other = one.mean(dim=(2, 3)), other.mean(dim=(2, 3))
    spread_one = (one - mean_one[:, :, None, None]).square().mean(dim=(2, 3))
    spread_other = (other - mean_other[:, :, None, None]).square().mean(dim=(2, 3))
    joint = (one * other).mean(dim=(2, 3)) - mean_one * mean_other
    texture = (2 * mean_one * mean_other + _C1) / (mean_one**2 + mean_other**2 + _C1)
    structure = (2 * joint + _C2) / (spread_one + spread_other + _C2)
    return texture @ alpha + structure @ beta


def _features(batch: Any, device: str) -> list[Any]:
    """Return the image itself and the last activation of each VGG16 stage."""
    import torch
    from torch.nn import functional

    trunk, _ = load_net("vgg", device)
    mean = torch.tensor(IMAGENET_MEAN, device=device).view(1, 3, 1, 1)
    deviation = torch.tensor(IMAGENET_STD, device=device).view(1, 3, 1, 1)
    taps, layers, hidden = [batch], iter(trunk), (batch - mean) / deviation
    for stage, count in enumerate(VGG_STAGES):
        if stage:
            hidden = _l2_pool(hidden, device)
        for _ in range(count):
            kernel, bias = next(layers)
            hidden = functional.relu(functional.conv2d(hidden, kernel, bias, padding=1))
        taps.append(hidden)
    return taps


def _l2_pool(hidden: Any, device: str) -> Any:
    """Return the root of Hann-weighted mean squares, half the size."""
    import torch
    from torch.nn import functional

    taps = torch.from_numpy(np.hanning(5)[1:-1]).to(device, torch.float32)
    window = torch.outer(taps, taps)
    channels = hidden.shape[1]
    kernel = (window / window.sum()).repeat(channels, 1, 1, 1)
    pooled = functional.conv2d(hidden.square(), kernel, stride=2, padding=1, groups=channels)
    return (pooled + 1e-12).sqrt()


@lru_cache(maxsize=2)
def _heads(device: str) -> tuple[Any, Any]:
    """Return alpha and beta, normalised so that all weights sum to one."""
    import torch

    stored = torch.load(require(DISTS_HEADS, metric="dists"), weights_only=True)
    alpha, beta = stored["alpha"].flatten().to(device), stored["beta"].flatten().to(device)
    total = alpha.sum() + beta.sum()
    return alpha / total, beta / total
