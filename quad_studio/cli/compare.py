"""`quad-studio compare`: two images, two folders of images, or two runs."""

import argparse
from pathlib import Path
from typing import Any

from quad_studio.cli.console import print_json, print_note, print_result
from quad_studio.config import DEFAULT_METRICS

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
        default=",".join(IMAGE_METRICS),
        help=f"comma-separated (default: {','.join(IMAGE_METRICS)})",
    )
    parser.add_argument("--json", action="store_true", help="print the values as JSON")
    parser.set_defaults(execute=execute)


def execute(args: argparse.Namespace) -> int:
    """Print the metrics of every pair and, for folders, their means."""
    from quad_studio.engine.compare import compare_images

    metrics = [name.strip() for name in args.metrics.split(",") if name.strip()]
    result = compare_images(args.reference, args.candidate, metrics)
    if args.json:
        print_json(result)
        return 0
    for pair in result["pairs"]:
        values = "  ".join(f"{k} {_text(v)}" for k, v in pair["metrics"].items())
        print_result(f"{pair['name']}: {values}")
        for metric, reason in pair["unavailable"].items():
            print_note(f"{pair['name']}: {metric} not available: {reason}")
    if len(result["pairs"]) > 1:
        values = "  ".join(f"{k} {_text(v)}" for k, v in result["mean"].items())
        print_result(f"mean of {len(result['pairs'])}: {values}")
    for name in result["unpaired"]:
        print_note(f"{name}: only in one of the folders")
    return 0


def _text(value: float | None) -> str:
    return "inf (equal)" if value is None else f"{value:.4f}"
