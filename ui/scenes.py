"""Scripted services that put the panels into states, for the pictures of the docs and for tests.

They answer at once with made-up numbers, say so in every label, and are never used by
`ui.start.main`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from device.targets import Telemetry
from quad_studio.cancel import CancelToken
from quad_studio.errors import DeviceProblem, UsageProblem
from quad_studio.events import (
    Emit,
    LogLine,
    RunFailed,
    StageFinished,
    StageProgress,
    StageStarted,
)
from ui.scene_telemetry import telemetry_at
from ui.services import (
    Ask,
    BundleChoices,
    DeployedItem,
    PairingCode,
    Pixels,
    Report,
    SessionResult,
    TargetCard,
    UseCaseChoice,
)

HOST = TargetCard(
    "host",
    "host",
    "This machine",
    "ready",
    facts={"CPU": "2 cores", "Memory": "8 GB", "Providers": "cpu"},
    note="Runs on this machine's CPU: not a phone.",
)
VIRTUAL = TargetCard(
    "virtual:s25-qualcomm",
    "virtual",
    "Galaxy S25 (Qualcomm), virtual",
    "ready",
    action="stop",
    facts={"SoC": "SM8750", "Model": "SM-S931B", "Android": "15", "Providers": "cpu, htp-emulator"},
    transports=("tcp",),
    emulated=True,
    note="Runs on this machine: its times are not phone times.",
)
CARDS: tuple[TargetCard, ...] = (
    HOST,
    VIRTUAL,
    TargetCard(
        "virtual:tab-s11-mediatek",
        "virtual",
        "Tab S11 (MediaTek), virtual",
        "stopped",
        cause="It is switched off.",
        remedy="Start it.",
        action="start",
        emulated=True,
    ),
    TargetCard(
        "adb:R5CX20ABCDE",
        "phone",
        "Galaxy S25",
        "unauthorized",
        "The device has not accepted this computer's key.",
        "Unlock it and accept the question on its screen (Allow USB debugging).",
        "authorize",
        transports=("usb",),
    ),
    TargetCard(
        "adb:192.168.1.31:5555",
        "phone",
        "Galaxy S24",
        "lost",
        "It went away in the middle of something.",
        "Check the cable or the network; finished work is kept.",
        "reconnect",
        transports=("wifi",),
        last_seen=1767323045,
    ),
)


KILLED = (
    "the runner was killed (signal 9), perhaps because memory ran out;"
    " run again, finished work is kept"
)


LOST = (
    "lost while a request was running. Check the cable or the network, then run again:"
    " finished work is kept."
)


@dataclass
class SceneDevices:
    """A DeviceService that shows fixed cards until it is told otherwise."""

    cards: tuple[TargetCard, ...] = CARDS
    calls: list[tuple[str, ...]] = field(default_factory=list)
    deploy_parts: int = 4
    hold_deploy: bool = False
    seconds: dict[str, int] = field(default_factory=dict)
    is_silent: bool = False
    fails: str = ""

    def watch(self, report: Report, cancel: CancelToken) -> None:
        """Report the cards, and again whenever they were replaced."""
        shown: tuple[TargetCard, ...] | None = None
        while not cancel.is_set:
            if shown is not self.cards and not self.is_silent:
                shown = self.cards
                report(shown)
            cancel.wait(0.02)

    def act(self, target: str, action: str, cancel: CancelToken) -> str:
        """Do as if, and start or stop a virtual phone."""
        self.calls.append(("act", target, action))
        new = {"start": "ready", "stop": "stopped", "reconnect": "ready"}.get(action)
        if new is not None:
            self.cards = tuple(
                TargetCard(card.name, card.kind, card.label, new, emulated=card.emulated)
                if card.name == target
                else card
                for card in self.cards
            )
        return f"{target}: {action} is done."

    def deploy(self, bundle: Path, targets: Sequence[str], emit: Emit, cancel: CancelToken) -> None:
        """Tell progress in equal parts."""
        self.calls.append(("deploy", *targets))
        total = 48_000_000
        for part in range(self.deploy_parts + 1):
            for target in targets:
                done = total * part // self.deploy_parts
                stage = f"deploy:{target}"
                emit(StageProgress(stage=stage, done=done, total=total, eta_s=12.0 - 3 * part))
            if self.hold_deploy and part == self.deploy_parts // 2:
                cancel.wait(30)
            cancel.check()
        for target in targets:
            if self.fails and target != "host":
                emit(RunFailed(stage=f"deploy:{target}", message=self.fails, exit_code=3))
                continue
            emit(StageFinished(stage=f"deploy:{target}", seconds=1.5, note="48.0 of 48.0 MB sent"))

    def contents(self, target: str) -> tuple[DeployedItem, ...]:
        """Return a bundle and two adapters."""
        self.calls.append(("contents", target))
        return (
            DeployedItem("bundle", "demo", 45_100_000, "5f0c3a91"),
            DeployedItem("adapter", "object_removal", 1_310_000, "5f0c3a91"),
            DeployedItem("adapter", "transform", 1_270_000, "5f0c3a91"),
        )

    def remove(self, target: str, item: DeployedItem) -> None:
        """Remember what was removed."""
        self.calls.append(("remove", target, item.name))

    def telemetry(self, target: str) -> Telemetry:
        """Return the next second of a session."""
        self.seconds[target] = self.seconds.get(target, -1) + 1
        return telemetry_at(target, self.seconds[target])

    def new_pairing(self) -> PairingCode:
        """Return a code that leads nowhere."""
        return PairingCode("WIFI:T:ADB;S:quad-studio-scene;P:not-a-password;;", "quad-studio-scene")

    def pair_by_qr(self, code: PairingCode, cancel: CancelToken) -> str:
        """Wait as for a phone that never comes."""
        cancel.wait(30)
        cancel.check()
        return "adb:192.168.1.31:5555"

    def pair_with_code(self, endpoint: str, code: str) -> str:
        """Pair at once."""
        self.calls.append(("pair", endpoint, code))
        return f"adb:{endpoint}"


@dataclass
class SceneHandle:
    """A SessionHandle that returns pictures and rows it was given, else ones made of the input.

    The times of rows it was not given are made up.
    """

    target: str
    calls: list[tuple[str, ...]]
    hold: bool = False
    dies: bool = False
    pictures: Mapping[str, tuple[Pixels, Pixels]] = field(default_factory=dict)
    rows: Mapping[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    last_adapter: str | None = ""
    delay_s: float = 0.0

    def generate(self, ask: Ask, emit: Emit, cancel: CancelToken) -> SessionResult:
        """Return a picture, or fail where that is the scene."""
        self.calls.append(("generate", self.target, ask.use_case))
        if ask.with_reference:
            emit(StageStarted(stage="reference"))
        if self.dies:
            raise DeviceProblem(KILLED)
        for step in range(ask.steps):
            if self.hold:
                cancel.wait(30)
            cancel.check()
            emit(StageProgress(stage="unet", done=step + 1, total=ask.steps))
        cancel.wait(self.delay_s)
        reference, image = self.pictures.get(ask.use_case) or _pictures(ask)
        row = self._row(ask)
        self.last_adapter = ask.adapter
        return SessionResult(
            self.target, ask, image, reference if ask.with_reference else None, row
        )

    def _row(self, ask: Ask) -> dict[str, Any]:
        recorded = self.rows.get((self.target, ask.use_case))
        if recorded is not None:
            return dict(recorded)
        switched = ask.adapter != self.last_adapter
        switch = {"from": self.last_adapter, "to": ask.adapter, "kind": "none", "ms": 0.0}
        if switched:
            switch |= {"kind": "cold" if self.last_adapter == "" else "warm", "ms": 9.4}
        steps = [43.0 + step % 3 for step in range(ask.steps)]
        timing = {
            "text_encoder_ms": 4.0,
            "vae_encoder_ms": 18.0,
            "unet_step_ms": steps,
            "vae_decoder_ms": 31.0,
            "end_to_end_ms": sum(steps) + 53.0,
        }
        virtual = self.target.startswith("virtual")
        return {
            "target": self.target,
            "target_kind": "virtual" if virtual else "host",
            "label": "virtual phone" if virtual else "host CPU",
            "emulated": virtual,
            "use_case": ask.use_case,
            "adapter": ask.adapter,
            "timing_ms": timing,
            "switch": switch,
        }

    def close(self) -> None:
        """Remember that the runner was ended."""
        self.calls.append(("close", self.target))

    def drop(self) -> None:
        """Remember that the runner was let go of after it failed."""
        self.calls.append(("drop", self.target))


@dataclass
class SceneSessions:
    """A SessionService for a bundle of four use cases that needs no bundle.

    Attributes:
        pictures: Reference and result by use case, such as those of a recorded run.
        rows: Rows of a recorded run by target and use case.
        side: Width and height of the bundle's pictures.
    """

    calls: list[tuple[str, ...]] = field(default_factory=list)
    hold: bool = False
    fail_on: str = ""
    deaths: int = 0
    run: Path | None = None
    pictures: dict[str, tuple[Pixels, Pixels]] = field(default_factory=dict)
    rows: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    phone_delay_s: float = 0.0
    problem: str = KILLED
    side: int = 128

    def judge(self, emit: Emit, cancel: CancelToken) -> Path:
        """Return the run that the scene has, or say that there is none."""
        self.calls.append(("judge",))
        if self.run is None:
            raise UsageProblem("nothing was recorded yet; make an image first")
        return self.run

    def choices(self, bundle: Path) -> BundleChoices:
        """Return what the demo offers."""
        return BundleChoices(
            path=bundle,
            name=bundle.parent.name,
            width=self.side,
            height=self.side,
            use_cases=(
                UseCaseChoice("object_removal", frozenset({"image", "mask"}), "object_removal"),
                UseCaseChoice("transform", frozenset({"image", "prompt"}), "transform", "euler"),
                UseCaseChoice("sketch_to_image", frozenset({"sketch", "prompt"}), "sketch"),
                UseCaseChoice("text_to_image", frozenset({"prompt"}), None, guidance=4.0),
            ),
            adapters=("object_removal", "transform", "sketch"),
            samplers=("ddim", "euler", "dpm++2m", "lcm"),
        )

    def start_session(
        self, bundle: Path, target: str, emit: Emit, cancel: CancelToken
    ) -> SceneHandle:
        """Open a session at once, or fail where that is the scene."""
        self.calls.append(("start", target))
        if target == self.fail_on:
            raise DeviceProblem(self.problem)
        emit(LogLine(message="the runner is ready"))
        dies, self.deaths = self.deaths > 0, max(0, self.deaths - 1)
        made = SceneHandle(target, self.calls, self.hold, dies, self.pictures, self.rows)
        made.delay_s = 0.0 if target == "host" else self.phone_delay_s
        return made

    def save_plan(self, folder: Path, bundle: Path, target: str, asks: Sequence[Ask]) -> Path:
        """Write a list of the asks."""
        path = folder / "replay.toml"
        path.write_text("\n".join(ask.use_case for ask in asks), encoding="utf-8")
        return path


def _pictures(ask: Ask) -> tuple[Pixels, Pixels]:
    """Return a reference made of the input, and a noisier result."""
    reference = _picture(ask)
    noise = np.random.default_rng(ask.seed).normal(0, 4, reference.shape)
    return reference, np.clip(reference + noise, 0, 255).astype(np.uint8)


def _picture(ask: Ask) -> Pixels:
    source = ask.image if ask.image is not None else ask.sketch
    if source is None:
        source = np.full((128, 128, 3), 128, np.uint8)
    made = source.astype(np.float32)
    if ask.mask is not None:
        hidden = ask.mask[:, :, None] > 127
        seen = made[~hidden[:, :, 0]]
        made = np.where(hidden, seen.mean(axis=0) if len(seen) else 128.0, made)
    return np.asarray(np.clip(made, 0, 255), dtype=np.uint8)
