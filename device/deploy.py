"""Bring bundles to devices: plan, send what is missing, check by hash, put in place at once."""

import os
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from device.callbacks import CheckFn, ProgressFn
from device.deploy_plan import (
    RUNNING,
    DeployPlan,
    PlannedFile,
    assemble_script,
    host_mark,
    plan_deploy,
    stale_parts,
)
from device.errors import (
    AdbError,
    DeployError,
    DeviceError,
    DeviceStorageError,
    PushError,
    TransientDeviceError,
)
from device.local_bundle import LocalBundle, file_sha256, read_local_bundle
from device.remote_store import DEPLOYED, RemoteStore, StoreState, deployed_json
from device.scratch import ScratchFolder
from device.sync_push import SyncPusher
from device.targets import DeployReport

# Hash on the device after so many bytes: one command for many small files, and little to send
# again after a bad one or a lost link.
_CHECK_EVERY_BYTES = 32 * 1024 * 1024
_CHECK_EVERY_FILES = 200  # their names have to fit into one command line
# Prints "HASH NAME"; a file whose name begins with its hash gets that as its name.
_VERIFY = """
cd "$1" && shift && sha256sum "$@" | while read -r hash name; do
  case "$name" in "$hash".*) mv "$name" "$hash" || continue ;; esac
  echo "$hash $name"
done
"""


def _enough(files: Sequence[PlannedFile]) -> bool:
    size = sum(file.bytes for file in files)
    return size >= _CHECK_EVERY_BYTES or len(files) >= _CHECK_EVERY_FILES


class Deployment:
    """One deployment of one bundle to one device."""

    def __init__(
        self, store: RemoteStore, bundle: LocalBundle, progress: ProgressFn, check: CheckFn
    ) -> None:
        """Prepare; `run` does the work."""
        self._store, self._bundle = store, bundle
        self._progress, self._check = progress, check
        self._run_id = f"{host_mark()}-{os.getpid()}-{secrets.token_hex(3)}"
        self._arrived: list[str] = []

    def run(self, plan: DeployPlan) -> DeployReport:
        """Carry out `plan`.

        When the caller's check raises, nothing of this deployment stays on the device. When the
        device is lost, what had arrived whole stays for the next time.

        Raises:
            DeviceStorageError: Too little space, known before or found out on the way.
            PushError: A file arrived different from what bundle.json says.
            DeployError: A file of the bundle is not what bundle.json says.
            AdbError: The device cannot be used any more.
        """
        begin = time.monotonic()
        send = list({f.sha256: f for f in plan.files if f.action == "send"}.values())
        if plan.bytes_needed > plan.free_bytes:
            raise DeviceStorageError(self._store.phone.serial, plan.bytes_needed, plan.free_bytes)
        if not plan.up_to_date or plan.stale_parts:
            RUNNING.add(self._run_id)
            try:
                self._send(send, plan)
                if not plan.up_to_date:
                    self._assemble(plan)
            except TransientDeviceError:
                raise  # the device is away: nothing can be cleaned, and a resume wants the rest
            except BaseException as exc:
                self._clean_up(keep_arrived=isinstance(exc, DeviceStorageError | PushError))
                raise
            finally:
                RUNNING.discard(self._run_id)
        self._progress("deploy", plan.bytes_total, plan.bytes_total)
        return DeployReport(
            bytes_total=plan.bytes_total,
            bytes_sent=sum(file.bytes for file in send),
            files_sent=len(send),
            files_skipped=len(plan.files) - len(send),
            seconds=time.monotonic() - begin,
            location=self._store.path("bundles", plan.folder),
        )

    def _send(self, files: Sequence[PlannedFile], plan: DeployPlan) -> None:
        if plan.stale_parts:
            text = 'cd "$1" && shift && rm -f "$@"'
            self._store.phone.script(text, self._store.work, *plan.stale_parts, timeout_s=30)
        if not files:
            return
        done, total = plan.bytes_total - sum(file.bytes for file in files), plan.bytes_total
        unchecked: list[PlannedFile] = []
        checks: list[Future[None]] = []
        # The phone hashes one batch while the next one is on its way.
        with ThreadPoolExecutor(max_workers=1) as pool, SyncPusher(self._store.phone) as pusher:
            for file in files:

                def arrived(count: int, name: str = file.path, before: int = done) -> None:
                    self._progress(f"push {name}", before + count, total)

                self._check()
                pusher.push(
                    self._bundle.path / file.path, self._part(file),
                    acknowledged=arrived, check=self._check,
                )  # fmt: skip
                done += file.bytes
                unchecked.append(file)
                if _enough(unchecked):
                    checks.append(pool.submit(self._verify, unchecked))
                    unchecked = []
                for check in checks:
                    if check.done():
                        check.result()  # a bad file ends the rest at once
            self._check()
            if unchecked:
                self._verify(unchecked)
            for check in checks:
                check.result()

    def _part(self, file: PlannedFile) -> str:
        return self._store.path("incoming", f"{file.sha256}.part-{self._run_id}")

    def _verify(self, files: Sequence[PlannedFile]) -> None:
        """Compare hashes on the device and give the good files their names, in one round trip."""
        size = sum(file.bytes for file in files)
        parts = {f"{file.sha256}.part-{self._run_id}": file for file in files}
        printed = self._store.phone.script(
            _VERIFY, self._store.path("incoming"), *parts, timeout_s=60 + size / 10e6
        )
        answers = {name: digest for digest, name in map(str.split, printed.splitlines())}
        self._arrived += [name.partition(".")[0] for name in answers if answers[name] in name]
        for name, file in parts.items():
            found = answers.get(name, "nothing")
            if found == file.sha256:
                continue
            local = self._bundle.path / file.path
            if file_sha256(local) != file.sha256:
                raise DeployError(
                    f"{local}: its SHA-256 is not the one in bundle.json; build the bundle again"
                )
            raise PushError(
                f"{self._store.phone.serial}: {file.path} arrived different "
                f"({found[:12]} instead of {file.sha256[:12]}); deploy again, and try another "
                "cable or port if it happens twice"
            )

    def _assemble(self, plan: DeployPlan) -> None:
        """Build the bundle's directory beside the others and rename it: there is no half bundle."""
        self._check()
        self._progress("put in place", plan.bytes_total, plan.bytes_total)
        entries = {f.path: self._bundle.files[f.path] for f in plan.files}
        bundle = self._bundle
        deployed = deployed_json(
            bundle.name, bundle.fingerprint, bundle.identity, entries,
            datetime.now(UTC).isoformat(timespec="seconds"),
        )  # fmt: skip
        script = assemble_script(plan, self._run_id)
        with ScratchFolder("deploy") as folder, SyncPusher(self._store.phone) as pusher:
            for name, data in ((DEPLOYED, deployed), ("assemble", script.encode())):
                local = folder / name
                local.write_bytes(data)
                pusher.push(local, self._store.path("incoming", f"{name}.part-{self._run_id}"))
        line = f'cd "$1" && sh "incoming/assemble.part-{self._run_id}"'
        needed = 60 + (0 if not plan.bytes_needed else plan.bytes_total / 10e6)
        self._store.phone.script(line, self._store.work, timeout_s=needed)

    def _clean_up(self, *, keep_arrived: bool) -> None:
        """Remove what this deployment left on the device."""
        text = (
            f'cd "$1" && shift && rm -rf incoming/*.part-{self._run_id} bundles/.new-{self._run_id}'
            '; cd incoming && for h; do rm -f "$h"; done; cd .. && rmdir incoming 2>/dev/null; true'
        )
        names = [] if keep_arrived else self._arrived
        try:
            self._store.phone.script(text, self._store.work, *names, timeout_s=30)
        except AdbError:
            return  # the first error is the one to tell


def deploy_bundle(
    store: RemoteStore,
    path: Path,
    *,
    progress: ProgressFn,
    check: CheckFn,
    soc: str = "",
    verify: bool = False,
    replace: bool = False,
) -> DeployReport:
    """Plan and carry out the deployment of the bundle in `path`.

    Args:
        store: Of the device.
        path: The bundle.
        progress: Hears what is done, and bytes of the whole bundle.
        check: Raises to cancel.
        soc: See `plan_deploy`.
        verify: Hash on the device what is there already, instead of trusting its size.
        replace: Remove other deployments of the same name afterwards, unless in use.
    """
    bundle = read_local_bundle(path)
    state = store.survey()
    check()
    if salvage(store, bundle, state):
        state = store.survey()
    plan = plan_deploy(bundle, state, soc=soc)
    if verify:
        plan = plan_deploy(bundle, state, soc=soc, bad=_bad_files(store, plan, progress))
    report = Deployment(store, bundle, progress, check).run(plan)
    if replace:
        for deployed in state.bundles:
            old = deployed.name == bundle.name and deployed.folder != bundle.folder
            if old and not deployed.in_use:
                store.remove(deployed)
    return report


def salvage(store: RemoteStore, bundle: LocalBundle, state: StoreState) -> bool:
    """Take up files that an interrupted deployment of ours left whole but unchecked."""
    sizes = {entry.sha256: entry.bytes for entry in bundle.files.values()}
    names = [path.removeprefix("incoming/") for path in stale_parts(state)]
    whole = [
        name
        for name in names
        if sizes.get(name.partition(".")[0]) == state.sizes[f"incoming/{name}"]
    ][:_CHECK_EVERY_FILES]
    if whole:
        size = sum(sizes[name.partition(".")[0]] for name in whole)
        store.phone.script(_VERIFY, store.path("incoming"), *whole, timeout_s=60 + size / 10e6)
    return bool(whole)


def _bad_files(store: RemoteStore, plan: DeployPlan, progress: ProgressFn) -> list[str]:
    """Return the files that the plan relies on and whose hash on the device is wrong."""
    relied = {f.source: f.sha256 for f in plan.files if f.source}
    progress("verify", 0, plan.bytes_total)
    found = store.hashes(relied, timeout_s=60 + plan.bytes_total / 10e6)
    return [path for path, digest in relied.items() if found.get(path) != digest]


def deploy_to_all(
    stores: Mapping[str, RemoteStore],
    deploy: Callable[[str, RemoteStore], DeployReport],
) -> dict[str, DeployReport | DeviceError]:
    """Deploy to several devices at once; one that fails does not stop the others."""
    if not stores:
        return {}

    def one(name: str) -> DeployReport | DeviceError:
        try:
            return deploy(name, stores[name])
        except DeviceError as exc:
            return exc

    with ThreadPoolExecutor(max_workers=len(stores)) as pool:
        return dict(zip(stores, pool.map(one, stores), strict=True))
