"""What was seen at every site, kept apart by adapter and by part of the denoising trajectory.

Profiles with any anchor are derived from one set of statistics; nothing is calibrated twice.
"""

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from quad_studio.errors import InputFileProblem, StageError

BINS = 2048
SCHEMA = "quad-studio/statistics/1"


@dataclass(frozen=True)
class AdapterStatistics:
    """What one adapter's own inputs left at the sites: S sites, K timestep groups, BINS bins.

    Attributes:
        minimum, maximum: (S, K) float64; +inf / -inf where a group saw nothing.
        exponent: (S, K) int32; the histogram covers [-2**exponent, 2**exponent).
        counts: (S, K, BINS) float32, or (S, K, 0) without histograms.
    """

    minimum: NDArray[np.float64]
    maximum: NDArray[np.float64]
    exponent: NDArray[np.int32]
    counts: NDArray[np.float32]


@dataclass(frozen=True)
class Statistics:
    """Statistics of a program under each adapter.

    Attributes:
        sites: Names, in the order of the rows.
        adapters: Adapter name -> statistics; "" is the base model without an adapter.
    """

    sites: tuple[str, ...]
    adapters: Mapping[str, AdapterStatistics]

    def site_range(
        self,
        site: str,
        adapters: Sequence[str],
        *,
        estimator: str = "minmax",
        percentile: float = 99.99,
        levels: int = 65536,
    ) -> tuple[float, float]:
        """Return the range of `site` over `adapters`, widest timestep group first.

        The estimator looks at each timestep group by itself and the widest result counts, so
        a percentile never clips the few steps at which a tensor is largest.

        Args:
            site: Name of a site with statistics.
            adapters: Whose statistics are merged.
            estimator: "minmax", "percentile" or "mse".
            percentile: Share of values kept, in percent, for "percentile".
            levels: Number of codes, for "mse".

        Raises:
            StageError: Nothing was seen, or there are no histograms for the estimator.
        """
        row = self._rows[site]
        low, high = np.inf, -np.inf
        groups = next(iter(self.adapters.values())).minimum.shape[1]
        for group in range(groups):
            parts = [self._one(name) for name in adapters]
            seen = [p for p in parts if p.minimum[row, group] <= p.maximum[row, group]]
            if not seen:
                continue
            t_min = min(float(p.minimum[row, group]) for p in seen)
            t_max = max(float(p.maximum[row, group]) for p in seen)
            if estimator != "minmax":
                counts, exponent = _merged(seen, row, group)
                t_min, t_max = _estimate(
                    counts, exponent, (t_min, t_max), estimator, percentile, levels
                )
            low, high = min(low, t_min), max(high, t_max)
        if low > high:
            raise StageError("profile", f"no calibration data reached {site}")
        return low, high

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {name: row for row, name in enumerate(self.sites)}

    def _one(self, adapter: str) -> AdapterStatistics:
        if adapter not in self.adapters:
            known = ", ".join(repr(name) for name in self.adapters)
            raise StageError("profile", f"no calibration of adapter {adapter!r}; there are {known}")
        return self.adapters[adapter]

    def widened(self, adapter: str, further: "Statistics") -> "Statistics":
        """Return these statistics, with what `further` saw under `adapter` added to its own.

        Raises:
            StageError: The sites differ, or one of both knows nothing of the adapter.
        """
        if self.sites != further.sites:
            raise StageError("profile", "statistics of different graphs cannot be joined")
        joined = _joined(self._one(adapter), further._one(adapter))
        return replace(self, adapters={**self.adapters, adapter: joined})

    def save(self, path: Path) -> None:
        """Write to a .npz file."""
        arrays: dict[str, NDArray[np.generic]] = {
            "schema": np.array(SCHEMA),
            "sites": np.array(self.sites),
            "adapters": np.array(list(self.adapters)),
        }
        for index, stats in enumerate(self.adapters.values()):
            arrays[f"{index}.minimum"], arrays[f"{index}.maximum"] = stats.minimum, stats.maximum
            arrays[f"{index}.exponent"], arrays[f"{index}.counts"] = stats.exponent, stats.counts
        with path.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)

    @staticmethod
    def load(path: Path) -> "Statistics":
        """Read what `save` wrote.

        Raises:
            InputFileProblem: Missing, corrupt or of another schema.
        """
        try:
            with np.load(path, allow_pickle=False) as data:
                if str(data["schema"]) != SCHEMA:
                    raise InputFileProblem(path, f"schema {data['schema']}, expected {SCHEMA}")
                adapters = {
                    str(name): AdapterStatistics(
                        data[f"{index}.minimum"],
                        data[f"{index}.maximum"],
                        data[f"{index}.exponent"],
                        data[f"{index}.counts"],
                    )
                    for index, name in enumerate(data["adapters"])
                }
                return Statistics(tuple(str(name) for name in data["sites"]), adapters)
        except (OSError, KeyError, ValueError, zipfile.BadZipFile) as exc:
            raise InputFileProblem(path, f"no calibration statistics: {exc}") from exc


def widen(counts: NDArray[np.float32], times: int) -> NDArray[np.float32]:
    """Return a histogram over a range `2**times` as wide; no count moves by more than a bin.

    >>> widen(np.array([1, 2, 3, 4], np.float32), 1).tolist()
    [0.0, 3.0, 7.0, 0.0]
    """
    for _ in range(times):
        pairs = counts.reshape(-1, 2).sum(axis=1)
        pad = len(pairs) // 2
        counts = np.concatenate([np.zeros(pad, np.float32), pairs, np.zeros(pad, np.float32)])
    return counts


def _joined(one: AdapterStatistics, other: AdapterStatistics) -> AdapterStatistics:
    """Return the statistics of both runs' tensors together."""
    exponent = np.maximum(one.exponent, other.exponent)
    counts = np.zeros_like(one.counts)
    if one.counts.shape[2] and other.counts.shape[2]:
        for at in np.ndindex(exponent.shape):
            for part in (one, other):
                counts[at] += widen(part.counts[at], int(exponent[at] - part.exponent[at]))
    else:
        counts = counts[:, :, :0]
    return AdapterStatistics(
        np.minimum(one.minimum, other.minimum),
        np.maximum(one.maximum, other.maximum),
        exponent,
        counts,
    )


def _merged(
    seen: Sequence[AdapterStatistics], row: int, group: int
) -> tuple[NDArray[np.float64], int]:
    if any(p.counts.shape[2] == 0 for p in seen):
        raise StageError(
            "profile", "percentile and mse ranges need histograms: calibrate with them"
        )
    exponent = max(int(p.exponent[row, group]) for p in seen)
    total = np.zeros(seen[0].counts.shape[2], np.float64)
    for p in seen:
        counts = widen(p.counts[row, group], exponent - int(p.exponent[row, group]))
        total += counts / max(1.0, float(counts.sum()))  # each adapter weighs the same
    return total, exponent


def _estimate(
    counts: NDArray[np.float64],
    exponent: int,
    seen: tuple[float, float],
    estimator: str,
    percentile: float,
    levels: int,
) -> tuple[float, float]:
    edges = np.linspace(-(2.0**exponent), 2.0**exponent, len(counts) + 1)
    if estimator == "percentile":
        cumulative = np.cumsum(counts) / counts.sum()
        tail = (1.0 - percentile / 100.0) / 2
        low = edges[int(np.searchsorted(cumulative, tail, side="right"))]
        high = edges[min(int(np.searchsorted(cumulative, 1.0 - tail)) + 1, len(edges) - 1)]
        return max(seen[0], float(low)), min(seen[1], float(high))
    if estimator != "mse":
        raise StageError("profile", f"unknown range estimator {estimator!r}")
    return _least_squares(counts, (edges[:-1] + edges[1:]) / 2, seen, levels)


def _least_squares(
    counts: NDArray[np.float64],
    centres: NDArray[np.float64],
    seen: tuple[float, float],
    levels: int,
) -> tuple[float, float]:
    """Return the share of the seen range that minimizes rounding plus clipping error."""
    best, best_error = seen, np.inf
    for share in np.linspace(1.0, 0.3, 71):
        low, high = min(seen[0], 0.0) * share, max(seen[1], 0.0) * share
        step = max(high - low, 1e-12) / (levels - 1)
        outside = np.maximum(low - centres, 0.0) + np.maximum(centres - high, 0.0)
        error = float((counts * np.where(outside > 0, outside**2, step**2 / 12)).sum())
        if error < best_error * (1 - 1e-9):
            best, best_error = (low, high), error
    return best
