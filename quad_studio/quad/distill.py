"""Fit an adapter to a frozen profile by distillation: only its LoRA matrices move.

The teacher is the FP32 network with the original adapter, the student is the quantization
simulator under the frozen profile. Loss: reconstruction of the teacher's output plus the original
diffusion loss (QUAD paper, section 3.3). The matrices are graph inputs: the graph never changes.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from quad_studio.adapters.weights import AdapterWeights
from quad_studio.cancel import CancelToken
from quad_studio.errors import StageError
from quad_studio.events import (
    Emit,
    LogLine,
    Measured,
    StageFinished,
    StageProgress,
    StageStarted,
    ignore,
)
from quad_studio.quad.calibrate import Feed
from quad_studio.quad.profile import Profile
from quad_studio.quad.rebalance import rebalance
from quad_studio.quad.statistics import Statistics

if TYPE_CHECKING:
    from quad_studio.quad.network.program import SiteProgram
    from quad_studio.quad.network.student import Student

NAME = "distill"


@dataclass(frozen=True)
class DistillOptions:
    """How an adapter is fitted.

    Attributes:
        steps: Optimizer steps.
        learning_rate: Relative to each matrix's own size, decayed to zero along a cosine.
        batch_size: Calls per step; the graph's batch is one, so gradients are accumulated.
        diffusion_weight: How much the original diffusion loss counts, as a share of the
            reconstruction loss, for feeds with a target.
        seed: Order of the feeds.
        rebalance: First move scale between lora_A and lora_B, which changes nothing in FP32, so
            that both fit the profile's ranges.
        device: "cpu" or "cuda".
        bf16: Compute in bfloat16 where autocast allows; encodings stay float32.
        gradient_checkpointing: Recompute activations in the backward pass, in this many segments;
            0 keeps them all.
        checkpoint_every: Steps between checkpoints.
        evaluate_every: Steps between losses over all feeds; the best matrices are returned.
    """

    steps: int = 200
    learning_rate: float = 2e-3
    batch_size: int = 1
    diffusion_weight: float = 0.1
    seed: int = 0
    rebalance: bool = True
    device: str = "cpu"
    bf16: bool = False
    gradient_checkpointing: int = 0
    checkpoint_every: int = 25
    evaluate_every: int = 50


@dataclass(frozen=True)
class DistillInput:
    """Who is fitted to what.

    Attributes:
        program: The traced program; it is cloned, never changed.
        profile: The frozen profile.
        adapter: The adapter in FP32; it is also the teacher's.
        feeds: Calls with its own inputs. Feeds with a `target` add the diffusion loss.
        statistics: Calibration, for the rebalancing of LoRA activations; may be None.
        options: How.
        checkpoint: File to resume from and to write to, or None.
    """

    program: "SiteProgram" = field(repr=False)
    profile: Profile = field(repr=False)
    adapter: AdapterWeights
    feeds: Sequence[Feed] = field(repr=False)
    statistics: Statistics | None = field(default=None, repr=False)
    options: DistillOptions = DistillOptions()
    checkpoint: Path | None = None


@dataclass(frozen=True)
class DistillOutput:
    """The fitted adapter.

    Attributes:
        adapter: Same name and layers, matrices fitted to the profile.
        loss_before, loss_rebalanced, loss_after: Relative reconstruction error over all feeds.
        losses: (step, loss of the step's batch).
        resumed_at: Step at which a checkpoint was taken up; 0 for a fresh start.
    """

    adapter: AdapterWeights
    loss_before: float
    loss_rebalanced: float
    loss_after: float
    losses: tuple[tuple[int, float], ...] = field(repr=False)
    resumed_at: int = 0


def distill(
    given: DistillInput, *, emit: Emit = ignore, cancel: CancelToken | None = None
) -> DistillOutput:
    """Fit the adapter; a killed run goes on from its checkpoint to the same result.

    Raises:
        StageError: No feeds, or the loss is not finite.
        Cancelled: After writing a checkpoint.
    """
    from quad_studio.quad.network.student import Student

    started, options, who = time.monotonic(), given.options, given.adapter.name
    emit(StageStarted(stage=NAME, title=f"Fit {who} to the profile of {given.profile.anchor}"))
    if not given.feeds:
        raise StageError(NAME, f"{who}: no calls to learn from")
    student = Student(given.program, given.profile.encodings, given.feeds, options)
    student.teach(given.adapter)
    before = student.evaluate(given.adapter, check=_checker(cancel))
    start = given.adapter
    if options.rebalance:
        start = rebalance(given.adapter, given.profile, given.statistics)
    rebalanced = student.evaluate(start, check=_checker(cancel)) if options.rebalance else before
    if rebalanced > before:
        start, rebalanced = given.adapter, before
    student.begin(start, rebalanced)
    resumed = _resume(given, student, emit)
    while student.step < options.steps:
        try:
            _checker(cancel)()
        except BaseException:
            _save(given, student)
            raise
        loss = student.train_step()
        if not math.isfinite(loss):
            raise StageError(NAME, f"{who}: the loss is not finite; lower the learning rate")
        _report(given, student, loss, started, resumed, emit)
    fitted, after = student.best()
    emit(
        StageFinished(
            stage=NAME,
            seconds=time.monotonic() - started,
            note=f"{who}: relative error {before:.3g} -> {after:.3g}",
        )
    )
    return DistillOutput(fitted, before, rebalanced, after, tuple(student.losses), resumed)


def _checker(cancel: CancelToken | None) -> Any:
    return cancel.check if cancel is not None else lambda: None


def _report(
    given: DistillInput, student: "Student", loss: float, started: float, resumed: int, emit: Emit
) -> None:
    options = given.options
    done = student.step
    seconds = time.monotonic() - started
    rest = seconds / max(1, done - resumed) * (options.steps - done)
    emit(
        StageProgress(
            stage=NAME, done=done, total=options.steps, note=given.adapter.name, eta_s=rest
        )
    )
    emit(Measured(stage=NAME, name=f"loss/{given.adapter.name}", values={"loss": loss}, step=done))
    if done % options.checkpoint_every == 0 or done == options.steps:
        _save(given, student)


def checkpoint_key(given: DistillInput) -> str:
    """Return what a checkpoint must have been made with to be taken up."""
    import hashlib
    import json

    digest = hashlib.sha256()
    digest.update(given.profile.fingerprint.encode())
    # where a run is computed and how often it is saved does not change what it computes
    what = {k: v for k, v in asdict(given.options).items() if k != "checkpoint_every"}
    digest.update(json.dumps(what, sort_keys=True).encode())
    for module, pair in sorted(given.adapter.modules.items()):
        digest.update(module.encode())
        for matrix in pair:
            digest.update(np.ascontiguousarray(matrix).tobytes())
    for feed in given.feeds:
        for name, value in feed.inputs.items():
            digest.update(name.encode())
            digest.update(np.ascontiguousarray(np.asarray(value)).tobytes())
        if feed.target is not None:
            digest.update(b"target")
            digest.update(np.ascontiguousarray(np.asarray(feed.target)).tobytes())
    return digest.hexdigest()


def _save(given: DistillInput, student: "Student") -> None:
    if given.checkpoint is not None and student.step:
        student.save(given.checkpoint, checkpoint_key(given))


def _resume(given: DistillInput, student: "Student", emit: Emit) -> int:
    if given.checkpoint is None or not given.checkpoint.exists():
        return 0
    if student.restore(given.checkpoint, checkpoint_key(given)):
        emit(LogLine(message=f"{given.adapter.name}: goes on at step {student.step}"))
        return student.step
    emit(
        LogLine(
            message=f"{given.checkpoint.name} belongs to another build; distillation starts anew",
            level="warning",
        )
    )
    return 0
