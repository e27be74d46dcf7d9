"""Pack an adapter for one bundle: integer codes, padded to the bundle's rank, fingerprinted."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quad_studio.adapters.errors import AdapterMismatch, AdapterPackageProblem, shown_keys
from quad_studio.adapters.onnx_adapter import (
    OnnxAdapter,
    model_version_of,
    read_onnx_adapter,
    write_onnx_adapter,
)
from quad_studio.adapters.weights import AdapterWeights, LoraPair
from quad_studio.errors import InputFileProblem
from quad_studio.storage import read_json, sha256_of_file, write_json

SCHEMA = "quad-studio/adapter/1"
SUFFIX = ".onnx_adapter"
ALPHA = "lora_alpha"


@dataclass(frozen=True)
class SlotSpec:
    """One LoRA input of the graph, a row of bundle.json's `slots`.

    Attributes:
        name: Input name, `<module>.lora_A.weight` or `<module>.lora_B.weight`.
        role: "A" ([in, r_max]) or "B" ([r_max, out]).
        dtype: int16, int8, or float32 for the reference graph.
        scale: Value of one code; 1.0 for float32.
    """

    name: str
    module: str
    role: str
    dtype: str
    shape: tuple[int, int]
    scale: float

    @property
    def rank(self) -> int:
        """Return the rank that the graph has room for."""
        return self.shape[1] if self.role == "A" else self.shape[0]


@dataclass(frozen=True)
class SlotCodes:
    """An adapter as the graph takes it.

    Attributes:
        codes: Slot name -> integer codes; slots without a LoRA are zero.
        parameters: Numbers of the adapter itself, padding not counted.
        saturated: How many of them lay outside what the profile can hold.
    """

    codes: Mapping[str, NDArray[Any]]
    parameters: int
    saturated: int


@dataclass(frozen=True)
class PackedAdapter:
    """An adapter in a bundle: the file, its side-car and what a bundle lists of it."""

    path: Path
    sidecar: Mapping[str, Any]
    saturated_fraction: float = 0.0

    def bundle_entry(self, bundle: Path) -> dict[str, Any]:
        """Return the row of bundle.json's `adapters`."""
        keys = ("name", "sha256", "bytes", "rank", "use_cases", "version")
        file = self.path.resolve().relative_to(bundle.resolve()).as_posix()
        return {"file": file, **{key: self.sidecar[key] for key in keys}}


def slots_of(rows: Sequence[Mapping[str, Any]]) -> tuple[SlotSpec, ...]:
    """Return the slots of bundle.json's `slots` list."""
    return tuple(
        SlotSpec(
            name=str(row["name"]),
            module=str(row["module"]),
            role=str(row["role"]),
            dtype=str(row["dtype"]),
            shape=(int(row["shape"][0]), int(row["shape"][1])),
            scale=float(row.get("scale") or 1.0),
        )
        for row in rows
    )


def encode(adapter: AdapterWeights, slots: Sequence[SlotSpec]) -> SlotCodes:
    """Return the codes of `adapter` for every slot, zero-padded to the graph's rank.

    Raises:
        AdapterMismatch: Modules without a slot, other shapes, or a rank above the graph's.
    """
    _check_fit(adapter, slots)
    codes: dict[str, NDArray[Any]] = {}
    parameters = saturated = 0
    for slot in slots:
        padded = np.zeros(slot.shape, slot.dtype)
        pair = adapter.modules.get(slot.module)
        if pair is not None:
            matrix = pair[0] if slot.role == "A" else pair[1]
            part, outside = _quantize(matrix, slot)
            padded[: part.shape[0], : part.shape[1]] = part
            parameters, saturated = parameters + part.size, saturated + outside
        codes[slot.name] = padded
    return SlotCodes(codes, parameters, saturated)


def strengths(rank: int, r_max: int, strength: float = 1.0) -> NDArray[np.float32]:
    """Return `lora_alpha`: the strength in the adapter's columns, zero in the padding.

    >>> strengths(2, 4, 0.5).tolist()
    [0.5, 0.5, 0.0, 0.0]
    """
    alpha = np.zeros(r_max, np.float32)
    alpha[:rank] = strength
    return alpha


def concatenate(
    parts: Sequence[tuple[Mapping[str, NDArray[Any]], int, float]],
    slots: Sequence[SlotSpec],
) -> dict[str, NDArray[Any]]:
    """Return slot codes and `lora_alpha` of several adapters at once, each at its own strength.

    Args:
        parts: (codes, rank, strength) of each adapter, as packed for the same graph.
        slots: The graph's slots.

    Raises:
        AdapterPackageProblem: Their ranks together are more than the graph has.
    """
    r_max = max(slot.rank for slot in slots)
    used = sum(rank for _, rank, _ in parts)
    if used > r_max:
        raise AdapterPackageProblem(
            "adapters",
            f"need rank {used} together, the graph has {r_max}; build with a larger rank",
        )
    result: dict[str, NDArray[Any]] = {s.name: np.zeros(s.shape, s.dtype) for s in slots}
    alpha, start = np.zeros(r_max, np.float32), 0
    for codes, rank, strength in parts:
        for slot in slots:
            source, goal = codes[slot.name], result[slot.name]
            if slot.role == "A":
                goal[:, start : start + rank] = source[:, :rank]
            else:
                goal[start : start + rank] = source[:rank]
        alpha[start : start + rank] = strength
        start += rank
    return {**result, ALPHA: alpha}


def pack_adapter(
    adapter: AdapterWeights,
    slots: Sequence[SlotSpec],
    *,
    folder: Path,
    fingerprint: str,
    use_cases: Sequence[str] = (),
    version: int = 1,
    strength: float = 1.0,
) -> PackedAdapter:
    """Encode `adapter` and write `<name>.onnx_adapter` and `<name>.json` into `folder`."""
    found = encode(adapter, slots)
    packed = pack_codes(
        found.codes,
        adapter,
        folder=folder,
        fingerprint=fingerprint,
        alpha=strengths(adapter.rank, max(slot.rank for slot in slots), strength),
        use_cases=use_cases,
        version=version,
    )
    return PackedAdapter(packed.path, packed.sidecar, found.saturated / max(found.parameters, 1))


def pack_codes(
    codes: Mapping[str, NDArray[Any]],
    adapter: AdapterWeights,
    *,
    folder: Path,
    fingerprint: str,
    alpha: NDArray[np.float32],
    use_cases: Sequence[str] = (),
    version: int = 1,
) -> PackedAdapter:
    """Write codes that exist already; `adapter` says where they came from.

    Raises:
        AdapterPackageProblem: The adapter's name is no file name.
    """
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", adapter.name):
        raise AdapterPackageProblem(
            adapter.source or "adapter",
            f"the name {adapter.name!r} is no file name; use letters, digits, _ . and -",
        )
    path = folder / f"{adapter.name}{SUFFIX}"
    tensors = {**codes, ALPHA: np.asarray(alpha, np.float32)}
    write_onnx_adapter(path, OnnxAdapter(tensors, model_version_of(fingerprint), version))
    sidecar = {
        "schema": SCHEMA,
        "name": adapter.name,
        "fingerprint": fingerprint,
        "rank": adapter.rank,
        "use_cases": list(use_cases),
        "source": {"file": Path(adapter.source).name, "sha256": adapter.sha256},
        "sha256": sha256_of_file(path),
        "bytes": path.stat().st_size,
        "version": version,
    }
    write_json(path.with_suffix(".json"), sidecar)
    return PackedAdapter(path, sidecar)


def read_packed(path: Path) -> tuple[OnnxAdapter, dict[str, Any]]:
    """Return the content of a packed adapter and its side-car.

    Raises:
        AdapterPackageProblem: Corrupt, or not the file that the side-car describes.
        InputFileProblem: The side-car is missing or of a newer schema.
    """
    sidecar = read_json(path.with_suffix(".json"), "adapter")
    for key, kind in (("name", str), ("fingerprint", str), ("rank", int), ("source", dict)):
        if not isinstance(sidecar.get(key), kind):
            text = f"is damaged: {key} is missing or of the wrong kind; import the LoRA again"
            raise InputFileProblem(path.with_suffix(".json"), text)
    content = read_onnx_adapter(path)
    if sha256_of_file(path) != sidecar.get("sha256"):
        raise AdapterPackageProblem(path, "is not the file its .json describes; pack it again")
    return content, sidecar


def check_packed(
    path: Path,
    content: OnnxAdapter,
    sidecar: Mapping[str, Any],
    slots: Sequence[SlotSpec],
    fingerprint: str,
) -> None:
    """Raise if a packed adapter was not made for this bundle: ONNX Runtime does not look.

    Raises:
        AdapterPackageProblem: Another fingerprint, another rank, or other tensor names.
    """
    if sidecar["fingerprint"] != fingerprint or (
        content.model_version != model_version_of(fingerprint)
    ):
        raise AdapterPackageProblem(
            path,
            f"was made for bundle {str(sidecar['fingerprint'])[:7]}, this is {fingerprint[:7]}; "
            "import the LoRA again for this bundle",
        )
    expected = {slot.name: (slot.dtype, slot.shape) for slot in slots}
    expected[ALPHA] = ("float32", (max(slot.rank for slot in slots),))  # type: ignore[assignment]
    found = {name: (array.dtype.name, array.shape) for name, array in content.tensors.items()}
    unlike = sorted(
        name for name in set(expected) | set(found) if expected.get(name) != found.get(name)
    )
    if unlike:
        raise AdapterPackageProblem(
            path, f"has other tensors than the graph ({len(unlike)}): {shown_keys(unlike)}"
        )


def unpack(path: Path, slots: Sequence[SlotSpec]) -> AdapterWeights:
    """Return a packed adapter as matrices again, at its own rank, each code times its scale."""
    content, sidecar = read_packed(path)
    lacking = [slot.name for slot in slots if slot.name not in content.tensors]
    if lacking:
        raise AdapterPackageProblem(path, f"lacks inputs of the graph: {shown_keys(lacking)}")
    rank = int(sidecar["rank"])
    sides: dict[str, dict[str, NDArray[np.float32]]] = {}
    for slot in slots:
        codes = content.tensors[slot.name]
        values = codes.astype(np.float32) * np.float32(slot.scale)
        sides.setdefault(slot.module, {})[slot.role] = (
            values[:, :rank] if slot.role == "A" else values[:rank]
        )
    modules: dict[str, LoraPair] = {
        module: (pair["A"], pair["B"])
        for module, pair in sides.items()
        if pair["A"].any() or pair["B"].any()
    }
    source = str(sidecar["source"].get("sha256", ""))
    return AdapterWeights(str(sidecar["name"]), modules, rank, str(path), source)


def _quantize(matrix: NDArray[np.float32], slot: SlotSpec) -> tuple[NDArray[Any], int]:
    """Return round-half-even codes, as ONNX's QuantizeLinear, and how many had to be clipped."""
    if slot.dtype == "float32":
        return matrix, 0
    bounds = np.iinfo(slot.dtype)
    wide = np.rint(matrix / np.float32(slot.scale))
    outside = int(np.count_nonzero((wide < bounds.min) | (wide > bounds.max)))
    return np.clip(wide, bounds.min, bounds.max).astype(slot.dtype), outside


def _check_fit(adapter: AdapterWeights, slots: Sequence[SlotSpec]) -> None:
    by_module = {(slot.module, slot.role): slot for slot in slots}
    unused = sorted(m for m in adapter.modules if (m, "A") not in by_module)
    misshaped = []
    for module in sorted(set(adapter.modules) - set(unused)):
        down, up = adapter.modules[module]
        slot_a, slot_b = by_module[module, "A"], by_module[module, "B"]
        if down.shape[1] > slot_a.rank:
            misshaped.append(f"{module} (rank {down.shape[1]}, the graph has {slot_a.rank})")
        elif (down.shape[0], up.shape[1]) != (slot_a.shape[0], slot_b.shape[1]):
            misshaped.append(
                f"{module} (the LoRA is {down.shape[0]} -> {up.shape[1]}, "
                f"the slot {slot_a.shape[0]} -> {slot_b.shape[1]})"
            )
    if unused or misshaped:
        raise AdapterMismatch(adapter.source or adapter.name, unused, (), misshaped)
