"""Where tests get a runner and a session from."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from device.errors import RunnerMissingError
from device.runner_client import RunnerConnection, SocketSession
from device.runner_process import RunnerProcess, find_runner
from device.targets import AdapterUse, GenerateRequest, SessionRequest
from tests.fakes.tiny_bundle import TinyBundle, tiny_inputs


def runner_or_none() -> Path | None:
    """Return the built runner, or None."""
    try:
        return find_runner()
    except RunnerMissingError:
        return None


@contextmanager
def running(bundle: TinyBundle, **settings: Any) -> Iterator[RunnerProcess]:
    """Start a runner on a bundle with one thread, and end it."""
    program = Path(os.environ.get("QUAD_RUNNER") or find_runner())
    request = SessionRequest(bundle=bundle.path, **{"threads": 1, **settings})
    process = RunnerProcess.start(program, request)
    try:
        yield process
    finally:
        process.close()


def connect(process: RunnerProcess, name: str = "test") -> SocketSession:
    """Return a session of one more client."""
    return SocketSession(
        RunnerConnection.connect(process.address), token=process.token, client=name
    )


def request_for(
    *adapters: str | tuple[str, float], use_case: str = "object_removal", seed: int = 0, **more: Any
) -> GenerateRequest:
    """Return a request with the tiny bundle's inputs."""
    uses = tuple(AdapterUse(a) if isinstance(a, str) else AdapterUse(*a) for a in adapters)
    tensors: dict[str, np.ndarray] = {**tiny_inputs(seed), **more.pop("tensors", {})}
    return GenerateRequest(use_case=use_case, adapters=uses, seed=seed, **tensors, **more)
