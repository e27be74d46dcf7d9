"""`quad-studio cluster`: lend this host's phones to a cluster, and see what a cluster has."""

import argparse
import json
from typing import Any

from quad_studio.cli.console import print_json, print_note, print_result


def add_to(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "cluster",
        help="lend phones to a Ray cluster, list what it has",
        description="Run one plan on the phones of many hosts: each host announces its phones, "
        "then --batch PLAN --cluster ADDRESS uses them all (docs/scaling.md).",
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    announce = actions.add_parser(
        "announce",
        help="print this host's phones as Ray resources",
        description="Note which phones this host lends and print them as JSON, for "
        'ray start --address HEAD --resources "$(quad-studio cluster announce)".',
    )
    announce.add_argument(
        "--phone",
        action="append",
        default=[],
        metavar="TARGET[=PHONE,...]",
        help="a plan's target that this host serves: host, adb:SERIAL, virtual:PRESET, or a name "
        "for several phones of a model, e.g. adb:lab-s25=adb:R58M1,adb:R58M2 (default: every "
        "phone that adb can use now)",
    )
    announce.set_defaults(execute=_announce)
    status = actions.add_parser(
        "status",
        help="list the hosts of a cluster and their phones",
        description="List the hosts of a cluster with their processors and phones.",
    )
    status.add_argument("address", nargs="?", default="auto", help="auto (default) or HOST:PORT")
    status.add_argument("--json", action="store_true", help="as JSON")
    status.set_defaults(execute=_status)


def _announce(args: argparse.Namespace) -> int:
    """Write the record and print the resources."""
    from device.state_folder import state_folder
    from quad_studio.cluster.places import read_offers, resources_of, write_places

    places = read_offers(args.phone or _phones_here())
    write_places(state_folder() / "cluster", places)
    print_note(f"{len(places)} phones: {', '.join(place.label for place in places) or 'none'}")
    print_result(json.dumps(resources_of(places)))
    return 0


def _phones_here() -> list[str]:
    """Return the phones that adb can use now."""
    from device.adb import AdbServer
    from device.discovery import survey
    from device.endpoints import SavedDevices
    from device.states import usable

    records = survey(AdbServer.find(), SavedDevices())
    return [f"adb:{record.serial}" for record in records if usable(record.state)]


def _status(args: argparse.Namespace) -> int:
    """Print one line a host."""
    from quad_studio.cluster.ray_jobs import connected, hosts

    with connected(args.address):
        found = hosts()
    if args.json:
        print_json({"hosts": found})
        return 0
    for host in found:
        phones = ", ".join(f"{count} x {name}" for name, count in host["phones"].items())
        print_result(f"{host['name']:<20} {host['cpus']:>4.0f} CPUs   {phones or 'no phones'}")
    return 0
