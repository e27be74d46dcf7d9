"""Phones in processes of this machine behind the collector's own interface, without Ray."""

import multiprocessing
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

import numpy as np

from device.targets import DeployReport, GenerateResult, TargetDescription, Telemetry
from quad_studio.cluster.answers import PackedRow, PhoneFault, PhoneOpened, PhoneSetup
from quad_studio.cluster.collect import Answered, Gone, Ready, Refused, Report
from quad_studio.cluster.leases import Lease
from quad_studio.cluster.parcels import PackedItem, Shelf, chunks_of
from quad_studio.cluster.phone_worker import PhoneWorker
from quad_studio.sessions.order import PlannedRow


@dataclass(frozen=True)
class Paced:
    """A phone that takes a fixed time for a row and computes nothing.

    Its answers have the size of real ones, so that all but the phone's own work is real.
    """

    seconds: float
    image_shape: tuple[int, ...]
    latent_shape: tuple[int, ...]


class PacedTarget:
    """The target of a paced phone."""

    def __init__(self, pace: Paced, target: str) -> None:
        self._pace, self._target = pace, target
        self.hello: dict[str, Any] = {"provider": "cpu"}

    def describe(self) -> TargetDescription:
        """Say what it is."""
        return TargetDescription(
            name=self._target, kind="virtual", label="a phone that only waits", emulated=True
        )

    def deploy(self, bundle: Path, **_: Any) -> DeployReport:
        """Keep nothing."""
        return DeployReport(0, 0, 0, 0, 0.0, str(bundle))

    def open_session(self, request: Any) -> "PacedTarget":
        """Be its own session."""
        return self

    def generate(self, request: Any, **_: Any) -> GenerateResult:
        """Wait, then return a smooth picture, which PNG packs about as well as a real one."""
        time.sleep(self._pace.seconds)
        height, width = self._pace.image_shape[-2:]
        ramp = np.add.outer(np.linspace(-1, 0, height), np.linspace(0, 1, width))
        noise = np.random.default_rng(request.seed).normal(0, 0.02, self._pace.image_shape)
        return GenerateResult(
            image=(ramp[None, None] + noise).astype(np.float32),
            latents=np.zeros(self._pace.latent_shape, np.float32),
            timing_ms={"end_to_end_ms": 1e3 * self._pace.seconds},
            memory={},
            adapters=(),
            provider="cpu",
            label="waits",
            graph_sha256="",
            seed=request.seed,
            header={},
        )

    def telemetry(self) -> Telemetry:
        """Know nothing."""
        return Telemetry()

    def close(self) -> None:
        """Hold nothing."""


def serve(
    setup: PhoneSetup, paths: Mapping[str, Path], root: Path, pace: Paced | None, pipe: Connection
) -> None:
    """Be one phone's worker: open it, then answer rows until there are no more."""
    shelf = Shelf(paths)
    opener = None if pace is None else lambda place: PacedTarget(pace, setup.target)
    worker = PhoneWorker(
        setup,
        lambda sha, size: chunks_of(shelf.read, sha, size),
        root=root,
        state=root / "state",
        open_place=opener,
    )
    try:
        pipe.send(worker.open())
        while (asked := pipe.recv()) is not None:
            planned, packed, reference, provider = asked
            start, start_cpu = time.perf_counter(), time.process_time()
            answer = worker.run_row(planned, packed, reference, provider)
            if isinstance(answer, PackedRow):
                answer.row["worker_cpu_s"] = time.process_time() - start_cpu
                answer.row["worker_s"] = time.perf_counter() - start
            pipe.send(answer)
    except (EOFError, KeyboardInterrupt):
        pass
    finally:
        worker.close()


class LocalPool:
    """Workers in processes of this machine, one for each phone."""

    def __init__(
        self,
        setup: PhoneSetup,
        paths: Mapping[str, Path],
        root: Path,
        count: int,
        pace: Paced | None = None,
    ) -> None:
        context = multiprocessing.get_context("spawn")
        self._target = setup.target
        self._pipes: dict[str, Connection] = {}
        self._processes = []
        self._queues: dict[str, list[Lease]] = {}
        for number in range(count):
            ours, theirs = context.Pipe()
            process = context.Process(target=serve, args=(setup, paths, root, pace, theirs))
            process.start()
            theirs.close()
            name = f"{setup.target}#{number}"
            self._pipes[name], self._queues[name] = ours, []
            self._processes.append(process)

    def poll(self, timeout_s: float) -> Sequence[Report]:
        """Wait for answers."""
        names = {id(pipe): name for name, pipe in self._pipes.items()}
        reports: list[Report] = []
        for pipe in wait(list(self._pipes.values()), timeout_s):
            name = names[id(pipe)]
            try:
                answer = pipe.recv()  # type: ignore[union-attr]
            except EOFError:
                self.drop(name)
                reports.append(Gone(name, self._target, "its process ended"))
                continue
            if isinstance(answer, PhoneOpened):
                reports.append(Ready(name, answer))
            elif isinstance(answer, PhoneFault) and not self._queues[name]:
                reports.append(Refused(name, self._target, answer))
            else:
                reports.append(Answered(self._queues[name].pop(0), answer))
        return reports

    def submit(self, lease: Lease, planned: PlannedRow, provider: str | None) -> None:
        """Send a row; the pipe is the worker's queue."""
        self._queues[lease.phone].append(lease)
        self._pipes[lease.phone].send((planned, PackedItem.of(planned.item), None, provider))

    def reopen(self, phone: str) -> None:
        """Leave a phone that was refused alone."""
        self.drop(phone)

    def drop(self, phone: str) -> None:
        """Forget a phone."""
        pipe = self._pipes.pop(phone, None)
        if pipe is not None:
            pipe.close()

    def hopeful(self, target: str) -> bool:
        """Return whether any worker is left."""
        return bool(self._pipes)

    def announced(self) -> Mapping[str, int]:
        """Return the workers."""
        return {self._target: len(self._pipes)}

    def close(self) -> None:
        """End the workers."""
        for pipe in self._pipes.values():
            pipe.send(None)
        for process in self._processes:
            process.join(timeout=20)
            if process.is_alive():
                process.kill()
