"""From project to bundle: the QUAD pipeline stage by stage, skipping what is up to date."""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from quad_studio.bundle import MANIFEST, Bundle, open_bundle
from quad_studio.cancel import CancelToken
from quad_studio.config import Project
from quad_studio.engine.build_clock import BuildClock, keep_marks, read_marks
from quad_studio.engine.build_files import assemble
from quad_studio.engine.builder import Builder
from quad_studio.engine.compile_targets import compile_targets, socs_of
from quad_studio.errors import InputFileProblem
from quad_studio.events import Emit, StageFinished, StageStarted
from quad_studio.runs import take_lock
from quad_studio.storage import read_json, storage_error, write_json


@dataclass(frozen=True, kw_only=True)
class BuildRequest:
    """A project, where its bundle goes, and whether to run every stage again."""

    project: Project
    output: Path
    force: bool = False


def build_bundle(request: BuildRequest, *, emit: Emit, cancel: CancelToken) -> Bundle:
    """Return the project's bundle, building what is missing or out of date.

    The new bundle takes the old one's place in one step at the end; results of stages are kept
    beside it in `<output>.work`, so that an interrupted build goes on.

    Raises:
        UsageProblem: The project or one of its files is wrong.
        StageError: A stage failed.
        Cancelled: `cancel` was set.
    """
    work = request.output.with_name(request.output.name + ".work")
    socs = socs_of(request.project)
    try:
        work.mkdir(parents=True, exist_ok=True)
        lock = take_lock(work / ".lock")
    except OSError as exc:
        raise storage_error(work, exc) from exc
    with lock:
        clock = BuildClock(emit, read_marks(work))
        builder = Builder(request.project, work, emit=clock, cancel=cancel, force=request.force)
        bundle = _up_to_date(request, builder)
        if bundle is None:
            bundle = _build(request, builder)
            keep_marks(work, clock)
        return compile_targets(bundle, socs, work, emit=emit, cancel=cancel)


def project_of_bundle(bundle: Path) -> Path | None:
    """Return the project file that `bundle` was built from on this machine, if that is known."""
    record = bundle.with_name(bundle.name + ".work") / "build.json"
    try:
        named = read_json(record, "build").get("project")
    except InputFileProblem:
        return None
    return Path(named) if named and Path(named).is_file() else None


def _up_to_date(request: BuildRequest, builder: Builder) -> Bundle | None:
    """Return the bundle that is there, if nothing that went into it has changed."""
    record = builder.work / "build.json"
    if request.force or not record.is_file() or not (request.output / MANIFEST).is_file():
        return None
    try:
        if read_json(record, "build").get("key") != builder.bundle_key:
            return None
        bundle = open_bundle(request.output)
    except InputFileProblem:
        return None
    builder.emit(StageFinished(stage="build", seconds=0.0, skipped=True))
    return bundle


def _build(request: BuildRequest, builder: Builder) -> Bundle:
    """Run the stages and put the bundle in place."""
    start = time.monotonic()
    builder.emit(StageStarted(stage="build", title=f"Build {request.project.name}"))
    builder.hashes.save()
    part = request.output.with_name(request.output.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        assemble(builder, part)
        builder.cancel.check()
        old = request.output.with_name(request.output.name + ".old")
        shutil.rmtree(old, ignore_errors=True)
        if request.output.exists():
            request.output.rename(old)
        part.rename(request.output)
        shutil.rmtree(old, ignore_errors=True)
        write_json(
            builder.work / "build.json",
            {
                "schema": "quad-studio/build/1",
                "key": builder.bundle_key,
                "project": str(request.project.path),
            },
        )
    except OSError as exc:
        raise storage_error(request.output, exc) from exc
    finally:
        shutil.rmtree(part, ignore_errors=True)
    builder.emit(StageFinished(stage="build", seconds=time.monotonic() - start))
    return open_bundle(request.output)
