"""What changing the task costs: adapters as inputs, against the usual ways.

    python -m benchmarks.runner_switching --bundle out/demo/bundle [--repeats 200] [--json]

* warm: the adapter is in the runner's cache; its tensors are bound where they are mapped.
* cold: its file is mapped, checked and paged in first (the pages are in the system's cache).
* ort LoraAdapter: ONNX Runtime's own path from Python; the tensors are checked and handed over at
  each run, so what counts is the added time of a run with an adapter activated, plus its load.
* reload: a session of the U-Net is made anew, which is what one graph a task pays.

The loop's overhead, denoising time that was not spent in the U-Net, is measured beside it.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import onnxruntime as ort

from device.host import HostTarget
from device.runner_client import SocketSession
from device.targets import AdapterUse, GenerateRequest, SessionRequest


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure all ways and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bundle", type=Path, default=Path("out/demo/bundle"))
    parser.add_argument("--repeats", type=int, default=200)
    parser.add_argument("--reloads", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    manifest = json.loads((given.bundle / "bundle.json").read_text("utf-8"))
    names = [adapter["name"] for adapter in manifest["adapters"]][:2]
    if len(names) < 2:
        print(f"{given.bundle}: needs two adapters to switch between", file=sys.stderr)
        return 2
    request = SessionRequest(bundle=given.bundle, threads=given.threads)
    with HostTarget().open_session(request) as session:
        rows = measure_runner(session, one_step_request(manifest), names, given.repeats)
    rows["reload"] = statistics(measure_reloads(given.bundle, manifest, given))
    rows["ort LoraAdapter load"] = statistics(measure_ort_adapter(given.bundle, manifest, given))
    report(rows, given)
    return 0


def one_step_request(manifest: dict[str, Any]) -> GenerateRequest:
    """Return the cheapest request of this geometry: one step, no image wanted."""
    size = manifest["geometry"]
    latents = (1, size["latent_channels"], size["latent_height"], size["latent_width"])
    layout = ["sample"]
    if size["unet_in_channels"] > size["latent_channels"]:
        layout += ["mask", "masked_latents"]
    step = {"timestep": 500.0, "convert": {"x": 0.0, "model": 1.0}, "x": 1.0, "m": [0.1]}
    plan = {"schema": "quad-studio/sampler-plan/1", "input_layout": layout, "steps": [step]}
    image = np.zeros((1, 3, size["image_height"], size["image_width"]), np.float32)
    return GenerateRequest(
        use_case="benchmark",
        plan=plan,
        input_ids=np.zeros((1, size["text_tokens"]), np.int64),
        noise=np.random.default_rng(0).standard_normal(latents).astype(np.float32),
        mask=np.ones((1, 1, *latents[2:]), np.float32),
        masked_image=image,
        want=("latents",),
    )


def measure_runner(
    session: SocketSession, base: GenerateRequest, names: Sequence[str], repeats: int
) -> dict[str, dict[str, float]]:
    """Switch back and forth: first with both adapters cached, then dropping them each time."""
    times: dict[str, list[float]] = {
        "warm": [],
        "cold": [],
        "loop overhead": [],
        "there and back": [],
    }
    steps: list[float] = []
    for kind in ("warm", "cold"):
        for turn in range(repeats + 2):
            if kind == "cold":
                session.evict("*")
            request = GenerateRequest(
                **{**vars(base), "adapters": (AdapterUse(names[turn % 2]),), "seed": turn}
            )
            started = perf_counter()
            timing = session.generate(request).timing_ms
            elapsed = 1e3 * (perf_counter() - started)
            times["there and back"].append(elapsed - timing["end_to_end_ms"] - timing["queue_ms"])
            if turn >= 2 and timing["switch_kind"] == kind:
                times[kind].append(timing["switch_ms"])
            times["loop overhead"].append(timing["loop_overhead_ms"])
            steps += timing["unet_step_ms"]
    return {"unet step": statistics(steps)} | {k: statistics(v) for k, v in times.items()}


def measure_reloads(
    bundle: Path, manifest: dict[str, Any], given: argparse.Namespace
) -> list[float]:
    """Make a session of the U-Net anew."""
    times = []
    for _ in range(given.reloads):
        options = ort.SessionOptions()
        options.intra_op_num_threads, options.log_severity_level = given.threads, 3
        started = perf_counter()
        graph = bundle / manifest["components"]["unet"]["graph"]
        session = ort.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        times.append(1e3 * (perf_counter() - started))
        del session
    return times


def measure_ort_adapter(
    bundle: Path, manifest: dict[str, Any], given: argparse.Namespace
) -> list[float]:
    """Load an adapter and activate it in run options."""
    times = []
    path = str(bundle / manifest["adapters"][0]["file"])
    for _ in range(given.repeats):
        started = perf_counter()
        adapter = ort.LoraAdapter()
        adapter.Load(path)
        options = ort.RunOptions()
        options.add_active_adapter(adapter)
        times.append(1e3 * (perf_counter() - started))
    return times


def statistics(ms: Sequence[float]) -> dict[str, float]:
    """Return median, spread, least and count."""
    low, high = np.percentile(ms, [25, 75])
    return {
        "median_ms": float(np.median(ms)),
        "iqr_ms": float(high - low),
        "min_ms": float(min(ms)),
        "n": len(ms),
    }


def report(rows: dict[str, dict[str, float]], given: argparse.Namespace) -> None:
    """Print the table, or JSON."""
    warm = rows["warm"]["median_ms"]
    ratios = {name: row["median_ms"] / warm for name, row in rows.items()}
    overhead = rows["loop overhead"]["median_ms"] / rows["unet step"]["median_ms"]
    if given.json:
        context = {"onnxruntime": ort.__version__, "threads": given.threads}
        print(json.dumps({"context": context, "rows": rows, "loop_overhead": overhead}, indent=1))
        return
    print(f"| what | median ms | IQR | n | x warm switch |\n|{'---|' * 5}")
    for name, row in rows.items():
        print(
            f"| {name} | {row['median_ms']:.3f} | {row['iqr_ms']:.3f} | {row['n']} "
            f"| {ratios[name]:.1f} |"
        )
    print(f"loop overhead: {100 * overhead:.2f} % of a U-Net step", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
