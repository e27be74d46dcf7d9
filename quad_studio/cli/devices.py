"""`quad-studio devices`: the phones that adb knows, and those that were here before."""

import argparse
from typing import Any

from quad_studio.cli.console import interruptible, print_json, print_note, print_result

SCHEMA = "quad-studio/device-list/1"


def add_to(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "devices",
        help="list phones and their states",
        description="List every phone with its state, the cause and the remedy. Phones that "
        "cannot be used are listed too. Without any phone the exit status is 0.",
    )
    parser.add_argument("--json", action="store_true", help="print the list as JSON")
    parser.add_argument("--watch", action="store_true", help="print every change until Ctrl-C")
    parser.add_argument("--no-saved", action="store_true", help="leave out those not connected")
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--connect", metavar="HOST:PORT", help="connect over the network first")
    action.add_argument("--disconnect", metavar="HOST:PORT", help="drop a network device first")
    action.add_argument("--reconnect", action="store_true", help="connect all saved ones first")
    action.add_argument("--recover", metavar="SERIAL", help="try to bring a lost phone back first")
    action.add_argument("--forget", metavar="SERIAL", help="forget a saved phone first")
    parser.set_defaults(execute=execute)


def execute(args: argparse.Namespace) -> int:
    """Print one line a device, or one JSON document."""
    from device.adb import AdbServer
    from device.discovery import survey
    from device.endpoints import SavedDevices

    server, saved = AdbServer.find(), SavedDevices()
    _act(args, server, saved)
    shown = None if args.no_saved else saved
    if args.watch:
        return _watch(server, shown, json_wanted=args.json)
    _show(survey(server, shown), json_wanted=args.json)
    return 0


def _act(args: argparse.Namespace, server: Any, saved: Any) -> None:
    """Do what was asked for before the list."""
    from device.errors import AdbError, DeviceNotFoundError

    if args.connect:
        print_note(server.connect(args.connect))
    elif args.disconnect:
        server.disconnect(args.disconnect)
    elif args.forget:
        if not saved.forget(args.forget):
            known = ", ".join(device.hardware_serial for device in saved.all()) or "none"
            raise DeviceNotFoundError(f"no saved device {args.forget}; saved: {known}")
    elif args.reconnect:
        for device in saved.all():
            if device.endpoint:
                try:
                    print_note(server.connect(device.endpoint))
                except AdbError as exc:
                    print_note(str(exc))
    elif args.recover:
        _recover(server, args.recover)


def _recover(server: Any, serial: str) -> None:
    from device.recovery import RecoveryStep, recover

    def report(step: RecoveryStep) -> None:
        print_note(f"{step.name}: {step.note}: {'back' if step.recovered else 'no'}")

    print_note(f"bringing {serial} back; if it hangs on a cable, plug it in again")
    with interruptible() as token:
        recover(server, serial, report=report, check=token.check)


def _watch(server: Any, saved: Any, *, json_wanted: bool) -> int:
    from device.discovery import DeviceWatcher

    watcher = DeviceWatcher(
        server, lambda records: _show(records, json_wanted=json_wanted), saved=saved
    )
    with interruptible() as token:
        watcher.start()
        while not token.wait(3600.0):
            pass
        watcher.stop()
        token.check()
    return 0


def _show(records: list[Any], *, json_wanted: bool) -> None:
    if json_wanted:
        print_json({"schema": SCHEMA, "devices": [record.to_json() for record in records]})
        return
    if not records:
        print_note(
            "no phone is connected. Plug one in with USB debugging on, pair one (quad-studio "
            "pair), or start one that is virtual (quad-studio virtual-phone --preset s25-qualcomm)"
        )
    for record in records:
        print_result(str(record))
