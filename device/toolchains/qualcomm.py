"""Compile and run graphs with ONNX Runtime's QNN provider: Hexagon compiler and HTP emulator.

The pip package onnxruntime-qnn carries both; no SDK, no login. The emulator takes seconds a call
and may end its process, so the work is done in a child process: `python -m
device.toolchains.qualcomm JOB.json`, which answers with one JSON object a line on stdout.
"""

import json
import os
import queue
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from device.callbacks import CheckFn, ProgressFn
from device.errors import ToolchainError, ToolchainMissingError
from device.scratch import ScratchFolder

PROVIDER = "QNNExecutionProvider"
PACKAGE = "onnxruntime_qnn"
HOW_TO_GET_IT = (
    "the Qualcomm provider is not installed; on Linux x86_64: pip install 'quad-studio[qnn]'"
)
_POLL_S = 0.2
_EXIT_S = 30.0
_MARK = '{"event"'


@dataclass(frozen=True)
class Soc:
    """A Qualcomm SoC, as the provider's options name it."""

    name: str
    label: str
    htp_arch: int
    soc_model: int


@dataclass(frozen=True)
class HtpJob:
    """One session on the QNN provider.

    Attributes:
        model: An ONNX graph, or a context wrapper (`*_ctx.onnx`).
        soc: What to compile for, or what the context was compiled for.
        context: Write the context wrapper here (its binary lies beside it); None: do not.
        feeds: .npz files with the inputs of each call, in order; none: only compile.
        outputs: .npz files to write, one a call.
        fallback: Allow nodes on the CPU and report them, instead of failing.
        optimization: htp_graph_finalization_optimization_mode, 0 (fast) to 3 (best code).
    """

    model: Path
    soc: Soc
    context: Path | None = None
    feeds: tuple[Path, ...] = ()
    outputs: tuple[Path, ...] = ()
    fallback: bool = False
    optimization: int = 0


@dataclass(frozen=True)
class HtpReport:
    """What a session did.

    Attributes:
        session_s: Time to compile, or to load a context.
        call_s: Time of each emulated call: never a phone's time.
        nodes_on_npu: Nodes of the graph that the provider took; of a context, 1.
        nodes_off_npu: Name and operator of those it did not take.
        peak_memory_mb: Of the child process, MB of 2**20 bytes.
        versions: onnxruntime, onnxruntime-qnn, qairt.
    """

    session_s: float
    call_s: tuple[float, ...]
    nodes_on_npu: int
    nodes_off_npu: tuple[str, ...]
    peak_memory_mb: float
    versions: Mapping[str, str] = field(default_factory=dict)


@cache
def socs() -> Mapping[str, Soc]:
    """Return SoC name (upper case) -> SoC, in order of age."""
    text = (files("device.toolchains") / "qualcomm_socs.toml").read_text("utf-8")
    return {name: Soc(name=name, **row) for name, row in tomllib.loads(text)["socs"].items()}


def find_soc(name: str) -> Soc:
    """Return the SoC called `name`, e.g. "SM8750".

    Raises:
        ToolchainError: Unknown; the known ones are listed.
    """
    soc = socs().get(name.upper())
    if soc is None:
        raise ToolchainError(f"no Qualcomm SoC {name!r} is known here; known: {', '.join(socs())}")
    return soc


def is_installed() -> bool:
    """Return whether the compiler and the emulator are on this machine."""
    return find_spec(PACKAGE) is not None


def run_job(
    job: HtpJob,
    *,
    progress: ProgressFn = lambda what, done, total: None,
    check: CheckFn = lambda: None,
) -> HtpReport:
    """Do `job` in a child process and return its report.

    Args:
        job: What to compile and run.
        progress: Called after the session is there and after each call.
        check: Polled several times a second; when it raises, the child is stopped.

    Raises:
        ToolchainMissingError: The provider is not installed.
        ToolchainError: The compiler refused the graph, or the child died.
    """
    if not is_installed():
        raise ToolchainMissingError(HOW_TO_GET_IT)
    with ScratchFolder("htp") as folder:
        request = folder / "job.json"
        request.write_text(json.dumps(_to_json(job)), "utf-8")
        errors = folder / "stderr.txt"
        with errors.open("wb") as stderr:
            child = subprocess.Popen(
                [sys.executable, "-m", "device.toolchains.qualcomm", str(request)],
                stdout=subprocess.PIPE,
                stderr=stderr,
                stdin=subprocess.DEVNULL,
                text=True,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
            try:
                answer = _follow(child, job, progress, check)
                child.wait(_EXIT_S)
            finally:
                if child.poll() is None:
                    child.kill()
                child.wait()
        return _report(answer, child.returncode, errors, job)


def _follow(
    child: subprocess.Popen[str], job: HtpJob, progress: ProgressFn, check: CheckFn
) -> dict[str, Any] | None:
    """Read the child's lines until its last one; None if it ended without."""
    lines: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        assert child.stdout is not None  # noqa: S101 -- opened with PIPE above
        with child.stdout:
            for line in child.stdout:
                lines.put(line)
        lines.put(None)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    total = len(job.feeds) + 1
    done = 0
    while True:
        check()
        try:
            line = lines.get(timeout=_POLL_S)
        except queue.Empty:
            continue
        if line is None:
            return None
        if not line.startswith(_MARK):
            continue  # the provider's own chatter
        message: dict[str, Any] = json.loads(line)
        if message["event"] in ("done", "error"):
            return message
        done += 1
        progress("compile" if done == 1 else f"emulator call {done - 1}", done, total)


def _report(answer: dict[str, Any] | None, status: int, errors: Path, job: HtpJob) -> HtpReport:
    if answer is None:
        tail = errors.read_text("utf-8", "replace").strip().splitlines()[-3:]
        raise ToolchainError(
            f"{job.model.name}: the HTP compiler or emulator died (status {status}): "
            f"{' | '.join(tail) or 'no message; is there enough memory?'}"
        )
    if answer["event"] == "error":
        raise ToolchainError(f"{job.model.name} for {job.soc.name}: {answer['message']}")
    return HtpReport(
        session_s=answer["session_s"],
        call_s=tuple(answer["call_s"]),
        nodes_on_npu=answer["nodes_on_npu"],
        nodes_off_npu=tuple(answer["nodes_off_npu"]),
        peak_memory_mb=answer["peak_memory_mb"],
        versions=answer["versions"],
    )


def _to_json(job: HtpJob) -> dict[str, Any]:
    table = asdict(job)
    for key in ("model", "context"):
        table[key] = None if table[key] is None else str(Path(table[key]).resolve())
    for key in ("feeds", "outputs"):
        table[key] = [str(Path(path).resolve()) for path in table[key]]
    return table


# --- the child process -----------------------------------------------------------------------


def work(request: Path) -> int:
    """Do the job in `request` and print events; the child's whole life."""
    events = _take_stdout()
    job = json.loads(request.read_text("utf-8"))
    try:
        _say(events, event="done", **_work(job, events))
    except runtime_errors() as exc:
        _say(events, event="error", message=_one_line(exc))
        return 1
    return 0


def runtime_errors() -> tuple[type[Exception], ...]:
    """Return what a session may raise; ONNX Runtime's exceptions have no base class of theirs."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    found = [
        kind
        for kind in vars(state).values()
        if isinstance(kind, type) and issubclass(kind, Exception)
    ]
    return (RuntimeError, ValueError, OSError, KeyError, *found)


def _work(job: dict[str, Any], events: Any) -> dict[str, Any]:
    import numpy as np

    start = time.perf_counter()
    session = _session(job)
    session_s = time.perf_counter() - start
    on_npu, off_npu = _assignment(session)
    _say(events, event="session", seconds=session_s)
    names = [output.name for output in session.get_outputs()]
    wanted = {value.name for value in session.get_inputs()}
    call_s = []
    for feed_file, output_file in zip(job["feeds"], job["outputs"], strict=True):
        with np.load(feed_file) as stored:
            feeds = {name: stored[name] for name in stored.files if name in wanted}
        start = time.perf_counter()
        values = session.run(None, feeds)
        call_s.append(time.perf_counter() - start)
        np.savez(output_file, **dict(zip(names, values, strict=True)))
        _say(events, event="call", seconds=call_s[-1])
    return {
        "session_s": session_s,
        "call_s": call_s,
        "nodes_on_npu": on_npu,
        "nodes_off_npu": off_npu,
        "peak_memory_mb": _peak_memory_mb(),
        "versions": versions(),
    }


def _session(job: Mapping[str, Any]) -> Any:
    import onnxruntime
    import onnxruntime_qnn

    onnxruntime.register_execution_provider_library(PROVIDER, onnxruntime_qnn.get_library_path())
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    entries = {"session.record_ep_graph_assignment_info": "1"}
    if not job["fallback"]:
        entries["session.disable_cpu_ep_fallback"] = "1"
    if job["context"]:
        for stale in context_files(Path(job["context"])):
            stale.unlink(missing_ok=True)  # the provider refuses to overwrite
        entries |= {
            "ep.context_enable": "1",
            "ep.context_file_path": job["context"],
            "ep.context_embed_mode": "0",
        }
    for key, value in entries.items():
        options.add_session_config_entry(key, value)
    devices = [d for d in onnxruntime.get_ep_devices() if d.ep_name == PROVIDER]
    if not devices:
        raise RuntimeError("the QNN provider offers no device on this machine")
    options.add_provider_for_devices(
        devices,
        {
            "backend_path": onnxruntime_qnn.get_qnn_htp_path(),
            "htp_arch": str(job["soc"]["htp_arch"]),
            "soc_model": str(job["soc"]["soc_model"]),
            "htp_graph_finalization_optimization_mode": str(job["optimization"]),
            # the default leaves Quantize and Dequantize at the graph's edge to the CPU
            "offload_graph_io_quantization": "0",
        },
    )
    return onnxruntime.InferenceSession(job["model"], options)


def context_files(wrapper: Path) -> tuple[Path, Path]:
    """Return the two files of a context: the wrapper and the binary beside it."""
    return wrapper, wrapper.with_name(f"{wrapper.stem}_qnn.bin")


def _assignment(session: Any) -> tuple[int, list[str]]:
    """Return how many nodes the provider took and which it did not."""
    on_npu, off_npu = 0, []
    for part in session.get_provider_graph_assignment_info():
        for node in part.get_nodes():
            if part.ep_name == PROVIDER:
                on_npu += 1
            else:
                off_npu.append(f"{node.name} ({node.op_type})")
    return on_npu, off_npu


def versions() -> dict[str, str]:
    """Return the versions of the tools that made a context."""
    from importlib.metadata import PackageNotFoundError, version

    found = {}
    for name in ("onnxruntime", "onnxruntime-qnn"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    if is_installed():
        from onnxruntime_qnn import build_and_package_info

        found["qairt"] = str(build_and_package_info.qnn_version)
    return found


def _peak_memory_mb() -> float:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _take_stdout() -> Any:
    """Keep stdout for events and send what native code prints to stderr."""
    events = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    return events


def _say(events: Any, **message: Any) -> None:
    events.write(json.dumps(message) + "\n")
    events.flush()


def _one_line(exc: Exception) -> str:
    lines: Sequence[str] = [line.strip() for line in str(exc).splitlines() if line.strip()]
    return " ".join(lines)[:600] or type(exc).__name__


if __name__ == "__main__":
    sys.exit(work(Path(sys.argv[1])))
