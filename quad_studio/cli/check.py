"""`quad-studio check`: gate old evidence again, without a device."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from quad_studio.cli.console import print_json, print_note, print_result
from quad_studio.errors import InputFileProblem


def add_to(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "check",
        help="hold a recorded run against gates",
        description="Sum a run up again and hold it against gates; needs no device. Exit 0: all "
        "gates of level error passed, 1: one failed, 4: the evidence is not good enough.",
    )
    parser.add_argument("run", type=Path, help="run folder")
    parser.add_argument(
        "--gates", type=Path, metavar="FILE", help="gates file (default: the plan's)"
    )
    parser.add_argument(
        "--baseline", metavar="RUN", help="run folder or name of a baseline to compare with"
    )
    parser.add_argument("--strict", action="store_true", help="a warning fails too")
    parser.add_argument("--json", action="store_true", help="print the summary as JSON")
    parser.set_defaults(execute=execute)


def execute(args: argparse.Namespace) -> int:
    """Print one line a gate and return the status they add up to."""
    from quad_studio.engine.judge import gates_of, judge_run
    from quad_studio.runs import load_run

    run = load_run(args.run)
    named = run.manifest.get("plan", {}).get("gates")
    if not args.gates and named and gates_of(run) is None:
        raise InputFileProblem(named, "the gates file of the run's plan is gone; name one: --gates")
    summary = judge_run(
        args.run, gates=args.gates, baseline=args.baseline, strict=args.strict, write=False
    )
    if args.json:
        print_json(summary)
    else:
        for gate in summary["gates"]:
            print_result(f"{gate['status']:<8} {gate['message']}")
        for line in verdict_lines(summary):
            print_result(line)
        if not summary["gates"]:
            print_note("no gates: the plan names none; name a file with --gates")
    return int(summary["exit_code"])


def verdict_lines(summary: Mapping[str, Any]) -> list[str]:
    """Return whether the evidence counts, whether it can be compared, and why not."""
    validity, baseline = summary["validity"], summary.get("baseline")
    lines = [f"evidence: {validity['status']}", *(f"  {why}" for why in validity["reasons"])]
    if baseline:
        verdict = "comparable" if baseline["comparable"] else "NOT COMPARABLE"
        lines.append(f"baseline {baseline['name']}: {verdict}")
        lines += [f"  {why}" for why in baseline["reasons"]]
    said = [*validity["reasons"], *(gate["message"] for gate in summary["gates"])]
    said += baseline["reasons"] if baseline else []
    rest = (why for why in summary["reasons"] if not any(one in why for one in said))
    return [*lines, *(f"  {why}" for why in rest)]
