"""Say what can run a bundle, what it is asked and what it answers.

A target is the host, a phone on ADB or a virtual phone; device/open_target.py finds one by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from device.callbacks import CheckFn, ProgressFn

Tensor = NDArray[Any]
TargetKind = Literal["host", "phone", "virtual"]
Policy = Literal["resident", "sequential"]
Variant = Literal["qdq", "exact", "fast"]


@dataclass(frozen=True)
class TargetDescription:
    """What a target is; goes into the manifest of a run.

    Attributes:
        name: "host", "adb:SERIAL" or "virtual:PRESET".
        label: What a person reads, e.g. "Galaxy S25 (virtual)".
        memory_mb: Physical memory, in units of 2**20 bytes.
        providers: Execution providers that its runner can use.
        emulated: Its times are not those of the hardware it names.
        note: What a reader of its numbers must know, or "".
        emulator_max_calls: How many U-Net calls a run may make on its emulated NPU, 0 where there
            is none; None where no limit of the target's own holds.
    """

    name: str
    kind: TargetKind
    label: str
    soc: str = ""
    model: str = ""
    os_build: str = ""
    abi: str = ""
    cpu_count: int = 0
    memory_mb: int | None = None
    providers: tuple[str, ...] = ("cpu",)
    emulated: bool = False
    note: str = ""
    emulator_max_calls: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the fields as plain JSON."""
        return {**vars(self), "providers": list(self.providers)}


@dataclass(frozen=True)
class DeployReport:
    """What a deployment did.

    Attributes:
        location: Where the bundle lies on the target.
    """

    bytes_total: int
    bytes_sent: int
    files_sent: int
    files_skipped: int
    seconds: float
    location: str


@dataclass(frozen=True)
class Telemetry:
    """The state of a target at one moment; None where it does not tell."""

    thermal_status: int | None = None
    temperature_celsius: float | None = None
    battery_percent: float | None = None
    battery_ma: float | None = None
    charging: bool | None = None
    memory_available_mb: float | None = None
    cpu_percent: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the fields as plain JSON."""
        return dict(vars(self))


@dataclass(frozen=True)
class SessionRequest:
    """How to start a runner on a target.

    Attributes:
        bundle: The bundle's directory on this machine; the target finds its own copy.
        provider: "cpu", "qnn", "xnnpack", "nnapi"; None leaves the choice to the target.
        threads: Of one graph call; None leaves it to the target.
        policy: "resident" keeps all graphs loaded, "sequential" loads one after the other.
        variant: How the CPU runs the U-Net: the QDQ graph, its bit-equal fused form, or the
            form without activation sites.
        adapter_cache_bytes: Budget of the adapter cache; None means the runner's default.
        provider_options: Passed to the provider, e.g. {"htp_arch": "79"}.
        context: A compiled U-Net context (.onnx with an EPContext node) to use as the U-Net.
        idle_timeout_s: The runner ends by itself after so long without a request.
        env: Added to the runner's environment.
        allow_faults: Let `inject_fault` requests through, for tests.
    """

    bundle: Path
    provider: str | None = None
    threads: int | None = None
    policy: Policy = "resident"
    variant: Variant = "qdq"
    adapter_cache_bytes: int | None = None
    provider_options: Mapping[str, str] = field(default_factory=dict)
    context: Path | None = None
    idle_timeout_s: float | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    allow_faults: bool = False


@dataclass(frozen=True)
class AdapterUse:
    """One adapter of a request and the strength it is applied with."""

    name: str
    strength: float = 1.0


@dataclass(frozen=True)
class GenerateRequest:
    """One image to make. Every tensor is sent; the device draws no random number.

    Attributes:
        use_case: Names the plan in the bundle, unless `plan` is given.
        input_ids: (1, T) int64 tokens of the prompt.
        noise: (n, C, h, w) float32; plan steps pick from it by index.
        plan: A sampler plan sent along, instead of the bundle's.
        uncond_input_ids: (1, T) int64 tokens of the negative prompt; needed where a step's
            guidance is not 1.
        image: (1, 3, H, W) float32 in [-1, 1]: source of the initial and known latents.
        mask: (1, 1, h, w) float32, 1 in the region to change.
        masked_image: (1, 3, H, W) float32 in [-1, 1]: source of the masked latents.
        adapters: None for the base model, two for rank concatenation.
        seed: Not used by the device, echoed in the result.
        want: Tensors to send back: "image", "latents", also "init_latents", "masked_latents",
            "encoder_hidden_states".
        unet: The component that is the U-Net, "unet" when None; a merged graph is "unet:<name>".
    """

    use_case: str
    input_ids: Tensor
    noise: Tensor
    plan: Mapping[str, Any] | None = None
    uncond_input_ids: Tensor | None = None
    image: Tensor | None = None
    mask: Tensor | None = None
    masked_image: Tensor | None = None
    adapters: tuple[AdapterUse, ...] = ()
    seed: int = 0
    want: tuple[str, ...] = ("image", "latents")
    unet: str | None = None

    def tensors(self) -> dict[str, Tensor]:
        """Return the tensors that are there, by their names in the protocol."""
        names = ("input_ids", "uncond_input_ids", "noise", "image", "mask", "masked_image")
        given = {name: getattr(self, name) for name in names}
        return {
            name: np.asarray(value, np.int64 if name.endswith("input_ids") else np.float32)
            for name, value in given.items()
            if value is not None
        }


@dataclass(frozen=True)
class GenerateResult:
    """What came back.

    Attributes:
        image: (1, 3, H, W) float32, about [-1, 1], not clamped; None unless wanted.
        latents: (1, C, h, w) float32; None unless wanted.
        timing_ms: text_encoder_ms, vae_encoder_ms, unet_step_ms (a list, one for each U-Net
            call), vae_decoder_ms, denoise_ms, end_to_end_ms, loop_overhead_ms, switch_ms,
            switch_kind ("none", "cold", "warm"), queue_ms.
        memory: vm_hwm_kb, vm_rss_kb, pss_kb, retained_kb; None where unknown.
        adapters: name, strength, sha256 of each adapter that was bound.
        provider: What ran the U-Net, e.g. "cpu".
        label: For people, e.g. "CPU (exact)".
        header: The runner's whole answer.
        tensors: Everything that was sent back, by name.
    """

    image: Tensor | None
    latents: Tensor | None
    timing_ms: Mapping[str, Any]
    memory: Mapping[str, Any]
    adapters: tuple[Mapping[str, Any], ...]
    provider: str
    label: str
    graph_sha256: str
    seed: int
    header: Mapping[str, Any]
    tensors: Mapping[str, Tensor] = field(default_factory=dict)


class RunnerSession(Protocol):
    """A connection to one runner that holds one bundle."""

    @property
    def hello(self) -> Mapping[str, Any]:
        """Return what the runner said of itself: versions, provider, hashes, memory."""

    def generate(
        self,
        request: GenerateRequest,
        *,
        progress: ProgressFn | None = None,
        check: CheckFn | None = None,
    ) -> GenerateResult:
        """Make one image; `check` is called at every step and cancels by raising."""

    def run_graph(
        self,
        component: str,
        feeds: Mapping[str, Tensor],
        *,
        adapter: str | None = None,
        alpha: Tensor | None = None,
    ) -> dict[str, Tensor]:
        """Run one graph once."""

    def preload(self, adapter: str) -> Mapping[str, Any]:
        """Bring an adapter into the cache."""

    def evict(self, adapter: str) -> Mapping[str, Any]:
        """Drop an adapter from the cache."""

    def reload_adapters(self) -> Mapping[str, Any]:
        """Read the bundle's list of adapters again, keeping the graphs loaded."""

    def stats(self) -> Mapping[str, Any]:
        """Return memory, cache and counters; answered while a request runs."""

    def cancel(self) -> None:
        """Stop the request that runs; callable from any thread."""

    def close(self) -> None:
        """End the session, and the runner if the session started it."""


class Target(Protocol):
    """Something that can run a bundle."""

    @property
    def name(self) -> str:
        """Return "host", "adb:SERIAL" or "virtual:PRESET"."""

    @property
    def kind(self) -> TargetKind:
        """Return the family of targets it belongs to."""

    def describe(self) -> TargetDescription:
        """Say what it is."""

    def deploy(self, bundle: Path, *, progress: ProgressFn, check: CheckFn) -> DeployReport:
        """Bring a bundle to the target."""

    def open_session(self, request: SessionRequest) -> RunnerSession:
        """Start or find a runner with that bundle and connect to it."""

    def telemetry(self) -> Telemetry:
        """Sample the state of the target."""

    def close(self) -> None:
        """Let go of the target."""
