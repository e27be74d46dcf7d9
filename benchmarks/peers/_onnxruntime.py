"""ONNX Runtime from Python: its LoraAdapter, sessions made anew, one graph for each task."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import numpy as np  # noqa: E402
import onnxruntime as ort  # noqa: E402
from _serve import memory_kb, serve, timed, versions  # noqa: E402

STATE = {"sessions": [], "adapters": {}, "options": {}}
DTYPES = {"tensor(int16)": np.int16, "tensor(int8)": np.int8, "tensor(float)": np.float32}


def session_of(request):
    """Return a session; `fold` turns INT8 weights into constants."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = request["threads"]
    options.log_severity_level = 3
    if request.get("fold"):
        options.add_session_config_entry("session.disable_quant_qdq", "1")
    return ort.InferenceSession(request["graph"], options, providers=["CPUExecutionProvider"])


def run_once(graph, request):
    """Load another graph of the pipeline, run it on zeros, and return its session."""
    session = session_of({**request, "graph": graph})
    kinds = {**DTYPES, "tensor(int64)": np.int64}
    session.run(None, {p.name: np.zeros(p.shape, kinds[p.type]) for p in session.get_inputs()})
    return session


def start(request):
    """Load the graph `copies` times, as one graph for each task does, and draw inputs.

    `others` are the pipeline's other graphs, loaded once each.
    """
    empty_kb = memory_kb()["Pss"]
    STATE["request"] = request
    STATE["others"] = [run_once(graph, request) for graph in request.get("others", [])]
    STATE["sessions"] = [session_of(request) for _ in range(request.get("copies", 1))]
    rng = np.random.default_rng(0)
    feeds = {}
    for port in STATE["sessions"][0].get_inputs():
        dtype = DTYPES[port.type]
        slot = port.name.endswith(".weight") or port.name == "lora_alpha"
        value = np.zeros(port.shape) if slot else rng.standard_normal(port.shape)
        feeds[port.name] = value.astype(dtype)
    feeds["timestep"][:] = 500
    STATE["feeds"] = feeds
    STATE["plain"] = {
        k: v for k, v in feeds.items() if not k.endswith(".weight") and k != "lora_alpha"
    }
    return {"versions": versions("onnxruntime", "numpy"), "empty_pss_kb": empty_kb}


def reload(request):
    """Make the session anew."""
    STATE["sessions"].clear()
    session, ms = timed(lambda: session_of(STATE["request"]))
    STATE["sessions"].append(session)
    return {"ms": ms}


def load(request):
    """Load an adapter file."""

    def make():
        adapter = ort.LoraAdapter()
        adapter.Load(request["path"])
        options = ort.RunOptions()
        options.add_active_adapter(adapter)
        STATE["adapters"][request["name"]] = adapter
        STATE["options"][request["name"]] = options

    return {"ms": timed(make)[1]}


def step(request):
    """Run every session once: with an adapter by name, or with plain zero slots."""
    name = request.get("adapter")
    total = 0.0
    for session in STATE["sessions"]:
        if name is None:
            output, ms = timed(lambda s=session: s.run(None, STATE["feeds"])[0])
        else:
            chosen = STATE["options"][name]
            # `InferenceSession.run` refuses required inputs that only the adapter brings; the
            # binding below it takes them, as ONNX Runtime's C++ interface does.
            inner, names = session._sess, [port.name for port in session.get_outputs()]
            output, ms = timed(lambda s=inner, o=chosen, n=names: s.run(n, STATE["plain"], o)[0])
        total += ms
    return {"ms": total, "checksum": float(np.abs(output.astype(np.float64)).sum())}


def memory(request):
    """Return this process's memory."""
    return memory_kb()


if __name__ == "__main__":
    serve({"start": start, "reload": reload, "load": load, "step": step, "memory": memory})
