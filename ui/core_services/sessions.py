"""Interactive sessions for the window."""

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from device.errors import RunnerError
from quad_studio.bundle import open_bundle
from quad_studio.cancel import CancelToken
from quad_studio.config import load_project
from quad_studio.errors import InputFileProblem, QuadError, UsageProblem
from quad_studio.events import Emit, LogLine, StageProgress, StageStarted
from quad_studio.scratch import ScratchFolder
from quad_studio.sessions.remedies import remedy_of
from quad_studio.use_cases.item import InputItem
from quad_studio.workers.process import run_in_process
from ui.core_services.shared_reference import SharedReference
from ui.services import Ask, BundleChoices, Pixels, SessionResult, UseCaseChoice

_FILE_CODES = ("graph", "bundle", "adapter_mismatch", "wrong_adapter")
"""Refusals that may come of a file that is not as it was built."""
_SAMPLERS = ("ddim", "euler", "dpm++2m", "lcm")


class CoreSessions:
    """`SessionService` on the sessions and targets of the core.

    All devices of a session write into one run. It is made anew when the last of them was ended by
    the user; a device that failed and is started again goes on in the same run.
    """

    def __init__(self, root: Path = Path("out/sessions")) -> None:
        """Let runs go below `root`."""
        self._root = root
        self._run: Any = None
        self._reference: SharedReference | None = None
        self._open = 0
        self._is_ended = False
        self._lock = threading.Lock()

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
        run, reference = self._join(bundle)
        try:
            return CoreSession(bundle, target, run, reference, self._leave, emit, cancel)
        except BaseException as exc:
            self._leave(ended=False)
            if isinstance(exc, RunnerError) and exc.code in _FILE_CODES:
                raise refusal(bundle, exc.code, str(exc)) from exc
            raise

    def judge(self, emit: Emit, cancel: CancelToken) -> Path:
        """Score what the session has made and return its run folder."""
        if self._run is None:
            raise UsageProblem("nothing was recorded yet; make an image first")
        folder: Path = self._run.judge(_judge_in_process, emit=emit, cancel=cancel)
        return folder

    def _join(self, path: Path) -> "tuple[Any, SharedReference]":
        """Return run and FP32 model of the session, new ones for its first device."""
        from quad_studio.engine.build import project_of_bundle
        from quad_studio.session_runs import SessionRun

        bundle = open_bundle(path)
        with self._lock:
            run, reference = self._run, self._reference
            over = self._is_ended and not self._open
            if run is None or reference is None or over or run.bundle.path != bundle.path:
                project = project_of_bundle(path)
                known = load_project(project) if project else None
                run = self._run = SessionRun(self._root, bundle, known)
                reference = self._reference = SharedReference(known)
            self._open += 1
            self._is_ended = False
            return run, reference

    def _leave(self, *, ended: bool) -> None:
        with self._lock:
            self._open -= 1
            self._is_ended = self._is_ended or ended
            if not self._open and self._reference is not None:
                self._reference.close()

    def save_plan(self, folder: Path, bundle: Path, target: str, asks: Sequence[Ask]) -> Path:
        """Write the sequence as a plan that replays it; return the plan's path."""
        from quad_studio.sessions.recording import SessionRecording
        from quad_studio.use_cases.base import Frame

        frame = Frame.of_bundle(open_bundle(bundle))
        recording = SessionRecording()
        with ScratchFolder("session") as scratch:
            for number, ask in enumerate(asks, start=1):
                item = item_of(ask, f"ask-{number:03d}", scratch)
                recording.add(settings_of(ask, frame), item)
            return recording.write_plan(folder, bundle=bundle, target=target)


def _judge_in_process(folder: Path, *, emit: Emit, cancel: CancelToken) -> None:
    run_in_process("judge_session", folder, emit=emit, cancel=cancel)


class LeaveFn(Protocol):
    """Tells the session that a device has left it."""

    def __call__(self, *, ended: bool) -> None:
        """Leave; `ended` where the user wanted it."""


class CoreSession:
    """`SessionHandle`: one target with its runner, and the FP32 model on demand."""

    def __init__(
        self,
        path: Path,
        name: str,
        run: Any,
        reference: SharedReference,
        leave: LeaveFn,
        emit: Emit,
        cancel: CancelToken,
    ) -> None:
        """Open the target, deploy and start the runner; rows go into `run`."""
        from quad_studio.engine.collect import session_kpis
        from quad_studio.sessions.opening import open_session

        self.name = name
        self._run, self._reference, self._leave = run, reference, leave
        self._opened = open_session(path, name, emit=emit, cancel=cancel)
        self._started = session_kpis(self._opened.runner.hello)
        self._scratch = ScratchFolder("session")
        self._count = 0

    def generate(self, ask: Ask, emit: Emit, cancel: CancelToken) -> SessionResult:
        """Make one image; steps are told as StageProgress(stage="unet")."""
        from quad_studio.sessions.order import PlannedRow
        from quad_studio.sessions.rows import execute_task

        session = self._opened.session
        self._count += 1
        digest = digest_of_ask(ask)
        item = item_of(ask, self._run.name_of(digest), self._scratch.path)
        settings = settings_of(ask, session.frame)
        reference = None
        if ask.with_reference:
            emit(StageStarted(stage="reference", title="FP32 reference"))
            reference = self._reference.run(session.prepare(settings, item), cancel)
        planned = PlannedRow(index=self._count, settings=settings, item=item)

        def progress(what: str, done: int, total: int) -> None:
            emit(StageProgress(stage="unet", done=done, total=total, note=what))

        executed = execute_task(
            session,
            replace(planned, repeat=self._run.repeat_of(self.name, digest)),
            reference=reference,
            telemetry=self._opened.target.telemetry,
            progress=progress,
            check=cancel.check,
        )
        self._record(executed, emit)
        error = executed.row["error"]
        if error:
            message = f"{self.name}: {error['message']}"
            raise refusal(self._run.bundle.path, str(error.get("code") or ""), message)
        return SessionResult(
            target=self.name,
            ask=ask,
            image=to_pixels(finished_picture(executed, "candidate")),
            reference=to_pixels(finished_picture(executed, "reference")) if reference else None,
            row=executed.row,
        )

    def close(self) -> None:
        """End the runner, and the session with the last of its devices."""
        self._end(ended=True)

    def drop(self) -> None:
        """End a runner that failed; the session's run goes on."""
        self._end(ended=False)

    def _end(self, *, ended: bool) -> None:
        self._leave(ended=ended)
        try:
            self._opened.close()
        finally:
            self._scratch.close()

    def _record(self, executed: Any, emit: Emit) -> None:
        """Write the row down; the picture is shown even where that fails."""
        try:
            self._run.add(executed, self._opened.target, self._started)
        except QuadError as exc:
            emit(LogLine(message=f"not recorded: {exc}", level="error"))


def refusal(bundle: Path, code: str, message: str) -> UsageProblem:
    """Return what to say of a runner's refusal: a damaged file of the bundle is named first."""
    if code in _FILE_CODES:
        try:
            open_bundle(bundle, verify=True)
        except InputFileProblem as exc:
            return exc
    remedy = remedy_of(code)
    return UsageProblem(f"{message}. {remedy}" if remedy else message)


def digest_of_ask(ask: Ask) -> str:
    """Return what makes a request this request, whatever device it is for."""
    parts = [ask.use_case, ask.prompt, ask.negative_prompt, str(ask.adapter), ask.sampler]
    parts += [str(ask.steps), f"{ask.guidance:g}", f"{ask.strength:g}", str(ask.seed)]
    digest = hashlib.sha256("\0".join(parts).encode())
    for pixels in (ask.image, ask.mask, ask.sketch):
        digest.update(b"none" if pixels is None else np.ascontiguousarray(pixels).tobytes())
    return digest.hexdigest()


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
    from PIL import Image

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


def finished_picture(executed: Any, kind: str) -> Any:
    """Return the candidate or reference as the use case finished it, else as it was made."""
    names = executed.row["images"]
    return executed.images[names.get(f"{kind}_final") or names[kind]]


def to_pixels(picture: Any) -> Pixels:
    """Return (H, W, 3) uint8 of a picture in [0, 1]; transparency becomes white."""
    rgb = np.asarray(picture, np.float32)
    if rgb.shape[-1] == 4:
        alpha = rgb[..., 3:]
        rgb = rgb[..., :3] * alpha + (1.0 - alpha)
    return np.ascontiguousarray((np.clip(rgb, 0.0, 1.0) * 255.0).round().astype(np.uint8))
