"""Do the gates catch a planted regression, and leave an unchanged rebuild alone?

    python -m benchmarks.gates_planted [--rebuilds 20] [--inputs 4] [--steps 4]

One baseline is recorded on the real runner. Then, each time with a runner of its own:

* unchanged: the same bundle again, `--rebuilds` times. A failed gate is a false alarm.
* slower: 20 % of a step's time is added to every U-Net call inside the runner.
* worse adapter: one adapter's INT16 codes are rounded to `--bits` bits in a copy of the bundle.
  On the demo 3 or 4 bits pass: that error is below the graph's own rounding.

The gates are relative to the baseline: PSNR may fall by 2 %, the time end to end may rise by 10 %.
The peer is the obvious rule without statistics: two runs' medians compared against the same 10 %.
Times mean something on a quiet machine only.
"""

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from device.host import HostTarget
from device.runner_client import SocketSession
from device.targets import SessionRequest
from quad_studio.adapters.onnx_adapter import read_onnx_adapter, write_onnx_adapter
from quad_studio.batch import collect, score
from quad_studio.bundle import MANIFEST, Bundle, open_bundle, write_manifest
from quad_studio.cancel import CancelToken
from quad_studio.config import Plan, load_plan, load_project
from quad_studio.engine.judge import judge_run
from quad_studio.engine.plan_request import PlanRequest
from quad_studio.runs import load_run
from quad_studio.storage import sha256_of_file

GATES = """schema = "quad-studio/gates/1"
[[gates]]
metric = "psnr_db"
max_regression_percent = 2.0
[[gates]]
metric = "end_to_end_ms"
max_regression_percent = 10.0
"""
ADAPTER = "transform"


class SlowHost(HostTarget):
    """This machine with a runner that waits `slow_ms` in every U-Net call."""

    def __init__(self, slow_ms: int) -> None:
        """Remember how long."""
        super().__init__()
        self.slow_ms = slow_ms

    def open_session(self, request: SessionRequest) -> SocketSession:
        """Start a runner that lets itself be slowed down, and slow it down."""
        session = super().open_session(replace(request, allow_faults=True))
        session.inject_fault("slow_step", self.slow_ms)
        return session


class Planted:
    """Records runs of one plan and holds them against a baseline."""

    def __init__(self, folder: Path, plan: Plan, bundle: Bundle) -> None:
        """Everything is written below `folder`."""
        self.folder, self.plan, self.bundle = folder, plan, bundle
        self.gates = folder / "gates.toml"
        self.gates.write_text(GATES)
        self.count = 0

    def record(self, target: HostTarget | None = None, bundle: Bundle | None = None) -> Path:
        """Run the plan with a runner of its own and score it."""
        self.count += 1
        run = self.folder / f"run-{self.count:02d}"
        project = load_project(self.plan.project) if self.plan.project else None
        request = PlanRequest(plan=self.plan, run_dir=run)
        targets = {"host": target or HostTarget()}
        cancel = CancelToken()
        collect(request, run, project, bundle or self.bundle, targets, _ignore, cancel)
        score(run, ("psnr_db",), emit=_ignore, cancel=cancel)
        return run

    def gates_of(self, run: Path, baseline: Path) -> dict[str, str]:
        """Return the worst status of each gate's metric."""
        summary = judge_run(run, gates=self.gates, baseline=str(baseline), write=False)
        found: dict[str, str] = {}
        for gate in summary["gates"]:
            if found.get(gate["metric"]) != "fail":
                found[gate["metric"]] = gate["status"]
        return found


def coarsened(bundle: Bundle, folder: Path, bits: int, adapter: str = ADAPTER) -> Bundle:
    """Return a copy of the bundle whose adapter has only `bits` of its 16 bits left."""
    shutil.copytree(bundle.path, folder)
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    entry = next(one for one in manifest["adapters"] if one["name"] == adapter)
    path = folder / entry["file"]
    packed = read_onnx_adapter(path)
    grain = 2 ** (16 - bits)
    tensors = {
        name: _rounded(codes, grain) if codes.dtype == np.int16 else codes
        for name, codes in packed.tensors.items()
    }
    write_onnx_adapter(path, replace(packed, tensors=tensors))
    hashed = {"sha256": sha256_of_file(path), "bytes": path.stat().st_size}
    entry.update(hashed)
    side_car = path.with_suffix(".json")
    side_car.write_text(json.dumps({**json.loads(side_car.read_text("utf-8")), **hashed}))
    kept = {key: value for key, value in manifest.items() if key not in ("schema", "files")}
    write_manifest(folder, kept)
    return open_bundle(folder)


def _rounded(codes: Any, grain: int) -> Any:
    wide = np.round(codes.astype(np.float64) / grain) * grain
    return np.clip(wide, -32767, 32767).astype(np.int16)


def median_of(run: Path) -> float:
    """Return the median time end to end, in ms."""
    rows = [row for row in load_run(run).rows if row["status"] == "ok" and not row["warmup"]]
    return statistics.median(row["timing_ms"]["end_to_end_ms"] for row in rows)


def step_of(run: Path) -> float:
    """Return the median U-Net call, in ms."""
    rows = load_run(run).rows
    return statistics.median(ms for row in rows for ms in row["timing_ms"]["unet_step_ms"])


def write_plan(folder: Path, bundle: Path, project: Path | None, inputs: Path, **task: int) -> Path:
    """Write the plan of the benchmark; return its path."""
    named = f'project = "{project.resolve()}"\n' if project else ""
    path = folder / "plan.toml"
    path.write_text(
        f'schema = "quad-studio/plan/1"\n[plan]\nname = "planted"\nbundle = "{bundle.resolve()}"\n'
        f'{named}[[tasks]]\nuse_case = "{ADAPTER}"\nadapter = "{ADAPTER}"\nsampler = "ddim"\n'
        f'inputs = "{inputs.resolve()}"\nlimit = {task["limit"]}\nsteps = {task["steps"]}\n'
        f"[run]\nwarmup = 2\nrepeats = {task['repeats']}\nthreads = 1\n",
        "utf-8",
    )
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    """Plant, judge, print; 1 where a gate was wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bundle", type=Path, default=Path("out/demo/bundle"))
    parser.add_argument("--project", type=Path, default=Path("resources/demo/project.toml"))
    parser.add_argument(
        "--input-set", type=Path, default=Path("resources/demo/inputs/transform/inputs.jsonl")
    )
    parser.add_argument("--rebuilds", type=int, default=20)
    parser.add_argument("--inputs", type=int, default=4)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--bits", type=int, default=2)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="quad-planted-") as name:
        folder = Path(name)
        task = {"limit": given.inputs, "steps": given.steps, "repeats": given.repeats}
        plan = load_plan(write_plan(folder, given.bundle, given.project, given.input_set, **task))
        planted = Planted(folder, plan, open_bundle(given.bundle))
        return report(planted, given.rebuilds, given.bits)


def report(planted: Planted, rebuilds: int, bits: int) -> int:
    """Run everything and print a table."""
    baseline = planted.record()
    base, step = median_of(baseline), step_of(baseline)
    unchanged = [planted.record() for _ in range(rebuilds)]
    judged = [planted.gates_of(run, baseline) for run in unchanged]
    alarms = sum("fail" in found.values() for found in judged)
    naive = sum(median_of(run) > 1.1 * base for run in unchanged)
    slow_ms = max(1, round(0.2 * step))
    slower = planted.record(SlowHost(slow_ms))
    slow = planted.gates_of(slower, baseline)
    worse = planted.record(
        bundle=coarsened(planted.bundle, planted.folder / "coarse", bits, ADAPTER)
    )
    bad = planted.gates_of(worse, baseline)
    medians = [median_of(run) / base for run in unchanged]
    print(f"baseline: {base:.1f} ms end to end, {step:.1f} ms a U-Net call")
    print(f"unchanged, {rebuilds} times: {alarms} false alarms; the plain 10 % rule: {naive}")
    if medians:
        print(f"  medians against the baseline: {min(medians):.3f} to {max(medians):.3f}")
    print(
        f"slower by {slow_ms} ms a call ({100 * slow_ms / step:.0f} %): {slow['end_to_end_ms']}, "
        f"{median_of(slower) / base:.3f} of the baseline"
    )
    print(f"adapter at {bits} of 16 bits: {bad['psnr_db']}")
    right = alarms == 0 and slow["end_to_end_ms"] == "fail" and bad["psnr_db"] == "fail"
    print("every gate was right" if right else "A GATE WAS WRONG")
    return 0 if right else 1


def _ignore(event: object) -> None:
    """Show nothing of a run."""


if __name__ == "__main__":
    sys.exit(main())
