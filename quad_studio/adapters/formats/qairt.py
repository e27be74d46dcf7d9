"""Hand-off files for Qualcomm's own tools (QAIRT), in the form AIMET's LoRA export gives them.

`qairt-converter --lora_weight_list lora_weight_list.txt`, then
`qairt-lora-importer --lora_config lora_config.yaml`. Every use case names the same encodings:
one shared profile, which QAIRT's LoRA v3 calls no updatable quantization.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from quad_studio.adapters.formats.aimet import write_aimet
from quad_studio.adapters.formats.safetensors_twin import write_float_twin
from quad_studio.adapters.pack import SlotSpec
from quad_studio.adapters.weights import AdapterWeights
from quad_studio.quad.affine import Encoding
from quad_studio.storage import write_text

WEIGHT_LIST, CONFIG, ADAPTER_LIST = (
    "lora_weight_list.txt",
    "lora_config.yaml",
    "lora_adaptor_list.yaml",
)


def write_handoff(
    folder: Path,
    *,
    model_file: str,
    adapters: Sequence[AdapterWeights],
    slots: Sequence[SlotSpec],
    encodings: Mapping[str, Encoding],
    fingerprint: str,
) -> list[Path]:
    """Write everything QAIRT's LoRA tools ask for, beside the model.

    Args:
        folder: Where the ONNX model lies or will be copied to.
        model_file: Its file name.
        adapters: Fitted to the profile; written as float32 `.safetensors`, rank padded.
        slots: The graph's LoRA inputs.
        encodings: The profile's, by tensor name.
        fingerprint: The bundle's.

    Returns:
        The files written.
    """
    stem = Path(model_file).stem
    r_max = max(slot.rank for slot in slots)
    shared = {name: encodings[name] for name in (slot.name for slot in slots) if name in encodings}
    written = [folder / WEIGHT_LIST, folder / CONFIG, folder / ADAPTER_LIST]
    write_text(written[0], "".join(f"{slot.name}\n" for slot in slots))
    names = [adapter.name for adapter in adapters]
    write_text(written[1], _config(names, model_file, stem))
    write_text(written[2], _adapter_list(names, stem))
    for adapter in adapters:
        weights = folder / f"{adapter.name}.safetensors"
        overrides = folder / f"{stem}_{adapter.name}.encodings"
        write_float_twin(weights, adapter, fingerprint, r_max)
        write_aimet(overrides, shared, parameters=shared, version="1.0.0", fingerprint=fingerprint)
        written += [weights, overrides]
    return written


def _config(names: Sequence[str], model_file: str, stem: str) -> str:
    lines = ["use_case:"]
    for name in names:
        lines += [
            f"  - name: {_quoted(name)}",
            f"    model_name: {_quoted(model_file)}",
            f"    lora_weights: {_quoted(f'{name}.safetensors')}",
            f"    quant_overrides: {_quoted(f'{stem}_{name}.encodings')}",
            f"    output_path: {_quoted('./output')}",
        ]
    return "\n".join(lines) + "\n"


def _adapter_list(names: Sequence[str], stem: str) -> str:
    lines = []
    for name in names:
        lines += [
            f"- name: {_quoted(name)}",
            f"  encodings_path: {_quoted(f'{stem}_{name}.encodings')}",
            f"  safetensor_path: {_quoted(f'{name}.safetensors')}",
        ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text)  # a JSON string is a YAML double-quoted string
