"""Run one virtual phone in the foreground; `python -m device.virtual_phone --preset NAME`."""

import argparse
import contextlib
import json
import logging
import os
import secrets
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from device.adb import AdbServer, server_address
from device.chipsets import chipset_names, load_chipset
from device.errors import DeviceError, VirtualPhoneError
from device.virtual_phone.client import RECORD, PhoneRecord, find_phone, phone_root
from device.virtual_phone.control import BadCommandError, ControlChannel, execute_line
from device.virtual_phone.faults import FAULTS
from device.virtual_phone.server import VirtualPhone


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options; `quad-studio virtual-phone` has the same."""
    parser.add_argument("--preset", choices=chipset_names(), help="the phone to imitate")
    parser.add_argument("--root", type=Path, help="its directory (default: one for each preset)")
    parser.add_argument(
        "--port", type=int, default=0, help="port on 127.0.0.1 (default: a free one)"
    )
    parser.add_argument(
        "--auth", choices=("none", "own", "ask"), default="none",
        help="who may connect: every adb here, this user's adb keys, or after 'confirm'",
    )  # fmt: skip
    parser.add_argument(
        "--fault", action="append", default=[], metavar="NAME[=VALUE]",
        help=f"start with a fault: {', '.join(FAULTS)}",
    )  # fmt: skip


def run(
    args: argparse.Namespace,
    *,
    with_parent: bool = False,
    ready: Callable[[str], None] | None = None,
) -> int:
    """Run the phone until it is told to stop; commands come from stdin and the control channel.

    `ready` is called with its serial once adb can connect.

    Raises:
        VirtualPhoneError: The port is taken, or a phone runs in that directory already.
    """
    root = args.root or phone_root(args.preset)
    root.mkdir(parents=True, exist_ok=True)
    running = find_phone(root)
    if running is not None:
        raise VirtualPhoneError(
            f"a virtual phone runs in {root} already, as {running.serial}; "
            "stop it or choose another --root"
        )
    killed = PhoneRecord.read(root)
    if killed is not None:
        _leave_adb(killed.serial)
    phone = VirtualPhone(root, load_chipset(args.preset), port=args.port, auth=args.auth)
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        # Started under nohup: its commands would ignore hangups too, and outlive a pulled cable.
        # A handler is not inherited, an ignored signal is.
        signal.signal(signal.SIGHUP, lambda *_: None)
    control = ControlChannel(phone, secrets.token_hex(16), stopping.set)
    try:
        phone.start()
        for fault in args.fault:
            execute_line(phone, f"fault {fault}", stopping.set)
        record = PhoneRecord(
            preset=args.preset, root=str(root), serial=f"127.0.0.1:{phone.port}",
            control_port=control.port, token=control.token, pid=os.getpid(),
        )  # fmt: skip
        record.write(root)
        _say({"ready": True, "preset": args.preset, "serial": record.serial, "root": str(root)})
        if ready is not None:
            ready(record.serial)
        reader = threading.Thread(
            target=_commands, args=(phone, stopping, with_parent), daemon=True
        )
        reader.start()
        while not stopping.wait(0.5):
            pass
    except BadCommandError as exc:
        raise VirtualPhoneError(f"virtual phone: {exc}") from exc
    finally:
        control.close()
        phone.stop()
        _leave_adb(f"127.0.0.1:{phone.port}")
        (root / RECORD).unlink(missing_ok=True)
    return 0


def _leave_adb(serial: str) -> None:
    """Take a phone that is gone off adb's list; the process that connected it may be gone too."""
    with contextlib.suppress(DeviceError, OSError, ValueError):  # or there is no server: no list
        AdbServer(*server_address()).query(f"host:disconnect:{serial}", timeout_s=3)


def _say(data: object) -> None:
    sys.stdout.write(json.dumps(data) + "\n")
    sys.stdout.flush()


def _commands(phone: VirtualPhone, stopping: threading.Event, with_parent: bool) -> None:
    """Carry out the lines of stdin; its end is the parent's end when we were started by one."""
    for line in sys.stdin:
        if line.strip() in ("quit", "exit"):
            break
        if not line.strip():
            continue
        try:
            _say(execute_line(phone, line, stopping.set))
        except (BadCommandError, DeviceError) as exc:
            sys.stderr.write(f"{exc}\n")
    else:
        if not with_parent:
            return  # no terminal: run until a signal comes
    stopping.set()


def main(argv: Sequence[str] | None = None) -> int:
    """Parse the command line and run the phone."""
    parser = argparse.ArgumentParser(prog="device.virtual_phone", description=__doc__)
    add_options(parser)
    parser.add_argument("--with-parent", action="store_true", help="end when stdin ends")
    args = parser.parse_args(argv)
    if args.preset is None:
        parser.error("--preset is needed")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    try:
        return run(args, with_parent=args.with_parent)
    except DeviceError as exc:
        sys.stderr.write(f"{exc}\n")
        return exc.exit_code


if __name__ == "__main__":
    sys.exit(main())
