"""The capacity model of docs/scaling.md: pairs an hour against phones, hosts, disk and network.

A pair is one row of a run: the phone's image beside its FP32 reference, scored. Each of its costs
falls on one resource; the lab is as fast as the resource that is used up first.
"""

from dataclasses import dataclass

HOUR_S = 3600.0


@dataclass(frozen=True, kw_only=True)
class PairCosts:
    """What one pair costs.

    Attributes:
        phone_s: On the phone, from request to answer, without the way there and back.
        usb_bytes: Between the phone and its host.
        host_cpu_s: Processor time on the host: prepare, decode, encode PNGs.
        host_wait_s: What the phone's worker waits beyond that: adb, telemetry, its own disk.
        reference_cpu_s: Processor time of one FP32 reference.
        references: References for each pair: 1 over targets times repeats, 0 where all are cached.
        score_cpu_s: Processor time of the metrics.
        network_bytes: From the phone's host to the driving machine and back to score.
        driver_s: On the driving machine, one after the other: write, fsync, book.
        disk_bytes: Written to the run folder.
    """

    phone_s: float
    usb_bytes: float = 0.0
    host_cpu_s: float = 0.0
    host_wait_s: float = 0.0
    reference_cpu_s: float = 0.0
    references: float = 1.0
    score_cpu_s: float = 0.0
    network_bytes: float = 0.0
    driver_s: float = 0.0
    disk_bytes: float = 0.0

    @property
    def cpu_s(self) -> float:
        """Return the processor time of a pair on whatever hosts there are."""
        return self.host_cpu_s + self.score_cpu_s + self.references * self.reference_cpu_s


@dataclass(frozen=True, kw_only=True)
class Lab:
    """What there is.

    Attributes:
        phones_per_host: On one host's USB.
        cores_per_host: That compute references and scores; phones of their own take none.
        usb_bytes_per_s: Of one phone; USB 2 moves about 35 MB/s, USB 3 about 300 MB/s.
        network_bytes_per_s: Of the driving machine; 1 Gbit/s moves about 117 MB/s.
        disk_bytes_per_s: Of the driving machine's disk.
        phones_are_processors: Virtual phones: a phone's second is a second of a host's core.
    """

    phones: int
    phones_per_host: int = 10
    cores_per_host: int = 8
    usb_bytes_per_s: float = 35e6
    network_bytes_per_s: float = 117e6
    disk_bytes_per_s: float = 500e6
    phones_are_processors: bool = False

    @property
    def hosts(self) -> int:
        """Return how many hosts the phones need."""
        return -(-self.phones // self.phones_per_host)


@dataclass(frozen=True)
class Capacity:
    """Pairs an hour that each resource allows; the least of them is the lab's."""

    limits: dict[str, float]

    @property
    def pairs_per_hour(self) -> float:
        """Return what the lab makes."""
        return min(self.limits.values())

    @property
    def limited_by(self) -> str:
        """Return the resource that is used up first."""
        return min(self.limits, key=lambda name: self.limits[name])


def cycle_s(costs: PairCosts, lab: Lab) -> float:
    """Return how long a phone is taken by one pair.

    The worker that serves the phone prepares and packs between two requests, so the host's share
    is part of the cycle; with two rows leased at a time the network is not.
    """
    at_host_s = costs.host_cpu_s + costs.host_wait_s
    return costs.phone_s + costs.usb_bytes / lab.usb_bytes_per_s + at_host_s


def capacity(costs: PairCosts, lab: Lab) -> Capacity:
    """Return what each resource allows."""
    cores = lab.hosts * lab.cores_per_host
    cpu_s = costs.cpu_s + (costs.phone_s if lab.phones_are_processors else 0.0)
    limits = {
        "phones": lab.phones * HOUR_S / cycle_s(costs, lab),
        "processors": _rate(cpu_s, cores),
        "network": _rate(costs.network_bytes, lab.network_bytes_per_s),
        "driver": _rate(costs.driver_s, 1.0),
        "disk": _rate(costs.disk_bytes, lab.disk_bytes_per_s),
    }
    return Capacity(limits)


def _rate(cost: float, supply: float) -> float:
    return HOUR_S * supply / cost if cost else float("inf")


def start_s(bundle_bytes: float, lab: Lab) -> float:
    """Return how long it takes until every phone has a bundle that none had before.

    The driving machine sends it once to each host; a host then pushes to its phones side by side,
    each over its own cable.
    """
    return lab.hosts * bundle_bytes / lab.network_bytes_per_s + bundle_bytes / lab.usb_bytes_per_s
