"""Choose the rows that run on an emulated NPU, which is too slow for all of them."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from device.targets import TargetDescription
    from quad_studio.config import RunOptions
    from quad_studio.sessions.order import PlannedRow

CallsOf = Callable[["PlannedRow"], int]


def emulator_budget(options: "RunOptions", target: "TargetDescription") -> int | None:
    """Return how many U-Net calls the run may make on the target's emulated NPU.

    Returns:
        0: everything runs on the provider that the plan names, or on the CPU. None: the plan's
        provider is hardware, there is nothing to ration.
    """
    emulates = target.emulated or target.kind == "host"  # off a phone, QNN is the HTP emulator
    if not emulates:
        return None
    if "qnn" not in target.providers or options.provider not in (None, "qnn"):
        return 0
    if options.provider is None and target.kind == "host":
        return 0  # the host is not a phone; its emulator runs only when asked for
    limit = target.emulator_max_calls
    return options.emulator_max_calls if limit is None else min(options.emulator_max_calls, limit)


def choose_emulated(
    rows: Sequence["PlannedRow"], max_calls: int, calls_of: CallsOf
) -> frozenset[int]:
    """Return the indices of the rows to emulate: at most `max_calls` U-Net calls together.

    The adapters take turns, so that each is seen as long as there are calls left. What is chosen
    depends on the plan only: a resumed run chooses the same rows. Rows that warm up are left out.
    """
    queues: dict[str, list[PlannedRow]] = {}
    for row in rows:
        if not row.warmup:
            queues.setdefault(row.settings.adapter, []).append(row)
    chosen: set[int] = set()
    left = max_calls
    while any(queues.values()) and left > 0:
        for queue in queues.values():
            if not queue:
                continue
            row = queue.pop(0)
            calls = calls_of(row)
            if 0 < calls <= left:
                chosen.add(row.index)
                left -= calls
    return frozenset(chosen)
