"""`quad-studio pair`: pair a phone over Wi-Fi by QR code or by its six-digit code."""

import argparse
import io
from typing import Any

from quad_studio.cli.console import interruptible, print_json, print_note, print_result


def add_to(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "pair",
        help="pair a phone over Wi-Fi",
        description="Show a QR code for the phone to scan (Developer options, Wireless debugging, "
        "Pair device with QR code), or pair by the address and code that the phone shows.",
    )
    parser.add_argument(
        "endpoint", nargs="?", metavar="HOST:PORT", help="address under 'Pair with pairing code'"
    )
    parser.add_argument("--code", help="the six digits that the phone shows")
    parser.add_argument("--connect", metavar="HOST:PORT", help="connect to this after pairing")
    parser.add_argument(
        "--timeout", type=float, default=120.0, metavar="S", help="wait so long (default: 120)"
    )
    parser.add_argument("--json", action="store_true", help="print the serial as JSON")
    parser.set_defaults(execute=execute)


def execute(args: argparse.Namespace) -> int:
    """Pair, connect, and print the serial."""
    from device.adb import AdbServer
    from device.pairing import PairingOffer, pair_by_qr, pair_with_code
    from quad_studio.errors import UsageProblem

    if bool(args.endpoint) != bool(args.code):
        raise UsageProblem("pair: HOST:PORT and --code belong together; for a QR code give neither")
    if args.timeout <= 0:
        raise UsageProblem(f"--timeout {args.timeout:g}: write a number of seconds above 0")
    server, serial = AdbServer.find(), ""
    if args.endpoint:
        name = pair_with_code(server, args.endpoint, args.code)
        print_note(f"paired with {name or args.endpoint}")
    elif not args.connect:
        offer = PairingOffer.fresh()
        print_note(_qr(offer.qr_text))
        print_note(f"scan this with the phone; waiting up to {args.timeout:.0f} s (Ctrl-C stops)")
        with interruptible() as token:
            serial = pair_by_qr(server, offer, check=token.check, timeout_s=args.timeout)
    if args.connect:
        print_note(server.connect(args.connect))
        serial = args.connect
    if args.json:
        print_json({"serial": serial or None})
    elif serial:
        print_result(serial)
    return 0


def _qr(text: str) -> str:
    """Return the QR code as lines of blocks."""
    import segno

    drawn = io.StringIO()
    segno.make(text, error="m", micro=False).terminal(drawn, compact=True)
    return drawn.getvalue()
