"""`quad-studio clean`: remove old runs and caches, after showing what would go."""

import argparse
from pathlib import Path
from typing import Any

from quad_studio.cli.console import print_json, print_note, print_result
from quad_studio.errors import InputFileProblem, UsageProblem

DEFAULT_ROOT = Path("out")


def add_to(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "clean",
        help="remove old runs and caches",
        description="List old runs (tagged runs and baselines are kept) and caches with their "
        "sizes; remove them only with --yes.",
    )
    parser.add_argument("root", type=Path, nargs="?", default=DEFAULT_ROOT, help="default: out")
    parser.add_argument(
        "--keep", type=int, default=5, metavar="N", help="newest runs to keep (default: 5)"
    )
    parser.add_argument("--cache", action="store_true", help="the reference cache too")
    parser.add_argument("--yes", action="store_true", help="remove what is listed")
    parser.add_argument("--json", action="store_true", help="print the list as JSON")
    parser.set_defaults(execute=execute)


def execute(args: argparse.Namespace) -> int:
    """Print what would go, and remove it with --yes."""
    from quad_studio.engine.cleaning import removable, remove

    if args.keep < 0:
        raise UsageProblem(f"--keep {args.keep}: write 0 or more")
    if not args.root.is_dir() and args.root != DEFAULT_ROOT:
        raise InputFileProblem(args.root, "no such folder")
    entries = removable(args.root, keep=args.keep, cache=args.cache)
    if args.json:
        print_json([{"path": str(e.path), "bytes": e.size_bytes, "why": e.why} for e in entries])
    else:
        for entry in entries:
            print_result(f"{entry.size_bytes / 1e6:10.1f} MB  {entry.why:<12} {entry.path}")
    total = sum(entry.size_bytes for entry in entries)
    if args.yes:
        remove(entries)
        print_note(f"removed {len(entries)} folders, {total / 1e6:.1f} MB")
    elif entries:
        print_note(f"{total / 1e6:.1f} MB would go; add --yes to remove")
    else:
        print_note("nothing to remove")
    return 0
