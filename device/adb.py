"""The adb server and one phone behind it: quoted arguments, timeouts, typed errors."""

import importlib.util
import os
import re
import shlex
import shutil
import socket
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CompletedProcess

from device.errors import (
    AdbCommandError,
    AdbError,
    AdbMissingError,
    AdbServerError,
    AdbTimeoutError,
    DeviceLostError,
    DeviceNotFoundError,
    DeviceNotReadyError,
    DeviceOfflineError,
)
from device.parsers import DeviceLine, parse_devices
from device.states import DeviceState, state_text

RunFn = Callable[[Sequence[str], float], "CompletedProcess[str]"]

DEFAULT_PORT = 5037
PROTOCOL_VERSION = 41  # of every adb since 2018; servers of another one are left alone


def run_adb(argv: Sequence[str], timeout_s: float) -> "CompletedProcess[str]":
    """Run the real adb with an empty input; tests pass a fake instead."""
    return subprocess.run(
        argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8",
        errors="replace", timeout=timeout_s, check=False,
    )  # fmt: skip


def server_address() -> tuple[str, int]:
    """Return where the adb server listens, by adb's own environment variables.

    Raises:
        AdbServerError: They name something that is no TCP address.
    """
    spec = os.environ.get("ADB_SERVER_SOCKET")
    if spec:
        found = re.fullmatch(r"tcp:(?:(.+):)?(\d+)", spec)
        if found is None:
            raise AdbServerError(f"ADB_SERVER_SOCKET={spec}: only tcp:HOST:PORT is understood")
        return found[1] or "127.0.0.1", int(found[2])
    host = os.environ.get("ANDROID_ADB_SERVER_ADDRESS", "127.0.0.1")
    port = os.environ.get("ANDROID_ADB_SERVER_PORT", str(DEFAULT_PORT))
    if not port.isdigit():
        raise AdbServerError(f"ANDROID_ADB_SERVER_PORT={port}: not a port number")
    return host, int(port)


def find_adb() -> str:
    """Return the adb program: ADBUTILS_ADB_PATH, else the one in the adbutils wheel, else PATH's.

    Raises:
        AdbMissingError: There is none.
    """
    named = os.environ.get("ADBUTILS_ADB_PATH")
    if named:
        return named
    # The package itself stays out: importing it brings requests and Pillow, half of the start-up.
    package = importlib.util.find_spec("adbutils")
    name = "adb.exe" if os.name == "nt" else "adb"
    for folder in (package and package.submodule_search_locations) or ():
        program = Path(folder) / "binaries" / name
        if program.is_file() and _starts(program):
            return str(program)
    found = shutil.which("adb")
    if found:
        return found
    text = state_text(DeviceState.NO_ADB)
    raise AdbMissingError(f"{text.cause} {text.remedy}")


def _starts(program: Path) -> bool:
    """Return whether the program runs here; a wheel of another architecture's does not."""
    try:
        argv = [str(program), "version"]
        return subprocess.run(argv, capture_output=True, timeout=30, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


@dataclass(frozen=True)
class AdbServer:
    """One adb server; it is started when needed and never stopped by us."""

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    program: str = "adb"
    run: RunFn = field(default=run_adb, compare=False)

    @classmethod
    def find(cls) -> "AdbServer":
        """Return the server that adb itself would use, with the program that we have."""
        host, port = server_address()
        return cls(host, port, find_adb())

    @property
    def argv(self) -> list[str]:
        """Return the beginning of every adb command line for this server."""
        local = self.host in ("127.0.0.1", "localhost")
        return [self.program, *([] if local else ["-H", self.host]), "-P", str(self.port)]

    def version(self) -> int | None:
        """Return the protocol version of the server that runs, or None if none does."""
        try:
            return int(self.query("host:version", timeout_s=3), 16)
        except (OSError, ValueError):
            return None

    def query(self, service: str, timeout_s: float) -> str:
        """Ask the running server over its socket; never starts one.

        Raises:
            OSError: No server listens there, or it broke off.
            AdbError: The server said FAIL.
        """
        with self.open_socket(service, timeout_s) as connection:
            return _read_block(connection)

    def open_socket(self, service: str, timeout_s: float | None) -> socket.socket:
        """Open `service` and return the socket behind the server's OKAY.

        Raises:
            OSError: No server listens there, or it broke off.
            AdbError: The server said FAIL.
        """
        connection = socket.create_connection((self.host, self.port), timeout=timeout_s)
        try:
            send_request(connection, service)
        except BaseException:
            connection.close()
            raise
        return connection

    def ensure(self) -> None:
        """Start the server if none runs.

        Raises:
            AdbServerError: One of another version runs, or ours does not start.
            AdbMissingError: The program does not run.
        """
        version = self.version()
        if version is None:
            self.command("start-server", timeout_s=60)
        elif version != PROTOCOL_VERSION:
            text = state_text(DeviceState.SERVER_CONFLICT)
            raise AdbServerError(
                f"adb server at {self.host}:{self.port}: version {version}, ours is "
                f"{PROTOCOL_VERSION}. {text.cause} {text.remedy}"
            )

    def command(self, *args: str, timeout_s: float) -> str:
        """Run an adb command that is about no single phone, and return what it printed.

        Raises:
            AdbTimeoutError: No answer within `timeout_s` seconds.
            AdbServerError: The command failed.
            AdbMissingError: The program does not run.
        """
        done = self.call([*self.argv, *args], timeout_s, " ".join(args))
        if done.returncode != 0:
            said = " ".join((done.stderr or done.stdout).split())
            raise AdbServerError(f"adb {' '.join(args)}: {said or f'exit {done.returncode}'}")
        return done.stdout

    def call(self, argv: Sequence[str], timeout_s: float, what: str) -> "CompletedProcess[str]":
        """Run `argv`, with our errors for a missing program and a timeout."""
        try:
            return self.run(argv, timeout_s)
        except subprocess.TimeoutExpired as exc:
            raise AdbTimeoutError(f"adb {what}: no answer in {timeout_s:g} s") from exc
        except OSError as exc:
            text = state_text(DeviceState.NO_ADB)
            raise AdbMissingError(f"{self.program}: {exc.strerror}. {text.remedy}") from exc

    def devices(self) -> list[DeviceLine]:
        """List the devices that the server knows, usable or not."""
        self.ensure()
        return parse_devices(self.command("devices", "-l", timeout_s=10))

    def connect(self, endpoint: str, timeout_s: float = 15) -> str:
        """Connect to ``HOST:PORT``; return adb's answer.

        Raises:
            DeviceNotFoundError: adb could not connect; the message has its reason.
        """
        self.ensure()
        # adb says on stdout that it failed, with status 0 or 1 depending on its version.
        done = self.call([*self.argv, "connect", endpoint], timeout_s, f"connect {endpoint}")
        said = " ".join((done.stdout + " " + done.stderr).split())
        if "connected to" in said and not said.startswith(("failed", "cannot", "unable")):
            return said
        if "authenticate" in said:  # it is there, and its state says the rest
            return said
        raise DeviceNotFoundError(f"adb connect {endpoint}: {said or 'no answer'}")

    def disconnect(self, endpoint: str) -> None:
        """Forget a network device; harmless when it is not there."""
        self.call([*self.argv, "disconnect", endpoint], 10, f"disconnect {endpoint}")


def send_request(connection: socket.socket, service: str) -> None:
    """Send one request of adb's client protocol and read its OKAY.

    Raises:
        AdbError: The server said FAIL.
        OSError: The server broke off.
    """
    word = service.encode("utf-8")
    connection.sendall(f"{len(word):04x}".encode() + word)
    status = _read(connection, 4)
    if status == b"FAIL":
        raise AdbError(_read_block(connection))
    if status != b"OKAY":
        raise ConnectionError(f"the adb server answered {status!r} to {service}")


def _read(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = connection.recv(count - len(data))
        if not piece:
            raise ConnectionError("the adb server closed the connection")
        data += piece
    return data


def _read_block(connection: socket.socket) -> str:
    return _read(connection, int(_read(connection, 4), 16)).decode("utf-8", "replace")


class AdbPhone:
    """A phone with a serial number. Every call blocks; none may run on the GUI thread."""

    def __init__(self, server: AdbServer, serial: str) -> None:
        """Talk to `serial` through `server`."""
        self.server = server
        self.serial = serial

    def shell(self, *argv: str, timeout_s: float) -> str:
        """Run `argv` on the phone and return its stdout.

        adb joins its arguments with spaces, so each is quoted here for the phone's shell.

        Raises:
            AdbTimeoutError: No answer within `timeout_s` seconds.
            AdbCommandError: The exit status was not 0.
            DeviceNotFoundError, DeviceNotReadyError, DeviceLostError: The phone cannot be used.
        """
        line = shlex.join(argv)
        done = self._call(["shell", "-T", line], timeout_s, line)
        if done.returncode != 0:
            raise self.failure(line, done.returncode, done.stderr, len(done.stdout))
        return done.stdout

    def script(self, text: str, *args: str, timeout_s: float) -> str:
        """Run a shell script on the phone; `args` are its $1, $2, and so on."""
        return self.shell("sh", "-c", text, "sh", *args, timeout_s=timeout_s)

    def start(self, line: str) -> "subprocess.Popen[str]":
        """Start a command line that keeps running; its output comes through pipes.

        The phone hangs up on it when this adb process ends.
        """
        argv = [*self.server.argv, "-s", self.serial, "shell", "-T", line]
        try:
            return subprocess.Popen(
                argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                text=True, encoding="utf-8", errors="replace",
            )  # fmt: skip
        except OSError as exc:
            raise AdbMissingError(f"{self.server.program}: {exc.strerror}") from exc

    def pull(self, remote: str, local: Path, timeout_s: float) -> None:
        """Fetch a file."""
        done = self._call(["pull", remote, str(local)], timeout_s, f"pull {remote}")
        if done.returncode != 0:
            raise self.failure(f"pull {remote}", done.returncode, done.stderr or done.stdout)

    def forward(self, remote: str) -> int:
        """Forward a free local port to `remote` (``localabstract:NAME``, ``tcp:N``); return it."""
        line = f"forward tcp:0 {remote}"
        done = self._call(["forward", "tcp:0", remote], 10, line)
        if done.returncode != 0 or not done.stdout.strip().isdigit():
            raise self.failure(line, done.returncode, done.stderr)
        return int(done.stdout)

    def remove_forward(self, port: int) -> None:
        """Remove our forward; harmless when it went with the phone."""
        self._call(["forward", "--remove", f"tcp:{port}"], 10, f"forward --remove tcp:{port}")

    def adb_state(self) -> str:
        """Return adb's word for the phone, ``absent`` where adb does not know it."""
        lines = {line.serial: line.state for line in self.server.devices()}
        return lines.get(self.serial, "absent")

    def failure(self, doing: str, returncode: int, stderr: str, printed: int = 0) -> AdbError:
        """Return the error for an adb command that ended with `returncode`.

        Args:
            doing: The command, for the message.
            returncode: Exit status of adb, which is the phone's where the command ran.
            stderr: What adb or the command printed.
            printed: How much it had printed on stdout; adb's own complaints come before any.
        """
        said = " ".join(stderr.split())
        found = re.match(r"(?:adb: |error: )+(.*)", said)
        if found is not None and returncode == 1 and not printed:
            return self.refusal(doing, found[1])
        if returncode == 255 and (not said or "closed" in said or "EOF" in said):
            # adb's own status for a shell whose end it never saw.
            return DeviceLostError(self.serial, doing, said)
        return AdbCommandError(self.serial, doing, returncode, stderr)

    def refusal(self, doing: str, said: str) -> AdbError:
        """Return the error for what adb itself said instead of doing the command."""
        words = {
            "unauthorized": DeviceState.UNAUTHORIZED,
            "still authorizing": DeviceState.AUTHORIZING,
            "still connecting": DeviceState.CONNECTING,
            "insufficient permissions": DeviceState.NO_PERMISSIONS,
            "no permissions": DeviceState.NO_PERMISSIONS,
            "offline": DeviceState.OFFLINE,
        }
        for word, state in words.items():
            if word in said:
                text = state_text(state)
                offline = state in (DeviceState.OFFLINE, DeviceState.CONNECTING)
                kind = DeviceOfflineError if offline else DeviceNotReadyError
                return kind(self.serial, str(state), text.cause, text.remedy)
        if "not found" in said and "device" in said:
            return DeviceNotFoundError(
                f"{self.serial}: no such device. {state_text(DeviceState.ABSENT).remedy} "
                "'quad-studio devices' lists those that are there."
            )
        if "cannot connect to daemon" in said or "daemon" in said:
            return AdbServerError(f"adb server at {self.server.host}:{self.server.port}: {said}")
        if "closed" in said or "protocol fault" in said or "connect error" in said:
            return DeviceLostError(self.serial, doing, said)
        return AdbCommandError(self.serial, doing, 1, said)

    def _call(self, args: list[str], timeout_s: float, what: str) -> "CompletedProcess[str]":
        argv = [*self.server.argv, "-s", self.serial, *args]
        return self.server.call(argv, timeout_s, f"-s {self.serial} {what}")
