"""Bugs, faults of the interpreter and a second window: what happens is said, and work goes on."""

import json
import shutil
import signal
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer

from tests.end_to_end.fault_window import OFFSCREEN_ONLY, window_without_adb
from tests.end_to_end.test_window_quits import Job
from tests.fakes.run_folder import write_run_folder
from tests.fakes.runner import runner_or_none
from tests.fakes.tiny_project import write_tiny_project
from ui.crash_report import CrashReports
from ui.views.crash_dialog import CrashDialog
from ui.worker import Jobs

if runner_or_none() is None:
    pytest.skip("the runner is not built", allow_module_level=True)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(120),
    pytest.mark.qt_log_ignore(OFFSCREEN_ONLY, extend=True),
]


@pytest.fixture(scope="module")
def person(qapp, bundle, tmp_path_factory):
    with window_without_adb(tmp_path_factory.mktemp("window"), bundle) as person:
        person.use("host")
        yield person


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return write_tiny_project(tmp_path_factory.mktemp("project")).parent


@pytest.fixture
def project(model):
    return write_tiny_project(model)  # only the file is written again


@pytest.fixture
def reports(person, tmp_path):
    """Catch what escapes, as the program does; return the folder of the reports."""
    made = CrashReports(tmp_path, person.studio.help.show_crash)
    made.install()
    yield tmp_path
    made.remove()


def bug():
    raise ZeroDivisionError("a bug for the test")


def in_a_slot(person):
    QTimer.singleShot(0, bug)


def in_a_job(person):
    jobs = Jobs("bug", person.studio)
    jobs.submit("bug", bug)
    person.wait("the job has ended", lambda: not jobs.is_active)
    jobs.shutdown()


def in_a_thread(person):
    threading.Thread(target=bug).start()


@pytest.mark.qt_no_exception_capture
@pytest.mark.parametrize("where", [in_a_slot, in_a_job, in_a_thread])
def test_that_a_bug_is_shown_once_and_written_down_and_the_window_goes_on(person, reports, where):
    person.go("session")
    where(person)
    person.wait("the bug is shown", lambda: isinstance(person.studio.help.dialog, CrashDialog))
    dialog = person.studio.help.dialog
    assert "a bug for the test" in dialog.text.toPlainText()
    person.picture(f"g-{where.__name__}")
    (report,) = reports.glob("crash-*.txt")
    assert "ZeroDivisionError: a bug for the test" in report.read_text()
    dialog.accept()
    person.wait("the dialog is closed", lambda: person.studio.help.dialog is None)
    where(person)  # the same place again
    assert person.image() == 1
    assert person.studio.help.dialog is None
    assert len(list(reports.glob("crash-*.txt"))) == 1


def test_that_a_fault_of_the_interpreter_is_shown_at_the_next_start(tmp_path):
    job = Job("nothing", "signal", tmp_path, tmp_path)
    try:
        assert job.said() == {"ready": True}
        job.process.send_signal(signal.SIGSEGV)
        assert job.end() == -signal.SIGSEGV
    finally:
        job.kill()
    again = Job("nothing", "report+signal", tmp_path, tmp_path)
    try:
        said = again.said()["report"]
        assert "did not end well the last time" in said
        assert "Segmentation fault" in said
        again.said()
        again.process.send_signal(signal.SIGTERM)
        assert again.end() == 128 + signal.SIGTERM
    finally:
        again.kill()
    assert not list((tmp_path / "home").rglob("faults*"))


@pytest.fixture
def second(qapp, person, tmp_path):
    """Open another window beside the first."""
    was = Path.cwd()
    with window_without_adb(tmp_path / "second", None) as other:
        yield other
    assert Path.cwd() == was


def test_that_verdicts_of_two_windows_on_one_run_are_all_kept(person, second, tmp_path):
    run = write_run_folder(tmp_path / "run", scored=True)
    for one in (person, second):
        one.studio.open_path(run)
        one.wait("the run is open", lambda one=one: one.is_open(run))
    first, other = person.studio.pairs.shown[:2]
    give(person, first.key, "accept")
    give(second, other.key, "reject")
    give(person, other.key, "unsure")
    assert person.studio.book.choice_of(first.key) == "accept"
    give(second, first.key, "reject")
    assert second.studio.book.choice_of(other.key) == "unsure"
    lines = (run / "verdicts.jsonl").read_text().splitlines()
    given = [(line["key"], line["choice"]) for line in map(json.loads, lines)]
    assert given == [
        (first.key, "accept"), (other.key, "reject"), (other.key, "unsure"), (first.key, "reject"),
    ]  # fmt: skip


def give(person, key, choice):
    person.studio.selection.select_key(key)
    person.studio.verdicts.give(choice)


def test_that_a_project_that_another_window_saved_is_not_written_over(person, second, project):
    text = project.read_text()
    for one in (person, second):
        one.studio.open_path(project)
    theirs, mine = (text.replace('"tiny"', f'"{name}"') for name in ("theirs", "mine"))
    second.studio.project_view.text_edited.emit(theirs)
    assert second.studio.project.save()
    person.studio.project_view.text_edited.emit(mine)
    assert not person.studio.project.save()
    person.reads("project", "changed by another program", "Save again")
    person.picture("h-project")
    assert project.read_text() == theirs
    assert person.studio.project.save()  # now it was said
    assert project.read_text() == mine


def test_that_a_second_build_of_one_bundle_is_refused_while_the_first_runs(person, second, project):
    for one in (person, second):
        one.studio.open_path(project)
    person.studio.pipeline.build()
    work = Path("out/tiny/bundle.work")
    shutil.rmtree(work, ignore_errors=True)
    person.wait("the build has begun", lambda: "Load" in person.studio.window.state_label.text())
    second.studio.pipeline.build()
    said = second.reads("pipeline", "in use by process")
    second.picture("h-build")
    assert "wait for it or stop it" in said
    person.studio.pipeline.cancel()
    person.wait("the build has ended", lambda: not person.studio.pipeline.is_busy)
