"""Find the native runner, start it as a child process, and end it again."""

import contextlib
import json
import os
import platform
import queue
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from device.errors import RunnerLostError, RunnerMissingError, RunnerStartError, runner_error
from device.scratch import ScratchFolder
from device.targets import SessionRequest

READY_TIMEOUT_S = 600.0
EXIT_TIMEOUT_S = 10.0
EXPLAIN_TIMEOUT_S = 3.0
LOG_TAIL_BYTES = 2000
TOKEN_BYTES = 24
RUNNER_FOLDER = Path(__file__).parent / "runner"
BUNDLE_STATUS = 3


def host_triple() -> str:
    """Return the name of this machine's build folder, e.g. "linux-x86_64"."""
    machine = platform.machine().lower()
    return f"{sys.platform}-{ {'amd64': 'x86_64', 'arm64': 'aarch64'}.get(machine, machine) }"


def find_runner(environment: Mapping[str, str] = os.environ, triple: str | None = None) -> Path:
    """Return the runner: QUAD_RUNNER, else the wheel's own, else the build folder's.

    Raises:
        RunnerMissingError: None of them is there.
    """
    named = environment.get("QUAD_RUNNER")
    if named:
        if Path(named).is_file():
            return Path(named)
        raise RunnerMissingError(f"QUAD_RUNNER is {named}, which is not a file")
    triple = triple or host_triple()
    for candidate in (
        RUNNER_FOLDER / "bin" / triple / "quad_runner",
        RUNNER_FOLDER / "bin" / "quad_runner",
        RUNNER_FOLDER / "build" / triple / "quad_runner",
    ):
        if candidate.is_file():
            return candidate
    raise RunnerMissingError(
        f"no quad_runner for {triple} below {RUNNER_FOLDER}; build it with "
        "`python -m device.runner_build`, or set QUAD_RUNNER"
    )


def runner_arguments(request: SessionRequest, bundle: str, token_file: str) -> list[str]:
    """Return the runner's command line for a session, without program and --listen."""
    arguments = ["--bundle", bundle, "--token-file", token_file]
    arguments += ["--provider", request.provider or "cpu", "--policy", request.policy]
    arguments += ["--variant", request.variant]
    optional: dict[str, object | None] = {
        "--threads": request.threads,
        "--adapter-cache-bytes": request.adapter_cache_bytes,
        "--context": request.context,
        "--idle-timeout": None if request.idle_timeout_s is None else int(request.idle_timeout_s),
    }
    for flag, value in optional.items():
        arguments += [] if value is None else [flag, str(value)]
    for key, text in request.provider_options.items():
        # Options of the runner itself travel with the provider's, under their own names.
        named = {"qnn_library": "--qnn-library", "qnn_backend": "--qnn-backend", "soc": "--soc"}
        arguments += [named[key], text] if key in named else ["--provider-option", f"{key}={text}"]
    return [*arguments, "--allow-faults"] if request.allow_faults else arguments


@dataclass
class RunnerProcess:
    """A running child: where it listens, and what it takes to end it."""

    process: subprocess.Popen[bytes]
    address: tuple[str, int]
    token: str
    scratch: ScratchFolder

    @classmethod
    def start(
        cls, program: Path, request: SessionRequest, *, prefix: Sequence[str] = ()
    ) -> "RunnerProcess":
        """Start the runner on loopback and wait until it is ready.

        `prefix` goes before the program, e.g. an emulator.

        Raises:
            RunnerStartError, RunnerBundleError: It did not come up, and why.
        """
        scratch = ScratchFolder("runner")
        folder = scratch.path
        token = secrets.token_urlsafe(TOKEN_BYTES)
        token_file = folder / "token"
        token_file.touch(mode=0o600)
        token_file.write_text(token + "\n", "ascii")
        arguments = runner_arguments(request, str(request.bundle.resolve()), str(token_file))
        command = [*prefix, str(program), *arguments, "--listen", "127.0.0.1:0", "--watch-stdin"]
        try:
            process = _spawn(command, {**os.environ, **request.env}, folder / "log")
        except OSError as exc:
            scratch.close()
            raise RunnerStartError(f"{program}: {exc}") from exc
        try:
            ready = _wait_until_ready(process, folder / "log")
        except BaseException:
            _end(process)
            scratch.close()
            raise
        return cls(process, ("127.0.0.1", int(ready["port"])), token, scratch)

    def explain(self, problem: RunnerLostError) -> RunnerLostError:
        """Return what really happened when the connection broke, and what to do."""
        try:
            status = self.process.wait(timeout=EXPLAIN_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            return problem
        if status == -getattr(signal, "SIGKILL", 9):
            what = "was killed (signal 9), perhaps because memory ran out"
        else:
            what = f"ended with status {status}; {self.log_tail()}"
        return RunnerLostError(f"the runner {what}; run again, finished work is kept")

    def log_tail(self) -> str:
        """Return the end of what the runner wrote to stderr."""
        return _tail(self.scratch.path / "log")

    def close(self) -> None:
        """End the process and remove its files; safe to call twice."""
        _end(self.process)
        self.scratch.close()


def _spawn(command: list[str], environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as stderr:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=environment,
            start_new_session=True,  # Ctrl-C is for us; we end the runner in order
        )


def _wait_until_ready(process: subprocess.Popen[bytes], log: Path) -> dict[str, Any]:
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    stdout = process.stdout
    if stdout is None:
        raise RunnerStartError("the runner was started without a pipe for its output")
    threading.Thread(target=lambda: lines.put(stdout.readline()), daemon=True).start()
    try:
        line = lines.get(timeout=READY_TIMEOUT_S)
    except queue.Empty:
        raise RunnerStartError(f"not ready after {READY_TIMEOUT_S:g} s; {_tail(log)}") from None
    try:
        ready = json.loads(line)
    except ValueError:
        ready = None
    if isinstance(ready, dict) and ready.get("ready") is True:
        return ready
    if isinstance(ready, dict) and isinstance(ready.get("error"), dict):
        error = ready["error"]
        if error.get("code") == "usage":
            raise RunnerStartError(str(error.get("message")))
        raise runner_error(str(error.get("code")), str(error.get("message")))
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(EXIT_TIMEOUT_S)
    raise RunnerStartError(f"it ended with status {process.returncode}; {_tail(log)}")


def _tail(log: Path) -> str:
    try:
        text = log.read_bytes()[-LOG_TAIL_BYTES:].decode("utf-8", "replace")
    except OSError:
        return "no log"
    return " | ".join(line for line in text.splitlines() if line) or "its log is empty"


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()  # the runner watches it
    try:
        process.wait(EXIT_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
