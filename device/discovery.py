"""Find devices and keep watching them: what is there, in which state, and why."""

import contextlib
import dataclasses
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from device.adb import AdbPhone, AdbServer
from device.endpoints import SavedDevices
from device.errors import (
    AdbError,
    AdbMissingError,
    AdbServerError,
    DeviceError,
    DeviceLostError,
    TransientDeviceError,
)
from device.parsers import (
    DeviceLine,
    parse_battery,
    parse_free_bytes,
    parse_properties,
    parse_thermal,
)
from device.states import DeviceState, from_adb, state_text

logger = logging.getLogger(__name__)

SUPPORTED_ABIS = ("arm64-v8a", "x86_64")
OLDEST_SDK = 29
LOW_STORAGE_BYTES = 256 * 1024 * 1024
LOW_BATTERY_PERCENT = 15
SEVERE_THERMAL_STATUS = 3
DEBOUNCE_S = 0.3

_CUT = "--8<-- quad"
_INSPECT = f"""getprop
echo '{_CUT}'; df -k /data/local/tmp
echo '{_CUT}'; dumpsys battery
echo '{_CUT}'; dumpsys thermalservice
echo '{_CUT}'
work=$(getprop debug.quad.workdir); work=${{work:-/data/local/tmp/quad-studio}}
for file in "$work"/sessions/*/pid; do
  [ -f "$file" ] && read -r pid < "$file" && kill -0 "$pid" 2>/dev/null && echo "$file"
done; true
"""


@dataclass(frozen=True)
class Transport:
    """One way to a device: what adb calls it, and adb's word for its state."""

    serial: str
    kind: str
    state: str


@dataclass(frozen=True)
class DeviceRecord:
    """One device, whatever its state.

    Attributes:
        serial: What adb calls it; names the target ``adb:SERIAL``.
        hardware_serial: What it calls itself; "" until it could be asked.
        state: One of `DeviceState`.
        cause, remedy, action: Why, what to do, and the name of the one thing to click.
        virtual: The preset of a virtual phone, or "".
        last_seen: Seconds since 1970; None while it is there.
    """

    serial: str
    state: DeviceState
    cause: str = ""
    remedy: str = ""
    action: str = ""
    hardware_serial: str = ""
    label: str = ""
    model: str = ""
    soc: str = ""
    abi: str = ""
    os_build: str = ""
    virtual: str = ""
    transports: tuple[Transport, ...] = ()
    free_bytes: int | None = None
    battery_percent: float | None = None
    charging: bool | None = None
    temperature_celsius: float | None = None
    thermal_status: int | None = None
    last_seen: float | None = None

    @property
    def target(self) -> str:
        """Return the name of the target, as `open_target` takes it."""
        return f"adb:{self.serial}"

    def to_json(self) -> dict[str, Any]:
        """Return the fields as plain JSON."""
        return {**dataclasses.asdict(self), "state": str(self.state), "target": self.target}

    def __str__(self) -> str:
        """Return one line for a person."""
        what = f"{self.label or self.model or 'device'}"
        what += f", virtual:{self.virtual}" if self.virtual else ""
        via = f" ({', '.join(t.kind for t in self.transports)})" if self.transports else ""
        why = f"{self.cause} {self.remedy}".strip() or self._facts()
        return f"{self.serial:<24} {self.state:<14} {what}{via}  {why}".rstrip()

    def _facts(self) -> str:
        """Return what a person asks of a phone that is well."""
        facts = []
        if self.free_bytes is not None:
            facts.append(f"{self.free_bytes / 1e9:.1f} GB free")
        if self.battery_percent is not None:
            facts.append(f"battery {self.battery_percent:.0f} %")
        if self.temperature_celsius is not None:
            facts.append(f"{self.temperature_celsius:.0f} degrees Celsius")
        return ", ".join(facts)


def record_for(serial: str, state: DeviceState, **facts: Any) -> DeviceRecord:
    """Return a record with the texts of its state filled in."""
    text = state_text(state)
    filled = {"cause": text.cause, "remedy": text.remedy, "action": text.action, **facts}
    return DeviceRecord(serial=serial, state=state, **filled)


def survey(server: AdbServer, saved: SavedDevices | None = None) -> list[DeviceRecord]:
    """Return every device: those that adb knows, and those that were here before.

    Raises:
        AdbMissingError, AdbServerError: adb itself cannot be used.
    """
    lines = server.devices()
    with ThreadPoolExecutor(max_workers=8) as pool:
        records = list(pool.map(lambda line: inspect(server, line), lines))
    merged = merge_transports(records)
    if saved is not None:
        for record in merged:
            _remember(saved, record)
        merged += _absent(saved, merged)
    return merged


def inspect(server: AdbServer, line: DeviceLine) -> DeviceRecord:
    """Ask one device what it is; a device that does not answer is an error record, not an error."""
    transport = Transport(line.serial, line.transport, line.state)
    model = line.facts.get("model", "").replace("_", "-")
    state = from_adb(line.state)
    known: dict[str, Any] = {"transports": (transport,), "model": model, "label": model}
    if state is DeviceState.ERROR:
        return record_for(line.serial, state, cause=f"adb calls it {line.state!r}.", **known)
    if state is not DeviceState.READY:
        return record_for(line.serial, state, **known)
    try:
        printed = AdbPhone(server, line.serial).script(_INSPECT, timeout_s=15)
    except DeviceLostError:  # its text has the script that was running, which helps nobody here
        return record_for(line.serial, DeviceState.OFFLINE, **known)
    except TransientDeviceError as exc:
        return record_for(line.serial, DeviceState.OFFLINE, **known, cause=f"{exc}")
    except AdbError as exc:
        return record_for(line.serial, DeviceState.ERROR, **known, cause=f"{exc}")
    return _read_answers(line.serial, printed, known)


def _read_answers(serial: str, printed: str, known: dict[str, Any]) -> DeviceRecord:
    parts = printed.split(_CUT)
    if len(parts) != 5:
        return record_for(serial, DeviceState.ERROR, **known)
    properties, battery = parse_properties(parts[0]), parse_battery(parts[2])
    status, skin = parse_thermal(parts[3])
    try:
        free = parse_free_bytes(parts[1])
    except AdbError:
        free = None
    model = properties.get("ro.product.model", known["model"])
    soc = properties.get("ro.soc.model", properties.get("ro.board.platform", ""))
    facts = {
        **known,
        "hardware_serial": properties.get("ro.serialno", ""),
        "model": model,
        "soc": soc,
        "label": " ".join(filter(None, [model, f"({soc})" if soc else ""])),
        "abi": properties.get("ro.product.cpu.abi", ""),
        "os_build": properties.get("ro.build.fingerprint", ""),
        "virtual": properties.get("debug.quad.virtual", ""),
        "free_bytes": free,
        "battery_percent": battery.percent,
        "charging": battery.charging,
        "temperature_celsius": skin if skin is not None else battery.temperature_celsius,
        "thermal_status": status,
    }
    state, cause = _judge(properties, facts, busy=bool(parts[4].strip()))
    return record_for(serial, state, **facts, **({"cause": cause} if cause else {}))


def _judge(
    properties: dict[str, str], facts: dict[str, Any], *, busy: bool
) -> tuple[DeviceState, str]:
    """Return the state of a device that answers, the worst first, with its numbers."""
    sdk = properties.get("ro.build.version.sdk", "")
    abi, free = facts["abi"], facts["free_bytes"]
    percent, status = facts["battery_percent"], facts["thermal_status"]
    if properties.get("sys.boot_completed") != "1":
        return DeviceState.BOOTING, ""
    if abi not in SUPPORTED_ABIS:
        return DeviceState.UNSUPPORTED, f"It runs {abi or 'an unknown ABI'}."
    if sdk.isdigit() and int(sdk) < OLDEST_SDK:
        return DeviceState.UNSUPPORTED, f"Android API {sdk}; the runner needs {OLDEST_SDK}."
    if free is not None and free < LOW_STORAGE_BYTES:
        return DeviceState.LOW_STORAGE, f"Only {free / 1e6:.0f} MB are free."
    if busy:
        return DeviceState.BUSY, ""
    if status is not None and status >= SEVERE_THERMAL_STATUS:
        degrees = facts["temperature_celsius"]
        return DeviceState.COOLING, f"Thermal status {status} at {degrees} degrees Celsius."
    if percent is not None and percent < LOW_BATTERY_PERCENT and not facts["charging"]:
        return DeviceState.LOW_BATTERY, f"Battery at {percent:.0f} %, not charging."
    return DeviceState.READY, ""


def merge_transports(records: Sequence[DeviceRecord]) -> list[DeviceRecord]:
    """Put the transports of one hardware serial under one record, the best of them first."""
    order = {"usb": 0, "emulator": 1, "tcp": 2, "mdns": 3}
    merged: dict[str, DeviceRecord] = {}
    for record in sorted(records, key=lambda r: order[r.transports[0].kind]):
        key = record.hardware_serial or f"transport {record.serial}"
        first = merged.get(key)
        merged[key] = (
            record
            if first is None
            else dataclasses.replace(first, transports=first.transports + record.transports)
        )
    return list(merged.values())


def _remember(saved: SavedDevices, record: DeviceRecord) -> None:
    if not record.hardware_serial or record.virtual:
        return
    network = [t.serial for t in record.transports if t.kind == "tcp"]
    saved.remember(
        record.hardware_serial,
        label=record.label,
        model=record.model,
        endpoint=network[0] if network else "",
    )


def _absent(saved: SavedDevices, present: Iterable[DeviceRecord]) -> list[DeviceRecord]:
    here = {record.hardware_serial for record in present}
    addresses = {t.serial for record in present for t in record.transports}
    return [
        record_for(
            device.endpoint or device.hardware_serial, DeviceState.ABSENT,
            hardware_serial=device.hardware_serial, label=device.label, model=device.model,
            last_seen=device.last_seen,
        )
        for device in saved.all()
        if device.hardware_serial not in here and device.endpoint not in addresses
    ]  # fmt: skip


class DeviceWatcher:
    """Reports the list of devices whenever it changes, from a thread of its own.

    adb's tracking says only that something changed; bursts of that are taken together, and a
    server that dies is waited for with growing pauses. Never starts or stops a server after the
    first time.
    """

    def __init__(
        self,
        server: AdbServer,
        on_change: Callable[[list[DeviceRecord]], None],
        *,
        saved: SavedDevices | None = None,
        refresh_s: float = 5.0,
    ) -> None:
        """Call `on_change` with all devices; it runs in the watcher's thread.

        Args:
            server: The adb server.
            on_change: Hears of every change; what it raises ends the watcher.
            saved: Devices to show as absent.
            refresh_s: Ask the devices again after so long without a change, since heat, storage
                and battery change without adb noticing.
        """
        self._server, self._on_change, self._saved = server, on_change, saved
        self._refresh_s = refresh_s
        self._stopping = threading.Event()
        self._connection: socket.socket | None = None
        self._thread = threading.Thread(target=self._run, name="device watcher", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread and wait for it."""
        self._stopping.set()
        connection = self._connection
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        if self._thread.is_alive():
            self._thread.join(timeout=20)

    def _run(self) -> None:
        pause_s, last = 0.5, None
        while not self._stopping.is_set():
            try:
                self._server.ensure()
                for records in self._track():
                    pause_s = 0.5
                    if records != last:
                        last = records
                        self._on_change(records)
            except (DeviceError, OSError) as exc:
                logger.info("device tracking ended: %s", exc)
                records = [server_record(self._server, exc)]
                if not self._stopping.is_set() and records != last:
                    last = records
                    self._on_change(records)
            self._stopping.wait(pause_s)
            pause_s = min(pause_s * 2, 10.0)

    def _track(self) -> Iterable[list[DeviceRecord]]:
        with self._server.open_socket("host:track-devices", timeout_s=5) as connection:
            self._connection = connection
            while not self._stopping.is_set():
                self._drain(connection)
                if not self._stopping.is_set():
                    yield survey(self._server, self._saved)

    def _drain(self, connection: socket.socket) -> None:
        """Wait for a change or the time to ask again, then for the end of the burst."""
        end = time.monotonic() + self._refresh_s
        connection.settimeout(self._refresh_s)
        while time.monotonic() < end:
            try:
                if not connection.recv(65536):
                    raise ConnectionError("the adb server went away")
            except TimeoutError:
                return
            connection.settimeout(DEBOUNCE_S)


def server_record(server: AdbServer, problem: BaseException) -> DeviceRecord:
    """Return the record that stands for adb itself when it cannot be used."""
    name = f"adb server {server.host}:{server.port}"
    if isinstance(problem, AdbMissingError):
        cause = f"{problem}".removesuffix(state_text(DeviceState.NO_ADB).remedy).strip()
        return record_for(name, DeviceState.NO_ADB, cause=cause)
    if isinstance(problem, AdbServerError) and "version" in str(problem):
        return record_for(name, DeviceState.SERVER_CONFLICT, cause=f"{problem}")
    if isinstance(problem, AdbServerError):
        return record_for(name, DeviceState.SERVER_DOWN, cause=f"{problem}")
    return record_for(name, DeviceState.SERVER_DOWN)
