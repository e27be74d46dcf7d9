"""Read of a bundle on this machine what a deployment needs: its files, their hashes and sizes."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from device.errors import DeployError

MANIFEST = "bundle.json"
SCHEMA_PREFIX = "quad-studio/bundle/"
NEWEST_SCHEMA = 1


@dataclass(frozen=True)
class BundleFile:
    """One file: its hash and its size."""

    sha256: str
    bytes: int


@dataclass(frozen=True)
class LocalBundle:
    """A bundle as it is deployed.

    Attributes:
        path: Its directory.
        name: As in bundle.json.
        fingerprint: Of the profile and the U-Net graph; adapters are fitted to it.
        identity: SHA-256 of bundle.json, which covers the hashes of all other files.
        manifest: bundle.json.
        files: Path inside the bundle -> hash and size; bundle.json itself included.
    """

    path: Path
    name: str
    fingerprint: str
    identity: str
    manifest: Mapping[str, Any]
    files: Mapping[str, BundleFile]

    @property
    def folder(self) -> str:
        """Return the name of its directory on a device."""
        plain = re.sub(r"[^A-Za-z0-9._-]+", "-", self.name).strip("-.") or "bundle"
        return f"{plain[:40]}-{self.identity[:12]}"


def read_local_bundle(path: Path) -> LocalBundle:
    """Read the bundle in `path`; every file must be there with its size.

    Raises:
        DeployError: Not a bundle, of a newer schema, or a file is missing or has another size.
    """
    manifest_path = path / MANIFEST
    try:
        raw = manifest_path.read_bytes()
        manifest = json.loads(raw)
    except OSError as exc:
        raise DeployError(f"{path}: not a bundle: {MANIFEST}: {exc.strerror}") from exc
    except ValueError as exc:
        raise DeployError(f"{manifest_path}: not JSON ({exc}); build the bundle again") from exc
    files = read_manifest_files(manifest, str(manifest_path))
    for name, entry in files.items():
        file = path / name
        if not file.is_file():
            raise DeployError(f"{path}: {name} is missing; build the bundle again")
        if file.stat().st_size != entry.bytes:
            raise DeployError(f"{path}: {name} has another size; build the bundle again")
    identity = hashlib.sha256(raw).hexdigest()
    files[MANIFEST] = BundleFile(identity, len(raw))
    return LocalBundle(
        path=path, name=str(manifest["name"]), fingerprint=str(manifest["fingerprint"]),
        identity=identity, manifest=manifest, files=files,
    )  # fmt: skip


def read_manifest_files(manifest: Any, origin: str) -> dict[str, BundleFile]:
    """Return the files of a bundle.json, without bundle.json itself.

    Raises:
        DeployError: Another schema, a missing key, or a path that leaves the bundle.
    """
    if not isinstance(manifest, dict):
        raise DeployError(f"{origin}: not a bundle manifest")
    schema = str(manifest.get("schema", ""))
    number = schema.removeprefix(SCHEMA_PREFIX)
    if not schema.startswith(SCHEMA_PREFIX) or not number.isdigit() or int(number) < 1:
        raise DeployError(f"{origin}: schema {schema!r} is not {SCHEMA_PREFIX}{NEWEST_SCHEMA}")
    if int(number) > NEWEST_SCHEMA:
        raise DeployError(f"{origin}: schema {schema!r} is newer than this version of QUAD Studio")
    try:
        files = {
            str(name): BundleFile(str(entry["sha256"]), int(entry["bytes"]))
            for name, entry in manifest["files"].items()
        }
        str(manifest["name"]), str(manifest["fingerprint"])
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise DeployError(f"{origin}: damaged ({exc!r}); build the bundle again") from exc
    for name, entry in files.items():
        check_inner_path(name, origin)
        if not re.fullmatch(r"[0-9a-f]{64}", entry.sha256) or entry.bytes < 0:
            raise DeployError(f"{origin}: {name}: bad hash or size; build the bundle again")
    return files


def check_inner_path(name: str, origin: str) -> None:
    """Refuse a path that could leave the bundle or confuse a shell.

    Raises:
        DeployError: It is absolute, climbs, or has a backslash or a control character.
    """
    path = PurePosixPath(name)
    odd = any(ord(letter) < 32 or letter == "\\" for letter in name)
    if not name or odd or path.is_absolute() or ".." in path.parts or path.as_posix() != name:
        raise DeployError(f"{origin}: {name!r} is not a path inside the bundle")


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
