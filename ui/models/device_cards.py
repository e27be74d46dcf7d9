"""Cards for the host, the virtual phones at rest, and every phone that adb knows or knew."""

from collections.abc import Sequence

from device.chipsets import Chipset
from device.discovery import DeviceRecord
from device.targets import TargetDescription
from ui.services import TargetCard


def cards_of(
    host: TargetDescription, presets: Sequence[Chipset], records: Sequence[DeviceRecord]
) -> tuple[TargetCard, ...]:
    """Return the host, then the virtual phones, then real phones in adb's order."""
    running = {record.virtual: record for record in records if record.virtual}
    virtual = tuple(
        _virtual(preset, running[preset.name]) if preset.name in running else _at_rest(preset)
        for preset in presets
    )
    phones = tuple(_phone(record) for record in records if not record.virtual)
    return (_host(host), *virtual, *phones)


def _host(host: TargetDescription) -> TargetCard:
    facts = {"CPU": str(host.cpu_count), "ABI": host.abi, "Providers": ", ".join(host.providers)}
    if host.memory_mb:
        facts["Memory"] = f"{host.memory_mb:,} MB"
    note = host.note or "Its times say nothing about a phone."
    return TargetCard("host", "host", host.label, "ready", facts=facts, note=note)


def _at_rest(preset: Chipset) -> TargetCard:
    return TargetCard(
        f"virtual:{preset.name}",
        "virtual",
        f"{preset.label}, virtual",
        "stopped",
        remedy="Start it to use it like a phone.",
        action="start",
        facts={"SoC": preset.soc, "Model": preset.phone.model},
        emulated=True,
        note=preset.execution.note,
    )


def _virtual(preset: Chipset, record: DeviceRecord) -> TargetCard:
    return TargetCard(
        f"virtual:{preset.name}",
        "virtual",
        f"{preset.label}, virtual",
        str(record.state),
        record.cause,
        record.remedy,
        record.action or "stop",
        _facts(record),
        tuple(transport.kind for transport in record.transports),
        emulated=True,
        note=preset.execution.note,
        last_seen=record.last_seen,
    )


def _phone(record: DeviceRecord) -> TargetCard:
    return TargetCard(
        record.target,
        "phone",
        record.label or record.model or record.serial,
        str(record.state),
        record.cause,
        record.remedy,
        record.action,
        _facts(record),
        tuple(transport.kind for transport in record.transports),
        last_seen=record.last_seen,
    )


def _facts(record: DeviceRecord) -> dict[str, str]:
    facts = {
        "Model": record.model,
        "SoC": record.soc,
        "ABI": record.abi,
        "Build": record.os_build,
        "Serial": record.hardware_serial,
        "Free storage": f"{record.free_bytes / 1e9:.1f} GB" if record.free_bytes else "",
        "Battery": f"{record.battery_percent:.0f} %" if record.battery_percent is not None else "",
        "Temperature": f"{record.temperature_celsius:.1f} °C"
        if record.temperature_celsius is not None
        else "",
    }
    return {name: value for name, value in facts.items() if value}
