"""The Quantization Sensitivity Score: how much each adapter, and each layer, loses by quantization.

QSS = E_x[D(f(x; w) || f(x; w~))], Eq. 8 of the QUAD paper (arXiv 2603.29535). Each adapter is
quantized with encodings from its own calibration, so that the score tells how sensitive the adapter
is by itself and not how badly it fits another one's ranges.
"""

import time
from collections.abc import Callable, Mapping, Sequence
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
from quad_studio.quad.coverage import Coverage, coverage_of
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
        single: The anchor where it has to be an adapter: at a tie, the best covering of the tied.
        single_rule: What `single` was decided by: "only adapter", "sensitivity" or "coverage".
        single_reason: One line for a person.
        coverage: At a tie: tied adapter -> how its ranges hold the others.
        warnings: Why the choice is to be taken with care; one line each.
    """

    scores: Mapping[str, Score]
    anchor: str
    reason: str
    divergence: str
    single: str = ""
    single_rule: str = ""
    single_reason: str = ""
    coverage: Mapping[str, Coverage] = field(default_factory=dict)
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
    single = choose_single(ordered, lambda names: _cover(given, names))
    warnings = warnings_about(ordered)
    for text in warnings:
        emit(LogLine(message=text, level="warning"))
    if anchor == UNIFIED:
        emit(LogLine(message=f"if it has to be one adapter's ranges: {single.reason}"))
    emit(Measured(stage=NAME, name="qss", values={n: s.mean for n, s in ordered.items()}))
    emit(StageFinished(stage=NAME, seconds=time.monotonic() - started, note=reason))
    return SensitivityOutput(
        ordered,
        anchor,
        reason,
        given.divergence,
        single.anchor,
        single.rule,
        single.reason,
        single.coverage,
        warnings,
    )


def _cover(given: SensitivityInput, names: Sequence[str]) -> dict[str, Coverage]:
    """Return how the ranges of each adapter named hold those of all others."""
    found = {}
    for name in names:
        profile = build_profile(
            ProfileInput(given.program, given.statistics, given.adapters, name, given.options)
        ).profile
        others = [adapter for adapter in given.adapters if adapter.name != name]
        found[name] = coverage_of(profile, given.statistics, others)
    return found


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


def tied(scores: Mapping[str, Score]) -> tuple[str, ...]:
    """Return the adapters that may be the most sensitive, by their intervals; the top one first.

    >>> tied({"a": Score(3.0, 2.0, 4.0, 8), "b": Score(2.0, 1.0, 2.5, 8), "c": Score(1, 1, 1, 8)})
    ('a', 'b')
    """
    ordered = sorted(scores, key=lambda name: -scores[name].mean)
    low = scores[ordered[0]].ci_low
    return tuple(name for name in ordered if name == ordered[0] or scores[name].ci_high >= low)


def choose_anchor(scores: Mapping[str, Score]) -> tuple[str, str]:
    """Return the anchor and why: the highest score, or "unified" if it cannot be told.

    It cannot be told when another interval overlaps that of the highest score: the anchor's
    ranges would then be chosen by chance, and clip an adapter that is no less sensitive.

    >>> choose_anchor({"a": Score(2.0, 1.9, 2.1, 8), "b": Score(1.0, 0.9, 1.1, 8)})[0]
    'a'
    >>> choose_anchor({"a": Score(2.0, 1.0, 3.0, 8), "b": Score(1.9, 0.9, 2.9, 8)})[0]
    'unified'
    """
    top, *rest = tied(scores)
    if len(scores) == 1:
        return top, f"{top} is the only adapter"
    if rest:
        return UNIFIED, f"{_listed(top, rest)} cannot be told apart: their intervals overlap"
    next_one = max((name for name in scores if name != top), key=lambda name: scores[name].mean)
    ratio = scores[top].mean / max(scores[next_one].mean, 1e-300)
    return top, f"{top} has the highest QSS, {ratio:.2f} times the next"


def _listed(first: str, rest: Sequence[str]) -> str:
    """Return names as a person lists them."""
    return f"{', '.join([first, *rest[:-1]])} and {rest[-1]}"


@dataclass(frozen=True)
class SingleAnchor:
    """The adapter whose ranges count where they have to be one adapter's, and why."""

    anchor: str
    rule: str
    reason: str
    coverage: Mapping[str, Coverage] = field(default_factory=dict)


def choose_single(
    scores: Mapping[str, Score], cover: Callable[[Sequence[str]], Mapping[str, Coverage]]
) -> SingleAnchor:
    """Return the adapter with the highest score; of tied ones, that which covers the others best.

    Args:
        scores: QSS by adapter.
        cover: Asked for the coverage of the tied adapters, at a tie only.
    """
    names = tied(scores)
    if len(names) == 1:
        anchor, reason = choose_anchor(scores)
        rule = "only adapter" if len(scores) == 1 else "sensitivity"
        return SingleAnchor(anchor, rule, reason)
    found = cover(names)
    best, second = sorted(names, key=lambda name: found[name].noise)[:2]
    told = (
        f"of {len(names)} adapters with overlapping QSS, {best} covers the others best: modelled "
        f"noise {found[best].noise:.2g} of {found[best].adapter}, which fares worst; {second} "
        f"leaves {found[second].noise:.2g} of {found[second].adapter}"
    )
    return SingleAnchor(best, "coverage", told, found)
