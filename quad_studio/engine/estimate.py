"""How big a bundle will be, before it is built."""

from dataclasses import dataclass
from pathlib import Path

from quad_studio.config import Project

# What the runner holds beside the weights: activations of the largest graph, its own code.
_RAM_OVERHEAD_BYTES = 120_000_000
# Part -> how its tensors are called in a single Stable Diffusion file.
_PARTS = {
    "unet": "model.diffusion_model.",
    "vae": "first_stage_model.",
    "text_encoder": "cond_stage_model.",
}


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """Estimated bytes."""

    rom_bytes: int
    ram_bytes: int


def estimate_sizes(project: Project) -> Sizes:
    """Return the sizes that follow from the numbers of parameters.

    Quantized parts take a byte a weight, float parts four; a LoRA two bytes or one.
    """
    rom = 0
    quantized = set(project.quantization.components)
    for part, prefix in _PARTS.items():
        names = {"vae": {"vae_decoder", "vae_encoder"}}.get(part, {part})
        share = len(names & quantized) / len(names)
        single = project.model_path.is_file()
        count = (
            parameters_in(project.model_path, prefix)
            if single
            else parameters_in(project.model_path / part)
        )
        rom += round(count * (share + 4 * (1 - share)))
    lora_bytes = 2 if project.quantization.lora == "int16" else 1
    loras = [parameters_in(entry.path) * lora_bytes for entry in project.adapters]
    total = rom + sum(loras)
    return Sizes(
        rom_bytes=total,
        ram_bytes=rom + max(loras, default=0) + _RAM_OVERHEAD_BYTES,
    )


def parameters_in(path: Path, prefix: str = "") -> int:
    """Return the number of parameters in the .safetensors files at `path`, read from headers.

    Args:
        path: A file, or a folder with files.
        prefix: Only tensors whose names start with it.
    """
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
            math.prod(entry["shape"])
            for name, entry in header.items()
            if name != "__metadata__" and name.startswith(prefix)
        )
    return count
