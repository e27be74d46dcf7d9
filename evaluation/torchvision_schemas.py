"""Let torchvision import beside a CPU-only torch.

The torchvision wheel that pairs with our torch is built for CUDA. Beside a CPU torch its native
library cannot load, so the operator schemas it would register are absent and the import of
torchvision (and of all that imports it: diffusers, transformers, lpips, torchmetrics) fails.
Registering the two schemas that its Python side refers to is enough for models and transforms.
"""

import importlib.util
from typing import Any

_library: list[Any] = []  # torch drops the schemas when the Library object is collected
_SCHEMAS = ("nms", "qnms")


def register() -> None:
    """Register the missing operator schemas; do nothing where torchvision works by itself."""
    import torch

    if _library or importlib.util.find_spec("torchvision") is None:
        return
    if _native_library_loads():
        return
    library = torch.library.Library("torchvision", "FRAGMENT")  # noqa: TOR901
    for name in _SCHEMAS:
        if not hasattr(torch.ops.torchvision, name):
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _library.append(library)


def _native_library_loads() -> bool:
    """Return whether torchvision's own operators are, or can be, loaded."""
    from pathlib import Path

    import torch

    spec = importlib.util.find_spec("torchvision")
    if spec is None or spec.origin is None:
        return False
    for library in Path(spec.origin).parent.glob("_C*.so"):
        try:
            torch.ops.load_library(str(library))
        except OSError:
            return False
        return True
    return False
