"""Hand a bundle's encodings and adapters to other tools, in the formats that those read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quad_studio.adapters.formats.aimet import write_aimet
from quad_studio.adapters.formats.ort_overrides import write_overrides
from quad_studio.adapters.formats.qairt import write_handoff
from quad_studio.adapters.formats.safetensors_twin import write_code_twin
from quad_studio.adapters.pack import SlotSpec, read_packed, slots_of, unpack
from quad_studio.bundle import Bundle
from quad_studio.errors import InputFileProblem, UsageProblem
from quad_studio.quad.affine import Encoding
from quad_studio.quad.profile import read_profile


@dataclass(frozen=True)
class HandoffInput:
    """What is handed over.

    Attributes:
        bundle: Whose profile and adapters.
        folder: Where the files go; it is made.
        formats: Some of `FORMATS`; empty: all of them.
    """

    bundle: Bundle
    folder: Path
    formats: Sequence[str] = ()


@dataclass(frozen=True)
class _Source:
    """What every writer takes."""

    bundle: Bundle
    encodings: Mapping[str, Encoding]
    slots: tuple[SlotSpec, ...]

    @property
    def fingerprint(self) -> str:
        return self.bundle.fingerprint

    @property
    def graph(self) -> Path:
        return self.bundle.path / str(self.bundle.manifest["components"]["unet"]["graph"])


def hand_over(given: HandoffInput) -> list[Path]:
    """Write the files and return their paths.

    Raises:
        UsageProblem: A format that is not one of `FORMATS`.
        InputFileProblem: The bundle's profile or an adapter is missing or damaged.
        OSError: The folder cannot be written.
    """
    wanted = list(given.formats) or list(FORMATS)
    unknown = sorted(set(wanted) - set(FORMATS))
    if unknown:
        raise UsageProblem(f"no format {', '.join(unknown)}; there are: {', '.join(FORMATS)}")
    source = _Source(
        given.bundle,
        read_profile(given.bundle.path / "profile.json").encodings,
        slots_of(given.bundle.manifest["slots"]),
    )
    given.folder.mkdir(parents=True, exist_ok=True)
    return [path for name in wanted for path in FORMATS[name](source, given.folder)]


def _aimet_1(source: _Source, folder: Path) -> list[Path]:
    path = folder / "unet.aimet-1.0.0.encodings"
    write_aimet(
        path,
        source.encodings,
        parameters=stored_tensors(source.graph, source.encodings),
        version="1.0.0",
        fingerprint=source.fingerprint,
    )
    return [path]


def _aimet_2(source: _Source, folder: Path) -> list[Path]:
    path = folder / "unet.aimet-2.0.0.encodings"
    write_aimet(path, source.encodings, version="2.0.0", fingerprint=source.fingerprint)
    return [path]


def _ort(source: _Source, folder: Path) -> list[Path]:
    path = folder / "unet.ort-overrides.json"
    write_overrides(path, source.encodings, fingerprint=source.fingerprint)
    return [path]


def _qairt(source: _Source, folder: Path) -> list[Path]:
    if not source.slots:
        raise InputFileProblem(source.bundle.path, "has no LoRA inputs to hand to QAIRT")
    place = folder / "qairt"
    place.mkdir(exist_ok=True)
    return write_handoff(
        place,
        model_file=source.graph.name,
        adapters=[unpack(path, source.slots) for path in _adapter_files(source)],
        slots=source.slots,
        encodings=source.encodings,
        fingerprint=source.fingerprint,
    )


def _safetensors(source: _Source, folder: Path) -> list[Path]:
    place = folder / "safetensors"
    place.mkdir(exist_ok=True)
    written = []
    for file in _adapter_files(source):
        content, sidecar = read_packed(file)
        path = place / f"{file.stem}.safetensors"
        write_code_twin(path, content.tensors, source.fingerprint, int(sidecar["rank"]))
        written.append(path)
    return written


FORMATS: Mapping[str, Callable[[_Source, Path], list[Path]]] = {
    "aimet-1": _aimet_1,
    "aimet-2": _aimet_2,
    "ort": _ort,
    "qairt": _qairt,
    "safetensors": _safetensors,
}


def stored_tensors(graph: Path, encodings: Mapping[str, Any]) -> set[str]:
    """Return which encodings are of weights: tensors that the graph stores, as codes or floats.

    Raises:
        InputFileProblem: The graph cannot be read.
    """
    import onnx

    try:
        model = onnx.load(graph, load_external_data=False)
    except Exception as exc:  # noqa: BLE001 -- protobuf raises its own, undocumented types
        raise InputFileProblem(graph, f"is no ONNX graph: {exc}") from exc
    stored = {tensor.name for tensor in model.graph.initializer}
    return {name for name in encodings if name in stored or f"{name}_q" in stored}


def _adapter_files(source: _Source) -> list[Path]:
    return [source.bundle.path / str(entry["file"]) for entry in source.bundle.adapters]
