"""Against AIMET 2.42 (aimet-onnx): the same U-Net, the same bit widths, the same calibration calls.

    python -m benchmarks.quantization_aimet
    python -m benchmarks.quantization_aimet --adapter object_removal --calls 32

Both quantize the demo's float U-Net with one adapter in its LoRA inputs: weights INT8, activations
16 bits, ranges from minimum and maximum; AIMET with its own configuration for the S25's NPU. The
quality is the SQNR of U-Net outputs against FP32 on calls that calibration has not seen, each tool
in its own form: AIMET's simulator, our exported QDQ graph on ONNX Runtime. Time and peak memory are
those of calibration, each tool in a process of its own with the same number of threads.

AIMET needs packages that QUAD Studio does not: it goes into a virtual environment below --work that
sees this one's packages, so that both use the same ONNX Runtime, and adds its own. Exit status 1 if
AIMET reaches a higher SQNR by more than half a dB; 3 if it cannot be installed, with the reason.
"""

import argparse
import json
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._kept import Progress
from benchmarks._quantization import default_threads, heldout, make_builder
from benchmarks._record import Table, publish
from quad_studio.storage import digest_of

AIMET = "aimet-onnx==2.42.0"
CHILD = Path(__file__).with_name("_aimet_child.py")
CANNOT_INSTALL = 3


class AimetMissingError(Exception):
    """AIMET cannot be installed here; the message says why and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the comparison."""
    given = parse(arguments)
    progress = Progress()
    given.work.mkdir(parents=True, exist_ok=True)
    try:
        python = aimet_python(given, progress)
    except AimetMissingError as exc:
        print(exc, file=sys.stderr)
        return CANNOT_INSTALL
    folder = prepare(given, progress)
    ours = measure(
        given, folder, "quad", [sys.executable, "-m", "benchmarks._quad_child"], progress
    )
    theirs = measure(given, folder, "aimet", [str(python), str(CHILD)], progress)
    levels = {
        name: [sqnr_db(reference, seen) for reference, seen in zip(*pair, strict=True)]
        for name in ("quad", "aimet")
        for pair in [(outputs(folder / "fp32.npz"), outputs(folder / f"{name}.npz"))]
    }
    publish(
        [table(given, ours, theirs, levels)],
        title="Calibration against AIMET",
        data={"quad": ours, "aimet": theirs, "sqnr_db": levels},
        versions={**ours["versions"], **theirs["versions"]},
    )
    return 0 if np.mean(levels["quad"]) > np.mean(levels["aimet"]) - 0.5 else 1


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--project", type=Path, default=Path("resources/demo/project.toml"))
    parser.add_argument("--work", type=Path, default=Path("out/benchmarks/quantization"))
    parser.add_argument("--adapter", default="transform")
    parser.add_argument("--calls", type=int, default=16, help="calibration calls")
    parser.add_argument("--items", type=int, default=2, help="held-out inputs, 8 calls each")
    parser.add_argument("--config", default="htp_v79", help="AIMET's configuration")
    parser.add_argument("--scheme", default="min_max", help="AIMET's quantization scheme")
    parser.add_argument("--aimet-python", type=Path, help="a Python that has aimet-onnx already")
    parser.add_argument("--threads", type=int, default=default_threads())
    parser.add_argument("--force", action="store_true", help="measure again what is kept")
    return parser.parse_args(arguments)


def aimet_python(given: argparse.Namespace, progress: Progress) -> Path:
    """Return a Python with AIMET, making its virtual environment where there is none.

    Raises:
        AimetMissingError: pip cannot install it, or what it installed does not load.
    """
    python: Path = given.aimet_python or given.work / "aimet-venv" / "bin" / "python"
    if not python.is_file():
        if given.aimet_python:
            raise AimetMissingError(f"{python}: no such program")
        progress.say(f"installing {AIMET} into {python.parents[1]}")
        venv.create(python.parents[1], with_pip=False)
        site = subprocess.run(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            capture_output=True, text=True, check=True,
        ).stdout.strip()  # fmt: skip
        (Path(site) / "shared.pth").write_text(sysconfig.get_path("purelib") + "\n")
    if not loads(python):
        done = subprocess.run(
            [python, "-m", "pip", "install", "-q", "-c", "requirements/constraints.txt", AIMET],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode or not loads(python):
            tail = " | ".join(done.stderr.strip().splitlines()[-3:]) or "it does not load"
            raise AimetMissingError(
                f"{AIMET} cannot be installed into {python.parents[1]}: {tail}. It needs Linux "
                "x86_64 with glibc 2.34 or newer and a package index; name another Python that "
                "has it with --aimet-python."
            )
    return python


def loads(python: Path) -> bool:
    """Return whether AIMET can be imported there."""
    done = subprocess.run([python, "-c", "import aimet_onnx"], capture_output=True, check=False)
    return done.returncode == 0


def prepare(given: argparse.Namespace, progress: Progress) -> Path:
    """Write the float graph and the calls that both get, once; return their folder."""
    import torch

    from quad_studio.quad.export import ExportInput, export_network
    from quad_studio.quad.slots import pad_to_slots
    from quad_studio.quad.trajectory import TrajectoryInput, record_trajectories

    torch.set_num_threads(given.threads)
    builder = make_builder(given, progress)
    key = digest_of([builder.base_key, given.adapter, given.calls, given.items])[:16]
    folder = Path(given.work) / f"aimet-{key}"
    if (folder / "fp32.npz").is_file():
        return folder
    adapter = next(a for a in builder.adapters if a.name == given.adapter)

    def record(items: Sequence[Any]) -> Sequence[Any]:
        scheduler = builder.loaded.scheduler
        asked = TrajectoryInput(builder.network.network, adapter, items, scheduler, steps=8)
        return record_trajectories(asked, emit=progress).feeds

    seen = record([encoded.item for encoded in builder.encoded[adapter.name]])
    count = min(given.calls, len(seen))
    spread = [seen[(2 * k + 1) * len(seen) // (2 * count)] for k in range(count)]
    export_network(ExportInput(builder.program, {}, folder / "unet_fp32.onnx"), emit=progress)
    slots = {k: np.asarray(v) for k, v in pad_to_slots(adapter, builder.program.slots).items()}
    slots["lora_alpha"] = np.ones(builder.network.rank, np.float32)
    for name, feeds in (
        ("calibration", spread),
        ("heldout", record(heldout(builder, given.adapter, given.items))),
    ):
        (folder / name).mkdir(exist_ok=True)
        for number, feed in enumerate(feeds):
            call = {key: np.asarray(value) for key, value in feed.inputs.items()}
            np.savez(folder / name / f"{number:04}.npz", **call, **slots)
    run_fp32(folder)
    return folder


def run_fp32(folder: Path) -> None:
    """Run the float graph on the held-out calls."""
    import onnxruntime

    from benchmarks._aimet_child import load_calls

    session = onnxruntime.InferenceSession(
        str(folder / "unet_fp32.onnx"), providers=["CPUExecutionProvider"]
    )
    calls = load_calls(str(folder / "heldout"), np)
    np.savez(folder / "fp32.npz", *[session.run(None, call)[0] for call in calls])


def measure(
    given: argparse.Namespace,
    folder: Path,
    name: str,
    command: Sequence[str],
    progress: Progress,
) -> dict[str, Any]:
    """Run one tool's child, unless its report is there, and return the report."""
    report = folder / f"{name}.json"
    if given.force or not report.is_file():
        progress.say(f"{name}: calibrating on {given.calls} calls")
        request = {
            "graph": str(folder / "unet_fp32.onnx"),
            "calibration": str(folder / "calibration"),
            "heldout": str(folder / "heldout"),
            "outputs": str(folder / f"{name}.npz"),
            "export": str(folder / f"{name}.onnx"),
            "report": str(report),
            "threads": given.threads,
            "scheme": given.scheme,
            "config": given.config,
            "adapter": given.adapter,
            "project": str(given.project),
            "work": str(given.work),
        }
        file = folder / f"{name}-request.json"
        file.write_text(json.dumps(request), "utf-8")
        subprocess.run([*command, str(file)], check=True)
    found: dict[str, Any] = json.loads(report.read_text("utf-8"))
    return found


def outputs(file: Path) -> list[Any]:
    """Return the arrays in `file`, in order."""
    with np.load(file) as stored:
        return [stored[f"arr_{index}"] for index in range(len(stored.files))]


def sqnr_db(reference: Any, seen: Any) -> float:
    """Return the power of the reference over that of the difference, in dB."""
    noise = float(np.square(reference.astype(np.float64) - seen).mean())
    return float(10 * np.log10(float(np.square(reference).mean()) / max(noise, 1e-30)))


def table(
    given: argparse.Namespace,
    ours: Mapping[str, Any],
    theirs: Mapping[str, Any],
    levels: Mapping[str, Sequence[float]],
) -> Table:
    """Return the comparison, with AIMET over ours as the ratio."""
    rows = [
        ("SQNR mean, dB", float(np.mean(levels["quad"])), float(np.mean(levels["aimet"]))),
        ("SQNR worst call, dB", min(levels["quad"]), min(levels["aimet"])),
        ("calibration, s", ours["calibrate_s"], theirs["calibrate_s"]),
        ("set-up before it, s", ours["setup_s"], theirs["setup_s"]),
        ("peak memory, MiB", ours["peak_mib"], theirs["peak_mib"]),
        ("peak memory over what was resident at the start, MiB", grown(ours), grown(theirs)),
        ("quantizers", ours["quantizers"], theirs["quantizers"]),
    ]
    cells = [
        [
            name,
            f"{mine:.2f}",
            f"{other:.2f}",
            f"{other - mine:+.2f} dB" if "dB" in name else f"{other / mine:.2f}",
        ]
        for name, mine, other in rows
    ]
    notes = [
        f"the U-Net with {given.adapter} in its LoRA inputs, W8A16, minimum and maximum over "
        f"{given.calls} calls; {len(levels['quad'])} held-out calls; {given.threads} threads each",
        f"AIMET with its own configuration {given.config}",
    ]
    columns = ("", "QUAD Studio", "AIMET", "AIMET / ours")
    return Table(title="Same network, bits and calls", columns=columns, rows=cells, notes=notes)


def grown(report: Mapping[str, Any]) -> float:
    """Return the peak above what was resident when a tool's child began, in MiB."""
    return float(report["peak_mib"] - report["base_mib"])


if __name__ == "__main__":
    raise SystemExit(main())
