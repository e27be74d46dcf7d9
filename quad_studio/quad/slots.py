"""An adapter in the form that the slots take: padded to the slots' rank, in floats or in codes."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from quad_studio.adapters.weights import AdapterWeights
from quad_studio.errors import StageError
from quad_studio.quad.site import Slot

if TYPE_CHECKING:
    from quad_studio.quad.profile import Profile

STRENGTH_INPUT = "lora_alpha"


def pad_to_slots(adapter: AdapterWeights, slots: Sequence[Slot]) -> dict[str, NDArray[np.float32]]:
    """Return slot name -> matrix padded with zero columns (A) or rows (B) to the slots' rank.

    Layers that the adapter does not change get zeros. Zero columns add exactly nothing.

    Raises:
        StageError: The adapter changes a layer without a slot, or needs a higher rank.
    """
    padded: dict[str, NDArray[np.float32]] = {}
    unknown = set(adapter.modules) - {slot.module for slot in slots}
    if unknown:
        raise StageError("slots", f"{adapter.name}: no slot at {', '.join(sorted(unknown)[:5])}")
    for slot in slots:
        matrix = np.zeros(slot.shape, np.float32)
        if slot.module in adapter.modules:
            value = adapter.modules[slot.module][0 if slot.role == "A" else 1]
            rows, columns = value.shape
            if rows > slot.shape[0] or columns > slot.shape[1]:
                raise StageError(
                    "slots", f"{adapter.name}: {slot.name} is {value.shape}, slot {slot.shape}"
                )
            matrix[:rows, :columns] = value
        padded[slot.name] = matrix
    return padded


def from_slots(
    adapter: AdapterWeights, slots: Mapping[str, Any], source: str = ""
) -> AdapterWeights:
    """Return `adapter` with the matrices of `slots`, cut back to its own ranks."""
    modules = {
        module: (
            np.ascontiguousarray(slots[f"{module}.lora_A.weight"][:, : up.shape[0]], np.float32),
            np.ascontiguousarray(slots[f"{module}.lora_B.weight"][: up.shape[0]], np.float32),
        )
        for module, (_, up) in adapter.modules.items()
    }
    return AdapterWeights(
        adapter.name, modules, adapter.rank, source or adapter.source, adapter.sha256
    )


def encode_adapter(adapter: AdapterWeights, profile: "Profile") -> dict[str, NDArray[Any]]:
    """Return the tensors of an .onnx_adapter file: slot name -> codes, and `lora_alpha`.

    The strengths are 1.0 in the adapter's own columns and in the padding alike, where they
    multiply zeros.

    Raises:
        StageError: The adapter does not fit the profile's slots.
    """
    padded = pad_to_slots(adapter, profile.slots)
    tensors: dict[str, NDArray[Any]] = {
        name: profile.encodings[name].quantize(matrix) for name, matrix in padded.items()
    }
    tensors[STRENGTH_INPUT] = np.ones(profile.rank, np.float32)
    return tensors


def clipped_share(adapter: AdapterWeights, profile: "Profile") -> float:
    """Return the share of the adapter's numbers that the profile's LoRA ranges clip."""
    clipped = total = 0
    for name, matrix in pad_to_slots(adapter, profile.slots).items():
        low, high = profile.encodings[name].range
        own = matrix[matrix != 0]
        clipped += int(((own < low * 1.001) | (own > high * 1.001)).sum())
        total += own.size
    return clipped / max(1, total)
