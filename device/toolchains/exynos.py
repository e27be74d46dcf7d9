"""Compile graphs for Exynos NPUs with Samsung's Exynos AI Studio (ENN): ONNX -> NNC.

`enntools` works in a folder that bears the model's name: `init` writes its YAML settings there,
`conversion` quantizes and optimizes, `compile` writes the .nnc. We edit the settings in place and
touch no key that `init` did not write.

Source: Exynos AI Studio documentation, "How to use" (enntools init / conversion / compile and the
elt and eht YAML files), soc-developer.semiconductor.samsung.com.
"""

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from device.callbacks import CheckFn, ProgressFn
from device.errors import ToolchainError, ToolchainMissingError
from device.scratch import ScratchFolder
from device.toolchains.vendor_process import Command, run_command

HOW_TO_GET_IT = (
    "Samsung's Exynos AI Studio is not installed. Get it from "
    "https://soc-developer.semiconductor.samsung.com (AI, Exynos AI Studio, free account); it is a "
    "container image: start it, install QUAD Studio in it or set ENNTOOLS to its enntools program"
)
GENERATIONS = ("Gen-3", "Gen-4", "Gen-5", "Gen-5a", "Gen-5b", "Gen-6", "Gen-7")


@dataclass(frozen=True)
class NncJob:
    """One graph to compile.

    Attributes:
        model: The ONNX graph with its Q/DQ pairs, or a float one with `calibration`.
        generation: The NPU's name in the SDK, one of `GENERATIONS`; the SDK's release notes say
            which SoC has which.
        output: The .nnc file to write.
        calibration: A folder of samples for a float graph; None for a graph with Q/DQ pairs.
        settings: More keys to set, "section.key" -> value.
    """

    model: Path
    generation: str
    output: Path
    calibration: Path | None = None
    settings: Mapping[str, str] = field(default_factory=dict)


def find_sdk(environment: Mapping[str, str] = os.environ) -> str:
    """Return the enntools program: ENNTOOLS, else PATH's.

    Raises:
        ToolchainMissingError: There is none; the message says how to get it.
    """
    chosen = environment.get("ENNTOOLS")
    if chosen:
        if not Path(chosen).is_file():
            raise ToolchainMissingError(f"ENNTOOLS={chosen}: no such file")
        return chosen
    found = shutil.which("enntools", path=environment.get("PATH"))
    if found is None:
        raise ToolchainMissingError(HOW_TO_GET_IT)
    return found


def commands(program: str, workspace: Path) -> list[Command]:
    """Return the complete command lines, in order."""
    return [
        Command("initialize", (program, "init"), workspace),
        Command("convert", (program, "conversion"), workspace),
        Command("compile", (program, "compile"), workspace),
    ]


def settings_for(job: NncJob) -> dict[str, str]:
    """Return what is set in the YAML files, "section.key" -> value.

    Raises:
        ToolchainError: The generation is not one of the SDK's.
    """
    if job.generation not in GENERATIONS:
        known = ", ".join(GENERATIONS)
        raise ToolchainError(f"no Exynos NPU generation {job.generation!r}; the SDK has: {known}")
    quantized = job.calibration is None
    found = {
        "converter.device": job.generation,
        "converter.do_quantize": "true",
        "converter.bw_ofm": "16",
        "converter.mode": "elt" if quantized else "eht_cnnx",
        "converter.onnx_simplify": "false",
        "converter.use_randomdb": "false",
        "compiler.device": job.generation,
        "compiler.optimization": "O3",
        "model_type": "LVM",
        "quantizer.precision_weight": "int8",
        "quantizer.precision_activation": "int16",
    }
    if quantized:  # a graph with Q/DQ pairs keeps its own encodings
        found["converter.quantize_type"] = "qat"
    if job.calibration is not None:
        found["quantizer.calibration_data_path"] = str(job.calibration.resolve())
    return {**found, **job.settings}


def edit_settings(text: str, wanted: Mapping[str, str]) -> tuple[str, set[str]]:
    r"""Set keys of a YAML file of two levels; return the new text and the keys that were there.

    >>> edit_settings("converter:\n  device: Gen-2 # SoC\n", {"converter.device": "Gen-6"})
    ('converter:\n  device: Gen-6 # SoC\n', {'converter.device'})
    """
    section, found, lines = "", set(), []
    for line in text.splitlines(keepends=True):
        match = re.match(r"^(\s*)([\w-]+):([^\S\n]*)([^#\n]*?)([^\S\n]*(?:#.*)?\n?)$", line)
        if match is not None:
            indent, key, _, value, rest = match.groups()
            if not indent and not value:
                section = key
            name = f"{section}.{key}" if indent else key
            if name in wanted and (indent or value):
                found.add(name)
                line = f"{indent}{key}: {wanted[name]}{rest}"
        lines.append(line)
    return "".join(lines), found


def compile_graph(
    job: NncJob,
    *,
    environment: Mapping[str, str] = os.environ,
    progress: ProgressFn = lambda what, done, total: None,
    check: CheckFn = lambda: None,
) -> Path:
    """Compile `job` and return the .nnc file.

    Raises:
        ToolchainMissingError: The SDK is not installed.
        ToolchainError: It refused the graph, or its settings lack a key that we must set.
    """
    program, wanted = find_sdk(environment), settings_for(job)
    with ScratchFolder("enn") as folder:
        workspace = folder / job.model.stem  # the model must bear the folder's name
        workspace.mkdir()
        for file in (job.model, job.model.with_name(f"{job.model.name}.data")):
            if file.is_file():
                shutil.copy(file, workspace / file.name)
        steps = commands(program, workspace)
        for done, step in enumerate(steps):
            progress(step.step, done, len(steps))
            try:
                run_command(step, environment, check)
            except ToolchainError as exc:
                raise type(exc)(f"{job.model.name} for {job.generation}: {exc}") from exc
            if step.step == "initialize":
                _write_settings(workspace, wanted)
        found = sorted(workspace.rglob("*.nnc"))
        if not found:
            raise ToolchainError(f"{job.model.name}: enntools ended well and wrote no .nnc")
        job.output.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(found[0], job.output)
    progress("done", len(steps), len(steps))
    return job.output


def _write_settings(workspace: Path, wanted: Mapping[str, str]) -> None:
    """Edit every YAML file that `init` wrote.

    Raises:
        ToolchainError: A key that decides the target is in none of them.
    """
    set_keys: set[str] = set()
    for path in sorted(workspace.rglob("*.y*ml")):
        text, found = edit_settings(path.read_text("utf-8"), wanted)
        path.write_text(text, "utf-8")
        set_keys |= found
    missing = {"converter.device", "compiler.device"} - set_keys
    if missing:
        raise ToolchainError(
            f"enntools init wrote no {', '.join(sorted(missing))}; this version of Exynos AI "
            "Studio has other settings than the one that is supported here"
        )
