"""A change of theme in slices looks as one at once, and nothing half done is seen."""

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget

from tests.fakes.run_folder import write_run_folder
from ui.app import Studio
from ui.scenes import SceneDevices, SceneSessions
from ui.scenes_build import SceneBuild
from ui.services import Services

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]


@pytest.fixture
def studio(qapp, qtbot, settings, tmp_path):
    run = write_run_folder(tmp_path / "run", inputs=2, repeats=1, scored=True)
    services = Services(SceneDevices(), SceneSessions(), SceneBuild(tmp_path))
    settings.setValue("choice/theme", "dark")
    made = Studio(qapp, root=tmp_path, settings=settings, services=services)
    made.show()
    made.open_path(run)
    qtbot.waitUntil(lambda: made.kpi_model.rowCount() > 0, timeout=8000)
    qtbot.waitUntil(lambda: not made.compare_view.canvas.message, timeout=8000)
    yield made
    made.end()


def picture_of(qtbot, studio, workspace):
    """Return what the window shows in `workspace` when it is at rest, without a caret."""
    studio.window.show_workspace(workspace)
    focus = studio.window.focusWidget()
    if focus is not None:
        focus.clearFocus()
    pictures = [studio.window.grab().toImage()]

    def is_at_rest():
        pictures.append(studio.window.grab().toImage())
        return pictures[-1] == pictures[-2] and len(pictures) > 3

    qtbot.waitUntil(is_at_rest, timeout=8000)
    return pictures[-1]


@pytest.mark.parametrize("workspace", ["judge", "build", "session"])
def test_that_a_change_in_slices_looks_as_one_at_once(studio, qtbot, workspace):
    dark = picture_of(qtbot, studio, workspace)
    with qtbot.waitSignal(studio.theme_change.finished):
        studio.choose_theme("light")
    in_slices = picture_of(qtbot, studio, workspace)
    studio.theme.choose("light")
    assert in_slices == picture_of(qtbot, studio, workspace)
    assert in_slices != dark
    with qtbot.waitSignal(studio.theme_change.finished):
        studio.choose_theme("dark")
    assert picture_of(qtbot, studio, workspace) == dark


def test_that_nothing_is_painted_before_all_that_is_visible_has_the_new_colours(studio, qtbot):
    class Painted(QObject):
        colours: set[str] = set()

        def eventFilter(self, watched, event):  # noqa: N802 -- Qt's name
            if event.type() == QEvent.Type.Paint:
                self.colours.add(watched.palette().window().color().name())
            return False

    studio.window.repaint()
    painted = Painted()
    seen = [one for one in studio.window.findChildren(QLabel) if one.isVisible()]
    assert len(seen) > 5
    old = {one.palette().window().color().name() for one in seen}
    for one in seen:
        one.installEventFilter(painted)
    with qtbot.waitSignal(studio.theme_change.finished):
        studio.choose_theme("light")
    studio.window.repaint()
    assert painted.colours
    assert not painted.colours & old


def test_that_what_goes_away_during_a_change_is_passed_over(studio, qtbot):
    going = QWidget(studio.window)
    with qtbot.waitSignal(studio.theme_change.finished):
        studio.choose_theme("light")
        going.deleteLater()
        QApplication.sendPostedEvents(going, QEvent.Type.DeferredDelete)
    assert studio.window.updatesEnabled()


def test_that_the_last_of_two_quick_changes_is_shown(studio, qtbot):
    dark = picture_of(qtbot, studio, "judge")
    with qtbot.waitSignal(studio.theme_change.finished):
        studio.choose_theme("light")
        studio.choose_theme("dark")
    assert picture_of(qtbot, studio, "judge") == dark


def test_that_an_open_dialog_changes_with_its_window(studio, qtbot):
    dialog = QDialog(studio.window)
    label = QLabel("words", dialog)
    dialog.show()
    before = dialog.grab().toImage()
    with qtbot.waitSignal(studio.theme_change.finished):
        studio.choose_theme("light")
    assert dialog.updatesEnabled()
    in_slices = dialog.grab().toImage()
    assert in_slices != before
    studio.theme.choose("light")
    assert in_slices == dialog.grab().toImage()
    assert label.isVisible()
    dialog.close()


def test_that_the_window_closes_in_the_middle_of_a_change(studio):
    studio.choose_theme("light")
    studio.end()
    assert not studio.theme_change.is_active
    assert studio.window.updatesEnabled()
