"""Files that travel: named by their hash, fetched only by hosts that lack them."""

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from quad_studio.errors import StageError
from quad_studio.storage import digest_of, replacing, sha256_of_file
from quad_studio.use_cases.item import InputItem

CHUNK_BYTES = 16 << 20
Fetch = Callable[[str, int], Iterable[bytes]]
"""Called with a file's hash and size; yields its bytes in order."""
_PICTURES = ("image", "mask", "sketch", "truth")


@dataclass(frozen=True, kw_only=True)
class ParcelFile:
    """One file of a parcel."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """A folder to be sent: what is in it, not the bytes.

    Attributes:
        files: By name relative to the folder, POSIX slashes.
    """

    files: tuple[ParcelFile, ...]

    @property
    def digest(self) -> str:
        """Return what names the folder on a host."""
        return digest_of([[file.name, file.sha256] for file in self.files])

    def part(self, *prefixes: str) -> "Parcel":
        """Return the parcel of the files whose names begin so."""
        return Parcel(files=tuple(file for file in self.files if file.name.startswith(prefixes)))


class Shelf:
    """Serves files by hash, on the machine that has them; hosts ask for the chunks they lack."""

    def __init__(self, paths: Mapping[str, Path]) -> None:
        self._paths = dict(paths)

    def read(self, sha256: str, offset: int) -> bytes:
        """Return up to `CHUNK_BYTES` of a file."""
        with self._paths[sha256].open("rb") as stream:
            stream.seek(offset)
            return stream.read(CHUNK_BYTES)


def pack(
    paths: Mapping[str, Path],
    known: Mapping[str, str] | None = None,
    check: Callable[[], None] | None = None,
) -> tuple[Parcel, dict[str, Path]]:
    """Return the parcel of files by name, and their paths by hash for a `Shelf`.

    Args:
        paths: Path of each file by its name in the parcel.
        known: Hashes that need not be computed again, by name.
        check: May raise between chunks to stop.
    """
    files, shelf = [], {}
    for name, path in sorted(paths.items()):
        sha256 = (known or {}).get(name) or sha256_of_file(path, check)
        files.append(ParcelFile(name=name, sha256=sha256, size=path.stat().st_size))
        shelf[sha256] = path
    return Parcel(files=tuple(files)), shelf


def unpack(parcel: Parcel, root: Path, fetch: Fetch) -> Path:
    """Return the folder below `root` that holds the parcel; what is missing is fetched.

    Files lie once by hash and are linked into folders, so that two bundles share their base.

    Raises:
        StageError: The disk is full, or a file arrived with another hash.
    """
    folder = root / "parcels" / parcel.digest[:32]
    for file in parcel.files:
        place = folder / file.name
        if place.is_file() and place.stat().st_size == file.size:
            continue
        stored = root / "files" / file.sha256[:2] / file.sha256
        if not (stored.is_file() and stored.stat().st_size == file.size):
            _receive(file, stored, fetch)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        try:
            place.hardlink_to(stored)
        except FileExistsError:
            continue  # another worker of this host was faster
        except OSError:  # a file system without links
            shutil.copyfile(stored, place)
    return folder


def _receive(file: ParcelFile, stored: Path, fetch: Fetch) -> None:
    """Write one file and hold it against its hash."""
    digest = hashlib.sha256()
    with replacing(stored) as stream:
        for chunk in fetch(file.sha256, file.size):
            digest.update(chunk)
            stream.write(chunk)
        if digest.hexdigest() != file.sha256:
            raise StageError("cluster", f"{file.name}: arrived with another hash; try again")


@dataclass(frozen=True, kw_only=True)
class PackedItem:
    """An input with its pictures' bytes: they are small, so they travel along.

    Attributes:
        pictures: (field, suffix, bytes) of each picture it has.
    """

    item: InputItem
    pictures: tuple[tuple[str, str, bytes], ...] = field(repr=False)

    @classmethod
    def of(cls, item: InputItem) -> "PackedItem":
        """Read an item's pictures."""
        found = []
        for name in _PICTURES:
            path = getattr(item, name)
            if path is not None and path.is_file():  # a missing one fails its row on the host
                found.append((name, path.suffix, path.read_bytes()))
        return cls(item=item, pictures=tuple(found))

    def unpack(self, root: Path) -> InputItem:
        """Write the pictures below `root`, once each, and return the item that names them."""
        paths: dict[str, Any] = {}
        for name, suffix, data in self.pictures:
            sha256 = hashlib.sha256(data).hexdigest()
            path = root / "inputs" / f"{sha256[:32]}{suffix}"
            if not path.is_file():
                with replacing(path) as stream:
                    stream.write(data)
            paths[name] = path
        return replace(self.item, **paths)


def chunks_of(read: Callable[[str, int], bytes], sha256: str, size: int) -> Iterator[bytes]:
    """Yield a file's chunks from something like `Shelf.read`."""
    for offset in range(0, size, CHUNK_BYTES):
        yield read(sha256, offset)
