"""Features of the FID Inception network (2015-12-05), for FID and KID."""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation.errors import MetricUnavailableError
from evaluation.images import Images
from evaluation.metrics.torch_device import choose_device
from evaluation.weights import INCEPTION, require

SIZE = 299
WIDTH = 2048
CONVENTION = "8-bit sRGB, bilinear with antialiasing to 299 x 299, (v - 128) / 128, pool3 (2048)"
_FIRST_LAYERS = ("conv", "conv_1", "conv_2", "pool0")


def features(
    images: Images, *, width: int = WIDTH, device: str | None = None
) -> NDArray[np.float64]:
    """Return the features of each image, (N, width).

    Args:
        images: (N, H, W, 3), sRGB in [0, 1]; rounded to 8 bits first, as the published FIDs are.
        width: 2048, the pool3 layer; or 64, the mean of the first max-pool, for tests.
        device: "cpu", "cuda", ...; None takes CUDA where there is one.

    Raises:
        MetricUnavailableError: The weights are not installed.

    Source:
        Heusel et al., NeurIPS 2017. Resized as torchmetrics 1.9 does (antialias=True); other
        resizers give other FIDs.
    """
    import torch
    from torch.nn import functional

    device = choose_device(device)
    network = _network(device)
    with torch.inference_mode():
        batch = torch.from_numpy(np.round(images * np.float32(255))).to(device, torch.float32)
        batch = batch.permute(0, 3, 1, 2)
        if batch.shape[2:] != (SIZE, SIZE):
            batch = functional.interpolate(
                batch, (SIZE, SIZE), mode="bilinear", align_corners=False, antialias=True
            )
        batch = (batch - 128) / 128
        if width == WIDTH:
            found = network(batch)
        else:
            for name in _FIRST_LAYERS:
                batch = getattr(network.net.layers, name)(batch)
            found = functional.adaptive_avg_pool2d(batch, (1, 1)).flatten(1)
    return np.asarray(found.double().cpu().numpy())


@lru_cache(maxsize=2)
def _network(device: str) -> Any:
    import torch

    path = require(INCEPTION, metric="fid")
    try:
        return torch.jit.load(str(path), map_location=device).eval()
    except RuntimeError as exc:
        because = f"{path} is not the TorchScript Inception ({str(exc).splitlines()[0]})"
        raise MetricUnavailableError("fid", because) from exc
