"""Measure pairs an hour with 1 to n phones on this machine, and what a pair costs where."""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.scale.local_pool import LocalPool, Paced
from benchmarks.scale.model import HOUR_S, PairCosts
from quad_studio import __version__
from quad_studio.bundle import Bundle
from quad_studio.cancel import CancelToken
from quad_studio.cluster.answers import PackedRow, PhoneSetup
from quad_studio.cluster.collect import ClusterCollector, ClusterRequest
from quad_studio.cluster.parcels import pack
from quad_studio.cluster.phone_worker import bundle_files
from quad_studio.config import RunOptions
from quad_studio.events import RowFinished, ignore
from quad_studio.runs import RunWriter, load_run
from quad_studio.sessions.order import PlannedRow


@dataclass(frozen=True, kw_only=True)
class Point:
    """One measured point.

    Attributes:
        pairs_per_hour: From the first row's end to the last one's, all phones busy.
        phone_s: Median time of a row on the phone.
        worker_cpu_s: Median processor time of the phone's worker for a row.
        worker_wait_s: Median time that the worker neither computed nor waited for the phone's
            answer: adb, telemetry.
        driver_s: Median time on the driving machine for a row.
        bytes_a_pair: What a row writes into the run folder.
    """

    phones: int
    rows: int
    pairs_per_hour: float
    phone_s: float
    worker_cpu_s: float
    worker_wait_s: float
    driver_s: float
    bytes_a_pair: float


def measure(
    bundle: Bundle,
    rows: Sequence[PlannedRow],
    folder: Path,
    *,
    target: str,
    phones: int,
    pace: Paced | None = None,
) -> Point:
    """Run the rows on `phones` phones of this machine and return the point."""
    parcel, paths = pack(bundle_files(bundle.path))
    options = RunOptions(warmup=1, threads=1, provider="cpu")
    setup = PhoneSetup(target=target, version=__version__, bundle=parcel, options=options)
    ends: list[float] = []
    pool = LocalPool(setup, paths, folder / "host", phones, pace)
    try:
        collector = ClusterCollector(
            ClusterRequest(
                targets=(target,),
                rows=rows,
                key_of=lambda name, row: row.key(bundle, name),
                recorded=frozenset(),
            ),
            pool,
            emit=lambda event: (
                ends.append(time.perf_counter())
                if isinstance(event, RowFinished)
                else ignore(event)
            ),
            cancel=CancelToken(),
        )
        collector.wait_for_phones()
        with RunWriter(folder / f"run{phones}", {"run_id": "scaling"}) as writer:
            outcome = collector.run(writer)
    finally:
        pool.close()
    if outcome.reasons:
        raise RuntimeError("; ".join(outcome.reasons))
    found = [dict(row) for row in load_run(writer.path).rows]
    # Every phone's first row comes after its warm-up: the clock starts when all have begun.
    start = sorted(ends)[phones - 1]
    return Point(
        phones=phones,
        rows=len(found),
        pairs_per_hour=HOUR_S * (len(ends) - phones) / (max(ends) - start),
        phone_s=statistics.median(row["timing_ms"]["end_to_end_ms"] for row in found) / 1e3,
        worker_cpu_s=statistics.median(row["worker_cpu_s"] for row in found),
        worker_wait_s=statistics.median(waited(row) for row in found),
        driver_s=statistics.median(write_again(writer.path, found, folder / f"again{phones}")),
        bytes_a_pair=sum(f.stat().st_size for f in writer.path.rglob("*") if f.is_file())
        / len(found),
    )


def waited(row: dict[str, Any]) -> float:
    """Return the seconds of a row that were neither the phone's nor the worker's processor's."""
    spent = row["timing_ms"]["end_to_end_ms"] / 1e3 + float(row["worker_cpu_s"])
    return max(0.0, float(row["worker_s"]) - spent)


def write_again(run: Path, rows: Sequence[dict[str, Any]], folder: Path) -> list[float]:
    """Return the seconds that the driving machine takes to write each of the rows once more."""
    times = []
    with RunWriter(folder, {"run_id": "scaling"}) as writer:
        for row in rows[:20]:
            names = filter(None, [*row["images"].values(), row["latents"]])
            files = {name: (run / name).read_bytes() for name in names if (run / name).is_file()}
            start = time.perf_counter()
            PackedRow(row=row, files=files).write(folder)
            writer.append(row)
            times.append(time.perf_counter() - start)
    return times


def costs_of(point: Point, **more: float) -> PairCosts:
    """Return what a pair costs, from the point with one phone."""
    return PairCosts(
        phone_s=point.phone_s,
        host_cpu_s=point.worker_cpu_s,
        host_wait_s=point.worker_wait_s,
        network_bytes=point.bytes_a_pair,
        driver_s=point.driver_s,
        references=0.0,
        **more,
    )
