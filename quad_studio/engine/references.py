"""The FP32 results that a plan's rows are held to."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from quad_studio.cancel import CancelToken
from quad_studio.config import Project
from quad_studio.events import Emit, LogLine, StageProgress
from quad_studio.reference.components import ReferenceModel
from quad_studio.reference.runner import ReferenceRunner
from quad_studio.reference.store import ReferenceResult
from quad_studio.use_cases.prepare import Prepared


def reference_model(project: Project) -> ReferenceModel:
    """Return the FP32 model of the project."""
    return ReferenceModel(
        path=project.model_path,
        kind=project.model_kind,
        adapters={entry.name: entry.path for entry in project.adapters},
    )


def compute_references(
    model: ReferenceModel,
    prepared: Sequence[tuple[int, Prepared]],
    cache: Path,
    *,
    emit: Emit,
    cancel: CancelToken,
) -> tuple[dict[int, ReferenceResult], dict[str, Any]]:
    """Return FP32 results by row index, and how they were made.

    Args:
        model: The FP32 model.
        prepared: Row index and request of the rows that need a reference.
        cache: Folder of the reference cache.
        emit: Told of progress.
        cancel: Polled between images.
    """
    start = time.monotonic()

    def progress(_what: str, done: int, total: int) -> None:
        spent = time.monotonic() - start
        eta = spent / done * (total - done) if done else None
        emit(StageProgress(stage="reference", done=done, total=total, eta_s=eta))

    with ReferenceRunner(model, cache=cache) as reference:
        results = reference.run([p for _, p in prepared], progress=progress, check=cancel.check)
        description = dict(reference.describe())
    fresh = sum(1 for result in results if not result.cached)
    emit(LogLine(message=f"reference: {len(results)} FP32 images, {fresh} computed now"))
    return {index: r for (index, _), r in zip(prepared, results, strict=True)}, description
