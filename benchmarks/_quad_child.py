"""Calibrate the same network with QUAD Studio in a process of its own, and export it.

    python -m benchmarks._quad_child REQUEST.json

The counterpart of `_aimet_child`: the same calls, the same report.
"""

import importlib.metadata
import json
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks._aimet_child import load_calls, peak_mib

_SHARED = ("sample", "timestep", "encoder_hidden_states")


def main(request: Path) -> int:
    """Do what the request says; the report is written last."""
    given = json.loads(request.read_text("utf-8"))
    import numpy as np
    import torch

    from benchmarks._quantization import make_builder
    from quad_studio.events import ignore
    from quad_studio.quad.calibrate import CalibrateInput, Feed, calibrate
    from quad_studio.quad.export import ExportInput, export_network
    from quad_studio.quad.profile import ProfileInput, ProfileOptions, build_profile

    torch.set_num_threads(given["threads"])
    started, before = time.perf_counter(), peak_mib()
    builder = make_builder(_Namespace(given), ignore)
    adapter = next(a for a in builder.adapters if a.name == given["adapter"])
    program = builder.program
    setup_s = time.perf_counter() - started
    feeds = [
        Feed({name: torch.from_numpy(call[name]) for name in _SHARED}, float(call["timestep"][0]))
        for call in load_calls(given["calibration"], np)
    ]
    started = time.perf_counter()
    statistics = calibrate(
        CalibrateInput(program, [adapter], {adapter.name: feeds}, histograms=False)
    ).statistics
    profile = build_profile(
        ProfileInput(program, statistics, [adapter], adapter.name, ProfileOptions())
    ).profile
    calibrate_s, peak = time.perf_counter() - started, peak_mib()
    graph = Path(given["export"])
    export_network(ExportInput(program, profile.encodings, graph))
    outputs = run_graph(graph, adapter, profile, load_calls(given["heldout"], np), given["threads"])
    np.savez(given["outputs"], *outputs)
    report = {
        "setup_s": setup_s,
        "calibrate_s": calibrate_s,
        "base_mib": before,
        "peak_mib": peak,
        "quantizers": len(profile.encodings),
        "versions": {n: importlib.metadata.version(n) for n in ("torch", "onnxruntime")},
    }
    Path(given["report"]).write_text(json.dumps(report), "utf-8")
    return 0


def run_graph(
    graph: Path, adapter: Any, profile: Any, calls: list[dict[str, Any]], threads: int
) -> list[Any]:
    """Run the exported QDQ graph, the adapter as integer codes."""
    import onnxruntime

    from quad_studio.quad.slots import encode_adapter

    codes = encode_adapter(adapter, profile)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    return [
        session.run(None, {**{name: call[name] for name in _SHARED}, **codes})[0] for call in calls
    ]


class _Namespace:
    """The request as `make_builder` takes it."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.project, self.work = Path(given["project"]), Path(given["work"])


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
