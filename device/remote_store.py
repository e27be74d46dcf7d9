"""Where things lie on a device: bundles side by side, files on their way, tools, sessions.

    <work>/bundles/<name>-<id>/       one deployed bundle: its files and deployed.json
    <work>/incoming/<sha256>          arrived and checked, not yet part of a bundle
    <work>/incoming/<sha256>.part-<run>   arriving
    <work>/tools/<id>/                the runner and its library
    <work>/sessions/<id>/             token, pid and bundle of a running session

A file is known by its hash: a bundle that shares files with another one gets links to them. Every
file is written once and renamed, never changed, so links cannot harm.
"""

import json
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from device.adb import AdbPhone
from device.errors import AdbOutputError, DeviceError
from device.local_bundle import BundleFile
from device.parsers import parse_free_bytes, parse_sha256

DEPLOYED = "deployed.json"
DEPLOYED_SCHEMA = "quad-studio/deployed/1"
DEFAULT_WORK = "/data/local/tmp/quad-studio"

_CUT = "--8<-- quad"
# Lists everything in one round trip. The probe tells whether hard links are allowed: on some
# phones SELinux forbids them, and files are copied on the device instead.
_SURVEY = f"""
mkdir -p "$1/bundles" "$1/incoming" "$1/sessions" && cd "$1" || exit 1
: > incoming/.probe-$$ && ln incoming/.probe-$$ incoming/.probe-$$-link 2>/dev/null && echo links
rm -f incoming/.probe-$$ incoming/.probe-$$-link
echo '{_CUT}'; df -k .
echo '{_CUT}'; find bundles incoming -type f -exec stat -c '%s %n' {{}} +
echo '{_CUT}'
for dir in sessions/*/; do
  [ -f "$dir/pid" ] && read -r pid < "$dir/pid" && kill -0 "$pid" 2>/dev/null && cat "$dir/bundle"
done
for file in bundles/*/{DEPLOYED}; do
  [ -f "$file" ] && echo '{_CUT}' && echo "$file" && cat "$file"
done
true
"""


@dataclass(frozen=True)
class DeployedBundle:
    """A bundle on a device.

    Attributes:
        folder: Its directory's name below `bundles`.
        identity: SHA-256 of the bundle.json it was deployed from.
        files: Path -> hash and size, as they should be.
        missing: Paths that are not there, or not with their size.
        in_use: A session works on it.
        updates: Adapters that were added, replaced or removed since, newest last.
    """

    folder: str
    name: str
    fingerprint: str
    identity: str
    files: Mapping[str, BundleFile]
    deployed_at: str = ""
    missing: tuple[str, ...] = ()
    in_use: bool = False
    updates: tuple[Mapping[str, Any], ...] = ()

    @property
    def bytes(self) -> int:
        """Return the size of all files."""
        return sum(entry.bytes for entry in self.files.values())

    def to_json(self) -> dict[str, Any]:
        """Return the facts of a listing."""
        return {
            "folder": self.folder, "name": self.name, "fingerprint": self.fingerprint,
            "identity": self.identity, "bytes": self.bytes, "files": len(self.files),
            "deployed_at": self.deployed_at, "complete": not self.missing,
            "missing": list(self.missing), "in_use": self.in_use, "updates": list(self.updates),
        }  # fmt: skip


@dataclass(frozen=True)
class StoreState:
    """What lies on a device at one moment.

    Attributes:
        sizes: Path below the work directory -> bytes, of bundles and incoming files.
        links: Hard links are allowed.
    """

    free_bytes: int
    links: bool
    bundles: tuple[DeployedBundle, ...] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)

    def bundle(self, name: str) -> DeployedBundle:
        """Return the bundle of that folder or name.

        Raises:
            DeviceError: None, or several of that name.
        """
        found = [b for b in self.bundles if name == b.folder] or [
            b for b in self.bundles if name == b.name
        ]
        if len(found) == 1:
            return found[0]
        here = ", ".join(b.folder for b in self.bundles) or "none"
        problem = "is not deployed" if not found else "is there several times: name the folder"
        raise DeviceError(f"bundle {name}: {problem}; on the device: {here}")


class RemoteStore:
    """The work directory of one device."""

    def __init__(self, phone: AdbPhone, work: str) -> None:
        """Use the directory `work` of `phone`; find it with `find_work`."""
        self.phone = phone
        self.work = work

    @classmethod
    def find(cls, phone: AdbPhone) -> "RemoteStore":
        """Return the store in the work directory that the device announces."""
        announced = phone.shell("getprop", "debug.quad.workdir", timeout_s=10).strip()
        return cls(phone, announced or DEFAULT_WORK)

    def path(self, *parts: str) -> str:
        """Return an absolute path below the work directory."""
        return "/".join([self.work, *parts])

    def survey(self) -> StoreState:
        """List what is there, in one round trip; makes the directories.

        Raises:
            AdbError: The device cannot be used.
        """
        printed = self.phone.script(_SURVEY, self.work, timeout_s=60)
        parts = printed.split(f"{_CUT}\n")
        if len(parts) < 4:
            raise AdbOutputError(f"{self.phone.serial}: cannot read the listing of {self.work}")
        sizes = {
            path: int(size)
            for size, _, path in (line.partition(" ") for line in parts[2].splitlines())
        }
        busy = set(parts[3].split("\n"))
        bundles = [read_deployed(text, sizes, busy) for text in parts[4:]]
        return StoreState(
            free_bytes=parse_free_bytes(parts[1]),
            links="links" in parts[0],
            bundles=tuple(bundle for bundle in bundles if bundle is not None),
            sizes=sizes,
        )

    def hashes(self, paths: Iterable[str], timeout_s: float) -> dict[str, str]:
        """Return the SHA-256 of files below the work directory; those missing are left out."""
        found: dict[str, str] = {}
        batch: list[str] = []
        for path in [*paths, ""]:
            if path and len(batch) < 64:
                batch.append(path)
            else:
                if batch:
                    text = 'cd "$1" && shift && sha256sum "$@" 2>/dev/null; true'
                    found |= parse_sha256(
                        self.phone.script(text, self.work, *batch, timeout_s=timeout_s)
                    )
                batch = [path] if path else []
        return found

    def remove(self, bundle: DeployedBundle, *, force: bool = False) -> None:
        """Delete a bundle; files that others link to stay for them.

        Raises:
            DeviceError: A session works on it and `force` is not set.
        """
        if bundle.in_use and not force:
            raise DeviceError(
                f"{self.phone.serial}: bundle {bundle.folder} is in use by a session; end it first"
            )
        # Renamed first, so that a lost link leaves no half bundle that looks whole.
        text = 'cd "$1/bundles" && mv "$2" ".old-$2" && rm -rf ".old-$2"'
        self.phone.script(text, self.work, bundle.folder, timeout_s=120)

    def clean(self) -> None:
        """Delete files that never became part of a bundle, of any host."""
        text = 'cd "$1" && rm -rf incoming bundles/.new-* bundles/.old-*'
        self.phone.script(text, self.work, timeout_s=120)


def read_deployed(
    text: str, sizes: Mapping[str, int], busy: Iterable[str]
) -> DeployedBundle | None:
    """Read one `deployed.json` as the survey prints it, or None where it is not ours."""
    head, _, body = text.partition("\n")
    folder = head.removeprefix("bundles/").removesuffix(f"/{DEPLOYED}")
    try:
        data = json.loads(body)
        if data["schema"] != DEPLOYED_SCHEMA:
            return None
        files = {
            name: BundleFile(entry["sha256"], int(entry["bytes"]))
            for name, entry in data["files"].items()
        }
        missing = tuple(
            name
            for name, entry in files.items()
            if sizes.get(f"bundles/{folder}/{name}") != entry.bytes
        )
        return DeployedBundle(
            folder=folder, name=data["name"], fingerprint=data["fingerprint"],
            identity=data["identity"], files=files, deployed_at=data.get("deployed_at", ""),
            missing=missing, in_use=folder in busy, updates=tuple(data.get("updates", ())),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def deployed_json(
    name: str,
    fingerprint: str,
    identity: str,
    files: Mapping[str, BundleFile],
    deployed_at: str,
    updates: Iterable[Mapping[str, Any]] = (),
) -> bytes:
    """Return what stands in a bundle's `deployed.json`."""
    data = {
        "schema": DEPLOYED_SCHEMA, "name": name, "fingerprint": fingerprint, "identity": identity,
        "deployed_at": deployed_at, "updates": list(updates),
        "files": {n: {"sha256": e.sha256, "bytes": e.bytes} for n, e in sorted(files.items())},
    }  # fmt: skip
    return json.dumps(data, indent=1).encode()


def quoted(path: str) -> str:
    """Return `path` as one word of a shell script."""
    return shlex.quote(path)
