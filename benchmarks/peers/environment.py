"""Virtual environments for peers, made from pinned requirements and kept."""

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
CACHE_VARIABLE = "QUAD_BENCHMARK_CACHE"
_INSTALL_S = 1800.0


class PeerMissing(Exception):  # noqa: N818 -- a peer that is not there is no crash
    """A peer cannot be measured here.

    Attributes:
        peer: Its name.
        why: What is missing and how to get it, one line.
    """

    def __init__(self, peer: str, why: str) -> None:
        """Hand every part to Exception, so that the error survives pickling."""
        super().__init__(peer, why)
        self.peer, self.why = peer, why

    def __str__(self) -> str:
        """Return one line for a person."""
        return f"{self.peer}: {self.why}"


@dataclass(frozen=True, kw_only=True)
class Peer:
    """A peer.

    Attributes:
        script: File of this folder that answers for it.
        requirements: File of `requirements/` that its environment is made from; None: it lives
            in the project's own environment.
        packages: Distributions whose versions are reported.
    """

    name: str
    script: str
    requirements: str | None = None
    packages: tuple[str, ...] = ()


def cache_folder() -> Path:
    """Return where environments are kept: QUAD_BENCHMARK_CACHE, else the user's cache folder."""
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_cache_dir("quad-studio", appauthor=False)) / "benchmarks"


def python_of(peer: Peer, cache: Path | None = None) -> Path:
    """Return the Python that runs the peer; its environment is made when it is not there yet.

    Raises:
        PeerMissing: It cannot be installed; the message has pip's last words.
    """
    if peer.requirements is None:
        return Path(sys.executable)
    wanted = FOLDER / "requirements" / peer.requirements
    folder = environment_folder(wanted, cache or cache_folder())
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if (folder / ".ready").is_file() and python.is_file():
        return python
    shutil.rmtree(folder, ignore_errors=True)
    try:
        _call(peer, [sys.executable, "-m", "venv", str(folder)])
        _call(peer, [str(python), "-m", "pip", "install", "--quiet", "-r", str(wanted)])
    except PeerMissing:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    (folder / ".ready").write_text("", encoding="utf-8")
    return python


def environment_folder(requirements: Path, cache: Path) -> Path:
    """Return the folder of an environment: another pin or Python means another folder."""
    text = f"{sys.version_info[:2]} {requirements.read_text(encoding='utf-8')}"
    return cache / f"{requirements.stem}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _call(peer: Peer, argv: list[str]) -> None:
    """Run a command; its last line says why it failed."""
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=_INSTALL_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise PeerMissing(peer.name, f"cannot be installed: {exc}") from exc
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        errors = [line for line in lines if line.lower().startswith("error")] or lines[-1:]
        said = errors[0] if errors else f"status {done.returncode}"
        raise PeerMissing(peer.name, f"cannot be installed from {peer.requirements}: {said}")
