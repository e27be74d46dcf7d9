"""Finds, watches, pairs and fills devices for the window."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quad_studio import devices
from quad_studio.cancel import CancelToken
from quad_studio.events import Emit
from ui.core_services.build import facts_of
from ui.services import DeployedItem, PairingCode, Report, TargetCard

if TYPE_CHECKING:
    from device.targets import Telemetry

_VIRTUAL_NOTE = "Runs on this machine: its times are not phone times."


class CoreDevices:
    """`DeviceService` on the device layer."""

    def __init__(self) -> None:
        """Start with no offer and nobody watching."""
        self._offers: dict[str, Any] = {}
        self._records: list[Any] = []
        self._report: Report | None = None
        self._lock = threading.Lock()
        self._telemeter = devices.Telemeter()

    def watch(self, report: Report, cancel: CancelToken) -> None:
        """Report the list now and at every change, until cancelled."""
        self._report = report
        self._tell()

        def on_change(records: list[Any]) -> None:
            self._records = records
            self._tell()

        try:
            devices.watch_phones(on_change, cancel)
        finally:
            self._report = None
            self._telemeter.close()

    def act(self, target: str, action: str, cancel: CancelToken) -> str:
        """Do a card's action; return one line on what came of it."""
        kind, _, name = target.partition(":")
        if kind == "virtual" and action == "stop":
            devices.stop_virtual_phone(name)
            said = f"{target} is off"
        elif kind == "virtual":
            devices.start_virtual_phone(name)
            said = f"{target} is on"
        else:
            said = devices.recover_phone(name, cancel)
        self._tell()
        return said

    def deploy(self, bundle: Path, targets: Sequence[str], emit: Emit, cancel: CancelToken) -> None:
        """Push `bundle` to all `targets` at once."""
        devices.deploy_everywhere(bundle, targets, emit, cancel)

    def contents(self, target: str) -> tuple[DeployedItem, ...]:
        """Return what lies on `target`."""
        return tuple(
            DeployedItem(
                kind="bundle",
                name=str(entry["folder"]),
                size_bytes=int(entry["bytes"]),
                fingerprint=str(entry["fingerprint"]),
            )
            for entry in devices.bundles_on(target)
        )

    def remove(self, target: str, item: DeployedItem) -> None:
        """Take `item` off `target`."""
        devices.remove_bundle(target, item.name)

    def telemetry(self, target: str) -> "Telemetry":
        """Return how `target` is now."""
        found: Telemetry = self._telemeter.sample(target)
        return found

    def new_pairing(self) -> PairingCode:
        """Return a fresh offer."""
        offer = devices.new_pairing_offer()
        self._offers[offer.name] = offer
        return PairingCode(qr_text=offer.qr_text, name=offer.name)

    def pair_by_qr(self, code: PairingCode, cancel: CancelToken) -> str:
        """Wait until a phone has scanned `code`; return its target's name."""
        return devices.pair_by_qr(self._offers[code.name], cancel)

    def pair_with_code(self, endpoint: str, code: str) -> str:
        """Pair by the six digits that the phone shows; return the phone's name."""
        return devices.pair_with_code(endpoint, code)

    def _tell(self) -> None:
        """Report every card."""
        with self._lock:
            report = self._report
            if report is not None:
                report((host_card(), *virtual_cards(), *phone_cards(self._records)))


def host_card() -> TargetCard:
    """Return the card of this machine."""
    return TargetCard(
        name="host",
        kind="host",
        label="This machine",
        state="ready",
        emulated=False,
        note="Runs on this machine's CPU: not a phone.",
    )


def virtual_cards() -> tuple[TargetCard, ...]:
    """Return the cards of the virtual phones, running or not."""
    cards = []
    for preset in devices.virtual_presets():
        serial = devices.running_virtual_phone(preset)
        cards.append(
            TargetCard(
                name=f"virtual:{preset}",
                kind="virtual",
                label=f"{preset} (virtual)",
                state="ready" if serial else "stopped",
                cause="" if serial else "It is switched off.",
                remedy="" if serial else "Start it.",
                action="stop" if serial else "start",
                facts=facts_of({"serial": serial}),
                transports=("tcp",) if serial else (),
                emulated=True,
                note=_VIRTUAL_NOTE,
            )
        )
    return tuple(cards)


def phone_cards(records: Sequence[Any]) -> tuple[TargetCard, ...]:
    """Return the cards of real phones; virtual ones have cards of their own."""
    return tuple(
        TargetCard(
            name=record.target,
            kind="phone",
            label=record.label or record.model or record.serial,
            state=str(record.state),
            cause=record.cause,
            remedy=record.remedy,
            action=record.action,
            facts=facts_of(
                {
                    "serial": record.hardware_serial or record.serial,
                    "chip": record.soc,
                    "build": record.os_build,
                    "battery": percent(record.battery_percent),
                    "free": gigabytes(record.free_bytes),
                }
            ),
            transports=tuple(transport.kind for transport in record.transports),
            last_seen=record.last_seen,
        )
        for record in records
        if not record.virtual
    )


def percent(value: float | None) -> str | None:
    """Return a share as text."""
    return None if value is None else f"{value:.0f} %"


def gigabytes(value: int | None) -> str | None:
    """Return a size as text."""
    return None if value is None else f"{value / 1e9:.1f} GB"
