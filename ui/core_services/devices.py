"""Finds, watches, pairs and fills devices for the window."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quad_studio import devices
from quad_studio.cancel import CancelToken
from quad_studio.events import Emit
from ui.core_services.device_cards import VirtualPhone, all_cards
from ui.services import DeployedItem, PairingCode, Report

if TYPE_CHECKING:
    from device.targets import Telemetry

_HOW = {
    "authorize": "Unlock the phone, wait for the question 'Allow USB debugging?', tick 'Always"
    " allow' and press Allow. If no question comes, switch USB debugging off and on.",
    "udev": "Install the package android-udev-rules, or a udev rule for the phone's vendor, then"
    " plug the phone in again.",
}


class CoreDevices:
    """`DeviceService` on the device layer."""

    def __init__(self) -> None:
        """Start with no offer and nobody watching."""
        self._offers: dict[str, Any] = {}
        self._records: list[Any] | None = None
        self._virtual: dict[str, str] = {}
        self._serials: set[str] = set()
        self._starting: set[str] = set()
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
        try:
            if kind == "virtual":
                return self._act_on_virtual(name, action)
            if action in _HOW:
                return _HOW[action]
            if action == "start-server":
                devices.start_adb_server()
                return "The adb server runs."
            if action == "doctor":
                return devices.examine_adb()
            return devices.recover_phone(name, cancel)
        finally:
            self._tell()

    def _act_on_virtual(self, preset: str, action: str) -> str:
        if action == "stop":
            self._virtual.pop(preset, None)
            devices.stop_virtual_phone(preset)
            return f"virtual:{preset} is off"
        self._starting.add(preset)
        self._tell()
        try:
            devices.start_virtual_phone(preset)
        finally:
            self._starting.discard(preset)
        return f"virtual:{preset} is on"

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
            if report is None:
                return
            phones = [self._look_at(preset) for preset in devices.virtual_presets()]
            report(all_cards(phones, self._records, self._serials))

    def _look_at(self, preset: str) -> VirtualPhone:
        """Ask how a virtual phone is, and remember those that run: they may be missed later."""
        starting = preset in self._starting
        serial, has_ended = devices.virtual_phone_status(preset)
        if serial:
            self._virtual[preset] = serial
            self._serials.add(serial)
        elif has_ended:
            self._virtual.pop(preset, None)
        died = not serial and preset in self._virtual
        return VirtualPhone(preset, serial, has_died=died, is_starting=starting)
