"""`quad-studio build`: run the QUAD pipeline, project in, bundle out."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quad_studio.cli.console import interruptible, print_json, print_result
from quad_studio.cli.options import add_output_options, console_of
from quad_studio.errors import UsageProblem

if TYPE_CHECKING:
    from quad_studio.config import Project


def add_to(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "build",
        help="quantize a project's model and adapters into a bundle",
        description="Run the QUAD pipeline: load, restructure, calibrate, profile, distil, "
        "export. Stages whose inputs did not change are skipped; an interrupted build goes on "
        "where it stopped.",
    )
    parser.add_argument("project", type=Path, help="project file (TOML)")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="BUNDLE",
        help="bundle directory (default: out/<project name>/bundle)",
    )
    parser.add_argument(
        "--compile",
        action="append",
        metavar="NPU",
        default=[],
        help="also compile the U-Net for qualcomm[:SOC], e.g. qualcomm:SM8650 (default SM8750); "
        "adds to targets.compile of the project; may be given several times",
    )
    parser.add_argument("--force", action="store_true", help="run every stage again")
    add_output_options(parser, json_help="print the bundle's manifest without its file list")
    parser.set_defaults(execute=execute)


def with_compile(project: "Project", names: Sequence[str]) -> "Project":
    """Return the project with further NPUs to compile for.

    Raises:
        UsageProblem: A name that is no NPU of a toolchain that `build` can run.
    """
    for name in names:
        if name.partition(":")[0] != "qualcomm":
            raise UsageProblem(f"--compile {name}: use qualcomm or qualcomm:SOC")
    return replace(project, compile=tuple(dict.fromkeys((*project.compile, *names))))


def check_output(output: Path) -> None:
    """Refuse to put the bundle in the place of anything but a bundle: it would be removed.

    Raises:
        UsageProblem: A file is there, or a folder that holds something else.
    """
    from quad_studio.bundle import MANIFEST

    if output.exists() and not output.is_dir():
        raise UsageProblem(f"-o {output}: is a file; name the bundle's directory")
    if output.is_dir() and any(output.iterdir()) and not (output / MANIFEST).is_file():
        raise UsageProblem(
            f"-o {output}: holds other files, and a build takes the place of what is there; "
            f"name a new directory, such as {output / 'bundle'}"
        )


def execute(args: argparse.Namespace) -> int:
    """Build the bundle and print where it is."""
    from quad_studio.config import load_project
    from quad_studio.engine.build import BuildRequest, build_bundle

    project = with_compile(load_project(args.project), args.compile)
    output = args.output or Path("out") / project.name / "bundle"
    check_output(output)
    with interruptible("finished stages are kept, the same command goes on") as cancel:
        bundle = build_bundle(
            BuildRequest(project=project, output=output, force=args.force),
            emit=console_of(args),
            cancel=cancel,
        )
    if args.json:
        manifest = {key: value for key, value in bundle.manifest.items() if key != "files"}
        print_json({"path": str(bundle.path), **manifest})
    else:
        print_result(str(bundle.path))
    return 0
