import json
import sys
import threading

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from quad_studio.demo_run import demo_plan, demo_run_place, unpack_demo_run
from tests.fakes.run_folder import write_run_folder
from ui.app import Studio
from ui.commands import BY_NAME, COMMANDS
from ui.crash_report import CrashReports, as_html
from ui.models.key_book import KeyBook
from ui.scenes import SceneDevices, SceneSessions
from ui.scenes_build import SceneBuild
from ui.services import Services
from ui.views.command_palette import CommandPalette
from ui.views.key_sheet import KeySheet
from ui.views.tour_view import TourView
from ui.window_layouts import WORKSPACES

pytestmark = pytest.mark.timeout(60)  # the whole window is built for each test


class Window:
    def __init__(self, qapp, qtbot, settings, root, devices=None):
        self.qtbot, self.app, self.root = qtbot, qapp, root
        self.build = SceneBuild(root)
        services = Services(devices or SceneDevices(), SceneSessions(), self.build)
        self.studio = Studio(qapp, root=root, settings=settings, services=services)
        self.studio.show()

    def close(self):
        self.studio.end()

    def visible(self):
        return {name for name, dock in self.studio.window.docks.items() if not dock.isHidden()}


@pytest.fixture
def window(qapp, qtbot, settings, tmp_path):
    made = Window(qapp, qtbot, settings, tmp_path)
    yield made
    made.close()


def test_that_each_workspace_shows_its_panels_and_no_other(window):
    for _ in range(2):  # the second time each comes from its saved layout
        for name, panels in WORKSPACES.items():
            window.studio.run_command(f"go.{name}")
            assert window.visible() == set(panels)


def test_that_the_window_keeps_its_size_in_every_workspace_new_or_restored(
    qapp, qtbot, settings, tmp_path
):
    seen = {}
    for start in ("first", "second"):
        made = Window(qapp, qtbot, settings, tmp_path)
        made.studio.window.resize(1440, 900)
        for name in (*WORKSPACES, *WORKSPACES):
            made.studio.run_command(f"go.{name}")
            qapp.processEvents()
            seen[start, name] = made.studio.window.size().toTuple()
        made.close()
    assert seen == dict.fromkeys(seen, (1440, 900))


def test_that_a_closed_panel_stays_closed_in_its_workspace_until_the_layout_is_reset(window):
    window.studio.window.docks["context"].close()
    window.studio.run_command("go.build")
    window.studio.run_command("go.judge")
    assert "context" not in window.visible()
    window.studio.run_command("window.reset_layout")
    assert "context" in window.visible()


def test_that_a_layout_of_another_version_is_dropped_and_not_half_applied(window, settings):
    settings.setValue("layout/build", b"nonsense")
    window.studio.run_command("go.build")
    assert window.visible() == set(WORKSPACES["build"])


def test_that_the_panel_with_the_keyboard_gets_the_whole_window_and_gives_it_back(window):
    main, before = window.studio.window, window.visible()
    window.studio.compare_view.empty.button.setFocus()
    place = main.docks["compare"].geometry()
    main.actions_by_name["window.maximise"].trigger()
    assert window.visible() == {"compare"}
    window.qtbot.waitUntil(lambda: main.docks["compare"].height() > 1.3 * place.height())
    main.actions_by_name["window.maximise"].trigger()
    assert window.visible() == before
    window.qtbot.waitUntil(lambda: main.docks["compare"].geometry() == place)


def test_that_a_double_click_on_a_title_enlarges_that_panel_in_its_workspace_only(window):
    main, before = window.studio.window, window.visible()
    QTest.mouseDClick(main.docks["kpis"].titleBarWidget(), Qt.MouseButton.LeftButton)
    assert window.visible() == {"kpis"}
    assert not main.docks["kpis"].isFloating()
    assert main.actions_by_name["window.maximise"].isChecked()
    window.studio.run_command("go.build")
    assert window.visible() == set(WORKSPACES["build"])
    window.studio.run_command("go.judge")
    assert window.visible() == before  # the whole window was not remembered as the layout
    main.docks["kpis"].maximise_button.click()
    main.show_panel("context")
    assert "context" in window.visible()


def test_that_a_dropped_run_folder_is_opened(window):
    folder = write_run_folder(window.root / "dropped", inputs=1, repeats=1)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder))])
    event = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    with window.qtbot.waitSignal(window.studio.runs.opened, timeout=8000):
        window.studio.window.dropEvent(event)
    assert window.studio.selection.run.run.path == folder.resolve()
    assert window.studio.state.recent("run") == [folder.resolve()]


def test_that_a_corrupt_run_is_said_and_the_window_goes_on(window):
    folder = write_run_folder(window.root / "bad", inputs=1, repeats=1)
    (folder / "manifest.json").write_text("{")
    with window.qtbot.waitSignal(window.studio.runs.failed, timeout=8000):
        window.studio.open_path(folder)
    assert "manifest.json" in window.studio.runs_view.banner.text.text()
    good = write_run_folder(window.root / "good", inputs=1, repeats=1)
    with window.qtbot.waitSignal(window.studio.runs.opened, timeout=8000):
        window.studio.open_path(good)


def test_that_the_shipped_demo_run_opens_and_can_be_judged(window):
    with window.qtbot.waitSignal(window.studio.runs.opened, timeout=8000):
        window.studio.runs.open_demo(window.root / "user/demo-run")
    pair = window.studio.selection.pair
    window.studio.verdicts.give("accept")
    assert window.studio.book.choice_of(pair.key) == "accept"


def test_that_the_demo_run_of_another_version_is_renewed_as_a_recent_run_too(window, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(window.root / "user"))
    place = unpack_demo_run(demo_run_place())
    assert place.is_relative_to(window.root)
    now = (place / ".shipped").read_text()
    (place / ".shipped").write_text("0" * 64)
    (place / "verdicts.jsonl").write_text("")
    with window.qtbot.waitSignal(window.studio.runs.opened, timeout=8000):
        window.studio.open_path(place)
    assert (place / ".shipped").read_text() == now
    assert (place / "verdicts.jsonl").is_file()


def test_that_running_the_demo_runs_its_plan_in_the_build_workspace(window):
    window.studio.run_command("help.demo")
    assert window.visible() == set(WORKSPACES["build"])  # until its run is there and is opened
    started = ("run_plan", str(demo_plan()))
    window.qtbot.waitUntil(lambda: started in window.build.calls, timeout=30_000)
    window.qtbot.waitUntil(lambda: not window.studio.pipeline.is_busy, timeout=30_000)


def test_that_the_values_of_a_cell_are_shown_over_time_in_the_order_they_were_made(window):
    studio = window.studio
    folder = write_run_folder(window.root / "run", scored=True, inputs=3, repeats=2)
    with window.qtbot.waitSignal(studio.runs.opened, timeout=8000):
        studio.open_path(folder)
    window.qtbot.waitUntil(lambda: studio.kpi_model.rowCount() > 0, timeout=8000)
    row = studio.kpi_model.row_of("end_to_end_ms")
    studio.kpi_view.table.setCurrentIndex(studio.kpi_model.index(row, 0))
    studio.kpi_view.time_button.click()
    plot = studio.kpi_view.over_time
    assert studio.kpi_view.plots.currentWidget() is plot
    cell = studio.kpi_model.cell_at(row, 0)
    made = studio.selection.run.over_time([(s.key, s.value) for s in cell.samples])
    assert [minute for minute, _ in made] == sorted(minute for minute, _ in made)
    assert {value for _, value in made} == {sample.value for sample in cell.samples}
    assert plot.last(plot.names[0]) == made[-1][1]
    studio.kpi_view.time_button.click()
    assert studio.kpi_view.plots.currentWidget() is studio.kpi_view.histogram


def test_that_a_verdict_changes_its_kpi_and_the_chosen_cell_stays_chosen(window):
    studio = window.studio
    folder = write_run_folder(window.root / "run", scored=True, inputs=2, repeats=1)
    with window.qtbot.waitSignal(studio.runs.opened, timeout=8000):
        studio.open_path(folder)
    window.qtbot.waitUntil(lambda: studio.kpi_model.rowCount() > 0, timeout=8000)
    assert studio.kpi_model.row_of("accepted_percent") is None
    below = studio.kpi_model.row_of("end_to_end_ms")
    studio.kpi_view.table.setCurrentIndex(studio.kpi_model.index(below, 0))
    title = studio.kpi_view.detail_title.text()
    studio.verdicts.give("accept")
    window.qtbot.waitUntil(
        lambda: studio.kpi_model.row_of("accepted_percent") is not None, timeout=8000
    )
    cell = studio.kpi_model.cell_at(studio.kpi_model.row_of("accepted_percent"), 0)
    assert cell.value == 100
    assert studio.kpi_view.detail_title.text() == title
    assert studio.kpi_view.table.currentIndex().row() == studio.kpi_model.row_of("end_to_end_ms")
    studio.book.undo()
    window.qtbot.waitUntil(
        lambda: studio.kpi_model.row_of("accepted_percent") is None, timeout=8000
    )


def test_that_a_kpi_cell_leads_to_its_worst_pair_and_its_pairs(window):
    folder = write_run_folder(window.root / "run", inputs=3, repeats=1, scored=True)
    window.studio.open_path(folder)
    studio = window.studio
    window.qtbot.waitUntil(lambda: studio.kpi_model.rowCount() > 0, timeout=8000)
    row = studio.kpi_model.row_of("psnr_db")
    studio.kpi_view.table.setCurrentIndex(studio.kpi_model.index(row, 0))
    studio.kpi_view.worst_button.click()
    cell = studio.kpi_model.cell_at(row, 0)
    worst = min(cell.samples, key=lambda sample: sample.value)
    assert studio.selection.pair.key == worst.key
    studio.kpi_view.command_button.click()
    copied = window.app.clipboard().text()
    assert "quad-studio --batch" in copied.splitlines()[0]
    assert f"# {len(cell.samples)} rows: {cell.samples[0].key}" in copied
    assert copied in studio.kpi_view.command_button.toolTip()
    studio.kpi_view.samples_button.click()
    assert {pair.key for pair in studio.pairs.shown} == {sample.key for sample in cell.samples}
    studio.compare.clear_filter()
    assert len(studio.pairs.shown) == studio.pairs.total


def test_that_the_baseline_column_gives_differences_with_their_direction(window):
    folder = write_run_folder(window.root / "run", inputs=2, repeats=1, scored=True)
    window.studio.open_path(folder)
    studio = window.studio
    window.qtbot.waitUntil(lambda: studio.kpi_model.rowCount() > 0, timeout=8000)
    studio.kpi_view.pivot_box.setCurrentIndex(studio.kpi_view.pivot_box.findData("target"))
    window.qtbot.waitUntil(lambda: studio.kpi_model.columnCount() == 2, timeout=8000)
    studio.kpi_view.baseline_box.setCurrentIndex(1)
    row = studio.kpi_model.row_of("end_to_end_ms")
    base, other = (studio.kpi_model.cell_at(row, column) for column in (0, 1))
    assert base.delta is None
    assert other.delta == pytest.approx(other.value - base.value)
    assert studio.kpi_model.style_at(row).is_better(other.delta) is False


def test_that_the_repro_command_names_the_row(window):
    folder = write_run_folder(window.root / "run", inputs=1, repeats=1)
    (folder / "repro.txt").write_text("quad-studio --batch plan.toml\n")
    with window.qtbot.waitSignal(window.studio.runs.opened, timeout=8000):
        window.studio.open_path(folder)
    window.studio.run_command("copy.repro")
    text = window.app.clipboard().text()
    assert text.startswith("quad-studio --batch plan.toml")
    assert window.studio.selection.pair.key in text


def test_that_the_palette_finds_a_command_by_part_of_its_name_and_does_it(window):
    window.studio.run_command("help.palette")
    palette = window.studio.help.dialog
    assert isinstance(palette, CommandPalette)
    palette.search.setText("workspace dev")
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert window.studio.window.workspace == "devices"


def test_that_the_key_sheet_has_every_command(qtbot):
    sheet = KeySheet(KeyBook(COMMANDS))
    qtbot.addWidget(sheet)
    shown = sum(
        sheet.tree.topLevelItem(at).childCount() for at in range(sheet.tree.topLevelItemCount())
    )
    assert shown == len(COMMANDS)
    sheet.show_matches("loupe")
    assert sheet.tree.topLevelItemCount() == 1


def test_that_every_command_has_a_title_for_its_group():
    from ui.commands import group_title

    assert all(group_title(command.group) for command in BY_NAME.values())


def test_that_quitting_asks_while_work_is_going_on(window):
    window.build.hold_at = "calibrate"
    window.studio.pipeline.build_project(window.root / "project.toml")
    window.qtbot.waitUntil(lambda: bool(window.studio.busy_with), timeout=8000)
    window.studio.window.close()
    assert window.studio.window.isVisible()
    window.studio.help.dialog.close()
    window.studio.pipeline.cancel()
    window.qtbot.waitUntil(lambda: not window.studio.busy_with, timeout=8000)


def test_that_quitting_asks_about_a_project_that_is_not_saved(window):
    studio = window.studio
    path = window.root / "project.toml"
    path.write_text('schema = "quad-studio/project/1"\n')
    studio.open_path(path)
    studio.project_view.text_edited.emit('schema = "quad-studio/project/1"\n# edited\n')
    studio.window.close()
    assert studio.window.isVisible()
    studio.project.question.button(QMessageBox.StandardButton.Save).click()
    window.qtbot.waitUntil(lambda: not studio.window.isVisible(), timeout=8000)
    assert "# edited" in path.read_text()


def test_that_a_recorded_session_is_replayed_in_the_pipeline(window):
    with window.qtbot.waitSignal(window.studio.pipeline.run_finished, timeout=8000):
        window.studio.session.replay_wanted.emit(str(window.root / "replay.toml"))
    assert window.studio.window.workspace == "judge"  # the run that came of it is open


def test_that_stop_and_quit_ends_the_work(window):
    window.build.hold_at = "calibrate"
    window.studio.pipeline.build_project(window.root / "project.toml")
    window.qtbot.waitUntil(lambda: bool(window.studio.busy_with), timeout=8000)
    window.studio.help.stop_wanted.emit()
    assert not window.studio.window.isVisible()


def test_that_the_tour_keeps_the_keyboard_when_a_run_opens_and_escape_ends_it(window):
    studio = window.studio
    studio.tour.start()
    with window.qtbot.waitSignal(studio.runs.opened, timeout=8000):
        studio.open_path(write_run_folder(window.root / "run", inputs=1, repeats=1))
    card = window.studio.window.findChild(TourView)
    assert card.isAncestorOf(window.app.focusWidget())
    QTest.keyClick(window.app.focusWidget(), Qt.Key.Key_Space)
    assert card.count.text().startswith("2 /")
    QTest.keyClick(window.app.focusWidget(), Qt.Key.Key_Return)
    assert card.count.text().startswith("3 /")
    QTest.keyClick(window.app.focusWidget(), Qt.Key.Key_Escape)
    assert not card.isVisible()
    assert studio.compare_view.canvas.hasFocus()


def test_that_the_tour_visits_every_workspace_and_is_not_shown_again(window):
    seen = set()
    window.studio.tour.start()
    for _ in range(6):
        seen.add(window.studio.window.workspace)
        window.studio.tour.go_on()
    assert seen == set(WORKSPACES)
    assert window.studio.state.text("tour_seen") == "yes"


def test_that_the_theme_is_remembered(window):
    window.studio.choose_theme("light")
    assert window.app.property("theme_name") == "light"
    assert window.studio.state.text("theme") == "light"
    window.studio.choose_theme("dark")


def test_that_every_control_has_a_name_for_a_screen_reader(window):
    from PySide6.QtWidgets import QAbstractItemView, QComboBox, QLineEdit, QSlider

    nameless = []
    for kind in (QComboBox, QLineEdit, QSlider, QAbstractItemView):
        for widget in window.studio.window.findChildren(kind):
            inner = isinstance(widget.parent(), QComboBox) or "qt_" in widget.objectName()
            popup = type(widget).__name__ in ("QHeaderView", "QComboBoxListView", "QListView")
            named = widget.accessibleName() or type(widget).__name__ == "QHeaderView"
            if not inner and not named and not (popup and not widget.isVisible()):
                nameless.append(f"{type(widget.parent()).__name__}.{type(widget).__name__}")
    assert nameless == []


def test_that_a_crash_is_written_and_shown_once_a_place(tmp_path):
    shown = []
    reports = CrashReports(tmp_path, shown.append)

    def crash():
        raise ZeroDivisionError("by <zero>")

    for _ in range(3):
        try:
            crash()
        except ZeroDivisionError:
            reports.on_exception(*sys.exc_info())
    assert len(shown) == 1
    assert "by <zero>" in next(tmp_path.glob("crash-*.txt")).read_text()
    assert "by &lt;zero&gt;" in as_html(shown[0])


def test_that_a_crash_in_a_thread_is_shown_in_the_gui_thread(tmp_path, qtbot):
    shown = []
    reports = CrashReports(tmp_path, shown.append)

    def work():
        try:
            raise ValueError("in a thread")
        except ValueError:
            reports.on_exception(*sys.exc_info())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert shown == []
    qtbot.waitUntil(lambda: len(shown) == 1)
    assert "in a thread" in shown[0]


def test_that_faults_of_windows_that_are_gone_are_found_once(tmp_path):
    (tmp_path / "faults-999999999.txt").write_text("Fatal Python error: Segmentation fault\n")
    reports = CrashReports(tmp_path, print)
    assert "Segmentation fault" in reports.previous_faults()
    assert reports.previous_faults() == ""
    reports.install()
    reports.remove()
    assert list(tmp_path.iterdir()) == []


def test_that_a_window_that_is_open_has_left_no_fault_behind(tmp_path):
    first = CrashReports(tmp_path, print)
    first.install()
    (own,) = tmp_path.glob("faults*.txt")
    own.write_text("a fault in the middle of being written")
    assert CrashReports(tmp_path, print).previous_faults() == ""
    first.remove()


def test_that_a_bug_in_a_worker_process_is_shown_once_a_place_of_the_process(tmp_path, qtbot):
    shown = []
    reports = CrashReports(tmp_path, shown.append)
    for cause in ("child: line 1", "child: line 1", "child: line 2"):
        try:
            raise KeyError("missing") from RuntimeError(cause)
        except KeyError:
            reports.on_exception(*sys.exc_info())
    assert len(shown) == 2


def test_that_the_bundle_of_a_run_is_ready_to_deploy_and_to_run_sessions_with(window):
    folder = write_run_folder(window.root / "run", inputs=1, repeats=1)
    bundle = window.root / "bundle"
    bundle.mkdir()
    (bundle / "bundle.json").write_text("{}")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["bundle"]["path"] = str(bundle)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with window.qtbot.waitSignal(window.studio.runs.opened, timeout=8000):
        window.studio.open_path(folder)
    assert window.studio.devices.bundle == bundle
    other = window.root / "other"
    window.studio.open_bundle(other)
    with window.qtbot.waitSignal(window.studio.runs.opened, timeout=8000):
        window.studio.open_path(folder)
    assert window.studio.devices.bundle == other  # what somebody chose stays
