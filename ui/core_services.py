"""The services of the window, made of the core: devices, sessions, building, plans, reports."""

import json
import shutil
import struct
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from device.discovery import DeviceRecord
from device.pairing import PairingOffer
from device.targets import Telemetry
from quad_studio.bundle import Bundle, open_bundle
from quad_studio.cancel import CancelToken
from quad_studio.config import load_plan, load_project
from quad_studio.device_desk import DeviceDesk
from quad_studio.errors import DeviceProblem
from quad_studio.events import Emit, StageProgress
from quad_studio.inputs import InputItem
from ui.models.device_cards import cards_of
from ui.services import (
    Ask,
    BundleChoices,
    DeployedItem,
    Distribution,
    FitEstimate,
    LintFinding,
    PairingCode,
    Pixels,
    Report,
    Services,
    SessionResult,
    UseCaseChoice,
)


class CoreDevices:
    """The DeviceService of the application."""

    def __init__(self, desk: DeviceDesk) -> None:
        """Ask `desk`."""
        self._desk = desk
        self._offers: dict[str, PairingOffer] = {}

    def watch(self, report: Report, cancel: CancelToken) -> None:
        """Report host, virtual phones and phones, now and at every change."""
        host, presets = self._desk.host(), self._desk.presets()

        def tell(records: Sequence[DeviceRecord]) -> None:
            report(cards_of(host, presets, records))

        self._desk.watch(tell, cancel)

    def act(self, target: str, action: str, cancel: CancelToken) -> str:
        """Do a card's action; return one line on what came of it."""
        kind, _, rest = target.partition(":")
        if kind == "virtual" and action == "stop":
            self._desk.stop_virtual(rest)
            return f"{target} is stopped."
        if kind == "virtual":
            return f"{self._desk.start_virtual(rest)} is running."
        if action == "start-server":
            self._desk.start_server()
            return "The adb server is running."
        if action in ("reconnect", "retry"):
            return f"{self._desk.recover(rest, cancel)} is back."
        return ADVICE.get(action, "")

    def deploy(self, bundle: Path, targets: Sequence[str], emit: Emit, cancel: CancelToken) -> None:
        """Push `bundle` to all `targets` at once."""
        self._desk.deploy(bundle, targets, emit, cancel)

    def contents(self, target: str) -> tuple[DeployedItem, ...]:
        """Return the bundles on `target`."""
        return tuple(
            DeployedItem("bundle", one.folder, one.bytes, one.fingerprint[:12])
            for one in self._desk.contents(target)
        )

    def remove(self, target: str, item: DeployedItem) -> None:
        """Take a bundle off `target`."""
        self._desk.remove(target, item.name)

    def telemetry(self, target: str) -> Telemetry:
        """Return how `target` is now."""
        return self._desk.telemetry(target)

    def new_pairing(self) -> PairingCode:
        """Return a fresh offer."""
        offer = self._desk.new_offer()
        self._offers = {offer.name: offer}
        return PairingCode(offer.qr_text, offer.name)

    def pair_by_qr(self, code: PairingCode, cancel: CancelToken) -> str:
        """Wait until a phone has scanned `code`."""
        return f"adb:{self._desk.pair_by_qr(self._offers[code.name], cancel)}"

    def pair_with_code(self, endpoint: str, code: str) -> str:
        """Pair by the six digits."""
        return self._desk.pair_with_code(endpoint, code) or endpoint


ADVICE = {
    "authorize": "Unlock the phone and accept 'Allow USB debugging' on its screen.",
    "udev": "Install the package android-udev-rules, then plug the phone in again.",
    "doctor": "Run `quad-studio doctor` in a terminal: it says what is missing.",
}


class CoreHandle:
    """One open session; its pictures lie in a folder that goes with it."""

    def __init__(self, opened: object, folder: Path) -> None:
        """Use the `OpenSession` `opened`."""
        self._opened, self._folder = opened, folder
        self._count = 0
        self._reference: object = None

    def generate(self, ask: Ask, emit: Emit, cancel: CancelToken) -> SessionResult:
        """Make one image, and its FP32 reference where it is wanted and the model is there."""
        from quad_studio.sessions.order import PlannedRow
        from quad_studio.sessions.rows import execute_task

        opened = self._opened
        session = opened.session  # type: ignore[attr-defined]
        settings = session.settle(
            ask.use_case,
            adapter=ask.adapter or "none",
            strength=ask.strength,
            sampler=ask.sampler or None,
            steps=ask.steps,
            guidance=ask.guidance,
        )
        self._count += 1
        item = write_item(ask, self._folder, self._count)
        planned = PlannedRow(index=self._count, settings=settings, item=item)

        def progress(what: str, done: int, total: int) -> None:
            emit(StageProgress(stage="unet", done=done, total=total, note=what))

        result = execute_task(
            session,
            planned,
            telemetry=opened.target.telemetry,  # type: ignore[attr-defined]
            progress=progress,
            check=cancel.check,
        )
        if result.row["status"] != "ok":
            raise DeviceProblem(str(result.row["error"]["message"]))
        prepared = session.prepare(settings, item)
        reference = self._fp32(prepared, emit, cancel) if ask.with_reference else None
        target = opened.target.describe().name  # type: ignore[attr-defined]
        image = _pixels(result.images[result.row["images"]["candidate"]])
        return SessionResult(target, ask, image, reference, result.row)

    def _fp32(self, prepared: object, emit: Emit, cancel: CancelToken) -> Pixels | None:
        from quad_studio.engine.build import project_of_bundle
        from quad_studio.engine.caches import cache_root
        from quad_studio.engine.collect import compute_references
        from quad_studio.reference.components import ReferenceModel

        bundle: Bundle = self._opened.bundle  # type: ignore[attr-defined]
        project_file = project_of_bundle(bundle.path)
        if project_file is None:
            return None
        project = load_project(project_file)
        model = ReferenceModel(
            path=project.model_path,
            kind=project.model_kind,
            adapters={entry.name: entry.path for entry in project.adapters},
        )
        found, _ = compute_references(
            model, [(0, prepared)], cache_root(), emit=emit, cancel=cancel
        )
        return _pixels(prepared.finish(found[0].image).rgb)  # type: ignore[attr-defined]

    def close(self) -> None:
        """End the runner and drop the pictures."""
        self._opened.close()  # type: ignore[attr-defined]
        shutil.rmtree(self._folder, ignore_errors=True)


class CoreSessions:
    """The SessionService of the application."""

    def choices(self, bundle: Path) -> BundleChoices:
        """Return what can be asked of `bundle`: the use cases that it has plans for, first."""
        from quad_studio.samplers.registry import ALL_NAMES
        from quad_studio.use_cases.registry import all_use_cases

        opened = open_bundle(bundle)
        said = {str(plan["use_case"]): plan for plan in opened.manifest.get("plans", ())}
        names = [str(entry["name"]) for entry in opened.adapters]
        cases = sorted(all_use_cases().values(), key=lambda case: case.name not in said)
        usual = {
            use_case: str(entry["name"])
            for entry in opened.adapters
            for use_case in entry.get("use_cases", ())
        }
        return BundleChoices(
            path=opened.path,
            name=opened.name,
            width=int(opened.geometry["image_width"]),
            height=int(opened.geometry["image_height"]),
            use_cases=tuple(
                UseCaseChoice(
                    name=case.name,
                    needs=frozenset(case.needs),
                    adapter=usual.get(case.name),
                    sampler=str(said.get(case.name, {}).get("sampler") or case.sampler),
                    steps=int(said.get(case.name, {}).get("steps") or case.steps),
                    guidance=float(said.get(case.name, {}).get("guidance") or case.guidance),
                )
                for case in cases
            ),
            adapters=tuple(names),
            samplers=tuple(ALL_NAMES),
        )

    def start_session(
        self, bundle: Path, target: str, emit: Emit, cancel: CancelToken
    ) -> CoreHandle:
        """Deploy what is missing and start a runner."""
        from quad_studio.sessions.opening import open_session

        opened = open_session(bundle, target, emit=emit, cancel=cancel)
        return CoreHandle(opened, Path(tempfile.mkdtemp(prefix="quad-studio-session-")))

    def save_plan(self, folder: Path, bundle: Path, target: str, asks: Sequence[Ask]) -> Path:
        """Write the sequence as a plan that `--batch` replays."""
        from quad_studio.sessions.recording import SessionRecording
        from quad_studio.use_cases.base import Frame
        from quad_studio.use_cases.settle import settle

        frame = Frame.of_bundle(open_bundle(bundle))
        recording = SessionRecording()
        with tempfile.TemporaryDirectory() as scratch:
            for number, ask in enumerate(asks, start=1):
                settings = settle(
                    ask.use_case,
                    frame,
                    adapter=ask.adapter or "none",
                    strength=ask.strength,
                    sampler=ask.sampler or None,
                    steps=ask.steps,
                    guidance=ask.guidance,
                )
                recording.add(settings, write_item(ask, Path(scratch), number))
            return recording.write_plan(folder, bundle=bundle, target=target)


class CoreBuild:
    """The BuildService of the application."""

    def __init__(self, desk: DeviceDesk, root: Path) -> None:
        """Put bundles below `root`, as `--batch` does."""
        self._desk, self._root = desk, root

    def build(self, project: Path, emit: Emit, cancel: CancelToken) -> Path:
        """Build the bundle of `project`."""
        from quad_studio.engine.build import BuildRequest, build_bundle

        read = load_project(project)
        request = BuildRequest(project=read, output=self._root / read.name / "bundle")
        return build_bundle(request, emit=emit, cancel=cancel).path

    def lint(self, bundle: Path, chipset: str) -> tuple[LintFinding, ...]:
        """Return what the chipset's rules say."""
        from quad_studio.quad.lint import lint_bundle, npu_target

        return tuple(
            LintFinding(one.level, one.rule, one.component, one.node, one.message, one.remedy)
            for one in lint_bundle(open_bundle(bundle), npu_target(chipset))
        )

    def describe_node(self, bundle: Path, finding: LintFinding) -> Mapping[str, str]:
        """Return what the graph says about the finding's node."""
        from quad_studio.quad.describe_node import describe_node

        return describe_node(open_bundle(bundle), finding.component, finding.node)

    def chipsets(self) -> tuple[str, ...]:
        """Return the names of the chipsets."""
        return tuple(preset.name for preset in self._desk.presets())

    def estimate(self, project: Path, targets: Sequence[str]) -> tuple[FitEstimate, ...]:
        """Return whether the files will fit; memory is measured by a run, never guessed."""
        read = load_project(project)
        unet = parameters(read.model_path.glob("unet/*.safetensors"))
        rest = parameters(read.model_path.glob("[!u]*/*.safetensors"))
        loras = parameters(entry.path for entry in read.adapters)
        # INT8 weights, INT16 LoRA codes, the other graphs in float32 at most.
        needed_mb = (unet + 4 * rest + 2 * loras) / 1e6
        presets = {f"virtual:{preset.name}": preset for preset in self._desk.presets()}
        found = []
        for name in targets:
            free_mb = None
            if name == "host":
                free_mb = shutil.disk_usage(project.parent).free / 1e6
            elif name in presets:
                free_mb = float(presets[name].phone.storage_free_mb)
            fits = None if free_mb is None else needed_mb < free_mb
            why = "" if free_mb is not None else "the phone is asked when it is connected"
            found.append(FitEstimate(name, needed_mb, free_mb, None, None, fits, why))
        return tuple(found)

    def distributions(self, bundle: Path) -> tuple[Distribution, ...]:
        """Return nothing: the bundle keeps ranges, not histograms."""
        return ()

    def run_plan(self, plan: Path, emit: Emit, cancel: CancelToken) -> Path:
        """Run `plan` and return the run's folder."""
        from quad_studio.batch import PlanRequest, run_plan

        return run_plan(PlanRequest(plan=load_plan(plan)), emit=emit, cancel=cancel).run_dir

    def export_report(self, run: Path, formats: Sequence[str]) -> tuple[Path, ...]:
        """Write reports of `run`."""
        from quad_studio.engine.judge import report_run

        return tuple(report_run(run, list(formats)))

    def report_formats(self) -> tuple[str, ...]:
        """Return the names of the formats."""
        from evaluation.reports import FORMATS

        return tuple(FORMATS)


def core_services(root: Path) -> tuple[Services, DeviceDesk]:
    """Return the services over the core, and the desk that is closed at the end."""
    desk = DeviceDesk()
    return Services(CoreDevices(desk), CoreSessions(), CoreBuild(desk, root)), desk


def write_item(ask: Ask, folder: Path, number: int) -> InputItem:
    """Return the ask as an input item, with its pictures written below `folder`."""
    names: dict[str, Path | None] = {"image": None, "mask": None, "sketch": None}
    for kind in names:
        pixels = getattr(ask, kind)
        if pixels is not None:
            names[kind] = folder / f"{number:03d}-{kind}.png"
            Image.fromarray(pixels).save(folder / f"{number:03d}-{kind}.png")
    return InputItem(
        id=f"session-{number:03d}",
        prompt=ask.prompt,
        negative_prompt=ask.negative_prompt,
        seed=ask.seed,
        **names,
    )


def parameters(files: Iterable[Path]) -> int:
    """Return how many numbers `.safetensors` files hold, from their headers alone."""
    total = 0
    for path in files:
        if path.suffix != ".safetensors" or not path.is_file():
            continue
        with path.open("rb") as stream:
            (length,) = struct.unpack("<Q", stream.read(8))
            header = json.loads(stream.read(length))
        shapes = (entry["shape"] for name, entry in header.items() if name != "__metadata__")
        total += sum(int(np.prod(shape)) for shape in shapes)
    return total


def _pixels(picture: np.ndarray) -> Pixels:
    """Return a picture in [0, 1] as 8 bit, over white where it is transparent."""
    values = np.asarray(picture, dtype=np.float32)
    if values.shape[-1] == 4:
        alpha = values[..., 3:]
        values = values[..., :3] * alpha + (1 - alpha)
    return np.asarray((np.clip(values, 0, 1) * 255 + 0.5), dtype=np.uint8)
