"""Open a plan's targets and bring the bundle to all of them at once."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

from quad_studio.bundle import Bundle
from quad_studio.cancel import CancelToken
from quad_studio.engine.phone_locks import lock_phone
from quad_studio.engine.plan_request import PlanRequest
from quad_studio.engine.progress import eta_progress
from quad_studio.events import DeviceChanged, Emit, StageFinished, StageStarted


def open_targets(request: PlanRequest, stack: ExitStack) -> dict[str, Any]:
    """Return the plan's targets by name; each is closed, and a phone unlocked, with `stack`.

    Raises:
        DeviceProblem: Another plan runs on one of the phones.
    """
    from device.open_target import open_target

    targets: dict[str, Any] = {}
    for name in request.targets or request.plan.run.targets:
        target = open_target(name)
        stack.callback(target.close)
        described = target.describe()
        if described.kind != "host":
            stack.callback(lock_phone(described.name).close)
        targets[described.name] = target
    return targets


def deploy(
    targets: Mapping[str, Any], bundle: Bundle, *, emit: Emit, cancel: CancelToken
) -> dict[str, Exception]:
    """Bring the bundle to every target, all at once; what is there already is skipped.

    Returns:
        What went wrong, by target; one that fails stops no other.

    Raises:
        Exception: There is one target only, and it failed.
    """
    from device.errors import DeviceError

    failed: dict[str, Exception] = {}
    with ThreadPoolExecutor(max_workers=max(1, len(targets))) as pool:
        futures = {
            name: pool.submit(deploy_to, name, target, bundle, emit=emit, cancel=cancel)
            for name, target in targets.items()
        }
    for name, future in futures.items():
        error = future.exception()
        if error is None:
            continue
        if not isinstance(error, DeviceError) or len(targets) == 1:
            raise error
        emit(DeviceChanged(target=name, state="failed", cause=str(error)))
        failed[name] = error
    return failed


def deploy_to(name: str, target: Any, bundle: Bundle, *, emit: Emit, cancel: CancelToken) -> None:
    """Bring the bundle to one target."""
    stage = f"deploy {name}"
    emit(StageStarted(stage=stage, title=bundle.name))
    report = target.deploy(bundle.path, progress=eta_progress(stage, emit), check=cancel.check)
    sent, total = report.bytes_sent / 1e6, report.bytes_total / 1e6
    note = f"{sent:.1f} of {total:.1f} MB sent" if sent else f"all {total:.1f} MB are there already"
    emit(StageFinished(stage=stage, seconds=report.seconds, note=note))
