from dataclasses import replace

import numpy as np
import pytest

from quad_studio.errors import StageError
from quad_studio.quad.coverage import Coverage
from quad_studio.quad.divergence import divergence, jensen_shannon, kullback_leibler
from quad_studio.quad.sensitivity import (
    Score,
    SensitivityInput,
    choose_anchor,
    choose_single,
    measure_sensitivity,
    tied,
    warnings_about,
)


@pytest.mark.timeout(60)
def test_that_jensen_shannon_agrees_with_scipy():
    from scipy.spatial.distance import jensenshannon

    rng = np.random.default_rng(0)
    p, q = rng.dirichlet(np.ones(50), 4), rng.dirichlet(np.ones(50), 4)
    theirs = np.array([jensenshannon(a, b) ** 2 for a, b in zip(p, q, strict=True)])
    assert np.allclose(jensen_shannon(p, q), theirs, rtol=1e-10)


@pytest.mark.timeout(60)
def test_that_kl_agrees_with_scipy():
    from scipy.stats import entropy

    rng = np.random.default_rng(1)
    p, q = rng.dirichlet(np.ones(20), 3), rng.dirichlet(np.ones(20), 3)
    assert np.allclose(kullback_leibler(p, q), entropy(p, q, axis=1))


@pytest.mark.parametrize("name", ["jensen-shannon", "kl", "symmetric-kl", "mse"])
def test_that_equal_outputs_do_not_diverge_and_more_noise_diverges_more(name):
    rng = np.random.default_rng(2)
    x, noise = rng.standard_normal((1, 4, 8, 8)), rng.standard_normal((1, 4, 8, 8))
    little, much = (divergence(name, x, x + gain * noise) for gain in (0.01, 0.1))
    assert divergence(name, x, x) == pytest.approx(0.0, abs=1e-12)
    assert 0 < little < much


def test_that_the_score_does_not_depend_on_the_outputs_level():
    rng = np.random.default_rng(3)
    x, y = rng.standard_normal((2, 1, 4, 8, 8))
    assert divergence("kl", x, y) == pytest.approx(divergence("kl", 7 * x, 7 * y))


def test_that_an_unknown_divergence_lists_the_known_ones():
    with pytest.raises(StageError, match="symmetric-kl"):
        divergence("wasserstein", np.ones((1, 1, 2)), np.ones((1, 1, 2)))


def test_that_the_most_sensitive_adapter_is_the_anchor():
    scores = {"b": Score(1.0, 0.9, 1.1, 5), "a": Score(3.0, 2.0, 4.0, 5)}
    assert choose_anchor(scores)[0] == "a"


def test_that_overlap_of_all_intervals_means_unified():
    scores = {"a": Score(3.0, 1.0, 4.0, 5), "b": Score(2.0, 1.5, 2.5, 5)}
    assert choose_anchor(scores)[0] == "unified"


def test_that_a_tie_at_the_top_means_unified_whatever_the_others_score():
    scores = {
        "a": Score(3.0, 2.5, 3.6, 8),
        "b": Score(2.9, 2.1, 4.1, 8),
        "c": Score(1.0, 0.9, 1.1, 8),
    }
    anchor, reason = choose_anchor(scores)
    assert anchor == "unified"
    assert "a and b cannot be told apart" in reason


TIE = {
    "a": Score(3.0, 2.5, 3.6, 8),
    "b": Score(2.9, 2.1, 4.1, 8),
    "c": Score(2.4, 1.8, 2.6, 8),
    "d": Score(1.0, 0.9, 1.1, 8),
}


def test_that_only_adapters_that_may_be_the_most_sensitive_are_tied():
    assert tied(TIE) == ("a", "b", "c")


def test_that_a_tie_goes_to_the_tied_adapter_that_covers_the_others_best():
    asked = []

    def cover(names):
        asked.append(tuple(names))
        return {"a": Coverage(0.5, "b"), "b": Coverage(0.2, "a"), "c": Coverage(0.1, "d")}

    chosen = choose_single(TIE, cover)
    assert asked == [("a", "b", "c")], "an adapter that is less sensitive is no candidate"
    assert (chosen.anchor, chosen.rule) == ("c", "coverage")
    assert "c covers the others best" in chosen.reason
    assert "0.1 of d" in chosen.reason
    assert set(chosen.coverage) == {"a", "b", "c"}


def test_that_coverage_is_not_asked_where_the_scores_decide():
    scores = {"b": Score(1.0, 0.9, 1.1, 5), "a": Score(3.0, 2.0, 4.0, 5)}
    chosen = choose_single(scores, lambda names: pytest.fail(f"asked about {names}"))
    assert (chosen.anchor, chosen.rule, chosen.coverage) == ("a", "sensitivity", {})


def test_that_a_single_adapter_is_the_anchor_by_being_alone():
    chosen = choose_single({"a": Score(1.0, 0.9, 1.1, 5)}, lambda names: {})
    assert (chosen.anchor, chosen.rule) == ("a", "only adapter")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_that_a_tie_is_told_with_the_coverage_of_the_tied(program, statistics, adapters, feeds):
    same = {name: feeds["first"] for name in ("first", "second")}
    loud = replace(
        adapters[0],
        name="second",
        modules={m: (a, b * 8) for m, (a, b) in adapters[0].modules.items()},
    )
    from quad_studio.quad.calibrate import CalibrateInput, calibrate

    both = (adapters[0], loud)
    seen = calibrate(CalibrateInput(program, both, same, histograms=False)).statistics
    found = measure_sensitivity(SensitivityInput(program, seen, both, same, confidence=0.9999))
    assert found.anchor == "unified"
    assert (found.single, found.single_rule) == ("second", "coverage")
    assert found.coverage["second"].noise < found.coverage["first"].noise
    assert found.coverage["first"].adapter == "second"


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_that_an_adapter_with_outliers_is_the_more_sensitive_one(
    program, statistics, adapters, feeds
):
    found = measure_sensitivity(SensitivityInput(program, statistics, adapters, feeds))
    assert set(found.scores) == {"first", "second"}
    assert all(s.ci_low <= s.mean <= s.ci_high for s in found.scores.values())
    assert list(found.scores.values())[0].mean >= list(found.scores.values())[1].mean
    assert all(score.inputs == 4 for score in found.scores.values())
    assert found.anchor in {"first", "second", "unified"}


def test_that_a_choice_on_few_inputs_carries_a_warning():
    few, enough = Score(2.0, 1.9, 2.1, 2), Score(1.0, 0.9, 1.1, 8)
    assert warnings_about({"a": enough}) == ()
    (text,) = warnings_about({"a": few, "b": enough})
    assert "fewer than 8 inputs an adapter (a 2)" in text
    assert "calibration.samples_per_adapter" in text
