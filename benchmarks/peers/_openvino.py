"""OpenVINO: the plain FP32 graph, its LoRA slots fed with zeros."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import numpy as np  # noqa: E402
import openvino as ov  # noqa: E402
from _serve import memory_kb, serve, timed, versions  # noqa: E402

STATE = {}


def start(request):
    """Compile the graph for the CPU in FP32 and draw inputs."""
    core = ov.Core()
    model = core.read_model(request["graph"])
    settings = {
        "INFERENCE_NUM_THREADS": request["threads"],
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": "f32",
    }
    compiled, ms = timed(lambda: core.compile_model(model, "CPU", settings))
    rng = np.random.default_rng(0)
    feeds = {}
    for port in compiled.inputs:
        name, shape = port.get_any_name(), tuple(port.shape)
        slot = name.endswith(".weight") or name == "lora_alpha"
        value = np.zeros(shape) if slot else rng.standard_normal(shape)
        feeds[name] = value.astype(port.get_element_type().to_dtype())
    feeds["timestep"][:] = 500
    STATE["feeds"] = feeds
    STATE["request"] = compiled.create_infer_request()
    return {"versions": versions("openvino", "numpy"), "compile_ms": ms}


def step(request):
    """Run the graph once."""
    found, ms = timed(lambda: STATE["request"].infer(STATE["feeds"]))
    output = next(iter(found.values()))
    return {"ms": ms, "checksum": float(np.abs(output.astype(np.float64)).sum())}


def memory(request):
    """Return this process's memory."""
    return memory_kb()


if __name__ == "__main__":
    serve({"start": start, "step": step, "memory": memory})
