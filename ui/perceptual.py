"""SSIM, FLIP and LPIPS maps, by evaluation's own functions; called in a worker only."""

from typing import TYPE_CHECKING

import numpy as np

from ui.models.error_maps import ErrorMap, Pixels

if TYPE_CHECKING:
    from evaluation.images import Images


def perceptual_map(name: str, a: Pixels, b: Pixels) -> ErrorMap:
    """Return the map `name` of reference `a` and candidate `b`; larger is worse.

    Raises:
        EvaluationError: The pictures are too small, or the weights are missing.
        ValueError: There is no such map.
    """
    reference, candidate = _batch(a), _batch(b)
    if name == "ssim":
        from evaluation.metrics.ssim import ssim_maps

        structure = ssim_maps(reference, candidate, data_range=1.0)[0][0].mean(axis=-1)
        loss = (1.0 - structure).astype(np.float32)
        # SSIM has no value where its window leaves the picture: that border stays empty.
        sizes = zip(a.shape[:2], loss.shape, strict=True)
        border = [((full - part) // 2,) * 2 for full, part in sizes]
        padded = np.pad(loss, border, constant_values=np.nan)
        return ErrorMap("ssim", padded, 1.0, "1 - SSIM")
    if name == "lpips":
        from evaluation.metrics.lpips import lpips_map

        return ErrorMap("lpips", lpips_map(reference, candidate)[0], 1.0, "LPIPS")
    if name == "flip":
        from evaluation.metrics.flip import flip_map

        return ErrorMap("flip", flip_map(reference, candidate)[0], 1.0, "FLIP")
    raise ValueError(f"no error map is called {name}")


def _batch(pixels: Pixels) -> "Images":
    return (pixels.astype(np.float32) / 255.0)[None]
