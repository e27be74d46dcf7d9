"""What the window asks of devices, so that it needs no part of `device` but its data."""

import logging
import shutil
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from quad_studio.cancel import CancelToken
from quad_studio.engine.progress import eta_progress
from quad_studio.errors import DeviceProblem
from quad_studio.events import Emit, RunFailed, StageFinished, StageStarted

logger = logging.getLogger(__name__)
_LOOK_AGAIN_S = 3.0


def virtual_presets() -> list[str]:
    """Return the presets of virtual phones."""
    from device.chipsets import chipset_names

    return chipset_names()


@cache
def virtual_phone_facts(preset: str) -> tuple[str, dict[str, str]]:
    """Return what the preset is called, and what the phone that it imitates is made of."""
    from device.chipsets import load_chipset

    chipset = load_chipset(preset)
    phone, execution = chipset.phone, chipset.execution
    return chipset.label, {
        "model": f"{phone.manufacturer} {phone.model}",
        "chip": f"{chipset.vendor} {chipset.soc}",
        "CPU cores": str(phone.cpu_count),
        "memory": f"{phone.memory_mb / 1024:.1f} GB",
        "storage": f"{phone.storage_mb / 1000:.0f} GB",
        "build": f"Android {phone.android}, {phone.build}",
        "runs here with": ", ".join(execution.emulated),
        "the phone has": ", ".join(execution.providers),
        "note": execution.note,
    }


@cache
def host_facts() -> dict[str, str]:
    """Return what this computer is made of, and what can run graphs on it."""
    from device.host import HostTarget

    found = HostTarget().describe()
    return {
        "chip": found.soc,
        "CPU cores": str(found.cpu_count),
        "memory": f"{found.memory_mb / 1024:.1f} GB" if found.memory_mb else "",
        "build": f"{found.os_build}, {found.abi}",
        "runs here with": ", ".join(found.providers),
    }


def watch_phones(report: Callable[[list[Any]], None], cancel: CancelToken) -> None:
    """Call `report` with the `DeviceRecord`s now and at every change, until cancelled."""
    from device.discovery import DeviceWatcher, server_record, survey
    from device.endpoints import SavedDevices
    from device.errors import DeviceError

    server = _adb_server(report, cancel)
    if server is None:
        return
    saved = SavedDevices()
    lock = threading.Lock()

    def locked(records: list[Any]) -> None:
        with lock:
            report(records)

    try:
        server.ensure()
        locked(survey(server, saved))
    except DeviceError as exc:
        locked([server_record(server, exc)])
    watcher = DeviceWatcher(server, locked, saved=saved)
    watcher.start()
    try:
        while not cancel.wait(3600.0):
            pass
    finally:
        watcher.stop()


def _adb_server(report: Callable[[list[Any]], None], cancel: CancelToken) -> Any:
    """Return the adb server; without an adb program say so, and look again until cancelled."""
    from device.adb import AdbServer
    from device.discovery import server_record
    from device.errors import DeviceError

    said = ""
    while True:
        try:
            return AdbServer.find()
        except DeviceError as exc:
            if str(exc) != said:
                said = str(exc)
                report([server_record(AdbServer(), exc)])
        if cancel.wait(_LOOK_AGAIN_S):
            return None


def start_adb_server() -> None:
    """Start the adb server where none runs."""
    from device.adb import AdbServer

    AdbServer.find().ensure()


def examine_adb() -> str:
    """Return what is known of adb: which program, what it says, what to do."""
    from quad_studio.doctor import examine_adb as examine

    return " ".join(f"{found.text}. {found.remedy}".strip() for found in examine())


def virtual_phone_status(preset: str) -> tuple[str, bool]:
    """Return the serial of the running virtual phone, and whether it ended because asked to.

    The serial is empty when it does not run; a phone that was asked to end leaves nothing behind.
    """
    from device.virtual_phone.client import PhoneControl, PhoneRecord, phone_root

    record = PhoneRecord.read(phone_root(preset))
    if record is None:
        return "", True
    return (record.serial, False) if PhoneControl(record).alive() else ("", False)


def running_virtual_phone(preset: str) -> str | None:
    """Return the adb serial of the running virtual phone of this preset, if there is one."""
    from device.virtual_phone.client import find_phone, phone_root

    control = find_phone(phone_root(preset))
    return None if control is None else control.record.serial


def start_virtual_phone(preset: str) -> None:
    """Start a virtual phone and connect adb to it; one that runs is plugged in again."""
    from device.adb import AdbServer
    from device.virtual_phone.client import find_phone, phone_root, start_phone

    root = phone_root(preset)
    control = find_phone(root)
    if control is None:
        control = start_phone(preset, root)
    else:
        control.send("plug")
    server = AdbServer.find()
    server.ensure()
    states = {line.serial: line.state for line in server.devices()}
    if states.get(control.serial) not in (None, "device"):
        server.disconnect(control.serial)  # adb would call it connected already
    server.connect(control.serial)


def stop_virtual_phone(preset: str) -> None:
    """End a virtual phone; nothing when it does not run."""
    from device.virtual_phone.client import find_phone, phone_root

    control = find_phone(phone_root(preset))
    if control is not None:
        control.stop()


def recover_phone(serial: str, cancel: CancelToken) -> str:
    """Climb the recovery ladder for a phone; return one line on what came of it."""
    from device.adb import AdbServer
    from device.recovery import recover

    said: list[str] = []
    recover(
        AdbServer.find(),
        serial,
        report=lambda step: said.append(str(step.note)),
        check=cancel.check,
    )
    return said[-1] if said else f"{serial} is back"


def deploy_everywhere(
    bundle: Path, targets: Sequence[str], emit: Emit, cancel: CancelToken
) -> list[str]:
    """Deploy a bundle to several targets at once; return the names of those that failed.

    Stages are called `deploy:TARGET`, their progress is in bytes.
    """

    def one(name: str) -> str | None:
        stage = f"deploy:{name}"
        emit(StageStarted(stage=stage, title=f"Deploy to {name}"))
        try:
            with _opened(name) as target:
                report = target.deploy(
                    bundle, progress=eta_progress(stage, emit), check=cancel.check
                )
        except Exception as exc:
            if not hasattr(exc, "exit_code"):
                raise
            emit(RunFailed(stage=stage, message=str(exc), exit_code=int(exc.exit_code)))
            return name
        sent = f"{report.bytes_sent / 1e6:.1f} of {report.bytes_total / 1e6:.1f} MB sent"
        emit(StageFinished(stage=stage, seconds=report.seconds, note=sent))
        return None

    with ThreadPoolExecutor(max_workers=max(1, len(targets))) as pool:
        return [name for name in pool.map(one, targets) if name]


def free_space_of(name: str) -> tuple[float | None, float | None, str]:
    """Return free bytes of storage and memory on a target, and why they are not known."""
    from device.errors import DeviceError

    if name.startswith("virtual:") and running_virtual_phone(name.partition(":")[2]) is None:
        return None, None, "the virtual phone is switched off"
    try:
        with _opened(name) as target:
            memory = target.telemetry().memory_available_mb
            store = getattr(target, "store", None)
            free = (
                shutil.disk_usage(Path.cwd()).free if store is None else store.survey().free_bytes
            )
    except DeviceError as exc:
        return None, None, str(exc)
    return float(free), None if memory is None else memory * 2**20, ""


class Telemeter:
    """Asks targets how they are, again and again.

    A target is kept open from one sample to the next: the processor's load is what happened since
    the last one, so a target that is opened anew never tells it.
    """

    def __init__(self, open_target: Callable[[str], Any] | None = None) -> None:
        """Open targets with `open_target`."""
        self._open = open_target or _open_running
        self._targets: dict[str, Any] = {}

    def sample(self, name: str) -> Any:
        """Return the `Telemetry` of a target; one thread a target.

        Raises:
            DeviceError: It cannot be opened or asked.
            DeviceProblem: It is a virtual phone that does not run.
        """
        target = self._targets.pop(name, None) or self._open(name)
        try:
            found = target.telemetry()
        except BaseException:
            target.close()
            raise
        if any(value is not None for value in found.to_json().values()):
            self._targets[name] = target
        else:
            target.close()  # it is away, and may come back under another address
        return found

    def close(self) -> None:
        """Let go of every target."""
        while self._targets:
            self._targets.popitem()[1].close()


def bundles_on(name: str) -> list[dict[str, Any]]:
    """Return what lies on a target: {"name", "folder", "bytes", "fingerprint", ...}."""
    with _opened(name) as target:
        store = getattr(target, "store", None)
        return [] if store is None else [bundle.to_json() for bundle in store.survey().bundles]


def remove_bundle(name: str, bundle: str) -> None:
    """Remove a bundle from a target."""
    with _opened(name) as target:
        store = getattr(target, "store", None)
        if store is None:
            raise DeviceProblem(f"{name}: bundles are not copied there, so none can be removed")
        store.remove(store.survey().bundle(bundle))


def new_pairing_offer() -> Any:
    """Return a fresh `PairingOffer`."""
    from device.pairing import PairingOffer

    return PairingOffer.fresh()


def pair_by_qr(offer: Any, cancel: CancelToken) -> str:
    """Wait until a phone has scanned the offer; return its target's name."""
    from device.adb import AdbServer
    from device.pairing import pair_by_qr as pair

    return f"adb:{pair(AdbServer.find(), offer, check=cancel.check)}"


def pair_with_code(endpoint: str, code: str) -> str:
    """Pair by the six digits on the phone's screen; return the phone's name."""
    from device.adb import AdbServer
    from device.pairing import pair_with_code as pair

    return pair(AdbServer.find(), endpoint, code)


def _open(name: str) -> Any:
    from device.open_target import open_target

    return open_target(name)


def _open_running(name: str) -> Any:
    """Open a target; a virtual phone that does not run is not started for it."""
    if name.startswith("virtual:") and running_virtual_phone(name.partition(":")[2]) is None:
        raise DeviceProblem(f"{name}: it does not run")
    return _open(name)


class _opened:  # noqa: N801 -- used as a function
    """Open a target for a with block."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> Any:
        self._target = _open(self._name)
        return self._target

    def __exit__(self, *_: object) -> None:
        self._target.close()
