"""Choose a few of the calls that were recorded, spread over timesteps and inputs."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from quad_studio.errors import StageError

if TYPE_CHECKING:
    from quad_studio.quad.calibrate import Feed

# Of each other adapter, for the anchor's ranges: extremes of a trajectory, not a distribution.
BORROWED_CALLS = 12


def spread_feeds(
    feeds: Mapping[str, Sequence["Feed"]], calls: int
) -> dict[str, tuple["Feed", ...]]:
    """Return `calls` calls an adapter, spread evenly over what it was calibrated on.

    The calls of an adapter stand input by input, each from noise to image: evenly spaced ones
    fall on different timesteps as well as on different inputs.

    Raises:
        StageError: Less than one call was asked for.
    """
    return {name: tuple(made[k] for k in _spread(len(made), calls)) for name, made in feeds.items()}


def borrowed_feeds(
    feeds: Mapping[str, Sequence["Feed"]], anchor: str, calls: int = BORROWED_CALLS
) -> tuple["Feed", ...]:
    """Return calls of the adapters that are not the anchor; none if the anchor is no adapter."""
    if anchor not in feeds:
        return ()
    others = {name: made for name, made in feeds.items() if name != anchor}
    return tuple(feed for made in spread_feeds(others, calls).values() for feed in made)


def calls_of_each_input(feeds: Sequence["Feed"], calls: int) -> tuple["Feed", ...]:
    """Return `calls` calls of every input, at the same places of each trajectory.

    Scores of inputs can be compared then: none is measured nearer to the noise than another.
    """
    by_input: dict[str, list[Feed]] = {}
    for feed in feeds:
        by_input.setdefault(feed.item, []).append(feed)
    return tuple(made[k] for made in by_input.values() for k in _spread(len(made), calls))


def _spread(length: int, calls: int) -> list[int]:
    if calls < 1:
        raise StageError("choose_calls", "nothing can be measured on no calls")
    count = min(calls, length)
    return [(2 * k + 1) * length // (2 * count) for k in range(count)]
