"""Watch every site while each adapter denoises its own inputs."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from quad_studio.adapters.weights import AdapterWeights
from quad_studio.cancel import CancelToken
from quad_studio.errors import StageError
from quad_studio.events import Emit, StageFinished, StageProgress, StageStarted, ignore
from quad_studio.quad.slots import pad_to_slots
from quad_studio.quad.statistics import BINS, AdapterStatistics, Statistics, widen

if TYPE_CHECKING:
    import torch

    from quad_studio.quad.network.program import SiteProgram

NAME = "calibrate"
NO_ADAPTER = ""


@dataclass(frozen=True)
class Feed:
    """One call of the network.

    Attributes:
        inputs: Input name -> array with the batch of one.
        timestep: Where on the trajectory it was taken, 0 for networks without time.
        target: What the original training loss compares the output with, if known.
        item: Name of the input it came from.
    """

    inputs: Mapping[str, Any]
    timestep: float = 0.0
    target: Any = None
    item: str = ""


@dataclass(frozen=True)
class CalibrateInput:
    """What is watched.

    Attributes:
        program: The traced program; its encodings are switched off.
        adapters: Adapters by name; "" in `feeds` stands for no adapter.
        feeds: Adapter name -> calls with that adapter's own inputs.
        histograms: Keep histograms, which the percentile and mse estimators need.
        timestep_groups: Groups of equal width over the training timesteps.
        num_train_timesteps: Width of the time axis.
    """

    program: "SiteProgram"
    adapters: Sequence[AdapterWeights]
    feeds: Mapping[str, Sequence[Feed]]
    histograms: bool = True
    timestep_groups: int = 4
    num_train_timesteps: int = 1000


@dataclass(frozen=True)
class CalibrateOutput:
    """Statistics of all sites under all adapters."""

    statistics: Statistics = field(repr=False)


def calibrate(
    given: CalibrateInput, *, emit: Emit = ignore, cancel: CancelToken | None = None
) -> CalibrateOutput:
    """Run every feed with its adapter in FP32 and collect ranges and histograms.

    Raises:
        StageError: An adapter has no feeds, or a tensor is not finite.
    """
    import torch

    started = time.monotonic()
    emit(StageStarted(stage=NAME, title="Observe every site on the denoising trajectory"))
    program = given.program
    program.set_encodings(None)
    watched = [s.name for s in program.sites.values() if s.kind in ("activation", "input")]
    by_name = {adapter.name: adapter for adapter in given.adapters}
    missing = [name for name in by_name if not given.feeds.get(name)]
    if missing:
        raise StageError(NAME, f"no calibration inputs for {', '.join(missing)}")
    total, done = sum(len(feeds) for feeds in given.feeds.values()), 0
    adapters: dict[str, AdapterStatistics] = {}
    for name, feeds in given.feeds.items():
        collector = _Collector(watched, given.timestep_groups, histograms=given.histograms)
        slots = pad_to_slots(by_name[name], program.slots) if name else None
        with torch.no_grad(), program.observed(collector):
            for feed in feeds:
                if cancel is not None:
                    cancel.check()
                collector.group = _group(feed.timestep, given)
                program.run(feed.inputs, slots)
                done += 1
                rest = (time.monotonic() - started) / done * (total - done)
                emit(StageProgress(stage=NAME, done=done, total=total, note=name, eta_s=rest))
        adapters[name] = collector.result()
    emit(StageFinished(stage=NAME, seconds=time.monotonic() - started, note=f"{total} calls"))
    return CalibrateOutput(Statistics(tuple(watched), adapters))


def _group(timestep: float, given: CalibrateInput) -> int:
    share = int(timestep * given.timestep_groups / given.num_train_timesteps)
    return min(max(share, 0), given.timestep_groups - 1)


class _Collector:
    """Accumulates ranges and histograms; called by every site."""

    def __init__(self, sites: Sequence[str], groups: int, *, histograms: bool) -> None:
        self.rows = {name: row for row, name in enumerate(sites)}
        shape = (len(sites), groups)
        self.minimum: NDArray[np.float64] = np.full(shape, np.inf)
        self.maximum: NDArray[np.float64] = np.full(shape, -np.inf)
        self.exponent = np.full(shape, -126, np.int32)
        self.counts = np.zeros((*shape, BINS if histograms else 0), np.float32)
        self.group = 0

    def __call__(self, site: str, x: "torch.Tensor") -> None:
        row = self.rows.get(site)
        if row is None:
            return
        low, high = (float(value) for value in x.aminmax())
        if not (np.isfinite(low) and np.isfinite(high)):
            raise StageError(NAME, f"{site} has values that are not finite; is the input right?")
        at = (row, self.group)
        self.minimum[at] = min(self.minimum[at], low)
        self.maximum[at] = max(self.maximum[at], high)
        if self.counts.shape[2]:
            self._count(at, x, max(-low, high))

    def _count(self, at: tuple[int, int], x: "torch.Tensor", largest: float) -> None:
        needed = int(np.floor(np.log2(max(largest, 2.0**-60)))) + 1  # largest < 2**needed
        exponent = max(needed, int(self.exponent[at]))
        if exponent > self.exponent[at]:
            if self.counts[at].any():
                self.counts[at] = widen(self.counts[at], exponent - int(self.exponent[at]))
            self.exponent[at] = exponent
        radius = 2.0**exponent
        self.counts[at] += x.float().histc(BINS, -radius, radius).cpu().numpy()

    def result(self) -> AdapterStatistics:
        """Return what was collected."""
        return AdapterStatistics(self.minimum, self.maximum, self.exponent, self.counts)
