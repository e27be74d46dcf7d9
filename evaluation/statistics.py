"""Statistics for small samples: warm-up, intervals, when to stop repeating, and "worse".

Everything random is seeded from text (the run id and the name of the number), so that a report of
the same run is the same bytes.
"""

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Values = Sequence[float] | NDArray[np.float64]
CONFIDENCE = 0.95
RESAMPLES = 2000
MIN_FOR_INTERVAL = 3
"""Below this, a bootstrap interval is a fiction: it is left out."""

STATISTICS: dict[str, Callable[..., Any]] = {
    "mean": np.mean,
    "median": np.median,
    "p90": lambda values, axis=None: np.percentile(values, 90, axis=axis),
    "p10": lambda values, axis=None: np.percentile(values, 10, axis=axis),
    "max": np.max,
    "min": np.min,
}


@dataclass(frozen=True)
class Estimate:
    """A statistic of a sample.

    Attributes:
        value: The statistic.
        low: Lower end of its bootstrap interval, None for fewer than three values.
        high: Upper end.
        n: Size of the sample.
        stat: Which statistic.
    """

    value: float
    low: float | None
    high: float | None
    n: int
    stat: str


@dataclass(frozen=True)
class Comparison:
    """Two samples of one number, baseline against contender.

    Attributes:
        p_value: Two-sided; how surprising the difference is if nothing changed.
        shift: Typical difference, contender minus baseline, in the number's unit.
        shift_percent: The shift relative to the baseline's median, None where that is zero.
        effect: Cliff's delta in [-1, 1] (unpaired), or the share of pairs that rose minus the
            share that fell (paired).
        verdict: "worse" or "better" only if significant, large enough and in one direction;
            otherwise "same"; "too few" where no test can reach significance.
        test: Name of the test.
    """

    p_value: float
    shift: float
    shift_percent: float | None
    effect: float
    verdict: Literal["worse", "better", "same", "too few"]
    test: str


def seed_from(*parts: str) -> int:
    """Return a seed that depends on the text alone.

    >>> seed_from("run", "psnr_db") == seed_from("run", "psnr_db") != seed_from("run", "ssim")
    True
    """
    return int.from_bytes(hashlib.sha256("\0".join(parts).encode()).digest()[:8], "big")


def estimate(values: Values, stat: str, *, seed: int, confidence: float = CONFIDENCE) -> Estimate:
    """Return the statistic with a percentile-bootstrap interval.

    Args:
        values: At least one, all finite.
        stat: A key of STATISTICS.
        seed: From `seed_from`.
        confidence: Coverage of the interval.

    Source:
        Efron & Tibshirani, An Introduction to the Bootstrap, 1993, section 13.3.
    """
    sample = np.asarray(values, dtype=np.float64)
    function = STATISTICS[stat]
    value = float(function(sample))
    if sample.size < MIN_FOR_INTERVAL:
        return Estimate(value, None, None, int(sample.size), stat)
    random = np.random.default_rng(seed)
    drawn = np.empty(RESAMPLES)
    step = max(1, 1_000_000 // sample.size)  # bounds the memory of a large run
    for start in range(0, RESAMPLES, step):
        count = min(step, RESAMPLES - start)
        picks = random.integers(0, sample.size, (count, sample.size))
        drawn[start : start + count] = function(sample[picks], axis=1)
    tail = (1 - confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return Estimate(value, float(low), float(high), int(sample.size), stat)


def warm_up_count(values: Values, *, most: float = 0.5) -> int:
    """Return how many leading samples belong to the warm-up.

    The cut that minimises the marginal standard error of what remains (MSER): it drops leading
    samples only while that makes the mean of the rest more certain.

    Args:
        values: In the order they were measured.
        most: Largest share that may be dropped.

    Source:
        White, Simulation 69(6), 1997.

    >>> warm_up_count([90, 60, 50, 50, 51, 50, 49, 50, 50, 51])
    2
    """
    sample = np.asarray(values, dtype=np.float64)
    best, best_error = 0, math.inf
    for cut in range(int(sample.size * most) + 1):
        rest = sample[cut:]
        if rest.size < 2:
            break
        error = float(np.square(rest - rest.mean()).sum()) / rest.size**2
        if error < best_error:
            best, best_error = cut, error
    return best


def needs_more(
    values: Values,
    *,
    seed: int,
    stat: str = "median",
    relative_half_width: float = 0.02,
    at_least: int = 5,
    at_most: int = 100,
) -> bool:
    """Return whether a measurement should be repeated once more.

    Repeat until the interval's half width is small against the value, or the budget ends.
    """
    if len(values) >= at_most:
        return False
    if len(values) < max(at_least, MIN_FOR_INTERVAL):
        return True
    now = estimate(values, stat, seed=seed)
    if now.low is None or now.high is None or now.value == 0:
        return False
    return (now.high - now.low) / 2 > relative_half_width * abs(now.value)


def compare(
    baseline: Values,
    contender: Values,
    *,
    direction: Literal["higher", "lower", "none"],
    paired: bool,
    alpha: float = 0.01,
    min_shift_percent: float = 2.0,
    min_effect: float = 0.33,
) -> Comparison:
    """Say whether the contender is worse: significant and large and relevant, all three.

    Args:
        baseline: Old values.
        contender: New values; with `paired`, of the same inputs in the same order.
        direction: Which way is better.
        paired: Wilcoxon's signed-rank test on differences; otherwise Mann-Whitney.
        alpha: Significance level.
        min_shift_percent: Smallest relevant change of the typical value.
        min_effect: Smallest effect size, so that a bimodal clock cannot fool the test.
    """
    old = np.asarray(baseline, dtype=np.float64)
    new = np.asarray(contender, dtype=np.float64)
    p_value, shift, effect, test = _paired(old, new) if paired else _unpaired(old, new)
    middle = float(np.median(old))
    percent = 100 * shift / abs(middle) if middle else None
    if _least_p(old.size, new.size, paired) > alpha:
        return Comparison(p_value, shift, percent, effect, "too few", test)
    relevant = percent is None or abs(percent) >= min_shift_percent
    if p_value > alpha or not relevant or abs(effect) < min_effect or direction == "none":
        return Comparison(p_value, shift, percent, effect, "same", test)
    rose = shift > 0
    better = rose if direction == "higher" else not rose
    return Comparison(p_value, shift, percent, effect, "better" if better else "worse", test)


def _paired(old: NDArray[np.float64], new: NDArray[np.float64]) -> tuple[float, float, float, str]:
    from scipy import stats

    difference = new - old
    name = "Wilcoxon signed-rank"
    if not difference.any():
        return 1.0, 0.0, 0.0, name
    p_value = float(stats.wilcoxon(difference, zero_method="zsplit").pvalue)
    effect = float(np.sign(difference).mean())
    return p_value, float(np.median(difference)), effect, name


def _unpaired(
    old: NDArray[np.float64], new: NDArray[np.float64]
) -> tuple[float, float, float, str]:
    from scipy import stats

    result = stats.mannwhitneyu(new, old, alternative="two-sided")
    effect = 2 * float(result.statistic) / (old.size * new.size) - 1
    shift = float(np.median(new[:, None] - old[None, :]))  # Hodges-Lehmann
    return float(result.pvalue), shift, effect, "Mann-Whitney U"


def _least_p(old: int, new: int, paired: bool) -> float:
    """Return the smallest two-sided p-value that samples of this size can give."""
    return 2.0 ** (1 - new) if paired else 2.0 / math.comb(old + new, new)
