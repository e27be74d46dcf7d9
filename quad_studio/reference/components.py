"""Load a model and its LoRAs with diffusers' and PEFT's own code."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quad_studio.errors import InputFileProblem
from quad_studio.model_loading import MODEL_LOADING

_PARTS = ("unet", "vae", "text_encoder")
_DIFFUSERS_LORA = "pytorch_lora_weights.safetensors"
_PEFT_WEIGHTS, _PEFT_CONFIG = "adapter_model.safetensors", "adapter_config.json"


@dataclass(frozen=True, kw_only=True)
class ReferenceModel:
    """Where the FP32 model and the adapters are.

    Attributes:
        kind: "diffusers" (a directory), "single-file" or "auto".
        adapters: File or directory of each LoRA by name, as its author saved it.
    """

    path: Path
    kind: str = "auto"
    adapters: Mapping[str, Path]

    @property
    def is_directory(self) -> bool:
        """Return whether it is a diffusers directory."""
        return self.kind == "diffusers" or (self.kind == "auto" and self.path.is_dir())

    def files(self) -> list[Path]:
        """Return the files that decide the result: configurations and weights.

        Raises:
            InputFileProblem: The model is not there or lacks a part.
        """
        if not self.path.exists():
            raise InputFileProblem(self.path, "no such model")
        if not self.is_directory:
            return [self.path]
        found = []
        for part in _PARTS:
            folder = self.path / part
            weights = sorted(folder.glob("*.safetensors"))
            if not weights or not (folder / "config.json").is_file():
                raise InputFileProblem(folder, "lacks config.json or a .safetensors file")
            found += [folder / "config.json", *weights]
        return found

    def adapter_files(self, name: str) -> list[Path]:
        """Return the files of one adapter.

        Raises:
            InputFileProblem: There is no such adapter, or its files are missing.
        """
        path = self.adapters.get(name)
        if path is None:
            known = ", ".join(self.adapters) or "none"
            raise InputFileProblem(self.path, f"no LoRA {name!r} for the reference; known: {known}")
        if path.is_file():
            return [path]
        if (path / _PEFT_CONFIG).is_file() and (path / _PEFT_WEIGHTS).is_file():
            return [path / _PEFT_CONFIG, path / _PEFT_WEIGHTS]
        if (path / _DIFFUSERS_LORA).is_file():
            return [path / _DIFFUSERS_LORA]
        single = sorted(path.glob("*.safetensors")) if path.is_dir() else []
        if len(single) == 1:
            return single
        raise InputFileProblem(path, f"is no LoRA: no {_DIFFUSERS_LORA} or {_PEFT_WEIGHTS}")


class Components:
    """The FP32 model in memory, with LoRAs loaded when they are first used.

    Args:
        model: Where it is.
        device: A torch device.
    """

    def __init__(self, model: ReferenceModel, device: str = "cpu") -> None:
        self._model, self._device = model, device
        with MODEL_LOADING:
            parts = _load_parts(model)
        self.unet = parts["unet"].to(device).eval()
        self.vae = parts["vae"].to(device).eval()
        self.text_encoder = parts["text_encoder"].to(device).eval()
        self._loaded: dict[str, str] = {}
        self._active: tuple[tuple[str, float], ...] | None = None

    def activate(self, adapters: Sequence[tuple[str, float]]) -> None:
        """Make exactly these LoRAs active, each with its strength.

        Raises:
            InputFileProblem: A LoRA is missing or does not fit the U-Net.
        """
        wanted = tuple(adapters)
        if wanted == self._active:
            return
        for name, _ in wanted:
            if name not in self._loaded:
                self._load_adapter(name)
        if wanted:
            self.unet.enable_adapters()
            names = [self._loaded[name] for name, _ in wanted]
            self.unet.set_adapters(names, [strength for _, strength in wanted])
        elif self._loaded:
            self.unet.disable_adapters()
        self._active = wanted

    def _load_adapter(self, name: str) -> None:
        """Load one LoRA under an internal name; PEFT splits module names at dots."""
        files = self._model.adapter_files(name)
        internal = f"adapter{len(self._loaded)}"
        load = _load_peft if files[0].name == _PEFT_CONFIG else _load_diffusers
        try:
            with MODEL_LOADING, warnings.catch_warnings():
                # PEFT warns of a second adapter, which is what we want
                warnings.simplefilter("ignore", UserWarning)
                expected = load(self.unet, files, internal)
        except (ValueError, KeyError, RuntimeError, OSError, TypeError) as exc:
            reason = str(exc).splitlines()[0] if str(exc) else type(exc).__name__
            raise InputFileProblem(files[-1], f"does not load into this U-Net: {reason}") from exc
        marker = f".{internal}."
        taken = sum(marker in key for key in self.unet.state_dict())
        if taken != expected or not taken:
            raise InputFileProblem(
                files[-1], f"{taken} of its {expected} LoRA matrices fit this U-Net"
            )
        self.unet.to(self._device).eval()
        self._loaded[name] = internal


def _load_parts(model: ReferenceModel) -> dict[str, Any]:
    """Return U-Net, VAE and text encoder in float32."""
    import torch

    from evaluation.torchvision_schemas import register

    register()
    if not model.is_directory:
        from quad_studio.quad.load import LoadInput, load_model

        loaded = load_model(LoadInput(path=model.path, kind="single-file"))
        return {name: getattr(loaded, name) for name in _PARTS}
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from transformers import CLIPTextModel
    from transformers.utils import logging

    logging.disable_progress_bar()
    kinds = {"unet": UNet2DConditionModel, "vae": AutoencoderKL, "text_encoder": CLIPTextModel}
    parts = {}
    for name, kind in kinds.items():
        name_of_type = "dtype" if name == "text_encoder" else "torch_dtype"
        try:
            parts[name] = kind.from_pretrained(
                model.path / name,
                use_safetensors=True,
                local_files_only=True,
                **{name_of_type: torch.float32},
            )
        except (OSError, ValueError, RuntimeError) as exc:
            reason = str(exc).splitlines()[0]
            raise InputFileProblem(model.path / name, f"cannot be loaded: {reason}") from exc
    return parts


def _load_diffusers(unet: Any, files: Sequence[Path], internal: str) -> int:
    """Load a diffusers or kohya file as a pipeline would; return how many matrices it has."""
    from diffusers import StableDiffusionPipeline
    from diffusers.utils.state_dict_utils import convert_unet_state_dict_to_peft

    state, alphas, metadata = StableDiffusionPipeline.lora_state_dict(
        files[0].parent,
        weight_name=files[0].name,
        unet_config=unet.config,
        use_safetensors=True,
        local_files_only=True,
        return_lora_metadata=True,
    )
    kept = {key: value for key, value in state.items() if not key.startswith("text_encoder.")}
    # diffusers' trainers save attention as `lora.down` and other layers as `lora_A`, but its
    # loader judges by the first key and would drop the others without a word
    if any("lora_A" in key for key in kept) and any("lora_A" not in key for key in kept):
        kept = convert_unet_state_dict_to_peft(kept)
    StableDiffusionPipeline.load_lora_into_unet(
        kept, network_alphas=alphas, unet=unet, adapter_name=internal, metadata=metadata
    )
    return len(kept)


def _load_peft(unet: Any, files: Sequence[Path], internal: str) -> int:
    """Load a PEFT directory with PEFT; return how many matrices it has."""
    from peft import LoraConfig, set_peft_model_state_dict
    from safetensors.torch import load_file

    state = {
        key.removeprefix("base_model.model."): value for key, value in load_file(files[1]).items()
    }
    unet.add_adapter(LoraConfig.from_pretrained(str(files[0].parent)), adapter_name=internal)
    found = set_peft_model_state_dict(unet, state, adapter_name=internal)
    if found.unexpected_keys:
        raise ValueError(f"unknown keys, such as {found.unexpected_keys[0]}")
    return len(state)
