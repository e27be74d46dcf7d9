"""Run a bundle's U-Net with every adapter and hold backends against each other."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from device.scratch import ScratchFolder
from device.toolchains.qualcomm import HtpJob, HtpReport, find_soc, run_job
from quad_studio.adapters.pack import slots_of
from quad_studio.bundle import Bundle
from quad_studio.cancel import CancelToken
from quad_studio.errors import UsageProblem
from quad_studio.events import Emit, StageFinished, StageProgress, StageStarted, ignore
from quad_studio.quad.verify_inputs import BASE, Call, base_tensors, cpu_session, make_calls
from quad_studio.quad.verify_layers import LayerAgreement, first_departure, sqnr_db

NAME = "verify"
BACKENDS = ("cpu", "htp-emulator")
EMULATOR_LABEL = "HTP emulator: never a phone's time"
MAX_EMULATED_CALLS = 24
Array = NDArray[Any]


@dataclass(frozen=True)
class VerifyInput:
    """What to verify.

    Attributes:
        bundle: Its unet, and the float unet in `reference/` where it has one.
        backend: One of BACKENDS.
        adapters: Names; empty: all of them and the base model.
        calls: U-Net calls an adapter.
        soc: Which Qualcomm SoC the emulator imitates.
        layers: Also look for the first layer that departs (two more emulator sessions).
        seed: Of the inputs.
        min_sqnr_db: Emulator against CPU below this is a finding, where there is no FP32 graph.
        max_loss_db: With an FP32 graph: the most PSNR that the emulator may lose to the CPU.
        min_fp32_sqnr_db: The quantized graph against FP32 below this is a finding.
        layer_bound_db: A layer below this departs.
    """

    bundle: Bundle
    backend: str = "cpu"
    adapters: Sequence[str] = ()
    calls: int = 1
    soc: str = "SM8750"
    layers: bool = False
    seed: int = 0
    min_sqnr_db: float = 25.0
    max_loss_db: float = 1.0
    min_fp32_sqnr_db: float = 15.0
    layer_bound_db: float = 25.0


@dataclass(frozen=True)
class VerifyRow:
    """One U-Net call; levels in dB, None where a side is missing.

    Attributes:
        cpu_fp32_sqnr_db, cpu_fp32_psnr_db: Quantized graph on the CPU against FP32.
        npu_cpu_sqnr_db: Emulator against the CPU, the same quantized graph.
        npu_fp32_sqnr_db, npu_fp32_psnr_db: Emulator against FP32.
        effect_db: Signal of the adapter's effect against the base model; -inf: none at all.
    """

    adapter: str
    timestep: float
    cpu_fp32_sqnr_db: float | None = None
    cpu_fp32_psnr_db: float | None = None
    npu_cpu_sqnr_db: float | None = None
    npu_fp32_sqnr_db: float | None = None
    npu_fp32_psnr_db: float | None = None
    effect_db: float | None = None


@dataclass(frozen=True)
class VerifyReport:
    """What was seen.

    Attributes:
        rows: One a call.
        findings: One line each; empty: verified.
        npu: Report of the emulator's session.
        departure: First layer that departs; None: none was found, or not looked for.
        layers: Every layer that was measured.
        compiled: Whether a context binary of the bundle was used, without compiling again.
    """

    backend: str
    rows: tuple[VerifyRow, ...]
    findings: tuple[str, ...]
    npu: HtpReport | None = None
    departure: LayerAgreement | None = None
    layers: tuple[LayerAgreement, ...] = field(default=())
    compiled: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form; infinite levels become null."""
        table = asdict(self)
        table["schema"] = "quad-studio/verify/1"
        table["label"] = EMULATOR_LABEL if self.npu else "host CPU"
        cleaned = _finite(table)
        assert isinstance(cleaned, dict)  # noqa: S101 -- narrows the type for mypy
        return cleaned


def verify(
    given: VerifyInput, *, emit: Emit = ignore, cancel: CancelToken | None = None
) -> VerifyReport:
    """Run every adapter and compare.

    Raises:
        InputFileProblem: An adapter does not belong to the bundle, or a graph cannot be loaded.
        ToolchainError: The emulator is missing, refuses the graph or dies.
    """
    cancel = cancel or CancelToken()
    start = time.perf_counter()
    adapters = list(given.adapters) or [BASE, *(a["name"] for a in given.bundle.adapters)]
    calls = _calls_that_fit(given, adapters)
    if given.backend == "htp-emulator":
        find_soc(given.soc)  # an unknown one is said before anything runs
    emit(StageStarted(stage=NAME, title=f"{len(adapters)} adapters on {given.backend}"))
    planned = make_calls(given.bundle, adapters, calls, given.seed)
    cpu = _run_graph(given.bundle.path / _unet(given.bundle), planned, emit, cancel)
    fp32 = _run_fp32(given.bundle, planned, emit, cancel)
    base = _run_base(given.bundle, planned)
    npu: list[Array] | None = None
    report: HtpReport | None = None
    compiled = False
    departure: LayerAgreement | None = None
    layers: list[LayerAgreement] = []
    with ScratchFolder("verify") as folder:
        if given.backend == "htp-emulator":
            model, compiled = _model_for(given)
            report, npu = _emulate(model, given.soc, planned, folder, emit, cancel)
            if given.layers:
                departure, layers = _layers(given, planned[0], folder, cancel)
    rows = [
        _row(call, cpu[i], fp32[i] if fp32 else None, npu[i] if npu else None, base[i])
        for i, call in enumerate(planned)
    ]
    findings = _findings(given, rows, cpu, npu, report)
    emit(StageFinished(stage=NAME, seconds=time.perf_counter() - start, note=f"{len(rows)} calls"))
    return VerifyReport(
        given.backend, tuple(rows), tuple(findings), report, departure, tuple(layers), compiled
    )


def _calls_that_fit(given: VerifyInput, adapters: Sequence[str]) -> int:
    if given.backend not in BACKENDS:
        raise UsageProblem(f"no backend {given.backend!r}; there are: {', '.join(BACKENDS)}")
    if given.calls < 1:
        raise UsageProblem(f"--calls is {given.calls}; ask for at least one")
    if given.backend == "cpu":
        return given.calls
    return max(1, min(given.calls, MAX_EMULATED_CALLS // max(len(adapters), 1)))


def _unet(bundle: Bundle) -> str:
    return str(bundle.manifest["components"]["unet"]["graph"])


def float_unet(bundle: Bundle) -> Path | None:
    """Return the float twin of the bundle's U-Net, or None where it was built without one.

    It is listed under "reference"; hand-made bundles may have it among the components.
    """
    for table in ("reference", "components"):
        entry = bundle.manifest.get(table, {}).get("unet_fp32")
        if entry:
            return bundle.path / str(entry["graph"])
    return None


def _run_graph(graph: Path, calls: Sequence[Call], emit: Emit, cancel: CancelToken) -> list[Array]:
    session = cpu_session(graph)
    results = []
    for done, call in enumerate(calls, start=1):
        cancel.check()
        results.append(session.run(None, dict(call.feeds))[0])
        note = f"{graph.stem} on the CPU, {call.adapter}"
        emit(StageProgress(stage=NAME, done=done, total=len(calls), note=note))
    return results


def _run_fp32(
    bundle: Bundle, calls: Sequence[Call], emit: Emit, cancel: CancelToken
) -> list[Array] | None:
    """Run the float graph with the codes' own values; None where the bundle has none."""
    graph = float_unet(bundle)
    if graph is None:
        return None
    scales = {slot.name: np.float32(slot.scale) for slot in slots_of(bundle.manifest["slots"])}
    floats = [
        Call(
            call.adapter,
            call.timestep,
            {
                name: value.astype(np.float32) * scales[name] if name in scales else value
                for name, value in call.feeds.items()
            },
        )
        for call in calls
    ]
    return _run_graph(graph, floats, emit, cancel)


def _run_base(bundle: Bundle, calls: Sequence[Call]) -> list[Array]:
    """Run the same inputs without an adapter, to see that the adapter does something."""
    session = cpu_session(bundle.path / _unet(bundle))
    zeros = base_tensors(slots_of(bundle.manifest["slots"]))
    return [session.run(None, {**call.feeds, **zeros})[0] for call in calls]


def _model_for(given: VerifyInput) -> tuple[Path, bool]:
    """Return the compiled context of this very graph, else the graph itself."""
    graph = given.bundle.path / _unet(given.bundle)
    soc = find_soc(given.soc).name
    record = given.bundle.manifest.get("contexts", {}).get(soc, {}).get("unet")
    if record and record["graph_sha256"] == given.bundle.file_sha256(_unet(given.bundle)):
        return given.bundle.path / "contexts" / soc / record["wrapper"], True
    return graph, False


def _emulate(
    model: Path,
    soc: str,
    calls: Sequence[Call],
    folder: Path,
    emit: Emit,
    cancel: CancelToken,
) -> tuple[HtpReport, list[Array]]:
    feeds = [folder / f"feeds_{index}.npz" for index in range(len(calls))]
    outputs = [folder / f"outputs_{index}.npz" for index in range(len(calls))]
    for path, call in zip(feeds, calls, strict=True):
        _save(path, call.feeds)

    def progress(what: str, done: int, total: int) -> None:
        emit(StageProgress(stage=NAME, done=done, total=total, note=what))

    report = run_job(
        HtpJob(model, find_soc(soc), feeds=tuple(feeds), outputs=tuple(outputs)),
        progress=progress,
        check=cancel.check,
    )
    return report, [_first(path) for path in outputs]


def _save(path: Path, arrays: Mapping[str, Any]) -> None:
    np.savez(path, **dict(arrays))


def _first(path: Path) -> Array:
    with np.load(path) as stored:
        value: Array = stored[stored.files[0]]
    return value


def _layers(
    given: VerifyInput, call: Call, folder: Path, cancel: CancelToken
) -> tuple[LayerAgreement | None, list[LayerAgreement]]:
    graph = given.bundle.path / _unet(given.bundle)
    feeds, outputs = folder / "layer_feeds.npz", folder / "layer_outputs.npz"
    _save(feeds, call.feeds)

    def on_cpu(model: Path) -> Mapping[str, Array]:
        session = cpu_session(model)
        names = [output.name for output in session.get_outputs()]
        return dict(zip(names, session.run(None, dict(call.feeds)), strict=True))

    def on_npu(model: Path) -> Mapping[str, Array]:
        job = HtpJob(model, find_soc(given.soc), feeds=(feeds,), outputs=(outputs,), fallback=True)
        run_job(job, check=cancel.check)
        with np.load(outputs) as stored:
            return {name: stored[name] for name in stored.files}

    return first_departure(graph, folder, on_cpu, on_npu, bound_db=given.layer_bound_db)


def _row(call: Call, cpu: Array, fp32: Array | None, npu: Array | None, base: Array) -> VerifyRow:
    def level(measure: Callable[[Array, Array], float], a: Any, b: Any) -> float | None:
        return None if a is None or b is None else measure(a, b)

    return VerifyRow(
        adapter=call.adapter,
        timestep=call.timestep,
        cpu_fp32_sqnr_db=level(sqnr_db, fp32, cpu),
        cpu_fp32_psnr_db=level(_psnr_db, fp32, cpu),
        npu_cpu_sqnr_db=level(sqnr_db, cpu, npu),
        npu_fp32_sqnr_db=level(sqnr_db, fp32, npu),
        npu_fp32_psnr_db=level(_psnr_db, fp32, npu),
        effect_db=None if call.adapter == BASE else -sqnr_db(base, cpu),
    )


def _psnr_db(reference: Array, candidate: Array) -> float:
    """Return PSNR with the reference's own span as peak: latents have no fixed range."""
    span = float(reference.max()) - float(reference.min())
    noise = float(np.square(reference.astype(np.float64) - candidate).mean())
    if noise == 0:
        return float("inf")
    return 10 * float(np.log10(span**2 / noise)) if span else float("-inf")


def _findings(
    given: VerifyInput,
    rows: Sequence[VerifyRow],
    cpu: Sequence[Array],
    npu: Sequence[Array] | None,
    report: HtpReport | None,
) -> list[str]:
    found = []
    for index, row in enumerate(rows):
        where = f"{row.adapter}, timestep {row.timestep:g}"
        for side, values in (("CPU", cpu), ("emulator", npu)):
            if values is not None and not np.isfinite(values[index]).all():
                found.append(f"{where}: the {side}'s output has NaN or infinity")
        if row.effect_db == float("-inf"):
            found.append(f"{where}: the adapter changes nothing, its codes act as zeros")
        low = row.cpu_fp32_sqnr_db
        if low is not None and low < given.min_fp32_sqnr_db:
            found.append(
                f"{where}: the quantized graph is at {low:.1f} dB SQNR against FP32, "
                f"the bound is {given.min_fp32_sqnr_db:g}"
            )
        found += _npu_findings(given, row, where)
    if report is not None and report.nodes_off_npu:
        found.append(f"{len(report.nodes_off_npu)} nodes off the NPU: {report.nodes_off_npu[0]}")
    return found


def _npu_findings(given: VerifyInput, row: VerifyRow, where: str) -> list[str]:
    if row.npu_cpu_sqnr_db is None:
        return []
    if row.npu_fp32_psnr_db is not None and row.cpu_fp32_psnr_db is not None:
        loss = row.cpu_fp32_psnr_db - row.npu_fp32_psnr_db
        if loss > given.max_loss_db:
            return [
                f"{where}: the emulator is {loss:.1f} dB PSNR below the CPU, "
                f"the bound is {given.max_loss_db:g}"
            ]
        return []
    if row.npu_cpu_sqnr_db < given.min_sqnr_db:
        return [
            f"{where}: the emulator is at {row.npu_cpu_sqnr_db:.1f} dB SQNR against the CPU, "
            f"the bound is {given.min_sqnr_db:g}"
        ]
    return []


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
