"""`quad-studio import`: read a LoRA, say what it is, and bring it into a bundle or a project."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quad_studio.cli.console import print_json, print_note, print_result
from quad_studio.errors import UsageProblem

if TYPE_CHECKING:
    from quad_studio.adapters.weights import AdapterWeights


def add_to(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "import",
        help="check a LoRA and add it to a bundle or a project",
        description="Read a LoRA in diffusers', PEFT's or kohya's layout (.safetensors only), "
        "resolve its scaling and check every key. With --bundle it is encoded with the bundle's "
        "profile and usable at once, nothing is compiled again; with --project the next build "
        "fits it to the profile.",
    )
    parser.add_argument("lora", type=Path, help=".safetensors file, or folder of an adapter")
    parser.add_argument("--name", help="name of the adapter (default: from the path)")
    parser.add_argument("--bundle", type=Path, metavar="DIR", help="add it to this bundle")
    parser.add_argument("--project", type=Path, metavar="FILE", help="add it to this project")
    parser.add_argument("--model", type=Path, metavar="DIR", help="check it against this model")
    parser.add_argument(
        "--use-case", action="append", default=[], metavar="NAME", help="may be given again"
    )
    parser.add_argument(
        "--strength", type=float, default=1.0, help="default strength in the bundle (1.0)"
    )
    parser.add_argument(
        "--drop-text-encoder",
        action="store_true",
        help="leave the LoRA's text encoder part out instead of refusing it",
    )
    parser.add_argument("--json", action="store_true", help="print what was read as JSON")
    parser.set_defaults(execute=execute)


def execute(args: argparse.Namespace) -> int:
    """Read, check, add; print what the adapter is."""
    from quad_studio.adapters.install import unet_shapes
    from quad_studio.adapters.read import match, read_adapter

    if args.use_case and not (args.bundle or args.project):
        raise UsageProblem("--use-case belongs to --bundle or --project; neither is given")
    adapter = read_adapter(args.lora, name=args.name, drop_text_encoder=args.drop_text_encoder)
    if args.model:
        match(adapter, unet_shapes(args.model))
    facts = _facts(adapter)
    if args.bundle:
        facts |= _into_bundle(args, adapter)
    if args.project:
        from quad_studio.adapters.install import add_to_project

        add_to_project(adapter, args.lora, args.project, args.use_case)
        facts["project"] = str(args.project)
    if args.json:
        print_json({"schema": "quad-studio/import/1", **facts})
    else:
        for key, value in facts.items():
            print_result(f"{key:<20} {value}")
    return 0


def _facts(adapter: "AdapterWeights") -> dict[str, Any]:
    return {
        "name": adapter.name,
        "rank": adapter.rank,
        "layers": len(adapter.modules),
        "parameters": adapter.parameter_count,
        "convolutions": len(adapter.kernels),
        "dropped_keys": len(adapter.dropped),
        "sha256": adapter.sha256,
    }


def _into_bundle(args: argparse.Namespace, adapter: "AdapterWeights") -> dict[str, Any]:
    from quad_studio.adapters.install import SATURATION_WARNING, install_in_bundle
    from quad_studio.bundle import open_bundle

    done = install_in_bundle(adapter, open_bundle(args.bundle), args.use_case, args.strength)
    share = done.packed.saturated_fraction
    if share > SATURATION_WARNING:
        print_note(
            f"{share:.1%} of the adapter lies outside what the bundle's profile can hold; add it "
            "with --project and build, which fits it to the profile"
        )
    return {
        "file": done.packed.bundle_entry(done.bundle.path)["file"],
        "bytes": done.packed.sidecar["bytes"],
        "version": done.packed.sidecar["version"],
        "outside_profile": share,
    }
