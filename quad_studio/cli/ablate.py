"""`quad-studio ablate`: one plan over several quantizations of its project."""

import argparse
from pathlib import Path
from typing import Any

from quad_studio.cli.console import KEPT, interruptible, print_json, print_result
from quad_studio.cli.options import add_output_options, console_of, split_list


def add_to(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "ablate",
        help="run a plan over precision mixes and LoRA bit widths (Tables 4 and 5)",
        description="Build the plan's project once for each share of 8-bit activations and each "
        "width of the LoRA codes, run the plan on all of them, and put the rows into one run. "
        "Variants that are built and rows that are recorded stay: --resume goes on.",
    )
    parser.add_argument("plan", type=Path, help="plan file (TOML) that names a project")
    parser.add_argument(
        "--int8",
        type=_numbers,
        metavar="P,P",
        default=None,
        help="shares of 8-bit activations in percent (default: 0,20,40,60,80,90,100)",
    )
    parser.add_argument(
        "--lora", metavar="T,T", default="", help="int16, int8 or both (default: the project's)"
    )
    parser.add_argument(
        "--run-dir", type=Path, metavar="DIR", help="default: out/runs/<plan>-ablation-<time>"
    )
    parser.add_argument("--resume", action="store_true", help="go on with an interrupted run")
    parser.add_argument(
        "--fresh", action="store_true", help="move a run in the way aside and start again"
    )
    parser.add_argument(
        "--target", action="append", metavar="T", help="host, adb:SERIAL or virtual:PRESET"
    )
    parser.add_argument("--limit", type=int, metavar="N", help="at most this many inputs a task")
    parser.add_argument(
        "--gates", type=Path, metavar="FILE", help="gates file instead of the plan's"
    )
    parser.add_argument("--strict", action="store_true", help="a warning fails too")
    parser.add_argument(
        "--format", metavar="F,F", help="report formats, comma-separated, instead of the plan's"
    )
    add_output_options(parser, json_help="print the summary as JSON on stdout")
    parser.set_defaults(execute=execute)


def execute(args: argparse.Namespace) -> int:
    """Run the ablation and print its tables."""
    from quad_studio.ablations import PAPER_PERCENTS, AblationRequest, run_ablation
    from quad_studio.config import load_plan
    from quad_studio.engine.plan_request import PlanRequest

    run = PlanRequest(
        plan=load_plan(args.plan),
        run_dir=args.run_dir,
        resume=args.resume,
        fresh=args.fresh,
        targets=tuple(args.target or ()),
        limit=args.limit,
        gates=args.gates,
        strict=args.strict,
        formats=split_list(args.format),
    )
    request = AblationRequest(
        run=run,
        int8_percents=PAPER_PERCENTS if args.int8 is None else args.int8,
        loras=split_list(args.lora),
    )
    with interruptible(KEPT) as cancel:
        result = run_ablation(request, emit=console_of(args), cancel=cancel)
    if args.json:
        print_json({"run_dir": str(result.run_dir), **result.summary})
    else:
        print_result(result.text)
    return result.exit_code


def _numbers(text: str) -> tuple[float, ...]:
    """Return the numbers of a list such as 0,20,100."""
    try:
        return tuple(float(part) for part in text.split(",") if part)
    except ValueError as exc:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no list of numbers such as 0,20,100"
        ) from exc
