"""A scripted BuildService, for the pictures of the docs and for tests; see `ui.scenes`."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from quad_studio.cancel import CancelToken
from quad_studio.errors import DeviceProblem, StageError
from quad_studio.events import (
    AnchorChosen,
    Emit,
    Measured,
    StageFinished,
    StageProgress,
    StageStarted,
)
from ui.services import AnchorFacts, Distribution, FitEstimate, LintFinding

FULL = "the disk is full; build the bundle again"
NOT_AUTHORIZED = "The device has not accepted this computer's key."


@dataclass
class SceneBuild:
    """A BuildService that tells the events of a build."""

    out: Path
    calls: list[tuple[str, ...]] = field(default_factory=list)
    hold_at: str = ""
    fail_at: str = ""
    lost: str = ""
    silent: str = NOT_AUTHORIZED

    def build(self, project: Path, emit: Emit, cancel: CancelToken) -> Path:
        """Tell every stage; wait or fail at the one that the scene names."""
        self.calls.append(("build", str(project)))
        for stage, title, seconds in STAGES:
            emit(StageStarted(stage=stage, title=title))
            if stage == "sensitivity":
                _tell_scores(emit)
            if stage == "distill":
                _tell_losses(emit)
            emit(StageProgress(stage=stage, done=3, total=8, note="transform", eta_s=41.0))
            if stage == self.hold_at:
                cancel.wait(30)
            cancel.check()
            if stage == self.fail_at:
                raise StageError(stage, FULL)
            note = REASON if stage == "sensitivity" else ""
            skipped = stage == "load"
            took = 0.0 if skipped else seconds
            emit(StageFinished(stage=stage, seconds=took, skipped=skipped, note=note))
            if note:
                emit(AnchorChosen(anchor="object_removal", rule="sensitivity", reason=note))
        return self.out

    def lint(self, bundle: Path, chipset: str) -> tuple[LintFinding, ...]:
        """Return one finding of each level."""
        self.calls.append(("lint", chipset))
        return (
            LintFinding(
                "error",
                "uint16-lora",
                "unet",
                "down_blocks.0.attn1.to_q",
                "the LoRA input lora_A is uint16; the NPU's MatMul silently cuts it to 8 bits",
                'make the slot signed symmetric int16: [quantization] lora = "int16"',
            ),
            LintFinding(
                "warning",
                "small-feature-map",
                "unet",
                "mid_block.resnets.0.conv1",
                "the smallest feature map is 8x8; below 16x16 the emulator returns wrong, changing"
                " numbers",
                "trust the phone, not the emulator, for this model; or use larger latents or fewer"
                " levels",
            ),
            LintFinding("note", "control-flow", "vae_decoder", "", LOOP, ""),
        )

    def describe_node(self, bundle: Path, finding: LintFinding) -> Mapping[str, str]:
        """Return facts of a node."""
        return {"Operator": "Conv", "Inputs": "x, w, lora_A"}

    def chipsets(self) -> tuple[str, ...]:
        """Return the names of our presets."""
        return ("s25-qualcomm", "s25-lsi", "tab-s11-mediatek")

    def estimate(self, project: Path, targets: Sequence[str]) -> tuple[FitEstimate, ...]:
        """Return one answer of each kind."""
        return (
            FitEstimate("host", 46.0, 90_000.0, 212.0, 12_000.0, True),
            FitEstimate("virtual:s25-qualcomm", 46.0, 40.0, 212.0, 5200.0, False),
            FitEstimate("adb:R5CX20ABCDE", 46.0, None, 212.0, None, None, self.silent),
        )

    def distributions(self, bundle: Path) -> tuple[Distribution, ...]:
        """Return a bell before, and the same in steps after."""
        edges = np.linspace(-4, 4, 65)
        middle = (edges[1:] + edges[:-1]) / 2
        before = 5000 * np.exp(-(middle**2))
        after = np.where(np.arange(64) % 4 == 0, before * 3.2, 0)
        names = ("mid_block.attentions.0.to_k", "down_blocks.0.attentions.0.to_q")
        return tuple(
            Distribution(name, tuple(edges), tuple(before), tuple(after), "activation")
            for name in names
        )

    def anchor_of(self, bundle: Path) -> AnchorFacts:
        """Return the scores that the build told."""
        return AnchorFacts("object_removal", SCORES, REASON)

    def run_plan(self, plan: Path, emit: Emit, cancel: CancelToken) -> Path:
        """Do as if a plan had run into the scene's folder."""
        self.calls.append(("run_plan", str(plan)))
        emit(StageStarted(stage="run", title="72 rows on host, virtual:s25-lsi"))
        if self.lost:
            emit(StageProgress(stage="run", done=31, total=72, note="transform tr-0002"))
            raise DeviceProblem(self.lost)
        emit(StageFinished(stage="run", seconds=3.0))
        return self.out

    def export_report(self, run: Path, formats: Sequence[str]) -> tuple[Path, ...]:
        """Remember what was asked."""
        self.calls.append(("export", *formats))
        return tuple(run / f"report.{name}" for name in formats)

    def report_formats(self) -> tuple[str, ...]:
        """Return some formats."""
        return ("html", "md", "csv", "xlsx", "pdf")


LOOP = "Loop has a subgraph, which NPUs cannot run"
REASON = "object_removal has the highest QSS, 1.63 times the next"
STAGES: tuple[tuple[str, str, float], ...] = (
    ("load", "Load the model", 4.9),
    ("restructure", "LoRA as input", 1.4),
    ("calibrate", "Observe every site on the denoising trajectory", 30.2),
    ("sensitivity", "Quantization sensitivity of each adapter", 83.0),
    ("profile", "One profile, anchor: object_removal", 2.1),
    ("distill", "Fit sketch to the profile", 214.0),
    ("export", "Export the quantized U-Net", 11.3),
    ("export_fp32", "Export the float U-Net for comparison", 3.4),
)


SCORES = {
    "object_removal": (0.031, 0.024, 0.038),
    "transform": (0.019, 0.015, 0.023),
    "sketch": (0.011, 0.008, 0.014),
}


def _tell_scores(emit: Callable[[Any], None]) -> None:
    for name, (mean, low, high) in SCORES.items():
        values = {"mean": mean, "ci_low": low, "ci_high": high, "inputs": 8.0}
        emit(Measured(stage="sensitivity", name=name, values=values))


def _tell_losses(emit: Callable[[Any], None]) -> None:
    noise = np.random.default_rng(7)
    for at, adapter in enumerate(("transform", "sketch")):
        for step in range(60):
            loss = 0.03 + 0.25 * math.exp(-step / (14 + 6 * at)) * (1 + noise.normal(0, 0.05))
            values = {"loss": loss}
            emit(Measured(stage="distill", name=f"loss/{adapter}", values=values, step=step))
