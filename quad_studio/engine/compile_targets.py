"""Compile a finished bundle for the NPUs that the project names, once a graph and compiler."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from device.errors import ToolchainError
from device.toolchains.qualcomm import HOW_TO_GET_IT, Soc, find_soc, is_installed, versions
from quad_studio.bundle import MANIFEST, Bundle, open_bundle
from quad_studio.cancel import CancelToken
from quad_studio.config import Project
from quad_studio.errors import SettingsProblem
from quad_studio.events import Emit, LogLine, StageFinished
from quad_studio.quad.compile_qualcomm import (
    RECORD,
    CompileInput,
    compile_for_qualcomm,
)
from quad_studio.storage import digest_of, read_json, sha256_of_file, write_json

STAGE = "compile"
DEFAULT_SOC = "SM8750"
_COMPONENT = "unet"


def socs_of(project: Project) -> list[Soc]:
    """Return the SoCs of `targets.compile`, each once.

    Raises:
        SettingsProblem: A SoC that is not known here.
    """
    found: dict[str, Soc] = {}
    problems = []
    for index, target in enumerate(project.compile):
        name = target.partition(":")[2] or DEFAULT_SOC
        try:
            soc = find_soc(name)
        except ToolchainError as exc:
            problems.append(f"targets.compile[{index}]: {exc}")
        else:
            found[soc.name] = soc
    if problems:
        raise SettingsProblem(project.path, problems)
    return list(found.values())


def compile_targets(
    bundle: Bundle, socs: Sequence[Soc], cache: Path, *, emit: Emit, cancel: CancelToken
) -> Bundle:
    """Add `contexts/<SoC>/` to the bundle for each SoC, and return the bundle.

    Without the compiler the stage is skipped with a warning that says where to get it: the bundle
    is complete without contexts. Results are kept in `cache` under the graph's hash and the
    compiler's version, so that a bundle built again takes them from there.

    Raises:
        StageError, ToolchainError: The compiler refused the graph.
    """
    for soc in socs:
        cancel.check()
        if not is_installed():
            text = f"not compiled for {soc.name}: {HOW_TO_GET_IT}"
            emit(LogLine(message=text, level="warning"))
            emit(StageFinished(stage=STAGE, seconds=0.0, skipped=True, note=text))
            continue
        if _is_there(bundle, soc):
            emit(StageFinished(stage=STAGE, seconds=0.0, skipped=True, note=soc.name))
            continue
        kept = cache / f"context-{soc.name}-{_key(bundle, soc)[:20]}"
        if (kept / RECORD).is_file():
            bundle = _take(bundle, soc, kept)
            emit(StageFinished(stage=STAGE, seconds=0.0, skipped=True, note=soc.name))
            continue
        bundle = compile_for_qualcomm(
            CompileInput(bundle, soc.name), emit=emit, cancel=cancel
        ).bundle
        _keep(bundle.path / "contexts" / soc.name, kept)
    return bundle


def _key(bundle: Bundle, soc: Soc) -> str:
    """Return the hash of all that a context follows from."""
    graph = str(bundle.manifest["components"][_COMPONENT]["graph"])
    files = [
        bundle.file_sha256(name)
        for name in (graph, f"{graph}.data")
        if name in bundle.manifest["files"]
    ]
    return digest_of([files, soc.name, versions()])


def _is_there(bundle: Bundle, soc: Soc) -> bool:
    """Return whether the bundle holds a context of its very graph by this very compiler."""
    record = bundle.manifest.get("contexts", {}).get(soc.name, {}).get(_COMPONENT)
    if not record or record["versions"] != versions():
        return False
    graph = str(bundle.manifest["components"][_COMPONENT]["graph"])
    return bool(record["graph_sha256"] == bundle.file_sha256(graph))


def _keep(folder: Path, kept: Path) -> None:
    part = kept.with_name(f"{kept.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(folder, part)
    part.rename(kept)


def _take(bundle: Bundle, soc: Soc, kept: Path) -> Bundle:
    """Copy a kept context into the bundle and list it."""
    folder = bundle.path / "contexts" / soc.name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(kept, folder)
    components: dict[str, Any] = read_json(folder / RECORD, "context")["components"]
    manifest = dict(bundle.manifest)
    manifest["contexts"] = {**manifest.get("contexts", {}), soc.name: components}
    manifest["files"] = dict(manifest["files"])
    for file in sorted(folder.iterdir()):
        manifest["files"][file.relative_to(bundle.path).as_posix()] = {
            "sha256": sha256_of_file(file),
            "bytes": file.stat().st_size,
        }
    write_json(bundle.path / MANIFEST, manifest)
    return open_bundle(bundle.path)
