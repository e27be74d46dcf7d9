"""`quad-studio baseline`: name runs that others are compared with."""

import argparse
from pathlib import Path
from typing import Any

from quad_studio.cli.console import print_json, print_note, print_result
from quad_studio.errors import UsageProblem


def add_to(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "baseline",
        help="set, list or remove named baselines",
        description="A baseline is a run with a name. It changes only by this command, never "
        "while a run is being judged.",
    )
    parser.add_argument("action", choices=("set", "list", "remove"))
    parser.add_argument("name", nargs="?", help="name of the baseline")
    parser.add_argument("run", nargs="?", type=Path, help="run folder (set)")
    parser.add_argument(
        "--file",
        type=Path,
        default=Path("baselines.json"),
        help="where baselines are kept (default: baselines.json)",
    )
    parser.add_argument("--json", action="store_true", help="print the list as JSON")
    parser.set_defaults(execute=execute)


def execute(args: argparse.Namespace) -> int:
    """Change or print the named baselines."""
    from quad_studio.engine.baselines import list_baselines, remove_baseline, set_baseline

    if args.action == "list":
        entries = list_baselines(args.file)
        if args.json:
            print_json(entries)
        elif not entries:
            print_note(f"no baselines in {args.file}")
        else:
            for name, entry in sorted(entries.items()):
                print_result(
                    f"{name}  {entry['run_id']}  {entry['path']}  set {entry['set_at'][:19]}"
                )
        return 0
    if not args.name:
        raise UsageProblem(f"baseline {args.action}: name the baseline")
    if args.action == "set":
        if args.run is None:
            raise UsageProblem("baseline set NAME RUN: name the run folder")
        set_baseline(args.file, args.name, args.run)
        print_note(f"baseline {args.name} is now {args.run}")
    else:
        remove_baseline(args.file, args.name)
        print_note(f"baseline {args.name} removed; its run is untouched")
    return 0
