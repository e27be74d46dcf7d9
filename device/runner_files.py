"""The runner and its library for a kind of device: where they are here, and their place there."""

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from device.callbacks import CheckFn, ProgressFn
from device.errors import PushError, RunnerMissingError
from device.local_bundle import file_sha256
from device.remote_store import RemoteStore
from device.runner_process import find_runner, host_triple
from device.sync_push import SyncPusher

PROGRAM = "quad_runner"
_TRIPLE_OF_ABI = {"arm64-v8a": "android-arm64", "x86_64": "android-x86_64"}
_BUILD = "build it with an Android NDK (docs/devices.md, 'The runner for phones')"


@dataclass(frozen=True)
class RunnerFiles:
    """A runner for one kind of device: the program and the libraries that lie beside it."""

    triple: str
    files: tuple[Path, ...]

    @property
    def identity(self) -> str:
        """Return a hash over names and contents."""
        digest = hashlib.sha256()
        for file in self.files:
            digest.update(f"{file.name} {file_sha256(file)}\n".encode())
        return digest.hexdigest()


def triple_for(abi: str, announced: str) -> str:
    """Return which build of the runner a device needs.

    >>> triple_for("arm64-v8a", "")
    'android-arm64'
    >>> triple_for("arm64-v8a", "linux-x86_64")  # a virtual phone runs the host's
    'linux-x86_64'
    """
    return announced or _TRIPLE_OF_ABI.get(abi, f"android-{abi}")


def find_runner_files(triple: str) -> RunnerFiles:
    """Find the runner for `triple`; QUAD_RUNNER counts for this machine's own triple only.

    Raises:
        RunnerMissingError: It is nowhere; the message says how to get it.
    """
    own = triple == host_triple()
    try:
        program = find_runner(os.environ if own else {}, triple)
    except RunnerMissingError as exc:
        if own:
            raise
        raise RunnerMissingError(f"no runner for {triple}: {_BUILD}") from exc
    return RunnerFiles(triple, (program, *sorted(program.parent.glob("libonnxruntime*.so*"))))


def install_runner(
    store: RemoteStore, runner: RunnerFiles, *, progress: ProgressFn, check: CheckFn
) -> str:
    """Bring the runner to the device unless it is there; return the program's path there.

    Raises:
        PushError: A file arrived different.
        AdbError: The device cannot be used.
    """
    place = store.path("tools", runner.identity[:12])
    program = f"{place}/{PROGRAM}"
    marker = '[ -f "$1/complete" ] && echo there; true'
    if "there" in store.phone.script(marker, place, timeout_s=15):
        return program
    total, done = sum(file.stat().st_size for file in runner.files), 0
    # Its own name for each try: two hosts may install at the same moment.
    partial = f"{store.path('tools')}/.new-{secrets.token_hex(4)}"
    try:
        with SyncPusher(store.phone) as pusher:
            for file in runner.files:
                name = PROGRAM if file == runner.files[0] else file.name
                before = done
                pusher.push(
                    file, f"{partial}/{name}", mode=0o755, check=check,
                    acknowledged=lambda n, b=before: progress("push runner", b + n, total),  # type: ignore[misc]
                )  # fmt: skip
                done += file.stat().st_size
        _check_hashes(store, runner, partial)
        text = ': > "$1/complete" && { mv "$1" "$2" 2>/dev/null || rm -rf "$1"; }'
        store.phone.script(f'[ -d "$2" ] && rm -rf "$2"; {text}', partial, place, timeout_s=30)
    except PushError:
        store.phone.script('rm -rf "$1"', partial, timeout_s=30)
        raise
    return program


def _check_hashes(store: RemoteStore, runner: RunnerFiles, partial: str) -> None:
    inside = partial.removeprefix(f"{store.work}/")
    names = {f"{inside}/{PROGRAM if f == runner.files[0] else f.name}": f for f in runner.files}
    found = store.hashes(names, timeout_s=120)
    for name, file in names.items():
        if found.get(name) != file_sha256(file):
            raise PushError(f"{store.phone.serial}: {file.name} arrived different; try again")
