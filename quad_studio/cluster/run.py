"""The stages of a batch run that a cluster does: collect and score."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quad_studio import __version__
from quad_studio.bundle import MANIFEST, Bundle
from quad_studio.cancel import CancelToken
from quad_studio.cluster.answers import PhoneSetup
from quad_studio.cluster.collect import ClusterCollector, ClusterOutcome, ClusterRequest
from quad_studio.cluster.parcels import Parcel, pack
from quad_studio.cluster.phone_worker import bundle_files
from quad_studio.cluster.ray_jobs import References, connected, put_on_shelf
from quad_studio.cluster.ray_pool import RayPool
from quad_studio.cluster.reference_worker import pack_reference
from quad_studio.config import RunOptions
from quad_studio.engine.emulated_rows import choose_emulated, emulator_budget
from quad_studio.engine.manifest import check_same_evidence
from quad_studio.events import Emit, LogLine, StageFinished, StageStarted
from quad_studio.runs import RunWriter, load_run, updated_manifest
from quad_studio.sessions.order import PlannedRow


@dataclass(frozen=True, kw_only=True)
class ClusterRun:
    """What a cluster is to record.

    Attributes:
        address: "auto" or HOST:PORT.
        folder: The run folder.
        targets: The plan's targets.
        unet_calls: Of each row whose input suits, by its index.
        model: The FP32 model of the references, None without a project.
        manifest_of: Makes the manifest of the targets' descriptions and the references'.
        repro: How to run it again, for repro.txt.
    """

    address: str
    folder: Path
    bundle: Bundle
    options: RunOptions
    targets: Sequence[str]
    rows: Sequence[PlannedRow]
    unet_calls: Mapping[int, int]
    model: Any
    manifest_of: Any
    repro: str
    infra_retries: int = 2
    patience_s: float = 60.0


@dataclass(frozen=True)
class Described:
    """A target of which the manifest needs the description only."""

    description: Any

    def describe(self) -> Any:
        """Return the description."""
        return self.description


def collect_on_cluster(run: ClusterRun, *, emit: Emit, cancel: CancelToken) -> ClusterOutcome:
    """Record the run's rows on the cluster's phones, into the run folder on this machine.

    Raises:
        ClusterMissing, ClusterUsage, ClusterUnreachable: See `connected`.
        DeviceProblem: No host lends a phone for one of the targets.
    """
    with connected(run.address):
        return _collect(run, emit=emit, cancel=cancel)


def _collect(run: ClusterRun, *, emit: Emit, cancel: CancelToken) -> ClusterOutcome:
    emit(StageStarted(stage="deploy", title=f"Open the phones of the cluster {run.address}"))
    parcel, files = _pack_bundle(run.bundle, cancel)
    references: References | None = None
    if run.model is not None:
        setup, more = pack_reference(run.model, parcel)
        fetch = put_on_shelf({**files, **more})
        references = References(setup, fetch)
    else:
        fetch = put_on_shelf(files)
    setups = {
        target: PhoneSetup(target=target, version=__version__, bundle=parcel, options=run.options)
        for target in run.targets
    }

    def reference_of(planned: PlannedRow) -> Any:
        suits = planned.index in run.unet_calls
        return references.of(planned) if references is not None and suits else None

    pool = RayPool(setups, fetch, reference_of, most_restarts=run.infra_retries)
    try:
        return _drive(run, pool, references.describe() if references else {}, emit, cancel)
    finally:
        pool.close()


def _drive(
    run: ClusterRun,
    pool: RayPool,
    reference: Mapping[str, Any],
    emit: Emit,
    cancel: CancelToken,
) -> ClusterOutcome:
    """Wait for phones, write the manifest, record the rows."""
    former = load_run(run.folder) if (run.folder / "manifest.json").is_file() else None
    good = [row["key"] for row in former.rows if row["status"] == "ok"] if former else []
    collector = ClusterCollector(
        ClusterRequest(
            targets=run.targets,
            rows=run.rows,
            key_of=lambda target, planned: planned.key(run.bundle, target),
            recorded=frozenset(good),
            providers_of=lambda description: providers_of(run, description, emit),
            infra_retries=run.infra_retries,
            patience_s=run.patience_s,
        ),
        pool,
        emit=emit,
        cancel=cancel,
    )
    start = time.monotonic()
    described = {name: Described(found) for name, found in collector.wait_for_phones().items()}
    emit(StageFinished(stage="deploy", seconds=time.monotonic() - start))
    manifest = run.manifest_of(described, reference)
    if former is not None:
        check_same_evidence(former, manifest)
    start = time.monotonic()
    with RunWriter(run.folder, manifest) as writer:
        (run.folder / "repro.txt").write_text(run.repro, encoding="utf-8")
        title = f"{len(run.rows)} rows on {', '.join(run.targets)}"
        emit(StageStarted(stage="run", title=f"{title}, phones of {run.address}"))
        outcome = collector.run(writer)
    with updated_manifest(run.folder) as written:
        written["cluster"] = {
            "address": run.address,
            "phones": collector.phones,
            "rows": outcome.phones,
        }
    emit(StageFinished(stage="run", seconds=time.monotonic() - start))
    return outcome


def providers_of(run: ClusterRun, target: Any, emit: Emit) -> dict[int, str | None]:
    """Return the provider of every row on a target, those that an emulator runs first.

    The emulator's share is that of one machine, however many phones there are: the plan's rows
    and their labels do not depend on the cluster.
    """
    plain = run.options.provider
    budget = emulator_budget(run.options, target)
    if budget is None:
        return {row.index: plain for row in run.rows}
    chosen = choose_emulated(run.rows, budget, lambda row: run.unet_calls.get(row.index, 0))
    if chosen:
        text = f"HTP emulator: {len(chosen)} of {len(run.rows)} rows; the rest on the CPU"
        emit(LogLine(message=f"{target.name}: {text}"))
    rest = "cpu" if plain == "qnn" else plain
    first: dict[int, str | None] = {row.index: "qnn" for row in run.rows if row.index in chosen}
    return {**first, **{row.index: rest for row in run.rows if row.index not in chosen}}


def _pack_bundle(bundle: Bundle, cancel: CancelToken) -> tuple[Parcel, dict[str, Path]]:
    """Return the bundle as a parcel; bundle.json knows the hashes of all but itself."""
    known = {name: str(entry["sha256"]) for name, entry in bundle.manifest["files"].items()}
    known.pop(MANIFEST, None)
    return pack(bundle_files(bundle.path), known, cancel.check)
