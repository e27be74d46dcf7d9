"""Interactive sessions for the window."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from quad_studio.bundle import open_bundle
from quad_studio.cancel import CancelToken
from quad_studio.config import load_project
from quad_studio.engine.caches import cache_root
from quad_studio.events import Emit, StageProgress
from quad_studio.inputs import InputItem
from ui.services import Ask, BundleChoices, Pixels, SessionResult, UseCaseChoice

_SAMPLERS = ("ddim", "euler", "dpm++2m", "lcm")


class CoreSessions:
    """`SessionService` on the sessions and targets of the core."""

    def choices(self, bundle: Path) -> BundleChoices:
        """Return what can be asked of `bundle`."""
        from quad_studio.use_cases.base import Frame
        from quad_studio.use_cases.registry import find_use_case, use_case_names
        from quad_studio.use_cases.settle import settle

        opened = open_bundle(bundle)
        frame = Frame.of_bundle(opened)
        adapters = tuple(str(entry["name"]) for entry in opened.adapters)
        found = []
        for name in use_case_names():
            case = find_use_case(name)
            default = case.adapter if case.adapter in adapters else None
            settings = settle(name, frame, adapter=default or "none")
            found.append(
                UseCaseChoice(
                    name=name,
                    needs=case.needs,
                    adapter=default,
                    sampler=settings.sampler,
                    steps=settings.steps,
                    guidance=settings.guidance,
                )
            )
        return BundleChoices(
            path=bundle,
            name=opened.name,
            width=int(opened.geometry["image_width"]),
            height=int(opened.geometry["image_height"]),
            use_cases=tuple(found),
            adapters=adapters,
            samplers=_SAMPLERS,
        )

    def start_session(
        self, bundle: Path, target: str, emit: Emit, cancel: CancelToken
    ) -> "CoreSession":
        """Deploy what is missing and start a runner."""
        return CoreSession(bundle, target, emit, cancel)

    def save_plan(self, folder: Path, bundle: Path, target: str, asks: Sequence[Ask]) -> Path:
        """Write the sequence as a plan that replays it; return the plan's path."""
        from quad_studio.sessions.recording import SessionRecording
        from quad_studio.use_cases.base import Frame

        frame = Frame.of_bundle(open_bundle(bundle))
        recording = SessionRecording()
        with tempfile.TemporaryDirectory(prefix="quad-session-") as scratch:
            for number, ask in enumerate(asks, start=1):
                item = item_of(ask, f"ask-{number:03d}", Path(scratch))
                recording.add(settings_of(ask, frame), item)
            return recording.write_plan(folder, bundle=bundle, target=target)


class CoreSession:
    """`SessionHandle`: one target with its runner, and the FP32 model on demand."""

    def __init__(self, path: Path, name: str, emit: Emit, cancel: CancelToken) -> None:
        """Open the target, deploy and start the runner."""
        from quad_studio.sessions.opening import open_session

        self.name = name
        self._opened = open_session(path, name, emit=emit, cancel=cancel)
        self._reference: Any = None
        self._scratch = Path(tempfile.mkdtemp(prefix="quad-session-"))
        self._count = 0

    def generate(self, ask: Ask, emit: Emit, cancel: CancelToken) -> SessionResult:
        """Make one image; steps are told as StageProgress(stage="unet")."""
        from quad_studio.sessions.order import PlannedRow
        from quad_studio.sessions.rows import execute_task

        session = self._opened.session
        self._count += 1
        item = item_of(ask, f"ask-{self._count:04d}", self._scratch)
        settings = settings_of(ask, session.frame)
        reference = self._make_reference(settings, item, cancel) if ask.with_reference else None

        def progress(what: str, done: int, total: int) -> None:
            emit(StageProgress(stage="unet", done=done, total=total, note=what))

        executed = execute_task(
            session,
            PlannedRow(index=self._count, settings=settings, item=item),
            reference=reference,
            telemetry=self._opened.target.telemetry,
            progress=progress,
            check=cancel.check,
        )
        error = executed.row["error"]
        if error:
            from quad_studio.errors import UsageProblem

            raise UsageProblem(f"{self.name}: {error['message']}")
        names = executed.row["images"]
        return SessionResult(
            target=self.name,
            ask=ask,
            image=to_pixels(executed.images[names["candidate"]]),
            reference=to_pixels(executed.images[names["reference"]]) if reference else None,
            row=executed.row,
        )

    def close(self) -> None:
        """End the runner."""
        self._opened.close()
        if self._reference is not None:
            self._reference.__exit__(None, None, None)
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _make_reference(self, settings: Any, item: InputItem, cancel: CancelToken) -> Any:
        """Return the FP32 result, or None where the model is not on this machine."""
        from quad_studio.batch import reference_model
        from quad_studio.engine.build import project_of_bundle
        from quad_studio.reference.runner import ReferenceRunner

        if self._reference is None:
            project = project_of_bundle(self._opened.bundle.path)
            if project is None:
                return None
            runner = ReferenceRunner(
                reference_model(load_project(project)), cache=cache_root() / "references"
            )
            self._reference = runner.__enter__()
        prepared = self._opened.session.prepare(settings, item)
        return self._reference.run([prepared], check=cancel.check)[0]


def settings_of(ask: Ask, frame: Any) -> Any:
    """Return the settings of a request."""
    from quad_studio.use_cases.settle import settle

    return settle(
        ask.use_case,
        frame,
        adapter=ask.adapter or "none",
        strength=ask.strength,
        sampler=ask.sampler,
        steps=ask.steps,
        guidance=ask.guidance,
    )


def item_of(ask: Ask, name: str, folder: Path) -> InputItem:
    """Return a request's input, its pictures written to `folder`."""
    paths: dict[str, Path | None] = {"image": None, "mask": None, "sketch": None}
    for kind in paths:
        pixels: Pixels | None = getattr(ask, kind)
        if pixels is not None:
            path = folder / f"{name}-{kind}.png"
            Image.fromarray(np.ascontiguousarray(pixels)).save(path)
            paths[kind] = path
    return InputItem(
        id=name,
        prompt=ask.prompt,
        negative_prompt=ask.negative_prompt,
        seed=ask.seed,
        split="interactive",
        image=paths["image"],
        mask=paths["mask"],
        sketch=paths["sketch"],
    )


def to_pixels(picture: Any) -> Pixels:
    """Return (H, W, 3) uint8 of a picture in [0, 1]; transparency becomes white."""
    rgb = np.asarray(picture, np.float32)
    if rgb.shape[-1] == 4:
        alpha = rgb[..., 3:]
        rgb = rgb[..., :3] * alpha + (1.0 - alpha)
    return np.ascontiguousarray((np.clip(rgb, 0.0, 1.0) * 255.0).round().astype(np.uint8))
