"""Keys of the Compare panel that choose candidates and references, shift B and pin the probe."""

import pytest
from PIL import Image
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from tests.fakes.run_folder import write_run_folder
from tests.unit.ui.test_compare_panel import Panel
from ui.models.run_model import read_run

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
COLORS = ("#0000ff", "#00ff00")


@pytest.fixture
def panel(qtbot, tmp_path):
    """Return the panel on an input with a red reference and two candidates, blue and green."""
    folder = write_run_folder(tmp_path / "run", inputs=2, repeats=1)
    view = read_run(folder)
    others = view.candidates_of(view.pairs[0])
    assert len(others) == 2
    Image.new("RGB", (64, 64), "#ff0000").save(others[0].image("reference"))
    for pair, color in zip(others, COLORS, strict=True):
        Image.new("RGB", (64, 64), color).save(pair.image("candidate"))
    made = Panel(qtbot)
    made.open(folder)
    made.others = view.candidates_of(view.pairs[0])
    yield made
    made.controller.shutdown()
    made.thumbnails.shutdown()
    made.view.close()


def shows(panel, a, b):
    frames = (panel.canvas.frame_a, panel.canvas.frame_b)
    return all(f is not None and f.at(3, 3) == c for f, c in zip(frames, (a, b), strict=True))


RED, BLUE, GREEN = (255, 0, 0), (0, 0, 255), (0, 255, 0)


def test_that_a_digit_shows_the_candidate_of_that_number(panel):
    panel.press(Qt.Key.Key_2)
    assert panel.selection.pair.key == panel.others[1].key
    panel.qtbot.waitUntil(lambda: shows(panel, RED, GREEN), timeout=8000)
    panel.press(Qt.Key.Key_1)
    assert panel.selection.pair.key == panel.others[0].key
    panel.press(Qt.Key.Key_9)
    assert panel.selection.pair.key == panel.others[0].key  # there is no ninth


def test_that_shift_and_a_digit_compare_with_that_candidate_and_shift_0_with_fp32(panel):
    panel.press(Qt.Key.Key_2, SHIFT)
    panel.qtbot.waitUntil(lambda: shows(panel, GREEN, BLUE), timeout=8000)
    assert panel.canvas.label_a == panel.others[1].device_label
    assert panel.view.facts.facts == ()  # the numbers of the run compare with FP32
    panel.press(Qt.Key.Key_0, SHIFT)
    panel.qtbot.waitUntil(lambda: shows(panel, RED, BLUE), timeout=8000)
    assert panel.canvas.label_a == "FP32 reference"


def test_that_b_is_shifted_by_ten_pixels_and_a_click_takes_it_back(panel):
    panel.press(Qt.Key.Key_Right, CONTROL | SHIFT)
    panel.press(Qt.Key.Key_Up, SHIFT)
    assert panel.canvas.nudge == (10, -1)
    assert "+10, -1 px" in panel.view.zoom_label.text()
    panel.view.zoom_label.linkActivated.emit("view.unshift")
    assert panel.canvas.nudge == (0, 0)
    assert "<a" not in panel.view.zoom_label.text()


def test_that_a_pinned_probe_stays_where_it_is_and_reads_the_next_candidate(panel):
    centre = QPointF(panel.canvas.width() / 2, panel.canvas.height() / 2)
    QTest.mouseMove(panel.canvas, centre.toPoint())
    probe = panel.view.probe_label
    panel.qtbot.waitUntil(lambda: "A 255" in probe.text(), timeout=8000)
    panel.press(Qt.Key.Key_P)
    assert probe.text().endswith("pinned")
    where = probe.text().split("A")[0]
    panel.canvas.probed.emit(1, 1)
    assert probe.text().split("A")[0] == where
    panel.press(Qt.Key.Key_2)
    panel.qtbot.waitUntil(lambda: "B   0 255   0" in probe.text(), timeout=8000)
    assert probe.text().split("A")[0] == where
    panel.press(Qt.Key.Key_P)
    assert panel.canvas.pinned is None
    assert "x    1" in probe.text()


def test_that_nothing_is_pinned_while_the_cursor_is_elsewhere(panel):
    panel.canvas.probed.emit(-1, -1)
    panel.press(Qt.Key.Key_P)
    assert panel.canvas.pinned is None
    assert not panel.view.actions_by_name["view.pin"].isChecked()


@pytest.mark.parametrize(
    ("width", "shown"), [(400, "572 % (fit, nearest)"), (60, "572 %"), (20, "")]
)
def test_that_the_zoom_is_shown_whole_short_or_not_at_all(panel, width, shown):
    panel.view.zoom_label.resize(width, 20)
    panel.view.show_zoom("572 % (fit, nearest)")
    assert panel.view.zoom_label.text() == shown
    assert panel.view.zoom_label.toolTip() == "572 % (fit, nearest)"
