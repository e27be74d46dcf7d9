"""Shells of the virtual phone: `shell,v2`, plain `shell` and `exec`, with or without a terminal."""

import contextlib
import os
import signal
import struct
import subprocess
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from device.virtual_phone.stream import Stream, StreamClosedError

_STDIN, _STDOUT, _STDERR, _EXIT, _CLOSE_STDIN, _WINDOW_SIZE = range(6)
_FRAME = struct.Struct("<BI")
_PIECE_BYTES = 64 * 1024


@dataclass(frozen=True)
class ShellRequest:
    """What a service string asks for: ``shell,v2,TERM=xterm,pty:COMMAND`` and its like."""

    command: str
    framed: bool
    terminal: bool
    term: str = "dumb"


def parse_service(service: str) -> ShellRequest:
    """Read a service string that begins with ``shell`` or ``exec``.

    >>> parse_service("shell,v2,TERM=xterm,raw:ls -l")
    ShellRequest(command='ls -l', framed=True, terminal=False, term='xterm')
    >>> parse_service("exec:cat a").framed
    False
    """
    head, _, command = service.partition(":")
    name, *options = head.split(",")
    term = next((o.removeprefix("TERM=") for o in options if o.startswith("TERM=")), "dumb")
    framed = "v2" in options
    terminal = name == "shell" and ("pty" in options or ("raw" not in options and not command))
    return ShellRequest(command, framed, terminal, term)


class Processes:
    """The processes that run on the phone, so that a reboot or a fault can end them."""

    def __init__(self) -> None:
        """Start with none."""
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()

    def add(self, process: subprocess.Popen[bytes]) -> None:
        """Remember a process that leads its own group."""
        with self._lock:
            self._running.add(process)

    def discard(self, process: subprocess.Popen[bytes]) -> None:
        """Forget a process that ended."""
        with self._lock:
            self._running.discard(process)

    def kill_all(self) -> int:
        """Kill every process group of the phone; return how many."""
        with self._lock:
            running = list(self._running)
        for process in running:
            _signal_group(process, signal.SIGKILL)
        return len(running)

    def kill_named(self, name: str) -> int:
        """Kill those processes whose program is called `name`; return how many."""
        with self._lock:
            groups = {process.pid for process in self._running}
        killed = 0
        for entry in Path("/proc").iterdir() if groups else ():
            if not entry.name.isdigit():
                continue
            with contextlib.suppress(OSError):
                program = (
                    (entry / "cmdline").read_bytes().split(b"\0")[0].decode("utf-8", "replace")
                )
                if Path(program).name == name and os.getpgid(int(entry.name)) in groups:
                    os.kill(int(entry.name), signal.SIGKILL)
                    killed += 1
        return killed


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


@dataclass(frozen=True)
class ShellPlace:
    """Where commands run: directory, environment, and the record of what runs."""

    directory: Path
    variables: Mapping[str, str]
    processes: Processes


def serve_shell(stream: Stream, request: ShellRequest, place: ShellPlace) -> None:
    """Run the command of `request` on `stream` until it ends or the peer goes."""
    argv = ["/bin/sh", "-c", request.command] if request.command else ["/bin/sh"]
    variables = {**place.variables, "TERM": request.term}
    if request.terminal:
        _serve_terminal(stream, request, argv, variables, place)
        return
    merged = not request.framed  # without frames there is one channel for both outputs
    process = subprocess.Popen(
        argv,
        cwd=place.directory,
        env=variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if merged else subprocess.PIPE,
        start_new_session=True,
        bufsize=0,
    )
    place.processes.add(process)
    assert process.stdin is not None
    assert process.stdout is not None
    pumps = [_pump(process.stdout.fileno(), _sender(stream, _STDOUT, framed=request.framed))]
    if process.stderr is not None:
        pumps.append(_pump(process.stderr.fileno(), _sender(stream, _STDERR, framed=True)))
    feeder = _start(_feed_pipe, stream, process, request.framed)
    _finish(stream, process, pumps, request, place)
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    feeder.join(timeout=1)


def _finish(
    stream: Stream,
    process: subprocess.Popen[bytes],
    pumps: list[threading.Thread],
    request: ShellRequest,
    place: ShellPlace,
) -> None:
    """Wait for the end of the command, then for its output, and send the exit status."""
    status = process.wait()
    for pump in pumps:
        # A child left in the background may hold the pipe open; its output is not waited for.
        pump.join(timeout=2)
    place.processes.discard(process)
    code = status if status >= 0 else 128 - status  # a shell says 128 + the signal
    with contextlib.suppress(StreamClosedError, OSError):
        if request.framed:
            stream.write(_FRAME.pack(_EXIT, 1) + bytes([code & 0xFF]))
    stream.close()


def _sender(stream: Stream, kind: int, *, framed: bool) -> Callable[[bytes], None]:
    def send(data: bytes) -> None:
        stream.write(_FRAME.pack(kind, len(data)) + data if framed else data)

    return send


def _pump(descriptor: int, send: Callable[[bytes], None]) -> threading.Thread:
    def copy() -> None:
        with contextlib.suppress(OSError, StreamClosedError):
            while data := os.read(descriptor, _PIECE_BYTES):
                send(data)

    return _start(copy)


def _feed_pipe(stream: Stream, process: subprocess.Popen[bytes], framed: bool) -> None:
    """Copy the peer's input to the command; hang up when the peer goes, as adbd does."""
    assert process.stdin is not None
    try:
        while True:
            kind, data = _next_input(stream, framed)
            if kind == _STDIN:
                with contextlib.suppress(OSError):  # the command may have closed its input
                    process.stdin.write(data)
            elif kind == _CLOSE_STDIN:
                process.stdin.close()
    except (StreamClosedError, OSError, ValueError):
        if process.poll() is None:
            _signal_group(process, signal.SIGHUP)


def _next_input(stream: Stream, framed: bool) -> tuple[int, bytes]:
    if not framed:
        return _STDIN, stream.read_some()
    kind, length = _FRAME.unpack(stream.read_exactly(_FRAME.size))
    return kind, stream.read_exactly(length) if length else b""


def _serve_terminal(
    stream: Stream,
    request: ShellRequest,
    argv: list[str],
    variables: dict[str, str],
    place: ShellPlace,
) -> None:
    """Run the command on a pseudo terminal, as an interactive `adb shell` asks for."""
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        argv, cwd=place.directory, env=variables, stdin=theirs, stdout=theirs, stderr=theirs,
        start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    place.processes.add(process)

    def feed() -> None:
        try:
            while True:
                kind, data = _next_input(stream, request.framed)
                if kind == _STDIN:
                    os.write(ours, data)
                elif kind == _WINDOW_SIZE:
                    _resize(ours, data)
        except (StreamClosedError, OSError):
            if process.poll() is None:
                _signal_group(process, signal.SIGHUP)

    pump = _pump(ours, _sender(stream, _STDOUT, framed=request.framed))
    feeder = _start(feed)
    _finish(stream, process, [pump], request, place)
    os.close(ours)
    feeder.join(timeout=1)


def _resize(descriptor: int, data: bytes) -> None:
    """Set the terminal's size from ``ROWSxCOLUMNS,WIDTHxHEIGHT``."""
    import fcntl
    import termios

    cells, _, pixels = data.decode("ascii", "replace").rstrip("\0").partition(",")
    numbers = [int(n) for part in (cells, pixels) for n in part.split("x") if n.isdigit()]
    if len(numbers) == 4:
        rows, columns, width, height = numbers
        packed = struct.pack("HHHH", rows, columns, width, height)
        fcntl.ioctl(descriptor, termios.TIOCSWINSZ, packed)


def _start(function: Callable[..., None], *args: object) -> threading.Thread:
    thread = threading.Thread(target=function, args=args, daemon=True)
    thread.start()
    return thread
