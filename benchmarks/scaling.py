"""Pairs an hour against phones: measured with 1 to 4 on this machine, then to 1,000 by the model.

    python -m benchmarks scaling
    python -m benchmarks.scaling --simulate-only --phone-s 6 --phones 1,10,100,1000

Three things are held against each other (docs/scaling.md):

* measured: the plan's rows on virtual phones (they compute, so this machine's cores are the limit)
  and on paced phones, which wait as long as a real phone would compute: everything else, such as
  preparing, packing, sending and writing, is the real code in its real processes;
* the capacity model, fed with the costs of the point with one phone;
* the simulation, pair by pair, with losses, by the lease book that real runs use.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from benchmarks._record import Table, publish
from benchmarks.scale.local_pool import Paced
from benchmarks.scale.measure import Point, costs_of, measure
from benchmarks.scale.model import Capacity, Lab, PairCosts, capacity, start_s
from benchmarks.scale.simulate import Scenario, simulate
from quad_studio.bundle import Bundle, open_bundle
from quad_studio.inputs import load_input_set
from quad_studio.sessions.order import PlannedRow, PlannedTask, plan_rows
from quad_studio.use_cases.base import Frame
from quad_studio.use_cases.settle import settle
from tests.fakes.private_adb import private_adb_server

PHONE = "virtual:s25-qualcomm"
INPUTS = Path("resources/demo/inputs")
USE_CASES = ("transform", "object_removal")
BUNDLE_BYTES = 1.7e9
"""An SD 1.5 bundle in W8A16 with ten adapters, for the time until all phones have it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, model and simulate."""
    given = parse(arguments)
    counts = [int(n) for n in given.points.split(",")]
    tables, points = [], {}
    reference = PairCosts(
        phone_s=given.phone_s, usb_bytes=2.5e6, host_cpu_s=0.25, reference_cpu_s=given.reference_s,
        references=0.5, score_cpu_s=0.6, network_bytes=3e6, driver_s=0.02, disk_bytes=3e6,
    )  # fmt: skip
    if not given.simulate_only:
        bundle = open_bundle(given.bundle)
        rows = rows_of(bundle, given.rows, given.steps)
        points = measured(bundle, rows, counts, given.pace)
        tables += [measured_table(name, found) for name, found in points.items()]
        paced = points["paced"][0]
        reference = replace(reference, host_cpu_s=paced.worker_cpu_s, driver_s=paced.driver_s)
    phones = [int(n) for n in given.phones.split(",")]
    cached = replace(reference, references=0.0)
    for costs, title in ((cached, "references cached"), (reference, "fresh references")):
        tables.append(simulated_table(costs, phones, given.pairs_per_phone, title))
        tables.append(limits_table(costs, phones, title))
    publish(
        tables,
        title="Pairs an hour against phones",
        data={"points": {k: [asdict(p) for p in v] for k, v in points.items()}},
    )
    return 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bundle", type=Path, default=Path("out/demo/bundle"))
    parser.add_argument("--points", default="1,2,3,4", help="phones that are measured")
    parser.add_argument("--rows", type=int, default=24, help="rows of a measured point")
    parser.add_argument("--steps", type=int, default=4, help="denoising steps of a measured row")
    parser.add_argument("--pace", type=float, default=1.0, help="seconds of a paced phone's row")
    parser.add_argument("--phones", default="1,4,10,40,100,400,1000", help="phones simulated")
    parser.add_argument("--pairs-per-phone", type=int, default=30)
    parser.add_argument("--phone-s", type=float, default=6.0, help="a phone's time for a pair")
    parser.add_argument("--reference-s", type=float, default=40.0, help="CPU time of a reference")
    parser.add_argument("--simulate-only", action="store_true")
    return parser.parse_args(arguments)


def rows_of(bundle: Bundle, count: int, steps: int) -> list[PlannedRow]:
    """Return rows of the demo's inputs, the use cases in turns."""
    frame = Frame.of_bundle(bundle)
    tasks = []
    for name in USE_CASES:
        items = load_input_set(INPUTS / name / "inputs.jsonl", use_case=name).select("all")
        tasks.append(PlannedTask(settle(name, frame, steps=steps), items[: count // 2]))
    return list(plan_rows(tasks))


def measured(
    bundle: Bundle, rows: Sequence[PlannedRow], counts: Sequence[int], pace_s: float
) -> dict[str, list[Point]]:
    """Return the points of computing and of paced phones."""
    size = bundle.geometry
    pace = Paced(
        seconds=pace_s,
        image_shape=(1, 3, int(size["image_height"]), int(size["image_width"])),
        latent_shape=(
            1, int(size["latent_channels"]), int(size["latent_height"]), int(size["latent_width"]),
        ),
    )  # fmt: skip
    found: dict[str, list[Point]] = {}
    with tempfile.TemporaryDirectory() as name, private_adb_server(Path(name) / "home"):
        for kind, how in (("virtual", None), ("paced", pace)):
            found[kind] = []
            for count in counts:
                folder = Path(name) / f"{kind}{count}"
                point = measure(bundle, rows, folder, target=PHONE, phones=count, pace=how)
                found[kind].append(point)
                print(f"{kind} {count}: {point.pairs_per_hour:.0f} pairs/h", file=sys.stderr)
    return found


def measured_table(kind: str, points: Sequence[Point]) -> Table:
    """Hold measured points against the model, which knows only the first."""
    import os

    costs, cores = costs_of(points[0]), os.cpu_count() or 1
    rows = []
    for point in points:
        lab = Lab(
            phones=point.phones, phones_per_host=point.phones, cores_per_host=cores,
            usb_bytes_per_s=float("inf"), network_bytes_per_s=float("inf"),
            phones_are_processors=kind == "virtual",
        )  # fmt: skip
        expected = capacity(costs, lab)
        rows.append([
            point.phones, point.pairs_per_hour, point.pairs_per_hour / points[0].pairs_per_hour,
            expected.pairs_per_hour, point.pairs_per_hour / expected.pairs_per_hour,
            expected.limited_by, point.phone_s, point.worker_cpu_s * 1e3, point.worker_wait_s * 1e3,
            point.driver_s * 1e3,
        ])  # fmt: skip
    what = "virtual phones (they compute)" if kind == "virtual" else "paced phones (they wait)"
    return Table(
        title=f"Measured on this machine: {what}",
        columns=["phones", "pairs/h", "x one phone", "model pairs/h", "measured/model",
                 "limited by", "phone s", "worker CPU ms", "worker waits ms", "driver ms"],
        rows=rows,
        notes=[f"{points[0].rows} rows a point; {cores} cores; the model knows the first row"],
    )  # fmt: skip


def simulated_table(
    costs: PairCosts, phones: Sequence[int], pairs_per_phone: int, what: str
) -> Table:
    """Simulate labs of ten phones a host, without and with losses, beside the model."""
    rows: list[list[Any]] = []
    for count in phones:
        lab = Lab(phones=count)
        expected = capacity(costs, lab)
        calm = simulate(Scenario(costs=costs, lab=lab, pairs=count * pairs_per_phone))
        rough = simulate(
            Scenario(
                costs=costs, lab=lab, pairs=count * pairs_per_phone,
                phone_hours_between_losses=10.0, host_hours_between_losses=50.0,
            )
        )  # fmt: skip
        if set(rough.recorded.values()) != {1} or len(rough.recorded) != count * pairs_per_phone:
            raise RuntimeError("the simulation lost a row or recorded one twice")
        rows.append([
            count, lab.hosts, expected.pairs_per_hour, calm.steady_per_hour,
            rough.pairs_per_hour, rough.losses, expected.limited_by,
            start_s(BUNDLE_BYTES, lab) / 60,
        ])  # fmt: skip
    return Table(
        title=f"Simulated labs, {what}",
        columns=["phones", "hosts", "model pairs/h", "simulated pairs/h", "with losses, whole run",
                 "losses", "limited by", "bundle everywhere (min)"],
        rows=rows,
        notes=[
            f"{pairs_per_phone} pairs a phone; a pair: {costs.phone_s:g} s on the phone, "
            f"{costs.reference_cpu_s:g} s of a core for a reference, {costs.references:g} "
            "references a pair; 10 phones and 8 cores a host, 1 Gbit/s at the driving machine",
            "losses: a phone every 10 hours, a host every 50, away for 2 minutes; every row was "
            "recorded once",
        ],
    )  # fmt: skip


def limits_table(costs: PairCosts, phones: Sequence[int], what: str) -> Table:
    """Say what each resource would allow."""
    found: list[tuple[int, Capacity]] = [(n, capacity(costs, Lab(phones=n))) for n in phones]
    names = list(found[0][1].limits)
    return Table(
        title=f"What each resource allows, {what} (pairs an hour)",
        columns=["phones", *names],
        rows=[[count, *(limit.limits[name] for name in names)] for count, limit in found],
    )


if __name__ == "__main__":
    sys.exit(main())
