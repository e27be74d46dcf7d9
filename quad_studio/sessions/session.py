"""A session: one runner, one bundle, any sequence of requests."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from device.callbacks import CheckFn, ProgressFn
from quad_studio.bundle import Bundle
from quad_studio.errors import UsageProblem
from quad_studio.use_cases.base import Frame
from quad_studio.use_cases.item import InputItem
from quad_studio.use_cases.prepare import Finished, Prepared, prepare
from quad_studio.use_cases.settle import NO_ADAPTER, TaskSettings, check_slots, settle

if TYPE_CHECKING:
    from device.targets import GenerateResult, RunnerSession, TargetDescription
    from quad_studio.sessions.order import PlannedRow


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one request gave.

    Attributes:
        request_ms: From handing the request over until the answer was there, on this machine.
        first_step_ms: Until the first step was reported; None without steps.
        switched_from: The adapters that were active before, as a row names them.
        output_sha256: Hash of the image's float32 values: equal hash, equal bits.
    """

    prepared: Prepared
    result: "GenerateResult"
    finished: Finished
    request_ms: float
    first_step_ms: float | None
    switched_from: str
    output_sha256: str


class Session:
    """Runs requests on a runner that keeps the foundation model loaded.

    Args:
        runner: The connection; the caller closes it.
        bundle: What it runs.
        target: What runs it.
        preload_ahead: How many of the coming adapters are brought into the device's cache while
            it waits between rows. With 0 each adapter's first use shows the cold switch.
    """

    def __init__(
        self,
        runner: "RunnerSession",
        bundle: Bundle,
        target: "TargetDescription",
        *,
        preload_ahead: int = 0,
    ) -> None:
        self.runner, self.bundle, self.target = runner, bundle, target
        self.frame = Frame.of_bundle(bundle)
        self.active = NO_ADAPTER
        self._ahead = preload_ahead
        self._coming: list[PlannedRow] = []
        self._cached: set[str] = set()
        self._ready: dict[tuple[TaskSettings, InputItem], Prepared] = {}

    @property
    def graph_sha256(self) -> str:
        """Return the hash of the U-Net graph: what the runner said, else the bundle's."""
        graphs = self.runner.hello.get("graphs", {})
        return str(graphs.get("unet", {}).get("sha256") or self.bundle.graph_sha256)

    def settle(self, use_case: str, **given: Any) -> TaskSettings:
        """Return settings for this bundle; the arguments are those of `use_cases.settle`.

        Raises:
            UsageProblem: Unknown names, or adapters that do not fit into the slots together.
        """
        return settle(use_case, self.frame, **given)

    def prepare(self, settings: TaskSettings, item: InputItem) -> Prepared:
        """Return the tensors of a request; the last one is kept for its repetitions."""
        key = (settings, item)
        if key not in self._ready:
            self._ready = {key: prepare(settings, item, self.frame)}
        return self._ready[key]

    def ask(
        self,
        prepared: Prepared,
        *,
        progress: ProgressFn | None = None,
        check: CheckFn | None = None,
    ) -> Answer:
        """Make one image.

        Raises:
            DeviceError: The runner refused, or the device is gone.
            UsageProblem: Adapters together need more slots than there are.
        """
        names = [name for name, _ in prepared.settings.adapters]
        check_slots(prepared.settings.use_case, names, self.frame)
        before = self.active
        request = prepared.request()
        first_step: list[float] = []
        started = time.perf_counter()

        def on_step(what: str, done: int, total: int) -> None:
            if not first_step:
                first_step.append((time.perf_counter() - started) * 1000.0)
            if progress is not None:
                progress(what, done, total)

        result = self.runner.generate(request, progress=on_step, check=check)
        elapsed_ms = (time.perf_counter() - started) * 1000.0
        self.active = prepared.settings.adapter
        self._cached.update(name for name, _ in prepared.settings.adapters)
        if result.image is None:
            raise UsageProblem("the runner sent no image back")
        return Answer(
            prepared=prepared,
            result=result,
            finished=prepared.finish(result.image),
            request_ms=elapsed_ms,
            first_step_ms=first_step[0] if first_step else None,
            switched_from=before,
            output_sha256=hashlib.sha256(result.image.tobytes()).hexdigest(),
        )

    def preload(self, rows: Sequence["PlannedRow"]) -> None:
        """Take the coming rows as a hint; see `preload_ahead`."""
        self._coming = list(rows)
        self._hint()

    def finished_row(self, row: "PlannedRow") -> None:
        """Take `row` off the coming ones and preload what comes next."""
        rest = [other for other in self._coming if other.index > row.index]
        if len(rest) != len(self._coming):
            self._coming = rest
            self._hint()

    def forget(self, adapter: str) -> None:
        """Note that an adapter left the device's cache."""
        self._cached.discard(adapter)

    def _hint(self) -> None:
        """Preload the next adapters that are not in the cache."""
        names: list[str] = []
        for row in self._coming:
            for name, _ in row.settings.adapters:
                if name not in names:
                    names.append(name)
            if len(names) >= self._ahead:
                break
        for name in names[: self._ahead]:
            if name not in self._cached:
                self.runner.preload(name)
                self._cached.add(name)
