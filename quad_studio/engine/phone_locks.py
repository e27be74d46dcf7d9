"""One plan at a time on a phone: two at once would measure each other."""

import re
from typing import IO

from quad_studio.errors import DeviceProblem, UsageProblem
from quad_studio.runs import take_lock
from quad_studio.storage import storage_error


def lock_phone(name: str) -> IO[str]:
    """Lock phone `name` ("adb:SERIAL", "virtual:PRESET") for this user until the file is closed.

    The lock ends with the process, however it ends. Sessions take none: they may share a phone.

    Raises:
        DeviceProblem: Another plan has the phone; the message says which process.
        StageError: The folder of locks cannot be written.
    """
    from device.state_folder import state_folder

    path = state_folder() / "locks" / f"{re.sub(r'[^A-Za-z0-9._-]', '_', name)}.lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return take_lock(path)
    except UsageProblem as exc:
        owner = str(exc).partition(": ")[2].partition(";")[0]
        raise DeviceProblem(
            f"{name}: {owner}; wait for that plan, stop it, or name another phone (--target)"
        ) from exc
    except OSError as exc:
        raise storage_error(path, exc) from exc
