"""One phone, worked by a process on the host that lends it."""

import contextlib
import platform
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from quad_studio import __version__
from quad_studio.bundle import MANIFEST, open_bundle
from quad_studio.cluster.answers import PackedRow, PhoneFault, PhoneOpened, PhoneSetup
from quad_studio.cluster.parcels import Fetch, PackedItem, unpack
from quad_studio.cluster.places import Place, claim
from quad_studio.engine.caches import cache_root
from quad_studio.errors import DeviceProblem, QuadError, StageError
from quad_studio.reference.store import ReferenceResult
from quad_studio.sessions.order import PlannedRow


class PhoneWorker:
    """Opens a phone of this host, keeps its session and runs rows on it.

    Args:
        setup: Which target it serves and with what.
        fetch: Brings the bundle's files that this host lacks.
        root: Where files that came are kept; default: in the cache folder.
        state: Where this host's phones are recorded; default: with its other device records.
        open_place: Returns the target of a place; default: the phone itself.
    """

    def __init__(
        self,
        setup: PhoneSetup,
        fetch: Fetch,
        root: Path | None = None,
        state: Path | None = None,
        open_place: Callable[[Place], Any] | None = None,
    ) -> None:
        self._setup, self._fetch = setup, fetch
        self._open_place = open_place or _open_target
        self._root = root or cache_root() / "cluster"
        self._state = state
        self._place: Place | None = None
        self._lock: IO[str] | None = None
        self._target: Any = None
        self._runner: Any = None
        self._session: Any = None
        self._kpis: dict[str, float] = {}
        self._provider: str | None = setup.options.provider
        self._refused: set[str] = set()
        self._warm = False

    def open(self) -> PhoneOpened | PhoneFault:
        """Bring the bundle to the phone and start its runner."""
        from device.errors import DeviceError

        if self._setup.version != __version__:
            return PhoneFault(
                message=f"{platform.node()}: has QUAD Studio {__version__}, the run is driven by "
                f"{self._setup.version}; install the same version",
                exit_code=2,
                lasting=True,
            )
        try:
            return self._open()
        except (DeviceError, QuadError) as exc:
            code = int(getattr(exc, "exit_code", 3))
            self.close()
            return PhoneFault(
                message=f"{platform.node()}: {exc}", exit_code=code, lasting=code not in (3, 5)
            )

    def run_row(
        self,
        planned: PlannedRow,
        packed: PackedItem,
        reference: ReferenceResult | None,
        provider: str | None,
    ) -> PackedRow | PhoneFault:
        """Run one row; a phone that is lost is a `PhoneFault`, and the next call opens it anew."""
        from device.errors import DeviceError

        try:
            self._ensure_session(provider)
            here = replace(planned, item=packed.unpack(self._root))
            if not self._warm:
                self._warm_up(here)
            return self._run(here, reference)
        except (DeviceError, DeviceProblem, StageError) as exc:  # StageError: this host's disk
            self._end_session()
            return PhoneFault(message=str(exc), exit_code=int(exc.exit_code))

    def close(self) -> None:
        """End the session and let go of the phone."""
        self._end_session()
        if self._target is not None:
            self._target.close()
            self._target = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _open(self) -> PhoneOpened:
        from device.state_folder import state_folder

        folder = unpack(self._setup.bundle, self._root, self._fetch)
        self._place, self._lock = claim(
            self._state or state_folder() / "cluster", self._setup.target
        )
        self._target = self._open_place(self._place)
        self._bundle = open_bundle(folder)
        report = self._target.deploy(folder, progress=_silent, check=_go_on)
        self._start_session(self._setup.options.provider)
        return PhoneOpened(
            description=self._session.target,
            opens=self._place.label,
            host=platform.node(),
            deploy_seconds=report.seconds,
            bytes_sent=report.bytes_sent,
        )

    def _ensure_session(self, provider: str | None) -> None:
        """Have a session on `provider`; an emulator that refuses is replaced by the CPU.

        As on one machine: unless the plan names the provider, which then has to work.
        """
        from device.errors import RunnerStartError

        wanted = "cpu" if provider in self._refused else provider
        if self._session is not None and self._provider == wanted:
            return
        self._end_session()
        try:
            self._start_session(wanted)
        except RunnerStartError:
            if wanted is None or wanted in (self._setup.options.provider, "cpu"):
                raise
            self._refused.add(wanted)
            self._start_session("cpu")

    def _start_session(self, provider: str | None) -> None:
        from quad_studio.engine.collect import session_kpis, session_request
        from quad_studio.sessions.session import Session

        if self._target is None:
            raise StageError("cluster", f"{self._setup.target}: the phone was not opened")
        options = replace(self._setup.options, provider=provider)
        self._runner = self._target.open_session(session_request(self._bundle, options))
        described = replace(self._target.describe(), name=self._setup.target)
        self._session = Session(self._runner, self._bundle, described)
        self._kpis = session_kpis(self._runner.hello)
        self._provider, self._warm = provider, options.warmup == 0

    def _end_session(self) -> None:
        from device.errors import DeviceError

        if self._runner is not None:
            with contextlib.suppress(DeviceError, OSError):
                self._runner.close()
        self._runner = self._session = None

    def _warm_up(self, planned: PlannedRow) -> None:
        """Run the row once for nothing: every phone is warm before its first number counts."""
        if not planned.warmup:
            self._execute(planned, None)
        self._warm = True

    def _run(self, planned: PlannedRow, reference: ReferenceResult | None) -> PackedRow:
        executed = self._execute(planned, reference)
        place = self._place
        executed.row["session"] = dict(self._kpis)
        executed.row["phone"] = {
            "host": platform.node(),
            "opens": place.label if place else self._setup.target,
        }
        return PackedRow.of(executed)

    def _execute(self, planned: PlannedRow, reference: ReferenceResult | None) -> Any:
        from quad_studio.sessions.rows import execute_task

        return execute_task(
            self._session, planned, reference=reference, telemetry=self._target.telemetry
        )


def bundle_files(path: Path) -> dict[str, Path]:
    """Return the files of the bundle in `path` that travel, by name."""
    bundle = open_bundle(path)
    return {MANIFEST: path / MANIFEST, **{name: path / name for name in bundle.manifest["files"]}}


def _open_target(place: Place) -> Any:
    """Return the target of a place; virtual phones of a preset each have a folder of their own."""
    from device.open_target import open_target

    kind, _, preset = place.opens.partition(":")
    if kind != "virtual":
        return open_target(place.opens)
    return _open_virtual(preset, place)


def _open_virtual(preset: str, place: Place) -> Any:
    from device.adb import AdbServer
    from device.chipsets import load_chipset
    from device.errors import ChipsetError, UnknownTargetError
    from device.virtual_phone.client import phone_root, start_phone
    from device.virtual_phone.target import VirtualPhoneTarget

    try:
        load_chipset(preset)
    except ChipsetError as exc:
        raise UnknownTargetError(place.opens, str(exc)) from exc
    server = AdbServer.find()
    server.ensure()
    control = start_phone(preset, phone_root(preset).with_name(f"{preset}.cluster{place.slot}"))
    try:
        server.disconnect(control.serial)
        server.connect(control.serial)
    except BaseException:
        control.stop()
        raise
    return VirtualPhoneTarget(server, control, place.target, own=True)


def _silent(what: str, done: int, total: int) -> None:
    """Drop the progress."""


def _go_on() -> None:
    """Do not stop."""
