"""The phones of a host: what it announces to the cluster, and who of its workers has which.

A place is a phone, or something else that runs bundles, that a host lends. It serves a plan's
target: "virtual:s25-qualcomm", "adb:SERIAL", "host". Several phones of a model can serve one
target with a name of its own: "adb:lab-s25" opened as "adb:R58M1" and "adb:R58M2".
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from quad_studio.cluster.errors import ClusterUsage
from quad_studio.errors import DeviceProblem, UsageProblem
from quad_studio.runs import take_lock
from quad_studio.storage import read_json, write_json

RESOURCE_PREFIX = "quad-studio:"
RECORD = "phones.json"
_MOST_UNLISTED = 64


@dataclass(frozen=True)
class Place:
    """One phone of this host.

    Attributes:
        target: The plan's target that it serves.
        opens: What `open_target` is asked for.
        slot: Tells places apart that open the same thing, such as virtual phones.
    """

    target: str
    opens: str
    slot: int = 0

    @property
    def label(self) -> str:
        """Return what rows and messages call it."""
        return self.opens if not self.slot else f"{self.opens}#{self.slot}"


def read_offers(offers: Sequence[str]) -> tuple[Place, ...]:
    """Return the places of offers ``TARGET`` or ``TARGET=OPENS[,OPENS...]``.

    >>> [p.label for p in read_offers(["virtual:a", "virtual:a", "adb:lab=adb:R1,adb:R2"])]
    ['virtual:a', 'virtual:a#1', 'adb:R1', 'adb:R2']

    Raises:
        UsageProblem: An offer that is none, or a phone that is offered twice.
    """
    places: list[Place] = []
    for offer in offers:
        target, _, listed = offer.partition("=")
        for opens in listed.split(",") if listed else [target]:
            if not _is_target(target) or not _is_target(opens):
                raise UsageProblem(f"--phone {offer}: write host, adb:SERIAL or virtual:PRESET")
            slot = sum(place.opens == opens for place in places)
            if slot and not opens.startswith("virtual:"):
                raise UsageProblem(f"--phone {offer}: {opens} is offered twice")
            places.append(Place(target, opens, slot))
    return tuple(places)


def _is_target(name: str) -> bool:
    return bool(re.fullmatch(r"host|adb:.+|virtual:.+", name))


def resources_of(places: Iterable[Place]) -> dict[str, int]:
    """Return what `ray start --resources` is told.

    >>> resources_of(read_offers(["host", "virtual:a", "virtual:a"]))
    {'quad-studio:host': 1, 'quad-studio:virtual:a': 2}
    """
    found: dict[str, int] = {}
    for place in places:
        name = RESOURCE_PREFIX + place.target
        found[name] = found.get(name, 0) + 1
    return found


def phones_in(resources: Mapping[str, float]) -> dict[str, int]:
    """Return how many phones serve each target, of a Ray node's resources."""
    return {
        name.removeprefix(RESOURCE_PREFIX): int(count)
        for name, count in resources.items()
        if name.startswith(RESOURCE_PREFIX) and count >= 1
    }


def write_places(folder: Path, places: Sequence[Place]) -> None:
    """Note what this host announced, for its workers."""
    listed = [{"target": p.target, "opens": p.opens, "slot": p.slot} for p in places]
    write_json(folder / RECORD, {"schema": "quad-studio/cluster-phones/1", "phones": listed})


def read_places(folder: Path, target: str) -> tuple[Place, ...]:
    """Return the places that serve `target` here.

    A host that was given its resources by hand has no record: then the target serves itself, and
    a virtual phone in as many copies as there are workers.
    """
    path = folder / RECORD
    if path.is_file():
        listed: Sequence[Mapping[str, Any]] = read_json(path, "cluster-phones")["phones"]
        places = [Place(e["target"], e["opens"], int(e["slot"])) for e in listed]
        found = tuple(place for place in places if place.target == target)
        if found:
            return found
    copies = _MOST_UNLISTED if target.startswith("virtual:") else 1
    return tuple(Place(target, target, slot) for slot in range(copies))


def claim(folder: Path, target: str) -> tuple[Place, IO[str]]:
    """Take a free place of this host; the open file holds it until it is closed.

    Raises:
        ClusterUsage: The record names no place for the target.
        DeviceProblem: Other processes have them all.
    """
    places = read_places(folder, target)
    if not places:
        raise ClusterUsage(f"{target}: this host has no such phone")
    (folder / "locks").mkdir(parents=True, exist_ok=True)
    for place in places:
        name = re.sub(r"[^A-Za-z0-9._-]", "_", place.label)
        try:
            return place, take_lock(folder / "locks" / f"{name}.lock")
        except UsageProblem:
            continue  # a worker beside this one has it
    raise DeviceProblem(f"{target}: all {len(places)} phones of this host are in use")
