"""Compare two images, or two folders of images by name."""

from pathlib import Path
from typing import Any

from quad_studio.errors import InputFileProblem, UsageProblem

_SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"}


def compare_images(reference: Path, candidate: Path, metrics: list[str]) -> dict[str, Any]:
    """Return the metrics of each pair and their means.

    Returns:
        {"pairs": [{"name", "reference", "candidate", "metrics", "unavailable"}], "mean", "set",
        "unpaired", "metric_context"}. A PSNR of equal images is None and left out of the mean;
        "set" holds metrics of whole sets such as FID, None where none is asked for.
    """
    from evaluation.errors import EvaluationError
    from evaluation.score import score_rows, score_set

    pairs, unpaired = pair_up(reference, candidate)
    rows = [
        {
            "key": name,
            "input_id": name,
            "images": {"reference": str(a.resolve()), "candidate": str(b.resolve())},
        }
        for name, a, b in pairs
    ]
    try:
        scores = score_rows(rows, Path("/"), metrics)
        sets = score_set(rows, Path("/"), metrics)
    except EvaluationError as exc:
        raise UsageProblem(str(exc)) from exc
    listed = [
        {
            "name": name,
            "reference": str(a),
            "candidate": str(b),
            "metrics": dict(score["metrics"]),
            "unavailable": dict(score["unavailable"]),
        }
        for (name, a, b), score in zip(pairs, scores, strict=True)
    ]
    return {
        "pairs": listed,
        "mean": means(listed),
        "set": {key: sets[0][key] for key in ("metrics", "n", "unavailable")} if sets else None,
        "unpaired": unpaired,
        "metric_context": contexts_of([*scores, *sets]),
    }


def contexts_of(scores: list[dict[str, Any]]) -> dict[str, Any]:
    """Return how each metric was computed; a pair that could not be read knows none."""
    found: dict[str, Any] = {}
    for score in scores:
        found |= score["metric_context"]
    return found


def pair_up(reference: Path, candidate: Path) -> tuple[list[tuple[str, Path, Path]], list[str]]:
    """Return (name, reference file, candidate file) triples and the names without a partner."""
    for path in (reference, candidate):
        if not path.exists():
            raise InputFileProblem(path, "no such file or folder")
    if reference.is_dir() != candidate.is_dir():
        raise UsageProblem("compare needs two images or two folders, not one of each")
    if not reference.is_dir():
        return [(candidate.name, reference, candidate)], []
    left, right = images_in(reference), images_in(candidate)
    both = sorted(left.keys() & right.keys())
    if not both:
        raise UsageProblem(f"{reference} and {candidate} have no image names in common")
    unpaired = sorted(left.keys() ^ right.keys())
    return [(name, left[name], right[name]) for name in both], unpaired


def images_in(folder: Path) -> dict[str, Path]:
    """Return the images of `folder` by their name without suffix."""
    return {p.stem: p for p in sorted(folder.iterdir()) if p.suffix.lower() in _SUFFIXES}


def means(pairs: list[dict[str, Any]]) -> dict[str, float]:
    """Return the mean of each metric over the pairs that have a finite value."""
    values: dict[str, list[float]] = {}
    for pair in pairs:
        for metric, value in pair["metrics"].items():
            if value is not None:
                values.setdefault(metric, []).append(value)
    return {metric: sum(found) / len(found) for metric, found in values.items()}
