"""Read one Stable Diffusion .safetensors checkpoint with a local configuration."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from quad_studio.errors import InputFileProblem


def read_checkpoint(path: Path, config: Path, classes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts of the checkpoint, converted to diffusers' layout.

    Args:
        path: The checkpoint, already known to be a complete safetensors file.
        config: A diffusers directory with the config files of the same architecture.
        classes: Part -> diffusers or transformers class.

    Raises:
        InputFileProblem: The checkpoint has other layers than the configuration.
    """
    import torch
    from diffusers.loaders.single_file_utils import SingleFileComponentError
    from safetensors.torch import load_file

    state = load_file(path)
    parts: dict[str, Any] = {}
    for part in ("unet", "vae"):
        try:
            parts[part] = classes[part].from_single_file(
                dict(state),
                config=str(config),
                subfolder=part,
                torch_dtype=torch.float32,
                local_files_only=True,
            )
        except (
            SingleFileComponentError,
            OSError,
            ValueError,
            KeyError,
            TypeError,
            RuntimeError,
        ) as exc:
            first = (str(exc).strip().splitlines() or [type(exc).__name__])[0]
            raise InputFileProblem(
                path, f"its {part} does not fit {config / part}: {first}"
            ) from exc
    parts["text_encoder"] = _text_encoder(path, config, state, classes["text_encoder"])
    return parts


def _text_encoder(path: Path, config: Path, state: Mapping[str, Any], kind: Any) -> Any:
    """Return the CLIP text encoder; its keys are transformers' own below a prefix."""
    from transformers import CLIPTextConfig

    prefix = "cond_stage_model.transformer."
    own = {key.removeprefix(prefix): v for key, v in state.items() if key.startswith(prefix)}
    if not own or not (config / "text_encoder" / "config.json").is_file():
        return None
    model = kind(CLIPTextConfig.from_pretrained(config / "text_encoder", local_files_only=True))
    expected = set(model.state_dict())
    if expected and not any(key.startswith("text_model.") for key in expected):
        own = {key.removeprefix("text_model."): value for key, value in own.items()}
    own = {key: value for key, value in own.items() if not key.endswith("position_ids")}
    missing = sorted(set(model.state_dict()) - set(own) - _not_stored(model))
    unused = sorted(set(own) - set(model.state_dict()))
    if missing or unused:
        raise InputFileProblem(
            path,
            f"its text encoder does not fit {config / 'text_encoder'}: "
            f"missing {missing[:3]}, unused {unused[:3]}",
        )
    model.load_state_dict(own, strict=False)
    return model


def _not_stored(model: Any) -> set[str]:
    return {name for name, _ in model.named_buffers()}
