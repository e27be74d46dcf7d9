"""Move image batches to torch, on the device that is there."""

from typing import Any

from evaluation.images import Images


def choose_device(wanted: str | None) -> str:
    """Return the wanted device, or CUDA where there is one, or the CPU."""
    if wanted is not None:
        return wanted
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def to_tensor(images: Images, device: str) -> Any:
    """Return (N, C, H, W) float32 on the device; its memory stays channels-last."""
    import torch

    return torch.from_numpy(images).to(device, torch.float32).permute(0, 3, 1, 2)
