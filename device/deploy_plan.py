"""Compare a bundle with what is on the device: what a deployment will do, before it does."""

import hashlib
import os
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from device.local_bundle import LocalBundle
from device.remote_store import DEPLOYED, StoreState, quoted

Action = Literal["skip", "link", "resume", "send"]
_RESERVE_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class PlannedFile:
    """What happens to one file.

    Attributes:
        path: Inside the bundle.
        action: "skip": it is in place; "link": another bundle has it; "resume": it arrived
            earlier; "send".
        source: For a link or a resume, where it lies below the work directory.
    """

    path: str
    sha256: str
    bytes: int
    action: Action
    source: str = ""


@dataclass(frozen=True)
class DeployPlan:
    """What a deployment will do.

    Attributes:
        folder: The bundle's directory on the device, below `bundles`.
        files: Every file of the bundle that this device gets.
        bytes_needed: What has to be free, with a reserve.
        stale_parts: Our own leftovers, which go first.
    """

    folder: str
    files: tuple[PlannedFile, ...]
    free_bytes: int
    bytes_needed: int
    stale_parts: tuple[str, ...] = ()

    @property
    def bytes_total(self) -> int:
        """Return the size of all files."""
        return sum(file.bytes for file in self.files)

    @property
    def bytes_to_send(self) -> int:
        """Return what goes over the link; a file that is there twice goes once."""
        return sum({f.sha256: f.bytes for f in self.files if f.action == "send"}.values())

    @property
    def up_to_date(self) -> bool:
        """Return whether there is nothing to do."""
        return all(file.action == "skip" for file in self.files)


def host_mark() -> str:
    """Return a word for this host, so that it knows its own leftovers."""
    return hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]


def plan_deploy(
    bundle: LocalBundle, state: StoreState, *, soc: str = "", bad: Sequence[str] = ()
) -> DeployPlan:
    """Compare `bundle` with what is on the device.

    Args:
        bundle: What shall be there.
        state: What is there.
        soc: The device's SoC; compiled contexts of others are left out. "" sends all.
        bad: Paths below the work directory whose content is known to be wrong.
    """
    here = {
        f"bundles/{deployed.folder}/{name}": entry.sha256
        for deployed in state.bundles
        for name, entry in deployed.files.items()
        if name not in deployed.missing
    }
    by_hash = {digest: path for path, digest in here.items() if path not in bad}
    arrived = {
        path.removeprefix("incoming/"): path
        for path in state.sizes
        if path.startswith("incoming/") and "." not in path and path not in bad
    }
    files = []
    for name, entry in sorted(bundle.files.items()):
        if not _wanted(name, soc):
            continue
        place = f"bundles/{bundle.folder}/{name}"
        action: Action
        if here.get(place) == entry.sha256 and place not in bad:
            action, source = "skip", place
        elif entry.sha256 in by_hash:
            action, source = "link", by_hash[entry.sha256]
        elif entry.sha256 in arrived and state.sizes[arrived[entry.sha256]] == entry.bytes:
            action, source = "resume", arrived[entry.sha256]
        else:
            action, source = "send", ""
        files.append(PlannedFile(name, entry.sha256, entry.bytes, action, source))
    copied = () if state.links else ("link",)
    needed = {f.sha256: f.bytes for f in files if f.action in ("send", *copied)}
    return DeployPlan(
        folder=bundle.folder,
        files=tuple(files),
        free_bytes=state.free_bytes,
        bytes_needed=sum(needed.values()) + (_RESERVE_BYTES if needed else 0),
        stale_parts=tuple(stale_parts(state)),
    )


def _wanted(name: str, soc: str) -> bool:
    parts = PurePosixPath(name).parts
    if parts[0] == "reference":  # float graphs that `verify` compares with, never run on a device
        return False
    return not (soc and len(parts) > 2 and parts[0] == "contexts" and parts[1] != soc)


# Deployments that run in this process; the leftovers of those that ended are nobody's.
RUNNING: set[str] = set()


def stale_parts(state: StoreState) -> Iterator[str]:
    """Yield this host's `.part` files whose process is gone."""
    for path in state.sizes:
        run = path.partition(".part-")[2]
        mark, _, rest = run.partition("-")
        pid = rest.partition("-")[0]
        if mark != host_mark() or not pid.isdigit():
            continue
        running = run in RUNNING if int(pid) == os.getpid() else _alive(int(pid))
        if not running:
            yield path


def _alive(pid: int) -> bool:
    if os.name != "posix":
        return pid == os.getpid()
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def assemble_script(plan: DeployPlan, run_id: str) -> str:
    """Return the shell script that builds the bundle's directory on the device."""
    new, old = f"bundles/.new-{run_id}", f"bundles/.old-{run_id}"
    final = f"bundles/{plan.folder}"
    folders = sorted({str(PurePosixPath(f.path).parent) for f in plan.files})
    lines = [
        "set -e",
        'place() { ln "$1" "$2" 2>/dev/null || cp "$1" "$2"; }',
        f"rm -rf {quoted(new)}",
        *(f"mkdir -p {quoted(f'{new}/{folder}')}" for folder in folders),
    ]
    sent: dict[str, str] = {}
    for file in plan.files:
        goal = f"{new}/{file.path}"
        if file.action in ("skip", "link"):
            lines.append(f"place {quoted(file.source)} {quoted(goal)}")
        elif file.sha256 in sent:
            lines.append(f"place {quoted(sent[file.sha256])} {quoted(goal)}")
        else:
            lines.append(f"mv {quoted(f'incoming/{file.sha256}')} {quoted(goal)}")
            sent[file.sha256] = goal
    lines += [
        f"mv {quoted(f'incoming/{DEPLOYED}.part-{run_id}')} {quoted(f'{new}/{DEPLOYED}')}",
        f"[ ! -d {quoted(final)} ] || mv {quoted(final)} {quoted(old)}",
        f"mv {quoted(new)} {quoted(final)}",
        f"rm -rf {quoted(old)} {quoted(f'incoming/assemble.part-{run_id}')}",
        "rmdir incoming 2>/dev/null || true",
    ]
    return "\n".join(lines) + "\n"
