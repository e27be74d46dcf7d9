"""Files that must survive a crash: atomic writes, hashes, canonical JSON."""

import errno
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from quad_studio.errors import InputFileProblem, StageError

_CHUNK_BYTES = 1 << 20
_FREE = "free some space and go on, a plan with --resume: what was finished is kept"


def sha256_of_file(path: Path, check: Callable[[], None] | None = None) -> str:
    """Return the SHA-256 of a file as hex; `check` may raise between chunks to stop."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            digest.update(chunk)
            if check:
                check()
    return digest.hexdigest()


def canonical_json(value: Any) -> bytes:
    """Return `value` as JSON with sorted keys and no spaces, the form that is hashed.

    >>> canonical_json({"b": 1.0, "a": [1]})
    b'{"a":[1],"b":1.0}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest_of(value: Any) -> str:
    """Return the SHA-256 of `value`'s canonical JSON as hex."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a temporary file beside `path` that takes its place when the block ends well.

    Raises:
        StageError: The folder is not writable or the disk is full.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as exc:
        raise storage_error(path, exc) from exc
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as exc:
        raise storage_error(path, exc) from exc
    finally:
        temporary.unlink(missing_ok=True)


def remove_partial_files(folder: Path) -> None:
    """Remove what `replacing` left below `folder` in processes that were killed.

    The caller makes sure that nobody writes there now, and that no name begins with a dot.
    """
    for path in folder.rglob(".*"):
        if path.is_file():
            path.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write `text` so that a reader sees the old file or the new one, never a half."""
    with replacing(path) as stream:
        stream.write(text.encode("utf-8"))


def write_json(path: Path, value: Any) -> None:
    """Write `value` as indented JSON, atomically."""
    write_text(path, json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def read_json(path: Path, kind: str, newest: int = 1) -> dict[str, Any]:
    """Return the JSON object in `path`, whose schema must be `quad-studio/<kind>/<= newest>`.

    Raises:
        InputFileProblem: The file is missing, no JSON, foreign or of a newer schema.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as exc:
        raise InputFileProblem(path, "no such file") from exc
    except OSError as exc:
        raise InputFileProblem(path, f"cannot be read: {exc.strerror}") from exc
    except (UnicodeDecodeError, json.JSONDecodeError) as exc:
        raise InputFileProblem(path, f"is corrupt, not JSON: {exc}") from exc
    if not isinstance(data, dict):
        raise InputFileProblem(path, "is corrupt: a JSON object was expected")
    check_schema(path, data, kind, newest)
    return data


def check_schema(path: Path, data: dict[str, Any], kind: str, newest: int = 1) -> int:
    """Return the schema version of `data`, or raise InputFileProblem."""
    head, _, version = str(data.get("schema", "")).rpartition("/")
    if head != f"quad-studio/{kind}" or not version.isdigit():
        seen = data.get("schema", "no schema")
        raise InputFileProblem(path, f"is not a quad-studio/{kind} file ({seen})")
    if int(version) < 1:
        raise InputFileProblem(path, f"has schema {data['schema']}, which no version wrote")
    if int(version) > newest:
        raise InputFileProblem(
            path,
            f"has schema {data['schema']}, newer than this version reads ({newest}); "
            "update QUAD Studio",
        )
    return int(version)


def storage_error(path: Path, exc: OSError) -> StageError:
    """Return the error a person can act on for a failed write."""
    if exc.errno == errno.ENOSPC:
        return StageError("storage", f"{path}: the disk is full; {_FREE}")
    return StageError("storage", f"{path}: cannot be written: {exc.strerror or exc}")
