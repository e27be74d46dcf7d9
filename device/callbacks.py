"""How work tells its progress and learns that it must stop: plain callables that cross layers."""

from collections.abc import Callable

ProgressFn = Callable[[str, int, int], None]
"""Called with what is being done, how much is done and how much there is."""

CheckFn = Callable[[], None]
"""Called between pieces of work; raises when the work must stop."""
