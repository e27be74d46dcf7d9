"""Compile graphs for MediaTek NPUs with NeuroPilot: ONNX -> TFLite -> DLA.

Two parts of the SDK are used: the Python package `mtk_converter` (it needs a Python of its own
version, so it runs in a process of its own: `python -m device.toolchains.mediatek JOB.json`) and
the compiler `ncc-tflite`. The converter quantizes the float graph itself, to 8-bit weights and
16-bit activations, from calibration inputs that we give it.

Sources: NeuroPilot SDK 8 documentation (neuropilot.mediatek.com, converter and Neuron compiler);
the options per SoC as in MediaTek's compile scripts for ExecuTorch (backends/mediatek).
"""

import importlib
import json
import os
import shutil
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from device.callbacks import CheckFn, ProgressFn
from device.errors import ToolchainError, ToolchainMissingError
from device.scratch import ScratchFolder
from device.toolchains.vendor_process import Command, run_command

HOW_TO_GET_IT = (
    "MediaTek's NeuroPilot SDK is not installed. Get 'NeuroPilot SDK Basic' from "
    "https://neuropilot.mediatek.com (Resources, free account), unpack it, set NEUROPILOT_SDK to "
    "the folder that holds neuron_sdk/, and install its mtk_converter wheel"
)
# Graphs of 4,500 to 5,000 operations were refused as NEURON_UNMAPPABLE on a Dimensity 9300.
MAX_OPERATIONS = 4500


@dataclass(frozen=True)
class MdlaSoc:
    """What ncc-tflite has to know about a SoC."""

    arch: str
    l1_kb: int
    cores: int


@cache
def socs() -> Mapping[str, MdlaSoc]:
    """Return SoC name -> what the compiler has to know."""
    text = (files("device.toolchains") / "mediatek_socs.toml").read_text("utf-8")
    return {name: MdlaSoc(**row) for name, row in tomllib.loads(text)["socs"].items()}


@dataclass(frozen=True)
class NeuroPilot:
    """The parts of an installed SDK: the compiler, its libraries, a Python with the converter."""

    compiler: Path
    libraries: Path
    python: str


@dataclass(frozen=True)
class DlaJob:
    """One graph to compile.

    Attributes:
        model: The float32 ONNX graph; the converter does the quantization.
        soc: A key of `socs()`.
        output: The .dla file to write.
        calibration: .npz files, each with one array for every graph input.
        operations: How many operations the graph has, where known; checked before anything runs.
    """

    model: Path
    soc: str
    output: Path
    calibration: tuple[Path, ...]
    operations: int | None = None


def find_sdk(environment: Mapping[str, str] = os.environ) -> NeuroPilot:
    """Find the SDK: NEUROPILOT_SDK, else `ncc-tflite` in PATH; MTK_PYTHON has the converter.

    Raises:
        ToolchainMissingError: A part is missing; the message says which and where it was sought.
    """
    root = environment.get("NEUROPILOT_SDK")
    if root:
        places = [Path(root) / "neuron_sdk/host/bin/ncc-tflite", Path(root) / "host/bin/ncc-tflite"]
        compiler = next((place for place in places if place.is_file()), None)
        if compiler is None:
            sought = " and ".join(map(str, places))
            raise ToolchainMissingError(
                f"NEUROPILOT_SDK={root}: no compiler there, sought {sought}"
            )
    else:
        found = shutil.which("ncc-tflite", path=environment.get("PATH"))
        if found is None:
            raise ToolchainMissingError(HOW_TO_GET_IT)
        compiler = Path(found)
    python = environment.get("MTK_PYTHON") or sys.executable
    return NeuroPilot(compiler, compiler.parent.parent / "lib", python)


def commands(sdk: NeuroPilot, job: DlaJob, folder: Path) -> list[Command]:
    """Return the complete command lines; intermediate files go to `folder`.

    Raises:
        ToolchainError: The SoC is unknown, or the graph is larger than the compiler takes.
    """
    soc = socs().get(job.soc.upper())
    if soc is None:
        raise ToolchainError(
            f"no MediaTek SoC {job.soc!r} is known here; known: {', '.join(socs())}"
        )
    if job.operations is not None and job.operations > MAX_OPERATIONS:
        raise ToolchainError(
            f"{job.model.name}: {job.operations} operations, NeuroPilot maps at most about "
            f'{MAX_OPERATIONS}; build with [export] attention = "unsplit"'
        )
    if not job.calibration:
        raise ToolchainError(f"{job.model.name}: calibration inputs are needed to quantize it")
    request, tflite = folder / "job.json", folder / f"{job.model.stem}.tflite"
    source = Path(__file__).resolve().parents[2]
    return [
        Command(
            "convert to TFLite",
            (sdk.python, "-m", "device.toolchains.mediatek", str(request)),
            variables={"PYTHONPATH": str(source)},
        ),
        Command(
            "compile to DLA",
            (
                str(sdk.compiler), f"--arch={soc.arch}", f"--l1-size-kb={soc.l1_kb}",
                f"--num-mdla={soc.cores}", "-O3", "--relax-fp32", "--opt-accuracy",
                "--opt-footprint", "-d", str(job.output), str(tflite),
            ),
            variables={"LD_LIBRARY_PATH": str(sdk.libraries)},
        ),
    ]  # fmt: skip


def compile_graph(
    job: DlaJob,
    *,
    environment: Mapping[str, str] = os.environ,
    progress: ProgressFn = lambda what, done, total: None,
    check: CheckFn = lambda: None,
) -> Path:
    """Compile `job` and return the .dla file.

    Raises:
        ToolchainMissingError: A part of the SDK is not installed.
        ToolchainError: The converter or the compiler refused the graph.
    """
    sdk = find_sdk(environment)
    with ScratchFolder("mtk") as folder:
        steps = commands(sdk, job, folder)
        request = {
            "model": str(job.model.resolve()),
            "output": str(folder / f"{job.model.stem}.tflite"),
            "calibration": [str(path.resolve()) for path in job.calibration],
        }
        (folder / "job.json").write_text(json.dumps(request), "utf-8")
        job.output.parent.mkdir(parents=True, exist_ok=True)
        for done, step in enumerate(steps):
            progress(step.step, done, len(steps))
            try:
                run_command(step, environment, check)
            except ToolchainError as exc:
                raise _explained(exc, job) from exc
    if not job.output.is_file():
        raise ToolchainError(f"ncc-tflite ended well and wrote no {job.output}")
    progress("done", len(steps), len(steps))
    return job.output


def _explained(problem: ToolchainError, job: DlaJob) -> ToolchainError:
    """Add the remedy to what the tools say."""
    text = str(problem)
    if "mtk_converter" in text and "No module" in text:
        return ToolchainMissingError(
            f"no mtk_converter in this Python; {HOW_TO_GET_IT}, and set MTK_PYTHON to the Python "
            "that it is installed in"
        )
    if "UNMAPPABLE" in text:
        return ToolchainError(
            f"{job.model.name}: {text}; the graph is too large for one DLA: build with [export] "
            'attention = "unsplit"'
        )
    return type(problem)(f"{job.model.name} for {job.soc}: {text}")


def convert(request: Mapping[str, Any]) -> None:
    """Turn a float ONNX graph into a quantized TFLite file; runs where mtk_converter is."""
    import numpy as np

    mtk_converter = importlib.import_module("mtk_converter")
    converter = mtk_converter.OnnxConverter.from_model_proto_file(request["model"])
    names = list(converter.input_names) if hasattr(converter, "input_names") else None

    def samples() -> Any:
        for path in request["calibration"]:
            with np.load(path) as stored:
                yield [stored[name] for name in names or stored.files]

    converter.quantize = True
    converter.use_per_output_channel_quantization = True
    converter.allow_asym16_quantization = True
    converter.default_quantization_bitwidth = 16
    converter.default_weights_quantization_bitwidth = 8
    converter.input_quantization_bitwidths = 16
    converter.calibration_data_gen = samples
    converter.convert_to_tflite(output_file=request["output"])


if __name__ == "__main__":
    convert(json.loads(Path(sys.argv[1]).read_text("utf-8")))
