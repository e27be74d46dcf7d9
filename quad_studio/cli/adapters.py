"""`quad-studio adapters`: adapters on a deployed bundle, without touching its base."""

import argparse
import os
from pathlib import Path
from typing import Any

from quad_studio.cli.console import interruptible, print_json, print_note, print_result
from quad_studio.cli.deploy import add_target_options, target_names
from quad_studio.cli.options import add_output_options, console_of
from quad_studio.events import StageProgress


def add_to(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "adapters",
        help="add, replace, list or remove adapters on phones",
        description="Change one adapter of a bundle that is deployed. Running sessions see it at "
        "once. Updates are refused when they were fitted to another base, are not newer, are "
        "damaged, or (with --public-key) are not signed.",
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    push = actions.add_parser("push", help="add or replace one adapter")
    push.add_argument("name", help="name of the adapter")
    push.add_argument(
        "--from", dest="source", required=True, metavar="SOURCE",
        help="a directory, or the http(s) address of an index",
    )  # fmt: skip
    push.add_argument(
        "--public-key", type=Path, metavar="PEM",
        help="refuse what this Ed25519 key did not sign (default: QUAD_ADAPTER_KEY if set)",
    )  # fmt: skip
    listing = actions.add_parser("list", help="list the adapters on the phones")
    remove = actions.add_parser("remove", help="remove one adapter")
    remove.add_argument("name", help="name of the adapter")
    for action in (push, listing, remove):
        action.add_argument("--bundle", metavar="NAME", help="on the phone: folder or name")
        add_target_options(action)
        add_output_options(action, json_help="print the result as JSON")
    index = actions.add_parser("index", help="write index.json for a directory of adapters")
    index.add_argument("folder", type=Path, help="adapters with their side-cars")
    index.add_argument("--private-key", type=Path, metavar="PEM", help="sign with this Ed25519 key")
    parser.set_defaults(execute=execute)


def execute(args: argparse.Namespace) -> int:
    """Carry out the action on every target."""
    from device.errors import DeviceError
    from quad_studio.engine.exit_codes import worst
    from quad_studio.errors import UsageProblem

    if args.action == "index":
        return _index(args)
    results: dict[str, Any] = {}
    codes: list[int] = []
    with interruptible() as token:
        names = target_names(args)
        for name in names:
            try:
                results[name] = _on_target(args, name, token)
            except (DeviceError, UsageProblem) as exc:
                if len(names) == 1:
                    raise
                codes.append(exc.exit_code)  # one phone that fails stops no other
                results[name] = {"error": str(exc), "exit_code": exc.exit_code}
    if args.json:
        print_json({"schema": "quad-studio/adapter-changes/1", "targets": results})
        return worst(codes)
    for name, result in results.items():
        if "error" in result:
            print_note(f"{name}: {result['error'].removeprefix(f'{name}: ')}")
            continue
        for line in _lines(result):
            print_result(f"{name}: {line}")
    return worst(codes)


def _on_target(args: argparse.Namespace, name: str, token: Any) -> Any:
    """Carry out the action on one target."""
    from device.open_target import open_target
    from quad_studio.errors import UsageProblem

    target: Any = open_target(name)
    try:
        if not hasattr(target, "store"):
            raise UsageProblem(f"{name}: bundles are used where they lie; build instead")
        return _act(args, target, token)
    finally:
        target.close()


def _index(args: argparse.Namespace) -> int:
    from device.adapter_source import write_index

    for entry in write_index(args.folder, args.private_key):
        signed = "signed" if entry.signature else "not signed"
        print_result(f"{entry.name} version {entry.version}, {entry.bytes} bytes, {signed}")
    return 0


def _act(args: argparse.Namespace, target: Any, token: Any) -> Any:
    from device.adapter_source import read_source
    from device.ota import adapters_of, push_adapter, read_deployed_manifest, remove_adapter

    bundle = _bundle(args, target)
    if args.action == "list":
        manifest = read_deployed_manifest(target.store, bundle)
        return {"bundle": bundle.folder, "adapters": adapters_of(manifest)}
    if args.action == "remove":
        return remove_adapter(target.store, bundle, args.name).to_json()
    emit, stage = console_of(args), f"adapters {target.name}"

    def progress(what: str, done: int, total: int) -> None:
        emit(StageProgress(stage=stage, done=done, total=total, note=what))

    configured = os.environ.get("QUAD_ADAPTER_KEY")
    key = args.public_key or (Path(configured) if configured else None)
    report = push_adapter(
        target.store, bundle, read_source(args.source), args.name, progress=progress,
        check=token.check, public_key=key,
    )  # fmt: skip
    return report.to_json()


def _bundle(args: argparse.Namespace, target: Any) -> Any:
    from device.errors import DeviceError
    from quad_studio.errors import UsageProblem

    target.ensure_online(lambda: None)
    state = target.store.survey()
    if args.bundle:
        return state.bundle(args.bundle)
    if len(state.bundles) == 1:
        return state.bundles[0]
    if not state.bundles:
        raise DeviceError(
            f"{target.name}: no bundle is deployed there; bring one: "
            f"quad-studio deploy BUNDLE --target {target.name}"
        )
    here = ", ".join(bundle.folder for bundle in state.bundles)
    raise UsageProblem(f"{target.name}: choose a bundle with --bundle; on the device: {here}")


def _lines(result: dict[str, Any]) -> list[str]:
    if "adapters" in result:
        return [
            f"{result['bundle']}: {a['name']} version {a['version']}, rank {a['rank']}, "
            f"{a['bytes']} bytes"
            for a in result["adapters"]
        ] or [f"{result['bundle']}: no adapters"]
    version = f" version {result['version']}" if result["version"] else ""
    told = f", {result['sessions']} running sessions told" if result["sessions"] else ""
    return [f"{result['name']}{version} {result['change']}{told}"]
