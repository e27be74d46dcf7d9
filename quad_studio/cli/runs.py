"""`quad-studio runs`: the runs on this machine."""

import argparse
from pathlib import Path
from typing import Any

from quad_studio.cli.console import print_json, print_note, print_result


def add_to(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "runs",
        help="list runs, newest first",
        description="List the runs below a folder, newest first.",
    )
    parser.add_argument("root", type=Path, nargs="?", default=Path("out"), help="default: out")
    parser.add_argument("--find", default="", metavar="TEXT", help="only runs that hold this text")
    parser.add_argument("--tag", default="", help="only runs with this tag")
    parser.add_argument("--add-tag", metavar="TAG", help="tag the run folder ROOT")
    parser.add_argument("--json", action="store_true", help="print the list as JSON")
    parser.set_defaults(execute=execute)


def execute(args: argparse.Namespace) -> int:
    """Print one line a run."""
    from quad_studio.engine.caches import cache_root
    from quad_studio.runs import load_run, updated_manifest
    from quad_studio.runs_index import find_runs

    if args.add_tag:
        load_run(args.root)
        with updated_manifest(args.root) as manifest:
            manifest["tags"] = sorted({*manifest.get("tags", ()), args.add_tag})
    index = cache_root() / "runs.sqlite"
    listed = find_runs(args.root, index, text=args.find, tag=args.tag)
    if args.json:
        print_json(listed)
        return 0
    if not listed:
        print_note(f"no runs below {args.root}; make one: quad-studio --batch PLAN.toml")
    for entry in listed:
        print_result(
            f"{entry['created_at'][:19]}  {entry['validity']:<12} {entry['rows']:>5} rows  "
            f"{entry['name']}  {', '.join(entry['targets'])}  {entry['path']}"
        )
    return 0
