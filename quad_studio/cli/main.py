"""The quad-studio command."""

import argparse
import importlib
import io
import json
import os
import sys
import traceback
from collections.abc import Sequence

from quad_studio import __version__
from quad_studio.cli import batch
from quad_studio.errors import Cancelled, QuadError, UsageProblem
from quad_studio.opened_path import check_openable

# One module a command, in the order of the help text.
COMMANDS = (
    "build",
    "ablate",
    "lint",
    "verify",
    "handoff",
    "devices",
    "pair",
    "deploy",
    "adapters",
    "session",
    "compare",
    "check",
    "report",
    "runs",
    "baseline",
    "clean",
    "import_lora",
    "demo",
    "virtual_phone",
    "cluster",
    "doctor",
    "completions",
)
EPILOG = """\
without a command the window opens; --batch PLAN runs a plan without a window (--batch --help).

exit status: 0 every gate of level error passed; 1 a gate failed, or findings; 2 usage, plan,
project or input wrong; 3 device or ADB; 4 evidence incomplete, invalid or not comparable;
5 a stage failed; 130/143 interrupted (--resume goes on). When several apply: 2 > 5 > 3 > 4 > 1 > 0.
"""


def build_parser(modules: Sequence[str] = COMMANDS) -> argparse.ArgumentParser:
    """Return the parser with the commands of `modules`; every command by default."""
    parser = argparse.ArgumentParser(
        prog="quad-studio",
        description="One quantized diffusion graph for many LoRAs: build, deploy, run, judge.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,  # --bat PLAN would open the window
    )
    parser.add_argument("--version", action="version", version=f"quad-studio {__version__}")
    parser.add_argument("--batch", metavar="PLAN", help="run a plan without a window")
    parser.add_argument(
        "--open", metavar="PATH", help="open the window on a run folder, a bundle or a project file"
    )
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for name in modules:
        importlib.import_module(f"quad_studio.cli.{name}").add_to(subparsers)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status (DESIGN section 9)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    args: argparse.Namespace | None = None
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name that the terminal lacks ends no command
            stream.reconfigure(errors="replace")
    try:
        if any(word == "--batch" or word.startswith("--batch=") for word in arguments):
            args = batch.parse(arguments)
            return batch.execute(args)
        args = build_parser(modules_for(arguments)).parse_args(arguments)
        if args.command is None:
            return open_window(args.open)
        return int(args.execute(args))
    except Cancelled as exc:
        print(f"quad-studio: {exc}", file=sys.stderr)  # noqa: T201 -- the error line
        return getattr(exc, "exit_code", 130)
    except KeyboardInterrupt:
        print("quad-studio: interrupted", file=sys.stderr)  # noqa: T201 -- the error line
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # the reader of stdout went away, as with `| head`
        return 0
    except Exception as exc:  # noqa: BLE001 -- the command's last line of defence
        return _report(exc, json_wanted=bool(getattr(args, "json", False)))


def modules_for(arguments: Sequence[str]) -> Sequence[str]:
    """Return the module of the command that is called; all where help or an error lists them."""
    named = next((word for word in arguments if not word.startswith("-")), "")
    module = {"import": "import_lora"}.get(named, named.replace("-", "_"))
    return (module,) if module in COMMANDS else COMMANDS


def open_window(path: str | None) -> int:
    """Open the window, on `path` if given; the one place where the core reaches for the window."""
    opened = None if path is None else check_openable(path)
    if no_display():
        raise UsageProblem(
            "the window needs a display, and neither DISPLAY nor WAYLAND_DISPLAY is set; without "
            "one run a plan (quad-studio --batch PLAN.toml) or see quad-studio --help"
        )
    try:
        from ui.start import main as show_window
    except ImportError as exc:
        if "PySide6" not in str(exc) and "libEGL" not in str(exc) and ".so" not in str(exc):
            raise
        raise QuadError(
            f"the window cannot start: {exc}; install PySide6-Essentials and Qt's system packages "
            "(quad-studio doctor lists them)"
        ) from exc
    return int(show_window(opened))


def no_display() -> bool:
    """Return whether Qt would end the process here because there is nothing to draw on."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform.startswith("linux") and not any(os.environ.get(name) for name in names)


def _report(exc: Exception, *, json_wanted: bool) -> int:
    """Print what went wrong in a form a person, or a program, can act on; return the status."""
    known = hasattr(exc, "exit_code")
    code = int(getattr(exc, "exit_code", 5))
    message = str(exc) if known else f"internal error: {exc!r}"
    if not known:
        detail = "".join(traceback.format_exception(exc))
        print(detail, file=sys.stderr)  # noqa: T201 -- an internal error is a bug to report
    print(f"quad-studio: {message}", file=sys.stderr)  # noqa: T201 -- the error line
    if json_wanted:
        print(json.dumps({"error": message, "exit_code": code}))  # noqa: T201
    return code


if __name__ == "__main__":
    sys.exit(main())
