"""When a bundle was written: another build writes another one."""

from pathlib import Path

from quad_studio.bundle import MANIFEST


def bundle_stamp(bundle: Path) -> float | None:
    """Return when the bundle in this folder was written, None where there is none."""
    try:
        return (bundle / MANIFEST).stat().st_mtime
    except OSError:
        return None
