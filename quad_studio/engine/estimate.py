"""How big a bundle will be, before it is built."""

from dataclasses import dataclass
from pathlib import Path

from quad_studio.config import Project

# What the runner holds beside the weights: activations of the largest graph, its own code.
_RAM_OVERHEAD_BYTES = 120_000_000
_PARTS = ("unet", "vae", "text_encoder")


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """Estimated bytes; `how` says what they rest on."""

    rom_bytes: int
    ram_bytes: int
    how: str


def estimate_sizes(project: Project) -> Sizes:
    """Return the sizes that follow from the numbers of parameters.

    Quantized parts take a byte a weight, float parts four; a LoRA two bytes or one.
    """
    rom = 0
    quantized = set(project.quantization.components)
    for part in _PARTS:
        names = {"vae": {"vae_decoder", "vae_encoder"}}.get(part, {part})
        share = len(names & quantized) / len(names)
        rom += round(parameters_in(project.model_path / part) * (share + 4 * (1 - share)))
    lora_bytes = 2 if project.quantization.lora == "int16" else 1
    loras = [parameters_in(entry.path) * lora_bytes for entry in project.adapters]
    total = rom + sum(loras)
    return Sizes(
        rom_bytes=total,
        ram_bytes=rom + max(loras, default=0) + _RAM_OVERHEAD_BYTES,
        how="estimated from the number of parameters",
    )


def parameters_in(path: Path) -> int:
    """Return the number of parameters in the .safetensors files at `path`, read from headers."""
    import json
    import math
    import struct

    files = [path] if path.is_file() else sorted(path.rglob("*.safetensors"))
    count = 0
    for file in files:
        with file.open("rb") as stream:
            (length,) = struct.unpack("<Q", stream.read(8))
            header = json.loads(stream.read(min(length, 100_000_000)))
        count += sum(
            math.prod(entry["shape"]) for name, entry in header.items() if name != "__metadata__"
        )
    return count
