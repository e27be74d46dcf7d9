"""Structure distance: how much the self-similarity of an image's features changed."""

import numpy as np
from numpy.typing import NDArray

from evaluation.images import Images, check_pair
from evaluation.metrics.dists import IMAGENET_MEAN, IMAGENET_STD
from evaluation.metrics.lpips import load_net, trunk_features
from evaluation.metrics.torch_device import choose_device, to_tensor

SIZE = 224
_RELU4_3 = 3


def structure_distance(
    reference: Images, candidate: Images, *, device: str | None = None
) -> NDArray[np.float64]:
    """Return the mean squared difference of the two self-similarity matrices, (N,).

    Each image is resized to 224 x 224; each position's VGG16 relu4_3 feature is compared with
    every other's by cosine; the value is the mean squared difference of those 784 x 784 cosines.

    Args:
        reference: (N, H, W, 3), sRGB in [0, 1].
        candidate: Same shape and range.
        device: "cpu", "cuda", ...; None takes CUDA where there is one.

    Raises:
        ImageShapeError, ImageRangeError: The batches cannot be compared.
        MetricUnavailableError: The weights are not installed.

    Source:
        Tumanyan et al., Splicing ViT Features, CVPR 2022 (DINO keys, layer 11), with VGG16
        features as in Zheng et al., CVPR 2021 (arXiv 2104.00854), since their weights can be had
        without a model hub: values are not comparable with those on DINO features.
    """
    import torch
    from torch.nn import functional

    check_pair(reference, candidate, 1.0)
    device = choose_device(device)
    trunk, _ = load_net("vgg", device)
    mean = torch.tensor(IMAGENET_MEAN, device=device).view(1, 3, 1, 1)
    deviation = torch.tensor(IMAGENET_STD, device=device).view(1, 3, 1, 1)
    values = []
    with torch.inference_mode():
        for pair in zip(reference, candidate, strict=True):
            batch = to_tensor(np.stack(pair), device)
            batch = functional.interpolate(
                batch, (SIZE, SIZE), mode="bilinear", align_corners=False, antialias=True
            )
            features = trunk_features((batch - mean) / deviation, trunk, "vgg")[_RELU4_3]
            keys = features.flatten(2).transpose(1, 2).double().cpu().numpy()
            values.append(self_similarity_mse(keys[0], keys[1]))
    return np.asarray(values)


def self_similarity_mse(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the mean squared difference of the cosine self-similarities of two (T, C) key sets.

    >>> round(self_similarity_mse(np.eye(3), np.ones((3, 3))), 6)
    0.666667
    """
    return float(np.square(_self_similarity(one) - _self_similarity(other)).mean())


def _self_similarity(keys: NDArray[np.float64]) -> NDArray[np.float64]:
    norms = np.linalg.norm(keys, axis=1)
    return np.asarray(keys @ keys.T / np.maximum(np.outer(norms, norms), 1e-8))
