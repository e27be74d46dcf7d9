"""Compile a bundle's graph to a context binary for a Qualcomm SoC, on this host."""

import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from device.errors import ToolchainError
from device.toolchains.qualcomm import HtpJob, HtpReport, context_files, find_soc, run_job
from quad_studio.bundle import Bundle, write_manifest
from quad_studio.cancel import CancelToken
from quad_studio.errors import StageError
from quad_studio.events import Emit, StageFinished, StageProgress, StageStarted, ignore
from quad_studio.quad.lint import lint_graph, load_graph, npu_target
from quad_studio.quad.lint_rules.graph_view import GraphView
from quad_studio.storage import sha256_of_file, write_json

NAME = "compile"
RECORD = "context.json"
SCHEMA = "quad-studio/context/1"
_SHOWN = 5


@dataclass(frozen=True)
class CompileInput:
    """What to compile.

    Attributes:
        bundle: Its graph must be in it already.
        soc: A Qualcomm SoC, e.g. "SM8750".
        component: Which graph, normally "unet".
        optimization: 0 compiles fast, 3 gives the fastest code.
    """

    bundle: Bundle
    soc: str
    component: str = "unet"
    optimization: int = 3


@dataclass(frozen=True)
class CompileOutput:
    """A compiled graph in `contexts/<soc>/`.

    Attributes:
        wrapper: `<component>_ctx.onnx`, every LoRA input required: for IOBinding and the runner.
        lora_wrapper: `<component>_lora_ctx.onnx`: the same binary, LoRA inputs optional with
            zero codes, so that ONNX Runtime's own LoraAdapter works; None without LoRA inputs.
        binary: The compiled code and weights, shared by both.
        record: What context.json says.
        bundle: The bundle with its manifest brought up to date.
    """

    wrapper: Path
    lora_wrapper: Path | None
    binary: Path
    record: Mapping[str, Any]
    bundle: Bundle


def compile_for_qualcomm(
    given: CompileInput, *, emit: Emit = ignore, cancel: CancelToken | None = None
) -> CompileOutput:
    """Compile, check that nothing stays off the NPU, and list the files in the bundle.

    Raises:
        StageError: The graph is not there, or nodes would stay off the NPU (they are named).
        ToolchainError: The compiler refused the graph or is not installed.
    """
    cancel = cancel or CancelToken()
    start = time.perf_counter()
    soc = find_soc(given.soc)
    entry = given.bundle.manifest["components"].get(given.component)
    if entry is None:
        raise StageError(NAME, f"the bundle has no {given.component}")
    emit(StageStarted(stage=NAME, title=f"{given.component} for {soc.name} ({soc.label})"))
    graph = given.bundle.path / entry["graph"]
    folder = given.bundle.path / "contexts" / soc.name
    part = folder / ".part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    wrapper = part / f"{given.component}_ctx.onnx"
    job = HtpJob(graph, soc, context=wrapper, optimization=given.optimization)
    try:
        report = run_job(job, check=cancel.check)
        emit(StageProgress(stage=NAME, done=1, total=3, note="compiled"))
        loras = check_wrapper(wrapper, graph)
        made = [*context_files(wrapper)]
        if loras:
            made.append(write_lora_wrapper(wrapper, part / f"{given.component}_lora_ctx.onnx"))
        run_job(HtpJob(made[-1], soc), check=cancel.check)
        emit(StageProgress(stage=NAME, done=2, total=3, note="loaded again"))
        placed = [Path(shutil.move(path, folder / path.name)) for path in made]
    except ToolchainError as exc:
        raise _explained(exc, job, given, cancel) from exc
    finally:
        shutil.rmtree(part, ignore_errors=True)
    record = _record(given, report, placed, loras)
    bundle = _list_in_bundle(given, folder, record)
    emit(StageFinished(stage=NAME, seconds=time.perf_counter() - start, note=soc.name))
    return CompileOutput(placed[0], placed[2] if loras else None, placed[1], record, bundle)


def check_wrapper(wrapper: Path, graph: Path) -> list[str]:
    """Return the LoRA inputs of a context wrapper, after checking it against its graph.

    Raises:
        StageError: A node is not compiled, or inputs of the graph were lost on the way.
    """
    made, source = load_graph(wrapper), load_graph(graph)
    left = [node.name or node.op_type for node in made.graph.node if node.op_type != "EPContext"]
    if left:
        raise StageError(NAME, f"{len(left)} nodes are not compiled: {', '.join(left[:_SHOWN])}")
    kept = {value.name for value in made.graph.input}
    lost = [value.name for value in source.graph.input if value.name not in kept]
    if lost:
        raise StageError(
            NAME,
            f"the compiled graph lost {len(lost)} inputs: {', '.join(lost[:_SHOWN])}; "
            "export them as required inputs",
        )
    return [name for name in (v.name for v in made.graph.input) if _is_lora(name)]


def write_lora_wrapper(wrapper: Path, target: Path) -> Path:
    """Copy a wrapper with zero defaults for its LoRA inputs, and return the copy's path.

    The compiler drops inputs with defaults, so they are added afterwards: ONNX Runtime then takes
    the inputs as optional, which its LoraAdapter needs, and without an adapter the codes are
    zero: the exact base model.
    """
    import onnx
    from onnx import numpy_helper

    model = load_graph(wrapper)
    for value in model.graph.input:
        if _is_lora(value.name):
            kind = value.type.tensor_type
            shape = [dim.dim_value for dim in kind.shape.dim]
            dtype = onnx.helper.tensor_dtype_to_np_dtype(kind.elem_type)
            zeros = numpy_helper.from_array(_zeros(shape, dtype), value.name)
            model.graph.initializer.append(zeros)
    onnx.save(model, str(target))
    return target


def _zeros(shape: Sequence[int], dtype: Any) -> Any:
    import numpy as np

    return np.zeros(shape, dtype)


def _is_lora(name: str) -> bool:
    return ".lora_" in name or name == "lora_alpha"


def _record(
    given: CompileInput, report: HtpReport, placed: Sequence[Path], loras: Sequence[str]
) -> dict[str, Any]:
    soc = find_soc(given.soc)
    names = ("wrapper", "binary", "lora_wrapper")
    return {
        "schema": SCHEMA,
        "soc": soc.name,
        "htp_arch": soc.htp_arch,
        "soc_model": soc.soc_model,
        "component": given.component,
        "graph_sha256": sha256_of_file(
            given.bundle.path / given.bundle.manifest["components"][given.component]["graph"]
        ),
        "fingerprint": given.bundle.manifest.get("fingerprint", ""),
        **{name: path.name for name, path in zip(names, placed, strict=False)},
        "binary_bytes": placed[1].stat().st_size,
        "lora_inputs": len(loras),
        "nodes_on_npu": report.nodes_on_npu,
        "nodes_off_npu": list(report.nodes_off_npu),
        "optimization": given.optimization,
        "compile_s": round(report.session_s, 3),
        "compile_peak_memory_mb": round(report.peak_memory_mb, 1),
        "versions": dict(report.versions),
    }


def _list_in_bundle(given: CompileInput, folder: Path, record: Mapping[str, Any]) -> Bundle:
    """Write context.json, one entry a component, and bring bundle.json up to date."""
    known = given.bundle.manifest.get("contexts", {})
    of_soc = {**known.get(record["soc"], {}), given.component: record}
    write_json(folder / RECORD, {"schema": SCHEMA, "components": of_soc})
    manifest = {key: value for key, value in given.bundle.manifest.items() if key != "schema"}
    manifest["contexts"] = {**known, record["soc"]: of_soc}
    return write_manifest(given.bundle.path, manifest)


def _explained(
    exc: ToolchainError, job: HtpJob, given: CompileInput, cancel: CancelToken
) -> Exception:
    """Return the error with what a person needs: the nodes off the NPU, the rules broken."""
    if "fallback" not in str(exc).lower():
        broken = _broken_rules(job.model, given)
        return ToolchainError(f"{exc}{broken}") if broken else exc
    try:
        report = run_job(HtpJob(job.model, job.soc, fallback=True), check=cancel.check)
    except ToolchainError:
        return exc
    off = report.nodes_off_npu
    return StageError(
        NAME,
        f"{job.model.name} for {job.soc.name}: {len(off)} nodes stay off the NPU: "
        f"{', '.join(off[:_SHOWN])}{_broken_rules(job.model, given)}",
    )


def _broken_rules(graph: Path, given: CompileInput) -> str:
    findings = lint_graph(GraphView(load_graph(graph), given.component), npu_target(given.soc))
    texts = [f"{f.node}: {f.message} ({f.remedy})" for f in findings if f.level == "error"]
    return f"; lint says: {'; '.join(texts[:_SHOWN])}" if texts else ""
