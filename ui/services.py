"""What the panels ask of the core, as protocols.

`ui.app` is given one object for each; tests give fakes. Every method may take long and is called in
a worker's thread only, except where it says "at once". What goes on is told through `emit`, with
the core's events; what comes back is a frozen dataclass.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from quad_studio.cancel import CancelToken
from quad_studio.events import Emit

if TYPE_CHECKING:
    from device.targets import Telemetry

Pixels = NDArray[np.uint8]


# ---- devices -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class TargetCard:
    """One target as a list shows it.

    Attributes:
        name: "host", "adb:SERIAL" or "virtual:PRESET".
        kind: "host", "phone" or "virtual".
        state: A word of `device.states.DeviceState`, or "stopped" for a virtual phone at rest.
        cause, remedy: Why it is in that state and what to do, empty when it is ready.
        action: Identity of the one thing to click, empty when there is none; it goes to
            `DeviceService.act` as it is.
        facts: What is known of it, in the order of showing.
        emulated: Its times say nothing about a phone.
    """

    name: str
    kind: str
    label: str
    state: str
    cause: str = ""
    remedy: str = ""
    action: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    transports: tuple[str, ...] = ()
    emulated: bool = False
    note: str = ""
    last_seen: float | None = None


@dataclass(frozen=True)
class DeployedItem:
    """One bundle or adapter that lies on a target."""

    kind: str
    name: str
    size_bytes: int
    fingerprint: str = ""


@dataclass(frozen=True)
class PairingCode:
    """What the QR code carries, and the name that the phone will announce."""

    qr_text: str
    name: str


Report = Callable[[tuple[TargetCard, ...]], None]


class DeviceService(Protocol):
    """Finds, watches, pairs and fills devices."""

    def watch(self, report: Report, cancel: CancelToken) -> None:
        """Report the list now and at every change, until cancelled."""

    def act(self, target: str, action: str, cancel: CancelToken) -> str:
        """Do a card's action (reconnect, start, stop, ...); return one line on what came of it."""

    def deploy(self, bundle: Path, targets: Sequence[str], emit: Emit, cancel: CancelToken) -> None:
        """Push `bundle` to all `targets` at once; stages are called "deploy:TARGET", in bytes."""

    def contents(self, target: str) -> tuple[DeployedItem, ...]:
        """Return what lies on `target`."""

    def remove(self, target: str, item: DeployedItem) -> None:
        """Take `item` off `target`."""

    def telemetry(self, target: str) -> "Telemetry":
        """Return how `target` is now."""

    def new_pairing(self) -> PairingCode:
        """Return a fresh offer; at once."""

    def pair_by_qr(self, code: PairingCode, cancel: CancelToken) -> str:
        """Wait until a phone has scanned `code`; return its target's name."""

    def pair_with_code(self, endpoint: str, code: str) -> str:
        """Pair with HOST:PORT by the six digits that the phone shows; return its target's name."""


# ---- sessions ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class UseCaseChoice:
    """One use case that a bundle offers.

    Attributes:
        needs: Of "image", "mask", "sketch", "prompt".
        adapter: Its usual adapter, None for the base model.
    """

    name: str
    needs: frozenset[str]
    adapter: str | None = None
    sampler: str = "ddim"
    steps: int = 8
    guidance: float = 1.0


@dataclass(frozen=True)
class BundleChoices:
    """What can be asked of a bundle."""

    path: Path
    name: str
    width: int
    height: int
    use_cases: tuple[UseCaseChoice, ...]
    adapters: tuple[str, ...]
    samplers: tuple[str, ...]


@dataclass(frozen=True)
class Ask:
    """One image to make.

    Attributes:
        image: (H, W, 3) uint8.
        mask: (H, W) uint8, 255 where the picture shall change.
        sketch: (H, W, 3) uint8, dark lines on white.
        adapter: None for the base model.
        with_reference: Also make the FP32 picture to compare with.
    """

    use_case: str
    prompt: str = ""
    negative_prompt: str = ""
    image: Pixels | None = None
    mask: Pixels | None = None
    sketch: Pixels | None = None
    adapter: str | None = None
    strength: float = 1.0
    sampler: str = "ddim"
    steps: int = 8
    guidance: float = 1.0
    seed: int = 0
    with_reference: bool = True


@dataclass(frozen=True)
class SessionResult:
    """One image that a target made.

    Attributes:
        row: The row as results.jsonl has it (contracts, section 8).
        reference: FP32, None when it was not asked for.
    """

    target: str
    ask: Ask
    image: Pixels
    reference: Pixels | None
    row: Mapping[str, Any]


class SessionHandle(Protocol):
    """A runner that holds the foundation model on one target; used by one thread at a time."""

    def generate(self, ask: Ask, emit: Emit, cancel: CancelToken) -> SessionResult:
        """Make one image; steps are told as StageProgress(stage="unet")."""

    def close(self) -> None:
        """End the runner, and the session with the last of its devices."""

    def drop(self) -> None:
        """End a runner that failed; a new one goes on in the same session."""


class SessionService(Protocol):
    """Opens sessions on targets."""

    def choices(self, bundle: Path) -> BundleChoices:
        """Return what can be asked of `bundle`."""

    def start_session(
        self, bundle: Path, target: str, emit: Emit, cancel: CancelToken
    ) -> SessionHandle:
        """Deploy what is missing and start a runner."""

    def judge(self, emit: Emit, cancel: CancelToken) -> Path:
        """Score what the session has made so far and return its run folder."""

    def save_plan(self, folder: Path, bundle: Path, target: str, asks: Sequence[Ask]) -> Path:
        """Write the sequence as a plan that replays it; return the plan's path."""


# ---- building and running plans ----------------------------------------------------------------


@dataclass(frozen=True)
class LintFinding:
    """One thing that a chipset will refuse or spoil.

    Attributes:
        level: "error", "warning" or "note".
        node: Node or input, by the name that it has in the file.
    """

    level: str
    rule: str
    component: str
    node: str
    message: str
    remedy: str


@dataclass(frozen=True)
class FitEstimate:
    """Whether a bundle will fit on a target; a None number is unknown.

    Attributes:
        fits: None when nobody can say.
        why: Why nobody can say.
    """

    target: str
    rom_mb: float | None
    rom_free_mb: float | None
    ram_mb: float | None
    ram_free_mb: float | None
    fits: bool | None
    why: str = ""


@dataclass(frozen=True)
class Distribution:
    """How the values of one site are spread, before and after quantization.

    Attributes:
        edges: Edges of the bins, one more than counts.
    """

    name: str
    edges: tuple[float, ...]
    before: tuple[float, ...]
    after: tuple[float, ...]
    unit: str = ""


@dataclass(frozen=True)
class AnchorFacts:
    """How the anchor of a bundle was chosen (docs/adr/0012).

    Attributes:
        scores: Adapter -> mean, lower and upper end of its QSS.
        reason: Why it is the anchor.
        single: Of tied adapters the one that covers the others best, "" where there was no tie.
        single_reason: Why.
        coverage: Tied adapter -> modelled noise of the adapter that fares worst under its ranges.
    """

    anchor: str
    scores: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    reason: str = ""
    single: str = ""
    single_reason: str = ""
    coverage: Mapping[str, float] = field(default_factory=dict)


class BuildService(Protocol):
    """Builds bundles, checks them, and runs plans."""

    def build(self, project: Path, emit: Emit, cancel: CancelToken) -> Path:
        """Build the bundle of `project` and return its folder."""

    def lint(self, bundle: Path, chipset: str) -> tuple[LintFinding, ...]:
        """Return what the chipset's rules say about the graphs."""

    def describe_node(self, bundle: Path, finding: LintFinding) -> Mapping[str, str]:
        """Return what the graph says about the finding's node: operator, inputs, outputs, sizes."""

    def chipsets(self) -> tuple[str, ...]:
        """Return the names of the chipsets; at once."""

    def estimate(self, project: Path, targets: Sequence[str]) -> tuple[FitEstimate, ...]:
        """Return whether the bundle will fit, before it is built."""

    def distributions(self, bundle: Path) -> tuple[Distribution, ...]:
        """Return distributions before and after quantization, the most changed site first."""

    def anchor_of(self, bundle: Path) -> AnchorFacts:
        """Return how the bundle's anchor was chosen."""

    def run_plan(self, plan: Path, emit: Emit, cancel: CancelToken) -> Path:
        """Run `plan` and return the run's folder."""

    def export_report(self, run: Path, formats: Sequence[str]) -> tuple[Path, ...]:
        """Write reports of `run` and return their paths."""

    def report_formats(self) -> tuple[str, ...]:
        """Return the names of the formats; at once."""


@dataclass(frozen=True)
class Services:
    """What the window works with; None shows the panel's "not available" state."""

    devices: DeviceService | None = None
    sessions: SessionService | None = None
    build: BuildService | None = None
