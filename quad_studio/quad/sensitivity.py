"""The Quantization Sensitivity Score: how much each adapter, and each layer, loses by quantization.

QSS = E_x[D(f(x; w) || f(x; w~))], Eq. 8 of the QUAD paper (arXiv 2603.29535). Each adapter is
quantized with encodings from its own calibration, so that the score tells how sensitive the adapter
is by itself and not how badly it fits another one's ranges.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

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
from quad_studio.quad.divergence import divergence
from quad_studio.quad.profile import UNIFIED, ProfileInput, ProfileOptions, build_profile
from quad_studio.quad.slots import pad_to_slots
from quad_studio.quad.statistics import Statistics

if TYPE_CHECKING:
    from quad_studio.quad.network.program import SiteProgram

NAME = "sensitivity"
# A percentile bootstrap over fewer inputs draws intervals that are too narrow to choose by.
ENOUGH_INPUTS = 8


@dataclass(frozen=True)
class SensitivityInput:
    """What is scored.

    Attributes:
        program: The traced program.
        statistics: Calibration of all adapters.
        adapters: The adapters to compare.
        feeds: Adapter name -> calls with its own inputs.
        options: Precision of weights, activations and slots.
        divergence: "jensen-shannon", "kl", "symmetric-kl" or "mse".
        confidence: Coverage of the bootstrap intervals.
        resamples, seed: Of the bootstrap.
    """

    program: "SiteProgram" = field(repr=False)
    statistics: Statistics = field(repr=False)
    adapters: Sequence[AdapterWeights]
    feeds: Mapping[str, Sequence[Feed]] = field(repr=False)
    options: ProfileOptions = ProfileOptions()
    divergence: str = "jensen-shannon"
    confidence: float = 0.95
    resamples: int = 1000
    seed: int = 0


@dataclass(frozen=True)
class Score:
    """A mean with its bootstrap confidence interval over inputs.

    Attributes:
        mean, ci_low, ci_high: In the divergence's unit.
        inputs: How many independent inputs (trajectories) it rests on.
    """

    mean: float
    ci_low: float
    ci_high: float
    inputs: int


@dataclass(frozen=True)
class SensitivityOutput:
    """Scores of the adapters and the choice that follows.

    Attributes:
        scores: Adapter -> QSS, most sensitive first.
        anchor: The most sensitive adapter, or "unified" when none can be told.
        reason: One line for a person.
        warnings: Why the choice is to be taken with care; one line each.
    """

    scores: Mapping[str, Score]
    anchor: str
    reason: str
    divergence: str
    warnings: tuple[str, ...] = ()


def measure_sensitivity(
    given: SensitivityInput, *, emit: Emit = ignore, cancel: CancelToken | None = None
) -> SensitivityOutput:
    """Score every adapter with Eq. 8 and choose the anchor.

    Raises:
        StageError: No adapters, no inputs or an unknown divergence.
    """
    import torch

    started = time.monotonic()
    emit(StageStarted(stage=NAME, title="Quantization sensitivity of each adapter"))
    if not given.adapters:
        raise StageError(NAME, "there are no adapters to choose an anchor from")
    total, done = sum(len(given.feeds[a.name]) for a in given.adapters), 0
    scores: dict[str, Score] = {}
    for adapter in given.adapters:
        slots = pad_to_slots(adapter, given.program.slots)
        own = build_profile(
            ProfileInput(given.program, given.statistics, [adapter], adapter.name, given.options)
        ).profile
        by_item: dict[str, list[float]] = {}
        feeds = given.feeds[adapter.name]
        with torch.no_grad():
            given.program.set_encodings(None)
            references = [given.program.run(feed.inputs, slots).numpy() for feed in feeds]
            given.program.set_encodings(own.encodings)
            for number, (feed, reference) in enumerate(zip(feeds, references, strict=True)):
                if cancel is not None:
                    cancel.check()
                seen = given.program.run(feed.inputs, slots).numpy()
                value = divergence(given.divergence, reference, seen)
                by_item.setdefault(feed.item or str(number), []).append(value)
                done += 1
                rest = (time.monotonic() - started) / done * (total - done)
                emit(
                    StageProgress(stage=NAME, done=done, total=total, note=adapter.name, eta_s=rest)
                )
        scores[adapter.name] = bootstrap(
            [float(np.mean(values)) for values in by_item.values()], given
        )
    given.program.set_encodings(None)
    ordered = dict(sorted(scores.items(), key=lambda pair: -pair[1].mean))
    anchor, reason = choose_anchor(ordered)
    warnings = warnings_about(ordered)
    for text in warnings:
        emit(LogLine(message=text, level="warning"))
    emit(Measured(stage=NAME, name="qss", values={n: s.mean for n, s in ordered.items()}))
    emit(StageFinished(stage=NAME, seconds=time.monotonic() - started, note=reason))
    return SensitivityOutput(ordered, anchor, reason, given.divergence, warnings)


def warnings_about(scores: Mapping[str, Score]) -> tuple[str, ...]:
    """Return what weakens a choice that rests on `scores`.

    >>> warnings_about({"a": Score(2.0, 1.9, 2.1, 8)})
    ()
    """
    few = {name: score.inputs for name, score in scores.items() if score.inputs < ENOUGH_INPUTS}
    if not few:
        return ()
    listed = ", ".join(f"{name} {count}" for name, count in few.items())
    return (
        f"the anchor rests on fewer than {ENOUGH_INPUTS} inputs an adapter ({listed}), so its "
        "confidence intervals are too narrow; raise calibration.samples_per_adapter",
    )


def bootstrap(values: Sequence[float], given: SensitivityInput) -> Score:
    """Return the mean with a percentile bootstrap interval over inputs."""
    if not values:
        raise StageError(NAME, "an adapter has no inputs to be scored on")
    sample: NDArray[np.float64] = np.asarray(values)
    rng = np.random.default_rng(given.seed)
    picks = rng.integers(0, len(sample), (given.resamples, len(sample)))
    means = sample[picks].mean(axis=1)
    tail = (1 - given.confidence) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return Score(float(sample.mean()), float(low), float(high), len(sample))


def choose_anchor(scores: Mapping[str, Score]) -> tuple[str, str]:
    """Return the anchor and why: the highest score, or "unified" if it cannot be told.

    It cannot be told when the highest score's interval overlaps that of the next: the anchor's
    ranges would then be chosen by chance, and clip an adapter that is no less sensitive.

    >>> choose_anchor({"a": Score(2.0, 1.9, 2.1, 8), "b": Score(1.0, 0.9, 1.1, 8)})[0]
    'a'
    >>> choose_anchor({"a": Score(2.0, 1.0, 3.0, 8), "b": Score(1.9, 0.9, 2.9, 8)})[0]
    'unified'
    """
    top = max(scores, key=lambda name: scores[name].mean)
    if len(scores) == 1:
        return top, f"{top} is the only adapter"
    next_one = max((name for name in scores if name != top), key=lambda name: scores[name].mean)
    if scores[top].ci_low <= scores[next_one].ci_high:
        return UNIFIED, f"{top} and {next_one} cannot be told apart: their intervals overlap"
    ratio = scores[top].mean / max(scores[next_one].mean, 1e-300)
    return top, f"{top} has the highest QSS, {ratio:.2f} times the next"
