"""Solve the project's OLSS tables on the bundle that has just been assembled."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from quad_studio.bundle import MANIFEST, write_manifest
from quad_studio.config import UseCaseEntry
from quad_studio.engine.builder import Builder
from quad_studio.engine.calibration_items import SPLIT
from quad_studio.engine.references import reference_model
from quad_studio.errors import SettingsProblem
from quad_studio.events import LogLine, StageProgress
from quad_studio.storage import digest_of, read_json, write_json

STAGE = "olss"
SOLVED_KEY = "solved_samplers"


def add_solved_samplers(builder: Builder, folder: Path) -> None:
    """Solve every OLSS table that the project lists and add it to the bundle in `folder`.

    The tables lie in `plans/olss`; bundle.json says under `solved_samplers` on which model each
    was solved and how far it ends from its teacher. Without a runner for this machine they are
    solved on the FP32 model, and that is said.

    Raises:
        SettingsProblem: A use case has no calibration inputs.
        UsageProblem: A table cannot be solved for a use case.
    """
    wanted = [(entry, n) for entry in builder.project.use_cases for n in entry.solved_steps]
    if not wanted:
        return
    manifest = {
        key: value
        for key, value in read_json(folder / MANIFEST, "bundle").items()
        if key not in ("schema", "files")
    }
    solved = []
    with ExitStack() as stack:
        student = Student(builder, folder, stack)
        for entry, steps in wanted:
            made = solve_one(builder, student, entry, steps)
            plan = made.pop("plan")
            made["file"] = f"plans/{_name(entry, steps)}"
            write_json(folder / made["file"], plan)
            if entry.sampler == "olss" and entry.steps == steps:
                write_json(folder / f"plans/{entry.name}.json", plan)
            solved.append(made)
    write_manifest(folder, {**manifest, SOLVED_KEY: solved}, check=builder.cancel.check)


class Student:
    """The model that tables are solved on; a runner is started when the first one needs it.

    Args:
        builder: Whose events and settings are used.
        folder: The bundle.
        stack: Ends the runner.
    """

    def __init__(self, builder: Builder, folder: Path, stack: ExitStack) -> None:
        self._builder, self._folder, self._stack = builder, folder, stack
        self._runner: Any = None
        self.kind = self._available_kind()

    def runner(self) -> Any:
        """Return a session on the bundle's graph, or None for the FP32 model."""
        if self.kind == "fp32":
            return None
        if self._runner is None:
            from device.open_target import open_target
            from device.targets import SessionRequest

            target = open_target("host")
            self._stack.callback(target.close)
            self._runner = target.open_session(SessionRequest(bundle=self._folder))
            self._stack.callback(self._runner.close)
        return self._runner

    def _available_kind(self) -> str:
        """Return what the project asks for, or "fp32" where there is no runner."""
        from device.errors import RunnerMissingError
        from device.runner_process import find_runner

        wanted = self._builder.project.olss.student
        if wanted == "fp32":
            return wanted
        try:
            find_runner()
        except RunnerMissingError as exc:
            text = f"OLSS is solved on the FP32 model, not on the graph: {exc}"
            self._builder.emit(LogLine(message=text, level="warning"))
            return "fp32"
        return wanted


def solve_one(
    builder: Builder, student: Student, entry: UseCaseEntry, steps: int
) -> dict[str, Any]:
    """Return one table with what is known of it, from the cache where nothing changed."""
    from quad_studio.sessions.solve_olss import solve_for

    project = builder.project

    def progress(what: str, done: int, total: int) -> None:
        note = f"{entry.name}, {steps} steps: {what}"
        builder.emit(StageProgress(stage=STAGE, done=done, total=total, note=note))

    def produce() -> dict[str, Any]:
        settings = settings_for(builder, entry, steps)
        solved = solve_for(
            settings,
            calibration_inputs(builder, entry),
            builder.frame,
            reference_model(project),
            runner=student.runner(),
            teacher_steps=project.olss.teacher_steps,
            cache=builder.work,
            progress=progress,
            check=builder.cancel.check,
        )
        return {
            "use_case": entry.name,
            "steps": steps,
            "guidance": settings.guidance,
            "adapter": settings.adapter,
            "student": solved.student,
            "samples": solved.samples,
            "teacher_steps": project.olss.teacher_steps,
            "rms_error": list(solved.errors),
            "plan": solved.plan.to_json(),
        }

    path = builder.cache.path(f"{STAGE}-{entry.name}-{steps}", _key(builder, student, entry, steps))
    title = f"Solve OLSS for {entry.name}, {steps} steps"
    made = builder.cache.get_json(STAGE, title, path.with_suffix(".json"), produce)
    made.pop("schema", None)
    return made


def settings_for(builder: Builder, entry: UseCaseEntry, steps: int) -> Any:
    """Return how the use case is run with the table."""
    from quad_studio.use_cases.settle import settle

    names = (*(adapter.name for adapter in builder.project.adapters), "none")
    return settle(
        entry.name,
        builder.frame,
        adapter=entry.adapter if entry.adapter in names else None,
        sampler="olss",
        steps=steps,
        guidance=entry.guidance,
    )


def calibration_inputs(builder: Builder, entry: UseCaseEntry) -> Any:
    """Return the inputs that a table is solved on: never those that are judged.

    Raises:
        SettingsProblem: There are none.
    """
    from quad_studio.inputs import load_input_set

    key = f"use_cases.{entry.name}.inputs"
    if entry.inputs is None:
        raise SettingsProblem(builder.project.path, [f"{key}: is missing; OLSS is solved on them"])
    items = load_input_set(entry.inputs, use_case=entry.name).items
    chosen = [item for item in items if item.split == SPLIT][: builder.project.olss.samples]
    if not chosen:
        text = f"{key}: {entry.inputs} has no input of split {SPLIT!r}"
        raise SettingsProblem(builder.project.path, [text])
    return chosen


def _key(builder: Builder, student: Student, entry: UseCaseEntry, steps: int) -> str:
    """Return the hash of what the table depends on."""
    project = builder.project
    parts: Mapping[str, Any] = {
        "base": builder.base_key,
        "profile": builder.profile.fingerprint,
        "quantization": asdict(project.quantization),
        "distillation": asdict(project.distillation),
        "olss": {**asdict(project.olss), "student": student.kind},
        "task": [entry.name, entry.adapter, entry.guidance, steps],
    }
    return digest_of(parts)


def _name(entry: UseCaseEntry, steps: int) -> str:
    """Return where sessions look for the table, below the bundle's plans."""
    from quad_studio.use_cases.settle import solved_name

    return solved_name(entry.name, steps)
