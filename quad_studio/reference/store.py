"""The reference cache: one file a result, named by the hash of all that it depends on."""

import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quad_studio.storage import digest_of, replacing, sha256_of_file

_ARRAYS = ("image", "latents", "initial_latents")


@dataclass(frozen=True, kw_only=True)
class ReferenceResult:
    """One FP32 result.

    Attributes:
        key: Hash of model, adapters, plan, inputs, seed and library versions.
        image: (1, 3, H, W) float32, about [-1, 1], as the decoder gave it.
        latents: (1, C, h, w), final: z.
        initial_latents: (1, C, h, w), before the first step: z_T.
        cached: It was read from the cache.
        seconds: What computing it took, whenever that was.
    """

    key: str
    image: NDArray[np.float32]
    latents: NDArray[np.float32]
    initial_latents: NDArray[np.float32]
    cached: bool = False
    seconds: float = 0.0


class ReferenceStore:
    """Results on disk; safe for several processes, since files appear whole.

    Args:
        folder: The cache directory; made when first written to.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, key: str) -> ReferenceResult | None:
        """Return the result, or None if it is not there or its file is damaged."""
        path = self._path(key)
        try:
            with np.load(path, allow_pickle=False) as data:
                arrays = {name: np.array(data[name], np.float32) for name in _ARRAYS}
                seconds = float(data["seconds"])
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None
        return ReferenceResult(key=key, cached=True, seconds=seconds, **arrays)

    def write(self, result: ReferenceResult) -> None:
        """Store a result.

        Raises:
            StageError: The disk is full or the folder cannot be written.
        """
        with replacing(self._path(result.key)) as stream:
            arrays = {name: getattr(result, name) for name in _ARRAYS}
            np.savez(stream, seconds=np.float64(result.seconds), **arrays)

    def prune(self, most_bytes: int) -> int:
        """Delete the results that were used longest ago until the rest fits; return how many."""
        files = sorted(self.folder.glob("*/*.npz"), key=lambda path: path.stat().st_atime)
        total = sum(path.stat().st_size for path in files)
        gone = 0
        for path in files:
            if total <= most_bytes:
                break
            total -= path.stat().st_size
            path.unlink(missing_ok=True)
            gone += 1
        return gone

    def hash_files(self, files: Sequence[Path], check: Callable[[], None] | None = None) -> str:
        """Return one hash over the content of files, whose own hashes are remembered.

        A file counts as unchanged while its size and modification time are.
        """
        book = self._read_book()
        known = dict(book)
        digests = []
        for file in files:
            state = file.stat()
            name = f"{file.resolve()}:{state.st_size}:{state.st_mtime_ns}"
            if name not in known:
                known[name] = sha256_of_file(file, check)
            digests.append([file.name, known[name]])
        if known != book:
            with replacing(self._book_path) as stream:
                stream.write(json.dumps(known, indent=1).encode())
        return digest_of(digests)

    @property
    def _book_path(self) -> Path:
        return self.folder / "hashes.json"

    def _read_book(self) -> dict[str, Any]:
        """Return the remembered hashes."""
        try:
            found = json.loads(self._book_path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.npz"
