"""What a session adds to its graphs: from the request to the first work, and around the loop.

    python -m benchmarks.session_overhead [--bundle out/demo/bundle] [--repeats 20] [--json]

For each use case of the bundle, on this host's CPU:

* to first work: from handing a request over until the runner works on it, at most.
* outside the graphs: the request's time in the runner that no graph accounts for, in percent of
  the graphs' time: the loop's arithmetic, the switch of the adapter, copies. The bound is 2 %.
* host loop: the peer. The same coefficient table is executed in NumPy and each graph is called
  through the same runner, as a host that keeps the loop to itself would.
"""

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._record import Table, publish
from device.open_target import open_target
from device.targets import SessionRequest
from evaluation.kpis import KPIS
from quad_studio.bundle import Bundle, open_bundle
from quad_studio.inputs import load_input_set
from quad_studio.samplers.execute import Conditions, run_plan
from quad_studio.sessions.rows import request_to_work_ms
from quad_studio.sessions.session import Session
from quad_studio.use_cases.item import InputItem
from quad_studio.use_cases.prepare import Prepared

BOUND_PERCENT = 2.0
INPUTS = Path("resources/demo/inputs")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every use case and print a table; return 1 if the bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bundle", type=Path, default=Path("out/demo/bundle"))
    parser.add_argument("--inputs", type=Path, default=INPUTS)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    bundle = open_bundle(given.bundle)
    target = open_target("host")
    runner = target.open_session(SessionRequest(bundle=bundle.path, threads=given.threads))
    try:
        session = Session(runner, bundle, target.describe())
        rows = {
            use_case: measure(session, ready, given.repeats)
            for use_case, ready in requests(session, bundle, given.inputs)
        }
    finally:
        runner.close()
        target.close()
    report(rows, as_json=given.json)
    worst = max(row["outside_percent"] for row in rows.values())
    return 1 if worst > BOUND_PERCENT else 0


def requests(session: Session, bundle: Bundle, inputs: Path) -> list[tuple[str, list[Prepared]]]:
    """Return two requests of each use case that the bundle has a plan for."""
    found = []
    for entry in bundle.manifest["plans"]:
        use_case = str(entry["use_case"])
        items: Sequence[InputItem] = load_input_set(inputs / use_case / "inputs.jsonl").select()[:2]
        settings = session.settle(use_case)
        found.append((use_case, [session.prepare(settings, item) for item in items]))
    return found


def measure(session: Session, ready: Sequence[Prepared], repeats: int) -> dict[str, float]:
    """Ask again and again and run the peer beside it."""
    columns: dict[str, list[float]] = {}

    def note(**values: float) -> None:
        for name, value in values.items():
            columns.setdefault(name, []).append(value)

    for turn in range(repeats + 1):
        prepared = ready[turn % len(ready)]
        answer = session.ask(prepared)
        host_ms, host_graphs_ms = host_loop(session, prepared)
        if turn == 0:  # the first request pages weights in
            continue
        timing = answer.result.timing_ms
        note(
            to_work_ms=request_to_work_ms(answer) or 0.0,
            graphs_ms=graphs_ms(timing),
            outside_percent=float(
                KPIS["loop_overhead_percent"].read({"timing_ms": timing}, {}) or 0
            ),
            host_loop_percent=100.0 * (host_ms - host_graphs_ms) / host_graphs_ms,
        )
    found = {name: float(np.median(values)) for name, values in columns.items()}
    found["to_work_p90_ms"] = float(np.percentile(columns["to_work_ms"], 90))
    found["n"] = float(repeats)
    return found


def graphs_ms(timing: Mapping[str, Any]) -> float:
    """Return the time that the runner spent in graphs."""
    phases = ("text_encoder_ms", "vae_encoder_ms", "vae_decoder_ms")
    return float(sum(timing[phase] for phase in phases) + sum(timing["unet_step_ms"]))


def host_loop(session: Session, prepared: Prepared) -> tuple[float, float]:
    """Run the denoising loop on this side; return its milliseconds and those within graphs."""
    runner: Any = session.runner
    spent = 0.0

    def call(component: str, feeds: Mapping[str, Any], **more: Any) -> Any:
        nonlocal spent
        frame = runner.ask_graph(component, feeds, **more)
        spent += float(frame.header["timing_ms"]["run_ms"])
        return next(iter(frame.tensors.values()))

    adapters = prepared.settings.adapters
    more: dict[str, Any] = {"adapter": adapters[0][0]} if adapters else {}
    started = time.perf_counter()
    states = {False: call("text_encoder", {"input_ids": prepared.input_ids})}
    if prepared.uncond_input_ids is not None:
        states[True] = call("text_encoder", {"input_ids": prepared.uncond_input_ids})
    started_from, encoded = (
        None if image is None else call("vae_encoder", {"image": image})
        for image in (prepared.image, prepared.masked_image)
    )

    def unet(model_input: Any, timestep: float, unconditional: bool) -> Any:
        feeds = {
            "sample": model_input,
            "timestep": np.array([timestep], np.float32),
            "encoder_hidden_states": states[unconditional],
        }
        return call("unet", feeds, **more)

    conditions = Conditions(init_latents=started_from, mask=prepared.mask, masked_latents=encoded)
    final = run_plan(prepared.plan, unet, prepared.noise, conditions, dtype=np.float32)
    call("vae_decoder", {"latents": final})
    return 1000.0 * (time.perf_counter() - started), spent


def report(rows: Mapping[str, Mapping[str, float]], *, as_json: bool) -> None:
    """Print the table, or JSON, and leave the numbers for the page of all benchmarks."""
    table = Table(
        title="Overhead of a session, this host's CPU",
        columns=[
            "use case", "graphs ms", "to first work ms", "p90", "outside the graphs %",
            "host loop %", "n",
        ],
        rows=[
            [
                use_case, row["graphs_ms"], row["to_work_ms"], row["to_work_p90_ms"],
                row["outside_percent"], row["host_loop_percent"], int(row["n"]),
            ]
            for use_case, row in rows.items()
        ],
        notes=[
            f"Medians. The bound for the time outside the graphs is {BOUND_PERCENT:g} %.",
            "Host loop: the same table executed in NumPy, each graph called through the runner.",
        ],
    )  # fmt: skip
    publish([table], title="Session overhead", data=rows, as_json=as_json)


if __name__ == "__main__":
    sys.exit(main())
