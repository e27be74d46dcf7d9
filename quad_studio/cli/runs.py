"""`quad-studio runs`: the runs on this machine."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from quad_studio.cli.console import print_json, print_note, print_result
from quad_studio.errors import InputFileProblem

DEFAULT_ROOT = Path("out")


def add_to(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "runs",
        help="list runs, newest first",
        description="List the runs below a folder, newest first.",
    )
    parser.add_argument("root", type=Path, nargs="?", default=DEFAULT_ROOT, help="default: out")
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
    if not args.root.is_dir() and args.root != DEFAULT_ROOT:
        raise InputFileProblem(args.root, "no such folder")
    index = cache_root() / "runs.sqlite"
    listed = find_runs(args.root, index, text=args.find, tag=args.tag)
    if args.json:
        print_json(listed)
        return 0
    if not listed:
        print_note(nothing_found(args))
    for line in lines_of(listed):
        print_result(line)
    return 0


def nothing_found(args: argparse.Namespace) -> str:
    """Say why the list is empty."""
    wanted = [f"with tag {args.tag}"] if args.tag else []
    wanted += [f"that hold {args.find!r}"] if args.find else []
    if wanted:
        return f"no runs below {args.root} {' and '.join(wanted)}"
    return f"no runs below {args.root}; make one: quad-studio --batch PLAN.toml"


def lines_of(listed: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return one line a run, in columns."""
    cells = [
        (
            entry["created_at"][:16].replace("T", " "),
            entry["validity"],
            f"{entry['rows']} rows",
            entry["name"],
            ", ".join(entry["targets"]),
            entry["path"],
        )
        for entry in listed
    ]
    widths = [max(len(row[at]) for row in cells) for at in range(6)] if cells else []
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in cells]
