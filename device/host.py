"""The machine that quad-studio runs on, as a target."""

import importlib.util
import json
import os
import platform
import time
from dataclasses import replace
from pathlib import Path

from device.callbacks import CheckFn, ProgressFn
from device.errors import RunnerBundleError, RunnerGraphError, RunnerStartError
from device.runner_client import RunnerConnection, SocketSession
from device.runner_process import RunnerProcess, find_runner
from device.targets import DeployReport, SessionRequest, TargetDescription, TargetKind, Telemetry

PROC = Path("/proc")
SYS = Path("/sys")
CLIENT_NAME = "quad-studio"


class HostTarget:
    """Runs bundles where they lie, on this machine's CPU or on the HTP emulator."""

    name = "host"
    kind: TargetKind = "host"

    def __init__(self) -> None:
        """Take a first sample of the CPU's counters."""
        self._cpu_times = _read_cpu_times()

    def describe(self) -> TargetDescription:
        """Say what this machine is."""
        providers = ("cpu", "qnn") if _qnn_folder() is not None else ("cpu",)
        return TargetDescription(
            name=self.name,
            kind=self.kind,
            label=f"host ({platform.node()})",
            soc=_cpu_model(),
            model=platform.node(),
            os_build=f"{platform.system()} {platform.release()}",
            abi=platform.machine(),
            cpu_count=os.cpu_count() or 0,
            memory_mb=_memory_total_mb(),
            providers=providers,
            emulated=False,
            note="",
        )

    def deploy(self, bundle: Path, *, progress: ProgressFn, check: CheckFn) -> DeployReport:
        """Check that the bundle's files are there; nothing is copied.

        Raises:
            RunnerBundleError: A file that bundle.json lists is missing or has another size.
        """
        started = time.monotonic()
        files = _listed_files(bundle)
        total = 0
        for done, (name, size) in enumerate(files.items(), start=1):
            check()
            path = bundle / name
            if not path.is_file() or path.stat().st_size != size:
                raise RunnerBundleError(f"{path}: missing, or not {size} bytes; build it again")
            total += size
            progress("check", done, len(files))
        seconds = time.monotonic() - started
        return DeployReport(total, 0, 0, len(files), seconds, str(bundle.resolve()))

    def open_session(self, request: SessionRequest) -> SocketSession:
        """Start a runner as a child process and connect to it.

        Raises:
            RunnerError: It did not come up, or the bundle is not for it.
        """
        if request.provider == "qnn":
            request = _with_emulator(request)
        try:
            process = RunnerProcess.start(find_runner(), request)
        except RunnerGraphError as exc:
            raise _explained(exc, request) from exc
        try:
            connection = RunnerConnection.connect(process.address)
            connection.explain = process.explain
            return SocketSession(
                connection, token=process.token, client=CLIENT_NAME, on_close=process.close
            )
        except BaseException:
            process.close()
            raise

    def telemetry(self) -> Telemetry:
        """Sample what Linux tells; None elsewhere."""
        before, self._cpu_times = self._cpu_times, _read_cpu_times()
        return Telemetry(
            temperature_celsius=_temperature_celsius(),
            battery_percent=_battery_percent(),
            memory_available_mb=_memory_available_mb(),
            cpu_percent=_busy_percent(before, self._cpu_times),
        )

    def close(self) -> None:
        """Nothing is held."""


def _listed_files(bundle: Path) -> dict[str, int]:
    path = bundle / "bundle.json"
    try:
        files = json.loads(path.read_text("utf-8"))["files"]
        return {str(name): int(entry["bytes"]) for name, entry in files.items()}
    except OSError as exc:
        raise RunnerBundleError(f"{path}: {exc.strerror or exc}") from exc
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise RunnerBundleError(f"{path}: not a bundle's manifest ({exc})") from exc


def _qnn_folder() -> Path | None:
    """Return the folder of the onnxruntime-qnn package, without importing it."""
    found = importlib.util.find_spec("onnxruntime_qnn")
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent
    return folder if (folder / "libonnxruntime_providers_qnn.so").is_file() else None


def _with_emulator(request: SessionRequest) -> SessionRequest:
    folder = _qnn_folder()
    if folder is None and "qnn_library" not in request.provider_options:
        raise RunnerStartError(
            "provider qnn needs the onnxruntime-qnn package: pip install 'quad-studio[qnn]'"
        )
    defaults: dict[str, str] = {}
    if folder is not None:
        defaults["qnn_library"] = str(folder / "libonnxruntime_providers_qnn.so")
        defaults["qnn_backend"] = str(folder / "libQnnHtp.so")
    compiled = _compiled_for(request.bundle)
    if compiled and request.context is None:
        defaults["soc"] = compiled[0]
    return replace(request, provider_options={**defaults, **request.provider_options})


def _compiled_for(bundle: Path) -> list[str]:
    """Return the SoCs that the bundle holds a compiled U-Net for."""
    return sorted(file.parent.name for file in bundle.glob("contexts/*/unet_ctx.onnx"))


def _explained(problem: RunnerGraphError, request: SessionRequest) -> RunnerGraphError:
    """Return the error with what to do, where the provider had to compile a graph itself."""
    if request.provider != "qnn" or request.context is not None or _compiled_for(request.bundle):
        return problem
    return RunnerGraphError(
        f"{problem.message}; the bundle has no compiled context, so the provider qnn had to "
        "compile the graph while loading it: make one with `quad-studio build PROJECT.toml "
        "--compile qualcomm:SM8750`, or use the provider cpu"
    )


def _read_lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []


def _cpu_model() -> str:
    for line in _read_lines(PROC / "cpuinfo"):
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def _meminfo_mb(key: str) -> float | None:
    for line in _read_lines(PROC / "meminfo"):
        if line.startswith(f"{key}:"):
            return int(line.split()[1]) / 1024
    return None


def _memory_total_mb() -> int | None:
    total = _meminfo_mb("MemTotal")
    return None if total is None else int(total)


def _memory_available_mb() -> float | None:
    return _meminfo_mb("MemAvailable")


def _temperature_celsius() -> float | None:
    """Return the hottest thermal zone."""
    zones = sorted((SYS / "class/thermal").glob("thermal_zone*/temp"))
    readings = [int(lines[0]) / 1000 for z in zones if (lines := _read_lines(z))]
    return max(readings, default=None)


def _battery_percent() -> float | None:
    for path in sorted((SYS / "class/power_supply").glob("BAT*/capacity")):
        lines = _read_lines(path)
        if lines:
            return float(lines[0])
    return None


def _read_cpu_times() -> tuple[int, int] | None:
    """Return (busy, total) in clock ticks."""
    lines = _read_lines(PROC / "stat")
    if not lines or not lines[0].startswith("cpu "):
        return None
    ticks = [int(value) for value in lines[0].split()[1:9]]
    idle = ticks[3] + ticks[4]
    return sum(ticks) - idle, sum(ticks)


def _busy_percent(before: tuple[int, int] | None, after: tuple[int, int] | None) -> float | None:
    if before is None or after is None or after[1] <= before[1]:
        return None
    return 100.0 * (after[0] - before[0]) / (after[1] - before[1])
