"""The demo run that comes with the package, so that the window has something to show at once.

    python -m quad_studio.demo_run out/demo/run      pack a finished run of the demo plan anew

It is a run like any other without its latents and reports, with the places of this machine taken
out of it. It is unpacked into the user's own folder before it is opened: verdicts go there, and
stay when a later version ships another run.
"""

import contextlib
import json
import os
import shutil
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from evaluation.verdicts import FILE as VERDICTS
from quad_studio.errors import InputFileProblem, QuadError, UsageProblem
from quad_studio.runs import (
    MANIFEST,
    RESULTS,
    SCORES,
    SUMMARY,
    is_run,
    take_lock,
    updated_manifest,
)
from quad_studio.storage import read_json, sha256_of_file

MARK = "@demo@"
"""Stands for the demo's folder in the texts of the packed run."""
_TEXTS = (MANIFEST, RESULTS, SCORES, SUMMARY, "log.txt", "repro.txt")
_ORIGIN = ".shipped"
"""Names the archive that a run was unpacked from, by its SHA-256."""
PATIENCE_S = 30.0
_DATE = (2026, 1, 1, 0, 0, 0)  # the same run gives the same archive


def demo_folder() -> Path:
    """Return the folder of the demo's model, adapters, inputs and plan."""
    return Path(str(resources.files("resources") / "demo"))


def demo_plan() -> Path:
    """Return the plan that makes the demo run."""
    return demo_folder() / "plan.toml"


def demo_run_place() -> Path:
    """Return the user's own folder for the demo run, whether it is there or not."""
    return user_data_path("quad-studio", appauthor=False) / "demo-run"


def unpack_demo_run(folder: Path, archive: Path | None = None) -> Path:
    """Put the packed run into `folder`, unless this very one is there, and return the folder.

    One that another version shipped is renewed: verdicts with their notes, and tags, stay. Where
    that fails it is left as it was. A run that was not shipped is never touched.

    Raises:
        InputFileProblem: The archive is missing or damaged, and no run is in `folder`.
        OSError, StageError: The folder cannot be written, and no run is in it.
        UsageProblem: Another window has been unpacking for longer than that takes.
    """
    archive = archive or demo_folder() / "run.zip"
    if _is_current(folder, archive):
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        if _is_current(folder, archive):  # another window was faster
            return folder
        try:
            _renew(folder, archive)
        except (QuadError, OSError):
            if not is_run(folder):
                raise
    return folder


def _is_current(folder: Path, archive: Path) -> bool:
    """Return whether `folder` holds what `archive` does, or a run that is not ours to renew."""
    if not is_run(folder):
        return False
    try:
        if (folder / _ORIGIN).is_file():
            return (folder / _ORIGIN).read_text("ascii").strip() == sha256_of_file(archive)
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        return not (isinstance(manifest, dict) and manifest.get("shipped"))
    except (OSError, ValueError):
        return True  # opening it says what is damaged


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other windows from unpacking into `folder`."""
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            lock = take_lock(folder.with_name(f".{folder.name}.lock"))
            break
        except UsageProblem:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
    with lock:
        yield


def _renew(folder: Path, archive: Path) -> None:
    """Unpack beside `folder` and take its place.

    A kill at any moment leaves the verdicts in `folder` or in the former one, where the next call
    finds them.
    """
    half, former = (folder.with_name(f"{folder.name}.{word}") for word in ("new", "former"))
    shutil.rmtree(half, ignore_errors=True)
    try:
        _unpack(half, archive)
        if folder.exists():
            shutil.rmtree(former, ignore_errors=True)
            folder.rename(former)
        try:
            _carry_over(former, half)
            half.rename(folder)
        except BaseException:
            if former.is_dir():
                former.rename(folder)
            raise
    finally:
        shutil.rmtree(half, ignore_errors=True)
    shutil.rmtree(former, ignore_errors=True)


def _unpack(half: Path, archive: Path) -> None:
    half.mkdir(parents=True)
    try:
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(half)
        for name in _TEXTS:
            text = (half / name).read_text("utf-8")
            (half / name).write_text(text.replace(MARK, demo_folder().as_posix()), "utf-8")
        (half / _ORIGIN).write_text(f"{sha256_of_file(archive)}\n", "ascii")
    except (FileNotFoundError, zipfile.BadZipFile) as exc:
        raise InputFileProblem(archive, f"is not the demo run ({exc})") from exc


def _carry_over(former: Path, half: Path) -> None:
    """Give the new run what the user added to the former one."""
    verdicts = former / VERDICTS
    if verdicts.is_file():
        try:
            os.link(verdicts, half / VERDICTS)  # a window that is writing to it goes on doing so
        except OSError:
            shutil.copyfile(verdicts, half / VERDICTS)
    with contextlib.suppress(InputFileProblem):
        tags = read_json(former / MANIFEST, "run").get("tags")
        if tags:
            with updated_manifest(half) as manifest:
                manifest["tags"] = tags


def pack_demo_run(run: Path, archive: Path) -> None:
    """Write what is shipped of `run`, a finished run of the demo plan, to `archive`."""
    manifest: dict[str, Any] = json.loads((run / MANIFEST).read_text("utf-8"))
    demo = Path(manifest["plan"]["path"]).parent
    checkout = f"{demo.parents[1]}/"
    texts = {name: (run / name).read_text("utf-8") for name in _TEXTS}
    texts[MANIFEST] = json.dumps({**manifest, "shipped": True}, indent=1, ensure_ascii=False)
    rows = [json.loads(line) for line in texts[RESULTS].splitlines()]
    texts[RESULTS] = "".join(
        json.dumps({**row, "latents": None}, ensure_ascii=False) + "\n" for row in rows
    )
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in texts.items():
            portable = text.replace(str(demo), MARK).replace(checkout, "")
            packed.writestr(zipfile.ZipInfo(name, _DATE), portable, zipfile.ZIP_DEFLATED)
        for picture in sorted((run / "images").rglob("*.png")):
            info = zipfile.ZipInfo(picture.relative_to(run).as_posix(), _DATE)
            packed.writestr(info, picture.read_bytes())


if __name__ == "__main__":
    pack_demo_run(Path(sys.argv[1]), demo_folder() / "run.zip")
