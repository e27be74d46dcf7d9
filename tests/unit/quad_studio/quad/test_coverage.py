from dataclasses import replace

import numpy as np
import pytest

from quad_studio.adapters.weights import AdapterWeights
from quad_studio.quad.affine import asymmetric, symmetric
from quad_studio.quad.coverage import clipping_power, coverage_of
from quad_studio.quad.profile import Profile, ProfileOptions
from quad_studio.quad.statistics import BINS, AdapterStatistics, Statistics

EXPONENT = 3  # histograms over [-8, 8)


def seen(*groups, histograms=False):
    """Return what a site saw: (low, high) a group, None where a group saw nothing."""
    low = [np.inf if g is None else g[0] for g in groups]
    high = [-np.inf if g is None else g[1] for g in groups]
    counts = np.zeros((1, len(groups), BINS if histograms else 0), np.float32)
    exponents = np.full((1, len(groups)), EXPONENT, np.int32)
    return AdapterStatistics(np.array([low]), np.array([high]), exponents, counts)


def adapter(name, size=0.0):
    """Return an adapter of one layer whose matrices fill [-size, size]."""
    matrix = np.linspace(-size, size, 6, dtype=np.float32)
    modules = {"m": (matrix.reshape(3, 2), matrix.reshape(2, 3))} if size else {}
    return AdapterWeights(name, modules, 2, "made in memory", "0" * 64)


def profile(high, magnitude=1.0):
    """Return a profile that holds [-high, high] at site "s" and `magnitude` in the slots."""
    slot = symmetric(magnitude, "int16")
    encodings = {"s": asymmetric(-high, high, "uint16")}
    encodings |= {f"m.lora_{role}.weight": slot for role in "AB"}
    return Profile("x", 2, ProfileOptions(), encodings)


def test_that_evenly_spread_values_lose_the_mean_square_beyond_the_limits():
    values = np.linspace(-2.0, 3.0, 2_000_001)
    beyond = np.maximum(-1.5 - values, 0) + np.maximum(values - 1.0, 0)
    lost = clipping_power(seen((-2.0, 3.0)), 0, 0, (-1.5, 1.0))
    assert lost == pytest.approx(np.square(beyond).mean(), rel=1e-5)


def test_that_a_tensor_wholly_beyond_the_limits_loses_its_distance():
    lost = clipping_power(seen((4.0, 4.0)), 0, 0, (-1.0, 1.0))
    assert lost == pytest.approx(9.0)


def test_that_a_histogram_counts_rare_outliers_as_rare():
    rng = np.random.default_rng(0)
    values = np.append(rng.normal(0.0, 0.5, 100_000), [6.0, -6.0])
    stats = seen((-6.0, 6.0), histograms=True)
    stats.counts[0, 0] = np.histogram(values, BINS, (-8.0, 8.0))[0]
    exact = np.square(np.maximum(np.abs(values) - 3.0, 0)).mean()
    assert clipping_power(stats, 0, 0, (-3.0, 3.0)) == pytest.approx(exact, rel=0.02)
    assert clipping_power(seen((-6.0, 6.0)), 0, 0, (-3.0, 3.0)) > 1000 * exact


def test_that_the_adapter_that_fares_worst_counts():
    statistics = Statistics(("s",), {"calm": seen((-1.0, 1.0)), "loud": seen((-4.0, 4.0))})
    found = coverage_of(profile(2.0), statistics, [adapter("calm"), adapter("loud")])
    assert found.adapter == "loud"
    # half of [-4, 4] is cut by up to 2: mean square 2/3, over a power of 64 / 12
    assert found.noise == pytest.approx(2 / 3 / (64 / 12), rel=1e-3)
    assert (found.clipped, found.tensors, found.worst) == (1, 1, ("s",))


def test_that_wide_enough_ranges_leave_rounding_only():
    statistics = Statistics(("s",), {"calm": seen((-1.0, 1.0), None)})
    found = coverage_of(profile(4.0), statistics, [adapter("calm", 0.5)])
    assert found.clipped == 0
    assert 0 < found.noise < 1e-8


def test_that_matrices_beyond_the_slots_ranges_count():
    statistics = Statistics(("s",), {"a": seen((-1.0, 1.0))})
    inside = coverage_of(profile(2.0), statistics, [adapter("a", 1.0)])
    beyond = coverage_of(profile(2.0), statistics, [adapter("a", 4.0)])
    assert inside.noise < 1e-8 < 0.05 < beyond.noise
    assert (beyond.clipped, beyond.tensors) == (2, 3)
    assert set(beyond.worst) == {"m.lora_A.weight", "m.lora_B.weight"}


def test_that_the_wider_ranges_of_two_cover_better():
    statistics = Statistics(("s",), {"a": seen((-1.0, 1.0)), "b": seen((-3.0, 3.0))})
    of_a = coverage_of(profile(1.0), statistics, [adapter("b")])
    of_b = coverage_of(profile(3.0), statistics, [adapter("a")])
    assert of_b.noise < of_a.noise


def test_that_an_anchor_alone_leaves_no_noise():
    assert coverage_of(profile(1.0), Statistics(("s",), {}), []).noise == 0.0


def test_that_sites_of_other_graphs_are_left_out():
    statistics = Statistics(("other",), {"a": seen((-9.0, 9.0))})
    found = coverage_of(replace(profile(1.0)), statistics, [adapter("a", 0.5)])
    assert found.tensors == 2
