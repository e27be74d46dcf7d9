"""FP32 references and scores, computed wherever a processor is free."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from device.scratch import ScratchFolder
from quad_studio.bundle import MANIFEST
from quad_studio.cluster.parcels import Fetch, PackedItem, Parcel, pack, unpack
from quad_studio.engine.caches import cache_root
from quad_studio.reference.components import ReferenceModel
from quad_studio.reference.runner import ReferenceRunner
from quad_studio.reference.store import ReferenceResult
from quad_studio.storage import read_json
from quad_studio.use_cases.base import Frame
from quad_studio.use_cases.settle import TaskSettings

_FRAME_FILES = (MANIFEST, "tokenizer/", "plans/")


@dataclass(frozen=True, kw_only=True)
class ReferenceSetup:
    """What a worker needs to compute references.

    Attributes:
        kind: "diffusers" or "single-file", as of `ReferenceModel`.
        model_path: The model inside the parcel: a folder's or a file's name.
        model: The model's and the adapters' files.
        adapters: Path inside the parcel by adapter.
        frame: The part of the bundle that says sizes, schedule and tokens.
        threads: Of torch; None leaves what the worker has.
    """

    kind: str
    model_path: str
    model: Parcel
    adapters: tuple[tuple[str, str], ...]
    frame: Parcel
    threads: int | None = None


def pack_reference(
    model: ReferenceModel, bundle: Parcel, *, threads: int | None = None
) -> tuple[ReferenceSetup, dict[str, Path]]:
    """Return the setup of a model on this machine, and its files by hash for a `Shelf`."""
    base = model.path if model.is_directory else model.path.parent
    paths = {f"model/{file.relative_to(base).as_posix()}": file for file in model.files()}
    adapters = {}
    for name in model.adapters:
        files = model.adapter_files(name)
        folder = f"adapters/{name}"
        paths |= {f"{folder}/{file.name}": file for file in files}
        alone = model.adapters[name].is_file()
        adapters[name] = f"{folder}/{files[0].name}" if alone else folder
    parcel, shelf = pack(paths)
    setup = ReferenceSetup(
        kind="diffusers" if model.is_directory else "single-file",
        model_path="model" if model.is_directory else f"model/{model.path.name}",
        model=parcel,
        adapters=tuple(sorted(adapters.items())),
        frame=bundle.part(*_FRAME_FILES),
        threads=threads,
    )
    return setup, shelf


def compute_reference(
    setup: ReferenceSetup, fetch: Fetch, settings: TaskSettings, packed: PackedItem
) -> ReferenceResult:
    """Return one FP32 result, from this host's cache where it is known."""
    from quad_studio.use_cases.prepare import prepare

    root = cache_root() / "cluster"
    runner, frame = _runner_of(setup, root, fetch)
    return runner.run([prepare(settings, packed.unpack(root), frame)])[0]


def describe_reference(setup: ReferenceSetup, fetch: Fetch) -> dict[str, Any]:
    """Return what the manifest says about references."""
    runner, _ = _runner_of(setup, cache_root() / "cluster", fetch)
    return dict(runner.describe())


@functools.lru_cache(maxsize=1)
def _runner_of(setup: ReferenceSetup, root: Path, fetch: Fetch) -> tuple[ReferenceRunner, Frame]:
    """Return the runner of a setup; a worker keeps the model that it used last."""
    if setup.threads is not None:
        import torch

        torch.set_num_threads(setup.threads)
    folder = unpack(setup.model, root, fetch)
    model = ReferenceModel(
        path=folder / setup.model_path,
        kind=setup.kind,
        adapters={name: folder / path for name, path in setup.adapters},
    )
    there = unpack(setup.frame, root, fetch)
    frame = Frame.of_manifest(there, read_json(there / MANIFEST, "bundle"))
    return ReferenceRunner(model, cache_root() / "references"), frame


@dataclass(frozen=True, kw_only=True)
class ScoreJob:
    """Rows to be scored, with the files that the metrics read."""

    rows: tuple[Mapping[str, Any], ...]
    files: Mapping[str, bytes]
    metrics: tuple[str, ...]

    @classmethod
    def of(
        cls, rows: Sequence[Mapping[str, Any]], root: Path, metrics: Sequence[str]
    ) -> "ScoreJob":
        """Read the rows' pictures and latents; what is missing is left for the metrics to say."""
        names = {name for row in rows for name in (*_pictures(row), row.get("latents")) if name}
        found = {name: (root / name).read_bytes() for name in names if (root / name).is_file()}
        return cls(rows=tuple(rows), files=found, metrics=tuple(metrics))


def _pictures(row: Mapping[str, Any]) -> list[str | None]:
    images = row.get("images") or {}
    return [images.get(kind) for kind in ("reference", "candidate", "input", "sketch", "mask")]


def score_job(job: ScoreJob) -> list[dict[str, Any]]:
    """Return the scores of the job's rows, as `score_rows` does."""
    from evaluation.score import score_rows

    with ScratchFolder("score") as folder:
        for file, data in job.files.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes(data)
        return score_rows(list(job.rows), folder, job.metrics)
