"""`quad-studio deploy`: bring a bundle to phones, list and remove what is there."""

import argparse
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from quad_studio.cancel import CancelToken
from quad_studio.cli.console import interruptible, print_json, print_note, print_result
from quad_studio.cli.options import add_output_options, console_of
from quad_studio.events import Emit, StageProgress


def add_to(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "deploy",
        help="bring a bundle to phones",
        description="Bring a bundle to one or more phones: only what is missing is sent, every "
        "file is hashed there before it counts, and an interrupted deployment goes on where it "
        "stopped. An adapter that was updated on the phone is set back to the bundle's.",
    )
    parser.add_argument("bundle", type=Path, nargs="?", help="the bundle's directory")
    add_target_options(parser)
    parser.add_argument("--dry-run", action="store_true", help="say what would be sent")
    parser.add_argument("--verify", action="store_true", help="hash what is on the phone already")
    parser.add_argument(
        "--replace", action="store_true", help="remove older deployments of the same name after"
    )
    parser.add_argument("--list", action="store_true", help="list what is on the phones")
    parser.add_argument("--remove", metavar="NAME", help="remove a bundle: folder or name")
    parser.add_argument(
        "--clean", action="store_true", help="remove what interrupted deployments left"
    )
    add_output_options(parser, json_help="print the result as JSON")
    parser.set_defaults(execute=execute)


def add_target_options(parser: argparse.ArgumentParser) -> None:
    """Add --target, -d and -e."""
    parser.add_argument(
        "-t", "--target", action="append", default=[], metavar="T",
        help="adb:SERIAL, virtual:PRESET or host; several times for several (default: the only "
        "phone, or ANDROID_SERIAL)",
    )  # fmt: skip
    parser.add_argument("-d", "--usb", action="store_true", help="the phone on USB")
    parser.add_argument("-e", "--tcpip", action="store_true", help="the phone on TCP/IP")


def target_names(args: argparse.Namespace) -> list[str]:
    """Return the names of the targets that the options choose.

    Raises:
        AdbError: None fits, or several do.
    """
    if args.target:
        return list(dict.fromkeys(args.target))
    from device.adb import AdbServer
    from device.discovery import survey
    from device.selection import choose_device

    records = survey(AdbServer.find())
    return [choose_device(records, usb=args.usb, tcpip=args.tcpip).target]


def execute(args: argparse.Namespace) -> int:
    """Deploy, list or remove; the worst exit status of all targets."""
    from device.errors import DeviceError
    from device.open_target import open_target
    from quad_studio.errors import UsageProblem

    if args.bundle is None and not (args.list or args.remove or args.clean):
        raise UsageProblem("deploy: name a bundle, or use --list, --remove NAME or --clean")
    emit, results, failed = console_of(args), {}, []
    with interruptible("finished files are kept, the same command goes on") as token:

        def one(name: str) -> dict[str, Any]:
            target = open_target(name)
            try:
                return _work(args, target, emit, token)
            finally:
                target.close()

        names = target_names(args)
        with ThreadPoolExecutor(max_workers=len(names)) as pool:
            for name, future in [(name, pool.submit(one, name)) for name in names]:
                try:
                    results[name] = future.result()
                except DeviceError as exc:
                    failed.append(exc)
                    results[name] = {"error": str(exc), "exit_code": exc.exit_code}
    _show(results, json_wanted=args.json)
    return _worst([exc.exit_code for exc in failed])


def _worst(codes: list[int]) -> int:
    """Return the least trustworthy status (DESIGN section 9).

    >>> _worst([3, 2])
    2
    """
    return next((code for code in (130, 2, 5, 3, 4, 1) if code in codes), 0)


def _work(args: argparse.Namespace, target: Any, emit: Emit, token: CancelToken) -> dict[str, Any]:
    """Do what was asked for on one target."""
    from device.deploy_plan import plan_deploy
    from device.local_bundle import read_local_bundle
    from device.transfer_rate import EtaMeter

    store = getattr(target, "store", None)
    if args.list or args.remove or args.clean or args.dry_run:
        if store is None:
            return {"note": "bundles are used where they lie"}
        if args.clean:
            store.clean()
        state = store.survey()
        if args.remove:
            removed = state.bundle(args.remove)
            store.remove(removed)
            return {"removed": removed.folder, "bytes": removed.bytes}
        if args.dry_run:
            plan = plan_deploy(read_local_bundle(args.bundle), state)
            return {
                "folder": plan.folder, "bytes_total": plan.bytes_total,
                "bytes_to_send": plan.bytes_to_send, "free_bytes": plan.free_bytes,
                "fits": plan.bytes_needed <= plan.free_bytes,
                "files": {file.path: file.action for file in plan.files},
            }  # fmt: skip
        return {
            "bundles": [bundle.to_json() for bundle in state.bundles],
            "free_bytes": state.free_bytes,
        }
    meter, stage = EtaMeter(), f"deploy {target.name}"

    def progress(what: str, done: int, total: int) -> None:
        rate, eta = meter.update(done, total)
        note = f"{done / 1e6:.1f} of {total / 1e6:.1f} MB"
        note += f"  {rate / 1e6:.1f} MB/s" if rate else ""
        note += f"  {what}"
        emit(StageProgress(stage=stage, done=done, total=total, note=note, eta_s=eta))

    options = {} if store is None else {"verify": args.verify, "replace": args.replace}
    report = target.deploy(args.bundle, progress=progress, check=token.check, **options)
    return dict(vars(report))


def _show(results: dict[str, dict[str, Any]], *, json_wanted: bool) -> None:
    if json_wanted:
        print_json({"schema": "quad-studio/deployments/1", "targets": results})
        return
    for name, result in results.items():
        if "error" in result:
            print_note(f"{name}: {result['error'].removeprefix(f'{name}: ')}")
        elif "bundles" in result:
            free = result["free_bytes"] / 1e6
            print_result(f"{name}: {len(result['bundles'])} bundles, {free:.0f} MB free")
            for bundle in result["bundles"]:
                print_result(_bundle_line(bundle))
        elif "seconds" in result:
            print_result(
                f"{name}: {result['files_sent']} files sent ({result['bytes_sent'] / 1e6:.1f} MB), "
                f"{result['files_skipped']} there already, {result['seconds']:.1f} s: "
                f"{result['location']}"
            )
        elif "removed" in result:
            print_result(f"{name}: removed {result['removed']}, {result['bytes'] / 1e6:.1f} MB")
        elif "files" in result:
            _show_plan(name, result)
        else:
            print_result(f"{name}: {result.get('note', 'done')}")


def _bundle_line(bundle: dict[str, Any]) -> str:
    marks = [] if bundle["complete"] else [f"{len(bundle['missing'])} files missing"]
    marks += ["in use"] if bundle["in_use"] else []
    marks += [f"{len(bundle['updates'])} adapter updates"] if bundle["updates"] else []
    size = bundle["bytes"] / 1e6
    return f"  {bundle['folder']:<44} {size:>9.1f} MB  {bundle['deployed_at']}  {', '.join(marks)}"


def _show_plan(name: str, plan: dict[str, Any]) -> None:
    print_result(
        f"{name}: {plan['bytes_to_send'] / 1e6:.1f} of {plan['bytes_total'] / 1e6:.1f} MB to send, "
        f"{plan['free_bytes'] / 1e6:.0f} MB free{'' if plan['fits'] else ': DOES NOT FIT'}"
    )
    for path, action in plan["files"].items():
        print_result(f"  {action:<7} {path}")
