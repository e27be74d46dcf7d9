"""Bring a LoRA into a bundle that exists, or into a project that will be built."""

import json
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quad_studio.adapters.errors import AdapterFileProblem
from quad_studio.adapters.pack import PackedAdapter, pack_adapter, slots_of
from quad_studio.adapters.weights import AdapterWeights
from quad_studio.bundle import Bundle, write_manifest
from quad_studio.errors import InputFileProblem, UsageProblem
from quad_studio.storage import write_text

# A larger share outside the range of the profile is mentioned: the LoRA then acts otherwise.
SATURATION_WARNING = 0.001


@dataclass(frozen=True)
class Installed:
    """What was done to a bundle."""

    packed: PackedAdapter
    bundle: Bundle
    replaced: bool


def install_in_bundle(
    adapter: AdapterWeights, bundle: Bundle, use_cases: Sequence[str] = (), strength: float = 1.0
) -> Installed:
    """Encode `adapter` with the bundle's profile, as it is, and list it in bundle.json.

    The graph is not touched, so nothing is compiled again. The adapter is not fitted to the
    profile (that is the distillation of `quad-studio build`).

    Raises:
        AdapterMismatch: It does not fit the graph's slots.
    """
    rows = list(bundle.manifest["adapters"])
    known = {row["name"]: row for row in rows}
    old = known.get(adapter.name)
    packed = pack_adapter(
        adapter,
        slots_of(bundle.manifest["slots"]),
        folder=bundle.path / "adapters",
        fingerprint=bundle.fingerprint,
        use_cases=list(use_cases) or list((old or {}).get("use_cases", ())),
        version=int(old["version"]) + 1 if old else 1,
        strength=strength,
    )
    known[adapter.name] = packed.bundle_entry(bundle.path)
    manifest = {key: value for key, value in bundle.manifest.items() if key != "schema"}
    manifest["adapters"] = list(known.values())
    return Installed(packed, write_manifest(bundle.path, manifest), old is not None)


def add_to_project(
    adapter: AdapterWeights, lora: Path, project: Path, use_cases: Sequence[str] = ()
) -> None:
    """Append an [[adapters]] table to a project file; comments and order stay.

    Raises:
        UsageProblem: The project has an adapter of that name already, or is no TOML.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    if not project.is_file():
        raise InputFileProblem(project, "no such project file")
    try:
        document = tomlkit.parse(project.read_text("utf-8"))
    except (OSError, TOMLKitError) as exc:
        raise InputFileProblem(project, f"cannot be read as a project: {exc}") from exc
    tables = document.get("adapters")
    names = [str(table.get("name")) for table in tables or ()]
    if adapter.name in names:
        raise UsageProblem(f"{project}: has an adapter {adapter.name!r} already; use --name")
    table = tomlkit.table()
    table["name"] = adapter.name
    table["path"] = Path(os.path.relpath(lora.resolve(), project.resolve().parent)).as_posix()
    if use_cases:
        table["use_cases"] = list(use_cases)
    if tables is None:
        tables = tomlkit.aot()
        document["adapters"] = tables
    tables.append(table)
    write_text(project, tomlkit.dumps(document))


def unet_shapes(model: Path) -> dict[str, tuple[int, ...]]:
    """Return module path -> weight shape of a diffusers model's U-Net, without loading it.

    Only the headers of the .safetensors files are read.

    Args:
        model: A diffusers directory, or its `unet` folder.

    Raises:
        InputFileProblem: There is no U-Net in .safetensors form.
    """
    folder = model / "unet" if (model / "unet").is_dir() else model
    files = [f for f in sorted(folder.glob("diffusion_pytorch_model*.safetensors"))]
    plain = [f for f in files if "fp16" not in f.name] or files
    if not plain:
        raise InputFileProblem(
            model, "holds no unet/diffusion_pytorch_model.safetensors to check the LoRA against"
        )
    shapes: dict[str, tuple[int, ...]] = {}
    for file in plain:
        for key, entry in _header(file).items():
            module, dot, kind = key.rpartition(".")
            if dot and kind == "weight" and len(entry.get("shape", ())) in (2, 4):
                shapes[module] = tuple(int(size) for size in entry["shape"])
    return shapes


def _header(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as stream:
            (length,) = struct.unpack("<Q", stream.read(8))
            header: dict[str, Any] = json.loads(stream.read(min(length, 100_000_000)))
    except (OSError, ValueError, struct.error) as exc:
        raise AdapterFileProblem(file, "is no .safetensors file, or truncated") from exc
    header.pop("__metadata__", None)
    return header
