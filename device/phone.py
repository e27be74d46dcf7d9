"""A phone as a target: real ones on adb, and virtual ones."""

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from device.adb import AdbPhone, AdbServer
from device.callbacks import CheckFn, ProgressFn
from device.chipsets import Chipset, load_chipset
from device.deploy import deploy_bundle
from device.discovery import DeviceRecord, inspect, merge_transports, survey
from device.endpoints import SavedDevices
from device.errors import AdbError, ChipsetError, DeployError, DeviceLostError, DeviceNotReadyError
from device.local_bundle import read_local_bundle
from device.parsers import parse_memory_mb, parse_properties
from device.phone_session import StartRequest, open_phone_session, sweep_sessions
from device.recovery import RecoveryStep, recover
from device.remote_store import RemoteStore
from device.runner_client import SocketSession
from device.runner_files import find_runner_files, install_runner, triple_for
from device.selection import choose_device
from device.states import DeviceState, usable
from device.targets import DeployReport, SessionRequest, TargetDescription, TargetKind, Telemetry
from device.telemetry import TelemetrySampler

_CUT = "--8<-- quad"
_DESCRIBE = f"getprop; echo '{_CUT}'; cat /proc/meminfo; echo '{_CUT}'; nproc"


def _nothing() -> None:
    """Never cancel."""


def _silent(what: str, done: int, total: int) -> None:
    """Hear of progress and drop it."""


class PhoneTarget:
    """A phone that adb reaches. Calls block; different threads may use one target."""

    def __init__(
        self,
        server: AdbServer,
        serial: str,
        *,
        name: str = "",
        recover_s: float = 20.0,
        on_recovery: Callable[[RecoveryStep], None] = lambda step: None,
        on_close: Callable[[], None] = lambda: None,
    ) -> None:
        """Use `serial` behind `server`.

        Args:
            server: The adb server.
            serial: What adb calls the phone.
            name: What the target is called; by default ``adb:SERIAL``.
            recover_s: When the phone is away, wait so long for a person to plug it in, after the
                other steps of recovery.
            on_recovery: Hears of every step.
            on_close: Called by `close`.
        """
        self.phone = AdbPhone(server, serial)
        self._name = name or f"adb:{serial}"
        self._recover_s, self._on_recovery, self._on_close = recover_s, on_recovery, on_close
        self._sampler = TelemetrySampler(self.phone)
        self._store: RemoteStore | None = None
        self._facts: dict[str, str] | None = None
        self._deploying = threading.Lock()
        self._sessions: list[SocketSession] = []

    @property
    def name(self) -> str:
        """Return "adb:SERIAL" or "virtual:PRESET"."""
        return self._name

    @property
    def kind(self) -> TargetKind:
        """Return "virtual" for a virtual phone, by whatever name it is reached."""
        return "virtual" if self._chipset() is not None else "phone"

    @property
    def store(self) -> RemoteStore:
        """Return the phone's work directory."""
        if self._store is None:
            self._store = RemoteStore.find(self.phone)
        return self._store

    def describe(self) -> TargetDescription:
        """Say what the phone is.

        Raises:
            AdbError: It cannot be asked.
        """
        printed = self.phone.script(_DESCRIBE, timeout_s=15)
        properties, memory, cpus = (*printed.split(_CUT), "", "")[:3]
        facts = parse_properties(properties)
        chipset = self._chipset()
        soc = facts.get("ro.soc.model", facts.get("ro.board.platform", ""))
        model = facts.get("ro.product.model", "")
        total = parse_memory_mb(memory).get("MemTotal")
        return TargetDescription(
            name=self.name,
            kind=self.kind,
            label=f"{chipset.label} (virtual)" if chipset else f"{model} ({soc})",
            soc=soc,
            model=model,
            os_build=facts.get("ro.build.fingerprint", ""),
            abi=facts.get("ro.product.cpu.abi", ""),
            cpu_count=int(cpus.strip()) if cpus.strip().isdigit() else 0,
            memory_mb=None if total is None else round(total),
            providers=chipset.execution.emulated if chipset else self._providers(soc),
            emulated=chipset is not None,
            emulator_max_calls=self._emulator_max_calls(chipset),
            note=chipset.execution.note if chipset else "",
        )

    def inspect(self) -> DeviceRecord:
        """Return the phone's state as the device list shows it."""
        for line in self.phone.server.devices():
            if line.serial == self.phone.serial:
                return inspect(self.phone.server, line)
        raise DeviceNotReadyError(
            self.phone.serial, str(DeviceState.ABSENT), "adb does not know it.", "Plug it in."
        )

    def deploy(
        self,
        bundle: Path,
        *,
        progress: ProgressFn = _silent,
        check: CheckFn = _nothing,
        verify: bool = False,
        replace: bool = False,
    ) -> DeployReport:
        """Bring the bundle and the runner to the phone; see `deploy_bundle`.

        Raises:
            DeployError, AdbError: See `Deployment.run`.
        """
        with self._deploying:
            self.ensure_online(check)
            soc = self._properties().get("ro.soc.model", "")
            report = deploy_bundle(
                self.store, bundle, progress=progress, check=check, soc=soc, verify=verify,
                replace=replace,
            )  # fmt: skip
            self._install_runner(progress, check)
            return report

    def open_session(self, request: SessionRequest) -> SocketSession:
        """Start a runner with the deployed bundle and connect to it.

        Raises:
            DeployError: The bundle is not on the phone, or not whole.
            RunnerError, AdbError: The runner did not come up.
        """
        self.ensure_online(_nothing)
        bundle = read_local_bundle(request.bundle)
        found = [b for b in self.store.survey().bundles if b.folder == bundle.folder]
        if not found or found[0].missing:
            state = "not on the device" if not found else "not whole on the device"
            raise DeployError(
                f"{self.name}: bundle {bundle.folder} is {state}; deploy it first: "
                f"quad-studio deploy {request.bundle} --target {self.name}"
            )
        program = self._install_runner(_silent, _nothing)
        sweep_sessions(self.store)
        start = StartRequest(program, bundle.folder, self._there(request, bundle.folder))
        session = open_phone_session(self.store, start)
        self._sessions.append(session)
        return session

    def telemetry(self) -> Telemetry:
        """Sample heat, battery, memory and processor; all None while the phone is away."""
        try:
            return self._sampler.sample()
        except AdbError:
            return Telemetry()

    def ensure_online(self, check: CheckFn) -> None:
        """Return once the phone can be used; recover it when it is away.

        Raises:
            DeviceNotReadyError: It is there and needs a person.
            DeviceLostError: It did not come back.
        """
        record = None
        with contextlib.suppress(DeviceNotReadyError):  # absent: recover
            record = self.inspect()
        if record is not None and record.state is DeviceState.BOOTING:
            record = self._wait_for_boot(check)
        if record is not None and usable(record.state):
            return
        away = (DeviceState.OFFLINE, DeviceState.CONNECTING, DeviceState.AUTHORIZING)
        if record is not None and record.state not in away:
            raise DeviceNotReadyError(
                self.phone.serial, str(record.state), record.cause, record.remedy
            )
        found = recover(
            self.phone.server, self.phone.serial, report=self._on_recovery, check=check,
            replug_s=self._recover_s,
        )  # fmt: skip
        if found.serial != self.phone.serial:
            self.phone = AdbPhone(self.phone.server, found.serial)
            self._sampler, self._store = TelemetrySampler(self.phone), None
        self._wait_for_boot(check)
        self._check_identity()

    def _check_identity(self) -> None:
        """Refuse another phone that got the address of ours: a run is bound to the device."""
        before = (self._facts or {}).get("ro.serialno")
        now = self.phone.shell("getprop", "ro.serialno", timeout_s=10).strip()
        if before is not None and now != before:
            raise DeviceLostError(
                self.phone.serial, f"looking for {before}", f"another device, {now}, answers there"
            )

    def close(self) -> None:
        """End our sessions, and the virtual phone if it was started for this target."""
        for session in self._sessions:
            session.close()
        self._sessions.clear()
        self._on_close()

    def _wait_for_boot(self, check: CheckFn, timeout_s: float = 120.0) -> DeviceRecord:
        end = time.monotonic() + timeout_s
        while True:
            check()
            record = self.inspect()
            if record.state is not DeviceState.BOOTING or time.monotonic() > end:
                return record
            time.sleep(0.5)

    def _properties(self) -> dict[str, str]:
        if self._facts is None:
            self._facts = parse_properties(self.phone.shell("getprop", timeout_s=10))
        return self._facts

    def _chipset(self) -> Chipset | None:
        preset = self._properties().get("debug.quad.virtual", "")
        try:
            return load_chipset(preset) if preset else None
        except ChipsetError:
            return None

    def _emulator_max_calls(self, chipset: Chipset | None) -> int | None:
        """Return how many U-Net calls a run may make on the emulated NPU; None on a real phone."""
        if chipset is None:
            return None
        there = self._properties().get("debug.quad.qnn_library")
        return chipset.execution.emulator_max_calls if there else 0

    def _providers(self, soc: str) -> tuple[str, ...]:
        qualcomm = self._properties().get("ro.soc.manufacturer", "").lower() in ("qti", "qualcomm")
        return ("qnn", "xnnpack", "cpu") if qualcomm and soc else ("xnnpack", "nnapi", "cpu")

    def _install_runner(self, progress: ProgressFn, check: CheckFn) -> str:
        facts = self._properties()
        triple = triple_for(facts.get("ro.product.cpu.abi", ""), facts.get("debug.quad.triple", ""))
        return install_runner(self.store, find_runner_files(triple), progress=progress, check=check)

    def _there(self, request: SessionRequest, folder: str) -> SessionRequest:
        """Return the request with the phone's paths of its NPU libraries and of the context."""
        options = dict(request.provider_options)
        if request.provider == "qnn":
            options = {**self._npu_options(request.bundle), **options}
        context = request.context and Path(self._remote_context(request, folder))
        return replace(request, provider_options=options, context=context)

    def _npu_options(self, bundle: Path) -> dict[str, str]:
        """Return what the runner must know of the NPU.

        A context compiled for this SoC is used where the bundle has one; else the provider
        compiles the graph when it is loaded.
        """
        facts, chipset = self._properties(), self._chipset()
        soc = facts.get("ro.soc.model", "")
        keys = ("qnn_library", "qnn_backend")
        options = {
            key: facts[f"debug.quad.{key}"] for key in keys if facts.get(f"debug.quad.{key}")
        }
        if (bundle / "contexts" / soc / "unet_ctx.onnx").is_file():
            options["soc"] = soc
        elif chipset is not None:  # the emulator cannot ask its hardware
            npu = {"htp_arch": "htp_arch", "soc_model": "qnn_soc_model"}
            options |= {o: str(chipset.npu[key]) for o, key in npu.items() if key in chipset.npu}
        return options

    def _remote_context(self, request: SessionRequest, folder: str) -> str:
        """Return the phone's path of a compiled context, which must be part of the bundle."""
        assert request.context is not None
        try:
            inside = request.context.resolve().relative_to(request.bundle.resolve())
        except ValueError as exc:
            raise DeployError(
                f"{request.context}: a context for a phone must lie in the bundle's contexts/"
            ) from exc
        return self.store.path("bundles", folder, inside.as_posix())


def open_phone(serial: str) -> PhoneTarget:
    """Return the target ``adb:SERIAL``; `serial` is adb's, or the hardware's.

    Raises:
        DeviceNotFoundError, DeviceNotReadyError: See `choose_device`.
        AdbMissingError, AdbServerError: adb cannot be used.
    """
    server = AdbServer.find()
    known = {line.serial: line for line in server.devices()}
    if serial in known:
        records = merge_transports([inspect(server, known[serial])])
    else:
        records = survey(server, SavedDevices())
    record = choose_device(records, serial=serial)
    return PhoneTarget(server, record.serial, name=f"adb:{serial}")
