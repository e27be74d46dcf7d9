"""Where this user's device records lie: saved endpoints, virtual phones."""

import os
import sys
from pathlib import Path


def state_folder() -> Path:
    """Return the folder, whether it exists or not; `QUAD_STUDIO_STATE` chooses another."""
    chosen = os.environ.get("QUAD_STUDIO_STATE")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData/Local")) / "quad-studio"
    if sys.platform == "darwin":
        return Path.home() / "Library/Application Support/quad-studio"
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "quad-studio"
