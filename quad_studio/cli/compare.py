"""`quad-studio compare`: two images, or two folders of images."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from quad_studio.cli.console import print_json, print_note, print_result
from quad_studio.cli.options import split_list
from quad_studio.config import DEFAULT_METRICS
from quad_studio.errors import UsageProblem

IMAGE_METRICS = tuple(name for name in DEFAULT_METRICS if not name.startswith("sim_"))


def add_to(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "compare",
        help="compare two images or two folders of images",
        description="Compare two images, or the images of the same name in two folders.",
    )
    parser.add_argument("reference", type=Path, help="image or folder")
    parser.add_argument("candidate", type=Path, help="image or folder")
    parser.add_argument(
        "--metrics",
        metavar="M,M",
        default=",".join(IMAGE_METRICS),
        help=f"comma-separated (default: {','.join(IMAGE_METRICS)})",
    )
    parser.add_argument("--json", action="store_true", help="print the values as JSON")
    parser.set_defaults(execute=execute)


def execute(args: argparse.Namespace) -> int:
    """Print the metrics of every pair and, for folders, their means."""
    from quad_studio.engine.compare import compare_images

    metrics = list(split_list(args.metrics))
    if not metrics:
        raise UsageProblem("--metrics: nothing given; see docs/metrics.md for their names")
    result = compare_images(args.reference, args.candidate, metrics)
    if args.json:
        print_json(result)
    else:
        _print(result)
    return status_of(result)


def status_of(result: Mapping[str, Any]) -> int:
    """Return 2 where nothing could be measured of a pair or, but for sets, of all of them."""
    bare = any(not pair["metrics"] and pair["unavailable"] for pair in result["pairs"])
    no_set = result["set"] is not None and not result["set"]["metrics"]
    return 2 if bare or (no_set and not any(pair["metrics"] for pair in result["pairs"])) else 0


def _print(result: Mapping[str, Any]) -> None:
    """Print a line a pair, means and sets below; what is missing goes to stderr."""
    pairs = result["pairs"]
    lines = [(pair["name"], pair["metrics"]) for pair in pairs if pair["metrics"]]
    if len(lines) > 1:
        lines.append((f"mean of {len(lines)}", result["mean"]))
    if result["set"] is not None and result["set"]["metrics"]:
        lines.append((f"set of {result['set']['n']}", result["set"]["metrics"]))
    wide = max((len(name) for name, _ in lines), default=0)
    for name, values in lines:
        print_result(f"{name:<{wide}}  " + "  ".join(f"{k} {_text(v)}" for k, v in values.items()))
    for text in missing_lines(pairs):
        print_note(text)
    for metric, reason in (result["set"] or {}).get("unavailable", {}).items():
        print_note(f"{metric} not available: {reason}")
    for name in result["unpaired"]:
        print_note(f"{name}: only in one of the folders")


def missing_lines(pairs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return why metrics are missing, one line a pair and reason, or one for all pairs."""
    found: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for pair in pairs:
        reasons: dict[str, list[str]] = {}
        for metric, reason in pair["unavailable"].items():
            reasons.setdefault(reason, []).append(metric)
        for reason, missing in reasons.items():
            found.setdefault((reason, tuple(missing)), []).append(pair["name"])
    lines = []
    for (reason, metrics), names in found.items():
        everywhere = len(names) == len(pairs) > 1
        for where in [f"all {len(names)} pairs"] if everywhere else names:
            lines.append(f"{where}: {', '.join(metrics)} not available: {reason}")
    return lines


def _text(value: float | None) -> str:
    return "inf (equal)" if value is None else f"{value:.4f}"
