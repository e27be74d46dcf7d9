"""One U-Net call on the CPU: the QDQ graph, its exact and fast forms, and plain FP32.

    python -m benchmarks.runner_cpu_variants --bundle out/demo/bundle [--repeats 20] [--json]

All sides are loaded at once and called in turn, so that a busy machine slows each of them alike.
`qdq`, `exact` and `fast` run in the native runner; `python qdq` is ONNX Runtime from Python on the
same file; `fp32` is the bundle's `unet_fp32` where there is one (its slots take the same adapter
in float), else the fast form from Python, which is the same arithmetic on the rounded weights.
`exact` must give the bits of the QDQ graph with folded weights; otherwise the run fails.
"""

import argparse
import json
import platform
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort

from device.cpu_variants import add_cpu_variants, make_fast
from device.host import HostTarget
from device.runner_client import SocketSession
from device.targets import SessionRequest, Tensor

VARIANTS = ("qdq", "exact", "fast")
DTYPES: dict[str, Any] = {
    "tensor(int16)": np.int16,
    "tensor(int8)": np.int8,
    "tensor(float)": np.float32,
}
Side = Callable[[], tuple[float, Tensor]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Time all sides in turn and print a table; 1 where exact is not exact."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bundle", type=Path, default=Path("out/demo/bundle"))
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    add_cpu_variants(given.bundle)
    manifest = json.loads((given.bundle / "bundle.json").read_text("utf-8"))
    graph = given.bundle / manifest["components"]["unet"]["graph"]
    folded = python_session(graph, given.threads, fold=True)
    feeds = make_feeds(folded)
    sessions = {v: open_variant(given.bundle, v, given.threads) for v in VARIANTS}
    try:
        sides: dict[str, Side] = {v: runner_side(s, feeds) for v, s in sessions.items()}
        sides["python qdq"] = python_side(python_session(graph, given.threads), feeds)
        sides["fp32"] = python_side(*fp32_session(given.bundle, manifest, feeds, given.threads))
        rows = measure(sides, given.repeats)
    finally:
        for session in sessions.values():
            session.close()
    exact = rows["exact"]["output"].tobytes() == folded.run(None, feeds)[0].tobytes()
    report(rows, exact, given)
    return 0 if exact else 1


def open_variant(bundle: Path, variant: Any, threads: int) -> SocketSession:
    """Start a runner on one form of the graph."""
    request = SessionRequest(bundle=bundle, variant=variant, threads=threads)
    return HostTarget().open_session(request)


def python_session(graph: Path, threads: int, *, fold: bool = False) -> ort.InferenceSession:
    """Load a graph in this process; `fold` turns INT8 weights into constants at load."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    if fold:
        options.add_session_config_entry("session.disable_quant_qdq", "1")
    return ort.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])


def make_feeds(session: ort.InferenceSession) -> dict[str, Tensor]:
    """Draw inputs; slots get small codes, so that every branch does its work."""
    rng = np.random.default_rng(0)
    feeds: dict[str, Tensor] = {}
    for port in session.get_inputs():
        dtype = DTYPES[port.type]
        scale = 1.0 if dtype is np.float32 else np.iinfo(dtype).max / 10
        feeds[port.name] = np.asarray(rng.standard_normal(port.shape) * scale).astype(dtype)
    feeds["timestep"][:] = 500
    if "lora_alpha" in feeds:
        feeds["lora_alpha"][:] = 1
    return feeds


def fp32_session(
    bundle: Path, manifest: dict[str, Any], feeds: dict[str, Tensor], threads: int
) -> tuple[ort.InferenceSession, dict[str, Tensor]]:
    """Return the FP32 peer and its inputs."""
    component = manifest["components"].get("unet_fp32")
    if component is None:
        return plain_fast_session(bundle / manifest["components"]["unet"]["graph"], threads), feeds
    scales = {slot["name"]: slot["scale"] for slot in manifest["slots"]}
    real = {n: np.float32(scales[n]) * v if n in scales else v for n, v in feeds.items()}
    return python_session(bundle / component["graph"], threads), real


def plain_fast_session(graph: Path, threads: int) -> ort.InferenceSession:
    """Load the fast form without our operators, which Python does not know."""
    model = onnx.load(graph, load_external_data=False)
    make_fast(model, graph.parent)
    plain = graph.with_suffix(".plain_fast.onnx")  # beside its weights
    try:
        onnx.save_model(model, plain)
        return python_session(plain, threads, fold=True)
    finally:
        plain.unlink()


def runner_side(session: SocketSession, feeds: dict[str, Tensor]) -> Side:
    """Return a call that gives the runner's own time in milliseconds, and the output."""

    def call() -> tuple[float, Tensor]:
        frame = session.ask_graph("unet", feeds)
        return frame.header["timing_ms"]["run_ms"], frame.tensors["model_output"]

    return call


def python_side(session: ort.InferenceSession, feeds: dict[str, Tensor]) -> Side:
    """Return a call of ONNX Runtime in this process."""

    def call() -> tuple[float, Tensor]:
        started = perf_counter()
        output = session.run(None, feeds)[0]
        return 1e3 * (perf_counter() - started), output

    return call


def measure(sides: dict[str, Side], repeats: int) -> dict[str, dict[str, Any]]:
    """Call all sides in turn; the first round warms up."""
    times: dict[str, list[float]] = {name: [] for name in sides}
    outputs: dict[str, Tensor] = {}
    for turn in range(repeats + 1):
        for name, call in sides.items():
            ms, outputs[name] = call()
            if turn > 0:
                times[name].append(ms)
    return {
        name: {
            "median_ms": float(np.median(ms)),
            "iqr_ms": float(np.subtract(*np.percentile(ms, [75, 25]))),
            "min_ms": min(ms),
            # A round's sides ran moments apart: their ratio is steadier than their times.
            "ratio_to_fp32": float(np.median(np.divide(ms, times["fp32"]))),
            "output": outputs[name],
        }
        for name, ms in times.items()
    }


def report(rows: dict[str, dict[str, Any]], exact: bool, given: argparse.Namespace) -> None:
    """Print the table, or JSON."""
    reference = rows["python qdq"]["output"]
    for row in rows.values():
        noise = float(np.square(row.pop("output") - reference).mean())
        power = float(np.square(reference).mean())
        row["sqnr_db_to_qdq"] = None if noise == 0 else 10 * float(np.log10(power / noise))
    context = {
        "onnxruntime": ort.__version__,
        "machine": platform.processor() or platform.machine(),
        "threads": given.threads,
        "repeats": given.repeats,
        "exact_has_the_bits_of_the_folded_qdq_graph": exact,
    }
    if given.json:
        print(json.dumps({"context": context, "rows": rows}, indent=1))
        return
    print(f"| side | median ms | IQR | min | x FP32 | dB to QDQ |\n|{'---|' * 6}")
    for name, row in rows.items():
        db = "same bits" if row["sqnr_db_to_qdq"] is None else f"{row['sqnr_db_to_qdq']:.1f}"
        numbers = " | ".join(f"{row[k]:.1f}" for k in ("median_ms", "iqr_ms", "min_ms"))
        print(f"| {name} | {numbers} | {row['ratio_to_fp32']:.2f} | {db} |")
    print(context, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
