import numpy as np
import pytest

from quad_studio.errors import InputFileProblem, StageError
from quad_studio.quad.statistics import BINS, AdapterStatistics, Statistics, widen


def stats_of(values_by_group, exponent):
    """Statistics of one site from raw values, one list a timestep group."""
    groups = len(values_by_group)
    counts = np.zeros((1, groups, BINS), np.float32)
    for group, values in enumerate(values_by_group):
        edges = (-(2.0**exponent), 2.0**exponent)
        counts[0, group] = np.histogram(values, BINS, edges)[0]
    return AdapterStatistics(
        np.array([[np.min(v) if len(v) else np.inf for v in values_by_group]]),
        np.array([[np.max(v) if len(v) else -np.inf for v in values_by_group]]),
        np.full((1, groups), exponent, np.int32),
        counts,
    )


def test_that_minmax_spans_all_groups_and_adapters():
    a = stats_of([[-1.0, 0.5], [0.0, 3.0]], 2)
    b = stats_of([[-2.0, 0.0], []], 2)
    both = Statistics(("s",), {"a": a, "b": b})
    assert both.site_range("s", ["a"]) == (-1.0, 3.0)
    assert both.site_range("s", ["a", "b"]) == (-2.0, 3.0)


def test_that_a_percentile_drops_an_outlier_but_not_a_whole_timestep_group():
    rng = np.random.default_rng(0)
    usual = np.append(rng.uniform(-1, 1, 100_000), 30.0)
    late = rng.uniform(-8, 8, 1_000)  # one per cent of all values, but a fourth of the steps
    one = Statistics(("s",), {"a": stats_of([usual, late], 5)})
    low, high = one.site_range("s", ["a"], estimator="percentile", percentile=99.9)
    assert 7.5 < high < 8.2
    assert -8.2 < low < -7.5


def test_that_the_mse_estimator_clips_rare_outliers_at_eight_bits_and_not_at_sixteen():
    rng = np.random.default_rng(0)
    values = np.append(rng.normal(0, 1, 200_000), [14.0, -14.0])
    one = Statistics(("s",), {"a": stats_of([values], 4)})
    assert one.site_range("s", ["a"], estimator="mse", levels=256)[1] < 10.0
    assert one.site_range("s", ["a"], estimator="mse", levels=65536)[1] > 13.0


def test_that_further_calls_of_an_adapter_widen_its_statistics_only():
    first = Statistics(("s",), {"a": stats_of([[-1.0, 0.5], []], 1), "b": stats_of([[9.0], []], 4)})
    further = Statistics(("s",), {"a": stats_of([[3.0], [-5.0, 0.0]], 3)})
    both = first.widened("a", further)
    assert both.site_range("s", ["a"]) == (-5.0, 3.0)
    assert both.adapters["b"] is first.adapters["b"]
    joined = both.adapters["a"]
    assert joined.counts.sum() == 5
    at = np.flatnonzero(joined.counts[0, 0])
    centres = (at + 0.5) * 16 / BINS - 8
    assert centres == pytest.approx([-1.0, 0.5, 3.0], abs=0.01)


def test_that_statistics_of_another_graph_are_not_joined():
    one = Statistics(("s",), {"a": stats_of([[1.0]], 1)})
    with pytest.raises(StageError, match="different graphs"):
        one.widened("a", Statistics(("t",), one.adapters))


def test_that_widening_keeps_every_count():
    counts = np.arange(16, dtype=np.float32)
    assert widen(counts, 3).sum() == counts.sum()
    assert widen(counts, 0).tolist() == counts.tolist()


def test_that_estimators_without_histograms_say_what_is_missing():
    bare = AdapterStatistics(
        np.array([[0.0]]), np.array([[1.0]]), np.zeros((1, 1), np.int32), np.zeros((1, 1, 0), "f4")
    )
    with pytest.raises(StageError, match="histograms"):
        Statistics(("s",), {"a": bare}).site_range("s", ["a"], estimator="mse")


def test_that_statistics_survive_a_file(tmp_path):
    one = Statistics(("s",), {"": stats_of([[0.0, 1.0]], 1)})
    one.save(tmp_path / "s.npz")
    back = Statistics.load(tmp_path / "s.npz")
    assert back.sites == one.sites
    assert np.array_equal(back.adapters[""].counts, one.adapters[""].counts)


def test_that_a_foreign_file_is_refused(tmp_path):
    (tmp_path / "s.npz").write_bytes(b"no zip")
    with pytest.raises(InputFileProblem, match="no calibration statistics"):
        Statistics.load(tmp_path / "s.npz")
