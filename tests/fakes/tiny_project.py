"""A project on a random model of a few thousand parameters: built in well under a minute."""

from pathlib import Path

from tests.fakes.tiny_diffusers import make_tiny_diffusers, make_tiny_lora
from tests.fakes.use_case_inputs import write_input_set


def write_tiny_project(folder: Path, *, use_case: str = "", more: str = "", rank: int = 4) -> Path:
    """Write model, one LoRA for `transform`, inputs and project.toml; return the project file.

    Called again, it changes project.toml only.

    Args:
        folder: Where all of it goes.
        use_case: Further lines of the [[use_cases]] table.
        more: Further tables.
        rank: Columns of the slots.
    """
    if not (folder / "model").is_dir():
        make_tiny_lora(make_tiny_diffusers(folder / "model"), folder / "lora", layout="peft")
        write_input_set(folder / "inputs")
    text = f"""schema = "quad-studio/project/1"
[project]
name = "tiny"
[model]
path = "model"
[[adapters]]
name = "transform"
path = "lora"
use_cases = ["transform"]
[[use_cases]]
name = "transform"
adapter = "transform"
steps = 2
guidance = 1.0
inputs = "inputs/inputs.jsonl"
{use_case}
[quantization]
anchor = "transform"
components = ["unet"]
rank = {rank}
[calibration]
samples_per_adapter = 1
steps = 2
[export]
unet_fp32 = false
{more}
"""
    path = folder / "project.toml"
    path.write_text(text, "utf-8")
    return path
