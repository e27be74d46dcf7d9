"""A peer's process: requests and answers, a JSON line each."""

import contextlib
import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from benchmarks.peers.environment import FOLDER, Peer, PeerMissing, python_of

ROOT = FOLDER.parents[1]


class PeerProcess:
    """Starts a peer's script and asks it; use as a context manager.

    Raises:
        PeerMissing: It is not installed, does not start, or refuses; the message says why.
    """

    def __init__(
        self,
        peer: Peer,
        setup: Mapping[str, Any],
        *,
        cache: Path | None = None,
        timeout_s: float = 900.0,
    ) -> None:
        self._peer, self._timeout_s = peer, timeout_s
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 -- closed by `close`
        variables = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
        self._process = subprocess.Popen(
            [str(python_of(peer, cache)), str(FOLDER / peer.script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env=variables,
            cwd=ROOT,
        )
        try:
            self.facts = self.ask(setup)
        except BaseException:
            self.close()
            raise

    def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Send a request and return the answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        watch = threading.Timer(self._timeout_s, self._process.kill)
        watch.start()
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except OSError:
            line = ""
        finally:
            watch.cancel()
        if not line:
            raise PeerMissing(self._peer.name, f"ended: {self._last_words()}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise PeerMissing(self._peer.name, str(answer["error"]))
        return answer

    @property
    def pid(self) -> int:
        """Return the process, whose memory can be read."""
        return self._process.pid

    def close(self) -> None:
        """End the process."""
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):  # it may be gone already
                self._process.stdin.close()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._errors.close()

    def __enter__(self) -> "PeerProcess":
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process."""
        self.close()

    def _last_words(self) -> str:
        self._process.wait()
        self._errors.seek(0)
        lines = [line.strip() for line in self._errors.read().splitlines() if line.strip()]
        return lines[-1] if lines else f"status {self._process.returncode}"
