"""Chipset presets: what a phone of a kind is, what runs on it, what its NPU refuses."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from importlib.resources import files
from typing import Any

from device.errors import ChipsetError

SCHEMA = "quad-studio/chipset/1"


@dataclass(frozen=True)
class PhoneFacts:
    """What a phone answers about itself; sizes in MB of 2**20 bytes."""

    brand: str
    manufacturer: str
    model: str
    product: str
    device: str
    board: str
    soc_manufacturer: str
    abi: str
    android: str
    sdk: int
    build: str
    kernel: str
    serial_prefix: str
    cpu_count: int
    memory_mb: int
    memory_available_mb: int
    storage_mb: int
    storage_free_mb: int
    battery_mah: int
    battery_ma: int


@dataclass(frozen=True)
class Execution:
    """Which providers the real phone has, and which ones its virtual twin can run here."""

    providers: tuple[str, ...]
    emulated: tuple[str, ...]
    emulated_label: str
    emulator_max_calls: int
    note: str


@dataclass(frozen=True)
class Chipset:
    """One preset; `npu` holds what the lint rules ask for, as written in the file."""

    name: str
    label: str
    vendor: str
    soc: str
    toolchain: str
    phone: PhoneFacts
    execution: Execution
    npu: Mapping[str, Any] = field(default_factory=dict)


def chipset_names() -> list[str]:
    """Return the names of all presets, sorted."""
    folder = files("resources") / "chipsets"
    return sorted(
        entry.name.removesuffix(".toml")
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    )


def load_chipset(name: str) -> Chipset:
    """Return the preset `name`.

    Raises:
        ChipsetError: No such preset; the message lists those that exist.
    """
    if name not in chipset_names():
        raise ChipsetError(f"no chipset preset {name!r}; there are: {', '.join(chipset_names())}")
    text = (files("resources") / "chipsets" / f"{name}.toml").read_text(encoding="utf-8")
    return read_chipset(text, name)


def read_chipset(text: str, origin: str) -> Chipset:
    """Read a preset from TOML; `origin` names it in errors.

    Raises:
        ChipsetError: Not TOML, another schema, or a key is missing or unknown.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise ChipsetError(f"chipset preset {origin}: not TOML: {exc}") from exc
    if data.get("schema") != SCHEMA:
        raise ChipsetError(
            f"chipset preset {origin}: schema {data.get('schema')!r}, this version reads {SCHEMA!r}"
        )
    try:
        top = {key: data[key] for key in ("name", "label", "vendor", "soc", "toolchain")}
        execution: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in data["execution"].items()
        }
        return Chipset(
            **top,
            phone=PhoneFacts(**data["phone"]),
            execution=Execution(**execution),
            npu=dict(data.get("npu", {})),
        )
    except KeyError as exc:
        raise ChipsetError(f"chipset preset {origin}: key {exc} is missing") from exc
    except TypeError as exc:
        known = ", ".join(f.name for f in (*fields(PhoneFacts), *fields(Execution)))
        raise ChipsetError(f"chipset preset {origin}: {exc}; known keys: {known}") from exc
