"""References and scores as Ray tasks, and the shelf that workers fetch files from."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quad_studio.cluster.errors import ClusterMissing, ClusterUnreachable, ClusterUsage
from quad_studio.cluster.parcels import PackedItem, Shelf, chunks_of
from quad_studio.cluster.reference_worker import (
    ReferenceSetup,
    ScoreJob,
    compute_reference,
    describe_reference,
    score_job,
)
from quad_studio.sessions.order import PlannedRow
from quad_studio.storage import digest_of

_ROWS_A_JOB = 16


@contextmanager
def connected(address: str) -> Iterator[None]:
    """Connect to the cluster at `address` ("auto" or HOST:PORT) while the block runs.

    Raises:
        ClusterMissing: Ray is not installed.
        ClusterUsage: The address is one of the Ray client.
        ClusterUnreachable: Nobody answers there.
    """
    try:
        import ray
    except ImportError as exc:
        raise ClusterMissing() from exc
    if address.startswith("ray://"):
        raise ClusterUsage(
            "--cluster takes auto or HOST:PORT and runs on a machine of the cluster: results go "
            "straight into its run folder; join it with `ray start --address` first"
        )
    if ray.is_initialized():
        yield
        return
    try:
        ray.init(address=address, log_to_driver=False, logging_level="ERROR", namespace="quad")
    except (ConnectionError, ValueError, RuntimeError, TimeoutError) as exc:
        reason = (str(exc).splitlines() or [""])[0]
        raise ClusterUnreachable(f"--cluster {address}: {reason}") from exc
    try:
        yield
    finally:
        ray.shutdown()


def hosts() -> list[dict[str, Any]]:
    """Return the living hosts of the cluster with their processors and phones."""
    import ray

    from quad_studio.cluster.places import phones_in

    return [
        {
            "name": node["NodeName"],
            "cpus": node["Resources"].get("CPU", 0.0),
            "phones": phones_in(node["Resources"]),
        }
        for node in ray.nodes()
        if node["Alive"]
    ]


@dataclass(frozen=True)
class RayFetch:
    """Fetches files from the driving machine's shelf, a chunk at a time."""

    name: str
    shelf: Any = field(compare=False, repr=False)

    def __call__(self, sha256: str, size: int) -> Iterable[bytes]:
        """Yield the bytes of a file."""
        import ray

        def read(sha: str, offset: int) -> bytes:
            return bytes(ray.get(self.shelf.read.remote(sha, offset)))

        return chunks_of(read, sha256, size)


def put_on_shelf(paths: Mapping[str, Path]) -> RayFetch:
    """Serve files by hash from this machine; the shelf ends with the connection."""
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    node = ray.get_runtime_context().get_node_id()
    here = NodeAffinitySchedulingStrategy(node, soft=False)
    made = ray.remote(Shelf).options(num_cpus=0, scheduling_strategy=here, max_concurrency=4)
    return RayFetch(digest_of(sorted(paths)), made.remote(dict(paths)))


class References:
    """References as tasks, each computed when the first phone gets its row.

    Args:
        setup: The model.
        fetch: How workers get its files.
        kept: Results that stay in the cluster's memory; older ones come from the hosts' caches.
    """

    def __init__(self, setup: ReferenceSetup, fetch: RayFetch, *, kept: int = 256) -> None:
        self._setup, self._fetch, self._kept = setup, fetch, kept
        self._known: dict[Any, Any] = {}

    def describe(self) -> dict[str, Any]:
        """Return what the manifest says about references."""
        import ray

        from quad_studio.cluster.ray_pool import own_error

        task = ray.remote(describe_reference).options(num_cpus=1)
        try:
            return dict(ray.get(task.remote(self._setup, self._fetch)))
        except ray.exceptions.RayTaskError as exc:
            raise own_error(exc) from exc

    def of(self, planned: PlannedRow) -> Any:
        """Return the reference of a row, to be passed to a phone's worker."""
        import ray

        name = (planned.settings, planned.item)
        if name not in self._known:
            while len(self._known) >= self._kept:
                self._known.pop(next(iter(self._known)))
            task = ray.remote(compute_reference).options(num_cpus=1, max_retries=3)
            packed = PackedItem.of(planned.item)
            self._known[name] = task.remote(self._setup, self._fetch, planned.settings, packed)
        return self._known[name]


def score_on_cluster(
    rows: Sequence[Mapping[str, Any]],
    folder: Path,
    metrics: Sequence[str],
    *,
    progress: Callable[[str, int, int], None],
    check: Callable[[], None],
) -> list[dict[str, Any]]:
    """Return the scores of rows in their order, computed on all hosts.

    Raises:
        UnknownMetricError: As `score_rows`, before anything is computed.
    """
    import ray

    from evaluation.registry import resolve
    from quad_studio.cluster.ray_pool import own_error

    resolve(metrics)
    rows = [row for row in rows if not row.get("warmup")]

    task = ray.remote(score_job).options(num_cpus=1, max_retries=3)
    starts = list(range(0, len(rows), _ROWS_A_JOB))
    most = max(2, 2 * int(ray.cluster_resources().get("CPU", 1)))
    running: dict[Any, int] = {}
    found: dict[int, list[dict[str, Any]]] = {}
    while starts or running:
        check()
        while starts and len(running) < most:
            start = starts.pop(0)
            job = ScoreJob.of(rows[start : start + _ROWS_A_JOB], folder, metrics)
            running[task.remote(job)] = start
        ready, _ = ray.wait(list(running), num_returns=1, timeout=0.5)
        for ref in ready:
            try:
                found[running.pop(ref)] = ray.get(ref)
            except ray.exceptions.RayTaskError as exc:
                raise own_error(exc) from exc
            progress("score", min(len(rows), len(found) * _ROWS_A_JOB), len(rows))
    return [score for start in sorted(found) for score in found[start]]
