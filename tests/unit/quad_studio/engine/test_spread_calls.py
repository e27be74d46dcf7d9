"""Which of the recorded calls layers, adapters and students are measured on."""

import numpy as np
import pytest

from quad_studio.engine.spread_calls import borrowed_feeds, calls_of_each_input, spread_feeds
from quad_studio.errors import StageError
from quad_studio.quad.calibrate import Feed


def feeds(count):
    return tuple(Feed({"sample": np.zeros(1)}, float(n)) for n in range(count))


@pytest.mark.parametrize(
    ("count", "calls", "times"), [(16, 2, [4.0, 12.0]), (3, 2, [0.0, 2.0]), (1, 2, [0.0])]
)
def test_that_calls_are_spread_over_what_an_adapter_saw(count, calls, times):
    chosen = spread_feeds({"a": feeds(count)}, calls)["a"]
    assert [feed.timestep for feed in chosen] == times


def test_that_no_calls_are_refused():
    with pytest.raises(StageError, match="no calls"):
        spread_feeds({"a": feeds(2)}, 0)


def test_that_every_input_is_measured_at_the_same_places_of_its_trajectory():
    made = [
        Feed({"sample": np.zeros(1)}, float(time), item=name)
        for name in ("one", "two")
        for time in range(8)
    ]
    chosen = calls_of_each_input(made, 3)
    assert [(f.item, f.timestep) for f in chosen] == [
        (name, time) for name in ("one", "two") for time in (1.0, 4.0, 6.0)
    ]
    assert len(calls_of_each_input(made, 100)) == 16


def test_that_an_anchor_borrows_calls_of_every_other_adapter_but_none_of_its_own():
    made = {name: tuple(Feed({}, float(n), item=name) for n in range(40)) for name in "abc"}
    borrowed = borrowed_feeds(made, "b", 4)
    assert [(f.item, f.timestep) for f in borrowed] == [
        (name, time) for name in "ac" for time in (5.0, 15.0, 25.0, 35.0)
    ]


def test_that_merged_ranges_borrow_nothing():
    assert borrowed_feeds({"a": feeds(4), "b": feeds(4)}, "unified") == ()
    assert borrowed_feeds({"a": feeds(4)}, "a") == ()
