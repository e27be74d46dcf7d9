"""`quad-studio report`: write a run's reports again, in any format."""

import argparse
from pathlib import Path
from typing import Any

from quad_studio.cli.console import print_json, print_result
from quad_studio.cli.options import split_list
from quad_studio.errors import UsageProblem

FORMATS = ("md", "html", "csv", "xlsx", "latex", "pdf", "json", "junit")


def add_to(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "report",
        help="write the reports of a run",
        description="Read a run folder and write its reports; needs no device and no model.",
    )
    parser.add_argument("run", type=Path, help="run folder")
    parser.add_argument(
        "--format",
        metavar="F,F",
        default="html,md,json",
        help=f"comma-separated: {', '.join(FORMATS)} (default: html,md,json)",
    )
    parser.add_argument("--json", action="store_true", help="print the files as JSON")
    parser.set_defaults(execute=execute)


def execute(args: argparse.Namespace) -> int:
    """Write the reports and print their paths."""
    from quad_studio.engine.judge import report_run
    from quad_studio.runs import load_run

    formats = split_list(args.format)
    unknown = sorted(set(formats) - set(FORMATS))
    if unknown or not formats:
        raise UsageProblem(
            f"--format: {', '.join(unknown) or 'nothing given'}; known: {', '.join(FORMATS)}"
        )
    run = load_run(args.run)
    files = [str(path) for path in report_run(run.path, formats)]
    if args.json:
        print_json({"run": run.run_id, "files": files})
    else:
        print_result("\n".join(files))
    return 0
