"""What each panel says when all is not well: what happened, and a button that mends it."""

import json
from dataclasses import replace

import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication

from quad_studio.project_document import NEW
from tests.fakes.run_folder import read_rows, write_run_folder
from ui.app import Studio
from ui.models.run_model import read_run
from ui.scenes import CARDS, SceneDevices, SceneSessions
from ui.scenes_build import SceneBuild
from ui.services import Services
from ui.views.log_view import LogView
from ui.widgets.parts import StateBanner

pytestmark = pytest.mark.timeout(60)
VIRTUAL = "virtual:s25-qualcomm"


class Window:
    def __init__(self, qapp, qtbot, settings, root):
        self.qtbot, self.root = qtbot, root
        self.devices, self.sessions = SceneDevices(), SceneSessions()
        self.build = SceneBuild(root)
        services = Services(self.devices, self.sessions, self.build)
        self.studio = Studio(qapp, root=root / "runs", settings=settings, services=services)
        self.studio.show()

    def wait(self, done):
        self.qtbot.waitUntil(done, timeout=30_000)

    def open_run(self, name="run", change=None, **more):
        run = write_run_folder(self.root / name, inputs=2, repeats=1, **{"scored": True, **more})
        if change is not None:
            change(run)
        self.studio.open_path(run)
        self.wait(lambda: self.studio.selection.run is not None)
        self.wait(lambda: self.studio.selection.run.run.path == run.resolve())
        return run

    def open_project(self, text=NEW):
        (self.root / "model").mkdir(exist_ok=True)
        (self.root / "adapter.safetensors").touch()
        path = self.root / "project.toml"
        path.write_text(text)
        self.studio.open_path(path)
        return path

    def open_bundle(self):
        bundle = self.root / "bundle"
        bundle.mkdir(exist_ok=True)
        self.studio.devices.check(VIRTUAL, True)
        self.studio.open_bundle(bundle)
        self.wait(lambda: not self.studio.session_view.content.isHidden())
        self.wait(lambda: bool(self.studio.devices.cards))
        return bundle

    def make_image(self):
        self.studio.session.choose_use_case("text_to_image")
        self.studio.session_view.request.prompt.setText("a ship")
        self.studio.session.run()
        self.wait(lambda: not self.studio.session.is_busy)


@pytest.fixture
def window(qapp, qtbot, settings, tmp_path):
    made = Window(qapp, qtbot, settings, tmp_path)
    yield made
    made.studio.end()


def said(banner):
    return banner.kind, banner.text.text(), banner.button.text()


def edit_json(path, **changes):
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def fail_first_pair(run, code, message):
    rows = read_rows(run)
    for row in rows:
        if (row["target"], row["input_id"]) == (rows[0]["target"], rows[0]["input_id"]):
            row |= {"status": "error", "error": {"code": code, "message": message}}
    (run / "results.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_that_the_button_of_a_banner_does_what_it_was_given_last(qtbot):
    banner, done = StateBanner(), []
    qtbot.addWidget(banner)
    banner.show_state("one", "bad", "Try", lambda: done.append(1))
    banner.show_state("two", "warn", "Try", lambda: done.append(2))
    banner.button.click()
    banner.show_state("three")
    banner.button.click()
    assert done == [2]
    assert said(banner) == ("info", "three", "")


# ---- Judge -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "more", "kind", "words", "command"),
    [
        (
            lambda run: fail_first_pair(run, "lost", "virtual:s25: it went away"),
            {},
            "bad",
            "it went away. Finished rows are kept",
            "--resume",
        ),
        (
            lambda run: edit_json(
                run / "summary.json", exit_code=3, reasons=["adb:R5CX: the device is lost"]
            ),
            {},
            "bad",
            "adb:R5CX: the device is lost. Finished rows are kept",
            "--resume",
        ),
        (None, {"scored": False}, "warn", "stopped after", "--resume"),
        (
            lambda run: fail_first_pair(run, "out_of_memory", "killed"),
            {},
            "warn",
            "rows failed",
            "--resume",
        ),
        (
            lambda run: (run / "scores.jsonl").write_text(
                "".join((run / "scores.jsonl").read_text().splitlines(True)[:2])
            ),
            {},
            "warn",
            "pairs are scored",
            "--only score",
        ),
        (
            lambda run: edit_json(
                run / "summary.json",
                validity={"status": "INVALID", "reasons": ["too hot: 46.5 °C"], "warnings": []},
            ),
            {},
            "bad",
            "This run is INVALID: too hot: 46.5 °C",
            "--resume",
        ),
        (
            lambda run: edit_json(
                run / "summary.json", baseline={"comparable": False, "reasons": ["other inputs"]}
            ),
            {},
            "warn",
            "Not comparable with its baseline: other inputs",
            "--resume",
        ),
    ],
    ids=["row-lost", "run-lost", "stopped", "failed", "unscored", "invalid", "not-comparable"],
)
def test_that_compare_and_kpis_say_the_state_of_the_run_and_copy_what_mends_it(
    window, change, more, kind, words, command
):
    run = window.open_run(change=change, **more)
    window.wait(lambda: window.studio.kpi_model.rowCount() > 0)
    views = (window.studio.compare_view, window.studio.kpi_view, window.studio.context_view)
    window.wait(lambda: all(view.banner.kind == kind for view in views))
    for banner in (view.banner for view in views):
        assert words in banner.text.text()
        QApplication.clipboard().clear()
        banner.button.click()
        assert command in QApplication.clipboard().text()
        assert str(run) in QApplication.clipboard().text()


def test_that_a_run_in_order_says_nothing(window):
    window.open_run()
    window.wait(lambda: window.studio.kpi_model.rowCount() > 0)
    assert said(window.studio.compare_view.banner) == ("", "", "")
    assert said(window.studio.runs_view.banner) == ("", "", "")


def test_that_a_picture_that_cannot_be_read_is_named_and_read_again(window):
    def spoil(run):
        read_run(run).pairs[0].image("candidate").write_bytes(b"no picture")

    run = window.open_run(change=spoil)
    view = window.studio.compare_view
    window.wait(lambda: view.banner.kind == "bad")
    assert "cannot be read" in view.banner.text.text()
    assert window.studio.statistics_view.pages.currentIndex() == 0
    assert "cannot be read" in window.studio.statistics_view.empty.text.text()
    Image.new("RGB", (64, 64)).save(read_run(run).pairs[0].image("candidate"))
    view.banner.button.click()
    window.wait(lambda: view.canvas.frame_b is not None and not view.canvas.message)
    window.wait(lambda: not view.banner.kind)
    window.wait(lambda: window.studio.statistics_view.pages.currentIndex() == 1)


def test_that_pictures_of_two_sizes_are_said_for_that_pair_only(window):
    def shrink(run):
        path = read_run(run).pairs[0].image("candidate")
        Image.open(path).resize((32, 32)).save(path)

    window.open_run(change=shrink)
    view = window.studio.compare_view
    window.wait(lambda: view.banner.kind == "warn")
    assert "never subtracted" in view.banner.text.text()
    assert "not comparable" in window.studio.statistics_view.empty.title.text()
    window.studio.compare.walk("next")
    window.wait(lambda: not view.banner.kind)


def test_that_a_run_that_cannot_be_opened_is_said_where_its_pictures_would_be(window):
    run = write_run_folder(window.root / "broken", inputs=1, repeats=1)
    whole = (run / "manifest.json").read_text()
    (run / "manifest.json").write_text("{")
    window.studio.open_path(run)
    banner = window.studio.runs_view.banner
    window.wait(lambda: banner.kind == "bad")
    assert "manifest.json" in banner.text.text()
    assert window.studio.compare_view.empty.title.text() == "The run could not be opened"
    (run / "manifest.json").write_text(whole)
    banner.button.click()
    window.wait(lambda: window.studio.selection.run is not None)
    window.wait(lambda: not banner.kind)


def test_that_a_search_without_a_hit_does_not_say_that_there_are_no_runs(window):
    window.open_run()
    view = window.studio.runs_view
    window.wait(lambda: window.studio.runs_model.rowCount() == 1)
    view.search.setText("nothing like it")
    assert view.empty.title.text() == "No run fits the search"
    view.search.clear()
    assert view.pages.currentIndex() == 1


def test_that_a_failed_row_stands_first_in_the_context_with_its_remedy(window):
    window.open_run(change=lambda run: fail_first_pair(run, "out_of_memory", "killed"))
    pair = next(pair for pair in window.studio.selection.run.pairs if not pair.is_ok)
    window.studio.selection.select_pair(pair)
    tree = window.studio.context_view.tree  # it follows a frame after the pictures
    window.wait(lambda: tree.topLevelItemCount() > 0)
    window.wait(lambda: tree.topLevelItem(0).text(0) == "Error")
    error = tree.topLevelItem(0)
    lines = {error.child(at).text(0): error.child(at).text(1) for at in range(error.childCount())}
    assert lines["What happened"] == "killed"
    assert "sequential" in lines["What to do"]


def test_that_a_missing_log_and_a_long_one_say_so(window, monkeypatch):
    banner = window.studio.log_view.banner
    window.open_run("without")
    assert "log.txt" in banner.text.text()
    monkeypatch.setattr("ui.controllers.context_controller.MOST_LINES", 3)
    window.open_run("with", change=lambda run: (run / "log.txt").write_text("a\nb\nc\nd\n"))
    assert said(banner)[0] == "info"
    assert "newest 3 of 4 lines" in banner.text.text()


def test_that_a_mark_stays_at_its_line_where_the_oldest_lines_are_left_out(qtbot, monkeypatch):
    monkeypatch.setattr("ui.views.log_view.MOST_LINES", 3)
    view = LogView()
    qtbot.addWidget(view)
    view.show_lines(["one", "two", "three", "four"])
    view.mark_lines([0, 2])
    (mark,) = view.text.extraSelections()
    assert mark.cursor.block().text() == "three"


# ---- Build -------------------------------------------------------------------------------------


def test_that_a_project_changed_by_another_program_is_offered_anew(window):
    path = window.open_project()
    banner = window.studio.project_view.banner
    path.write_text(NEW.replace("[project]", '[project]\ndescription = "new"'))
    window.wait(lambda: banner.kind == "warn")
    assert "another program" in banner.text.text()
    banner.button.click()
    assert 'description = "new"' in window.studio.project.document.text
    assert not banner.kind


def test_that_saving_is_no_change_by_another_program(window, qtbot):
    window.open_project()
    window.studio.project.document.set("project", "description", "mine")
    with qtbot.waitSignal(window.studio.project._watcher.fileChanged, timeout=8000):
        window.studio.project.save()
    assert not window.studio.project_view.banner.kind


def test_that_a_device_that_gives_no_estimate_is_named_and_asked_again(window):
    window.open_project()
    banner = window.studio.project_view.banner
    window.studio.project.estimate()
    window.wait(lambda: banner.kind == "warn")
    assert "adb:R5CX20ABCDE: The device has not accepted" in banner.text.text()
    banner.button.click()
    assert "Asking how much room" in banner.text.text()
    window.wait(lambda: banner.kind == "warn")


def test_that_a_stopped_build_goes_on_and_a_failed_one_is_tried_again(window):
    window.open_project()
    pipeline, banner = window.studio.pipeline, window.studio.pipeline_view.banner
    window.build.hold_at = "distill"
    pipeline.build()
    window.wait(lambda: len(window.studio.pipeline_view.losses.names) == 2)
    pipeline.cancel()
    window.wait(lambda: not pipeline.is_busy)
    assert said(banner)[::2] == ("warn", "Go on")
    window.build.hold_at, window.build.fail_at = "", "export"
    banner.button.click()
    window.wait(lambda: not pipeline.is_busy)
    assert said(banner)[::2] == ("bad", "Try again")
    window.build.fail_at = ""
    banner.button.click()
    window.wait(lambda: not pipeline.is_busy)
    assert said(banner)[::2] == ("good", "To the devices")
    banner.button.click()
    assert window.studio.window.workspace == "devices"


def test_that_a_project_saved_after_its_build_makes_the_bundle_stale(window):
    window.open_project()
    pipeline, banner = window.studio.pipeline, window.studio.pipeline_view.banner
    pipeline.build()
    window.wait(lambda: not pipeline.is_busy)
    window.studio.project.save()
    assert banner.kind == "good"
    window.studio.project.document.set("project", "description", "other")
    window.studio.project.save()
    assert said(banner)[::2] == ("warn", "Build again")
    banner.button.click()
    window.wait(lambda: not pipeline.is_busy)
    assert len([call for call in window.build.calls if call[0] == "build"]) == 2


# ---- Devices and Session -----------------------------------------------------------------------


def test_that_no_device_and_devices_being_looked_for_are_two_things(window):
    empty = window.studio.devices_view.empty
    assert empty.title.text() == "Looking for devices"
    window.devices.cards = ()
    window.wait(lambda: empty.title.text() == "No device is here")
    assert not empty.button.isHidden()


def test_that_a_bundle_built_again_is_deployed_again(window):
    bundle = window.open_bundle()
    banner = window.studio.devices_view.banner
    window.studio.devices.deploy()
    window.wait(lambda: not window.studio.devices.is_busy)
    assert said(banner)[0] == "good"
    assert VIRTUAL in banner.text.text()
    window.studio.devices.set_bundle(bundle)
    assert said(banner)[0] == "good"
    (bundle / "bundle.json").write_text("{}")
    window.studio.devices.set_bundle(bundle)
    assert said(banner)[::2] == ("warn", "Deploy again")
    banner.button.click()
    window.wait(lambda: not window.studio.devices.is_busy)
    assert said(banner)[0] == "good"


def test_that_a_device_that_goes_away_has_its_remedy_in_the_banner(window):
    window.open_bundle()
    cards = (
        replace(c, state="lost", cause="It went away.", remedy="Check it.", action="reconnect")
        if c.name == VIRTUAL
        else c
        for c in CARDS
    )
    window.devices.cards = tuple(cards)
    banner = window.studio.devices_view.banner
    window.wait(lambda: banner.kind == "warn")
    assert said(banner)[1:] == (f"{VIRTUAL}: It went away. Check it.", "Reconnect")
    banner.button.click()
    window.wait(lambda: ("act", VIRTUAL, "reconnect") in window.devices.calls)


def test_that_a_session_on_an_earlier_build_says_so_and_ends(window):
    bundle = window.open_bundle()
    window.make_image()
    banner = window.studio.session_view.banner
    window.studio.session.set_bundle(bundle)
    assert not banner.kind
    (bundle / "bundle.json").write_text("{}")
    window.studio.session.set_bundle(bundle)
    assert said(banner)[::2] == ("warn", "End the session")
    assert window.studio.session_view.ask().use_case == "text_to_image"  # nothing is reset
    banner.button.click()
    window.wait(lambda: ("close", "host") in window.sessions.calls)


def test_that_a_runner_that_died_is_asked_again_by_the_button(window):
    window.open_bundle()
    window.sessions.deaths = 1
    window.studio.devices.check(VIRTUAL, False)
    window.make_image()
    banner = window.studio.session_view.banner
    assert said(banner)[::2] == ("bad", "Run again")
    banner.button.click()
    window.wait(lambda: window.studio.session_view.results.model.rowCount() == 1)
    assert not banner.kind


def test_that_an_image_without_a_reference_says_that_nothing_can_be_compared(window):
    window.open_bundle()
    window.studio.devices.check(VIRTUAL, False)
    window.studio.session_view.request.reference.setChecked(False)
    window.make_image()
    banner = window.studio.session_view.banner
    assert said(banner)[::2] == ("warn", "Run again with it")
    banner.button.click()
    window.wait(lambda: window.studio.session_view.results.model.rowCount() == 2)
    window.wait(lambda: not window.studio.session.is_busy)
    assert window.studio.session_view.results.model.result(0).reference is not None
    assert not banner.kind


def test_that_the_shipped_run_says_that_its_times_are_those_of_another_computer(window):
    with window.qtbot.waitSignal(window.studio.runs.opened, timeout=8000):
        window.studio.runs.open_demo(window.root / "user/demo-run")
    assert said(window.studio.compare_view.banner)[0] == "info"
    assert "another computer" in window.studio.compare_view.banner.text.text()
