"""Score whole image sets: FID and KID of the device's images against the FP32 references."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation.errors import EvaluationError
from evaluation.images import load_image
from evaluation.metrics import inception
from evaluation.metrics.fid import fid
from evaluation.metrics.kid import MIN_IMAGES as KID_MIN_IMAGES
from evaluation.metrics.kid import kid
from evaluation.registry import Metric, resolve

Row = Mapping[str, Any]
Features = NDArray[np.float64]
SCHEMA = "quad-studio/score/1"
MIN_IMAGES = {"fid": 2, "kid": KID_MIN_IMAGES}
_GROUP = ("target", "use_case", "graph_sha256")
_BATCH = 8


def score_set(
    rows: Sequence[Row],
    root: Path,
    metrics: Sequence[str],
    *,
    progress: Callable[[str, int, int], None] | None = None,
    check: Callable[[], None] | None = None,
) -> list[dict[str, Any]]:
    """Return one score for each target, use case and graph: lines for scores.jsonl.

    A repeat of a request is no new picture: each input and seed counts once.

    Args:
        rows: Rows of results.jsonl.
        root: The run folder.
        metrics: Names of the registry; those not of kind "set" are ignored.
        progress: Called with ("score sets", images done, images in all).
        check: Called between batches; raises to stop.

    Returns:
        {"schema", "key": "set:...", "set": {"target", "use_case", "graph_sha256"}, "metrics",
        "std", "n", "unavailable", "flags", "metric_context"}.
    """
    wanted = [metric for metric in resolve(metrics) if metric.kind == "set"]
    if not wanted:
        return []
    groups = _groups(rows)
    present = [metric for metric in wanted if metric.missing() is None]
    least = min((MIN_IMAGES[metric.name] for metric in present), default=0)
    enough = [pairs for pairs in groups.values() if present and len(pairs) >= least]
    files = {name for pairs in enough for pair in pairs for name in pair}
    known, broken = _all_features(sorted(files), root, progress, check) if files else ({}, {})
    return [_score(group, pairs, wanted, known, broken) for group, pairs in groups.items()]


def _groups(rows: Sequence[Row]) -> dict[tuple[Any, ...], list[tuple[str, str]]]:
    """Return (reference, candidate) files of each group, one for each distinct request."""
    groups: dict[tuple[Any, ...], dict[tuple[Any, ...], tuple[str, str]]] = {}
    for row in rows:
        images = row.get("images") or {}
        if row.get("warmup") or row.get("status", "ok") != "ok":
            continue
        if not images.get("reference") or not images.get("candidate"):
            continue
        request = tuple(str(row.get(part)) for part in ("input_id", "seed", "adapter", "strength"))
        group = groups.setdefault(tuple(row.get(part) for part in _GROUP), {})
        group.setdefault(request, (str(images["reference"]), str(images["candidate"])))
    return {key: list(pairs.values()) for key, pairs in groups.items()}


def _all_features(
    files: Sequence[str],
    root: Path,
    progress: Callable[[str, int, int], None] | None,
    check: Callable[[], None] | None,
) -> tuple[dict[str, Features], dict[str, str]]:
    """Return the features of each file, equal files once, and what was wrong with the others."""
    known: dict[str, Features] = {}
    broken: dict[str, str] = {}
    by_content: dict[str, Features] = {}
    done = 0
    for batch in _batches(files, root, broken):
        if check is not None:
            check()
        new = {digest: image for _, digest, image in batch if digest not in by_content}
        if new:
            found = inception.features(np.stack(list(new.values())))
            by_content |= dict(zip(new, found, strict=True))
        known |= {name: by_content[digest] for name, digest, _ in batch}
        done += len(batch)
        if progress is not None:
            progress("score sets", done, len(files))
    return known, broken


def _batches(
    files: Sequence[str], root: Path, broken: dict[str, str]
) -> Iterator[list[tuple[str, str, NDArray[np.float32]]]]:
    """Yield (name, content hash, picture) in batches of one shape."""
    batch: list[tuple[str, str, NDArray[np.float32]]] = []
    for name in files:
        try:
            image = load_image(root / name)
            digest = hashlib.sha256((root / name).read_bytes()).hexdigest()
        except (EvaluationError, OSError) as exc:
            broken[name] = str(exc)
            continue
        if batch and (len(batch) >= _BATCH or batch[0][2].shape != image.shape):
            yield batch
            batch = []
        batch.append((name, digest, image))
    if batch:
        yield batch


def _score(
    group: tuple[Any, ...],
    pairs: Sequence[tuple[str, str]],
    metrics: Sequence[Metric],
    known: Mapping[str, Features],
    broken: Mapping[str, str],
) -> dict[str, Any]:
    """Return the score of one group."""
    described = dict(zip(_GROUP, group, strict=True))
    good = [pair for pair in pairs if pair[0] in known and pair[1] in known]
    score: dict[str, Any] = {
        "schema": SCHEMA,
        "key": "set:" + "|".join(str(part) for part in group),
        "set": described,
        "metrics": {},
        "std": {},
        "n": len(good),
        "unavailable": {},
        "flags": {},
        "metric_context": {},
    }
    for metric in metrics:
        because = metric.missing()
        if because is None and len(pairs) < MIN_IMAGES[metric.name]:
            because = f"needs n >= {MIN_IMAGES[metric.name]}, there are n = {len(pairs)} images"
        if because is None and len(good) < len(pairs):
            because = next(iter(broken.values()), "an image could not be read")
        if because is not None:
            score["unavailable"][metric.name] = because
            continue
        reference, candidate = (np.stack([known[pair[at]] for pair in good]) for at in (0, 1))
        if metric.name == "fid":
            score["metrics"]["fid"] = fid(reference, candidate)
        else:
            done = kid(reference, candidate, paired=True)
            score["metrics"]["kid"], score["std"]["kid"] = done.value, done.std
        score["metric_context"][metric.name] = dict(metric.context())
    return score
