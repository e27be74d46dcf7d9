"""A lock on a file that ends with the process that holds it, however that ends."""

import os
from typing import IO


def lock_file(stream: IO[str]) -> None:
    """Take an exclusive lock that ends with the process, without waiting.

    Raises:
        OSError: Another process has it.
    """
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        import fcntl

        fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
