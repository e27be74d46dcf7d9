"""`quad-studio --batch PLAN`: run a plan without a window."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from quad_studio.cli.console import KEPT, interruptible, print_json, print_result
from quad_studio.cli.options import add_output_options, console_of, split_list

STAGES = ("build", "deploy", "collect", "score", "check", "report")
EPILOG = """\
stages: build the bundle if it is out of date, deploy it, collect rows on every target, score
them, check them against gates, write reports. Rows are on the disk as soon as they are done.

exit status: 0 every gate of level error passed; 1 a gate failed; 2 usage, plan or project wrong;
3 device or ADB; 4 evidence incomplete or invalid; 5 a stage failed; 130/143 interrupted.
When several apply the least trustworthy wins: 2 > 5 > 3 > 4 > 1 > 0; summary.json lists all.
"""


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options of a batch run; exits with 2 on wrong usage, with 0 after the help."""
    parser = build_parser()
    if {"-h", "--help"} & set(arguments):  # argparse would take `--batch --help` for a missing plan
        parser.print_help()
        parser.exit()
    return parser.parse_args(arguments)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the batch command."""
    parser = argparse.ArgumentParser(
        prog="quad-studio",
        description="Run a plan without a window.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--batch", dest="plan", metavar="PLAN", type=Path, required=True, help="plan file (TOML)"
    )
    folder = parser.add_argument_group("run folder")
    folder.add_argument(
        "--run-dir", type=Path, metavar="DIR", help="default: out/runs/<plan>-<time>"
    )
    folder.add_argument("--resume", action="store_true", help="go on with an interrupted run")
    folder.add_argument(
        "--fresh", action="store_true", help="move a run in the way aside and start again"
    )
    what = parser.add_argument_group("what is run")
    what.add_argument(
        "--target", action="append", metavar="T", help="host, adb:SERIAL or virtual:PRESET"
    )
    what.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help="run on the phones of a Ray cluster: auto or HOST:PORT (docs/scaling.md)",
    )
    what.add_argument("--only", choices=STAGES, help="run one stage of an existing run")
    what.add_argument("--bundle", type=Path, metavar="DIR", help="use this bundle, build nothing")
    what.add_argument("--limit", type=int, metavar="N", help="at most this many inputs a task")
    what.add_argument(
        "--dry-run", action="store_true", help="say what would run, its bytes and minutes"
    )
    judge = parser.add_argument_group("judging")
    judge.add_argument(
        "--gates", type=Path, metavar="FILE", help="gates file instead of the plan's"
    )
    judge.add_argument("--baseline", metavar="RUN", help="run folder or baseline name")
    judge.add_argument("--strict", action="store_true", help="a warning fails too")
    judge.add_argument(
        "--format", metavar="F,F", help="report formats, comma-separated, instead of the plan's"
    )
    judge.add_argument(
        "--max-infra-retries",
        type=int,
        default=2,
        metavar="N",
        help="after a lost device (default: 2)",
    )
    add_output_options(parser, json_help="print the summary as JSON on stdout")
    return parser


def execute(args: argparse.Namespace) -> int:
    """Run the plan, print the KPI table and say where everything is."""
    from quad_studio.batch import run_plan
    from quad_studio.config import load_plan
    from quad_studio.engine.plan_request import PlanRequest

    request = PlanRequest(
        plan=load_plan(args.plan),
        run_dir=args.run_dir,
        resume=args.resume,
        fresh=args.fresh,
        targets=tuple(args.target or ()),
        only=args.only,
        bundle=args.bundle,
        limit=args.limit,
        dry_run=args.dry_run,
        gates=args.gates,
        baseline=args.baseline,
        strict=args.strict,
        formats=split_list(args.format),
        infra_retries=args.max_infra_retries,
        cluster=args.cluster,
    )
    with interruptible(KEPT) as cancel:
        result = run_plan(request, emit=console_of(args), cancel=cancel)
    if args.json:
        print_json({"run_dir": str(result.run_dir), **result.summary})
    elif result.text:
        print_result(result.text)
    return result.exit_code
