"""A runner on a phone: start it there, reach it through a forward, leave nothing behind."""

import contextlib
import json
import os
import queue
import secrets
import shlex
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass

from device.adb import AdbPhone
from device.errors import (
    AdbError,
    DeviceError,
    DeviceLostError,
    RunnerBundleError,
    RunnerError,
    RunnerLostError,
    RunnerStartError,
)
from device.remote_store import RemoteStore
from device.runner_client import RunnerConnection, SocketSession
from device.runner_process import runner_arguments
from device.scratch import ScratchFolder
from device.sync_push import SyncPusher
from device.targets import SessionRequest

START_TIMEOUT_S = 600.0  # an NPU's graph may be compiled first
_KILLED = 128 + 9
# Ends runners' leftovers of sessions that are gone, and nothing else: a pid counts only while its
# command line names our program and that session.
_SWEEP = """
cd "$1/sessions" 2>/dev/null || exit 0
for dir in */; do
  dir=${dir%/}; pid=
  [ -f "$dir/pid" ] && read -r pid < "$dir/pid"
  if [ -n "$pid" ] && tr '\\0' ' ' < "/proc/$pid/cmdline" 2>/dev/null | grep -q "quad-$dir"
  then echo "$dir"
  elif [ -n "$(find "$dir" -maxdepth 0 -mmin +2)" ] || [ -n "$pid" ]; then rm -rf "$dir"
  else echo "$dir"
  fi
done
true
"""
_KILL = """
read -r pid < "$1/pid" 2>/dev/null || exit 0
tr '\\0' ' ' < "/proc/$pid/cmdline" 2>/dev/null | grep -q "quad-$2" && kill -9 "$pid"
true
"""


@dataclass(frozen=True)
class StartRequest:
    """What is needed to start a runner; all paths in it are the phone's."""

    program: str
    folder: str
    session: SessionRequest


class PhoneRunner:
    """A runner process on the phone, as long as `adb shell` holds it."""

    def __init__(self, store: RemoteStore, request: StartRequest) -> None:
        """Start the runner and wait until it is ready.

        Raises:
            RunnerStartError: It did not come up; the message has its own words.
            RunnerBundleError: It refused the bundle.
            AdbError: The phone cannot be used.
        """
        self._store, self._phone = store, store.phone
        self.session_id = secrets.token_hex(8)
        self.token = secrets.token_hex(24)
        self._place = store.path("sessions", self.session_id)
        self._process: subprocess.Popen[str] | None = None
        self._port: int | None = None
        try:
            self._prepare(request.folder)
            self._process = self._phone.start(self._command(request))
            self._errors: queue.Queue[str] = queue.Queue()
            threading.Thread(target=self._collect_errors, daemon=True).start()
            self._wait_ready()
            self._port = self._phone.forward(f"localabstract:quad-{self.session_id}")
        except BaseException:
            self.close()
            raise

    def connect(self) -> RunnerConnection:
        """Return a connection to the runner."""
        assert self._port is not None
        connection = RunnerConnection.connect(("127.0.0.1", self._port))
        connection.explain = self.explain
        return connection

    def explain(self, problem: RunnerLostError) -> DeviceError:
        """Return what really happened when the connection broke: phone lost, or runner ended."""
        assert self._process is not None
        try:
            code: int | None = self._process.wait(timeout=3)
        except subprocess.TimeoutExpired:
            code = None
        said = self._said()
        if code == 255 and not said or code is None:
            return DeviceLostError(self._phone.serial, "a request was running", problem.message)
        if code == _KILLED:
            return RunnerLostError(
                f"{self._phone.serial}: the runner was killed (signal 9), perhaps because memory "
                "ran out; run again, finished work is kept"
            )
        log = self._log_tail()
        return RunnerLostError(
            f"{self._phone.serial}: the runner ended with status {code}"
            f"{': ' + log if log else ''}; run again, finished work is kept"
        )

    def close(self) -> None:
        """End the runner and remove its forward and its directory; harmless when it is gone."""
        process, self._process = self._process, None
        if process is not None:
            if process.stdin is not None:
                with contextlib.suppress(OSError):
                    process.stdin.close()  # the runner watches it
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(AdbError):
                    self._phone.script(_KILL, self._place, self.session_id, timeout_s=10)
                process.kill()
                process.wait()
            for pipe in (process.stdout, process.stderr):
                if pipe is not None:
                    pipe.close()
        with contextlib.suppress(AdbError):
            if self._port is not None:
                self._phone.remove_forward(self._port)
                self._port = None
            self._phone.script('rm -rf "$1"', self._place, timeout_s=10)

    def _prepare(self, folder: str) -> None:
        """Write the token, readable by the shell's user only, and the name of the bundle."""
        self._phone.script(
            'umask 077; mkdir -p "$1" && printf "%s\\n" "$2" > "$1/bundle"',
            self._place, folder, timeout_s=15,
        )  # fmt: skip
        with ScratchFolder("token") as here, SyncPusher(self._phone) as pusher:
            local = here / "token"
            descriptor = os.open(local, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(self.token + "\n")
            pusher.push(local, f"{self._place}/token", mode=0o600)

    def _command(self, request: StartRequest) -> str:
        """Return the line that becomes the runner: its shell's pid is the runner's."""
        bundle = self._store.path("bundles", request.folder)
        listen = ["--listen", f"abstract:quad-{self.session_id}", "--watch-stdin"]
        words = [*runner_arguments(request.session, bundle, f"{self._place}/token"), *listen]
        libraries = {"LD_LIBRARY_PATH": request.program.rpartition("/")[0]}
        variables = {**libraries, **request.session.env}
        settings = [f"{name}={value}" for name, value in variables.items()]
        place = shlex.quote(self._place)
        run = shlex.join(["env", *settings, request.program, *words])
        return f"cd {place} && echo $$ > pid && exec {run} 2> log"

    def _wait_ready(self) -> None:
        process = self._process
        assert process is not None
        assert process.stdout is not None
        lines: queue.Queue[str] = queue.Queue()

        def read() -> None:
            with contextlib.suppress(ValueError, OSError):
                for line in process.stdout or ():
                    lines.put(line)
            lines.put("")

        threading.Thread(target=read, daemon=True).start()
        try:
            first = lines.get(timeout=START_TIMEOUT_S)
        except queue.Empty as exc:
            raise RunnerStartError(
                f"{self._phone.serial}: the runner was not ready in {START_TIMEOUT_S:g} s"
            ) from exc
        try:
            said = json.loads(first)
        except ValueError:
            said = {}
        if said.get("ready") is True:
            return
        raise self._start_failure(said)

    def _start_failure(self, said: Mapping[str, object]) -> DeviceError:
        problem = said.get("error")
        process = self._process
        assert process is not None
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)
        if isinstance(problem, dict):
            text = f"{self._phone.serial}: {problem.get('message')}"
            wrong_bundle = problem.get("code") == "bundle"
            return RunnerBundleError(text) if wrong_bundle else RunnerStartError(text)
        adb_said = self._said()
        if process.returncode == 255 and not adb_said:
            return DeviceLostError(self._phone.serial, "starting the runner")
        if adb_said.startswith(("adb:", "error:")):
            return self._phone.failure("starting the runner", process.returncode or 1, adb_said)
        log = self._log_tail() or adb_said or "no message"
        return RunnerStartError(
            f"{self._phone.serial}: the runner ended with status {process.returncode}: {log}"
        )

    def _collect_errors(self) -> None:
        process = self._process
        if process is not None and process.stderr is not None:
            with contextlib.suppress(ValueError, OSError):
                for line in process.stderr:
                    self._errors.put(line)

    def _said(self) -> str:
        lines = []
        while True:
            try:
                lines.append(self._errors.get_nowait())
            except queue.Empty:
                return "".join(lines).strip()

    def _log_tail(self) -> str:
        with contextlib.suppress(AdbError):
            text = self._phone.script('tail -n 3 "$1/log"', self._place, timeout_s=10)
            return " ".join(text.split())[-400:]
        return ""


def open_phone_session(store: RemoteStore, request: StartRequest) -> SocketSession:
    """Start a runner and return a session on it; closing the session ends the runner.

    Raises:
        RunnerError, AdbError: It did not come up.
    """
    runner = PhoneRunner(store, request)
    try:
        connection = runner.connect()
    except RunnerError:
        runner.close()
        raise
    try:
        return SocketSession(
            connection, token=runner.token, client="quad-studio", on_close=runner.close
        )
    except BaseException:
        connection.close()
        runner.close()
        raise


def sweep_sessions(store: RemoteStore) -> list[str]:
    """Remove what dead sessions left on the phone and in the adb server; return the live ones."""
    live = store.phone.script(_SWEEP, store.work, timeout_s=20).split()
    for port, remote in forwards(store.phone):
        name = remote.removeprefix("localabstract:quad-")
        if name != remote and name not in live:
            store.phone.remove_forward(port)
    return live


def forwards(phone: AdbPhone) -> list[tuple[int, str]]:
    """Return the local port and the remote end of each TCP forward to `phone`."""
    found = []
    for line in phone.server.command("forward", "--list", timeout_s=10).splitlines():
        words = line.split()
        if len(words) == 3 and words[0] == phone.serial and words[1].startswith("tcp:"):
            found.append((int(words[1].removeprefix("tcp:")), words[2]))
    return found
