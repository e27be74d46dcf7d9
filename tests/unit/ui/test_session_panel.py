import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from ui.controllers.session_controller import SessionController
from ui.scenes import CARDS, SceneSessions
from ui.views.session_view import SessionView
from ui.widgets.paint_canvas import PaintCanvas, Tool
from ui.widgets.timeline import entry_of


class Panel:
    def __init__(self, qtbot, service):
        self.qtbot, self.service = qtbot, service
        self.view = SessionView()
        qtbot.addWidget(self.view)
        self.controller = SessionController(self.view, service)
        self.view.resize(1200, 800)
        self.view.show()

    def open_bundle(self, path):
        self.controller.show_cards(CARDS)
        self.controller.set_bundle(path)
        self.qtbot.waitUntil(self.view.content.isVisible, timeout=8000)

    def open_image(self, path):
        Image.new("RGB", (300, 200), "#808080").save(path)
        self.controller.open_image(str(path))
        self.qtbot.waitUntil(lambda: self.view.input.picture.pixels is not None, timeout=8000)

    def wait_idle(self):
        self.qtbot.waitUntil(lambda: not self.controller.is_busy, timeout=8000)

    @property
    def count(self):
        return self.view.results.model.rowCount()


@pytest.fixture
def panel(qtbot):
    made = Panel(qtbot, SceneSessions())
    yield made
    made.controller.shutdown()
    made.view.close()


def paint(panel):
    panel.view.input.picture.set_layer(np.full((128, 128), 255, np.uint8))


def test_that_a_run_says_what_is_missing_before_it_starts(panel, tmp_path):
    panel.open_bundle(tmp_path)
    panel.view.request.run_button.click()
    assert "Open a picture" in panel.view.banner.text.text()
    panel.open_image(tmp_path / "scene.png")
    panel.view.request.run_button.click()
    assert "Paint over" in panel.view.banner.text.text()
    assert panel.service.calls == []


def test_that_a_picture_is_cropped_to_the_bundles_size_and_not_stretched(panel, tmp_path):
    panel.open_bundle(tmp_path)
    panel.open_image(tmp_path / "scene.png")
    assert panel.view.input.picture.pixels.shape == (128, 128, 3)


def test_that_a_result_shows_its_reference_and_its_time(panel, tmp_path):
    panel.open_bundle(tmp_path)
    panel.open_image(tmp_path / "scene.png")
    paint(panel)
    panel.view.request.run_button.click()
    panel.qtbot.waitUntil(lambda: panel.count == 1, timeout=8000)
    panel.wait_idle()
    assert panel.view.canvas.frame_a is not None
    assert "not a phone" in panel.view.canvas.label_b
    assert panel.view.timeline.count == 1


def test_that_two_devices_run_at_once_and_switch_without_a_new_runner(panel, tmp_path):
    panel.open_bundle(tmp_path)
    panel.controller.set_checked(frozenset({"host", "virtual:s25-qualcomm"}))
    panel.open_image(tmp_path / "scene.png")
    paint(panel)
    panel.view.request.run_button.click()
    panel.qtbot.waitUntil(lambda: panel.count == 2, timeout=8000)
    panel.wait_idle()
    panel.controller.choose_use_case("transform")
    panel.view.request.prompt.setText("in noto style")
    panel.view.request.run_button.click()
    panel.qtbot.waitUntil(lambda: panel.count == 4, timeout=8000)
    panel.wait_idle()
    starts = [call for call in panel.service.calls if call[0] == "start"]
    assert sorted(starts) == [("start", "host"), ("start", "virtual:s25-qualcomm")]
    assert panel.view.results.model.result(0).row["switch"]["kind"] == "warm"


def test_that_cancel_reaches_a_runner_that_is_busy_and_says_with_what(panel, tmp_path):
    panel.service.hold = True
    panel.open_bundle(tmp_path)
    panel.open_image(tmp_path / "scene.png")
    paint(panel)
    panel.view.request.run_button.click()
    panel.qtbot.waitUntil(
        lambda: any(call[0] == "generate" for call in panel.service.calls), timeout=8000
    )
    panel.qtbot.waitUntil(lambda: "FP32" in panel.view.request.doing.text(), timeout=8000)
    panel.view.request.cancel_button.click()
    panel.wait_idle()
    assert panel.view.banner.text.text() == "Stopped. Finished images are kept."
    assert panel.view.request.run_button.isVisible()


def test_that_a_runner_that_dies_is_named_and_the_other_device_goes_on(panel, tmp_path):
    panel.service.fail_on = "virtual:s25-qualcomm"
    panel.open_bundle(tmp_path)
    panel.controller.set_checked(frozenset({"host", "virtual:s25-qualcomm"}))
    panel.open_image(tmp_path / "scene.png")
    paint(panel)
    panel.view.request.run_button.click()
    panel.qtbot.waitUntil(lambda: panel.count == 1, timeout=8000)
    panel.wait_idle()
    assert "virtual:s25-qualcomm: the runner was killed" in panel.view.banner.text.text()


def test_that_a_runner_that_dies_at_work_is_let_go_of_and_the_next_image_starts_another(
    panel, tmp_path
):
    panel.service.deaths = 1
    panel.open_bundle(tmp_path)
    panel.open_image(tmp_path / "scene.png")
    paint(panel)
    panel.view.request.run_button.click()
    panel.qtbot.waitUntil(lambda: "killed" in panel.view.banner.text.text(), timeout=8000)
    panel.wait_idle()
    panel.qtbot.waitUntil(lambda: ("drop", "host") in panel.service.calls, timeout=8000)
    panel.view.request.run_button.click()
    panel.qtbot.waitUntil(lambda: panel.count == 1, timeout=8000)
    panel.wait_idle()
    assert panel.service.calls.count(("start", "host")) == 2
    assert panel.view.banner.text.text() == ""


def test_that_a_device_that_is_not_ready_cannot_be_checked(panel, tmp_path):
    panel.open_bundle(tmp_path)
    items = [panel.view.request.targets.item(at) for at in range(len(CARDS))]
    lost = next(item for item in items if "lost" in item.text())
    assert not lost.flags() & Qt.ItemFlag.ItemIsEnabled


def test_that_the_sequence_is_saved_as_a_plan_in_its_order(panel, tmp_path):
    panel.open_bundle(tmp_path)
    panel.open_image(tmp_path / "scene.png")
    paint(panel)
    panel.view.request.run_button.click()
    panel.qtbot.waitUntil(lambda: panel.count == 1, timeout=8000)
    panel.wait_idle()
    panel.controller.choose_use_case("text_to_image")
    panel.view.request.prompt.setText("a fox")
    panel.view.request.run_button.click()
    panel.qtbot.waitUntil(lambda: panel.count == 2, timeout=8000)
    panel.wait_idle()
    with panel.qtbot.waitSignal(panel.controller.plan_saved, timeout=8000) as saved:
        panel.controller.save_plan(str(tmp_path))
    assert saved.args[0].read_text().split() == ["object_removal", "text_to_image"]
    with panel.qtbot.waitSignal(panel.controller.replay_wanted, timeout=8000) as wanted:
        panel.view.banner.button.click()
    assert wanted.args == [str(saved.args[0])]


def test_that_ending_the_session_ends_every_runner(panel, tmp_path):
    panel.open_bundle(tmp_path)
    panel.open_image(tmp_path / "scene.png")
    paint(panel)
    panel.view.request.run_button.click()
    panel.qtbot.waitUntil(lambda: panel.count == 1, timeout=8000)
    panel.wait_idle()
    panel.view.end_button.click()
    panel.qtbot.waitUntil(lambda: ("close", "host") in panel.service.calls, timeout=8000)


@pytest.fixture
def canvas(qtbot):
    made = PaintCanvas()
    qtbot.addWidget(made)
    made.resize(216, 216)
    made.show_picture(np.zeros((100, 100, 3), np.uint8))
    made.show()
    yield made
    made.close()


def drag(canvas, *points):
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=points[0])
    for point in points[1:]:
        QTest.mouseMove(canvas, point)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=points[-1])


def test_that_a_brush_stroke_paints_where_the_mouse_was(canvas):
    canvas.brush_px = 10
    drag(canvas, QPoint(28, 108), QPoint(188, 108))
    layer = canvas.layer()
    assert layer[50, 50] == 255
    assert layer[20, 50] == 0
    assert set(np.unique(layer)) == {0, 255}


def test_that_the_eraser_takes_paint_away(canvas):
    canvas.set_layer(np.full((100, 100), 255, np.uint8))
    canvas.tool = Tool.ERASER
    drag(canvas, QPoint(108, 108), QPoint(109, 108))
    assert canvas.layer()[50, 50] == 0
    assert canvas.layer()[5, 5] == 255


def test_that_a_lasso_fills_what_it_encloses(canvas):
    canvas.tool = Tool.LASSO
    drag(canvas, QPoint(28, 28), QPoint(188, 28), QPoint(188, 188), QPoint(28, 188))
    assert canvas.layer()[50, 50] == 255
    assert canvas.layer()[2, 2] == 0


def test_that_undo_takes_back_one_stroke_at_a_time(canvas):
    drag(canvas, QPoint(50, 50), QPoint(60, 50))
    first = canvas.layer()
    drag(canvas, QPoint(150, 150), QPoint(160, 150))
    canvas.undo()
    assert np.array_equal(canvas.layer(), first)
    canvas.undo()
    assert not canvas.is_painted


def test_that_the_keyboard_alone_can_paint(canvas):
    canvas.setFocus()
    for _ in range(3):
        QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    assert canvas.is_painted


def test_that_a_sketch_is_dark_on_white(canvas):
    canvas.show_picture(np.full((100, 100, 3), 255, np.uint8), is_sketch=True)
    drag(canvas, QPoint(28, 108), QPoint(188, 108))
    sketch = canvas.sketch()
    assert sketch[50, 50].tolist() == [0, 0, 0]
    assert sketch[10, 10].tolist() == [255, 255, 255]


def test_that_a_row_becomes_phases_with_every_unet_call():
    row = {
        "target": "host",
        "use_case": "transform",
        "adapter": "transform",
        "timing_ms": {"vae_encoder_ms": 2.0, "unet_step_ms": [3.0, 4.0], "vae_decoder_ms": 5.0},
        "switch": {"kind": "cold", "ms": 1.0},
    }
    entry = entry_of(row)
    kinds = [phase.kind for phase in entry.phases]
    assert kinds == ["switch", "vae_encoder", "unet", "unet", "vae_decoder"]
    assert entry.milliseconds == 15.0
    assert entry.switch == "cold"


def test_that_the_results_are_scored_and_handed_over_as_a_run(panel, tmp_path):
    panel.service.run = tmp_path / "session-run"
    panel.open_bundle(tmp_path)
    assert not panel.view.judge_button.isEnabled()
    panel.open_image(tmp_path / "scene.png")
    paint(panel)
    panel.view.request.run_button.click()
    panel.qtbot.waitUntil(lambda: panel.count == 1, timeout=8000)
    panel.wait_idle()
    with panel.qtbot.waitSignal(panel.controller.run_ready, timeout=8000) as ready:
        panel.view.judge_button.click()
    assert ready.args == [panel.service.run]
    panel.wait_idle()
    assert panel.view.request.run_button.isVisible()


def test_that_a_session_that_cannot_be_scored_says_why(panel, tmp_path):
    panel.open_bundle(tmp_path)
    panel.controller.judge()
    panel.wait_idle()
    assert "nothing was recorded yet" in panel.view.banner.text.text()


def test_that_long_words_of_a_language_cut_no_field_of_the_request(panel, tmp_path):
    panel.open_bundle(tmp_path)
    request = panel.view.request
    request.form.labelForField(request.use_case).setText("Anwendungsfälle, die es gibt")
    panel.view.splitter.setSizes([600, 100, 500])

    def right():
        return request.dice.mapTo(request, request.dice.rect().topRight()).x()

    panel.qtbot.waitUntil(lambda: 0 < right() <= request.width(), timeout=8000)
