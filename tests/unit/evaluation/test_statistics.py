import numpy as np
import pytest
from scipy import stats

from evaluation.statistics import compare, estimate, needs_more, seed_from, warm_up_count


def test_that_an_interval_is_the_same_for_the_same_seed_and_holds_the_value():
    values = np.random.default_rng(0).normal(10, 1, 40)
    first = estimate(values, "median", seed=seed_from("run", "a"))
    again = estimate(values, "median", seed=seed_from("run", "a"))
    other = estimate(values, "median", seed=seed_from("run", "b"))
    assert first == again
    assert (first.low, first.high) != (other.low, other.high)
    assert first.low is not None
    assert first.high is not None
    assert first.low <= first.value == np.median(values) <= first.high


def test_that_the_bootstrap_interval_agrees_with_scipy():
    values = np.random.default_rng(1).exponential(5, 60)
    ours = estimate(values, "mean", seed=3)
    theirs = stats.bootstrap(
        (values,), np.mean, method="percentile", n_resamples=5000, rng=np.random.default_rng(0)
    ).confidence_interval
    assert ours.low == pytest.approx(theirs.low, rel=0.04)
    assert ours.high == pytest.approx(theirs.high, rel=0.04)


def test_that_the_interval_covers_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(5)
    hits = 0
    for at in range(100):
        done = estimate(rng.normal(0, 1, 30), "mean", seed=at)
        hits += bool(done.low is not None and done.high is not None and done.low < 0 < done.high)
    assert 86 <= hits <= 100


def test_that_two_samples_have_no_interval():
    done = estimate([1.0, 2.0], "mean", seed=0)
    assert (done.value, done.low, done.high, done.n) == (1.5, None, None, 2)


def test_that_a_slow_start_is_cut_and_a_steady_run_is_not():
    steady = [50, 51, 49, 50, 51, 50, 49, 50]
    assert warm_up_count([120, 80, *steady]) == 2
    assert warm_up_count(steady) == 0
    assert warm_up_count([]) == 0


def test_that_repeats_go_on_until_the_interval_is_small_or_the_budget_ends():
    rng = np.random.default_rng(0)
    assert needs_more([10.0, 10.0], seed=0)
    assert not needs_more(rng.normal(100, 0.5, 10), seed=0)
    assert needs_more(rng.normal(100, 30, 10), seed=0)
    assert not needs_more(rng.normal(100, 30, 10), seed=0, at_most=10)


def test_that_a_clear_slowdown_is_worse_and_a_clear_speed_up_is_better():
    rng = np.random.default_rng(0)
    old, new = rng.normal(100, 1, 12), rng.normal(120, 1, 12)
    assert compare(old, new, direction="lower", paired=False).verdict == "worse"
    assert compare(new, old, direction="lower", paired=False).verdict == "better"
    assert compare(old, new, direction="higher", paired=False).verdict == "better"
    done = compare(old, new, direction="lower", paired=False)
    assert done.effect == 1.0
    assert done.shift_percent == pytest.approx(20, abs=1)


def test_that_a_significant_but_tiny_change_is_the_same():
    rng = np.random.default_rng(0)
    old, new = rng.normal(100, 0.1, 200), rng.normal(100.5, 0.1, 200)
    done = compare(old, new, direction="lower", paired=False)
    assert done.p_value < 1e-6
    assert done.verdict == "same"


def test_that_three_pairs_are_too_few_to_say():
    done = compare([1, 2, 3], [2, 3, 4], direction="lower", paired=True)
    assert done.verdict == "too few"


def test_that_equal_pairs_are_the_same():
    done = compare([1.0] * 20, [1.0] * 20, direction="higher", paired=True)
    assert (done.verdict, done.p_value) == ("same", 1.0)


def test_that_unchanged_noise_is_hardly_ever_flagged():
    rng = np.random.default_rng(11)
    verdicts = [
        compare(
            rng.normal(50, 2, 15),
            rng.normal(50, 2, 15),
            direction="lower",
            paired=False,
        ).verdict
        for _ in range(200)
    ]
    assert verdicts.count("worse") <= 2
