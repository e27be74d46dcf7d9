"""A packed adapter's twin as .safetensors, for tools that do not read ONNX Runtime's format.

Names and shapes are Olive's (`olive convert-adapters`): `<module>.lora_A.weight` [in, r] and
`<module>.lora_B.weight` [r, out], the transpose of PEFT's under the same names. The metadata
says so, and `quad_studio.adapters.read` refuses a twin instead of reading it transposed.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quad_studio.adapters.safetensors_file import read_safetensors, write_safetensors
from quad_studio.adapters.weights import AdapterWeights

LAYOUT_KEY, LAYOUT = "quad_studio_layout", "olive"


def write_code_twin(
    path: Path, tensors: Mapping[str, NDArray[Any]], fingerprint: str, rank: int
) -> None:
    """Write the same tensors as the .onnx_adapter: integer codes and `lora_alpha`."""
    write_safetensors(path, tensors, _metadata(fingerprint, rank))


def write_float_twin(
    path: Path, adapter: AdapterWeights, fingerprint: str, r_max: int | None = None
) -> None:
    """Write the adapter's float32 matrices, zero-padded to `r_max` when given."""
    tensors: dict[str, NDArray[Any]] = {}
    for module, (down, up) in adapter.modules.items():
        extra = 0 if r_max is None else r_max - down.shape[1]
        tensors[f"{module}.lora_A.weight"] = np.pad(down, ((0, 0), (0, extra)))
        tensors[f"{module}.lora_B.weight"] = np.pad(up, ((0, extra), (0, 0)))
    write_safetensors(path, tensors, _metadata(fingerprint, adapter.rank))


def read_twin(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """Return the tensors and the metadata (fingerprint, rank) of a twin."""
    file = read_safetensors(path)
    return dict(file.tensors), dict(file.metadata)


def _metadata(fingerprint: str, rank: int) -> dict[str, str]:
    return {LAYOUT_KEY: LAYOUT, "fingerprint": fingerprint, "rank": str(rank)}
