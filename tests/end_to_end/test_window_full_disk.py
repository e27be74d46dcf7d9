"""A full disk under the real window: it says what is not kept, and goes on when there is space."""

import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from tests.end_to_end.fault_window import (
    OFFSCREEN_ONLY,
    last_verdict,
)
from tests.fakes.runner import runner_or_none
from tests.fakes.tiny_project import write_tiny_project

if runner_or_none() is None:
    pytest.skip("the runner is not built", allow_module_level=True)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(120),
    pytest.mark.qt_log_ignore(OFFSCREEN_ONLY, extend=True),
]


@pytest.fixture
def small_disk(tmp_path):
    """Return a folder on a file system of its own, and what fills it up and frees it again."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting a file system is not permitted here")
    yield SmallDisk(place)
    subprocess.run(["umount", "-l", str(place)], check=True)


class SmallDisk:
    """A file system of a few megabytes."""

    def __init__(self, place):
        self.place, self._ballast = place, place / "ballast"

    def fill(self):
        """Leave no block free."""
        with self._ballast.open("wb", buffering=0) as stream, suppress(OSError):
            while True:
                stream.write(bytes(4096))

    def free(self):
        self._ballast.unlink()


def test_that_a_session_goes_on_over_a_full_disk(person, small_disk):
    person.studio.session.end()
    sessions = Path("out/sessions")
    shutil.rmtree(sessions, ignore_errors=True)
    sessions.parent.mkdir(exist_ok=True)
    sessions.symlink_to(small_disk.place)
    try:
        assert person.image() == 1
        small_disk.fill()
        assert person.image() == 1  # the picture is shown, and it is said that it is not kept
        said = person.reads("session", "host", "not recorded", "disk is full")
        person.picture("c-session")
        assert "free some space" in said
        person.click(person.studio.session_view.judge_button)
        person.reads("session", "disk is full")
        person.wait("the session is idle", lambda: not person.studio.session.is_busy)
        person.picture("c-judge")
        small_disk.free()
        assert person.image() == 1
        person.click(person.studio.session_view.judge_button)
        person.wait(
            "the run is open",
            lambda: (
                person.studio.selection.run is not None
                and small_disk.place in person.studio.selection.run.run.path.parents
            ),
        )
        run = person.studio.selection.run.run
        assert [row["status"] for row in run.rows] == ["ok", "ok"]
        assert run.torn_lines == 0
        assert run.summary["validity"]["status"] == "VALID"
    finally:
        person.studio.session.end()
        sessions.unlink()


def test_that_verdicts_and_reports_go_on_over_a_full_disk(person, whole_run, small_disk):
    run = shutil.copytree(whole_run, small_disk.place / "run")
    studio = person.studio
    studio.open_path(run)
    person.wait("the run is open", lambda: person.is_open(run))
    first, second = studio.pairs.shown[:2]
    studio.selection.select_pair(first)
    studio.verdicts.give("accept")
    small_disk.fill()
    studio.selection.select_pair(second)
    for _ in range(40):  # the file's last block has room for some lines
        studio.verdicts.give("reject")
        if studio.compare_view.banner.isVisibleTo(person.window):
            break
        studio.selection.select_pair(second)
    said = person.reads("compare", "not saved", "No space left")
    person.picture("c-verdict")
    assert "Free the disk" in said
    written = (run / "verdicts.jsonl").read_bytes()
    export(person)
    person.wait(
        "the report is refused",
        lambda: (
            "space" in studio.help.dialog.state.text.text()
            or "full" in studio.help.dialog.state.text.text()
        ),
    )
    person.picture("c-export")
    assert (run / "summary.json").stat().st_size > 100
    small_disk.free()
    export(person)
    person.wait("it is written", lambda: "Written" in studio.help.dialog.state.text.text())
    studio.help.dialog.close()
    assert (run / "report.md").stat().st_size > 100
    studio.selection.select_pair(second)
    studio.verdicts.give("unsure")
    assert last_verdict(run) == (second.key, "unsure")
    assert (run / "verdicts.jsonl").read_bytes().startswith(written)


def export(person):
    """Ask for a report in the open run."""
    studio = person.studio
    if studio.help.dialog is None:
        studio.help.run_command("copy.export")
    dialog = studio.help.dialog
    for name, box in dialog.boxes.items():
        box.setChecked(name == "md")
    person.click(dialog.export_button)


def test_that_a_project_and_its_build_go_on_over_a_full_disk(person, small_disk):
    write_tiny_project(small_disk.place.parent / "source")
    project = small_disk.place / "project.toml"
    text = (small_disk.place.parent / "source" / "project.toml").read_text()
    for name in ("model", "lora", "inputs"):
        text = text.replace(f'"{name}', f'"{small_disk.place.parent}/source/{name}')
    project.write_text(text)
    studio = person.studio
    studio.open_path(project)
    small_disk.fill()
    edited = text.replace('name = "tiny"', 'name = "tiny2"')
    studio.project_view.text_edited.emit(edited)
    assert not studio.project.save()
    said = person.reads("project", "project.toml", "disk is full")
    person.picture("c-project")
    assert "free some space" in said
    assert project.read_text() == text  # the old file, whole
    assert studio.project.is_unsaved
    small_disk.free()
    assert studio.project.save()
    assert project.read_text() == edited
    out = Path("out/tiny2")
    out.symlink_to(small_disk.place)
    small_disk.fill()
    studio.pipeline.build()
    person.reads("pipeline", "disk is full", "free some space")
    person.wait("the build has ended", lambda: not studio.pipeline.is_busy)
    person.picture("c-build")
    small_disk.free()
    studio.pipeline.build()
    person.wait("a stage runs", lambda: "Load" in studio.window.state_label.text())
    studio.pipeline.cancel()
    person.wait("the build has ended", lambda: not studio.pipeline.is_busy)
    out.unlink()
