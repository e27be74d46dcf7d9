"""Score the rows of a run: read each image once, in batches, never more than a few in memory."""

import hashlib
import math
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.errors import EvaluationError
from evaluation.images import Picture, load_image
from evaluation.registry import Metric, PromptedBatch, resolve
from evaluation.score_sets import score_set
from evaluation.side_by_side import SideBySide

__all__ = ["iter_scores", "score_rows", "score_set"]

Row = Mapping[str, Any]
Score = dict[str, Any]
ProgressFn = Callable[[str, int, int], None]
CheckFn = Callable[[], None]

SCHEMA = "quad-studio/score/1"
_BATCH_PIXELS = 1 << 20
_DECODED_AHEAD = 8
_KEPT_BYTES = 256 << 20


@dataclass
class _Job:
    """One row on its way: its pictures, and what was found out about it."""

    row: Row
    score: Score
    same_as: "_Job | None" = None
    reference: Picture | None = None
    candidate: Picture | None = None
    source: Picture | None = None
    problem: str | None = None
    twins: "list[_Job]" = field(default_factory=list)


def score_rows(
    rows: Sequence[Row],
    root: Path,
    metrics: Sequence[str],
    *,
    progress: ProgressFn | None = None,
    check: CheckFn | None = None,
) -> list[Score]:
    """Return one score dict for each row that is no warm-up, in the order of the rows.

    Args:
        rows: Rows of results.jsonl.
        root: The run folder; image paths are relative to it.
        metrics: Names of the registry; names of kind "set" are left to `score_set`.
        progress: Called with ("score", done, total).
        check: Called often; raises to stop.

    Returns:
        {"schema", "key", "metrics": {name: value or None}, "unavailable": {name: because},
        "flags": {name: text}, "metric_context": {name: {...}}}. An infinite PSNR is None with the
        flag "infinite: the images are identical".

    Raises:
        UnknownMetricError: A name that the registry does not hold.
    """
    return list(iter_scores(rows, root, metrics, progress=progress, check=check))


def iter_scores(
    rows: Sequence[Row],
    root: Path,
    metrics: Sequence[str],
    *,
    progress: ProgressFn | None = None,
    check: CheckFn | None = None,
) -> Iterator[Score]:
    """Yield what `score_rows` returns, as soon as each batch is done."""
    wanted = [metric for metric in resolve(metrics) if metric.kind != "set"]
    measured = [row for row in rows if not row.get("warmup")]
    missing = {metric.name: metric.missing() for metric in wanted}
    usable = [metric for metric in wanted if missing[metric.name] is None]
    contexts = {metric.name: dict(metric.context()) for metric in usable}
    absent = {name: because for name, because in missing.items() if because is not None}

    def compute(jobs: Sequence[_Job]) -> Sequence[_Job]:
        _compute(jobs, usable)
        return jobs

    done = 0
    with SideBySide(_BATCH_PIXELS) as workers:
        jobs = _read_ahead(measured, root, usable, absent)
        for batch in workers.in_order(compute, _batches(jobs, workers, check)):
            yield from _finish(batch, usable, contexts, root)
            done += len(batch)
            if progress is not None:
                progress("score", done, len(measured))
    if progress is not None and not done:
        progress("score", 0, 0)


def _batches(
    jobs: Iterator[_Job], workers: SideBySide, check: CheckFn | None
) -> Iterator[list[_Job]]:
    """Yield the jobs in batches that all workers together may hold."""
    waiting: list[_Job] = []
    pixels = 0
    for job in jobs:
        if check is not None:
            check()
        waiting.append(job)
        pixels += job.reference[..., 0].size if job.reference is not None else 0
        if pixels >= workers.share or len(waiting) >= 64:
            yield waiting
            waiting, pixels = [], 0
    if waiting:
        yield waiting


class _Pictures:
    """Decoded files by content, so that one reference serves many candidates."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._kept: OrderedDict[str, Picture] = OrderedDict()

    def read(self, name: str) -> tuple[str, Picture]:
        """Return the content's hash and the picture."""
        path = self._root / name
        try:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError:
            digest = ""  # load_image says what is wrong
        kept = self._kept.get(digest)
        if kept is None:
            kept = load_image(path)
            self._kept[digest] = kept
            while len(self._kept) > 1 and self._bytes() > _KEPT_BYTES:
                self._kept.popitem(last=False)
        return digest, kept

    def _bytes(self) -> int:
        return sum(picture.nbytes for picture in self._kept.values())


def _read_ahead(
    rows: Sequence[Row], root: Path, metrics: Sequence[Metric], absent: Mapping[str, str]
) -> Iterator[_Job]:
    """Yield the rows' jobs in order while a thread decodes the next ones."""
    pictures = _Pictures(root)
    seen: dict[tuple[str, ...], _Job] = {}
    with_source = any(metric.kind == "prompted" for metric in metrics)
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="decode") as pool:
        pending: deque[Future[_Job]] = deque()
        try:
            for row in rows:
                pending.append(pool.submit(_open, row, pictures, seen, with_source, absent))
                if len(pending) > _DECODED_AHEAD:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()


def _open(
    row: Row,
    pictures: _Pictures,
    seen: dict[tuple[str, ...], _Job],
    with_source: bool,
    absent: Mapping[str, str],
) -> _Job:
    """Decode one row's pair, unless an earlier row has the same files byte for byte."""
    score: Score = {
        "schema": SCHEMA,
        "key": row["key"],
        "metrics": {},
        "unavailable": dict(absent),
        "flags": {},
        "metric_context": {},
    }
    job = _Job(row, score)
    if row.get("status", "ok") != "ok":
        error = row.get("error") or {}
        job.problem = f"the row failed: {error.get('code', 'unknown')}"
        return job
    images = row.get("images") or {}
    lacking = [kind for kind in ("reference", "candidate") if not images.get(kind)]
    if lacking:
        job.problem = f"the row has no {' and no '.join(lacking)} image"
        return job
    try:
        reference_hash, reference = pictures.read(images["reference"])
        candidate_hash, candidate = pictures.read(images["candidate"])
        source = images.get("input") or images.get("sketch")
        source_hash, picture = pictures.read(source) if with_source and source else ("", None)
    except EvaluationError as exc:
        job.problem = str(exc)
        return job
    identity = (reference_hash, candidate_hash, source_hash, str(row.get("prompt", "")))
    twin = seen.get(identity) if all(identity[:2]) else None
    if twin is not None:
        job.same_as = twin
        return job
    job.reference, job.candidate, job.source = reference, candidate, picture
    if reference.shape != candidate.shape:
        job.problem = (
            f"sizes differ: reference {reference.shape[1]}x{reference.shape[0]},"
            f" candidate {candidate.shape[1]}x{candidate.shape[0]}"
        )
    seen[identity] = job
    return job


def _compute(jobs: Sequence[_Job], metrics: Sequence[Metric]) -> None:
    """Compute the image metrics of a batch of jobs."""
    groups: dict[tuple[int, ...], list[_Job]] = {}
    for job in jobs:
        if job.problem is None and job.same_as is None and job.reference is not None:
            groups.setdefault(job.reference.shape, []).append(job)
    for group in groups.values():
        _score_batch(group, [metric for metric in metrics if metric.kind != "latent"])


def _finish(
    jobs: Sequence[_Job],
    metrics: Sequence[Metric],
    contexts: Mapping[str, dict[str, Any]],
    root: Path,
) -> Iterator[Score]:
    """Yield the scores of a computed batch in order, with what needs no pictures."""
    for job in jobs:
        _take_over(job, metrics)
        for metric in metrics:
            if metric.kind == "latent":
                _score_latents(job, metric, root)
        job.score["metric_context"] = {
            name: contexts[name] for name in job.score["metrics"] if name in contexts
        }
        job.reference = job.candidate = job.source = None
        yield job.score


def _take_over(job: _Job, metrics: Sequence[Metric]) -> None:
    """Fill in image metrics of a job that needed no computing: a twin's, or none."""
    names = [metric.name for metric in metrics if metric.kind != "latent"]
    if job.same_as is not None:
        other = job.same_as.score
        for part in ("metrics", "unavailable", "flags"):
            job.score[part] |= {name: other[part][name] for name in names if name in other[part]}
        if job.same_as.problem is not None:
            job.problem = job.same_as.problem
    if job.problem is not None:
        job.score["unavailable"] |= dict.fromkeys(names, job.problem)


def _score_batch(group: Sequence[_Job], metrics: Sequence[Metric]) -> None:
    """Fill in the image metrics of jobs whose pictures have one shape."""
    reference = np.stack([job.reference for job in group if job.reference is not None])
    candidate = np.stack([job.candidate for job in group if job.candidate is not None])
    prompted = PromptedBatch(
        reference,
        candidate,
        [job.source for job in group],
        [str(job.row.get("prompt") or "") for job in group],
        [job.row.get("source_prompt") for job in group],
    )
    for metric in metrics:
        if metric.function is None:
            continue
        try:
            if metric.kind == "prompted":
                values = metric.function(prompted)
            else:
                values = metric.function(reference, candidate)
        except EvaluationError as exc:
            because = getattr(exc, "because", str(exc))
            for job in group:
                job.score["unavailable"][metric.name] = because
            continue
        for job, value in zip(group, values, strict=True):
            _put(job.score, metric, float(value))


def _put(score: Score, metric: Metric, value: float) -> None:
    """Store one value; JSON has neither infinity nor NaN."""
    if math.isfinite(value):
        score["metrics"][metric.name] = value
    elif math.isinf(value):
        score["metrics"][metric.name] = None
        score["flags"][metric.name] = "infinite: the images are identical"
    else:
        score["unavailable"][metric.name] = "undefined for this row"


def _score_latents(job: _Job, metric: Metric, root: Path) -> None:
    """Fill in one metric on a row's stored latents."""
    name = job.row.get("latents")
    if job.row.get("status", "ok") != "ok" or not name:
        failed = job.row.get("status", "ok") != "ok" and job.problem
        job.score["unavailable"][metric.name] = failed or "the run kept no latents for this row"
        return
    try:
        with np.load(root / name, allow_pickle=False) as stored:
            z, reference, initial = (stored[key] for key in ("z", "z_reference", "z_initial"))
    except (OSError, ValueError, KeyError) as exc:
        job.score["unavailable"][metric.name] = f"{name}: latents cannot be read ({exc})"
        return
    if metric.function is not None:
        try:
            _put(job.score, metric, float(metric.function(z, reference, initial)))
        except EvaluationError as exc:
            job.score["unavailable"][metric.name] = str(exc)
