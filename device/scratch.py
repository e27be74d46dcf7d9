"""Scratch folders: removed when their work ends, or by a later process where theirs was killed.

A process holds a lock in each of its folders. The system lets go of it however the process ends,
so a folder whose lock can be taken has no owner any more. Unlike a process id, a lock cannot be
taken over by a stranger.
"""

import contextlib
import errno
import functools
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import IO

from device.file_lock import lock_file

_PREFIX = "quad-studio-scratch-"
_LOCK = ".in-use"
_TAKEN = (errno.EAGAIN, errno.EACCES, errno.ENOENT)
UNLOCKED_S = 3600.0
"""A folder so old that never got its lock was left by a process that was killed at that moment."""


class ScratchFolder:
    """A folder for files that nobody wants after this process; as a context manager, its path.

    Attributes:
        path: The folder, readable by its owner only.
    """

    def __init__(self, purpose: str) -> None:
        """Make the folder; `purpose` is a word of its name. The first one of a process sweeps."""
        sweep_once()
        self.path, self._lock = _locked_folder(f"{_PREFIX}{purpose}-")

    def close(self) -> None:
        """Remove the folder; safe to call twice."""
        self._lock.close()  # Windows removes no file that is open
        shutil.rmtree(self.path, ignore_errors=True)

    def __enter__(self) -> Path:
        """Return the folder."""
        return self.path

    def __exit__(self, *_: object) -> None:
        """Remove the folder."""
        self.close()


@functools.cache
def sweep_once() -> None:
    """Sweep, the first time that this process calls it: what a process leaves, the next finds."""
    sweep_scratch()


def sweep_scratch() -> list[Path]:
    """Remove this user's scratch folders whose process has ended; return them."""
    with contextlib.suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        found = [
            Path(entry.path)
            for entry in entries
            if entry.name.startswith(_PREFIX) and entry.is_dir(follow_symlinks=False)
        ]
        return [folder for folder in sorted(found) if _swept(folder)]
    return []


def _locked_folder(prefix: str) -> tuple[Path, IO[str]]:
    """Return a new folder and the open file that holds its lock."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix))
        try:
            stream = (folder / _LOCK).open("w", encoding="utf-8")
        except FileNotFoundError:
            continue  # a sweep was faster
        try:
            lock_file(stream)
        except OSError as exc:
            if exc.errno in _TAKEN:  # a sweep has it, and removes the folder
                stream.close()
                continue
            return folder, stream  # no locks here: a sweep gets none either
        if (folder / _LOCK).exists():
            return folder, stream
        stream.close()


def _swept(folder: Path) -> bool:
    """Remove `folder` if its process is gone; return whether it was."""
    try:
        about = folder.stat()
        if hasattr(os, "getuid") and about.st_uid != os.getuid():
            return False
        try:
            with (folder / _LOCK).open("r+", encoding="utf-8") as stream:
                lock_file(stream)
                shutil.rmtree(folder, ignore_errors=True)
        except FileNotFoundError:
            if time.time() - about.st_mtime < UNLOCKED_S:
                return False
            shutil.rmtree(folder, ignore_errors=True)
    except OSError:
        return False  # its process lives, or another sweep was faster
    return not folder.exists()
