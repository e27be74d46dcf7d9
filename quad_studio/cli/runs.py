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
    parser.add_argument("--tag", help="only runs with this tag")
    parser.add_argument("--add-tag", metavar="TAG", help="tag the run folder ROOT")
    parser.add_argument("--json", action="store_true", help="print the list as JSON")
    parser.set_defaults(execute=execute)


def execute(args: argparse.Namespace) -> int:
    """Print one line a run."""
    from quad_studio.runs import list_runs, load_run, updated_manifest

    if args.add_tag:
        load_run(args.root)
        with updated_manifest(args.root) as manifest:
            manifest["tags"] = sorted({*manifest.get("tags", ()), args.add_tag})
    listed = [describe(run) for run in list_runs(args.root)]
    if args.tag:
        listed = [entry for entry in listed if args.tag in entry["tags"]]
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


def describe(run: Any) -> dict[str, Any]:
    """Return what the list shows of one run."""
    validity = (run.summary or {}).get("validity", {}).get("status", "not summed up")
    return {
        "run_id": run.run_id,
        "name": run.manifest.get("name", ""),
        "created_at": run.manifest.get("created_at", ""),
        "targets": [target["name"] for target in run.manifest.get("targets", ())],
        "rows": len(run.rows),
        "failed": sum(1 for row in run.rows if row["status"] != "ok"),
        "validity": validity,
        "exit_code": (run.summary or {}).get("exit_code"),
        "tags": list(run.manifest.get("tags", ())),
        "path": str(run.path),
    }
