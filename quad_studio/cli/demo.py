"""`quad-studio demo`: build the demo foundation model and its adapters from scratch."""

import argparse
import contextlib
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from device.scratch import ScratchFolder
from quad_studio.cli.console import KEPT, interruptible, print_note
from quad_studio.cli.options import add_output_options, console_of
from quad_studio.demo.stage_names import STAGES

EPILOG = f"""\
stages, in order: {", ".join(STAGES)}.
A stage reads what earlier stages left in the work folder; --stage all runs every one.
The icon packages are fetched with `npm pack` and checked by hash; put the tarballs into
WORK/cache to build without a network. Ctrl-C saves a checkpoint; --resume goes on from it.

exit status: 0 done; 2 usage; 5 a stage failed; 130 interrupted.
"""


def add_to(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "demo",
        help="train the demo foundation model and its adapters",
        description="Fetch data, render, train, export and evaluate the demo foundation model.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("action", choices=("train",))
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("resources/demo"),
        help="where model, adapters, inputs and contact sheets go (default: resources/demo)",
    )
    parser.add_argument(
        "--work",
        type=Path,
        default=Path("out/demo_train"),
        help="downloads, latents and checkpoints (default: out/demo_train)",
    )
    parser.add_argument(
        "--stage",
        nargs="+",
        choices=(*STAGES, "all"),
        default=["all"],
        metavar="STAGE",
        help="which to run, see below (default: all)",
    )
    parser.add_argument("--steps", type=_positive, help="training steps instead of the stage's own")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoints")
    parser.add_argument("--device", default="cpu", help="cpu or cuda (default: cpu)")
    parser.add_argument(
        "--workers",
        type=_positive,
        default=1,
        help="CPU processes of one thread that share each batch (default: 1, all threads)",
    )
    parser.add_argument("--compile", action="store_true", help="compile the networks first")
    parser.add_argument("--rank", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--meet", type=Path, help=argparse.SUPPRESS)
    add_output_options(parser)
    parser.set_defaults(execute=execute)


def execute(args: argparse.Namespace) -> int:
    """Run the stages; helpers of a shared training run the same command with their rank."""
    with contextlib.ExitStack() as ends:
        if args.workers > 1 and args.meet is None:
            args.meet = ends.enter_context(ScratchFolder("demo")) / "meeting-point"
            for rank in range(1, args.workers):
                ends.callback(_end, _start_helper(args, rank))
        with interruptible(KEPT) as cancel:
            _train(args, cancel)
    if args.rank == 0:
        print_note(f"demo train: {', '.join(args.stage)} done; the model is in {args.out}")
    return 0


def _end(helper: subprocess.Popen[bytes]) -> None:
    helper.terminate()
    helper.wait()


def _train(args: argparse.Namespace, cancel: Any) -> None:
    from quad_studio.demo.parallel import join_group
    from quad_studio.demo.stages import DemoTraining, TrainSettings
    from quad_studio.demo.training_loop import LoopReport
    from quad_studio.events import StageProgress

    emit = console_of(args)
    started = time.monotonic()

    def progress(what: str, done: int, total: int) -> None:
        if args.rank == 0:
            emit(StageProgress(stage=what, done=done, total=total))

    def report(now: LoopReport) -> None:
        if args.rank == 0 and not args.quiet:
            print_note(
                f"{now.stage}: step {now.steps} ({now.fraction:.1%})  loss {now.loss:.4f}  "
                f"{now.seconds_per_step:.2f} s/step  {now.eta_s / 60:.1f} min left  "
                f"({(time.monotonic() - started) / 60:.1f} min so far)"
            )

    settings = TrainSettings(
        work=args.work,
        out=args.out,
        steps=args.steps,
        resume=args.resume,
        device=args.device,
        compile_graph=args.compile,
        group=join_group(args.rank, args.workers, args.meet or Path("unused")),
    )
    training = DemoTraining(settings, report=report, progress=progress, check=cancel.check)
    for stage in STAGES if "all" in args.stage else args.stage:
        if args.rank == 0 or stage not in ("export", "evaluate"):
            cancel.check()
            training.run(stage)


def _start_helper(args: argparse.Namespace, rank: int) -> "subprocess.Popen[bytes]":
    argv = [
        sys.executable,
        "-m",
        "quad_studio.cli.main",
        "demo",
        "train",
        "--quiet",
        "--rank",
        str(rank),
    ]
    argv += ["--workers", str(args.workers), "--meet", str(args.meet), "--stage", *args.stage]
    argv += ["--out", str(args.out), "--work", str(args.work), "--device", args.device]
    argv += ["--steps", str(args.steps)] if args.steps else []
    argv += ["--resume"] if args.resume else []
    argv += ["--compile"] if args.compile else []
    return subprocess.Popen(argv)


def _positive(text: str) -> int:
    """Return a whole number of at least one."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number of at least 1")
    return value
