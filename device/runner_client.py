"""Talk to a runner over its socket: device/runner/PROTOCOL.md."""

import contextlib
import itertools
import queue
import socket
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from device.callbacks import CheckFn, ProgressFn
from device.errors import DeviceError, RunnerError, RunnerLostError, runner_error
from device.runner_frames import Frame, FrameReader, encode_frame
from device.targets import GenerateRequest, GenerateResult, Tensor

PROTOCOL = 1
CONNECT_TIMEOUT_S = 10.0
STATS_TIMEOUT_S = 30.0
CANCEL_TIMEOUT_S = 300.0
POLL_S = 0.2
REASON_TIMEOUT_S = 1.0
RECEIVE_BYTES = 1 << 18

Address = tuple[str, int] | str


class RunnerConnection:
    """A connection that any number of threads may ask on.

    A thread of its own reads the answers and hands them to those who wait. The socket is owned:
    `close` ends it.

    Attributes:
        explain: Asked what really happened when the connection broke; what it returns is raised.
    """

    explain: Callable[[RunnerLostError], DeviceError] | None = None

    def __init__(self, link: socket.socket) -> None:
        """Take a connected socket over."""
        self._link = link
        self._link.settimeout(None)
        self._ids = itertools.count(1)
        self._send_lock = threading.Lock()
        self._waiting_lock = threading.Lock()
        self._waiting: dict[str, queue.SimpleQueue[Frame | RunnerError]] = {}
        self._broken: RunnerError | None = None
        self._thread = threading.Thread(target=self._read, name="runner answers", daemon=True)
        self._thread.start()

    @classmethod
    def connect(cls, address: Address, timeout_s: float = CONNECT_TIMEOUT_S) -> "RunnerConnection":
        """Connect to (host, port), to a Unix socket's path, or to NUL + an abstract name."""
        family = socket.AF_INET if isinstance(address, tuple) else socket.AF_UNIX
        link = socket.socket(family, socket.SOCK_STREAM)
        link.settimeout(timeout_s)
        try:
            link.connect(address)
            if isinstance(address, tuple):
                link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as exc:
            link.close()
            raise RunnerLostError(f"cannot connect to {address!r}: {exc}") from exc
        return cls(link)

    def hello(self, token: str, client: str) -> dict[str, Any]:
        """Introduce this client; return what the runner says of itself."""
        header = {"type": "hello", "protocol": PROTOCOL, "token": token, "client": client}
        return self.ask(header, timeout_s=CONNECT_TIMEOUT_S).header

    def ask(
        self,
        header: Mapping[str, Any],
        tensors: Mapping[str, Tensor] | None = None,
        *,
        progress: ProgressFn | None = None,
        check: CheckFn | None = None,
        timeout_s: float | None = None,
    ) -> Frame:
        """Send a request and wait for its answer.

        When `check` or `progress` raises, the request is cancelled, its end is awaited, so that
        the runner is free again, and what was raised goes on.

        Raises:
            RunnerError: What the runner answered, or what became of the connection.
            DeviceError: What `explain` says of a connection that broke.
        """
        try:
            return self._ask(header, tensors, progress, check, timeout_s)
        except RunnerLostError as exc:
            if self.explain is None:
                raise
            raise self.explain(exc) from exc

    def _ask(
        self,
        header: Mapping[str, Any],
        tensors: Mapping[str, Tensor] | None,
        progress: ProgressFn | None,
        check: CheckFn | None,
        timeout_s: float | None,
    ) -> Frame:
        request_id = str(next(self._ids))
        frames: queue.SimpleQueue[Frame | RunnerError] = queue.SimpleQueue()
        with self._waiting_lock:
            if self._broken is not None:
                raise self._broken
            self._waiting[request_id] = frames
        try:
            self._send(encode_frame({**header, "id": request_id}, tensors))
            return self._await(request_id, frames, progress, check, timeout_s)
        finally:
            with self._waiting_lock:
                del self._waiting[request_id]

    def cancel(self) -> None:
        """Ask the runner to stop what this connection asked for; the askers' calls raise."""
        self._send_cancel("*")

    def close(self) -> None:
        """End the connection; whoever waits on it gets RunnerLostError."""
        with contextlib.suppress(OSError):
            self._link.shutdown(socket.SHUT_RDWR)  # wakes the reading thread
        self._thread.join()
        self._link.close()

    def _await(
        self,
        request_id: str,
        frames: "queue.SimpleQueue[Frame | RunnerError]",
        progress: ProgressFn | None,
        check: CheckFn | None,
        timeout_s: float | None,
    ) -> Frame:
        try:
            while True:
                frame = _next_frame(frames, check, timeout_s)
                if frame.header.get("type") != "progress":
                    return frame
                if progress is not None:
                    progress("step", int(frame.header["step"]), int(frame.header["total"]))
        except RunnerError:
            raise
        except BaseException:
            self._abandon(request_id, frames)
            raise

    def _abandon(self, request_id: str, frames: "queue.SimpleQueue[Frame | RunnerError]") -> None:
        """Cancel, and wait for the end."""
        with contextlib.suppress(RunnerError):
            self._send_cancel(request_id)
            while _next_frame(frames, None, CANCEL_TIMEOUT_S).header.get("type") == "progress":
                pass

    def _send_cancel(self, target: str) -> None:
        # Its own answer carries an id that nobody waits for, and is dropped.
        request = {"type": "cancel", "id": f"cancel-{next(self._ids)}", "target": target}
        self._send(encode_frame(request))

    def _send(self, data: bytes) -> None:
        with self._send_lock:
            try:
                self._link.sendall(data)
            except OSError as exc:
                # A runner that refuses says why before it closes; prefer its word to ours.
                self._thread.join(REASON_TIMEOUT_S)
                raise self._broken or RunnerLostError(f"the connection broke: {exc}") from exc

    def _read(self) -> None:
        reader = FrameReader()
        reason: RunnerError = RunnerLostError("the runner closed the connection; did it end?")
        try:
            while data := self._link.recv(RECEIVE_BYTES):
                reader.feed(data)
                while (frame := reader.take()) is not None:
                    if frame.header.get("id") == "":  # concerns the whole connection, which ends
                        reason = _error_of(frame)
                    self._deliver(frame)
        except OSError as exc:
            reason = RunnerLostError(f"the connection broke: {exc}")
        except RunnerError as exc:
            reason = exc
        with self._waiting_lock:
            self._broken = reason
            for frames in self._waiting.values():
                frames.put(reason)

    def _deliver(self, frame: Frame) -> None:
        with self._waiting_lock:
            frames = self._waiting.get(str(frame.header.get("id")))
        if frames is not None:
            frames.put(frame)


def _next_frame(
    frames: "queue.SimpleQueue[Frame | RunnerError]", check: CheckFn | None, timeout_s: float | None
) -> Frame:
    """Return the next frame of a request; raise its error."""
    end = None if timeout_s is None else time.monotonic() + timeout_s
    while True:
        if check is not None:
            check()
        try:
            frame = frames.get(timeout=POLL_S)
        except queue.Empty:
            if end is not None and time.monotonic() > end:
                raise RunnerLostError(f"no answer within {timeout_s:g} s") from None
            continue
        if isinstance(frame, RunnerError):
            raise frame
        if frame.header.get("type") == "error":
            raise _error_of(frame)
        return frame


def _error_of(frame: Frame) -> RunnerError:
    return runner_error(str(frame.header.get("code")), str(frame.header.get("message")))


class SocketSession:
    """A `RunnerSession` over a connection; `on_close` ends what was started for it."""

    def __init__(
        self,
        connection: RunnerConnection,
        *,
        token: str,
        client: str,
        on_close: Callable[[], None] | None = None,
    ) -> None:
        """Introduce the client; the connection is owned from here on."""
        self._connection, self._on_close = connection, on_close
        self._hello = connection.hello(token, client)

    @property
    def hello(self) -> Mapping[str, Any]:
        """Return what the runner said of itself."""
        return self._hello

    def generate(
        self,
        request: GenerateRequest,
        *,
        progress: ProgressFn | None = None,
        check: CheckFn | None = None,
    ) -> GenerateResult:
        """Make one image."""
        header: dict[str, Any] = {
            "type": "generate",
            "use_case": request.use_case,
            "adapters": [{"name": a.name, "strength": a.strength} for a in request.adapters],
            "seed": request.seed,
            "want": list(request.want),
            "progress": progress is not None or check is not None,
        }
        if request.plan is not None:
            header["plan"] = dict(request.plan)
        if request.unet is not None:
            header["unet"] = request.unet
        frame = self._connection.ask(header, request.tensors(), progress=progress, check=check)
        answer = frame.header
        return GenerateResult(
            image=frame.tensors.get("image"),
            latents=frame.tensors.get("latents"),
            timing_ms=answer["timing_ms"],
            memory=answer["memory"],
            adapters=tuple(answer["adapters"]),
            provider=answer["provider"],
            label=answer["label"],
            graph_sha256=answer["graph_sha256"],
            seed=answer["seed"],
            header=answer,
            tensors=frame.tensors,
        )

    def run_graph(
        self,
        component: str,
        feeds: Mapping[str, Tensor],
        *,
        adapter: str | None = None,
        alpha: Tensor | None = None,
    ) -> dict[str, Tensor]:
        """Run one graph once."""
        return self.ask_graph(component, feeds, adapter=adapter, alpha=alpha).tensors

    def ask_graph(
        self,
        component: str,
        feeds: Mapping[str, Tensor],
        *,
        adapter: str | None = None,
        alpha: Tensor | None = None,
    ) -> Frame:
        """Run one graph once; the answer's header has its time."""
        header = {"type": "run_graph", "component": component, "adapter": adapter}
        tensors = dict(feeds)
        if alpha is not None:
            tensors["lora_alpha"] = np.asarray(alpha, np.float32)
        return self._connection.ask(header, tensors)

    def preload(self, adapter: str) -> Mapping[str, Any]:
        """Bring an adapter into the cache."""
        return self._connection.ask({"type": "preload", "adapter": adapter}).header

    def evict(self, adapter: str) -> Mapping[str, Any]:
        """Drop an adapter from the cache; "*" drops all."""
        return self._connection.ask({"type": "evict", "adapter": adapter}).header

    def reload_adapters(self) -> Mapping[str, Any]:
        """Read the bundle's list of adapters again."""
        return self._connection.ask({"type": "reload_adapters"}).header

    def load(
        self, *, policy: str | None = None, components: list[str] | None = None
    ) -> Mapping[str, Any]:
        """Change the policy, or load components ahead."""
        header = {"type": "load", "policy": policy, "components": components}
        return self._connection.ask(header).header

    def stats(self) -> Mapping[str, Any]:
        """Return memory, cache and counters."""
        return self._connection.ask({"type": "stats"}, timeout_s=STATS_TIMEOUT_S).header

    def ping(self) -> None:
        """Keep an idle runner alive."""
        self._connection.ask({"type": "ping"}, timeout_s=STATS_TIMEOUT_S)

    def inject_fault(self, fault: str, ms: int = 0) -> None:
        """Make a runner that was started with `allow_faults` misbehave."""
        header = {"type": "inject_fault", "fault": fault, "ms": ms}
        self._connection.ask(header, timeout_s=STATS_TIMEOUT_S)

    def cancel(self) -> None:
        """Stop the request that runs; any thread may call."""
        self._connection.cancel()

    def shutdown(self) -> None:
        """Ask the runner to end, for all its clients."""
        self._connection.ask({"type": "shutdown"}, timeout_s=STATS_TIMEOUT_S)

    def close(self) -> None:
        """End the session, and what was started for it."""
        self._connection.close()
        if self._on_close is not None:
            self._on_close()
            self._on_close = None

    def __enter__(self) -> "SocketSession":
        """Return the session."""
        return self

    def __exit__(self, *unused: object) -> None:
        """Close the session."""
        self.close()
