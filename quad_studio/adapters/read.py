"""Read a LoRA in diffusers', PEFT's or kohya's layout and resolve its scaling."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quad_studio.adapters.errors import (
    AdapterFileProblem,
    AdapterMismatch,
    UnsupportedAdapter,
    shown_keys,
)
from quad_studio.adapters.key_names import (
    ALPHA,
    DOWN,
    FOREIGN,
    OTHER,
    TEXT_ENCODER,
    UP,
    KeyName,
    parse_key,
    unsupported_kind,
)
from quad_studio.adapters.safetensors_file import SafetensorsFile, read_safetensors, refuse_pickle
from quad_studio.adapters.weights import AdapterWeights

DIFFUSERS_FILE = "pytorch_lora_weights.safetensors"
PEFT_CONFIG, PEFT_FILE = "adapter_config.json", "adapter_model.safetensors"
METADATA_KEY = "lora_adapter_metadata"
# These initialisations subtract from the base weights, so the LoRA is wrong on the plain base.
_BASE_CHANGING_INITS = ("pissa", "olora", "loftq", "corda", "lora_ga")

ScaleFn = Callable[[str, int], float]


@dataclass(frozen=True)
class _Found:
    """A file's content by module, before scaling."""

    downs: Mapping[str, NDArray[Any]]
    ups: Mapping[str, NDArray[Any]]
    alphas: Mapping[str, float]
    dropped: tuple[str, ...]


def read_adapter(
    path: Path | str, *, name: str | None = None, drop_text_encoder: bool = False
) -> AdapterWeights:
    """Read the adapter in a file or folder, whatever its layout.

    Args:
        path: A .safetensors file, a folder with diffusers' `pytorch_lora_weights.safetensors`,
            a PEFT folder (`adapter_config.json` beside `adapter_model.safetensors`), or a
            folder with one .safetensors file.
        name: Name of the adapter; by default taken from the path.
        drop_text_encoder: Leave text encoder LoRAs out (their keys are in `dropped`) instead
            of refusing the file. All adapters share one text encoder in a bundle.

    Raises:
        AdapterFileProblem: Missing, corrupt, a pickle, or no LoRA.
        UnsupportedAdapter: DoRA, LoHa, LoKr and other kinds, by name.
        AdapterMismatch: Half of a pair of matrices is missing, or their ranks differ.
    """
    path = Path(path)
    weights_path, config_path = _locate(path)
    file = read_safetensors(weights_path)
    if file.metadata.get("quad_studio_layout"):
        raise UnsupportedAdapter(
            weights_path, "is a packed twin, its matrices are transposed; import the original LoRA"
        )
    config, sha256 = _config(file, weights_path, config_path)
    _refuse_unsupported(weights_path, file.tensors, config)
    found = _sort_keys(weights_path, file.tensors, drop_text_encoder)
    if config is not None and found.alphas:
        raise AdapterFileProblem(
            weights_path, "has .alpha keys and a LoRA configuration: remove one of the two scalings"
        )
    scale = _config_scale(config) if config is not None else _alpha_scale(found.alphas)
    built = _build(weights_path, found, scale)
    return replace(
        built, name=name or _default_name(path), source=str(path), sha256=sha256 or file.sha256
    )


def match(
    adapter: AdapterWeights,
    unet_module_shapes: Mapping[str, tuple[int, ...]],
    *,
    required: Iterable[str] = (),
) -> None:
    """Raise if the adapter does not fit the U-Net.

    Args:
        adapter: What `read_adapter` gave.
        unet_module_shapes: Module path -> weight shape as in torch: [out, in] or
            [out, in, kh, kw], for every layer that may be adapted.
        required: Modules that the adapter must have; normally none, since a module without a
            LoRA gets zeros.

    Raises:
        AdapterMismatch: Lists unused, missing and mis-shaped modules.
    """
    unused = sorted(set(adapter.modules) - set(unet_module_shapes))
    missing = sorted(set(required) - set(adapter.modules))
    misshaped = []
    for module in sorted(set(adapter.modules) & set(unet_module_shapes)):
        down, up = adapter.modules[module]
        out, inner, *kernel = unet_module_shapes[module]
        found = (up.shape[1], down.shape[0], adapter.kernels.get(module, (1, 1)))
        needed_kernel = tuple(kernel) or (1, 1)
        needed = (out, inner * int(np.prod(needed_kernel)), needed_kernel)
        if found != needed:
            misshaped.append(
                f"{module} (the LoRA is {found[1]} -> {found[0]}, the layer {needed[1]} -> {out})"
            )
    if unused or missing or misshaped:
        raise AdapterMismatch(adapter.source or adapter.name, unused, missing, misshaped)


def _locate(path: Path) -> tuple[Path, Path | None]:
    """Return the weights file and, for PEFT, the configuration."""
    if not path.exists():
        raise AdapterFileProblem(path, "does not exist")
    if path.is_file():
        config = path.parent / PEFT_CONFIG
        return path, config if path.name == PEFT_FILE and config.is_file() else None
    if (path / PEFT_CONFIG).is_file():
        if not (path / PEFT_FILE).is_file() and (path / "adapter_model.bin").is_file():
            refuse_pickle(path / "adapter_model.bin")
        if not (path / PEFT_FILE).is_file():
            raise AdapterFileProblem(path, f"has {PEFT_CONFIG} but no {PEFT_FILE}")
        return path / PEFT_FILE, path / PEFT_CONFIG
    if (path / DIFFUSERS_FILE).is_file():
        return path / DIFFUSERS_FILE, None
    files = sorted(path.glob("*.safetensors"))
    if len(files) == 1:
        return files[0], None
    if files:
        raise AdapterFileProblem(
            path,
            f"has {len(files)} .safetensors files, name one: {shown_keys([f.name for f in files])}",
        )
    for stale in sorted(path.glob("*.bin")):
        refuse_pickle(stale)
    raise AdapterFileProblem(path, "holds no .safetensors file, so no adapter")


def _default_name(path: Path) -> str:
    stem = path.name if path.is_dir() else path.stem
    if path.is_file() and path.name in (DIFFUSERS_FILE, PEFT_FILE):
        stem = path.resolve().parent.name
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", stem).strip("._-") or "adapter"


def _config(
    file: SafetensorsFile, weights_path: Path, config_path: Path | None
) -> tuple[dict[str, Any] | None, str | None]:
    """Return the LoRA configuration, if there is one, and the hash of both files."""
    if config_path is not None:
        raw = config_path.read_bytes()
        return _json_table(config_path, raw), hashlib.sha256(raw + file.sha256.encode()).hexdigest()
    if METADATA_KEY not in file.metadata:
        return None, None
    table = _json_table(weights_path, file.metadata[METADATA_KEY].encode())
    own = {key.removeprefix("unet."): table[key] for key in table if key.startswith("unet.")}
    if not own and any(key.startswith("text_encoder") for key in table):
        return None, None
    return own or table, None


def _json_table(path: Path, raw: bytes) -> dict[str, Any]:
    try:
        table = json.loads(raw)
    except ValueError as exc:
        raise AdapterFileProblem(path, "the LoRA configuration is no valid JSON") from exc
    if not isinstance(table, dict):
        raise AdapterFileProblem(path, "the LoRA configuration is no table")
    return table


def _refuse_unsupported(path: Path, keys: Iterable[str], config: Mapping[str, Any] | None) -> None:
    kinds: dict[str, list[str]] = {}
    for key in keys:
        kind = unsupported_kind(key)
        if kind is not None:
            kinds.setdefault(kind, []).append(key)
    if config is not None:
        if config.get("use_dora"):
            kinds.setdefault("DoRA (weight-decomposed LoRA)", []).append("use_dora")
        if str(config.get("peft_type", "LORA")).upper() != "LORA":
            kinds.setdefault(str(config["peft_type"]), []).append("peft_type")
        if config.get("lora_bias") or config.get("modules_to_save"):
            kinds.setdefault("a LoRA with trained base layers or biases", []).append(PEFT_CONFIG)
        init = str(config.get("init_lora_weights", ""))
        if init.lower().startswith(_BASE_CHANGING_INITS):
            kinds.setdefault(f"{init}, which changes the base weights", []).append(PEFT_CONFIG)
    if kinds:
        text = "; ".join(f"{kind} ({shown_keys(where)})" for kind, where in kinds.items())
        raise UnsupportedAdapter(
            path, f"is not a plain LoRA but {text}; convert it to a LoRA (an SVD of its difference)"
        )


def _sort_keys(path: Path, tensors: Mapping[str, NDArray[Any]], drop_text_encoder: bool) -> _Found:
    names: dict[str, KeyName] = {key: parse_key(key) for key in tensors}
    text = [key for key, name in names.items() if name.owner == TEXT_ENCODER]
    if text and not drop_text_encoder:
        raise UnsupportedAdapter(
            path,
            f"also adapts the text encoder, which all adapters of a bundle share "
            f"({len(text)} keys: {shown_keys(text)}); import it with --drop-text-encoder",
        )
    rest = {key: name for key, name in names.items() if name.owner != TEXT_ENCODER}
    if not any(name.role in (DOWN, UP) for name in rest.values()):
        raise AdapterFileProblem(
            path, f"holds no LoRA for a U-Net; keys: {shown_keys(list(names))}"
        )
    foreign = [key for key, n in rest.items() if n.owner == FOREIGN or n.role == OTHER]
    if foreign:
        raise AdapterMismatch(path, unused=sorted(foreign))
    by_role: dict[str, dict[str, NDArray[Any]]] = {DOWN: {}, UP: {}, ALPHA: {}}
    for key, name in rest.items():
        if name.module in by_role[name.role]:
            raise AdapterFileProblem(path, f"holds {name.module} twice, the second time as {key}")
        by_role[name.role][name.module] = tensors[key]
    return _Found(
        downs=by_role[DOWN],
        ups=by_role[UP],
        alphas={module: float(value.reshape(-1)[0]) for module, value in by_role[ALPHA].items()},
        dropped=tuple(text),
    )


def _build(path: Path, found: _Found, scale: ScaleFn) -> AdapterWeights:
    modules, kernels, misshaped = {}, {}, []
    for module in sorted(set(found.downs) & set(found.ups)):
        down, up = found.downs[module], found.ups[module]
        rank = down.shape[0] if down.ndim else 0
        flat = down.ndim in (2, 4) and up.ndim in (2, 4) and up.size == up.shape[0] * up.shape[1]
        if not flat or rank < 1 or up.shape[1] != rank:
            misshaped.append(f"{module} (down {list(down.shape)}, up {list(up.shape)})")
            continue
        factor = scale(module, rank)
        matrix_a = down.reshape(rank, -1).T.astype(np.float32)
        matrix_b = (up.reshape(up.shape[0], rank).T.astype(np.float64) * factor).astype(np.float32)
        if not (np.isfinite(matrix_a).all() and np.isfinite(matrix_b).all()):
            raise AdapterFileProblem(path, f"{module} holds NaN or infinity; train it again")
        if down.ndim == 4 and down.shape[2:] != (1, 1):
            kernels[module] = (int(down.shape[2]), int(down.shape[3]))
        modules[module] = (np.ascontiguousarray(matrix_a), np.ascontiguousarray(matrix_b))
    halves = sorted(set(found.downs) ^ set(found.ups))
    orphans = sorted(set(found.alphas) - set(found.downs) - set(found.ups))
    if misshaped or halves or orphans:
        missing = [f"{m}: its {'up' if m in found.downs else 'down'} matrix" for m in halves]
        raise AdapterMismatch(path, [f"{m}.alpha" for m in orphans], missing, misshaped)
    rank = max(down.shape[1] for down, _ in modules.values())
    return AdapterWeights("", modules, rank, "", "", kernels, found.dropped)


def _alpha_scale(alphas: Mapping[str, float]) -> ScaleFn:
    """Return kohya's rule: alpha / rank, and 1 where there is no alpha."""
    return lambda module, rank: alphas[module] / rank if module in alphas else 1.0


def _config_scale(config: Mapping[str, Any]) -> ScaleFn:
    """Return PEFT's rule: alpha / rank, or alpha / sqrt(rank) for rank-stabilised LoRA.

    Source:
        Kalajdzievski, "A Rank Stabilization Scaling Factor for Fine-Tuning with LoRA", 2023.
        Patterns are matched as peft.utils.other.get_pattern_key does.
    """
    patterns: Mapping[str, float] = config.get("alpha_pattern") or {}

    def scale(module: str, rank: int) -> float:
        alpha = config.get("lora_alpha")
        for pattern, value in patterns.items():
            if re.match(rf"(.*\.)?({pattern})$", module):
                alpha = value
                break
        if alpha is None:
            return 1.0
        return float(alpha) / (rank**0.5 if config.get("use_rslora") else rank)

    return scale
