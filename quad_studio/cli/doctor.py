"""`quad-studio doctor`: what works on this machine, and how to mend what does not."""

import argparse
from pathlib import Path
from typing import Any

from quad_studio.cli.console import print_json, print_note, print_result

_MARKS = {"ok": "ok     ", "warning": "warning", "problem": "PROBLEM"}


def add_to(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "doctor",
        help="check this installation",
        description="Check what QUAD Studio needs on this machine. Exit 1 when a part that is "
        "needed does not work.",
    )
    parser.add_argument(
        "--bundle",
        type=Path,
        metavar="FILE",
        help="also write what was found, with logs of recent runs, to a ZIP for a bug report",
    )
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.set_defaults(execute=execute)


def execute(args: argparse.Namespace) -> int:
    """Print one line a check."""
    from quad_studio.doctor import examine, write_report

    findings = examine()
    if args.json:
        print_json([finding.to_json() for finding in findings])
    else:
        for finding in findings:
            print_result(f"{_MARKS[finding.status]}  {finding.part:<18} {finding.text}")
            if finding.remedy:
                print_result(f"{'':<27} {finding.remedy}")
    if args.bundle:
        write_report(args.bundle, findings)
        print_note(f"written: {args.bundle}")
    return 1 if any(finding.status == "problem" for finding in findings) else 0
