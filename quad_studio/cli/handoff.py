"""`quad-studio handoff`: a bundle's encodings and adapters in other tools' formats."""

import argparse
from pathlib import Path
from typing import Any

from quad_studio.cli.console import print_result

FORMATS = ("aimet-1", "aimet-2", "ort", "qairt", "safetensors")


def add_to(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "handoff",
        help="write a bundle's encodings and adapters for other tools",
        description="Write what other tools read: AIMET encodings 1.0.0 and 2.0.0 (aimet-1, "
        "aimet-2), ONNX Runtime's TensorQuantOverrides (ort), the files of QAIRT's LoRA tools "
        "(qairt) and the adapters' codes as safetensors under Olive's names (safetensors).",
    )
    parser.add_argument("bundle", type=Path, help="bundle directory")
    parser.add_argument(
        "-o", "--output", type=Path, required=True, help="folder for the files; it is made"
    )
    parser.add_argument(
        "--format",
        action="append",
        choices=FORMATS,
        default=[],
        help="may be given several times; default: all",
    )
    parser.set_defaults(execute=execute)


def execute(args: argparse.Namespace) -> int:
    """Print the files that were written."""
    from quad_studio.adapters.handoff import HandoffInput, hand_over
    from quad_studio.bundle import open_bundle
    from quad_studio.errors import UsageProblem
    from quad_studio.storage import storage_error

    if args.output.exists() and not args.output.is_dir():
        raise UsageProblem(f"-o {args.output}: is a file; name a folder")
    given = HandoffInput(open_bundle(args.bundle), args.output, tuple(args.format))
    try:
        written = hand_over(given)
    except OSError as exc:
        raise storage_error(args.output, exc) from exc
    for path in written:
        print_result(str(path))
    return 0
