"""Where adapter updates come from: a directory, or an index on HTTP(S); with optional signatures.

An index is `index.json` beside the files; a directory without one is read by the side-cars that
lie beside the adapters in every bundle. A signature covers name, version, base, rank, hash and
size, so that none of them can be swapped.
"""

import base64
import binascii
import builtins
import hashlib
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from device.callbacks import CheckFn
from device.errors import DeployError, UpdateRefusedError
from device.local_bundle import check_inner_path

INDEX = "index.json"
INDEX_SCHEMA = "quad-studio/adapter-index/1"
SIDECAR_SCHEMA = "quad-studio/adapter/1"
MAX_INDEX_BYTES = 4 * 1024 * 1024
TIMEOUT_S = 30.0
_PIECE_BYTES = 256 * 1024


@dataclass(frozen=True)
class AdapterEntry:
    """What an index says about one adapter.

    Attributes:
        file: Path beside the index.
        fingerprint: Of the base that it was fitted to.
        signature: Ed25519, base64; "" where it is not signed.
    """

    name: str
    file: str
    version: int
    fingerprint: str
    rank: int
    sha256: str
    bytes: int
    use_cases: tuple[str, ...] = ()
    signature: str = ""

    def signed_bytes(self) -> builtins.bytes:
        """Return what a signature covers."""
        covered = {
            "name": self.name, "version": self.version, "fingerprint": self.fingerprint,
            "rank": self.rank, "sha256": self.sha256, "bytes": self.bytes,
        }  # fmt: skip
        return json.dumps(covered, sort_keys=True, separators=(",", ":")).encode()

    def to_json(self) -> dict[str, Any]:
        """Return the entry as it stands in an index."""
        data = {**vars(self), "use_cases": list(self.use_cases)}
        return data if self.signature else {k: v for k, v in data.items() if k != "signature"}


@dataclass(frozen=True)
class AdapterSource:
    """A directory or an address with adapters; `base` ends in a slash where it is an address."""

    base: str
    entries: tuple[AdapterEntry, ...]

    def entry(self, name: str) -> AdapterEntry:
        """Return the newest entry of that name.

        Raises:
            UpdateRefusedError: There is none.
        """
        found = [entry for entry in self.entries if entry.name == name]
        if not found:
            here = ", ".join(sorted({entry.name for entry in self.entries})) or "none"
            raise UpdateRefusedError(f"{self.base}: no adapter {name!r}; there are: {here}")
        return max(found, key=lambda entry: entry.version)

    def fetch(self, entry: AdapterEntry, folder: Path, check: CheckFn) -> Path:
        """Return a file with the adapter, its hash checked; downloads go to `folder`.

        Raises:
            UpdateRefusedError: It cannot be read, or is not what the index says.
        """
        if is_address(self.base):
            path = folder / f"{entry.sha256}.onnx_adapter"
            _download(self.base + urllib.parse.quote(entry.file), path, entry.bytes, check)
        else:
            path = Path(self.base) / entry.file
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as exc:
            raise UpdateRefusedError(f"{path}: {exc.strerror}") from exc
        if path.stat().st_size != entry.bytes or digest != entry.sha256:
            raise UpdateRefusedError(
                f"{self.base}: {entry.file} is not what the index says (SHA-256 {digest[:12]} "
                f"instead of {entry.sha256[:12]}); it is damaged or was swapped"
            )
        return path


def is_address(text: str) -> bool:
    """Return whether `text` is an HTTP(S) address."""
    return text.startswith(("http://", "https://"))


def read_source(source: str) -> AdapterSource:
    """Read a directory, or the index at an address (its folder, or the .json itself).

    Raises:
        UpdateRefusedError: No index, or one that cannot be read.
    """
    if is_address(source):
        index = source if source.endswith(".json") else f"{source.rstrip('/')}/{INDEX}"
        return AdapterSource(index.rpartition("/")[0] + "/", _read_index(_get(index), index))
    folder = Path(source)
    if not folder.is_dir():
        raise UpdateRefusedError(f"{source}: not a directory and not an http(s) address")
    index_path = folder / INDEX
    if index_path.is_file():
        return AdapterSource(source, _read_index(index_path.read_bytes(), str(index_path)))
    return AdapterSource(source, tuple(read_sidecars(folder)))


def read_sidecars(folder: Path) -> Iterable[AdapterEntry]:
    """Yield an entry for each side-car in `folder`.

    Raises:
        UpdateRefusedError: A side-car is damaged, or there is none.
    """
    found = False
    for path in sorted(folder.glob("*.json")):
        data = _parse(path.read_bytes(), str(path))
        schema = str(data.get("schema"))
        if not schema.startswith(SIDECAR_SCHEMA.removesuffix("1")):
            continue
        if schema != SIDECAR_SCHEMA:
            text = f"{path}: schema {schema!r}, this version reads {SIDECAR_SCHEMA!r}"
            raise UpdateRefusedError(text)
        found = True
        yield _entry({"file": f"{path.stem}.onnx_adapter", **data}, str(path))
    if not found:
        raise UpdateRefusedError(f"{folder}: neither {INDEX} nor an adapter with its side-car")


def write_index(folder: Path, private_key: Path | None = None) -> list[AdapterEntry]:
    """Write `index.json` for the adapters in `folder`, signed where a key is given.

    Raises:
        UpdateRefusedError: No adapters, or a key that cannot be read.
    """
    entries = list(read_sidecars(folder))
    if private_key is not None:
        key = _read_private_key(private_key)
        entries = [
            replace(e, signature=base64.b64encode(key.sign(e.signed_bytes())).decode())
            for e in entries
        ]
    data = {"schema": INDEX_SCHEMA, "adapters": [entry.to_json() for entry in entries]}
    (folder / INDEX).write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    return entries


def check_signature(entry: AdapterEntry, public_key: Path) -> None:
    """Refuse an entry that the owner of `public_key` did not sign.

    Raises:
        UpdateRefusedError: Not signed, another signature, or the key cannot be read.
    """
    key = _read_public_key(public_key)
    if not entry.signature:
        raise UpdateRefusedError(
            f"{entry.name} version {entry.version}: not signed, and a key is configured"
        )
    try:
        key.verify(base64.b64decode(entry.signature, validate=True), entry.signed_bytes())
    except (InvalidSignature, binascii.Error) as exc:
        raise UpdateRefusedError(
            f"{entry.name} version {entry.version}: the signature is not that of {public_key}"
        ) from exc


def _read_public_key(path: Path) -> Ed25519PublicKey:
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except (OSError, ValueError, UnsupportedAlgorithm) as exc:
        raise UpdateRefusedError(f"{path}: not a public key in PEM ({exc})") from exc
    if not isinstance(key, Ed25519PublicKey):
        raise UpdateRefusedError(f"{path}: not an Ed25519 key")
    return key


def _read_private_key(path: Path) -> Ed25519PrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as exc:
        raise UpdateRefusedError(f"{path}: not a private key in PEM ({exc})") from exc
    if not isinstance(key, Ed25519PrivateKey):
        raise UpdateRefusedError(f"{path}: not an Ed25519 key")
    return key


def _parse(raw: bytes, origin: str) -> dict[str, Any]:
    try:
        data = json.loads(raw)
    except ValueError as exc:
        raise UpdateRefusedError(f"{origin}: not JSON ({exc})") from exc
    if not isinstance(data, dict):
        raise UpdateRefusedError(f"{origin}: not a JSON object")
    return data


def _read_index(raw: bytes, origin: str) -> tuple[AdapterEntry, ...]:
    data = _parse(raw, origin)
    if data.get("schema") != INDEX_SCHEMA:
        raise UpdateRefusedError(
            f"{origin}: schema {data.get('schema')!r}, this version reads {INDEX_SCHEMA!r}"
        )
    adapters = data.get("adapters")
    if not isinstance(adapters, list):
        raise UpdateRefusedError(f"{origin}: key 'adapters' is missing")
    return tuple(_entry(entry, origin) for entry in adapters)


def _entry(data: Any, origin: str) -> AdapterEntry:
    try:
        entry = AdapterEntry(
            name=str(data["name"]), file=str(data["file"]), version=int(data.get("version", 1)),
            fingerprint=str(data["fingerprint"]), rank=int(data["rank"]),
            sha256=str(data["sha256"]), bytes=int(data["bytes"]),
            use_cases=tuple(str(word) for word in data.get("use_cases", ())),
            signature=str(data.get("signature", "")),
        )  # fmt: skip
        check_inner_path(entry.file, origin)
    except (KeyError, TypeError, ValueError) as exc:
        raise UpdateRefusedError(f"{origin}: an entry is damaged ({exc!r})") from exc
    except DeployError as exc:
        raise UpdateRefusedError(str(exc)) from exc
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", entry.name):
        raise UpdateRefusedError(f"{origin}: {entry.name!r} is not a name for an adapter")
    if not re.fullmatch(r"[0-9a-f]{64}", entry.sha256) or entry.bytes < 0 or entry.version < 1:
        raise UpdateRefusedError(f"{origin}: {entry.name}: bad hash, size or version")
    return entry


def _get(address: str) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=TIMEOUT_S) as answer:
            data: bytes = answer.read(MAX_INDEX_BYTES + 1)
    except (urllib.error.URLError, OSError, ValueError) as exc:
        raise UpdateRefusedError(f"{address}: {_reason(exc)}") from exc
    if len(data) > MAX_INDEX_BYTES:
        raise UpdateRefusedError(f"{address}: over {MAX_INDEX_BYTES} bytes, not an index")
    return data


def _download(address: str, path: Path, size: int, check: CheckFn) -> None:
    """Fetch at most `size` bytes; more than that is not what the index says."""
    try:
        with urllib.request.urlopen(address, timeout=TIMEOUT_S) as answer, path.open("wb") as file:
            left = size + 1
            while left > 0 and (piece := answer.read(min(_PIECE_BYTES, left))):
                check()
                file.write(piece)
                left -= len(piece)
    except (urllib.error.URLError, OSError, ValueError) as exc:
        raise UpdateRefusedError(f"{address}: {_reason(exc)}") from exc


def _reason(problem: BaseException) -> str:
    if isinstance(problem, urllib.error.HTTPError):
        return f"HTTP {problem.code} {problem.reason}"
    return str(getattr(problem, "reason", problem))
