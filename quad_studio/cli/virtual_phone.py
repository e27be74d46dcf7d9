"""`quad-studio virtual-phone`: a phone without hardware, on loopback."""

import argparse
import contextlib
from pathlib import Path
from typing import Any

from quad_studio.cli.console import print_json, print_note, print_result

_PRESETS = "s25-qualcomm, s25-lsi or tab-s11-mediatek; --list has all"


def add_to(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "virtual-phone",
        help="run a phone without hardware",
        description="Run a virtual phone that the real adb server connects to over loopback. It "
        "runs until Ctrl-C, 'stop' on stdin or --stop. Commands on stdin: state, fault "
        "NAME[=VALUE], clear, plug, confirm, pair [CODE], stop.",
    )
    parser.add_argument("--preset", help=f"what to imitate: {_PRESETS}")
    parser.add_argument("--root", type=Path, help="its directory (default: one for each preset)")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: free)")
    parser.add_argument(
        "--auth",
        choices=("none", "own", "ask"),
        default="own",
        help="who may connect: every adb on this machine, this user's adb keys (default), or "
        "after the command 'confirm'",
    )
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="NAME[=VALUE]",
        help="begin with a fault, e.g. hot=47, disk-full, unplug=1000000; --list has all",
    )
    parser.add_argument("--no-connect", action="store_true", help="leave 'adb connect' to others")
    parser.add_argument("--send", metavar="COMMAND", help="send a command to the one that runs")
    parser.add_argument("--stop", action="store_true", help="end the one that runs")
    parser.add_argument("--list", action="store_true", help="list presets, faults and what runs")
    parser.add_argument("--json", action="store_true", help="with --list or --send: as JSON")
    parser.set_defaults(execute=execute)


def execute(args: argparse.Namespace) -> int:
    """Run, control or list virtual phones."""
    from device.chipsets import load_chipset
    from quad_studio.errors import UsageProblem

    if args.list:
        return _list(json_wanted=args.json)
    if not args.preset:
        raise UsageProblem(f"virtual-phone: --preset is needed: {_PRESETS}")
    if not 0 <= args.port <= 65535:
        raise UsageProblem(f"--port {args.port}: a port is a number from 1 to 65535, 0 a free one")
    if args.root and args.root.exists() and not args.root.is_dir():
        raise UsageProblem(f"--root {args.root}: is a file; name a directory")
    for fault in args.fault:
        check_fault(fault)  # before a phone is there
    load_chipset(args.preset)  # an unknown name is refused here, with the list
    if args.send or args.stop:
        return _send(args)
    from device.virtual_phone.__main__ import run

    if args.no_connect:
        return run(args)
    serials: list[str] = []

    def ready(serial: str) -> None:
        serials.append(serial)
        _connect(serial)

    try:
        return run(args, ready=ready)
    finally:
        _disconnect(serials)


def check_fault(text: str) -> None:
    """Refuse a fault that there is not, or whose value is no number.

    Raises:
        UsageProblem: With the faults that there are.
    """
    from device.virtual_phone.faults import BadFaultError, parse_fault
    from quad_studio.errors import UsageProblem

    try:
        parse_fault(text)
    except BadFaultError as exc:
        raise UsageProblem(f"--fault {text}: {exc}") from exc


def _disconnect(serials: list[str]) -> None:
    """Take the phone off adb's list, where it would stay as offline."""
    from device.adb import AdbServer
    from device.errors import AdbError

    with contextlib.suppress(AdbError):
        for serial in serials:
            AdbServer.find().disconnect(serial)


def _connect(serial: str) -> None:
    """Connect the adb server, so that the phone is in every list at once."""
    from device.adb import AdbServer
    from device.errors import AdbError

    try:
        server = AdbServer.find()
        server.disconnect(serial)
        print_note(server.connect(serial))
    except AdbError as exc:
        print_note(f"{exc}; connect it yourself: adb connect {serial}")


def _send(args: argparse.Namespace) -> int:
    from device.errors import VirtualPhoneError
    from device.virtual_phone.client import find_phone, phone_root

    root = args.root or phone_root(args.preset)
    phone = find_phone(root)
    if phone is None:
        raise VirtualPhoneError(f"no virtual phone runs in {root}")
    if args.stop:
        phone.stop()
        return 0
    answer = phone.send(args.send)
    answer.pop("ok")
    print_json(answer)
    return 0


def _list(*, json_wanted: bool) -> int:
    from device.chipsets import chipset_names, load_chipset
    from device.virtual_phone.client import find_phone, phone_root
    from device.virtual_phone.faults import FAULTS

    running = {name: find_phone(phone_root(name)) for name in chipset_names()}
    if json_wanted:
        presets = [
            {
                "name": name,
                "label": load_chipset(name).label,
                "serial": phone.serial if phone else None,
            }
            for name, phone in running.items()
        ]
        faults = [{"name": n, "what": w, "value": v} for n, (w, v) in FAULTS.items()]
        print_json({"presets": presets, "faults": faults})
        return 0
    for name, phone in running.items():
        state = f"runs as {phone.serial}" if phone else "does not run"
        print_result(f"{name:<18} {load_chipset(name).label:<40} {state}")
    for name, (what, value) in FAULTS.items():
        print_result(f"  --fault {name + (f'=<{value}>' if value else ''):<32} {what}")
    return 0
