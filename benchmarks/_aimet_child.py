"""Calibrate a float ONNX graph with AIMET and run it; started in a virtual environment of its own.

    python benchmarks/_aimet_child.py REQUEST.json

Nothing of QUAD Studio is imported. The request names the graph, folders of calls (one .npz each),
the settings and where to write outputs and report.
"""

import importlib.metadata
import json
import sys
import time
from pathlib import Path
from typing import Any


def main(request: Path) -> int:
    """Do what the request says; the report is written last."""
    given = json.loads(request.read_text("utf-8"))
    import aimet_onnx
    import numpy as np
    import onnx

    started, before = time.perf_counter(), peak_mib()
    sim = aimet_onnx.QuantizationSimModel(
        onnx.load(given["graph"]),
        param_type="int8",
        activation_type="int16",
        quant_scheme=given["scheme"],
        config_file=given["config"],
        providers=["CPUExecutionProvider"],
        session_options_kwargs={"intra_op_num_threads": given["threads"]},
    )
    setup_s = time.perf_counter() - started
    calls = load_calls(given["calibration"], np)
    started = time.perf_counter()
    sim.compute_encodings(calls)
    calibrate_s, peak = time.perf_counter() - started, peak_mib()
    outputs = [sim.session.run(None, call)[0] for call in load_calls(given["heldout"], np)]
    np.savez(given["outputs"], *outputs)
    report = {
        "setup_s": setup_s,
        "calibrate_s": calibrate_s,
        "base_mib": before,
        "peak_mib": peak,
        "quantizers": sum(q.enabled for q in sim.qc_quantize_op_dict.values()),
        "versions": {n: importlib.metadata.version(n) for n in ("aimet-onnx", "onnxruntime")},
    }
    Path(given["report"]).write_text(json.dumps(report), "utf-8")
    return 0


def load_calls(folder: str, np: Any) -> list[dict[str, Any]]:
    """Return the calls in `folder`, in order of their names."""
    calls = []
    for file in sorted(Path(folder).glob("*.npz")):
        with np.load(file) as stored:
            calls.append({name: stored[name] for name in stored.files})
    return calls


def peak_mib() -> float:
    """Return the largest resident size of this program so far.

    Not getrusage's: that counts what the parent had resident when it started this process.
    """
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("/proc/self/status has no VmHWM: this benchmark needs Linux")


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
