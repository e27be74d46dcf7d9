"""`quad-studio check`: gate old evidence again, without a device."""

import argparse
from pathlib import Path
from typing import Any

from quad_studio.cli.console import print_json, print_result


def add_to(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "check",
        help="hold a recorded run against gates",
        description="Sum a run up again and hold it against gates; needs no device. Exit 0: all "
        "gates of level error passed, 1: one failed, 4: the evidence is not good enough.",
    )
    parser.add_argument("run", type=Path, help="run folder")
    parser.add_argument("--gates", type=Path, help="gates file (default: the plan's)")
    parser.add_argument("--baseline", help="run folder or name of a baseline to compare with")
    parser.add_argument("--strict", action="store_true", help="a warning fails too")
    parser.add_argument("--json", action="store_true", help="print the summary as JSON")
    parser.set_defaults(execute=execute)


def execute(args: argparse.Namespace) -> int:
    """Print one line a gate and return the status they add up to."""
    from quad_studio.engine.judge import judge_run

    summary = judge_run(
        args.run, gates=args.gates, baseline=args.baseline, strict=args.strict, write=False
    )
    if args.json:
        print_json(summary)
    else:
        for gate in summary["gates"]:
            print_result(f"{gate['status']:<8} {gate['message']}")
        validity = summary["validity"]
        print_result(f"evidence: {validity['status']} {'; '.join(validity['reasons'])}".rstrip())
    return int(summary["exit_code"])
