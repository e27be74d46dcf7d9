"""Closing the window while a device does not answer."""

import threading
import time

import pytest

from tests.unit.ui.test_window import Window
from ui.controllers.farewell import Farewell
from ui.controllers.session_controller import SessionController
from ui.scenes import CARDS, SceneDevices, SceneHandle, SceneSessions
from ui.views.session_view import SessionView

pytestmark = pytest.mark.timeout(60)


class SilentDevices(SceneDevices):
    """Devices of which one does not answer until it is told to."""

    def __init__(self):
        super().__init__()
        self.asked, self.answer = threading.Event(), threading.Event()

    def contents(self, target):
        self.asked.set()
        self.answer.wait(20)
        return super().contents(target)


class MeetingSessions(SceneSessions):
    """Sessions whose runners end only when all of them are asked to."""

    def __init__(self, count):
        super().__init__()
        self.meet = threading.Barrier(count)

    def start_session(self, bundle, target, emit, cancel):
        meet = self.meet

        class Handle(SceneHandle):
            def close(self):
                meet.wait(20)
                super().close()

        return Handle(target, self.calls)


@pytest.fixture
def window(qapp, qtbot, settings, tmp_path):
    devices = SilentDevices()
    made = Window(qapp, qtbot, settings, tmp_path, devices)
    made.devices = devices
    yield made
    made.devices.answer.set()
    made.close()


def test_that_the_window_goes_at_once_and_its_threads_when_the_lost_device_has_answered(window):
    studio = window.studio
    studio.devices.choose("adb:lost")
    assert window.devices.asked.wait(8)
    start = time.monotonic()
    studio.window.close()
    assert time.monotonic() - start < 2
    assert not studio.window.isVisible()
    assert not studio.farewell.is_over
    window.devices.answer.set()
    with window.qtbot.waitSignal(studio.farewell.over, timeout=8000):
        pass
    assert studio.devices.is_idle


def test_that_where_the_panels_stood_is_remembered_although_the_window_hides_first(window):
    studio = window.studio
    studio.devices.choose("adb:lost")
    assert window.devices.asked.wait(8)
    studio.window.docks["context"].close()
    studio.window.close()
    studio.window.workspace = ""
    studio.window.show_workspace("judge")
    assert studio.window.docks["context"].isHidden()


def test_that_all_runners_are_ended_at_the_same_time(qtbot, tmp_path):
    view = SessionView()
    qtbot.addWidget(view)
    service = MeetingSessions(2)
    controller = SessionController(view, service)
    controller.show_cards(CARDS)
    controller.set_bundle(tmp_path)
    qtbot.waitUntil(lambda: view.request.use_case.count() > 0, timeout=8000)
    controller.choose_use_case("text_to_image")
    view.request.prompt.setText("a red cat")
    controller.set_checked(frozenset({"host", "virtual:s25-qualcomm"}))
    controller.run()
    qtbot.waitUntil(lambda: view.results.model.rowCount() == 2, timeout=8000)
    qtbot.waitUntil(lambda: not controller.is_busy, timeout=8000)
    farewell = Farewell((controller,), view)
    with qtbot.waitSignal(farewell.over, timeout=8000):
        farewell.start()
    assert sorted(call for call in service.calls if call[0] == "close") == [
        ("close", "host"),
        ("close", "virtual:s25-qualcomm"),
    ]
    controller.shutdown()
