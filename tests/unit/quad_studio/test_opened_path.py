"""What --open accepts: the window is for what is there, the terminal answers for what is not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from quad_studio.errors import UsageProblem
from quad_studio.opened_path import check_openable, kind_of
from tests.fakes.run_folder import write_run_folder

CALL = """
import sys
from quad_studio.cli.main import main
status = main(["--open", *sys.argv[1:]])
print(status, "PySide6" in sys.modules)
"""


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_run_folder(tmp_path / "runs/run", inputs=1, repeats=1)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("absent", ("absent: no such file or folder", "a run folder, a bundle or a project file")),
        ("absent.toml", ("absent.toml: no such file or folder",)),
        ("runs", ("runs: is neither a run folder", "quad-studio runs runs lists")),
        ("note.txt", ("note.txt: is neither a run folder",)),
        ("", ("--open: the path is empty",)),
    ],
)
@pytest.mark.slow
def test_that_a_wrong_path_ends_with_2_before_qt_is_loaded(path, words, run, tmp_path):
    (tmp_path / "note.txt").write_text("no run is here")
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", CALL, path]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=60
    )
    assert done.stdout == "2 False\n"
    assert all(word in done.stderr for word in words), done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("lost", ["manifest.json", "results.jsonl", "nothing"])
def test_that_a_damaged_run_is_left_to_the_window(run, lost):
    (run / lost).unlink(missing_ok=True)
    assert check_openable(str(run)) == run


def test_that_files_of_a_run_bundles_and_projects_are_openable(run, tmp_path):
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle/bundle.json").write_text("{")
    (tmp_path / "project.toml").write_text("no project")
    for path in (run / "results.jsonl", tmp_path / "bundle", tmp_path / "project.toml"):
        assert check_openable(str(path)) == path
    assert kind_of(run / "results.jsonl") == ("run", run)
    assert kind_of(tmp_path / "bundle")[0] == "bundle"
    assert kind_of(tmp_path / "project.toml")[0] == "project"


def test_that_a_folder_that_may_not_be_read_is_left_to_the_window(run, monkeypatch):
    def refuse(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_file", refuse)
    assert check_openable(str(run)) == run


def test_that_a_picture_beside_no_run_is_no_run(tmp_path):
    (tmp_path / "a.png").touch()
    with pytest.raises(UsageProblem, match="neither a run folder, a bundle nor a project file"):
        check_openable(str(tmp_path / "a.png"))
