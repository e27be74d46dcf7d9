"""Add, replace or remove one adapter on a deployed bundle, leaving its base where it is.

The new adapter gets a name of its own; the rename of bundle.json is the moment at which the
bundle changes from one sound state to another. Runners that work on the bundle are told to read
the list again, and keep the foundation model loaded.
"""

import contextlib
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from device.adapter_source import SIDECAR_SCHEMA, AdapterEntry, AdapterSource, check_signature
from device.callbacks import CheckFn, ProgressFn
from device.errors import (
    AdbCommandError,
    AdbError,
    DeployError,
    DeviceStorageError,
    PushError,
    RunnerError,
    UpdateRefusedError,
)
from device.local_bundle import MANIFEST, BundleFile, read_manifest_files
from device.phone_session import sweep_sessions
from device.remote_store import DEPLOYED, DeployedBundle, RemoteStore, deployed_json, quoted
from device.runner_client import RunnerConnection, SocketSession
from device.scratch import ScratchFolder
from device.sync_push import SyncPusher

Change = Literal["added", "replaced", "removed", "unchanged"]
_FINGERPRINT_DIGITS = 7  # of the fingerprint, in the adapter file's 28-bit model version


@dataclass(frozen=True)
class UpdateReport:
    """What an update did.

    Attributes:
        sessions: How many running sessions were told and took it.
    """

    name: str
    change: Change
    version: int | None
    bytes_sent: int
    sessions: int

    def to_json(self) -> dict[str, Any]:
        """Return the fields as plain JSON."""
        return dict(vars(self))


def read_deployed_manifest(store: RemoteStore, bundle: DeployedBundle) -> dict[str, Any]:
    """Return bundle.json of a bundle on the device.

    Raises:
        UpdateRefusedError: It is damaged, or not whole.
    """
    if bundle.missing:
        raise UpdateRefusedError(
            f"bundle {bundle.folder} on {store.phone.serial} is not whole "
            f"({', '.join(bundle.missing[:3])}); deploy it again first"
        )
    path = store.path("bundles", bundle.folder, MANIFEST)
    text = store.phone.shell("cat", path, timeout_s=15)
    try:
        manifest: dict[str, Any] = json.loads(text)
        read_manifest_files(manifest, path)
    except (ValueError, DeployError) as exc:
        raise UpdateRefusedError(f"{path}: {exc}; deploy the bundle again") from exc
    return manifest


def push_adapter(
    store: RemoteStore,
    bundle: DeployedBundle,
    source: AdapterSource,
    name: str,
    *,
    progress: ProgressFn,
    check: CheckFn,
    public_key: Path | None = None,
) -> UpdateReport:
    """Add or replace the adapter `name` from `source`.

    Everything is checked before the device changes: signature where a key is given, base,
    version, hash, and the tensors inside the file against the bundle's slots.

    Raises:
        UpdateRefusedError: It must not be activated; the device is as it was.
        PushError, DeviceStorageError, AdbError: The device could not take it; it is as it was.
    """
    entry, manifest = source.entry(name), read_deployed_manifest(store, bundle)
    if public_key is not None:
        check_signature(entry, public_key)
    current = {str(a["name"]): a for a in manifest["adapters"]}.get(name)
    if not _is_news(entry, current, manifest):
        return UpdateReport(name, "unchanged", entry.version, 0, 0)
    with ScratchFolder("adapter") as folder:
        file = source.fetch(entry, folder, check)
        check_adapter_file(file, entry, manifest)
        check()
        _activate(store, bundle, manifest, entry, file, progress, check)
    told = tell_sessions(store, bundle)
    change: Change = "added" if current is None else "replaced"
    return UpdateReport(name, change, entry.version, entry.bytes, told)


def remove_adapter(store: RemoteStore, bundle: DeployedBundle, name: str) -> UpdateReport:
    """Remove an adapter from a deployed bundle.

    Raises:
        UpdateRefusedError: The bundle has none of that name.
    """
    manifest = read_deployed_manifest(store, bundle)
    known = [str(a["name"]) for a in manifest["adapters"]]
    if name not in known:
        here = ", ".join(known) or "none"
        raise UpdateRefusedError(f"bundle {bundle.folder} has no adapter {name!r}; it has: {here}")
    _commit(store, bundle, manifest, _without(manifest, name), {}, ("removed", name, None))
    return UpdateReport(name, "removed", None, 0, tell_sessions(store, bundle))


def _is_news(
    entry: AdapterEntry, current: Mapping[str, Any] | None, manifest: Mapping[str, Any]
) -> bool:
    """Return whether `entry` changes anything.

    Raises:
        UpdateRefusedError: Made for another base, too large a rank, or not newer.
    """
    if entry.fingerprint != manifest["fingerprint"]:
        raise UpdateRefusedError(
            f"{entry.name} was fitted to another base ({entry.fingerprint[:12]}, the bundle is "
            f"{manifest['fingerprint'][:12]}); build it with this bundle's profile"
        )
    if not 1 <= entry.rank <= int(manifest["geometry"]["rank"]):
        raise UpdateRefusedError(
            f"{entry.name}: rank {entry.rank}, the bundle takes 1 to {manifest['geometry']['rank']}"
        )
    if current is None:
        return True
    version = int(current.get("version", 1))
    if entry.version == version and entry.sha256 == current.get("sha256"):
        return False
    if entry.version <= version:
        why = "older than" if entry.version < version else "another file of the same version as"
        raise UpdateRefusedError(
            f"{entry.name} version {entry.version} is {why} version {version} on the device; "
            "raise its version, or deploy a bundle that has it"
        )
    return True


def check_adapter_file(path: Path, entry: AdapterEntry, manifest: Mapping[str, Any]) -> None:
    """Compare the tensors inside an adapter file with the slots of the bundle.

    Raises:
        UpdateRefusedError: Not an adapter, or not for this bundle.
    """
    import onnxruntime

    try:
        adapter = onnxruntime.AdapterFormat.read_adapter(str(path))
        tensors = {
            name: (_dtype_word(value.data_type()), tuple(value.shape()))
            for name, value in adapter.get_parameters().items()
        }
        model_version = int(adapter.get_model_version())
    except Exception as exc:  # noqa: BLE001 -- onnxruntime raises types of its own per version
        said = " ".join(str(exc).split())[:160]
        raise UpdateRefusedError(f"{entry.name}: not an adapter file ({said})") from exc
    if model_version != int(str(manifest["fingerprint"])[:_FINGERPRINT_DIGITS], 16):
        raise UpdateRefusedError(f"{entry.name}: the file inside was fitted to another base")
    alpha = manifest.get("lora_alpha") or {}
    wanted = {str(s["name"]): (str(s["dtype"]), tuple(s["shape"])) for s in manifest["slots"]}
    if alpha:
        wanted[str(alpha["input"])] = ("float32", (int(alpha["length"]),))
    for name in sorted(wanted.keys() ^ tensors.keys()):
        what = "lacks" if name in wanted else "has a tensor that the bundle does not know:"
        raise UpdateRefusedError(f"{entry.name}: {what} {name}")
    for name, expected in wanted.items():
        if tensors[name] != expected:
            raise UpdateRefusedError(
                f"{entry.name}: {name} is {tensors[name]}, the bundle takes {expected}"
            )


def _dtype_word(text: str) -> str:
    """Return numpy's name for a type as ONNX Runtime writes it.

    >>> _dtype_word("tensor(float)"), _dtype_word("tensor(int16)")
    ('float32', 'int16')
    """
    word = text.removeprefix("tensor(").removesuffix(")")
    return {"float": "float32", "double": "float64"}.get(word, word)


def _activate(
    store: RemoteStore,
    bundle: DeployedBundle,
    manifest: Mapping[str, Any],
    entry: AdapterEntry,
    file: Path,
    progress: ProgressFn,
    check: CheckFn,
) -> None:
    """Send the file, check it on the device, and make it part of the bundle."""
    part = f"{entry.sha256}.part-ota-{secrets.token_hex(4)}"
    free = store.survey().free_bytes
    if entry.bytes > free:
        raise DeviceStorageError(store.phone.serial, entry.bytes, free)
    # The runner looks for the side-car beside the file, so both get a name of their own.
    path = f"adapters/{entry.name}.v{entry.version}.onnx_adapter"
    updated = _without(manifest, entry.name)
    updated["adapters"] = [
        *updated["adapters"],
        {
            "name": entry.name, "file": path, "sha256": entry.sha256, "bytes": entry.bytes,
            "rank": entry.rank, "use_cases": list(entry.use_cases), "version": entry.version,
        },
    ]  # fmt: skip
    updated["files"][path] = {"sha256": entry.sha256, "bytes": entry.bytes}
    try:
        with SyncPusher(store.phone) as pusher:
            pusher.push(
                file, store.path("incoming", part), check=check,
                acknowledged=lambda count: progress(f"push {entry.name}", count, entry.bytes),
            )  # fmt: skip
        found = store.hashes([f"incoming/{part}"], timeout_s=60 + entry.bytes / 10e6)
        if found.get(f"incoming/{part}") != entry.sha256:
            raise PushError(f"{store.phone.serial}: {entry.name} arrived different; try again")
        new: dict[str, str | bytes] = {
            path: f"incoming/{part}",
            _sidecar_path(path): _sidecar(entry),
        }
        _commit(store, bundle, manifest, updated, new, ("pushed", entry.name, entry.version))
    except BaseException:
        with contextlib.suppress(AdbError):  # the first error is the one to tell
            store.phone.shell("rm", "-f", store.path("incoming", part), timeout_s=10)
        raise


def _sidecar(entry: AdapterEntry) -> bytes:
    data = {
        "schema": SIDECAR_SCHEMA, "name": entry.name, "fingerprint": entry.fingerprint,
        "rank": entry.rank, "use_cases": list(entry.use_cases), "sha256": entry.sha256,
        "bytes": entry.bytes, "version": entry.version,
    }  # fmt: skip
    return json.dumps(data, indent=1).encode()


def _sidecar_path(path: str) -> str:
    return f"{path.removesuffix('.onnx_adapter')}.json"


def _without(manifest: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the manifest without an adapter and its files."""
    gone = {str(a["file"]) for a in manifest["adapters"] if a["name"] == name}
    gone |= {_sidecar_path(path) for path in gone}
    return {
        **manifest,
        "adapters": [a for a in manifest["adapters"] if a["name"] != name],
        "files": {path: e for path, e in manifest["files"].items() if path not in gone},
    }


def _commit(
    store: RemoteStore,
    bundle: DeployedBundle,
    before: Mapping[str, Any],
    after: dict[str, Any],
    new: Mapping[str, "str | bytes"],
    update: tuple[str, str, int | None],
) -> None:
    """Put `new` files and the new bundle.json in place, in one script that a hang-up cannot stop.

    Args:
        store: Of the device.
        bundle: The bundle as it was listed.
        before: bundle.json as it is.
        after: bundle.json as it will be; entries for contents in `new` are filled in.
        new: Path in the bundle -> path below the work directory, or the content itself.
        update: What is noted in deployed.json: the change, the adapter, its version.
    """
    for path, content in new.items():
        if isinstance(content, bytes):
            digest = hashlib.sha256(content).hexdigest()
            after["files"][path] = {"sha256": digest, "bytes": len(content)}
    text = json.dumps(after, indent=1).encode()
    files = read_manifest_files(after, bundle.folder)
    files[MANIFEST] = BundleFile(hashlib.sha256(text).hexdigest(), len(text))
    note = dict(zip(("change", "name", "version"), update, strict=True))
    note["at"] = datetime.now(UTC).isoformat(timespec="seconds")
    deployed = deployed_json(
        bundle.name, bundle.fingerprint, bundle.identity, files, bundle.deployed_at,
        [*bundle.updates, note],
    )  # fmt: skip
    run, place = secrets.token_hex(4), f"bundles/{bundle.folder}"
    contents = {p: c for p, c in new.items() if isinstance(c, bytes)}
    contents |= {MANIFEST: text, DEPLOYED: deployed}
    lines = ["set -e", "trap '' HUP"]
    with ScratchFolder("adapter") as folder, SyncPusher(store.phone) as pusher:
        for number, content in enumerate(contents.values()):
            local = folder / f"{number}"
            local.write_bytes(content)
            pusher.push(local, store.path("incoming", f"{number}.part-ota-{run}"))
    for path, source in new.items():
        if isinstance(source, str):
            lines.append(f"mkdir -p {quoted(place)}/adapters")
            lines.append(f"mv {quoted(source)} {quoted(f'{place}/{path}')}")
    for number, path in enumerate(contents):
        lines.append(f"mv incoming/{number}.part-ota-{run} {quoted(f'{place}/{path}')}")
    for path in sorted(set(before["files"]) - set(after["files"])):
        lines.append(f"rm -f {quoted(f'{place}/{path}')}")
    store.phone.script(f'cd "$1"; {"; ".join(lines)}', store.work, timeout_s=60)


def tell_sessions(store: RemoteStore, bundle: DeployedBundle) -> int:
    """Let every runner that works on the bundle read its adapters again; return how many did."""
    told = 0
    for session in sweep_sessions(store):
        place = store.path("sessions", session)
        try:
            text = store.phone.script('cat "$1/bundle" "$1/token"', place, timeout_s=10)
        except AdbCommandError:
            continue  # it ended meanwhile
        folder, _, token = text.strip().partition("\n")
        if folder == bundle.folder and token:
            told += _tell(store, session, token.strip())
    return told


def _tell(store: RemoteStore, session: str, token: str) -> bool:
    port = store.phone.forward(f"localabstract:quad-{session}")
    try:
        connection = RunnerConnection.connect(("127.0.0.1", port))
        with SocketSession(connection, token=token, client="quad-studio adapters") as client:
            client.reload_adapters()
        return True
    except RunnerError:
        return False
    finally:
        store.phone.remove_forward(port)


def adapters_of(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what a listing shows of a bundle's adapters."""
    return [
        {
            key: adapter.get(key)
            for key in ("name", "version", "rank", "bytes", "sha256", "use_cases")
        }
        for adapter in manifest["adapters"]
    ]
