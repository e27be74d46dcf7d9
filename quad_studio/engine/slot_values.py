"""LoRA values as trained and as the profile's codes hold them."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quad_studio.bundle import Bundle
from quad_studio.config import Project


def slot_values(
    bundle: Bundle, project: Project
) -> Iterator[tuple[str, NDArray[np.float32], NDArray[np.float32], float]]:
    """Yield (adapter and slot, values before, values after, scale) for every slot in use."""
    from quad_studio.adapters.pack import slots_of, unpack
    from quad_studio.adapters.read import read_adapter

    slots = slots_of(bundle.manifest["slots"])
    scales: dict[str, Any] = {slot.name: slot.scale for slot in slots}
    for entry in bundle.adapters:
        trained = read_adapter(project.adapter(entry["name"]).path, name=entry["name"])
        coded = unpack(bundle.path / entry["file"], slots)
        for module, pair in trained.modules.items():
            for side, before, after in zip("AB", pair, coded.modules[module], strict=True):
                name = f"{module}.lora_{side}.weight"
                used = after[:, : before.shape[1]] if side == "A" else after[: before.shape[0]]
                label = f"{entry['name']}: {name}"
                yield label, before.ravel(), used.ravel(), float(scales[name])
