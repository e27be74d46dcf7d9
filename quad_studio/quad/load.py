"""Read a foundation model: a diffusers directory, or one Stable Diffusion .safetensors file."""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from quad_studio.cancel import CancelToken
from quad_studio.errors import InputFileProblem
from quad_studio.events import Emit, StageFinished, StageProgress, StageStarted, ignore
from quad_studio.model_loading import MODEL_LOADING

NAME = "load"
PARTS = ("text_encoder", "vae", "unet")
_PICKLES = (".bin", ".ckpt", ".pt", ".pth", ".pkl", ".pickle")
_SCHEDULER_KEYS = {
    "num_train_timesteps": 1000,
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "prediction_type": "epsilon",
    "steps_offset": 1,
    "set_alpha_to_one": False,
    "timestep_spacing": "leading",
}


@dataclass(frozen=True)
class Geometry:
    """Sizes of a foundation model, as in bundle.json."""

    image_height: int
    image_width: int
    latent_channels: int
    latent_height: int
    latent_width: int
    unet_in_channels: int
    text_tokens: int
    text_width: int
    prediction_type: str
    vocab_size: int
    parameters_unet: int
    parameters_total: int
    scaling_factor: float
    shift_factor: float

    def to_json(self) -> dict[str, Any]:
        """Return bundle.json's "geometry", without the rank."""
        return asdict(self)


@dataclass(frozen=True)
class LoadInput:
    """Where the model is.

    Attributes:
        path: A diffusers directory, or a .safetensors checkpoint.
        kind: "diffusers", "single-file", or "auto" by what is there.
        config: For single files: a diffusers directory with config files and the tokenizer.
        latent_size: Latent rows and columns; None takes the U-Net's configuration.
    """

    path: Path
    kind: str = "auto"
    config: Path | None = None
    latent_size: int | None = None


@dataclass(frozen=True)
class LoadOutput:
    """A foundation model in FP32, evaluation mode, without gradients.

    Attributes:
        unet, vae, text_encoder: torch modules; vae and text_encoder may be None in a directory
            that holds a U-Net only.
        tokenizer_dir: Directory with vocab.json and merges.txt, or None.
        scheduler: Noise schedule, with the keys of bundle.json.
        sha256: Hash over the configuration and weight files.
    """

    unet: Any = field(repr=False)
    vae: Any = field(repr=False)
    text_encoder: Any = field(repr=False)
    tokenizer_dir: Path | None
    geometry: Geometry
    scheduler: Mapping[str, Any]
    sha256: str


def load_model(
    given: LoadInput, *, emit: Emit = ignore, cancel: CancelToken | None = None
) -> LoadOutput:
    """Read all parts of the model.

    Raises:
        InputFileProblem: Missing, corrupt, pickled or foreign files.
    """
    started = time.monotonic()
    emit(StageStarted(stage=NAME, title=f"Load {given.path.name}"))
    path = given.path
    if not path.exists():
        raise InputFileProblem(path, "no such file or directory; name a diffusers model directory")
    single = given.kind == "single-file" or (given.kind == "auto" and path.is_file())
    if single:
        parts = _read_single_file(given)
        root = given.config or path.parent
    else:
        parts = _read_directory(path, emit, cancel)
        root = path
    for part in parts.values():
        if part is not None:
            part.float().requires_grad_(False).eval()
    scheduler = _scheduler(root)
    output = LoadOutput(
        parts["unet"],
        parts["vae"],
        parts["text_encoder"],
        root / "tokenizer" if (root / "tokenizer").is_dir() else None,
        _geometry(path, parts, scheduler, given.latent_size),
        scheduler,
        _hash(path),
    )
    emit(StageFinished(stage=NAME, seconds=time.monotonic() - started, note=path.name))
    return output


def _read_directory(path: Path, emit: Emit, cancel: CancelToken | None) -> dict[str, Any]:
    if not (path / "unet" / "config.json").is_file():
        raise InputFileProblem(
            path,
            "no diffusers model: unet/config.json is missing; name the folder that holds unet/",
        )
    parts: dict[str, Any] = {}
    for index, part in enumerate(PARTS):
        if cancel is not None:
            cancel.check()
        folder = path / part
        parts[part] = _read_part(part, folder) if (folder / "config.json").is_file() else None
        emit(StageProgress(stage=NAME, done=index + 1, total=len(PARTS), note=part))
    return parts


def check_weights(folder: Path) -> Path:
    """Return the .safetensors file (or index) of one part.

    Raises:
        InputFileProblem: There is none, it is damaged, or only pickles are there.
    """
    found = sorted(folder.glob("*.safetensors"))
    if not found:
        pickles = [p.name for p in folder.iterdir() if p.suffix in _PICKLES]
        if pickles:
            raise InputFileProblem(
                folder / pickles[0],
                "is a pickle, which can run code when read; convert the model to .safetensors",
            )
        raise InputFileProblem(folder, "holds no .safetensors weights; is the download complete?")
    for file in found:
        check_safetensors(file)
    return found[0]


def check_safetensors(file: Path) -> None:
    """Read the header of `file`.

    Raises:
        InputFileProblem: It is no complete safetensors file.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, framework="np") as opened:
            opened.keys()
    except (SafetensorError, OSError, ValueError) as exc:
        raise InputFileProblem(file, f"is damaged or incomplete ({exc}); fetch it again") from exc


def _read_part(part: str, folder: Path) -> Any:
    import torch

    check_weights(folder)
    with MODEL_LOADING:
        classes = _classes()
    try:
        with MODEL_LOADING:
            return classes[part].from_pretrained(
                folder, local_files_only=True, use_safetensors=True, **_float32(part, torch)
            )
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as exc:
        first = (str(exc).strip().splitlines() or [type(exc).__name__])[0]
        raise InputFileProblem(folder, f"weights and config.json do not agree: {first}") from exc


def _float32(part: str, torch: Any) -> dict[str, Any]:
    return {"dtype" if part == "text_encoder" else "torch_dtype": torch.float32}


def _classes() -> dict[str, Any]:
    from evaluation.torchvision_schemas import register

    register()
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from diffusers.utils import logging as diffusers_logging
    from transformers import CLIPTextModel
    from transformers.utils import logging as transformers_logging

    for library in (diffusers_logging, transformers_logging):  # progress is told by events
        library.disable_progress_bar()
        library.set_verbosity_error()

    return {"unet": UNet2DConditionModel, "vae": AutoencoderKL, "text_encoder": CLIPTextModel}


def _read_single_file(given: LoadInput) -> dict[str, Any]:
    path = given.path
    if path.suffix in _PICKLES:
        raise InputFileProblem(
            path, "is a pickle, which can run code when read; convert it to .safetensors"
        )
    if path.suffix != ".safetensors":
        raise InputFileProblem(path, "a single-file checkpoint must be a .safetensors file")
    check_safetensors(path)
    if given.config is None or not (given.config / "unet" / "config.json").is_file():
        raise InputFileProblem(
            given.config or path,
            "a single file carries no configuration: name a diffusers directory with the "
            "config files as `config`",
        )
    from quad_studio.quad.single_file import read_checkpoint

    with MODEL_LOADING:
        return read_checkpoint(path, given.config, _classes())


def _scheduler(root: Path) -> dict[str, Any]:
    file = root / "scheduler" / "scheduler_config.json"
    if not file.is_file():
        return dict(_SCHEDULER_KEYS)
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise InputFileProblem(file, f"cannot be read: {exc}") from exc
    return {key: data.get(key, default) for key, default in _SCHEDULER_KEYS.items()}


def _geometry(
    path: Path, parts: Mapping[str, Any], scheduler: Mapping[str, Any], size: int | None
) -> Geometry:
    unet, vae, text = parts["unet"], parts["vae"], parts["text_encoder"]
    if unet is None:
        raise InputFileProblem(path, "holds no U-Net")
    sample = size or unet.config.sample_size
    if not isinstance(sample, int):
        raise InputFileProblem(path, "the U-Net's sample_size is not one number; give latent_size")
    factor = 2 ** (len(vae.config.block_out_channels) - 1) if vae is not None else 8
    width = unet.config.cross_attention_dim
    if text is not None and text.config.hidden_size != width:
        raise InputFileProblem(
            path, f"text encoder of width {text.config.hidden_size}, U-Net expects {width}"
        )
    total = sum(p.numel() for m in parts.values() if m is not None for p in m.parameters())
    return Geometry(
        image_height=sample * factor,
        image_width=sample * factor,
        latent_channels=unet.config.out_channels,
        latent_height=sample,
        latent_width=sample,
        unet_in_channels=unet.config.in_channels,
        text_tokens=text.config.max_position_embeddings if text is not None else 77,
        text_width=width,
        prediction_type=str(scheduler["prediction_type"]),
        vocab_size=text.config.vocab_size if text is not None else 49408,
        parameters_unet=sum(p.numel() for p in unet.parameters()),
        parameters_total=total,
        scaling_factor=float(vae.config.scaling_factor) if vae is not None else 0.18215,
        shift_factor=float(getattr(vae.config, "shift_factor", None) or 0.0) if vae else 0.0,
    )


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    files = (
        [path]
        if path.is_file()
        else sorted([*path.rglob("*.json"), *path.rglob("*.safetensors"), *path.rglob("*.txt")])
    )
    for file in files:
        digest.update(file.name.encode())
        with file.open("rb") as opened:
            while block := opened.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
