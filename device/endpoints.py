"""Remember devices by hardware serial, with the network address they were last reached at."""

import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from device.errors import DeviceError
from device.state_folder import state_folder

SCHEMA = "quad-studio/devices/1"


@dataclass(frozen=True)
class SavedDevice:
    """A device that was here before.

    Attributes:
        hardware_serial: What the device calls itself (`ro.serialno`).
        endpoint: ``HOST:PORT`` it was last reached at, or "" for a cable.
        last_seen: Seconds since 1970.
    """

    hardware_serial: str
    label: str
    model: str
    endpoint: str
    last_seen: float


class SavedDevices:
    """The file of saved devices; every change is written at once."""

    def __init__(self, path: Path | None = None) -> None:
        """Read `path`, by default the user's own file; a missing file is an empty one.

        Raises:
            DeviceError: The file is of a newer version or damaged.
        """
        self._path = path or state_folder() / "devices.json"
        self._devices = self._read()

    def all(self) -> list[SavedDevice]:
        """Return the devices, the one seen last first."""
        return sorted(self._devices.values(), key=lambda device: -device.last_seen)

    def get(self, hardware_serial: str) -> SavedDevice | None:
        """Return the device of that hardware serial, if it was here before."""
        return self._devices.get(hardware_serial)

    def remember(
        self,
        hardware_serial: str,
        *,
        label: str,
        model: str,
        endpoint: str,
        now: float | None = None,
    ) -> None:
        """Add or refresh a device; an empty endpoint keeps the one that is known."""
        known = self._devices.get(hardware_serial)
        kept = endpoint or (known.endpoint if known else "")
        seen = time.time() if now is None else now
        fresh = SavedDevice(hardware_serial, label, model, kept, seen)
        stale = known is None or seen - known.last_seen > 60
        if stale or known is None or (known.endpoint, known.label) != (kept, label):
            self._devices[hardware_serial] = fresh
            self._write()

    def forget(self, hardware_serial: str) -> bool:
        """Remove a device; return whether it was there."""
        found = self._devices.pop(hardware_serial, None) is not None
        if found:
            self._write()
        return found

    def _read(self) -> dict[str, SavedDevice]:
        try:
            data = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as exc:
            raise DeviceError(f"{self._path}: cannot be read ({exc}); delete it") from exc
        if not isinstance(data, dict) or data.get("schema") != SCHEMA:
            raise DeviceError(f"{self._path}: not {SCHEMA}; update QUAD Studio or delete the file")
        try:
            devices = [SavedDevice(**entry) for entry in data["devices"]]
        except (KeyError, TypeError) as exc:
            raise DeviceError(f"{self._path}: damaged ({exc}); delete it") from exc
        return {device.hardware_serial: device for device in devices}

    def _write(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        partial = self._path.with_suffix(f".new-{os.getpid()}")
        data = {"schema": SCHEMA, "devices": [asdict(device) for device in self.all()]}
        partial.write_text(json.dumps(data, indent=1), encoding="utf-8")
        partial.replace(self._path)
