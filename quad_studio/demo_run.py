"""The demo run that comes with the package, so that the window has something to show at once.

    python -m quad_studio.demo_run out/demo/run      pack a finished run of the demo plan anew

It is a run like any other without its latents and reports, with the places of this machine taken
out of it. It is unpacked into the user's own folder before it is opened: verdicts go there.
"""

import json
import os
import shutil
import sys
import zipfile
from importlib import resources
from pathlib import Path
from typing import Any

from quad_studio.errors import InputFileProblem
from quad_studio.runs import MANIFEST, RESULTS, SCORES, SUMMARY

MARK = "@demo@"
"""Stands for the demo's folder in the texts of the packed run."""
_TEXTS = (MANIFEST, RESULTS, SCORES, SUMMARY, "log.txt", "repro.txt")
_DATE = (2026, 1, 1, 0, 0, 0)  # the same run gives the same archive


def demo_folder() -> Path:
    """Return the folder of the demo's model, adapters, inputs and plan."""
    return Path(str(resources.files("resources") / "demo"))


def demo_plan() -> Path:
    """Return the plan that makes the demo run."""
    return demo_folder() / "plan.toml"


def unpack_demo_run(folder: Path, archive: Path | None = None) -> Path:
    """Put the packed run into `folder`, unless it is there, and return the folder.

    Raises:
        InputFileProblem: The archive is missing or damaged.
        OSError: The folder cannot be written.
    """
    if (folder / MANIFEST).is_file():
        return folder
    archive = archive or demo_folder() / "run.zip"
    half = folder.with_name(f"{folder.name}.part-{os.getpid()}")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    try:
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(half)
        for name in _TEXTS:
            text = (half / name).read_text("utf-8")
            (half / name).write_text(text.replace(MARK, demo_folder().as_posix()), "utf-8")
    except (FileNotFoundError, zipfile.BadZipFile) as exc:
        shutil.rmtree(half, ignore_errors=True)
        raise InputFileProblem(archive, f"is not the demo run ({exc})") from exc
    shutil.rmtree(folder, ignore_errors=True)
    half.rename(folder)
    return folder


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
